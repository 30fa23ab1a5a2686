"""Companies through their HTTP face: registration, the right to act, the deny-list, keys."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from functions.companies.model import MOST_PENDING, Company, Facts, State
from passerelle import clock
from passerelle.access import Actor
from passerelle.contracts.companies import (
    ActivationCodeRequested,
    CompanyActivated,
    CompanyClosed,
    CompanyRegistered,
    CompanySuspended,
    CompanyUpdated,
)
from passerelle.contracts.terms import Workforce
from passerelle.identifiers import siren_mark
from tests.support.slices import Reply, Slice, a_company, a_user, an_adviser, an_operator
from tests.unit.companies.registering import (
    CODE,
    SECRET,
    SIREN,
    a_registration,
    activated,
    activation,
    coded,
    identified,
    registered,
)


def test_registration_keeps_no_siren(companies: Slice) -> None:
    company_id = registered(companies)

    assert [fact.company_id for fact in companies.facts(CompanyRegistered)] == [company_id]
    everything = str(companies.rows())
    assert SIREN not in everything
    assert "356000000" not in everything


def test_one_user_has_no_more_than_a_few_registrations_that_wait(companies: Slice) -> None:
    made = [registered(companies) for _ in range(MOST_PENDING)]

    refused = companies.call("POST", "/companies", actor=a_user("usr_1"), body=a_registration())

    assert (refused.status, refused.body["type"].rpartition(":")[2]) == (409, "too-many-pending")
    assert len(companies.facts(CompanyRegistered)) == MOST_PENDING
    assert registered(companies, "usr_2")
    identified(companies, made[0])
    coded(companies, made[0])
    assert activation(companies, made[0], CODE).status == 200
    assert registered(companies)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"siren": "123456789", "siret": "12345678900011"}, "/siren"),
        ({"siret": "73282932000075"}, "/siret"),
        ({"siret": "35600000049837"}, "/"),
        ({"municipality": "99999"}, "/municipality"),
        ({"naf": "2932"}, "/naf"),
        ({"headcount": -1}, "/headcount"),
        ({"headcount": "12"}, "/headcount"),
        ({"surprise": 1}, "/surprise"),
        ({"denied": [{"siren": "123456789"}]}, "/denied/0/siren"),
    ],
)
def test_bad_registration_names_the_field_and_writes_nothing(
    companies: Slice, changes: dict[str, Any], pointer: str
) -> None:
    reply = companies.call("POST", "/companies", actor=a_user(), body=a_registration(**changes))

    assert reply.status == 422
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert pointer in [fault["pointer"] for fault in reply.body["errors"]]
    assert companies.rows() == []


def test_la_poste_office_without_luhn_is_registered(companies: Slice) -> None:
    form = a_registration(siren="356 000 000", siret="356 000 000 49837")

    assert companies.call("POST", "/companies", actor=a_user(), body=form).status == 201


def test_the_mailed_code_activates(companies: Slice) -> None:
    company_id = registered(companies)

    assert activation(companies, company_id, CODE).body["type"].endswith("no-code")
    identified(companies, company_id)
    assert [fact.company_id for fact in companies.facts(ActivationCodeRequested)] == [company_id]
    coded(companies, company_id)
    assert activation(companies, company_id, CODE.lower()).status == 200

    (fact,) = companies.facts(CompanyActivated)
    assert fact.marks == (siren_mark(SECRET, SIREN), "naf:29.32Z", "naf:29", "idcc:3248")
    assert fact.workforce == Workforce(headcount="50-249", has_cse=True)
    assert fact.denied == tuple(sorted((siren_mark(SECRET, "356000000"), "naf:30", "idcc:1597")))


def test_an_identity_recorded_over_and_over_has_few_codes_mailed(
    companies: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    company_id = registered(companies)
    for sequence in range(1, 8):
        identified(companies, company_id, sequence=sequence)

    mailed = len(companies.facts(ActivationCodeRequested))
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    identified(companies, company_id, sequence=8)

    assert (mailed, len(companies.facts(ActivationCodeRequested))) == (3, 4)


def test_five_wrong_codes_spend_the_code(companies: Slice) -> None:
    company_id = registered(companies)
    identified(companies, company_id)
    coded(companies, company_id)

    wrong = [activation(companies, company_id, "WRONGCODE2").body for _ in range(5)]
    assert {answer["type"].rsplit(":", 1)[1] for answer in wrong} == {"wrong-code"}
    assert activation(companies, company_id, CODE).body["type"].endswith("code-expired")


def test_a_late_code_is_refused(companies: Slice) -> None:
    company_id = registered(companies)
    identified(companies, company_id)
    coded(companies, company_id, expires_in=timedelta(seconds=-1))

    assert activation(companies, company_id, CODE).status == 409


@pytest.mark.parametrize(("siren", "contact"), [("356000000", "company"), (SIREN, "free_mail")])
def test_what_a_code_cannot_show_is_left_to_an_adviser(companies: Slice, siren: str, contact: str) -> None:
    company_id = registered(companies)
    identified(companies, company_id, siren=siren, contact=contact)

    assert companies.facts(ActivationCodeRequested) == []
    assert activation(companies, company_id, CODE).body["type"].endswith("adviser-needed")


def test_a_second_company_under_one_siren_reads_the_same_as_any_other_hard_case(companies: Slice) -> None:
    activated(companies, "usr_1")
    second = registered(companies, "usr_2")
    identified(companies, second)
    coded(companies, second)

    reply = activation(companies, second, CODE)

    assert reply.status == 409
    assert reply.body["type"].endswith("adviser-needed")
    assert len(companies.facts(CompanyActivated)) == 1


def test_a_closed_company_gives_its_siren_back(companies: Slice) -> None:
    first = activated(companies, "usr_1")
    companies.call("POST", f"/companies/{first}/closure", actor=a_company(first))

    activated(companies, "usr_2")

    assert len(companies.facts(CompanyClosed)) == 1


def test_who_calls_itself_by_another_siren_once_active_is_suspended_until_it_agrees_again(companies: Slice) -> None:
    company_id = activated(companies)
    path, reason = f"/companies/{company_id}/reinstatement", {"reason": "Identité corrigée."}

    identified(companies, company_id, siren="356000000", sequence=2)
    early = companies.call("POST", path, actor=an_adviser(), body=reason)
    identified(companies, company_id, sequence=3)
    late = companies.call("POST", path, actor=an_adviser(), body=reason)

    assert [fact.company_id for fact in companies.facts(CompanySuspended)] == [company_id]
    assert (early.status, late.status) == (409, 200)


def test_an_adviser_activates_with_a_reason(companies: Slice) -> None:
    company_id = registered(companies)
    identified(companies, company_id, contact="free_mail")
    path = f"/companies/{company_id}/activation"

    assert companies.call("POST", path, actor=an_adviser(), body={}).status == 422
    assert companies.call("POST", path, actor=an_adviser(), body={"reason": "Kbis vu sur place."}).status == 200


def test_the_same_registration_again_is_answered_not_repeated(companies: Slice) -> None:
    once = companies.call("POST", "/companies", actor=a_user(), body=a_registration(), key="the-same-key")
    again = companies.call("POST", "/companies", actor=a_user(), body=a_registration(), key="the-same-key")
    other = companies.call("POST", "/companies", actor=a_user(), body=a_registration(headcount=9), key="the-same-key")

    assert again.body == once.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status == 422
    assert len(companies.facts(CompanyRegistered)) == 1


def test_a_change_names_the_version_it_changes(companies: Slice) -> None:
    company_id = activated(companies)
    me = a_company(company_id)
    facts = {key: value for key, value in a_registration().items() if key not in {"siren", "siret"}}
    etag = companies.call("GET", f"/companies/{company_id}", actor=me).headers["ETag"]

    def put(headers: dict[str, str]) -> Reply:
        body = facts | {"denied": [], "headcount": 9, "has_cse": False}
        return companies.call("PUT", f"/companies/{company_id}", actor=me, body=body, headers=headers)

    assert put({}).status == 428
    assert put({"If-Match": "yesterday"}).status == 400
    assert put({"If-Match": etag}).status == 200
    assert put({"If-Match": etag}).status == 412
    assert [fact.denied for fact in companies.facts(CompanyUpdated)] == [()]
    assert [fact.workforce for fact in companies.facts(CompanyUpdated)] == [Workforce(headcount="0-10", has_cse=False)]


@pytest.mark.parametrize(
    ("headcount", "band"),
    [
        (0, "0-10"),
        (10, "0-10"),
        (11, "11-49"),
        (49, "11-49"),
        (50, "50-249"),
        (249, "50-249"),
        (250, "250-4999"),
        (4_999, "250-4999"),
        (5_000, "5000+"),
        (500_000, "5000+"),
    ],
)
def test_a_headcount_is_told_as_its_band(headcount: int, band: str) -> None:
    facts = Facts(naf="29.32Z", idcc="3248", headcount=headcount, has_cse=True, municipality="76540")
    company = Company(
        id="cmp_1", state=State.ACTIVE, founder="usr_1", siren_mark="siren:x", facts=facts, territory="76"
    )

    assert company.workforce == Workforce(headcount=band, has_cse=True)


def test_a_key_is_shown_once_and_kept_as_a_digest(companies: Slice) -> None:
    company_id = activated(companies)
    form = {"label": "SIRH", "scopes": ["profiles:write"], "days": 30}
    path = f"/companies/{company_id}/keys"

    made = companies.call("POST", path, actor=a_company(company_id), body=form, key="one-key-only")
    again = companies.call("POST", path, actor=a_company(company_id), body=form, key="one-key-only")

    secret = made.body["secret"].rsplit(".", 1)[1]
    assert secret not in str(companies.rows())
    assert again.body == made.body | {"secret": None}
    assert companies.call("DELETE", f"{path}/{made.body['id']}", actor=a_company(company_id)).status == 204
    assert companies.call("GET", path, actor=a_company(company_id)).body["items"] == []


STATES = ("pending", "active", "suspended", "closed")
ACTORS: dict[str, Actor] = {
    "owner": a_company("ID"),
    "stranger": a_company("cmp_stranger"),
    "adviser": an_adviser(),
    "operator": an_operator(),
}
# What each actor gets for each action in each state, by hand. 409 where the state or the actor's kind forbids it.
EXPECTED = {
    ("owner", "activation"): (200, 409, 409, 409),
    ("owner", "suspension"): (403, 403, 403, 403),
    ("owner", "reinstatement"): (403, 403, 403, 403),
    ("owner", "closure"): (200, 200, 200, 409),
    ("stranger", "activation"): (404, 404, 404, 404),
    ("stranger", "suspension"): (403, 403, 403, 403),
    ("stranger", "reinstatement"): (403, 403, 403, 403),
    ("stranger", "closure"): (404, 404, 404, 404),
    ("adviser", "activation"): (200, 409, 409, 409),
    ("adviser", "suspension"): (409, 200, 409, 409),
    ("adviser", "reinstatement"): (409, 409, 200, 409),
    ("adviser", "closure"): (403, 403, 403, 403),
    ("operator", "activation"): (200, 409, 409, 409),
    ("operator", "suspension"): (409, 200, 409, 409),
    ("operator", "reinstatement"): (409, 409, 200, 409),
    ("operator", "closure"): (403, 403, 403, 403),
}
CASES = [
    (actor, action, state, expected)
    for (actor, action), row in EXPECTED.items()
    for state, expected in zip(STATES, row, strict=True)
]


def test_the_matrix_holds_every_case() -> None:
    actions = ("activation", "suspension", "reinstatement", "closure")
    assert set(EXPECTED) == set(itertools.product(ACTORS, actions))


@pytest.mark.parametrize(("actor", "action", "state", "expected"), CASES)
def test_transition(companies: Slice, actor: str, action: str, state: str, expected: int) -> None:
    company_id = _in_state(companies, state)
    caller = a_company(company_id) if actor == "owner" else ACTORS[actor]
    bodies = {
        "activation": {"code": CODE} if actor in {"owner", "stranger"} else {"reason": "Kbis vu sur place."},
        "closure": None,
    }

    reply = companies.call(
        "POST",
        f"/companies/{company_id}/{action}",
        actor=caller,
        body=bodies.get(action, {"reason": "Contrôle en cours."}),
    )

    assert reply.status == expected, reply.text


def _in_state(companies: Slice, state: str) -> str:
    if state == "pending":
        company_id = registered(companies)
        identified(companies, company_id)
        coded(companies, company_id)
        return company_id
    company_id = activated(companies)
    if state == "suspended":
        reason = {"reason": "Contrôle en cours."}
        companies.call("POST", f"/companies/{company_id}/suspension", actor=an_operator(), body=reason)
        assert companies.facts(CompanySuspended)
    if state == "closed":
        companies.call("POST", f"/companies/{company_id}/closure", actor=a_company(company_id))
    return company_id
