"""Counts for anybody: told where they are about enough, never exact, never of a moment; no difference tells more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.figures.model import Posted, counted
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.profiles import ProfileWithdrawn
from passerelle.nomenclature import load_starter
from tests.support.slices import Slice, a_slice, an_envelope
from tests.unit.desk.cards import demand_opened, demand_referred, profile_published, profile_referred

NORMANDY = "28"
TODAY = date(2026, 11, 22)


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slice]:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    with a_slice("figures") as running:
        yield running


def told(figures: Slice) -> dict[str, tuple[int | None, int | None]]:
    """Profiles and demands of Normandy by family, as anybody reads them."""
    answer = figures.call("GET", "/figures")
    assert answer.status == 200
    regions = {one["code"]: one["cells"] for one in answer.body["regions"]}
    return {cell["family"]: (cell["profiles"], cell["demands"]) for cell in regions.get(NORMANDY, [])}


def profiles(number: int, companies: int = 4, **card: Any) -> list[Envelope]:
    return [profile_published(f"prf_{at}", tenant=f"cmp_{at % companies}", **card) for at in range(number)]


def counted_now(figures: Slice) -> dict[str, tuple[int | None, int | None]]:
    figures.handler.count({}, None)
    return told(figures)


def test_before_the_first_count_nothing_is_told(figures: Slice) -> None:
    figures.deliver(*profiles(20))

    assert told(figures) == {}
    assert figures.call("GET", "/figures").body["counted_on"] is None


@pytest.mark.parametrize(("number", "shown"), [(9, None), (10, 10), (14, 10), (15, 15), (23, 20)])
def test_a_count_is_rounded_down_and_small_ones_are_not_told(figures: Slice, number: int, shown: int | None) -> None:
    figures.deliver(*profiles(number), times=2)

    assert counted_now(figures).get("G", (None, None))[0] == shown


@pytest.mark.parametrize(("companies", "shown"), [(1, None), (2, None), (3, 20)])
def test_a_count_of_too_few_companies_is_not_told(figures: Slice, companies: int, shown: int | None) -> None:
    figures.deliver(*profiles(21, companies))

    assert counted_now(figures).get("G", (None, None))[0] == shown


def test_what_waits_for_an_adviser_counts_and_what_left_does_not(
    figures: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures.deliver(*(profile_referred(f"prf_{at}", tenant=f"cmp_{at}") for at in range(10)))
    figures.deliver(*(demand_referred(f"dem_{at}", tenant=f"cmp_{at}") for at in range(5)))
    figures.deliver(*(demand_opened(f"dem_{at}", tenant=f"cmp_{at}") for at in range(5, 12)))
    assert counted_now(figures)["G"] == (10, 10)

    gone = ProfileWithdrawn(profile_id="prf_3")
    late = profile_referred("prf_3", tenant="cmp_3")
    figures.deliver(an_envelope(gone, tenant="cmp_3", subject="prf_3", sequence=9), late)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 23))

    assert counted_now(figures)["G"] == (None, 10)


def test_who_comes_is_seen_the_next_day_at_the_earliest(figures: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    figures.deliver(*profiles(10))
    before = counted_now(figures)
    figures.deliver(*profiles(30))

    assert counted_now(figures) == before
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 23))
    assert counted_now(figures)["G"][0] == 30


def test_no_cell_names_a_company(figures: Slice) -> None:
    figures.deliver(*profiles(20))
    counted_now(figures)

    assert "cmp_" not in figures.call("GET", "/figures").text


CELLS = st.lists(
    st.tuples(st.sampled_from("GHIMN"), st.sampled_from([f"cmp_{n}" for n in range(8)])), min_size=1, max_size=120
)


@given(CELLS)
def test_nothing_told_is_about_too_few_and_no_difference_tells_what_is_not(cells: list[tuple[str, str]]) -> None:
    posted = [
        Posted(id=f"prf_{at}", kind="profiles", tenant=tenant, sequence=1, region=NORMANDY, family=family)
        for at, (family, tenant) in enumerate(cells)
    ]
    regions = counted(posted, load_starter(), TODAY).regions
    shown = {cell.family: cell.profiles for one in regions for cell in one.cells}
    true = Counter(family for family, _ in cells)

    for family, number in shown.items():
        there = len(cells) if family == "*" else true[family]
        of = Counter(tenant for each, tenant in cells if family in ("*", each))
        assert number is not None
        assert number % 5 == 0
        assert there - 5 < number <= there
        assert there >= 10
        assert len(of) >= 3
        assert max(of.values()) <= 0.6 * there
    hidden = true.keys() - shown.keys()
    if "*" in shown and len(shown) > 1:
        assert len(hidden) != 1, "a single hidden family would be a difference"
