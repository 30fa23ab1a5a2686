"""What a hostile or careless HTTP client sends: bodies, parameters, ids, paths and methods; nothing fails on our side.

All of it goes through the gateway of the local cloud; `House.ask` fails a test on any answer of 500 or above.
"""

import base64
import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from passerelle.access import Role
from tests.security.door.asking import DRAFT, JSON, LARGEST, NOBODY, problem
from tests.security.door.conftest import House
from tests.security.door.routes import BODIES, NEVER, ROUTES, ids, staff_of

pytestmark = pytest.mark.timeout(300)


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


def poisoned(body: Any, each: int) -> Iterator[Any]:
    """The body with each of its values, one at a time, replaced by so many poisons, in turn."""
    for number, where in enumerate(list(leaves(body))):
        for turn in range(number * each, (number + 1) * each):
            poison = POISON[turn % len(POISON)]
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


TAKES_ANY_TEXT = {"POST /demands", "POST /vocabulary/extraction"}
"""A demand's draft may say little; a text that is read for its codes may say anything."""
EMPTY_MEANS_ALL = {"POST /partners": ("territories",), "POST /webhooks/endpoints": ("wanted", "types")}
"""Lists that may be empty: an organisation acts everywhere, an endpoint is told every type."""


@pytest.mark.parametrize("name", BODIES)
def test_no_value_of_a_body_upsets_a_route(house: House, name: str) -> None:
    assert upset_by(house, name, each=3) == []


@pytest.mark.deep
@pytest.mark.parametrize("name", BODIES)
def test_no_value_at_all_upsets_a_route(house: House, name: str) -> None:
    assert upset_by(house, name, each=len(POISON)) == []


def upset_by(house: House, name: str, each: int) -> list[tuple[Any, str]]:
    """The bodies that were answered otherwise than by a refusal, with the answer, and those that reached a header."""
    route = ROUTES[name]
    owner = house.knocks["host" if "/demands" in name else "owner"]
    knock = house.knocks[staff_of(route)] if Role.COMPANY not in route.allow.roles else owner

    upset = []
    for body in poisoned({**BODIES[name], "draft": True} if name == "POST /demands" else BODIES[name], each):
        answer = house.ask(route.method, route.path.format(**ids(house)), knock, json=body, headers=NEVER)
        may_be_taken = name in TAKES_ANY_TEXT or said(body, EMPTY_MEANS_ALL.get(name, ())) == []
        harmless = answer.status_code in {404, 409, 412, 422} or (may_be_taken and answer.ok)
        if not harmless or "X-Injected" in answer.headers:
            upset.append((body, answer.text))
    return upset


def said(body: Any, where: tuple[str, ...]) -> Any:
    """What a body says there; None where it says nothing."""
    for step in where:
        body = body.get(step) if isinstance(body, dict) else None
    return body


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
