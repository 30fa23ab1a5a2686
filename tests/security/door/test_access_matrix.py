"""Every declared route answers every kind of caller as the table says, through the gateway and the real authorizer."""

from typing import Any

import pytest
import requests

from passerelle.access import Role
from passerelle.http import Route
from tests.security.door.conftest import SCOPES, House, Knock
from tests.security.door.routes import (
    COLUMNS,
    COST,
    DEMAND,
    NEVER,
    OPEN_TO_ALL,
    READING_NEEDS,
    REASON,
    ROUTES,
    ROWS,
    asked_with,
    ids,
    owner_of,
)

pytestmark = pytest.mark.timeout(300)


def asked(house: House, name: str, knock: Knock) -> requests.Response:
    """A well-formed request to a route, about the owner's thing."""
    route, known = ROUTES[name], ids(house)
    how: dict[str, Any] = {}
    if name in READING_NEEDS:
        how["params"] = {parameter: known[of] for parameter, of in READING_NEEDS[name].items()}
    if name.endswith("/cost"):
        how["params"] = COST
    if route.method != "GET":
        how["headers"] = NEVER
    if name == "POST /matching/demands/{demand_id}/proposals":
        how["json"] = {"profile_id": known["profile_id"]}
    else:
        how |= asked_with(name)
    return house.ask(route.method, route.path.format(**known), knock, **how)


def knock_of(house: House, column: str, route: Route) -> Knock:
    """The caller of a column, for this route."""
    owner = owner_of(route.path)
    if column == "owner":
        return house.knocks[owner]
    scope = route.allow.scope if route.allow.scope in SCOPES else ""
    if column == "key":
        return keyed(house.keys[owner][f"only {scope}" if scope else "every"])
    if column == "unscoped":
        return keyed(house.keys[owner][f"all but {scope}" if scope else "every"])
    if column == "otherkey":
        return keyed(house.keys["other"]["every"])
    return house.knocks[column]


def keyed(key: dict[str, Any]) -> Knock:
    return Knock({"Authorization": f"ApiKey {key['secret']}"})


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(ROWS) == sorted(ROUTES)


def test_the_table_agrees_with_itself() -> None:
    """No row lets anybody in whom it should not: a thing is its owner's, and a public path is everybody's."""
    for name, row in ROWS.items():
        public = Role.PUBLIC in ROUTES[name].allow.roles
        assert (len(set(row.values())) == 1) == public, name
        if not public:
            assert (row["anyone"], row["forged"]) == (401, 401), name
            assert row["unscoped"] == 403, name
            if "{" in ROUTES[name].path and name not in OPEN_TO_ALL:
                assert {row[who] for who in ("other", "otherkey", "pending", "user", "rival")} <= {403, 404}, name
            assert (row["partner"] == 403) == (Role.PARTNER not in ROUTES[name].allow.roles), name


@pytest.mark.parametrize("name", ROWS)
def test_a_route_lets_in_whom_the_table_says(house: House, name: str) -> None:
    expected, route = ROWS[name], ROUTES[name]
    answers = {column: asked(house, name, knock_of(house, column, route)) for column in COLUMNS if column != "forged"}
    forged = {kind: asked(house, name, knock) for kind, knock in house.knocks.items() if kind.startswith("bad")}

    assert {column: answer.status_code for column, answer in answers.items()} == {
        column: status for column, status in expected.items() if column != "forged"
    }
    assert {kind: answer.status_code for kind, answer in forged.items()} == dict.fromkeys(forged, expected["forged"])
    for answer in (*answers.values(), *forged.values()):
        assert (answer.headers["Content-Type"] == "application/problem+json") == (answer.status_code >= 400)


OWN = [
    (name, who) for name, row in ROWS.items() for who in ("other", "rival") if row[who] == 404 and row["anyone"] == 401
]


