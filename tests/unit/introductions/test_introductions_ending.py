"""How introductions end, and read the same to both: by an agreement, a refusal, or silence after its reminders."""

from __future__ import annotations

from typing import Any

import pytest

from functions.introductions.model.pair import introduction_id
from passerelle import clock
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.introductions import IntroductionEnded, IntroductionReminded
from tests.support.slices import Slice, an_envelope
from tests.unit.introductions.committing import (
    HOSTING,
    LENDING,
    PATH,
    THE_ID,
    decides,
    disclosed,
    in_days,
    linked,
    mutual,
    rival,
    shown,
    signs,
    view,
    written,
)
from tests.unit.introductions.pairs import HOST, LENDER, a_match, closed, matched, withdrawn


def test_a_signed_agreement_makes_the_other_introductions_of_the_profile_obsolete(introductions: Slice) -> None:
    mutual(introductions)
    other = rival(introductions)
    introductions.deliver(matched(a_match("prf_b"), demand_id="dem_y"))
    disclosed(introductions)
    signed = AgreementSigned(
        agreement_id="agr_1",
        introduction_id=THE_ID,
        demand_id="dem_x",
        profile_id="prf_a",
        lender=LENDER,
        host=HOST,
        terms_version=1,
        signed_at=clock.now(),
    )

    assert introductions.deliver(an_envelope(signed, tenant=HOST, subject="agr_1"), times=2) == []
    introductions.deliver(
        closed("dem_x"), withdrawn("prf_a", sequence=9), matched(a_match(sequence=10), demand_id="dem_z")
    )

    assert view(introductions, path=other)["state"] == "not_proceeding"
    assert view(introductions)["state"] == "disclosed"
    assert view(introductions)["may"] == []
    assert [fact.reason for fact in introductions.facts(IntroductionEnded)] == ["obsolete"]
    assert view(introductions, path=f"/introductions/{introduction_id('dem_y', 'prf_b')}")["state"] == "to_answer"
    late = introductions.call("POST", f"{PATH}/refusal", actor=LENDING, body={"reason": "dates"})
    assert late.body["type"].endswith("agreement-signed")
    assert decides(introductions, "refuse").body["type"].endswith("agreement-signed")
    assert introductions.call("GET", f"/introductions/{introduction_id('dem_z', 'prf_a')}", actor=LENDING).status == 404


def test_an_agreement_that_will_not_be_frees_the_person(introductions: Slice) -> None:
    mutual(introductions)
    other = rival(introductions)
    disclosed(introductions)
    over = AgreementEnded(
        agreement_id="agr_1",
        introduction_id=THE_ID,
        demand_id="dem_x",
        profile_id="prf_a",
        lender=LENDER,
        host=HOST,
        outcome="rejected",
    )

    introductions.deliver(an_envelope(over, tenant=HOST, subject="agr_1"), times=2)

    assert view(introductions)["state"] == "not_proceeding"
    assert len(introductions.facts(IntroductionEnded)) == 1
    disclosed(introductions, other, "cmp_rival", "a-third-token-of-the-tests-long-enough")
    assert view(introductions, path=other)["state"] == "disclosed"


@pytest.mark.parametrize("when", ["before", "after the go", "after disclosure"])
def test_every_refusal_reads_the_same_to_both_companies(introductions: Slice, when: str) -> None:
    mutual(introductions)
    written(introductions)
    if when == "after disclosure":
        disclosed(introductions)
    else:
        signs(introductions, LENDING)
        linked(introductions)
    if when == "after the go":
        decides(introductions)

    assert decides(introductions, "refuse").body["state"] == "closed"
    assert decides(introductions, "refuse").body["state"] == "closed"

    (ended,) = introductions.facts(IntroductionEnded)
    assert ended.reason == "declined"
    for actor in (LENDING, HOSTING):
        seen = view(introductions, actor)
        assert (seen["state"], seen["state_text"], seen["refusal"]) == ("not_proceeding", "Sans suite", None)
        assert seen["term_sheet"] is seen["earliest_start"] is None
    page = shown(introductions).body
    assert (page["state"], page["lines"], page["sha256"]) == ("closed", [], None)


@pytest.mark.parametrize("actor", [LENDING, HOSTING])
def test_a_company_may_stop_after_disclosure_in_the_same_words(introductions: Slice, actor: Any) -> None:
    mutual(introductions)
    disclosed(introductions)

    assert introductions.call("POST", f"{PATH}/refusal", actor=actor, body={"reason": "other"}).status == 200

    other = view(introductions, HOSTING if actor is LENDING else LENDING)
    assert (other["state"], other["refusal"]) == ("not_proceeding", None)


def test_those_waited_for_are_reminded_at_3_7_and_15_days(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    introductions.deliver(matched())
    introductions.call("POST", f"{PATH}/interest", actor=LENDING)
    for day in range(1, 32):
        monkeypatch.setattr(clock, "now", lambda day=day: in_days(day))
        introductions.handler.expire({}, None)
        introductions.handler.expire({}, None)

    reminders = introductions.facts(IntroductionReminded)
    assert [(fact.days, fact.waiting_for) for fact in reminders] == [(3, (HOST,)), (7, (HOST,)), (15, (HOST,))]
    assert len(introductions.facts(IntroductionEnded)) == 1


def test_reminders_count_from_the_last_step_and_missed_ones_are_not_caught_up(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutual(introductions)
    monkeypatch.setattr(clock, "now", lambda: in_days(8))
    introductions.handler.expire({}, None)
    written(introductions)
    signs(introductions, LENDING)
    monkeypatch.setattr(clock, "now", lambda: in_days(11))
    introductions.handler.expire({}, None)
    monkeypatch.setattr(clock, "now", lambda: in_days(39))
    introductions.handler.expire({}, None)

    reminders = [(fact.days, set(fact.waiting_for)) for fact in introductions.facts(IntroductionReminded)]
    assert reminders == [(7, {LENDER, HOST}), (3, {HOST})]
    (ended,) = introductions.facts(IntroductionEnded)
    assert ended.reason == "expired"
