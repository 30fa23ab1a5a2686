"""Until it is mutual, a side reads the other's card only while a class protects it at that very moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from passerelle.masking import Census, workforce_of
from tests.support.slices import Slice, a_company, a_slice, the_classes
from tests.unit.introductions.pairs import HOST, LENDER, a_demand_card, a_profile_card, matched

MANY, FEW = Census(120, 9, 16), Census(3, 1, 3)


@pytest.fixture
def introductions() -> Iterator[Slice]:
    """One proposed pair, where a class must protect a card."""
    with a_slice("introductions", min_members="5", min_lenders="3", max_lender_share="60") as running:
        running.deliver(matched())
        yield running


def workforce(census: Census) -> None:
    """How many people could be meant by either card."""
    the_classes().import_workforce((workforce_of(card), census) for card in (a_profile_card(), a_demand_card()))


def read(introductions: Slice, tenant: str) -> dict[str, Any]:
    """The pair as a company reads it, in its list and by itself."""
    (listed,) = introductions.call("GET", "/introductions", actor=a_company(tenant)).body["items"]
    alone: dict[str, Any] = introductions.call("GET", f"/introductions/{listed['id']}", actor=a_company(tenant)).body
    assert alone == listed
    return alone


def noted(introductions: Slice) -> list[str]:
    """The rows by which the employee learns who looked at his card."""
    return [row["pk"]["S"] for row in introductions.rows() if "#look#" in row["pk"]["S"]]


@pytest.mark.parametrize(("reader", "hidden", "own"), [(HOST, "profile", "demand"), (LENDER, "demand", "profile")])
def test_a_card_is_hidden_with_all_that_explains_it_while_too_few_read_alike(
    introductions: Slice, reader: str, hidden: str, own: str
) -> None:
    workforce(FEW)
    seen = read(introductions, reader)

    assert (seen[hidden], seen["score"], seen["explanation"]) == (None, None, [])
    assert seen[own] is not None
    assert seen["state"] == "to_answer"

    workforce(MANY)

    assert read(introductions, reader)[hidden] is not None


def test_nobody_had_a_look_at_a_card_that_was_hidden(introductions: Slice) -> None:
    workforce(FEW)
    read(introductions, HOST)
    assert noted(introductions) == []

    workforce(MANY)
    read(introductions, HOST)
    assert len(noted(introductions)) == 1


def test_once_mutual_the_two_go_on_whoever_else_reads_alike(introductions: Slice) -> None:
    workforce(MANY)
    path = f"/introductions/{read(introductions, HOST)['id']}"
    for tenant in (HOST, LENDER):
        assert introductions.call("POST", f"{path}/interest", actor=a_company(tenant)).status == 200

    workforce(FEW)

    assert read(introductions, HOST)["profile"] is not None
    assert read(introductions, LENDER)["demand"] is not None