@pytest.mark.parametrize(("name", "who"), OWN)
def test_anothers_thing_reads_as_one_that_is_not_there(house: House, name: str, who: str) -> None:
    route, known = ROUTES[name], ids(house)
    nothing = {parameter: f"{value[:4]}{'a' * 20}" for parameter, value in known.items()}
    body = asked_with(name)
    if name.endswith("/proposals"):
        body = {"json": {"profile_id": known["profile_id"]}}

    theirs, nobodys = (
        house.ask(route.method, route.path.format(**which), house.knocks[who], **({"headers": NEVER} | body))
        for which in (known, nothing)
    )

    assert theirs.status_code == nobodys.status_code == 404
    assert {**theirs.json(), "instance": ""} == {**nobodys.json(), "instance": ""}


def test_no_list_holds_what_is_anothers(house: House) -> None:
    lists = ["/companies", "/profiles", "/demands", "/sessions/mine", "/introductions"]
    lists.append(f"/documents?introduction={house.told.mutual}")
    things = {value for name, value in ids(house).items() if name not in ("code", "key_id")}

    for path in lists:
        own = house.ask("GET", path, house.knocks[owner_of(path)]).text
        others = house.ask("GET", path, house.knocks["other"]).text
        assert any(thing in own for thing in things), path
        assert not any(thing in others for thing in things - {house.told.mutual}), path
        assert '"items":[]' in others or path == "/companies", path


@pytest.mark.parametrize("name", ["user", "other", "pending", "host"])
def test_naming_anothers_company_gives_no_right_to_it(house: House, name: str) -> None:
    stolen = Knock({**house.knocks[name].headers, "X-Company": house.company("owner")})

    for path in (
        "/profiles",
        "/demands",
        f"/companies/{house.company('owner')}",
        f"/introductions/{house.told.mutual}",
    ):
        assert house.ask("GET", path, stolen).status_code == 403


def test_a_key_acts_for_its_own_company_whatever_it_names(house: House) -> None:
    key = keyed(house.keys["other"]["every"])
    naming = Knock({**key.headers, "X-Company": house.company("owner")})

    answer = house.ask("GET", "/profiles", naming)

    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_a_caller_cannot_say_who_he_is_by_other_headers(house: House) -> None:
    claimed = {"role": "operator", "X-Role": "operator", "X-Amzn-Role": "operator", "principalId": "operator"}
    knock = Knock({**house.knocks["user"].headers, **claimed, "X-Forwarded-User": "operator"})

    assert house.ask("GET", "/profiles", knock).status_code == 403
    assert house.ask("GET", f"/companies/{house.company('owner')}/keys", knock).status_code == 403


def test_a_suspended_company_is_stopped_at_once_and_its_keys_with_it(house: House) -> None:
    company, operator = house.company("other"), house.knocks["operator"]
    callers = (house.knocks["other"], keyed(house.keys["other"]["every"]))

    def statuses() -> list[int]:
        asks = (("GET", "/introductions", {}), ("POST", "/demands", {"json": DEMAND}))
        return [house.ask(*ask, knock, **how).status_code for knock in callers for *ask, how in asks]

    before = statuses()
    house.ask("POST", f"/companies/{company}/suspension", operator, json={"reason": REASON}).raise_for_status()
    suspended = statuses()
    house.ask("POST", f"/companies/{company}/reinstatement", operator, json={"reason": REASON}).raise_for_status()
    house.player.cloud.settle()

    assert before == statuses() == [200, 422] * 2
    assert suspended == [403] * 4


def test_nobody_reads_an_identity_by_recording_one_under_its_id(house: House) -> None:
    """Who a person is, is not known to the company that writes under the same id: its own record is another one."""
    person = house.told.volunteers["found"].person_id
    mine = {"kind": "person", "given_name": "Un", "family_name": "Autre", "email": "un.autre@courriel.example"}

    written = house.ask("PUT", f"/identities/{person}", house.knocks["other"], json=mine)
    read = house.ask("GET", f"/identities/{person}", house.knocks["other"])
    owners = house.ask("GET", f"/identities/{person}", house.knocks["owner"])

    assert written.status_code == 200
    assert read.json()["family_name"] == "Autre"
    assert owners.json()["family_name"] == house.told.volunteers["found"].part.family_name
