"""Who may do what with organisations and agreements, in which state, and what is said of bad terms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from functions.partners.model.agreements import TRANSITIONS, Action, Mover
from functions.partners.model.organisations import TRANSITIONS as OF_PARTNERS
from passerelle.access import Actor
from tests.support.slices import a_company, a_machine, a_user, an_adviser, an_operator
from tests.unit.partners.conftest import AGENCY, DECLARED, FACTS, TERMS, TERRITORY, House, a_partner, preselected

OTHER = "ptn_" + "c" * 20

ACTORS: dict[str, Actor | None] = {
    "operator": an_operator(),
    "partner": a_partner(),
    "other": a_partner(OTHER),
    "unscoped": a_partner(AGENCY, "webhooks:read"),
    "adviser": an_adviser(),
    "company": a_company(),
    "machine": a_machine("cmp_lender", "partners:read"),
    "user": a_user(),
    "anyone": None,
}
# who:                       operator partner other unscoped adviser company machine user anyone
BY_ACTOR = """
GET  /partners                    200 403 403 403 403 403 403 403 401
POST /partners                    201 403 403 403 403 403 403 403 401
GET  /partners/{id}               200 200 404 403 403 403 403 403 401
PUT  /partners/{id}               200 403 403 403 403 403 403 403 401
POST /partners/{id}/secrets       201 403 403 403 403 403 403 403 401
GET  /partners/{id}/inbox         200 200 404 403 403 403 403 403 401
GET  /partners/agreements         200 200 200 403 403 403 403 403 401
POST /partners/agreements         201 403 403 403 403 403 403 403 401
GET  /partners/agreements/{agreement}              200 200 404 403 403 403 403 403 401
PUT  /partners/agreements/{agreement}              409 403 403 403 403 403 403 403 401
GET  /partners/agreements/{agreement}/figures      200 200 404 403 403 403 403 403 401
POST /partners/agreements/{agreement}/activation   409 403 403 403 403 403 403 403 401
POST /partners/agreements/{agreement}/declarations 200 403 403 403 403 403 403 403 401
POST /partners/agreements/{agreement}/ending       200 403 403 403 403 403 403 403 401
POST /partners/{id}/ending        200 403 403 403 403 403 403 403 401
"""
BODIES: dict[str, Any] = {
    "POST /partners": FACTS,
    "PUT /partners/{id}": FACTS,
    "POST /partners/agreements": TERMS,
    "PUT /partners/agreements/{agreement}": TERMS,
    "POST /partners/agreements/{agreement}/declarations": {"indicator": "visites", "value": 3, "as_of": "2026-11-20"},
}


def test_each_caller_is_let_in_where_the_table_says(house: House) -> None:
    agreement = house.agree(indicators=[DECLARED])
    for line in BY_ACTOR.strip().splitlines():
        method, path, *expected = line.split()
        where = path.format(id=AGENCY, agreement=agreement)
        found = []
        for actor in reversed(ACTORS.values()):
            headers = {"If-Match": f'"{version(house, where)}"'} if method == "PUT" else {}
            body = BODIES.get(f"{method} {path}")
            found.append(house.call(method, where, actor=actor, body=body, headers=headers).status)

        assert [str(status) for status in reversed(found)] == expected, line


def version(house: House, path: str) -> str:
    """The ETag of a thing, without its quotes."""
    return house.call("GET", path).headers["ETag"].strip('"')


# state:             draft active ended
BY_STATE = """
PUT                    200    409   409
POST /activation       200    409   409
POST /declarations     409    200   200
POST /ending           409    200   409
"""


@pytest.mark.parametrize("line", BY_STATE.strip().splitlines())
@pytest.mark.parametrize(("column", "state"), list(enumerate(("draft", "active", "ended"))))
def test_an_agreement_moves_as_its_table_says(house: House, line: str, column: int, state: str) -> None:
    method, *rest = line.split()
    action, expected = (rest[0], rest[1:]) if rest[0].startswith("/") else ("", rest)
    agreement = house.agree(active=state != "draft", indicators=[DECLARED])
    where = f"/partners/agreements/{agreement}"
    if state == "ended":
        house.call("POST", f"{where}/ending")
    bodies = {"": TERMS, "/declarations": BODIES["POST /partners/agreements/{agreement}/declarations"]}
    headers = {"If-Match": f'"{version(house, where)}"'}

    answer = house.call(method, where + action, body=bodies.get(action), headers=headers)

    assert str(answer.status) == expected[column]
    if answer.status == 409:
        assert answer.body["detail"].startswith("La convention")


def test_the_tables_name_every_action() -> None:
    assert set(TRANSITIONS) == set(Action)
    assert {action for action, row in TRANSITIONS.items() if row.mover is Mover.PLATFORM} == {Action.EXPIRE}
    assert all(row.told for row in (*TRANSITIONS.values(), *OF_PARTNERS.values()))


def test_where_an_organisation_acts_is_told_each_time_and_at_last_that_it_ended(house: House) -> None:
    where, everywhere = f"/partners/{AGENCY}", {**FACTS, "programmes": ["lending", "placement"], "territories": []}
    house.call("PUT", where, body=everywhere, headers={"If-Match": '"2"'})
    house.new_secret()
    house.call("POST", f"{where}/ending")

    told = [one for one in house.slice.envelopes() if one.tenant == AGENCY == one.subject]

    recorded, changed, gone = sorted(told, key=lambda one: one.sequence)
    assert recorded.data == {"partner_id": AGENCY, "programmes": ["placement"], "territories": FACTS["territories"]}
    assert changed.data == {"partner_id": AGENCY, "programmes": ["lending", "placement"], "territories": []}
    assert (gone.type, gone.data) == ("PartnerEnded", {"partner_id": AGENCY})
    assert [one.type for one in (recorded, changed)] == ["PartnerRecorded", "PartnerRecorded"]
    assert recorded.sequence < changed.sequence < gone.sequence
    assert FACTS["name"] not in str(told)


@pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("POST", "/ending"), ("POST", "/secrets")])
def test_an_ended_partner_changes_no_more(house: House, method: str, path: str) -> None:
    where = f"/partners/{AGENCY}"
    house.call("POST", f"{where}/ending")

    body = FACTS if method == "PUT" else None
    answer = house.call(method, where + path, body=body, headers={"If-Match": '"3"'})

    assert (answer.status, answer.body["type"]) == (409, "urn:passerelle:problem:partner-ended")
    assert house.call("GET", where).body["state"] == "ended"


def test_a_partner_is_recorded_under_the_id_of_its_key_and_once(bare: House) -> None:
    first = bare.call("POST", "/partners", body={"partner_id": AGENCY} | FACTS)
    again = bare.call("POST", "/partners", body={"partner_id": AGENCY} | FACTS)
    other = bare.call("POST", "/partners", body=FACTS)

    assert (first.status, first.body["id"], first.headers["ETag"]) == (201, AGENCY, '"1"')
    assert (again.status, again.body["type"]) == (409, "urn:passerelle:problem:partner-known")
    assert other.body["id"] not in (AGENCY, "")


def test_a_secret_is_shown_once_and_kept_sealed(house: House) -> None:
    first = house.call("POST", f"/partners/{AGENCY}/secrets", key="the-same-key-again")
    again = house.call("POST", f"/partners/{AGENCY}/secrets", key="the-same-key-again")

    assert first.body["secret"].startswith("whsec_")
    assert (again.status, again.body["secret"]) == (201, None)
    assert first.body["secret"] not in str(house.slice.rows())
    assert "whsec_" not in house.call("GET", f"/partners/{AGENCY}").text


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"territories": [{"level": "epci", "code": "76"}]}, "/territories/0/code"),
        ({"territories": [{"level": "department", "code": "76"}] * 2}, "/territories"),
        ({"programmes": ["placement", "placement"]}, "/territories"),
        ({"kind": "friend"}, "/kind"),
        ({"programmes": []}, "/programmes"),
    ],
)
def test_bad_facts_are_refused_by_name(bare: House, facts: dict[str, Any], pointer: str) -> None:
    answer = bare.call("POST", "/partners", body=FACTS | facts)

    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)
    assert answer.body["errors"][0]["remedy"]


ONE = TERMS["indicators"][0]


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"end": "2026-09-30"}, "/end"),
        ({"end": "2039-09-30"}, "/end"),
        ({"parties": [AGENCY, AGENCY]}, "/parties/1"),
        ({"parties": [TERRITORY]}, "/parties/0"),
        ({"programme": "relocation", "indicators": []}, "/parties/0"),
        ({"axes": [{"number": 1, "label": "Une"}, {"number": 1, "label": "Deux"}], "indicators": []}, "/axes/0/number"),
        ({"indicators": [ONE, ONE]}, "/indicators/0/code"),
        ({"indicators": [ONE | {"axis": 3}]}, "/indicators/0/axis"),
        ({"indicators": [ONE | {"source": "declared"}]}, "/indicators/0/counts"),
        ({"indicators": [ONE | {"counts": None}]}, "/indicators/0/counts"),
        ({"indicators": [ONE | {"unit": "days"}]}, "/indicators/0/unit"),
        ({"indicators": [ONE | {"counts": "days_lent", "unit": "days"}]}, "/indicators/0/counts"),
        ({"indicators": [ONE | {"target": 0}]}, "/indicators/0/target"),
    ],
)
def test_bad_terms_are_refused_by_name_with_what_to_do(house: House, terms: dict[str, Any], pointer: str) -> None:
    answer = house.call("POST", "/partners/agreements", body=TERMS | terms)

    assert answer.status == 422
    assert pointer in [error["pointer"] for error in answer.body["errors"]]
    assert all(error["remedy"] for error in answer.body["errors"])
    assert house.call("GET", "/partners/agreements").body["items"] == []


def test_a_draft_whose_term_is_over_is_not_put_into_force(house: House) -> None:
    draft = house.agree(active=False, start="2025-01-01", end="2025-12-31")

    assert house.call("POST", f"/partners/agreements/{draft}/activation").status == 409


def test_a_party_reads_nothing_of_a_draft_nor_of_what_is_not_its_own(house: House) -> None:
    house.record(TERRITORY)
    house.agree(active=False)
    own, others = house.agree(), house.agree(parties=[TERRITORY])

    listed = house.call("GET", "/partners/agreements", actor=a_partner()).body["items"]

    assert [one["id"] for one in listed] == [own]
    assert house.call("GET", f"/partners/agreements/{others}", actor=a_partner()).status == 404


def test_an_agreement_ends_by_itself_once_its_term_is_over(house: House) -> None:
    agreement = house.agree(end="2026-11-30")
    house.codes(preselected())

    house.figures(agreement, on=date(2026, 11, 30))
    on_its_last_day = house.call("GET", f"/partners/agreements/{agreement}").body["state"]
    house.figures(agreement, on=date(2026, 12, 1))
    after = house.call("GET", f"/partners/agreements/{agreement}").body

    assert on_its_last_day == "active"
    assert (after["state"], after["ended_on"]) == ("ended", "2026-11-30")
