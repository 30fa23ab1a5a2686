"""What a hostile or careless HTTP client meets: every refusal is a problem document, and nothing fails on our side.

All of it goes through the gateway of the local cloud; `House.ask` fails a test on any answer of 500 or above.
"""

import base64
import copy
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from cdk.stacks.edge import GUARDS
from passerelle import clock, http
from passerelle.access import Role
from tests.security.conftest import House, Knock
from tests.security.test_access_matrix import BODIES, DEMAND, NEVER, PROFILE, REASON, ROUTES, ROWS, ids

pytestmark = pytest.mark.timeout(300)

OPENAPI = Path(__file__).resolve().parents[2] / "events" / "openapi.json"
JSON = {"Content-Type": "application/json"}
DRAFT = {**DEMAND, "must_skills": [], "draft": True}
LARGEST = 64 * 1024
NOBODY = Knock()


def problem(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, checked."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["status"], document["type"]) == (
        status,
        status,
        f"urn:passerelle:problem:{code}",
    )
    assert document["instance"].startswith("urn:passerelle:request:")
    assert document["title"]
    assert document["detail"]
    assert document.get("remedy") or document["errors"]
    return document


def draft(house: House) -> requests.Response:
    """A fresh draft of the host's."""
    answer = house.ask("POST", "/demands", house.knocks["host"], json=DRAFT)
    assert answer.status_code == 201
    return answer


def at_once(*calls: Callable[[], requests.Response]) -> list[requests.Response]:
    """The answers to calls that are let go together."""
    barrier = Barrier(len(calls))

    def let_go(call: Callable[[], requests.Response]) -> requests.Response:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(let_go, calls))


# Problems


REFUSALS: dict[tuple[int, str], Callable[[House], requests.Response]] = {
    (400, "malformed"): lambda house: house.ask("GET", "/demands?limit=0", house.knocks["host"]),
    (400, "broken-json"): lambda house: house.ask("POST", "/demands", house.knocks["host"], headers=JSON, data="{"),
    (401, "unauthenticated"): lambda house: house.ask("PUT", "/profiles/opt-in", json=PROFILE),
    (403, "forbidden"): lambda house: house.ask("GET", "/demands", house.knocks["adviser"]),
    (403, "company-not-active"): lambda house: house.ask("GET", "/introductions", house.knocks["pending"]),
    (404, "not-found"): lambda house: house.ask("GET", "/demands/dem_none", house.knocks["host"]),
    (404, "link-not-valid"): lambda house: house.ask("POST", "/profiles/opt-in/card", json={"token": "x" * 43}),
    (405, "method-not-allowed"): lambda house: house.ask("DELETE", "/demands", house.knocks["host"]),
    (409, "refused"): lambda house: house.ask(
        "POST", f"/demands/{house.told.demands[0]}/opening", house.knocks["host"]
    ),
    (412, "stale"): lambda house: house.ask(
        "PUT", f"/demands/{house.told.demands[0]}", house.knocks["host"], json=DEMAND, headers=NEVER
    ),
    (413, "too-large"): lambda house: house.ask(
        "POST", "/demands", house.knocks["host"], headers=JSON, data=b" " * (LARGEST + 1)
    ),
    (415, "unsupported-media-type"): lambda house: house.ask("POST", "/demands", house.knocks["host"], data=b"{}"),
    (422, "invalid"): lambda house: house.ask("POST", "/demands", house.knocks["host"], json={}),
    (428, "precondition-required"): lambda house: house.ask(
        "PUT", f"/demands/{house.told.demands[0]}", house.knocks["host"], json=DEMAND
    ),
}
OF_THE_GATEWAY: dict[str, tuple[int, str, Callable[[House], requests.Response]]] = {
    "no credentials": (401, "unauthenticated", lambda house: house.ask("GET", "/demands")),
    "bad credentials": (
        401,
        "unauthenticated",
        lambda house: house.ask("GET", "/demands", Knock({"Authorization": "x"})),
    ),
    "no such path": (404, "not-found", lambda house: house.ask("GET", "/nowhere")),
    "the root": (404, "not-found", lambda house: house.ask("GET", "/")),
    "a body beyond a function's": (
        413,
        "too-large",
        lambda house: house.ask("POST", "/demands", house.knocks["host"], data=b"a" * 7_000_000),
    ),
    "a body beyond the gateway's": (
        413,
        "too-large",
        lambda house: house.ask("POST", "/demands", house.knocks["host"], data=b"a" * 11_000_000),
    ),
    "headers beyond the gateway's": (
        400,
        "malformed",
        lambda house: house.ask("GET", "/demands", house.knocks["host"], headers={"X-Long": "x" * 11_000}),
    ),
}


