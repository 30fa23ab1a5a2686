"""How the tests of HTTP ask: a problem document checked, a fresh draft, several calls let go together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests

from tests.security.door.conftest import House, Knock
from tests.security.door.routes import DEMAND

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
