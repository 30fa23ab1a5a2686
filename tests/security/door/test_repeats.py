"""A hasty client asks twice, or changes what somebody else changed: keys of requests and versions of things.

All of it goes through the gateway of the local cloud; `House.ask` fails a test on any answer of 500 or above.
"""

from collections.abc import Callable

import pytest
import requests

from passerelle import clock
from passerelle.access import Role
from tests.security.door.asking import DRAFT, at_once, draft, problem
from tests.security.door.conftest import House, Knock
from tests.security.door.routes import BODIES, DEMAND, NEVER, ROUTES, ROWS, ids, staff_of

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize(
    "key", [None, "", "short", "x" * 65, "with space", "aaaaaaaa;", "../../../../etc", "clé-clé-clé"]
)
def test_a_post_without_a_proper_key_is_refused(house: House, key: str | None) -> None:
    sent = None if key is None else key.encode()

    answer = house.ask("POST", "/demands", house.knocks["host"], json=DRAFT, headers={"Idempotency-Key": sent})

    problem(answer, 400, "idempotency-key-missing")


def test_a_repeated_post_is_answered_and_not_repeated(house: House) -> None:
    key = {"Idempotency-Key": clock.new_id("idk")}

    first, again = (house.ask("POST", "/demands", house.knocks["host"], json=DRAFT, headers=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.content == again.content
    for name in ("ETag", "Location", "Content-Type"):
        assert first.headers[name] == again.headers[name]


def test_a_key_serves_one_request_alone(house: House) -> None:
    key = {"Idempotency-Key": clock.new_id("idk")}
    made = house.ask("POST", "/demands", house.knocks["host"], json=DRAFT, headers=key).json()["id"]

    other_body = house.ask("POST", "/demands", house.knocks["host"], json={**DRAFT, "headcount": 2}, headers=key)
    other_path = house.ask("POST", f"/demands/{made}/opening", house.knocks["host"], json=DRAFT, headers=key)
    other_company = house.ask("POST", "/demands", house.knocks["owner"], json=DRAFT, headers=key)

    problem(other_body, 422, "idempotency-key-reused")
    assert other_path.status_code == 422
    assert other_company.status_code == 201
    assert other_company.json()["id"] != made


def test_a_repeated_post_is_answered_only_to_whom_may_ask(house: House) -> None:
    key = {"Idempotency-Key": clock.new_id("idk")}
    assert house.ask("POST", "/demands", house.knocks["host"], json=DRAFT, headers=key).status_code == 201

    secret = house.keys["host"]["all but demands:write"]["secret"]
    answer = house.ask("POST", "/demands", Knock({"Authorization": f"ApiKey {secret}"}), json=DRAFT, headers=key)

    problem(answer, 403, "scope-missing")


def test_a_refused_post_may_be_corrected_under_the_same_key(house: House) -> None:
    key = {"Idempotency-Key": clock.new_id("idk")}

    refused = house.ask("POST", "/demands", house.knocks["host"], json={**DRAFT, "headcount": 0}, headers=key)
    corrected = house.ask("POST", "/demands", house.knocks["host"], json=DRAFT, headers=key)

    assert (refused.status_code, corrected.status_code) == (422, 201)


def test_a_secret_is_shown_once(house: House) -> None:
    key = {"Idempotency-Key": clock.new_id("idk")}
    path, body = f"/companies/{house.company('host')}/keys", {"label": "Essai", "scopes": ["demands:read"]}

    first, again = (house.ask("POST", path, house.knocks["host"], json=body, headers=key) for _ in range(2))

    secret = first.json().pop("secret")
    assert again.json() == {**first.json(), "secret": None}
    assert secret not in house.ask("GET", path, house.knocks["host"]).text


@pytest.mark.parametrize("turn", range(4))
def test_the_same_post_twice_at_once_has_one_effect_and_one_answer(house: House, turn: int) -> None:
    key = {"Idempotency-Key": clock.new_id("idk")}
    body = {**DRAFT, "headcount": turn + 1}

    def post() -> requests.Response:
        return house.ask("POST", "/demands", house.knocks["owner"], json=body, headers=key)

    answers = at_once(post, post, post)
    listed = house.ask("GET", "/demands?limit=100", house.knocks["owner"]).json()["items"]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert [item["id"] for item in listed].count(answers[0].json()["id"]) == 1
    assert sorted("Idempotent-Replayed" in answer.headers for answer in answers) == [False, True, True]


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}], ids=["", "If-Match"])
@pytest.mark.parametrize("turn", range(3))
def test_the_same_change_twice_at_once_is_one_change(house: House, turn: int, headers: dict[str, str]) -> None:
    """The one that comes second is told what became of the first, not that it came too late."""
    demand = draft(house).json()["id"]
    sent = {"Idempotency-Key": clock.new_id("idk"), **headers}

    def open_it() -> requests.Response:
        return house.ask("POST", f"/demands/{demand}/opening", house.knocks["host"], headers=sent)

    answers = at_once(open_it, open_it, open_it)

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    house.ask("POST", f"/demands/{demand}/closure", house.knocks["host"], json={"outcome": "closed"})


