"""The same request sent twice at once, at the two moments when its twin can be done first: one effect, one answer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from passerelle import clock
from passerelle.store import Table, Transaction
from tests.support.slices import Reply, Slice, a_company, a_slice

NEED = {
    "occupation": "H2909",
    "experience": "3-5",
    "municipality": "76540",
    "start_date": (clock.today() + timedelta(days=40)).isoformat(),
    "end_date": (clock.today() + timedelta(days=120)).isoformat(),
    "working_time": "full_time",
    "shift": "day",
    "headcount": 1,
    "draft": True,
}
KEY = "the-same-key-of-both"
HOST = a_company("cmp_host")


@pytest.fixture
def demands() -> Iterator[Slice]:
    with a_slice("demands") as demands:
        yield demands


def overtaken(patch: pytest.MonkeyPatch, owner: Any, name: str, twin: Any) -> list[Reply]:
    """From now on the twin runs just before (`commit`) or just after (`remembered`) the first call of this method."""
    original = getattr(owner, name)
    answered: list[Reply] = []

    def overtake(self: Any, *given: Any) -> Any:
        patch.setattr(owner, name, original)
        if name == "commit":
            answered.append(twin())
            return original(self, *given)
        found = original(self, *given)
        answered.append(twin())
        return found

    patch.setattr(owner, name, overtake)
    return answered


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}], ids=["", "If-Match"])
@pytest.mark.parametrize(("owner", "name"), [(Table, "remembered"), (Transaction, "commit")])
def test_the_second_of_two_twins_is_told_what_became_of_the_first(
    demands: Slice, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, headers: dict[str, str]
) -> None:
    """Between looking for an earlier answer and reading, its twin opens the demand; or between reading and writing."""
    demand = demands.call("POST", "/demands", actor=HOST, body=NEED).body["id"]

    def open_it() -> Reply:
        return demands.call("POST", f"/demands/{demand}/opening", actor=HOST, key=KEY, headers=headers)

    twins = overtaken(monkeypatch, owner, name, open_it)
    second = open_it()

    (first,) = twins
    assert (first.status, second.status) == (200, 200)
    assert second.text == first.text
    assert second.headers["Idempotent-Replayed"] == "true"
    assert demands.call("GET", f"/demands/{demand}", actor=HOST).headers["ETag"] == '"2"'


def test_another_change_that_comes_first_is_told_as_such(demands: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    demand = demands.call("POST", "/demands", actor=HOST, body=NEED).body["id"]

    def open_it(key: str) -> Reply:
        return demands.call("POST", f"/demands/{demand}/opening", actor=HOST, key=key, headers={"If-Match": '"1"'})

    overtaken(monkeypatch, Transaction, "commit", lambda: open_it("another-key-altogether"))
    second = open_it(KEY)

    assert second.status == 412
    assert open_it(KEY).status == 412
