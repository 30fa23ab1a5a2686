"""How well a profile fits a demand: the formula that orders and never excludes, and what it must know of the codes.

Pure. Every number is a whole number (fits in ten-thousandths, scores in millionths), so the same cards give the same
score on every machine and in every order.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from passerelle.contracts.cards import DemandCard, ProfileCard, ShownExperience
from passerelle.contracts.matching import CriterionName
from passerelle.nomenclature import EARTH_RADIUS_KM, Nomenclature, Occupation, UnknownCode
from passerelle.problems import Invalid

WEIGHTS: Final[dict[CriterionName, int]] = {
    "must_skills": 40,
    "occupation": 20,
    "wished_skills": 10,
    "distance": 10,
    "period": 10,
    "hours": 5,
    "experience": 5,
}
"""What each criterion counts, in hundredths of the score. They add up to 100. The one place where weights are."""


ENGINE: Final = "matching-1"
"""Names the hard facts and the formula in the decision log: another name with any change of an order or of a score."""


FULL: Final = 10_000
"""A perfect fit, in ten-thousandths."""


NEIGHBOUR_FROM: Final = 1_000
"""From this occupation fit on (10 %), two occupations are neighbours: 1 pair of occupations in 10 is."""


SHORT_TRAINING_FROM: Final = 2_000
"""Who holds this share of the demanded occupation's skills (20 %) is near a missing one: a short training closes it."""


NEAREST_OTHER_OCCUPATION: Final = 9_000
"""The best fit of an occupation that is not the one asked for."""


_PARTIAL_CREDIT: Final = 2
"""A missing skill counts for this part (one half) of how much of the demanded occupation the profile covers."""


_SHOWN: Final = tuple(ShownExperience)


_BANDS: Final = 4


_AT_BEST: Final = (0, 1, 2, 3, 1, 3, 3)


_AT_LEAST: Final = (0, 1, 2, 3, 0, 2, 0)
"""The band that experience as shown may reach, and the least that is asked: a coarse card costs nobody anything."""


class Candidate(NamedTuple):
    """A published profile in the form the formula reads fastest. Months are counted from year 0."""

    profile_id: str
    tenant: str
    sequence: int
    occupation: str
    skills: tuple[str, ...]
    experience: int
    area_level: str
    area_code: str
    radius_km: int
    first_month: int
    last_month: int
    working_time: str
    shifts: tuple[str, ...]


class Fits(NamedTuple):
    """How well each criterion fits, in ten-thousandths."""

    must_skills: int
    occupation: int
    wished_skills: int
    distance: int
    period: int
    hours: int
    experience: int

    @property
    def score(self) -> int:
        """The weighted sum, in millionths."""
        return sum(WEIGHTS[name] * fit for name, fit in zip(CRITERIA, self, strict=True))


CRITERIA: Final[tuple[CriterionName, ...]] = (
    "must_skills",
    "occupation",
    "wished_skills",
    "distance",
    "period",
    "hours",
    "experience",
)
"""The criteria in the order of `Fits`."""


@dataclass(frozen=True, slots=True)
class Centre:
    """A masked area on the map: its middle in degrees, and how far its farthest municipality lies from it, in km."""

    latitude: float
    longitude: float
    reach_km: float


