"""What would unlock a match: by hand, then for every pair of cards against the whole formula and every set of steps."""

from __future__ import annotations

import itertools
import re

from hypothesis import given

from functions.matching.model.formula import Candidate, Knowledge, Scale
from functions.matching.model.ranking import HardFact, hard_facts
from functions.matching.model.unlocking import (
    FARTHEST_KM,
    GOOD,
    LEAST_GAIN,
    MOST_STEPS,
    Effort,
    Step,
    StepKind,
    Unlock,
    applied,
    effort_of,
    opened,
    unlock,
)
from functions.matching.wording import unlocked
from passerelle.contracts.cards import DemandCard, ProfileCard, Shift, ShownExperience, WorkingTime
from tests.unit.matching.trades import (
    AERO_TITLE,
    LYON,
    RIVETS,
    ROUEN,
    WORDS,
    a_baker,
    a_candidate,
    a_car_fitter,
    a_fitter_is_wanted,
    a_place,
    an_active,
    demand_cards,
    pairs_that_meet,
    profile_cards,
)

KNOWLEDGE = Knowledge(WORDS)
LENDER, HOST = an_active("cmp_lender"), an_active("cmp_host")
EFFORTS = {Effort.AGREEMENT: 1, Effort.SHORT_TRAINING: 2, Effort.TRAINING: 3, Effort.CERTIFICATE: 4}


def found(profile: ProfileCard, demand: DemandCard) -> Unlock | None:
    return unlock(Scale(demand, KNOWLEDGE), a_candidate(profile))


def said(profile: ProfileCard, demand: DemandCard) -> str:
    scale, candidate = Scale(demand, KNOWLEDGE), a_candidate(profile)
    way = unlock(scale, candidate)
    assert way is not None
    return unlocked(WORDS, scale.fits(candidate).score, way)


def is_good(scale: Scale, candidate: Candidate) -> bool:
    return scale.fits(candidate).score >= GOOD and scale.related(candidate)


def test_the_car_fitter_is_a_good_match_and_riveting_gains_him_the_most() -> None:
    way = found(a_car_fitter(), a_fitter_is_wanted())

    assert way is not None
    assert way.steps == (Step(StepKind.SKILL, RIVETS, Effort.SHORT_TRAINING),)
    assert way.good
    assert re.fullmatch(
        "Avec une formation courte à la compétence «\u00a0Poser des rivets à frapper ou à tirer\u00a0», l’adéquation "
        r"passerait de 7\d\u00a0% à 8\d\u00a0%, soit une bonne adéquation\.",
        said(a_car_fitter(), a_fitter_is_wanted()),
    )


def test_whoever_works_by_day_only_is_asked_about_the_night_first() -> None:
    demand = a_fitter_is_wanted(
        must_skills=("106184",), wished_skills=(), shift=Shift.NIGHT, working_time=WorkingTime.PART_TIME
    )
    way = found(a_car_fitter(), demand)

    assert way is not None
    assert [(step.kind, step.value, step.effort) for step in way.steps] == [
        (StepKind.WORKING_TIME, "part_time", Effort.AGREEMENT)
    ]
    assert said(a_car_fitter(), demand).startswith("Avec l’accord de la personne pour un temps partiel, l’adéquation")


def test_the_words_of_each_step() -> None:
    demand = a_fitter_is_wanted(
        must_skills=(AERO_TITLE,), shift=Shift.NIGHT, last_month="2027-08", experience=ShownExperience.FROM_11
    )
    steps = {
        Step(StepKind.SKILL, AERO_TITLE, Effort.CERTIFICATE): "l’obtention du titre «\u00a0Titre pro ajusteur",
        Step(StepKind.PERIOD, "2026-10/2027-08", Effort.AGREEMENT): "une disponibilité d’octobre 2026 à août 2027",
        Step(StepKind.PERIOD, "2026-09/2026-09", Effort.AGREEMENT): "une disponibilité en septembre 2026",
        Step(StepKind.SHIFT, "night", Effort.AGREEMENT): "l’accord de la personne pour le rythme «\u00a0nuit\u00a0»",
        Step(StepKind.RADIUS, "80", Effort.AGREEMENT): "l’accord de la personne pour un rayon de 80\u00a0km",
        Step(StepKind.EXPERIENCE, "6-10", Effort.AGREEMENT): "un poste ouvert dès 6 ans d’expérience",
    }
    way = found(a_car_fitter(), demand)

    assert way is not None
    assert way.steps[0].effort is Effort.AGREEMENT or way.steps[0].value == AERO_TITLE
    for step, words in steps.items():
        assert words in unlocked(WORDS, 700_000, Unlock((step,), 760_000, good=True))


def test_who_is_perfect_is_told_nothing() -> None:
    demand = a_fitter_is_wanted(occupation="H2909", must_skills=("106184",), wished_skills=())

    assert found(a_car_fitter(), demand) is None


def test_no_three_steps_make_a_baker_a_fitter_far_away() -> None:
    way = found(a_baker(radius_km=75), a_fitter_is_wanted(must_skills=(), wished_skills=(RIVETS,), area=a_place(ROUEN)))

    assert way is None or not way.good


