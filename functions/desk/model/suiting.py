"""Which cards may suit each other: the same trade or a skill in common, a month in common, and within reach.

A help to an adviser and no verdict: it excludes only what cannot be, and orders the rest by what anybody would look at
first. Areas are masked, so that distance is told between their middles, and reach counted from their nearest edges.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from functions.desk.model.cards import Card
from passerelle.contracts.cards import Area, DemandCard, Month, ProfileCard
from passerelle.nomenclature import EARTH_RADIUS_KM, Nomenclature

MOST_CANDIDATES: Final = 20
"""How many candidates an adviser is shown beside a card."""


@dataclass(frozen=True)
class Suit:
    """Why a profile and a demand may suit. `km` lies between the middles of their areas; None where one is unknown."""

    same_trade: bool
    shared_skills: tuple[str, ...]
    months: int
    km: int | None

    @property
    def order(self) -> tuple[bool, int, int, float]:
        """What candidates are sorted by, the likeliest first."""
        return not self.same_trade, -len(self.shared_skills), -self.months, math.inf if self.km is None else self.km


@dataclass(frozen=True)
class Candidate:
    """A card of the other side, and why it may suit."""

    card: Card
    suit: Suit


@dataclass(frozen=True)
class _Disc:
    """An area: its middle in degrees, and how far its farthest municipality lies from it, in km."""

    latitude: float
    longitude: float
    reach_km: float


class Places:
    """Where areas are, as a nomenclature knows them."""

    def __init__(self, nomenclature: Nomenclature) -> None:
        self._nomenclature = nomenclature

    def distance(self, one: Area, other: Area) -> tuple[float, float] | None:
        """Between their middles and between their nearest edges, in km; None when an area is not known."""
        here, there = self._discs.get((one.level, one.code)), self._discs.get((other.level, other.code))
        if here is None or there is None:
            return None
        middles = _apart_km((here.latitude, here.longitude), (there.latitude, there.longitude))
        return middles, max(0.0, middles - here.reach_km - there.reach_km)

    @cached_property
    def _discs(self) -> dict[tuple[str, str], _Disc]:
        members: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for place in self._nomenclature.municipalities:
            for level, code in (
                ("epci", place.epci),
                ("employment_zone", place.employment_zone),
                ("department", place.departement),
                ("region", place.region),
            ):
                members.setdefault((level, code), []).append((place.latitude, place.longitude))
        return {key: _disc(positions) for key, positions in members.items()}


def suit(profile: ProfileCard, demand: DemandCard, places: Places) -> Suit | None:
    """Why these two may suit, or None when they cannot."""
    same_trade = profile.occupation.startswith(demand.occupation) or demand.occupation.startswith(profile.occupation)
    asked = {*demand.must_skills, *demand.wished_skills}
    shared = tuple(code for code in profile.skills if code in asked)
    months = _months_in_common(profile, demand)
    distance = places.distance(profile.area, demand.area)
    if not (same_trade or shared) or months == 0 or (distance is not None and distance[1] > profile.radius_km):
        return None
    return Suit(same_trade, shared, months, None if distance is None else round(distance[0]))


def candidates(card: Card, others: Iterable[Card], places: Places) -> list[Candidate]:
    """The cards of the other side that may suit, the likeliest first; never one of the same company."""
    return sorted(_suiting(card, others, places), key=lambda one: (*one.suit.order, one.card.id))


def _suiting(card: Card, others: Iterable[Card], places: Places) -> Iterator[Candidate]:
    for other in others:
        profile, demand = (card.card, other.card) if card.kind == "profile" else (other.card, card.card)
        if other.tenant == card.tenant or not isinstance(profile, ProfileCard) or not isinstance(demand, DemandCard):
            continue
        why = suit(profile, demand, places)
        if why is not None:
            yield Candidate(other, why)


def _months_in_common(profile: ProfileCard, demand: DemandCard) -> int:
    first = max(_number(profile.available_from), _number(demand.first_month))
    last = min(_number(profile.available_to), _number(demand.last_month))
    return max(0, last - first + 1)


def _number(month: Month) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def _disc(positions: list[tuple[float, float]]) -> _Disc:
    latitude = math.fsum(position[0] for position in positions) / len(positions)
    longitude = math.fsum(position[1] for position in positions) / len(positions)
    return _Disc(latitude, longitude, max(_apart_km((latitude, longitude), position) for position in positions))


def _apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance (haversine)."""
    phi_1, phi_2 = math.radians(one[0]), math.radians(other[0])
    across = math.sin(math.radians(other[1] - one[1]) / 2) ** 2
    chord = math.sin((phi_2 - phi_1) / 2) ** 2 + math.cos(phi_1) * math.cos(phi_2) * across
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
