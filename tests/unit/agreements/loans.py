"""Loans on their way: agreements and what they follow, as they would arrive, on a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest

from functions.agreements.model.agreement import agreement_id
from functions.agreements.model.signatures import asked_of
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.companies import CompanyActivated
from passerelle.contracts.documents import DocumentIssued
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded
from passerelle.contracts.notifications import PersonalLinkIssued, SigningCodeIssued
from passerelle.contracts.terms import Workforce
from passerelle.tokens import digest
from tests.support.slices import Reply, Slice, a_company, a_slice, an_envelope

LENDER, HOST, PERSON, INTRODUCTION = "cmp_lender", "cmp_host", "per_a", "int_a"
LENDING, HOSTING = a_company(LENDER), a_company(HOST, subject="usr_2")
COMPANIES = {"lender": LENDING, "host": HOSTING}
ID = agreement_id(INTRODUCTION)
PATH = f"/agreements/{ID}"
TOKEN = "a-token-of-the-employee-alone-0000000000000"
CODE = "KX4R7M2PQ9"
KINDS = ("secondment_agreement", "contract_amendment", "employee_agreement", "financial_schedule")
NOW = datetime(2026, 2, 16, 9, 0, tzinfo=UTC)
LENDER_MARK, HOST_MARK = "siren:" + "a" * 32, "siren:" + "b" * 32

LENDER_STEPS: dict[str, Any] = {
    "cse": {"informed_on": "2026-01-05", "opinion_on": "2026-02-02", "expert_levels": 0, "agreed_days": None},
    "urssaf_certificate_on": "2026-01-20",
    "registration_proof": True,
    "in_trial_period": False,
    "contract_suspended": False,
    "work_permit_ok": True,
    "on_partial_activity": False,
    "has_mandate": False,
}
HOST_STEPS: dict[str, Any] = {"cse": {"informed_on": "2026-01-06", "opinion_on": "2026-02-03"}, "custom_ppe": False}


class Clock:
    """The time of the slice, which only the test moves."""

    def __init__(self, patch: pytest.MonkeyPatch, at: datetime = NOW) -> None:
        self.at = at
        patch.setattr(clock, "now", lambda: self.at)

    def on(self, day: date) -> None:
        """Nine in the morning of a day."""
        self.at = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)

    def pass_(self, **period: int) -> None:
        """Let time pass."""
        self.at += timedelta(**period)


@contextmanager
def agreements_slice() -> Iterator[tuple[Slice, Clock]]:
    """The slice with an empty table, and its clock."""
    with a_slice("agreements") as running, pytest.MonkeyPatch.context() as patch:
        yield running, Clock(patch)


def terms(**changed: Any) -> dict[str, Any]:
    cost = {"monthly_gross": 300_000, "contribution_rate": 4_000, "billed": 420_000}
    return {
        "regime": "R1_ORDINARY",
        "occupation": "H2913",
        "tasks": "Soudage TIG de tuyauteries en inox, contrôle visuel des cordons.",
        "post_characteristics": "Poste debout, port de charges jusqu’à 15 kg.",
        "area": {"level": "epci", "code": "200084952"},
        "start_date": "2026-03-02",
        "end_date": "2026-05-29",
        "weekly_hours": 35,
        "daily_hours": 8,
        "daily_rest_hours": 12,
        "working_time": "full_time",
        "shift": "day",
        "contract_type": "CDI",
        "cost": cost,
    } | changed


def draft(**changed: Any) -> dict[str, Any]:
    """The body of PUT terms; keywords of the term sheet go into it."""
    own = {"workplace": "76540", "supervisor": "Chef d’atelier", "lender_signer": "DRH", "host_signer": "Directrice"}
    own |= {name: changed.pop(name) for name in tuple(changed) if name in own}
    return {"terms": terms(**changed), **own}


def disclosed(**changed: Any) -> Envelope:
    event = IntroductionDisclosed.model_validate(
        {
            "introduction_id": INTRODUCTION,
            "demand_id": "dem_a",
            "profile_id": "prf_a",
            "person_id": PERSON,
            "lender": LENDER,
            "host": HOST,
            "terms": terms(**changed),
            "sha256": "5" * 64,
            "disclosed_at": NOW,
        }
    )
    return an_envelope(event, tenant=HOST, subject=INTRODUCTION, sequence=9)


def introduction_ended() -> Envelope:
    event = IntroductionEnded(
        introduction_id=INTRODUCTION,
        demand_id="dem_a",
        profile_id="prf_a",
        lender=LENDER,
        host=HOST,
        reason="declined",
    )
    return an_envelope(event, tenant=HOST, subject=INTRODUCTION, sequence=10)


def active(company_id: str, mark: str, *, sequence: int = 2, **workforce: Any) -> Envelope:
    size = Workforce(**({"headcount": "50-249", "has_cse": True} | workforce))
    event = CompanyActivated(company_id=company_id, marks=(mark, "naf:28"), denied=(), workforce=size)
    return an_envelope(event, tenant=company_id, subject=company_id, sequence=sequence)


def named(tenant: str, subject: str, mark: str | None = None) -> Envelope:
    event = IdentityRecorded(subject_id=subject, kind="company" if mark else "person", mark=mark)
    return an_envelope(event, tenant=tenant, subject=subject)


IDENTITIES = {
    "lender": lambda: named(LENDER, LENDER, LENDER_MARK),
    "host": lambda: named(HOST, HOST, HOST_MARK),
    "employee": lambda: named(LENDER, PERSON),
}


def sha(kind: str, version: int = 1) -> str:
    return digest(kind, str(version))


def issued(kind: str, version: int = 1, **changed: Any) -> Envelope:
    values = {
        "document_id": f"doc_{kind}_{version}",
        "kind": kind,
        "introduction_id": INTRODUCTION,
        "agreement_id": ID,
        "terms_version": version,
        "sha256": sha(kind, version),
        "readers": (LENDER, HOST),
    }
    return an_envelope(DocumentIssued(**(values | changed)), tenant=HOST, subject=f"doc_{kind}")


def linked(token: str = TOKEN, *, days: int = 30) -> Envelope:
    event = PersonalLinkIssued(
        purpose="employee_signature",
        subject_id=ID,
        digest=digest(token),
        expires_at=clock.now() + timedelta(days=days),
    )
    return an_envelope(event, tenant=LENDER, subject=ID)


def coded(party: Any, code: str = CODE, *, hours: int = 24) -> Envelope:
    event = SigningCodeIssued(
        agreement_id=ID, party=party, digest=digest(ID, party, code), expires_at=clock.now() + timedelta(hours=hours)
    )
    return an_envelope(event, tenant=HOST, subject=ID)


def stored(loans: Slice) -> Any:
    """The agreement in the table, with its version."""
    return loans.handler.wire().agreements.find(HOST, ID)


def etag(loans: Slice) -> str:
    return f'"{stored(loans).version}"'


def put(loans: Slice, side: str, part: str, body: Any, *, version: str | None = None) -> Reply:
    headers = {"If-Match": version or etag(loans)}
    return loans.call("PUT", f"{PATH}/{part}", actor=COMPANIES[side], body=body, headers=headers)


def record(loans: Slice, side: str, **changed: Any) -> Reply:
    steps = LENDER_STEPS if side == "lender" else HOST_STEPS
    return put(loans, side, "steps", {side: steps | changed})


def known(loans: Slice, *, without: str = "") -> None:
    """Both companies are active, and the vault knows everybody but one."""
    facts = [active(LENDER, LENDER_MARK), active(HOST, HOST_MARK)]
    facts += [told() for party, told in IDENTITIES.items() if party != without]
    assert loans.deliver(*facts) == []


_SEEN: dict[str, tuple[list[dict[str, Any]], datetime | None]] = {}
"""Tables as they were once a state was reached through the handlers: reaching it again restores them."""


def _kept(loans: Slice) -> list[dict[str, Any]]:
    """The rows but those of remembered requests, whose keys another test uses anew."""
    return [row for row in loans.rows() if "#idempotency#" not in row["pk"]["S"]]


def restore(loans: Slice, rows: list[dict[str, Any]]) -> None:
    """Make the table hold exactly these rows."""
    client, wanted = boto3.client("dynamodb"), {(row["pk"]["S"], row["sk"]["S"]): row for row in rows}
    present = {(row["pk"]["S"], row["sk"]["S"]): row for row in loans.rows()}
    for place, row in present.items():
        if place not in wanted:
            client.delete_item(TableName=loans.table_name, Key={"pk": row["pk"], "sk": row["sk"]})
    for place, row in wanted.items():
        if present.get(place) != row:
            client.put_item(TableName=loans.table_name, Item=row)


def drafted(loans: Slice, *, without: str = "", **changed: Any) -> None:
    """Disclosed, complete, every step recorded."""
    name = f"drafted {without} {changed} {clock.now()}"
    if name in _SEEN:
        restore(loans, _SEEN[name][0])
        return
    known(loans, without=without)
    agreed = {key: value for key, value in changed.items() if key in {"regime", "contract_type"}}
    assert loans.deliver(disclosed(**agreed)) == []
    put(loans, "host", "terms", draft(**changed))
    record(loans, "lender")
    record(loans, "host")
    _SEEN[name] = _kept(loans), None


def version_of(loans: Slice) -> int:
    return int(stored(loans).value.version)


def ready(loans: Slice) -> Reply:
    """The documents of the present version are made, and the employee has his link."""
    reply = loans.call("POST", f"{PATH}/readiness", actor=LENDING)
    if reply.status == 200:
        assert loans.deliver(*(issued(kind, version_of(loans)) for kind in KINDS), linked()) == []
    return reply


def code_for(loans: Slice, clock_: Clock, party: str, code: str = CODE) -> None:
    """The party asked for a code and has it."""
    clock_.pass_(minutes=2)
    if party == "employee":
        reply = loans.call("POST", "/agreements/sign/code", body={"token": TOKEN})
    else:
        reply = loans.call("POST", f"{PATH}/signing-codes", actor=COMPANIES[party])
    assert reply.status == 202, reply.text
    assert loans.deliver(coded(party, code)) == []


def documents_of(party: Any, version: int) -> dict[str, str]:
    return {kind: sha(kind, version) for kind in asked_of(party)}


def give(
    loans: Slice, party: str, *, documents: dict[str, str] | None = None, code: str = CODE, key: str | None = None
) -> Reply:
    """The party signs with a code it has."""
    named_documents = documents_of(party, version_of(loans)) if documents is None else documents
    if party != "employee":
        body = {"documents": named_documents, "code": code}
        return loans.call("POST", f"{PATH}/signatures", actor=COMPANIES[party], body=body, key=key)
    sheet = loans.call("POST", "/agreements/sign/sheet", body={"token": TOKEN}).body
    body = {
        "token": TOKEN,
        "documents": named_documents,
        "code": code,
        "text_sha256": sheet.get("text_sha256", "0" * 64),
    }
    return loans.call("POST", "/agreements/sign/signature", body=body, key=key)


def signed_by(loans: Slice, clock_: Clock, *parties: str) -> None:
    for party in parties:
        code_for(loans, clock_, party)
        reply = give(loans, party)
        assert reply.status == 200, reply.text


def signed(loans: Slice, clock_: Clock, **changed: Any) -> None:
    """Signed by all three."""
    name = f"signed {changed} {clock_.at}"
    if name in _SEEN:
        rows, at = _SEEN[name]
        restore(loans, rows)
        clock_.at = at or clock_.at
        return
    drafted(loans, **changed)
    reply = ready(loans)
    assert reply.status == 200, reply.text
    signed_by(loans, clock_, "lender", "host", "employee")
    _SEEN[name] = _kept(loans), clock_.at


def state(loans: Slice) -> str:
    """The state in the table, which the companies read in fewer words."""
    return str(stored(loans).value.state)


def rules(reply: Reply) -> set[str]:
    """The rules of a legal block, each of which says what it must."""
    assert (reply.status, reply.body["type"]) == (409, "urn:passerelle:problem:legal-block"), reply.text
    for rule in reply.body["rules"]:
        assert all(rule[name] for name in ("rule", "article", "remedy", "who", "text"))
    return {rule["rule"] for rule in reply.body["rules"]}