@given(pairs_that_meet())
def test_every_claim_is_true_when_measured_again(pair: tuple[ProfileCard, DemandCard]) -> None:
    profile, demand = pair
    scale, candidate = Scale(demand, KNOWLEDGE), a_candidate(profile)
    way = unlock(scale, candidate)
    if way is None:
        return

    changed, rescaled = applied(way.steps, candidate, scale)

    assert rescaled.fits(changed).score == way.score >= scale.fits(candidate).score + LEAST_GAIN
    assert is_good(rescaled, changed) == way.good
    assert 1 <= len(way.steps) <= MOST_STEPS


@given(pairs_that_meet())
def test_no_smaller_set_of_steps_makes_a_good_match(pair: tuple[ProfileCard, DemandCard]) -> None:
    profile, demand = pair
    scale, candidate = Scale(demand, KNOWLEDGE), a_candidate(profile)
    sets = [
        (len(steps), sum(EFFORTS[step.effort] for step in steps), -rescaled.fits(changed).score)
        for size in range(1, MOST_STEPS + 1)
        for steps in itertools.combinations(every_step(scale, candidate), size)
        for changed, rescaled in [applied(steps, candidate, scale)]
        if is_good(rescaled, changed)
    ]
    way = unlock(scale, candidate)

    if is_good(scale, candidate):
        best = max((one_step_score(step, candidate, scale) for step in every_step(scale, candidate)), default=0)
        least = scale.fits(candidate).score + LEAST_GAIN
        assert (way.score if way else None) == (best if best >= least else None)
    elif sets:
        assert way is not None
        assert (len(way.steps), sum(EFFORTS[step.effort] for step in way.steps), -way.score) == min(sets)
    else:
        assert way is None or (len(way.steps) == 1 and not way.good)


@given(profile_cards(), demand_cards())
def test_whoever_one_fact_keeps_away_is_in_reach_after_the_step(profile: ProfileCard, demand: DemandCard) -> None:
    scale, candidate = Scale(demand, KNOWLEDGE), a_candidate(profile)
    facts = hard_facts(scale, candidate, LENDER, HOST)
    way = opened(scale, candidate)

    if facts == (HardFact.DATES,):
        assert way is not None
    if way is None:
        return
    changed, rescaled = applied(way.steps, candidate, scale)
    assert len(facts) == len(way.steps) == 1
    assert hard_facts(rescaled, changed, LENDER, HOST) == ()
    assert rescaled.fits(changed).score == way.score
    assert changed.radius_km <= FARTHEST_KM


def test_a_place_too_far_for_any_radius_has_no_way_in() -> None:
    scale = Scale(a_fitter_is_wanted(area=a_place(LYON)), KNOWLEDGE)

    assert opened(scale, a_candidate(a_car_fitter())) is None
    assert hard_facts(scale, a_candidate(a_car_fitter()), LENDER, HOST) == (HardFact.DISTANCE,)


@given(pairs_that_meet())
def test_nothing_is_said_that_the_two_cards_do_not_say(pair: tuple[ProfileCard, DemandCard]) -> None:
    profile, demand = pair
    way = found(profile, demand)
    if way is None:
        return
    of_the_demand = {*demand.must_skills, *demand.wished_skills, demand.shift.value, demand.working_time.value}
    months = {demand.first_month, demand.last_month, profile.available_from, profile.available_to}

    for step in way.steps:
        if step.kind is StepKind.PERIOD:
            assert set(step.value.split("/")) <= months
        elif step.kind is not StepKind.EXPERIENCE:
            assert step.value in of_the_demand


def every_step(scale: Scale, candidate: Candidate) -> list[Step]:
    """Every step there is, by the two cards and nothing of the code under test but what learning takes."""
    card = scale.card
    asked = dict.fromkeys((*card.must_skills, *card.wished_skills))
    steps = [
        Step(StepKind.SKILL, code, effort_of(scale, candidate, code)) for code in asked if code not in candidate.skills
    ]
    first, last = min(scale.first_month, candidate.first_month), max(scale.last_month, candidate.last_month)
    months = "/".join(f"{month // 12}-{month % 12 + 1:02d}" for month in (first, last))
    others = {StepKind.PERIOD: months, StepKind.WORKING_TIME: card.working_time.value, StepKind.SHIFT: card.shift.value}
    steps += [Step(kind, value, Effort.AGREEMENT) for kind, value in others.items()]
    bands = list(ShownExperience)[:4]
    asked_band = [ShownExperience.UP_TO_2, ShownExperience.FROM_3_TO_5, ShownExperience.FROM_6_TO_10]
    reached = max(
        (band for band in bands if _fits_experience(scale, candidate, band)), key=bands.index, default=asked_band[0]
    )
    return [
        step
        for step in [*steps, Step(StepKind.EXPERIENCE, reached.value, Effort.AGREEMENT)]
        if one_step_score(step, candidate, scale) > scale.fits(candidate).score
    ]


def _fits_experience(scale: Scale, candidate: Candidate, band: ShownExperience) -> bool:
    eased = Scale(scale.card.model_copy(update={"experience": band}), KNOWLEDGE)
    return eased.fits(candidate).experience == 10_000


def one_step_score(step: Step, candidate: Candidate, scale: Scale) -> int:
    changed, rescaled = applied((step,), candidate, scale)
    return rescaled.fits(changed).score