class Knowledge:
    """What the formula must know of occupations and places, worked out once per code and kept."""

    def __init__(self, nomenclature: Nomenclature) -> None:
        self.nomenclature: Final = nomenclature
        self._centres: dict[tuple[str, str], Centre] = {}
        self._worth: dict[str, dict[str, int]] = {}
        self._near: dict[str, dict[str, int]] = {}
        self._nearness: dict[tuple[str, str], int] = {}

    def centre(self, level: str, code: str) -> Centre:
        """Where an area is. Raises `Invalid` for one that the nomenclature does not hold."""
        known = self._centres.get((level, code))
        if known is None:
            known = self._centres[level, code] = self._located(level, code)
        return known

    def near(self, asked: str) -> dict[str, int]:
        """Every occupation, domain and family that has something in common with the one asked for, and how much."""
        known = self._near.get(asked)
        if known is None:
            codes = {one.code[:length] for one in self.nomenclature.occupations for length in (1, 3, len(one.code))}
            codes.add(asked)
            known = self._near[asked] = {code: fit for code in sorted(codes) if (fit := self.nearness(code, asked))}
        return known

    def municipalities_of(self, level: str, code: str) -> frozenset[str]:
        """The INSEE codes of the municipalities of an area; none for an area that the nomenclature does not hold."""
        field = "departement" if level == "department" else level
        return frozenset(one.code for one in self.nomenclature.municipalities if getattr(one, field) == code)

    def worth(self, occupation: str) -> dict[str, int]:
        """The skills of an occupation by how much each tells about it; none for an unknown occupation."""
        known = self._worth.get(occupation)
        if known is None:
            known = self._worth[occupation] = self._weighed(occupation)
        return known

    def nearness(self, own: str, asked: str) -> int:
        """How near two occupations are: full when they are the same, else how much of the one asked for the skills of
        the other cover, weighted by how much each skill tells (`Nomenclature.transferability`); on average over the
        occupations that a domain or family holds."""
        known = self._nearness.get((own, asked))
        if known is None:
            known = self._nearness[own, asked] = self._compared(own, asked)
        return known

    @cached_property
    def _municipalities(self) -> dict[tuple[str, str], list[tuple[float, float]]]:
        members: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for place in self.nomenclature.municipalities:
            position = (place.latitude, place.longitude)
            members.setdefault(("epci", place.epci), []).append(position)
            members.setdefault(("employment_zone", place.employment_zone), []).append(position)
            members.setdefault(("department", place.departement), []).append(position)
            members.setdefault(("region", place.region), []).append(position)
        return members

    def _located(self, level: str, code: str) -> Centre:
        members = self._municipalities.get((level, code))
        if members is None:
            raise Invalid("The card names an area that is not known.", remedy="Use an area of the vocabulary.")
        latitude = math.fsum(position[0] for position in members) / len(members)
        longitude = math.fsum(position[1] for position in members) / len(members)
        return Centre(latitude, longitude, max(great_circle_km((latitude, longitude), member) for member in members))

    def _weighed(self, occupation: str) -> dict[str, int]:
        skills = dict.fromkeys(code for trade in self._trades(occupation) for code in trade.skills)
        return {code: round(self.nomenclature.specificity(code) * FULL) for code in skills}

    def _compared(self, own: str, asked: str) -> int:
        if own == asked:
            return FULL
        pairs = [(one, other) for one in self._trades(own) for other in self._trades(asked)]
        if not pairs:
            return 0
        covered = [
            1.0 if one is other else self.nomenclature.transferability(one.skills, other.code).score
            for one, other in pairs
        ]
        return min(round(math.fsum(covered) / len(pairs) * FULL), NEAREST_OTHER_OCCUPATION)

    def _trades(self, code: str) -> tuple[Occupation, ...]:
        """The occupation of a code, or all those of a domain or family; none for an unknown code."""
        return tuple(one for one in self.nomenclature.occupations if one.code.startswith(code))


