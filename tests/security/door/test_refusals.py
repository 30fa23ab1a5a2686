"""Every refusal is a problem document, and every answer is guarded.

All of it goes through the gateway of the local cloud; `House.ask` fails a test on any answer of 500 or above.
"""

from collections.abc import Callable

import pytest
import requests

from cdk.stacks.edge import GUARDS
from passerelle.http.answering import HEADERS
from tests.security.door.asking import JSON, LARGEST, draft, problem
from tests.security.door.conftest import House, Knock
from tests.security.door.routes import DEMAND, NEVER, PROFILE, REASON

pytestmark = pytest.mark.timeout(300)


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
    assert answer.headers.get("WWW-Authenticate") == ("Bearer, ApiKey prefix=psk_test" if status == 401 else None)


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

    assert HEADERS == GUARDS
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


def test_staff_reasons_are_bounded(house: House) -> None:
    path = f"/companies/{house.company('pending')}/suspension"

    for reason in ("x", "x" * 301, " " * 20):
        answer = house.ask("POST", path, house.knocks["operator"], json={"reason": reason})
        problem(answer, 422, "invalid")
    assert house.ask("POST", path, house.knocks["operator"], json={"reason": REASON}).status_code == 409
