"""Once both sides are interested a finer card goes to that introduction alone: no finer a place, no skill that would
name the company."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area
from passerelle.contracts.demands import DemandCardRefined
from passerelle.contracts.introductions import IntroductionBecameMutual
from passerelle.masking import Census, workforce_name
from tests.support.slices import Slice, a_slice, an_envelope, the_classes
from tests.unit.demands.needs import HOST, LE_HAVRE_METROPOLIS, SKILL, posted

OF_ANOTHER_TRADE = "100015"
DEPARTMENT, HOME = Area(level="department", code="76"), Area(level="epci", code=LE_HAVRE_METROPOLIS)


@pytest.fixture
def masked() -> Iterator[Slice]:
    """The slice where a class must protect a card."""
    with a_slice("demands", min_members="5", min_lenders="3", max_lender_share="60") as running:
        yield running


def many_work(area: Area) -> None:
    the_classes().import_workforce([(workforce_name("H2913", area), Census(120, 9, 16))])


def mutual(demand_id: str, *, host: str = "cmp_host") -> Envelope:
    event = IntroductionBecameMutual(
        introduction_id="int_1", demand_id=demand_id, profile_id="prf_1", lender="cmp_lender", host=host
    )
    return an_envelope(event, tenant=host, subject="int_1", sequence=3)


def test_a_coarse_card_is_refined_to_the_exact_one(masked: Slice) -> None:
    many_work(DEPARTMENT)
    demand = posted(masked)

    masked.deliver(mutual(demand["id"]), times=2)

    (refined,) = masked.facts(DemandCardRefined)
    assert refined.introduction_id == "int_1"
    assert (demand["shown"]["area"]["level"], refined.card.area) == ("department", DEPARTMENT)
    assert refined.card.model_dump(mode="json") == demand["card"] | {"area": demand["shown"]["area"]}
    assert "Hangar-Bleu" not in refined.model_dump_json()
    assert masked.call("GET", f"/demands/{demand['id']}", actor=HOST).body["shown"] == demand["shown"]


def test_a_demand_that_an_adviser_brought_together_is_told_by_its_region_and_the_skills_of_its_trade(
    masked: Slice,
) -> None:
    demand = posted(masked, must_skills=[SKILL, OF_ANOTHER_TRADE])
    assert OF_ANOTHER_TRADE in demand["card"]["must_skills"]

    masked.deliver(mutual(demand["id"]))

    (refined,) = masked.facts(DemandCardRefined)
    assert refined.card.area == Area(level="region", code="28")
    assert refined.card.must_skills == (SKILL,)


def test_a_card_that_is_shown_exactly_needs_no_refining(masked: Slice) -> None:
    many_work(HOME)
    demand = posted(masked)

    masked.deliver(mutual(demand["id"]))

    assert masked.facts(DemandCardRefined) == []


def test_nothing_is_told_of_a_closed_demand_nor_of_anothers(masked: Slice) -> None:
    many_work(DEPARTMENT)
    demand = posted(masked)
    masked.deliver(mutual(demand["id"], host="cmp_stranger"))
    masked.call("POST", f"/demands/{demand['id']}/closure", actor=HOST, body={"outcome": "closed"})

    failed = masked.deliver(mutual(demand["id"]))

    assert (failed, masked.facts(DemandCardRefined)) == ([], [])
