"""Any people and any demands from all over the country, and an index full of them."""

from __future__ import annotations

import random

from functions.matching.index import ProfileIndex, document
from functions.matching.model.formula import Candidate, Knowledge, candidate_of
from passerelle.contracts.cards import Area, DemandCard, ProfileCard, Shift, ShownExperience, WorkingTime
from passerelle.nomenclature import load_starter

WORDS = load_starter()
KNOWLEDGE = Knowledge(WORDS)


def a_crowd(count: int, seed: int) -> list[Candidate]:
    """Any people from all over the country, in areas as fine and as coarse as they come."""
    chance = random.Random(seed)
    return [
        candidate_of(f"prf_{number:05d}", f"cmp_{number % 7}", 1, a_card(chance))
        for number in chance.sample(range(count), count)
    ]


def a_card(chance: random.Random) -> ProfileCard:
    occupation = chance.choice(WORDS.occupations)
    first = chance.randint(0, 20)
    return ProfileCard(
        occupation=occupation.code,
        skills=tuple(sorted(chance.sample(occupation.skills, chance.randint(0, 8)))),
        experience=chance.choice(list(ShownExperience)),
        area=an_area(chance),
        radius_km=chance.choice([5, 17, 50, 100, 300]),
        available_from=month(first),
        available_to=month(first + chance.randint(0, 8)),
        working_time=chance.choice(list(WorkingTime)),
        shifts=tuple(chance.sample(list(Shift), chance.randint(1, 3))),
    )


def a_demand(chance: random.Random) -> DemandCard:
    occupation = chance.choice(WORDS.occupations)
    asked = chance.sample(occupation.skills, 6)
    first = chance.randint(0, 20)
    return DemandCard(
        occupation=occupation.code,
        must_skills=tuple(asked[:4]),
        wished_skills=tuple(asked[4:]),
        experience=chance.choice(list(ShownExperience)),
        area=an_area(chance),
        first_month=month(first),
        last_month=month(first + chance.randint(0, 5)),
        working_time=chance.choice(list(WorkingTime)),
        shift=chance.choice(list(Shift)),
        headcount=1,
    )


def a_demand_in_reach_of_many() -> DemandCard:
    changes = {"area": Area(level="region", code="11"), "first_month": "2026-01", "last_month": "2028-12"}
    return a_demand(random.Random(4)).model_copy(update=changes)


def an_area(chance: random.Random) -> Area:
    place = chance.choice(WORDS.municipalities)
    level = chance.choice(["epci", "epci", "employment_zone", "department", "region"])
    code = getattr(place, {"department": "departement"}.get(level, level))
    return Area.model_validate({"level": level, "code": code})


def month(number: int) -> str:
    return f"{2026 + number // 12}-{number % 12 + 1:02d}"


def fill(index: ProfileIndex, people: list[Candidate]) -> None:
    """Index many people at once, as a rebuild would."""
    index.tenant_of("prf_none")
    body = [
        line
        for one in people
        for line in ({"index": {"_index": index._alias, "_id": one.profile_id}}, document(one, KNOWLEDGE))
    ]
    assert not index._client.bulk(body=body, params={"refresh": "true"})["errors"]


def same(one: list[Candidate], other: list[Candidate]) -> bool:
    return [plain(candidate) for candidate in one] == [plain(candidate) for candidate in other]


def plain(candidate: Candidate) -> Candidate:
    return candidate._replace(skills=tuple(candidate.skills), shifts=tuple(candidate.shifts))
