"""Masking: how coarse a card must be before it may be shown, and whom it could then be about (law.md §3.2).

Pure. A card is coarsened step by step, in one order for everybody; a *class* is the set of cards that read exactly
alike in what an outsider could know of somebody (the quasi-identifiers). A card may be shown while its class, or the
workforce of its trade and area where the operator has imported one, is large and mixed enough (`Budget`). This is
k-anonymity (Sweeney 2002) with a floor on the number of companies and a ceiling on the share of one. It promises that a
card shown at a step says nothing finer than that step; it refuses to choose for a card that no step protects: that one
is for an adviser. What an attacker makes of such cards is measured (tests/security/attacker, decision 0007).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, TypeVar

from passerelle.contracts.cards import Area, AreaLevel, DemandCard, ProfileCard, ShownExperience
from passerelle.nomenclature import AreaKind, Nomenclature, UnknownCode

Card = TypeVar("Card", ProfileCard, DemandCard)


class Step(IntEnum):
    """How coarse a card is: each step hides what the steps before it hide, and one thing more."""

    EXACT = 0
    QUARTER = 1
    HALF_YEAR = 2
    TWO_BANDS = 3
    ANY_EXPERIENCE = 4
    EMPLOYMENT_ZONE = 5
    DEPARTMENT = 6
    REGION = 7
    DOMAIN = 8
    FAMILY = 9


MOST_HEADCOUNT_SHOWN: Final = 5
"""A larger number would tell the size of the company."""

_AREA_LADDER: Final[tuple[tuple[AreaLevel, AreaKind, Step], ...]] = (
    ("epci", "epci", Step.EMPLOYMENT_ZONE),
    ("employment_zone", "employment_zone", Step.DEPARTMENT),
    ("department", "departement", Step.REGION),
)
"""Areas from the finest, each with the step that hides it."""

_KIND_OF: Final[dict[AreaLevel, AreaKind]] = {level: kind for level, kind, _ in _AREA_LADDER} | {"region": "region"}

_TWO_BANDS: Final = {
    ShownExperience.UP_TO_2: ShownExperience.UP_TO_5,
    ShownExperience.FROM_3_TO_5: ShownExperience.UP_TO_5,
    ShownExperience.FROM_6_TO_10: ShownExperience.FROM_6,
    ShownExperience.FROM_11: ShownExperience.FROM_6,
}
_BANDS_OF_ITS_WIDTH: Final = {
    ShownExperience.ANY: 1,
    ShownExperience.UP_TO_5: 2,
    ShownExperience.FROM_6: 2,
}


@dataclass(frozen=True)
class Census:
    """A class or a workforce counted: its members, how many companies they belong to, and how many belong to the
    largest of these. Of a class it is also known how many belong to each, by `mark_of` it."""

    members: int = 0
    owners: int = 0
    largest: int = 0
    by_owner: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget:
    """What a class must be: so many members, so many companies, at most this share of one company, in percent, and at
    most one member in `one_in` of the same company.

    The last is the promise about the secret *which company*: even who knows how many cards each company has in a class
    is right about one card in `one_in`. The others are the floors of law.md §3.2.
    """

    members: int
    owners: int
    largest_share: int
    one_in: int = 1

    def allows(self, census: Census) -> bool:
        """Whether a card of such a class may be shown."""
        return (
            census.members >= self.members
            and census.owners >= self.owners
            and census.largest * 100 <= census.members * self.largest_share
            and census.largest * self.one_in <= census.members
        )


def tally(by_owner: Mapping[str, int]) -> Census:
    """The census of a class from how many of its members belong to each company, by mark."""
    there = {owner: count for owner, count in by_owner.items() if count > 0}
    return Census(sum(there.values()), len(there), max(there.values(), default=0), there)


def mark_of(owner: str) -> str:
    """What stands for a company in a census: enough of a digest to tell it from others."""
    return hashlib.sha256(owner.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Applicant:
    """A card that waits for its class: whose it is, and the card at each step from the finest that may still be shown
    (a card once shown never becomes finer)."""

    id: str
    owner: str
    cards: Mapping[Step, ProfileCard | DemandCard]


def coarsened_profile(card: ProfileCard, municipality: str, step: Step, nomenclature: Nomenclature) -> ProfileCard:
    """A profile's exact card as of a step. Raises `UnknownCode` for a municipality the nomenclature does not hold."""
    first, last = _months(card.available_from, card.available_to, step)
    return card.model_copy(
        update={
            "occupation": _occupation(card.occupation, step),
            "skills": _skills(card.skills, card.occupation, step, nomenclature),
            "experience": _experience(card.experience, step),
            "area": masked_area(municipality, nomenclature, step),
            "available_from": first,
            "available_to": last,
        }
    )


def coarsened_demand(card: DemandCard, municipality: str, step: Step, nomenclature: Nomenclature) -> DemandCard:
    """A demand's exact card as of a step. Raises `UnknownCode` for a municipality the nomenclature does not hold."""
    first, last = _months(card.first_month, card.last_month, step)
    return card.model_copy(
        update={
            "occupation": _occupation(card.occupation, step),
            "must_skills": _skills(card.must_skills, card.occupation, step, nomenclature),
            "wished_skills": _skills(card.wished_skills, card.occupation, step, nomenclature),
            "experience": _experience(card.experience, step),
            "area": masked_area(municipality, nomenclature, step),
            "first_month": first,
            "last_month": last,
        }
    )


def masked_area(municipality: str, nomenclature: Nomenclature, step: Step = Step.EXACT) -> Area:
    """The finest named area around a municipality that a step still shows: never the municipality itself."""
    place = nomenclature.municipality(municipality)
    for level, kind, hidden_from in _AREA_LADDER:
        code = getattr(place, kind)
        if step < hidden_from and code in nomenclature.labels[kind]:
            return Area(level=level, code=code)
    return Area(level="region", code=place.region)


