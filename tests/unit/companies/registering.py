"""How a company comes to be in the tests of this slice: registered, identified, coded, activated."""

from datetime import timedelta
from typing import Any

from passerelle import clock
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.notifications import ActivationCodeIssued
from passerelle.identifiers import siren_mark
from passerelle.tokens import digest
from tests.support.slices import Reply, Slice, a_company, a_user, an_envelope

SIREN, SIRET = "732829320", "73282932000074"
SECRET = "a-secret-of-the-tests"
CODE = "K7RM2QX9TB"


def a_registration(**changes: Any) -> dict[str, Any]:
    form = {
        "siren": SIREN,
        "siret": SIRET,
        "naf": "29.32Z",
        "idcc": "3248",
        "headcount": 120,
        "has_cse": True,
        "municipality": "76540",
        "denied": [{"siren": "356000000"}, {"naf": "30"}, {"idcc": "1597"}],
    }
    return form | changes


def registered(companies: Slice, user: str = "usr_1") -> str:
    reply = companies.call("POST", "/companies", actor=a_user(user), body=a_registration())
    assert reply.status == 201, reply.text
    return str(reply.body["id"])


def identified(
    companies: Slice, company_id: str, *, siren: str = SIREN, contact: str = "company", sequence: int = 1
) -> None:
    recorded = IdentityRecorded(
        subject_id=company_id, kind="company", mark=siren_mark(SECRET, siren), contact_kind=contact
    )
    companies.deliver(an_envelope(recorded, tenant=company_id, subject=company_id, sequence=sequence))


def coded(companies: Slice, company_id: str, *, expires_in: timedelta = timedelta(days=7)) -> None:
    issued = ActivationCodeIssued(
        company_id=company_id, digest=digest(company_id, CODE), expires_at=clock.now() + expires_in
    )
    companies.deliver(an_envelope(issued, tenant=company_id, subject=company_id, sequence=9))


def activated(companies: Slice, user: str = "usr_1") -> str:
    company_id = registered(companies, user)
    identified(companies, company_id)
    coded(companies, company_id)
    reply = activation(companies, company_id, CODE)
    assert reply.status == 200, reply.text
    return company_id


def activation(companies: Slice, company_id: str, code: str) -> Reply:
    actor = a_company(company_id, active=False)
    return companies.call("POST", f"/companies/{company_id}/activation", actor=actor, body={"code": code})
