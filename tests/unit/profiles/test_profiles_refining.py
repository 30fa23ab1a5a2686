"""Once both sides are interested a finer card goes to that introduction alone: no finer a place, no certificate, no
skill that would name the company."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area
from passerelle.contracts.introductions import IntroductionBecameMutual
from passerelle.contracts.profiles import ProfileCardRefined
from passerelle.masking import Census, workforce_name
from tests.support.slices import Slice, a_slice, an_envelope, the_classes
from tests.unit.profiles.volunteers import CERTIFICATE, COMMON_SKILL, LENDER, ROUEN_METROPOLIS, published, said

OF_ANOTHER_TRADE = "100015"
DEPARTMENT, HOME = Area(level="department", code="76"), Area(level="epci", code=ROUEN_METROPOLIS)
BUDGET = {"min_members": "5", "min_lenders": "3", "max_lender_share": "60"}


@pytest.fixture
def masked() -> Iterator[Slice]:
    """The slice where a class must protect a card."""
    notice = {"operator_name": "Pôle Exemple", "privacy_contact": "dpo@passerelle.example"}
    with a_slice("profiles", **notice, **BUDGET) as running:
        yield running


def many_work(area: Area) -> None:
    the_classes().import_workforce([(workforce_name("H2913", area), Census(120, 9, 16))])


def mutual(profile_id: str, *, lender: str = "cmp_lender") -> Envelope:
    event = IntroductionBecameMutual(
        introduction_id="int_1", demand_id="dem_1", profile_id=profile_id, lender=lender, host="cmp_host"
    )
    return an_envelope(event, tenant="cmp_host", subject="int_1", sequence=3)


def test_a_coarse_card_is_refined_to_what_the_volunteer_accepted(masked: Slice) -> None:
    many_work(DEPARTMENT)
    draft, _ = published(masked, skills=[COMMON_SKILL, CERTIFICATE])
    shown = masked.call("GET", f"/profiles/{draft['id']}", actor=LENDER).body["shown"]

    masked.deliver(mutual(draft["id"]), times=2)

    (envelope,) = masked.envelopes(ProfileCardRefined)
    refined = envelope.event()
    assert isinstance(refined, ProfileCardRefined)
    assert (envelope.tenant, refined.introduction_id) == ("cmp_lender", "int_1")
    assert (shown["area"]["level"], refined.card.area) == ("department", DEPARTMENT)
    assert refined.card.model_dump(mode="json") == draft["preview"]["card"] | {"area": shown["area"]}
    assert CERTIFICATE not in refined.model_dump_json()
    assert masked.call("GET", f"/profiles/{draft['id']}", actor=LENDER).body["shown"] == shown


def test_a_profile_that_an_adviser_brought_together_is_told_by_its_region_and_the_skills_of_its_trade(
    masked: Slice,
) -> None:
    draft, _ = published(masked, skills=[COMMON_SKILL, OF_ANOTHER_TRADE])
    assert OF_ANOTHER_TRADE in draft["preview"]["card"]["skills"]

    masked.deliver(mutual(draft["id"]))

    (refined,) = masked.facts(ProfileCardRefined)
    assert refined.card.area == Area(level="region", code="28")
    assert refined.card.skills == (COMMON_SKILL,)


def test_a_card_that_is_shown_exactly_needs_no_refining(masked: Slice) -> None:
    many_work(HOME)
    draft, _ = published(masked)

    masked.deliver(mutual(draft["id"]))

    assert masked.facts(ProfileCardRefined) == []


def test_nothing_is_told_of_a_withdrawn_profile_nor_of_anothers(masked: Slice) -> None:
    many_work(DEPARTMENT)
    draft, token = published(masked)
    masked.deliver(mutual(draft["id"], lender="cmp_stranger"))
    said(masked, token, "withdraw")

    failed = masked.deliver(mutual(draft["id"]))

    assert (failed, masked.facts(ProfileCardRefined)) == ([], [])
