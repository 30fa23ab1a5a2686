"""Both sides said yes to an adviser: the introduction begins as mutual, once, and goes on like any other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.introductions.model.pair import introduction_id
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.desk import MediationAgreed
from passerelle.contracts.introductions import (
    IntroductionBecameMutual,
    IntroductionEnded,
    IntroductionProposed,
    TermSheetReady,
)
from tests.support.slices import Slice, a_company, an_envelope
from tests.unit.introductions.committing import written
from tests.unit.introductions.pairs import HOST, LENDER, a_demand_card, a_profile_card, closed, matched, withdrawn

LENDING, HOSTING = a_company(LENDER), a_company(HOST)
PATH = f"/introductions/{introduction_id('dem_x', 'prf_a')}"


def agreed(*, profile_sequence: int = 3, demand_sequence: int = 1) -> Envelope:
    event = MediationAgreed(
        approach_id="apr_1",
        profile_id="prf_a",
        demand_id="dem_x",
        lender=LENDER,
        host=HOST,
        person_id="per_a",
        profile_card=a_profile_card(),
        demand_card=a_demand_card(),
        profile_sequence=profile_sequence,
        demand_sequence=demand_sequence,
        adviser="usr_adviser",
    )
    return an_envelope(event, tenant="desk", subject="apr_1", sequence=3)


def state(it: Slice, side: str = "lender") -> str:
    reply = it.call("GET", PATH, actor=LENDING if side == "lender" else HOSTING)
    assert reply.status == 200, reply.text
    return str(reply.body["state"])


def test_it_begins_as_mutual_for_both(introductions: Slice) -> None:
    introductions.deliver(agreed(), times=2)

    host, lender = (introductions.call("GET", PATH, actor=actor).body for actor in (HOSTING, LENDING))
    assert (host["state"], lender["state"]) == ("mutual", "mutual")
    assert host["answer_by"] == (clock.today() + timedelta(days=30)).isoformat()
    assert (host["profile"]["experience"], lender["demand"]["headcount"]) == ("6-10", 2)
    assert host["score"] is host["profile"].get("score") is None
    assert (host["explanation"], host["may"]) == ([], ["questions", "term-sheet", "refusal"])
    assert host["earliest_start"]["counted_from"] == clock.today().isoformat()
    (mutual,) = introductions.facts(IntroductionBecameMutual)
    assert (mutual.profile_id, mutual.demand_id, mutual.lender, mutual.host) == ("prf_a", "dem_x", LENDER, HOST)
    assert introductions.facts(IntroductionProposed) == []


def test_neither_side_reads_who_the_other_is_nor_who_mediated(introductions: Slice) -> None:
    introductions.deliver(agreed())

    host, lender = (introductions.call("GET", PATH, actor=actor).text for actor in (HOSTING, LENDING))

    assert LENDER not in host
    assert HOST not in lender
    assert not any(word in host + lender for word in ("per_a", "usr_adviser", "apr_1"))


def test_two_agreements_about_one_pair_are_one_introduction(introductions: Slice) -> None:
    introductions.deliver(agreed(), agreed())

    assert len(introductions.facts(IntroductionBecameMutual)) == 1


def test_the_matcher_does_not_introduce_the_pair_again(introductions: Slice) -> None:
    introductions.deliver(agreed(), matched())

    assert introductions.facts(IntroductionProposed) == []
    assert state(introductions) == "mutual"


@pytest.mark.parametrize("interested", [None, LENDING, HOSTING], ids=["proposed", "lender", "host"])
def test_what_was_proposed_and_is_unanswered_becomes_mutual(introductions: Slice, interested: object) -> None:
    introductions.deliver(matched())
    if interested is not None:
        introductions.call("POST", f"{PATH}/interest", actor=interested)

    introductions.deliver(agreed())

    assert state(introductions) == "mutual"
    assert introductions.call("GET", PATH, actor=HOSTING).body["score"] == 0.78
    assert len(introductions.facts(IntroductionBecameMutual)) == 1


def test_what_ended_or_went_on_stays_as_it_is(introductions: Slice) -> None:
    introductions.deliver(matched())
    introductions.call("POST", f"{PATH}/refusal", actor=HOSTING, body={"reason": "dates"})

    introductions.deliver(agreed())

    assert state(introductions) == "not_proceeding"
    assert introductions.facts(IntroductionBecameMutual) == []


@pytest.mark.parametrize("ended", [withdrawn(sequence=4), closed(sequence=2)], ids=lambda envelope: envelope.type)
def test_nothing_begins_once_a_side_ended_nor_is_half_of_it_written(introductions: Slice, ended: Envelope) -> None:
    introductions.deliver(ended)
    before = {row["pk"]["S"]: row["state"] for row in introductions.rows() if "state" in row}

    failed = introductions.deliver(agreed(profile_sequence=3, demand_sequence=1))

    after = {row["pk"]["S"]: row["state"] for row in introductions.rows() if "state" in row}
    assert (failed, after) == ([], before)
    assert introductions.call("GET", PATH, actor=LENDING).status == 404


def test_a_profile_that_came_back_is_mediated(introductions: Slice) -> None:
    introductions.deliver(withdrawn(sequence=4), agreed(profile_sequence=5))

    assert state(introductions) == "mutual"


def test_it_ends_with_its_profile_and_by_silence(introductions: Slice) -> None:
    introductions.deliver(agreed(), withdrawn(sequence=4))

    assert state(introductions, "host") == "not_proceeding"
    (ended,) = introductions.facts(IntroductionEnded)
    assert ended.reason == "withdrawn"


def test_its_term_sheet_carries_the_two_cards(introductions: Slice) -> None:
    introductions.deliver(agreed())

    assert written(introductions).status == 200

    (ready,) = introductions.facts(TermSheetReady)
    assert (ready.profile_card, ready.demand_card) == (a_profile_card(), a_demand_card())