class Scale:
    """One demand, made ready to measure many profiles."""

    def __init__(self, card: DemandCard, knowledge: Knowledge) -> None:
        self.card: Final = card
        self.knowledge: Final = knowledge
        self.centre: Final = knowledge.centre(card.area.level, card.area.code)
        self.first_month: Final = month_number(card.first_month)
        self.last_month: Final = month_number(card.last_month)
        self._months = self.last_month - self.first_month + 1
        self._experience = _AT_LEAST[experience_rank(card.experience)]
        self._must = frozenset(card.must_skills)
        self._wished = frozenset(card.wished_skills)
        self._worth = knowledge.worth(card.occupation)
        self._whole_worth = sum(self._worth.values())
        self._tenths: dict[tuple[str, str], int] = {}
        asked = (*card.must_skills, *card.wished_skills)
        self._certificates = frozenset(code for code in asked if _is_certificate(knowledge.nomenclature, code))
        self._rare_musts = self._must & self._certificates

    def tenths_of_km(self, level: str, code: str) -> int:
        """The least distance that the two masked areas allow, in tenths of a km: a coarse area excludes nobody who may
        in truth live near."""
        known = self._tenths.get((level, code))
        if known is None:
            other = self.knowledge.centre(level, code)
            between = great_circle_km((self.centre.latitude, self.centre.longitude), (other.latitude, other.longitude))
            known = self._tenths[level, code] = max(0, round(10 * (between - self.centre.reach_km - other.reach_km)))
        return known

    def common_months(self, candidate: Candidate) -> int:
        """How many months both are there; 0 or less when they never meet."""
        return min(self.last_month, candidate.last_month) - max(self.first_month, candidate.first_month) + 1

    def coverage(self, candidate: Candidate) -> int:
        """How much of the demanded occupation the profile's skills cover, in ten-thousandths."""
        if not self._whole_worth:
            return 0
        worth = self._worth
        return sum(worth[code] for code in candidate.skills if code in worth) * FULL // self._whole_worth

    def in_reach(self, candidate: Candidate) -> bool:
        """Whether dates and distance allow the pair."""
        return (
            self.common_months(candidate) >= 1
            and self.tenths_of_km(candidate.area_level, candidate.area_code) <= candidate.radius_km * 10
        )

    def fits(self, candidate: Candidate) -> Fits:
        """Measure a profile that is in reach."""
        card = self.card
        must, wished = self.skill_fits(candidate)
        limit = candidate.radius_km * 10
        tenths = self.tenths_of_km(candidate.area_level, candidate.area_code)
        hours = FULL // 2 * (candidate.working_time == card.working_time) + FULL // 2 * (card.shift in candidate.shifts)
        gap = max(0, self._experience - _AT_BEST[candidate.experience])
        return Fits(
            must_skills=must,
            occupation=self.knowledge.nearness(candidate.occupation, card.occupation),
            wished_skills=wished,
            distance=max(0, limit - tenths) * FULL // limit,
            period=max(0, self.common_months(candidate)) * FULL // self._months,
            hours=hours,
            experience=(_BANDS - 1 - gap) * FULL // (_BANDS - 1),
        )

    def skill_fits(self, candidate: Candidate) -> tuple[int, int]:
        """How well the must and the wished skills fit, in ten-thousandths."""
        must, wished = FULL, FULL
        if self._must:
            held = self._must.intersection(candidate.skills)
            to_learn = len(self._must) - len(held) - len(self._rare_musts - held)
            partial = to_learn * (self.coverage(candidate) // _PARTIAL_CREDIT) if to_learn else 0
            must = (len(held) * FULL + partial) // len(self._must)
        if self._wished:
            wished = len(self._wished.intersection(candidate.skills)) * FULL // len(self._wished)
        return must, wished

    def worth(self, skill: str) -> int:
        """How much a skill tells of the demanded occupation; 0 for one that is none of its own."""
        return self._worth.get(skill, 0)

    def most_by_skill(self) -> dict[str, float]:
        """What each skill may add to a score, in points of a hundred: what it is asked for, and its part of the
        coverage that half makes up for missing ones. Never less than it truly adds, whatever else is held."""
        points: dict[str, float] = {}
        learnable = len(self._must - self._rare_musts)
        for code, worth in self._worth.items():
            missing = learnable - (code in self._must and code not in self._rare_musts)
            part = WEIGHTS["must_skills"] * missing / max(1, len(self._must)) / _PARTIAL_CREDIT
            points[code] = part * worth / max(1, self._whole_worth)
        for codes, weight in ((self._must, WEIGHTS["must_skills"]), (self._wished, WEIGHTS["wished_skills"])):
            for code in codes:
                points[code] = points.get(code, 0.0) + weight / len(codes)
        return {code: most for code, most in points.items() if most > 0}

    def points_by_experience(self) -> dict[int, float]:
        """What experience as shown adds to a score, in points of a hundred, by its rank."""
        gaps = {rank: max(0, self._experience - best) for rank, best in enumerate(_AT_BEST)}
        return {rank: WEIGHTS["experience"] * (_BANDS - 1 - gap) / (_BANDS - 1) for rank, gap in gaps.items()}

    def related(self, candidate: Candidate) -> bool:
        """Whether the trades have something in common: a must skill held, or the same or a neighbouring occupation.
        Only then is the profile proposed without being asked for."""
        nearness = self.knowledge.nearness(candidate.occupation, self.card.occupation)
        return nearness >= NEIGHBOUR_FROM or not self._must.isdisjoint(candidate.skills)

    def needs_short_training(self, candidate: Candidate, skill: str) -> bool:
        """Whether a missing skill is near enough to what the profile holds to be learnt in a short training."""
        return skill not in self._certificates and self.coverage(candidate) >= SHORT_TRAINING_FROM

    def needs_certificate(self, skill: str) -> bool:
        """Whether a skill that is asked for is a licence or qualification that has to be obtained."""
        return skill in self._certificates


def candidate_of(profile_id: str, tenant: str, sequence: int, card: ProfileCard) -> Candidate:
    """A profile's card in the form the formula reads."""
    return Candidate(
        profile_id=profile_id,
        tenant=tenant,
        sequence=sequence,
        occupation=card.occupation,
        skills=card.skills,
        experience=experience_rank(card.experience),
        area_level=card.area.level,
        area_code=card.area.code,
        radius_km=card.radius_km,
        first_month=month_number(card.available_from),
        last_month=month_number(card.available_to),
        working_time=card.working_time.value,
        shifts=tuple(shift.value for shift in card.shifts),
    )


def month_number(month: str) -> int:
    """Months since year 0 of a `YYYY-MM`."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_of(number: int) -> str:
    """The `YYYY-MM` of so many months since year 0."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def experience_within(rank: int) -> ShownExperience:
    """The highest band that somebody of this rank may be in."""
    return _SHOWN[_AT_BEST[rank]]


def experience_rank(shown: ShownExperience) -> int:
    """The number of a band, from 0 for the least experience to 3, or of something coarser, from 4."""
    return _SHOWN.index(shown)


def shown_experience(rank: int) -> ShownExperience:
    """What a rank stands for."""
    return _SHOWN[rank]


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) in degrees, in km (haversine)."""
    phi_1, phi_2 = math.radians(one[0]), math.radians(other[0])
    half_dlambda = math.radians(other[1] - one[1]) / 2
    chord = math.sin((phi_2 - phi_1) / 2) ** 2 + math.cos(phi_1) * math.cos(phi_2) * math.sin(half_dlambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def _is_certificate(nomenclature: Nomenclature, code: str) -> bool:
    try:
        return nomenclature.skill(code).rare
    except UnknownCode:
        return False
