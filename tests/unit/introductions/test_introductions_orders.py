"""Deliveries twice, late and in any order end alike: what is open, and what either side may read."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.contracts.introductions import IntroductionEnded, IntroductionProposed
from tests.support.slices import Slice, a_company, a_slice
from tests.unit.introductions.pairs import HOST, LENDER, a_match, closed, matched, withdrawn

STORY = (
    matched(a_match("prf_a"), a_match("prf_b")),
    matched(a_match("prf_b"), a_match("prf_c", tenant="cmp_third")),
    matched(a_match("prf_a"), demand_id="dem_y"),
    matched(a_match("prf_a", sequence=5), demand_id="dem_z"),
    withdrawn("prf_a", sequence=4),
    closed("dem_y", sequence=2),
    closed("dem_unknown", sequence=9),
)
OPEN_AT_THE_END = {("dem_x", "prf_b"), ("dem_x", "prf_c"), ("dem_z", "prf_a")}


def open_pairs(introductions: Slice) -> set[tuple[str, str]]:
    """What is open, as the facts tell it; the lists of the sides must agree."""
    begun = {fact.introduction_id: fact for fact in introductions.facts(IntroductionProposed)}
    ended = {fact.introduction_id for fact in introductions.facts(IntroductionEnded)}
    listed: set[str] = set()
    for tenant in (LENDER, "cmp_third"):
        listed |= {item["id"] for item in items(introductions, tenant) if item["state"] == "to_answer"}
    assert listed == set(begun) - ended
    assert {item["id"] for item in items(introductions, HOST) if item["state"] == "to_answer"} == listed
    return {(fact.demand_id, fact.match.profile_id) for name, fact in begun.items() if name not in ended}


def items(introductions: Slice, tenant: str) -> list[dict[str, Any]]:
    reply = introductions.call("GET", "/introductions", actor=a_company(tenant), query={"limit": "100"})
    return list(reply.body["items"])


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(STORY), st.lists(st.sampled_from(STORY), max_size=4))
def test_any_order_ends_alike(order: list[Any], again: list[Any]) -> None:
    with a_slice("introductions") as introductions:
        assert introductions.deliver(*order, *again) == []

        assert open_pairs(introductions) == OPEN_AT_THE_END
        ends = [fact.introduction_id for fact in introductions.facts(IntroductionEnded)]
        begun = [fact.introduction_id for fact in introductions.facts(IntroductionProposed)]
        assert len(ends) == len(set(ends))
        assert len(begun) == len(set(begun))
