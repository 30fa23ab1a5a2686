"""Which cards may suit: the rule by examples, and what holds of it whatever the cards."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.desk.model.cards import Card
from functions.desk.model.suiting import Places, candidates, suit
from passerelle.contracts.cards import Area
from passerelle.nomenclature import load_starter
from tests.unit.desk.cards import CAUX, COTENTIN, HAVRE, a_demand_card, a_profile_card

PLACES = Places(load_starter())
WITHOUT_SKILLS: dict[str, Any] = {"must_skills": (), "wished_skills": ()}
MONTHS = [f"{year}-{month:02d}" for year in (2026, 2027) for month in range(1, 13)]


def an_area(code: str, level: str = "epci") -> Area:
    return Area.model_validate({"level": level, "code": code})


@pytest.mark.parametrize(
    ("profile", "demand", "same_trade"),
    [("G1703", "G1703", True), ("G17", "G1703", True), ("G1703", "G", True), ("G1703", "G1702", False)],
)
def test_a_coarse_trade_is_the_same_as_the_trades_it_holds(profile: str, demand: str, same_trade: bool) -> None:
    found = suit(a_profile_card(occupation=profile), a_demand_card(occupation=demand, **WITHOUT_SKILLS), PLACES)

    assert (found is not None) == same_trade


def test_another_trade_suits_with_a_skill_in_common_alone() -> None:
    profile = a_profile_card(occupation="H2913")

    shared = suit(profile, a_demand_card(), PLACES)

    assert shared is not None
    assert (shared.same_trade, shared.shared_skills) == (False, ("121159",))
    assert suit(profile, a_demand_card(**WITHOUT_SKILLS), PLACES) is None


def test_reach_is_counted_from_edge_to_edge_and_told_from_middle_to_middle() -> None:
    """Le Havre Seine Métropole and Caux Seine are 25 km apart from middle to middle, 5 km from town to town."""
    near = suit(a_profile_card(radius_km=6), a_demand_card(area=an_area(CAUX)), PLACES)

    assert near is not None
    assert near.km == 25
    assert suit(a_profile_card(radius_km=5), a_demand_card(area=an_area(COTENTIN)), PLACES) is None
    assert suit(a_profile_card(radius_km=300), a_demand_card(area=an_area(COTENTIN)), PLACES) is not None


def test_an_area_that_is_not_known_excludes_nobody() -> None:
    found = suit(a_profile_card(radius_km=5), a_demand_card(area=an_area("999999999")), PLACES)

    assert found is not None
    assert found.km is None


periods = st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)).map(sorted)


@given(periods, periods)
def test_the_months_in_common_are_those_on_both_calendars(profile: list[str], demand: list[str]) -> None:
    common = set(MONTHS[MONTHS.index(profile[0]) : MONTHS.index(profile[1]) + 1])
    common &= set(MONTHS[MONTHS.index(demand[0]) : MONTHS.index(demand[1]) + 1])

    found = suit(
        a_profile_card(available_from=profile[0], available_to=profile[1]),
        a_demand_card(first_month=demand[0], last_month=demand[1]),
        PLACES,
    )

    assert (0 if found is None else found.months) == len(common)


cards = st.builds(
    a_demand_card,
    occupation=st.sampled_from(["G1703", "G17", "H2913"]),
    must_skills=st.sampled_from([(), ("121159",), ("105974", "121159"), ("106256",)]),
    last_month=st.sampled_from(["2027-02", "2027-04", "2027-12"]),
    area=st.sampled_from([an_area(HAVRE), an_area(CAUX), an_area(COTENTIN), an_area("28", "region")]),
)


@given(st.lists(cards, max_size=8), st.randoms())
def test_candidates_are_suitable_ordered_and_the_same_in_whatever_order_they_are_read(
    demands: Any, random: Any
) -> None:
    own = Card(id="prf_a", kind="profile", tenant="cmp_lender", sequence=1, card=a_profile_card())
    others = [
        Card(id=f"dem_{n}", kind="demand", tenant="cmp_lender" if n == 7 else f"cmp_{n}", sequence=1, card=one)
        for n, one in enumerate(demands)
    ]

    found = candidates(own, others, PLACES)

    shuffled = random.sample(others, len(others))
    assert candidates(own, shuffled, PLACES) == found
    assert [one.suit.order for one in found] == sorted(one.suit.order for one in found)
    assert {one.card.id for one in found} == {
        other.id for other in others if other.id != "dem_7" and suit(a_profile_card(), other.card, PLACES) is not None
    }
