"""A simulated territory: companies as anybody may know them, the people they employ, and what they tell the platform.

Everything but who volunteers and who needs somebody is public (a directory of companies and of people): the attacker is
given more than a real one would have. Skew is that of a labour market: sizes are heavy-tailed, places follow Zipf's
law, trades crowd in their sector, and a company that lends has less work in one or two trades, not in all.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from typing import Final

from functions.demands.model import Demand, Need
from functions.demands.model import State as DemandState
from functions.profiles.model.description import Description
from functions.profiles.model.profile import Profile
from functions.profiles.model.states import State
from passerelle.contracts.cards import ExperienceBand, Shift, WorkingTime
from passerelle.nomenclature import Municipality, Occupation, load_starter

WORDS: Final = load_starter()
REGION: Final = "28"
BANDS: Final = tuple(ExperienceBand)
BAND_SHARES: Final = (0.2, 0.2, 0.25, 0.35)
PLANTS_SHIFT: Final = 0.7
"""How often a post, or a volunteer, follows the usual pattern of the sector; otherwise days."""
HOUSE_SKILL: Final = 0.4
"""How often somebody is said to have a skill that his company is known for and his trade is not."""


@dataclass(frozen=True, eq=False)
class Sector:
    """What anybody knows of a line of business: its trades by weight, and its usual hours."""

    name: str
    trades: Mapping[str, float]
    shift: Shift


SECTORS: Final = (
    Sector("metal", {"H29": 8, "I13": 3, "H15": 1, "N11": 2, "M18": 0.3}, Shift.THREE_SHIFTS),
    Sector("aircraft", {"H29": 4, "H26": 3, "H15": 2, "I16": 3, "M18": 1}, Shift.TWO_SHIFTS),
    Sector("food", {"H21": 5, "H33": 4, "I13": 2, "N11": 4, "D11": 2}, Shift.THREE_SHIFTS),
    Sector("building", {"F16": 6, "F12": 1, "F15": 1, "F17": 2, "I13": 1}, Shift.DAY),
    Sector("transport", {"N41": 7, "N11": 4, "I16": 2, "M16": 1}, Shift.NIGHT),
    Sector("care", {"J15": 6, "K13": 5, "G16": 2, "J13": 1}, Shift.WEEKEND),
    Sector("trade", {"D11": 2, "D14": 3, "D12": 4, "M16": 1, "N11": 1}, Shift.DAY),
    Sector("catering", {"G16": 4, "G18": 5, "G17": 2}, Shift.WEEKEND),
    Sector("offices", {"M16": 4, "M12": 3, "M18": 3, "M15": 1, "C12": 1}, Shift.DAY),
    Sector("plastics", {"H32": 6, "I13": 3, "H29": 1, "N11": 2}, Shift.THREE_SHIFTS),
    Sector("energy", {"I13": 6, "H12": 2, "H13": 2, "F16": 1, "H15": 1}, Shift.TWO_SHIFTS),
)


@dataclass(frozen=True)
class Company:
    """A company as the register, its web site and its job adverts show it."""

    id: str
    sector: Sector
    size: int
    town: Municipality
    known_for: tuple[str, ...]
    """Codes of skills of its own process, found in its adverts."""

    @property
    def expected_volunteers(self) -> float:
        """How many it would lend on average, as far as an outsider can tell."""
        return 0.6 * min(40.0, 1 + 0.04 * self.size)

    @property
    def expected_needs(self) -> float:
        """How many it would look for on average, as far as an outsider can tell."""
        return 0.5 * min(12.0, 1 + 0.01 * self.size)


@dataclass(frozen=True)
class Person:
    """An employee as a professional network shows him: where he works and lives, his trade, his seniority."""

    id: str
    company: Company
    trade: Occupation
    band: ExperienceBand
    town: Municipality


@dataclass(frozen=True)
class Territory:
    """What is public (companies, people) and what is secret (whose profile and whose demand is whose)."""

    companies: Mapping[str, Company]
    people: Mapping[str, Person]
    profiles: tuple[Profile, ...]
    demands: tuple[Demand, ...]


@cache
def usual(sector: str, trade: str, skill: str) -> float:
    """How often people of a trade in a sector have a skill of their trade's list: the sector's adverts tell it."""
    core = skill in WORDS.occupation(trade).core
    low, high = (0.75, 0.9) if core else (0.3, 0.7)
    return random.Random(f"{sector}/{trade}/{skill}").uniform(low, high)


def simulated(companies: int, seed: int) -> Territory:
    """A territory of so many companies, the same for the same seed."""
    chance = random.Random(f"{companies}/{seed}")
    known = {company.id: company for company in (_company(number, chance) for number in range(companies))}
    people = {person.id: person for company in known.values() for person in _staff(company, chance)}
    by_company: dict[str, list[Person]] = {name: [] for name in known}
    for person in people.values():
        by_company[person.company.id].append(person)
    profiles = [profile for name in known for profile in _volunteers(known[name], by_company[name], chance)]
    demands = [demand for company in known.values() for demand in _needs(company, by_company[company.id], chance)]
    chance.shuffle(profiles)
    chance.shuffle(demands)
    return Territory(known, people, tuple(profiles), tuple(demands))


def profile_of(person: Person, profile_id: str, tenant: str, chance: random.Random) -> Profile:
    """A volunteer who has said yes, as his company describes him."""
    first = chance.choice((1, 1, 2, 2, 3, 4))
    description = Description(
        occupation=person.trade.code,
        skills=_skills(person.company, person.trade, chance)[:30] or (person.trade.skills[0],),
        experience=person.band,
        municipality=person.town.code,
        radius_km=chance.choice((20, 30, 30, 40, 60)),
        available_from=date(2027, first, 4),
        available_to=date(2027, first + chance.choice((2, 2, 5)), 25),
        working_time=WorkingTime.FULL_TIME if chance.random() < 0.93 else WorkingTime.PART_TIME,
        shifts=tuple(dict.fromkeys((Shift.DAY, _shift(person.company, chance)))),
    )
    return Profile(
        id=profile_id,
        tenant=tenant,
        person_id=person.id,
        state=State.PUBLISHED,
        description=description,
        certificates=(),
    )


@cache
def _places() -> tuple[tuple[Municipality, ...], tuple[float, ...]]:
    towns = [town for town in WORDS.municipalities if town.region == REGION]
    random.Random("places").shuffle(towns)
    towns.sort(key=lambda town: town.departement != "76")
    return tuple(towns), tuple(accumulate(1 / (rank + 1) for rank in range(len(towns))))


@cache
def _trades(sector: Sector) -> tuple[tuple[Occupation, ...], tuple[float, ...]]:
    found: list[tuple[Occupation, float]] = []
    for prefix, weight in sector.trades.items():
        some = [trade for trade in WORDS.occupations if trade.code.startswith(prefix)]
        random.Random(f"{sector.name}/{prefix}").shuffle(some)
        found += [(trade, weight / (rank + 1)) for rank, trade in enumerate(some)]
    return tuple(trade for trade, _ in found), tuple(accumulate(weight for _, weight in found))


@cache
def _foreign_skills(sector: Sector) -> tuple[str, ...]:
    own = {code for trade in _trades(sector)[0] for code in trade.skills}
    others = [skill.code for skill in WORDS.skills if not skill.rare and skill.code not in own]
    return tuple(random.Random(sector.name).sample(others, 40))


def _company(number: int, chance: random.Random) -> Company:
    towns, weights = _places()
    sector = chance.choice(SECTORS)
    return Company(
        id=f"cmp_{number}",
        sector=sector,
        size=min(1500, int(12 * chance.paretovariate(1.05))),
        town=chance.choices(towns, cum_weights=weights)[0],
        known_for=tuple(chance.sample(_foreign_skills(sector), 3)),
    )


def _staff(company: Company, chance: random.Random) -> list[Person]:
    trades, weights = _trades(company.sector)
    towns = [town for town in WORDS.municipalities if town.departement == company.town.departement]
    bands = chance.choices(BANDS, BAND_SHARES, k=company.size)
    return [
        Person(
            f"per_{company.id}_{number}",
            company,
            trade,
            bands[number],
            company.town if chance.random() < 0.75 else chance.choice(towns),
        )
        for number, trade in enumerate(chance.choices(trades, cum_weights=weights, k=company.size))
    ]


def _volunteers(company: Company, staff: Sequence[Person], chance: random.Random) -> list[Profile]:
    if chance.random() > 0.6:
        return []
    slack = set(chance.sample(sorted({person.trade.code for person in staff}), 1))
    slack.add(chance.choice(staff).trade.code)
    able = [person for person in staff if person.trade.code in slack]
    chosen = chance.sample(able, min(len(able), int(min(40.0, 1 + chance.expovariate(1 / (0.04 * company.size))))))
    return [profile_of(person, f"prf_{person.id}", company.id, chance) for person in chosen]


def _needs(company: Company, staff: Sequence[Person], chance: random.Random) -> list[Demand]:
    if chance.random() > 0.5:
        return []
    wanted = int(min(12.0, 1 + chance.expovariate(1 / (0.01 * company.size))))
    return [_demand(company, chance.choice(staff).trade, number, chance) for number in range(wanted)]


def _demand(company: Company, trade: Occupation, number: int, chance: random.Random) -> Demand:
    skills = _skills(company, trade, chance)
    first = chance.choice((1, 2, 3, 4))
    need = Need(
        occupation=trade.code,
        must_skills=skills[:15],
        experience=chance.choices(BANDS, BAND_SHARES)[0],
        municipality=company.town.code,
        start_date=date(2027, first, 4),
        end_date=date(2027, first + chance.choice((2, 2, 5)), 25),
        working_time=WorkingTime.FULL_TIME,
        shift=_shift(company, chance),
        headcount=headcount(company.size, chance),
    )
    return Demand(id=f"dem_{company.id}_{number}", tenant=company.id, state=DemandState.OPEN, need=need)


def headcount(size: int, chance: random.Random) -> int:
    """How many people a company of this size asks for at once."""
    return min(50, 1 + int(chance.expovariate(1 / (0.004 * size + 0.3))))


def _skills(company: Company, trade: Occupation, chance: random.Random) -> tuple[str, ...]:
    own = [
        code
        for code in trade.skills
        if not WORDS.skill(code).rare and chance.random() < usual(company.sector.name, trade.code, code)
    ]
    return tuple(dict.fromkeys([*own, *(code for code in company.known_for if chance.random() < HOUSE_SKILL)]))


def _shift(company: Company, chance: random.Random) -> Shift:
    return company.sector.shift if chance.random() < PLANTS_SHIFT else Shift.DAY