@pytest.mark.parametrize(("status", "code"), REFUSALS)
def test_a_refusal_is_a_problem_document(house: House, status: int, code: str) -> None:
    problem(REFUSALS[status, code](house), status, code)


@pytest.mark.parametrize("kind", OF_THE_GATEWAY)
def test_a_refusal_of_the_gateway_is_a_problem_document_too(house: House, kind: str) -> None:
    status, code, ask = OF_THE_GATEWAY[kind]

    answer = ask(house)

    problem(answer, status, code)
    assert (answer.headers.get("WWW-Authenticate") == "Bearer") == (status == 401)


def test_a_problem_names_each_field_and_quotes_nothing_that_was_sent(house: House) -> None:
    sent = {**DEMAND, "headcount": "Kanari", "municipality": "Kanari-sur-Mer", "occupation": ["Kanari"], "odd": 1}

    answer = house.ask("POST", "/demands", house.knocks["host"], json=sent)

    document = problem(answer, 422, "invalid")
    assert {error["pointer"] for error in document["errors"]} == {
        "/headcount",
        "/municipality",
        "/occupation",
        "/odd",
    }
    assert all(error["detail"] and error["remedy"] for error in document["errors"])
    assert "Kanari" not in answer.text


def test_every_answer_is_guarded(house: House) -> None:
    answers = [house.ask("GET", "/vocabulary"), house.ask("GET", "/profiles", house.knocks["owner"]), draft(house)]
    answers += [house.ask("GET", f"/profiles/opt-in{page}") for page in ("", "/page.js", "/page.css")]
    answers += [ask(house) for ask in REFUSALS.values()]
    answers += [ask(house) for _, _, ask in OF_THE_GATEWAY.values()]

    assert http._HEADERS == GUARDS
    for answer in answers:
        assert {name: answer.headers.get(name) for name in GUARDS} == GUARDS, answer.url
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert not {"server", "x-powered-by"} & {name.lower() for name in answer.headers}


def test_the_pages_run_nothing_but_their_own(house: House) -> None:
    policy = house.ask("GET", "/profiles/opt-in").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for page in ("page.js", "page.css"):
        assert house.ask("GET", f"/profiles/opt-in/{page}").headers["Content-Security-Policy"] == "default-src 'none'"


# Idempotency-Key


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


# ETag and If-Match


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
    owner = house.knocks["host" if "demand" in name else "owner"]
    knock = house.knocks["operator"] if Role.COMPANY not in ROUTES[name].allow.roles else owner
    how = {"json": BODIES[name]} if name in BODIES else {}

    answer = house.ask("POST", ROUTES[name].path.format(**ids(house)), knock, headers=NEVER, **how)

    assert answer.status_code == ROWS[name]["operator" if knock is house.knocks["operator"] else "owner"]
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


# Bodies


BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b'{"draft":',
    "two values": b"{} {}",
    "a trailing comma": b'{"draft": true,}',
    "single quotes": b"{'draft': true}",
    "a comment": b"{} // draft",
    "NaN": b'{"headcount": NaN}',
    "Infinity": b'{"headcount": -Infinity}',
    "10,000 brackets": b"[" * 10_000,
    "10,000 closed brackets": b"[" * 10_000 + b"]" * 10_000,
    "10,000 braces": b'{"a":' * 10_000,
    "a name twice": b'{"draft": true, "draft": false}',
    "a name twice, deep inside": b'{"draft": [{"a": {"b": 1, "b": 1}}]}',
    "a name twice, composed and decomposed": '{"\u00e9": 1, "e\u0301": 1}'.encode(),
    "a name twice, escaped": b'{"draft": true, "dra\\u0066t": false}',
    "a lone high surrogate": b'{"description": "\\ud800"}',
    "a lone low surrogate": b'{"description": "\\udc00"}',
    "a lone surrogate in a name": b'{"\\ud800": 1}',
    "a raw NUL": b'{"description": "\x00"}',
    "a raw newline": b'{"description": "\n"}',
    "a number of 5,000 digits": b'{"headcount": ' + b"9" * 5_000 + b"}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"draft": true}'.encode("utf-16"),
    "invalid UTF-8 outside a text": b"\xff\xfe{}",
}
INVALID: dict[str, bytes] = {
    "an array": b"[]",
    "a text": b'"draft"',
    "null": b"null",
    "a hundred brackets": b"[" * 100 + b"]" * 100,
    "a number of 4,000 digits": b'{"headcount": ' + b"9" * 4_000 + b"}",
    "a number beyond all": b'{"headcount": 1e999}',
    "a small number beyond all": b'{"headcount": 1e-999}',
    "a number as a text": b'{"headcount": "1"}',
    "a truth as a number": b'{"headcount": true}',
    "an unknown field": json.dumps({**DRAFT, "state": "open"}).encode(),
    "somebody's id": json.dumps({**DRAFT, "tenant": "cmp_x"}).encode(),
    "a prototype": json.dumps({**DRAFT, "__proto__": {"draft": True}}).encode(),
    "invalid UTF-8 in a text": json.dumps(DRAFT).encode().replace(b"H2909", b"H\xff\xfe9"),
    "an escaped NUL": json.dumps({**DRAFT, "occupation": "H29\0"}).encode(),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("path", ["/demands", "/profiles/opt-in/card"])
def test_what_is_not_json_is_refused(house: House, path: str, kind: str) -> None:
    answer = house.ask("POST", path, house.knocks["host"], headers=JSON, data=BROKEN[kind])

    problem(answer, 400, "broken-json")


@pytest.mark.parametrize("kind", INVALID)
def test_json_that_is_no_demand_is_refused(house: House, kind: str) -> None:
    answer = house.ask("POST", "/demands", house.knocks["host"], headers=JSON, data=INVALID[kind])

    problem(answer, 422, "invalid")


def test_the_largest_body_is_read_and_one_byte_more_is_not(house: House) -> None:
    whole = json.dumps(DRAFT).encode()
    largest = whole + b" " * (LARGEST - len(whole))

    read, refused = (
        house.ask("POST", "/demands", house.knocks["host"], headers=JSON, data=data)
        for data in (largest, largest + b" ")
    )

    assert read.status_code == 201
    problem(refused, 413, "too-large")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", ""]
)
def test_a_body_of_another_kind_is_refused(house: House, media_type: str) -> None:
    answer = house.ask(
        "POST", "/demands", house.knocks["host"], headers={"Content-Type": media_type}, data=json.dumps(DRAFT)
    )

    problem(answer, 415, "unsupported-media-type")


def test_access_is_checked_before_anything_is_read(house: House) -> None:
    for knock, status in ((NOBODY, 401), (house.knocks["user"], 403), (house.knocks["pending"], 403)):
        for data in (b"{", b" " * (LARGEST + 1), json.dumps(DRAFT).encode()):
            answer = house.ask("POST", "/demands?odd=1", knock, data=data, headers={"Idempotency-Key": "x"})
            assert answer.status_code == status


POISON: list[Any] = [
    True,
    10**400,
    0.5,
    "",
    "\0",
    "\r\nX-Injected: 1",
    "𝕳e\u0301\u202e",
    "x" * 60_000,
    "9999-12-31",
    [],
    ["x"] * 5_000,
    {"$ne": ""},
]


def poisoned(body: Any) -> Iterator[Any]:
    """The body with each of its values, one at a time, replaced by each poison."""
    for where in list(leaves(body)):
        for poison in POISON:
            spoilt = copy.deepcopy(body)
            part = spoilt
            for step in where[:-1]:
                part = part[step]
            part[where[-1]] = poison
            yield spoilt


