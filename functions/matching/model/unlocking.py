"""What would unlock a match: the smallest training or change of either card after which the two suit each other.

Pure, and from the two cards alone. `applied` makes the change, so that whoever doubts a claim measures again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from typing import Final, NamedTuple

from functions.matching.model.formula import (
    FULL,
    WEIGHTS,
    Candidate,
    Scale,
    experience_within,
    month_number,
    month_of,
)
from passerelle.contracts.cards import ShownExperience

GOOD: Final = 750_000
"""From this score on (75 %), in millionths, a profile whose trade has something in common with the demand is a good
match."""

LEAST_GAIN: Final = 10_000
"""What gains less than this (one point in a hundred) is not worth telling."""

MOST_STEPS: Final = 3
"""Nobody is advised to change more than this at once."""

FARTHEST_KM: Final = 300
"""The widest radius that a card can tell."""

_RADIUS_STEP_KM: Final = 5


class StepKind(StrEnum):
    """What one step changes. All change the profile's card, `EXPERIENCE` the demand's."""

    SKILL = "skill"
    PERIOD = "period"
    WORKING_TIME = "working_time"
    SHIFT = "shift"
    RADIUS = "radius"
    EXPERIENCE = "experience"


class Effort(StrEnum):
    """What a step asks for, the least first."""

    AGREEMENT = "agreement"
    SHORT_TRAINING = "short_training"
    TRAINING = "training"
    CERTIFICATE = "certificate"


_EFFORTS: Final = {effort: rank for rank, effort in enumerate(Effort, 1)}


class Step(NamedTuple):
    """One change. `value` is the skill to learn, the months of availability (`YYYY-MM/YYYY-MM`), the working time or
    shift to accept, the radius in km, or the experience that is enough."""

    kind: StepKind
    value: str
    effort: Effort


@dataclass(frozen=True)
class Unlock:
    """These steps together lead exactly to `score` (millionths); `good` says whether that is a good match."""

    steps: tuple[Step, ...]
    score: int
    good: bool


class _Skills(NamedTuple):
    """Missing skills that only differ in how much they tell of the demanded occupation: which of them is the most
    worth is learnt first, and no other choice of as many gives more."""

    must: bool
    counts: bool
    wished: bool
    effort: Effort
    codes: tuple[str, ...]


def unlock(scale: Scale, candidate: Candidate) -> Unlock | None:
    """For a pair in reach: the smallest set of steps that makes it a good match.

    Smallest: the fewest steps, three at most; of these the least effort; of these the highest score; equals as the
    demand's card lists its skills. Where no such set is, and where the match is good already, the one step that gains
    the most, if it gains a point; otherwise None.
    """
    now = scale.fits(candidate).score
    related = scale.related(candidate)
    options = _Options(scale, candidate)
    if not (related and now >= GOOD):
        for size in range(1, MOST_STEPS + 1):
            enough = [
                (effort, -score, steps)
                for steps, effort, score, learns_must in options.of_size(size)
                if score >= GOOD and (related or learns_must)
            ]
            if enough:
                _, score, steps = min(enough, key=lambda one: one[:2])
                return Unlock(steps, -score, good=True)
    single = [(-score, effort, steps, learns) for steps, effort, score, learns in options.of_size(1)]
    if not single:
        return None
    score, _, steps, learns = min(single, key=lambda one: one[:2])
    if -score < now + LEAST_GAIN:
        return None
    return Unlock(steps, -score, good=-score >= GOOD and (related or learns))


def opened(scale: Scale, candidate: Candidate) -> Unlock | None:
    """For a pair out of reach by dates or by distance, not by both: the one step that brings it into reach."""
    step = _way_in(scale, candidate)
    if step is None:
        return None
    changed, _ = applied((step,), candidate, scale)
    score = scale.fits(changed).score
    return Unlock((step,), score, good=score >= GOOD and scale.related(changed))


def applied(steps: Iterable[Step], candidate: Candidate, scale: Scale) -> tuple[Candidate, Scale]:
    """The two sides once the steps are made."""
    for kind, value, _ in steps:
        if kind is StepKind.SKILL:
            candidate = candidate._replace(skills=(*candidate.skills, value))
        elif kind is StepKind.PERIOD:
            first, _, last = value.partition("/")
            candidate = candidate._replace(first_month=month_number(first), last_month=month_number(last))
        elif kind is StepKind.WORKING_TIME:
            candidate = candidate._replace(working_time=value)
        elif kind is StepKind.SHIFT:
            candidate = candidate._replace(shifts=(*candidate.shifts, value))
        elif kind is StepKind.RADIUS:
            candidate = candidate._replace(radius_km=int(value))
        else:
            card = scale.card.model_copy(update={"experience": ShownExperience(value)})
            scale = Scale(card, scale.knowledge)
    return candidate, scale


class _Options:
    """Every set of steps worth weighing for one pair. What skills give and what other steps give add up, because they
    are parts of different criteria."""

    def __init__(self, scale: Scale, candidate: Candidate) -> None:
        self._scale = scale
        self._candidate = candidate
        self._base = scale.fits(candidate)
        self._other = list(_agreements(scale, candidate, self._base.period, self._base.experience))
        self._skills = list(_missing(scale, candidate))
        self._learnt: dict[tuple[int, ...], int] = {}

    def of_size(self, size: int) -> Iterator[tuple[tuple[Step, ...], int, int, bool]]:
        """Sets of this many steps: the steps, their effort, the score after them, whether a must skill is learnt."""
        now = self._base.score
        for agreed in range(min(size, len(self._other)) + 1):
            for counts in self._counts(size - agreed):
                learnt = self._steps(counts)
                gained = self._gain(counts)
                must = any(count and group.must for count, group in zip(counts, self._skills, strict=True))
                for others in combinations(self._other, agreed):
                    steps = (*learnt, *(step for step, _ in others))
                    effort = sum(_EFFORTS[step.effort] for step in steps)
                    yield steps, effort, now + gained + sum(gain for _, gain in others), must

    def _counts(self, total: int) -> Iterator[tuple[int, ...]]:
        ranges = (range(min(total, len(group.codes)) + 1) for group in self._skills)
        return (counts for counts in product(*ranges) if sum(counts) == total)

    def _steps(self, counts: tuple[int, ...]) -> tuple[Step, ...]:
        return tuple(
            Step(StepKind.SKILL, code, group.effort)
            for count, group in zip(counts, self._skills, strict=True)
            for code in group.codes[:count]
        )

    def _gain(self, counts: tuple[int, ...]) -> int:
        known = self._learnt.get(counts)
        if known is None:
            codes = [step.value for step in self._steps(counts)]
            richer = self._candidate._replace(skills=(*self._candidate.skills, *codes))
            must, wished = self._scale.skill_fits(richer)
            known = self._learnt[counts] = WEIGHTS["must_skills"] * (must - self._base.must_skills) + WEIGHTS[
                "wished_skills"
            ] * (wished - self._base.wished_skills)
        return known


def _agreements(scale: Scale, candidate: Candidate, period: int, experience: int) -> Iterator[tuple[Step, int]]:
    """The steps that need no training, with what each gains."""
    card = scale.card
    if period < FULL:
        yield _longer(scale, candidate), WEIGHTS["period"] * (FULL - period)
    if candidate.working_time != card.working_time:
        step = Step(StepKind.WORKING_TIME, card.working_time.value, Effort.AGREEMENT)
        yield step, WEIGHTS["hours"] * (FULL // 2)
    if card.shift not in candidate.shifts:
        yield Step(StepKind.SHIFT, card.shift.value, Effort.AGREEMENT), WEIGHTS["hours"] * (FULL // 2)
    if experience < FULL:
        enough = experience_within(candidate.experience)
        yield Step(StepKind.EXPERIENCE, enough.value, Effort.AGREEMENT), WEIGHTS["experience"] * (FULL - experience)


def _missing(scale: Scale, candidate: Candidate) -> Iterator[_Skills]:
    held = frozenset(candidate.skills)
    groups: dict[tuple[bool, bool, bool, Effort], list[str]] = {}
    for code in dict.fromkeys((*scale.card.must_skills, *scale.card.wished_skills)):
        if code not in held:
            must, wished = code in scale.card.must_skills, code in scale.card.wished_skills
            kind = must, must and not scale.needs_certificate(code), wished, effort_of(scale, candidate, code)
            groups.setdefault(kind, []).append(code)
    for kind, codes in groups.items():
        yield _Skills(*kind, tuple(sorted(codes, key=lambda code: -scale.worth(code))))


def effort_of(scale: Scale, candidate: Candidate, skill: str) -> Effort:
    """What it takes this person to learn a skill."""
    if scale.needs_certificate(skill):
        return Effort.CERTIFICATE
    return Effort.SHORT_TRAINING if scale.needs_short_training(candidate, skill) else Effort.TRAINING


def _way_in(scale: Scale, candidate: Candidate) -> Step | None:
    tenths = scale.tenths_of_km(candidate.area_level, candidate.area_code)
    too_far, never_meet = tenths > candidate.radius_km * 10, scale.common_months(candidate) < 1
    if too_far and not never_meet:
        radius = -(-tenths // (10 * _RADIUS_STEP_KM)) * _RADIUS_STEP_KM
        return Step(StepKind.RADIUS, str(radius), Effort.AGREEMENT) if radius <= FARTHEST_KM else None
    return _longer(scale, candidate) if never_meet and not too_far else None


def _longer(scale: Scale, candidate: Candidate) -> Step:
    first, last = min(scale.first_month, candidate.first_month), max(scale.last_month, candidate.last_month)
    return Step(StepKind.PERIOD, f"{month_of(first)}/{month_of(last)}", Effort.AGREEMENT)