@pytest.mark.parametrize(
    "path",
    [
        "/companies/{company_id}",
        "/identities/{subject_id}",
        "/profiles/{profile_id}",
        "/demands/{demand_id}",
        "/introductions/{introduction_id}",
    ],
)
def test_what_may_change_has_an_etag(house: House, path: str) -> None:
    knock = house.knocks["host" if "demand" in path else "owner"]

    answer = house.ask("GET", path.format(**ids(house)), knock)

    assert answer.headers["ETag"].strip('"').isdigit()


@pytest.mark.parametrize("given", ["1", '"x"', "*", '"1", "2"', '"1"x', '"-1"', '"9999999999"', "", '"1', "'1'", '"٣"'])
def test_a_malformed_if_match_is_refused(house: House, given: str) -> None:
    path = f"/demands/{house.told.demands[0]}"

    answer = house.ask("PUT", path, house.knocks["host"], json=DEMAND, headers={"If-Match": given.encode()})

    problem(answer, 400, "malformed")


@pytest.mark.parametrize(
    "path", ["/companies/{company_id}", "/profiles/{profile_id}", "/demands/{demand_id}", "/identities/{subject_id}"]
)
def test_a_change_names_the_version_it_changes(house: House, path: str) -> None:
    name = next(name for name in ROUTES if name == f"PUT {path}")
    knock = house.knocks["host" if "demand" in path else "owner"]

    without, stale = (
        house.ask("PUT", path.format(**ids(house)), knock, json=BODIES[name], headers=headers)
        for headers in ({}, NEVER)
    )

    assert (without.status_code, stale.status_code) == (428, 412)
    problem(without, 428, "precondition-required")
    problem(stale, 412, "stale")


STALE_POSTS = [name for name, route in ROUTES.items() if route.method == "POST" and "_id}/" in route.path]


@pytest.mark.parametrize("name", [name for name in STALE_POSTS if "/proposals" not in name])
def test_a_post_that_names_a_version_is_held_to_it(house: House, name: str) -> None:
    staff = Role.COMPANY not in ROUTES[name].allow.roles
    who = staff_of(ROUTES[name]) if staff else "host" if "demand" in name else "owner"
    knock = house.knocks[who]
    how = {"json": BODIES[name]} if name in BODIES else {}

    answer = house.ask("POST", ROUTES[name].path.format(**ids(house)), knock, headers=NEVER, **how)

    assert answer.status_code == ROWS[name][who if staff else "owner"]
    problem(answer, answer.status_code, answer.json()["type"].rpartition(":")[2])


@pytest.mark.parametrize("turn", range(4))
def test_of_two_changes_at_once_one_wins(house: House, turn: int) -> None:
    made = draft(house)
    path, version = f"/demands/{made.json()['id']}", {"If-Match": made.headers["ETag"]}
    body = {key: value for key, value in DRAFT.items() if key != "draft"}

    def put(headcount: int) -> Callable[[], requests.Response]:
        return lambda: house.ask(
            "PUT", path, house.knocks["host"], json={**body, "headcount": headcount}, headers=version
        )

    answers = at_once(put(2), put(3), put(4))
    stored = house.ask("GET", path, house.knocks["host"])

    won = [answer for answer in answers if answer.status_code == 200]
    assert [answer.status_code for answer in answers if answer not in won] == [412, 412]
    assert stored.content == won[0].content
    assert stored.headers["ETag"] == won[0].headers["ETag"] == '"2"'