def leaves(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values of a document are."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield (*here, step)
        yield from leaves(part, (*here, step))


@pytest.mark.parametrize("name", BODIES)
def test_no_value_of_a_body_upsets_a_route(house: House, name: str) -> None:
    route = ROUTES[name]
    owner = house.knocks["host" if "/demands" in name else "owner"]
    knock = house.knocks["operator"] if Role.COMPANY not in route.allow.roles else owner

    for body in poisoned({**BODIES[name], "draft": True} if name == "POST /demands" else BODIES[name]):
        answer = house.ask(route.method, route.path.format(**ids(house)), knock, json=body, headers=NEVER)
        assert answer.status_code in {404, 409, 412, 422} or name == "POST /demands", (body, answer.text)
        assert "X-Injected" not in answer.headers


# Paths, queries, methods


LISTS = ["/companies", "/profiles", "/demands", "/introductions", "/documents?introduction=int_x", "/vocabulary/skills"]
BAD_LIMITS = ["0", "101", "-1", "+1", "1.0", "1e2", "abc", "", "٣", "9" * 4_500, "1\0", "1 ", "0x1", "null"]
BAD_CURSORS = ["é", "\0", "A" * 5_000, "😀", "!", "'\"", "../../x", "a" * 17]


def with_query(path: str, **query: str) -> dict[str, Any]:
    """A path and the query that goes with it."""
    bare, _, given = path.partition("?")
    return {"path": bare, "params": {**dict(part.split("=") for part in given.split("&") if part), **query}}


@pytest.mark.parametrize("path", [*LISTS, "/matching/demands/{demand_id}/matches"])
def test_a_bad_limit_or_an_unknown_parameter_is_refused(house: House, path: str) -> None:
    path, knock = path.format(**ids(house)), house.knocks["host"]

    for limit in BAD_LIMITS:
        problem(house.ask("GET", knock=knock, **with_query(path, limit=limit)), 400, "malformed")
    for name in ("odd", "Limit", "limit[]", "\0", "tenant", "__proto__", ""):
        problem(house.ask("GET", knock=knock, **with_query(path, **{name: "1"})), 400, "malformed")


def positions(*values: str) -> list[str]:
    """Cursors in our own form, to places that were never given out."""
    return [base64.urlsafe_b64encode(value.encode()).rstrip(b"=").decode() for value in values]


@pytest.mark.parametrize("path", [*LISTS, "/matching/demands/{demand_id}/matches"])
def test_a_bad_cursor_is_refused(house: House, path: str) -> None:
    path, knock = path.format(**ids(house)), house.knocks["host"]
    bad = [*BAD_CURSORS, *positions("😀" * 400, "x" * 1_025)]
    if path != "/vocabulary/skills":
        bad.append("")

    for cursor in bad:
        if path == "/vocabulary/skills" and cursor.isascii() and cursor.isalnum() and len(cursor) <= 20:
            continue
        problem(house.ask("GET", knock=knock, **with_query(path, cursor=cursor)), 400, "malformed")


def test_the_cursor_of_another_list_shows_nothing_but_ones_own(house: House) -> None:
    theirs = house.ask("GET", "/profiles?limit=1", house.knocks["owner"]).json()
    own = {item["id"] for item in house.ask("GET", "/demands?limit=100", house.knocks["host"]).json()["items"]}

    for cursor in (theirs["cursor"], *positions("\0", "prf_", "~", theirs["items"][0]["id"])):
        for path in ("/demands", "/introductions", "/profiles"):
            answer = house.ask("GET", f"{path}?cursor={cursor}", house.knocks["host"])
            assert answer.status_code in {200, 400}
            shown = {item["id"] for item in answer.json().get("items", [])}
            assert shown <= own if path == "/demands" else theirs["items"][0]["id"] not in shown


@pytest.mark.parametrize("state", ["", "zzz", "pending#x", "x" * 3_000, "\0", "ACTIVE"])
def test_an_unknown_state_is_refused(house: House, state: str) -> None:
    for path, who in (("/companies", "operator"), ("/companies", "owner"), ("/introductions", "owner")):
        problem(house.ask("GET", path, house.knocks[who], params={"state": state}), 400, "malformed")


IDS = [
    "..",
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "{id}%00",
    "{id}%0a",
    "{id}%0d%0aX-Injected:%201",
    "%ff",
    "%c0%ae%c0%ae",
    "a" * 65,
    "a" * 5_000,
    "%23",
    "{id}%23STATE",
    "{id}%20",
    "%20{id}",
    "{id}.",
    "{id},{id}",
    "{id};x=1",
    "{id}%2f..%2f{id}",
    "%F0%9F%98%80",
    "*",
    "%25",
    "%7B{id}%7D",
    "%2e",
    "-",
    "null",
    "CONSUMED%23evt",
]


@pytest.mark.parametrize("strange", IDS)
def test_a_strange_id_finds_nothing(house: House, strange: str) -> None:
    known = ids(house)
    for path, name, who in (
        ("/demands/", "demand_id", "host"),
        ("/profiles/", "profile_id", "owner"),
        ("/companies/", "company_id", "owner"),
        ("/identities/", "subject_id", "owner"),
        ("/introductions/", "introduction_id", "owner"),
        ("/documents/", "document_id", "owner"),
        ("/vocabulary/occupations/", "code", "owner"),
    ):
        answer = house.raw("GET", path + strange.replace("{id}", known[name]), house.knocks[who])
        assert answer.status == 404, (path, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["X-Injected"] is None


def test_a_public_path_is_no_way_around_the_authorizer(house: House) -> None:
    profile, demand = ids(house)["profile_id"], ids(house)["demand_id"]
    for target in (
        f"/profiles/opt-in/../{profile}",
        f"/profiles/opt-in/..%2f{profile}",
        f"/profiles/opt-in/%2e%2e/{profile}",
        f"/profiles/opt-in%2f..%2f{profile}",
        f"/profiles/{profile}%2fpreview",
        f"/vocabulary/../demands/{demand}",
        f"/vocabulary/..%2fdemands%2f{demand}",
        f"/matching/weights/../demands/{demand}/matches",
        f"/matching/weights/%2e%2e/demands/{demand}/matches",
        f"//profiles/{profile}",
        f"/PROFILES/{profile}",
        f"/profiles/{profile}?X-Company={house.company('owner')}&Authorization=x",
        f"http://elsewhere.example/profiles/{profile}",
    ):
        assert house.raw("GET", target).status in {400, 401, 404}, target


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PATCH", "TRACE", "DELETE", "PURGE"])
def test_another_method_is_not_allowed_and_the_allowed_ones_are_named(house: House, method: str) -> None:
    demand = f"/demands/{ids(house)['demand_id']}"
    for path, who, allowed in (
        ("/demands", "host", "GET, POST"),
        (demand, "host", "GET, PUT"),
        (f"{demand}/closure", "host", "POST"),
        ("/vocabulary", "anyone", "GET"),
        ("/matching/weights", "anyone", "GET"),
    ):
        answer = house.ask(method, path, house.knocks[who])
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
        assert answer.headers["Content-Type"] == "application/problem+json"
        if method == "HEAD":
            assert answer.content == b""
        else:
            problem(answer, 405, "method-not-allowed")


def test_a_method_is_not_changed_by_a_header_or_a_parameter(house: House) -> None:
    headers = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"}

    answer = house.ask("GET", f"/demands/{ids(house)['demand_id']}", house.knocks["host"], headers=headers)

    assert answer.status_code == 200


def test_nothing_of_the_request_is_reflected_in_the_answers_headers(house: House) -> None:
    strange = {"X-Forwarded-Host": "elsewhere.example", "Origin": "https://elsewhere.example", "Referer": "kanari"}

    made = house.ask("POST", "/demands", house.knocks["host"], json=DRAFT, headers=strange)
    page = house.ask("GET", "/profiles/opt-in", headers=strange)

    for answer in (made, page):
        assert not any(word in str(answer.headers) for word in ("elsewhere", "kanari"))
    assert made.headers["Location"] == f"/demands/{made.json()['id']}"


# What the published document promises


SCHEMA = schemathesis.openapi.from_path(str(OPENAPI))
OPERATIONS = {found.label: found for found in (each.ok() for each in SCHEMA.get_all_operations())}
load_all_checks()
PROMISES = CHECKS.get_by_names(["not_a_server_error", "status_code_conformance", "response_schema_conformance"])
FATAL = {"POST /companies/{company_id}/closure"}
"""Not asked about a company that others still need."""


def check_operation(house: House, label: str, mode: GenerationMode, examples: int) -> None:
    """Ask an operation what its schema allows (or just does not), about made-up things and about real ones."""
    operation = OPERATIONS[label]
    staff = Role.COMPANY not in ROUTES[label].allow.roles
    knock = house.knocks["operator" if staff else "host" if "demands" in label else "owner"]
    known = ids(house) | ({"company_id": house.company("pending")} if staff else {})

    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), real=hypothesis.strategies.booleans())
    def ask(case: schemathesis.Case, real: bool) -> None:
        if real and case.path_parameters and label not in FATAL:
            case.path_parameters.update({name: known[name] for name in case.path_parameters})
        answer = case.call(base_url=house.url, headers=dict(knock.headers), timeout=40, allow_redirects=False)
        case.validate_response(answer, checks=PROMISES)

    try:
        ask()
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # there is nothing in it that could be wrong
        assert not list(operation.body)
        assert not list(operation.query)


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # the cloud's threads do, meanwhile
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_what_the_document_promises(house: House, label: str) -> None:
    for mode in GenerationMode:
        check_operation(house, label, mode, examples=8)


def test_what_hangs_on_an_ended_thing_answers_as_documented(house: House) -> None:
    label = "GET /matching/demands/{demand_id}/matches"

    answer = house.ask("GET", f"/matching/demands/{house.told.demands[1]}/matches", house.knocks["host"])

    problem(answer, 409, "demand-closed")
    assert "409" in OPERATIONS[label].definition.raw["responses"]


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # the cloud's threads do, meanwhile
@pytest.mark.deep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_what_the_document_promises_at_length(house: House, label: str) -> None:
    for mode in GenerationMode:
        check_operation(house, label, mode, examples=100)


def test_staff_reasons_are_bounded(house: House) -> None:
    path = f"/companies/{house.company('pending')}/suspension"

    for reason in ("x", "x" * 301, " " * 20):
        answer = house.ask("POST", path, house.knocks["operator"], json={"reason": reason})
        problem(answer, 422, "invalid")
    assert house.ask("POST", path, house.knocks["operator"], json={"reason": REASON}).status_code == 409