def region_around(area: Area, nomenclature: Nomenclature) -> Area:
    """The region that an area lies in. Raises `UnknownCode` for an area the nomenclature does not hold."""
    kind = _KIND_OF[area.level]
    for place in nomenclature.municipalities:
        if getattr(place, kind) == area.code:
            return Area(level="region", code=place.region)
    raise UnknownCode(kind, area.code)


def finer(card: Card, area: Area, nomenclature: Nomenclature) -> Card:
    """What the other side reads once both are interested: the exact card, in this area, with the skills of its trade
    alone. An exact place or a skill of another trade would name the company to whoever knows the directory."""
    fields = type(card).model_fields.keys() & {"skills", "must_skills", "wished_skills"}
    own = {name: _skills(getattr(card, name), card.occupation, Step.EXACT, nomenclature) for name in fields}
    return card.model_copy(update={"area": area, **own})


def class_of(card: ProfileCard | DemandCard) -> str:
    """The name of a card's class: cards that read alike in their quasi-identifiers have the same, others do not.

    Of a person an outsider may know trade, area, seniority, months and part time; of a company in need, trade, area and
    months. Skills beyond the trade's rare ones, travel and hours are preferences that nobody outside can look up.
    """
    area = f"{card.area.level}:{card.area.code}"
    if isinstance(card, ProfileCard):
        known = (card.experience, card.available_from, card.available_to, card.working_time)
        return "|".join(("profile", card.occupation, area, *known))
    return f"demand|{card.occupation}|{area}|{card.first_month}|{card.last_month}"


def workforce_of(card: ProfileCard | DemandCard) -> str:
    """The name of the workforce a card could be about: everybody of its trade in its area."""
    return workforce_name(card.occupation, card.area)


def workforce_name(occupation: str, area: Area) -> str:
    """The name of everybody of a trade in an area."""
    return f"workforce|{occupation}|{area.level}:{area.code}"


def as_workforce(card: ProfileCard | DemandCard, workforce: Census) -> Census:
    """The part of a workforce that a card could be about: experience that is shown leaves one band of several."""
    if isinstance(card, DemandCard):
        return workforce
    bands = _BANDS_OF_ITS_WIDTH.get(card.experience, len(_TWO_BANDS))
    return Census(workforce.members // bands, workforce.owners, -(-workforce.largest // bands))


def placed(
    applicants: Iterable[Applicant], counted: Callable[[Collection[str]], Mapping[str, Census]], budget: Budget
) -> dict[str, Step]:
    """The step at which each applicant may be shown, by id; those that no step protects are left out.

    All take the finest step at which those who still wait, together with those already there, fill the class; of a
    company that would fill too much of it as many take it as may, the first by id, and the others go on. `counted`
    gives the census of classes and workforces by name; a name left out counts as nobody.
    """
    waiting = {one.id: one for one in applicants}
    found: dict[str, Step] = {}
    for step in Step:
        together: dict[str, list[Applicant]] = {}
        for one in waiting.values():
            if step in one.cards:
                together.setdefault(class_of(one.cards[step]), []).append(one)
        known = counted({*together, *(workforce_of(group[0].cards[step]) for group in together.values())})
        for name, group in together.items():
            card = group[0].cards[step]
            workforce = as_workforce(card, known.get(workforce_of(card), Census()))
            admitted = group if budget.allows(workforce) else _admitted(group, known.get(name, Census()), budget)
            found |= {one.id: step for one in admitted}
        waiting = {key: one for key, one in waiting.items() if key not in found}
    return found


def _admitted(group: Iterable[Applicant], there: Census, budget: Budget) -> list[Applicant]:
    """Those of a group who may join a class together: as many of each company as still leave the class protected."""
    by_owner: dict[str, list[Applicant]] = {}
    for one in sorted(group, key=lambda one: one.id):
        by_owner.setdefault(mark_of(one.owner), []).append(one)
    most = max(there.by_owner.get(owner, 0) + len(some) for owner, some in by_owner.items())
    for cap in range(most, 0, -1):
        admitted = {owner: some[: max(0, cap - there.by_owner.get(owner, 0))] for owner, some in by_owner.items()}
        joined = Counter(there.by_owner) + Counter({owner: len(some) for owner, some in admitted.items()})
        if budget.allows(tally(joined)):
            return [one for some in admitted.values() for one in some]
    return []


def _occupation(code: str, step: Step) -> str:
    if step >= Step.FAMILY:
        return code[:1]
    return code[:3] if step >= Step.DOMAIN else code


def _skills(codes: tuple[str, ...], trade: str, step: Step, nomenclature: Nomenclature) -> tuple[str, ...]:
    """Those of the trade's own list, any other marks a company; none once the trade is hidden, for they tell it."""
    if step >= Step.DOMAIN:
        return ()
    try:
        own = nomenclature.occupation(trade).skills
    except UnknownCode:
        return ()
    return tuple(code for code in codes if code in own)


def _experience(shown: ShownExperience, step: Step) -> ShownExperience:
    if step >= Step.ANY_EXPERIENCE:
        return ShownExperience.ANY
    return _TWO_BANDS.get(shown, shown) if step >= Step.TWO_BANDS else shown


def _months(first: str, last: str, step: Step) -> tuple[str, str]:
    """The period widened to whole quarters or half-years, so that it still holds the exact one."""
    width = 6 if step >= Step.HALF_YEAR else 3 if step >= Step.QUARTER else 1
    start, end = _number(first), _number(last)
    return _named(start - start % width), _named(end - end % width + width - 1)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _named(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
