"""The attacker: a Bayesian who knows what is public, holds a few companies, plants cards, withdraws them, and watches.

He keeps the finest card that he ever saw of each id, leaves out whom he planted himself, and weighs everybody in the
directory by how likely such a card would be about him: trade, area, seniority; how many a company of that size lends;
the hours and the skills of its sector; the skills it is known for. His guess is whoever weighs most.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import TypeVar

from functions.demands.model import Demand
from functions.profiles.model.profile import Profile
from passerelle.classes import Budgets
from passerelle.contracts.cards import Area, DemandCard, ProfileCard, Shift, ShownExperience
from passerelle.masking import Census
from passerelle.nomenclature import Municipality, Occupation
from tests.security.attacker.platform import Card, Platform
from tests.security.attacker.territory import (
    HOUSE_SKILL,
    PLANTS_SHIFT,
    WORDS,
    Company,
    Person,
    Territory,
    profile_of,
    usual,
)

One = TypeVar("One", Profile, Demand)

HELD_BY = {
    ShownExperience.UP_TO_5: {"0-2", "3-5"},
    ShownExperience.FROM_6: {"6-10", "11+"},
    ShownExperience.ANY: {"0-2", "3-5", "6-10", "11+"},
}
AREA_FIELD = {
    "epci": "epci",
    "employment_zone": "employment_zone",
    "department": "departement",
    "region": "region",
}
ELSEWHERE = 0.01
"""How often somebody has a skill that neither his trade nor his company is known for."""


@dataclass(frozen=True)
class Plan:
    """What the attacker does: with how many companies of his, and how many people of each."""

    companies: int = 2
    people_each: int = 3


@dataclass
class Watched:
    """What was to be seen from his accounts, and what he did himself."""

    territory: Territory
    own: frozenset[str]
    """His companies."""
    planted: frozenset[str] = frozenset()
    target: str | None = None
    """The profile of the person he went for."""
    finest: dict[str, Card] = field(default_factory=dict)
    shown_at_last: dict[str, Card] = field(default_factory=dict)
    shown_at_first: dict[str, Card] = field(default_factory=dict)
    """What was shown once everybody had come."""

    def look(self, platform: Platform) -> None:
        """Read everything that is shown at this moment."""
        self.shown_at_last = platform.visible()
        for key, card in self.shown_at_last.items():
            self.finest.setdefault(key, card)

    @property
    def cards(self) -> dict[str, Card]:
        """The finest card he saw of everybody but his own."""
        secret = owners(self.territory)
        return {
            key: card for key, card in self.finest.items() if key not in self.planted and secret[key] not in self.own
        }


def owners(territory: Territory) -> dict[str, str]:
    """The company behind each profile and demand: the secret."""
    return {one.id: one.tenant for one in (*territory.profiles, *territory.demands)}


def watched(
    territory: Territory, budgets: Budgets, plan: Plan, seed: int, **workforce: Mapping[str, Census]
) -> Watched:
    """A territory through four batches: half of it comes, then the other half together with what he plants around one
    person, then some withdraw, then he withdraws what he planted. He looks after every change."""
    chance = random.Random(f"watch/{seed}")
    platform = Platform(budgets, **workforce)
    own = frozenset(chance.sample(sorted(territory.companies), plan.companies))
    early, late = _halves(territory.profiles)
    early_needs, late_needs = _halves(territory.demands)
    targets = [one for one in late if one.tenant not in own]
    target = chance.choice(targets) if targets and plan.people_each else None
    planted = _planted(target, territory, sorted(own), plan.people_each, chance) if target else []
    sight = Watched(territory, own, frozenset(one.id for one in planted), target and target.id)
    for profiles, demands in ((early, early_needs), ((*planted, *late), late_needs)):
        platform.take(profiles, demands)
        platform.next_batch()
        sight.look(platform)
    sight.shown_at_first = sight.shown_at_last
    others = [one for one in territory.profiles if target is None or one.id != target.id]
    platform.withdraw(
        [one.id for one in others if chance.random() < 0.15],
        [one.id for one in territory.demands if chance.random() < 0.15],
    )
    sight.look(platform)
    platform.next_batch()
    sight.look(platform)
    platform.withdraw([one.id for one in planted])
    sight.look(platform)
    platform.next_batch()
    sight.look(platform)
    return sight


def guesses(watched: Watched, key: str) -> tuple[list[str], list[str]]:
    """For one card: companies, and people (none for a demand), the likeliest first."""
    card = watched.cards[key]
    if isinstance(card, DemandCard):
        return _ranked(_of_demand(card, watched)), []
    by_person = _of_profile(card, watched)
    by_company: defaultdict[str, float] = defaultdict(float)
    for person, weight in by_person.items():
        by_company[watched.territory.people[person].company.id] += weight
    return _ranked(by_company), _ranked(by_person)


def _of_profile(card: ProfileCard, watched: Watched) -> dict[str, float]:
    sizes: dict[str, float] = {}
    skills: dict[tuple[str, str], float] = {}
    found: dict[str, float] = {}
    for person in watched.territory.people.values():
        company, trade = person.company, person.trade
        if company.id in watched.own or not could_be(card, person):
            continue
        if company.id not in sizes:
            sizes[company.id] = company.expected_volunteers / company.size * _hours(card.shifts, company)
        about = (company.id, trade.code)
        if about not in skills:
            skills[about] = _skills(card.skills, trade, company)
        found[person.id] = sizes[company.id] * skills[about]
    return found


def _of_demand(card: DemandCard, watched: Watched) -> dict[str, float]:
    staff: defaultdict[tuple[str, str], int] = defaultdict(int)
    for person in watched.territory.people.values():
        if person.trade.code.startswith(card.occupation) and person.company.id not in watched.own:
            staff[person.company.id, person.trade.code] += 1
    found: defaultdict[str, float] = defaultdict(float)
    for (name, code), people in staff.items():
        company, trade = watched.territory.companies[name], WORDS.occupation(code)
        if not within(card.area, company.town):
            continue
        found[name] += (
            company.expected_needs
            * people
            / company.size
            * _hours((card.shift,), company)
            * _headcount(card.headcount, company.size)
            * _skills(card.must_skills, trade, company)
        )
    return found


def within(area: Area, town: Municipality) -> bool:
    """Whether a town lies in a shown area."""
    return str(getattr(town, AREA_FIELD[area.level])) == area.code


def could_be(card: ProfileCard, person: Person) -> bool:
    """Whether nothing in a card speaks against its being about a person of the directory."""
    return (
        person.trade.code.startswith(card.occupation)
        and person.band.value in HELD_BY.get(card.experience, {card.experience.value})
        and within(card.area, person.town)
    )


def _hours(shifts: Sequence[Shift], company: Company) -> float:
    usual_there = company.sector.shift
    if usual_there in shifts:
        return PLANTS_SHIFT if set(shifts) - {Shift.DAY} else 1.0
    return 1 - PLANTS_SHIFT if set(shifts) == {Shift.DAY} else 0.0


def _headcount(asked: int, size: int) -> float:
    """How likely a company of this size asks for so many; five means five or more."""
    mean = 0.004 * size + 0.3
    at_least = exp(-(asked - 1) / mean)
    return at_least if asked >= 5 else at_least - exp(-asked / mean)


def _skills(shown: Sequence[str], trade: Occupation, company: Company) -> float:
    """How likely somebody of this trade in this company is said to have just these skills; none at all says nothing."""
    if not shown:
        return 1.0
    likely = 1.0
    rest = set(shown)
    for code in trade.skills:
        if WORDS.skill(code).rare:
            continue
        chance = usual(company.sector.name, trade.code, code)
        likely *= chance if code in rest else 1 - chance
        rest.discard(code)
    for code in sorted(rest):
        likely *= HOUSE_SKILL if code in company.known_for else ELSEWHERE
    return likely


def _planted(
    target: Profile, territory: Territory, own: Sequence[str], people_each: int, chance: random.Random
) -> list[Profile]:
    """People of his who read exactly as his target would."""
    person = territory.people[target.person_id]
    found = []
    for company in own:
        for number in range(people_each):
            key = f"prf_planted_{company}_{number}"
            profile = profile_of(person, key, company, chance)
            found.append(profile.model_copy(update={"description": target.description}))
    return found


def _ranked(weights: Mapping[str, float]) -> list[str]:
    return sorted(weights, key=lambda key: (-weights[key], key))[:5]


def _halves(values: Iterable[One]) -> tuple[tuple[One, ...], tuple[One, ...]]:
    every = tuple(values)
    return every[: len(every) // 2], every[len(every) // 2 :]
