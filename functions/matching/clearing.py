"""What a clearing of a territory is worked out from: its open demands, and every pair that could meet on them.

Read only, for the operator alone (`passerelle clear`). Both cards of a pair are gated right now; a pair whose trades
have nothing in common is not offered. Ids, months and scores leave, and no card.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict, Field

from functions.matching.model.formula import Candidate, Knowledge, Scale, candidate_of, month_of
from functions.matching.model.ranking import Company, Demand, Profile, hard_facts
from passerelle.contracts.cards import AreaLevel, DemandCard, ProfileCard

MOST_PAIRS: Final = 40_000
"""As many as one answer carries: the best ones, should there be more."""

_CHECKED_AT_ONCE: Final = 500


class Territory(BaseModel):
    """An area at whatever level; the codes of two levels may be equal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: AreaLevel
    code: str = Field(pattern=r"^\w{2,9}$")


class Need(BaseModel):
    """One open demand: so many people in each of its months, both included (`YYYY-MM`)."""

    demand_id: str
    headcount: int
    first_month: str
    last_month: str


class Pair(BaseModel):
    """A profile that may work on a demand in these months, and how well it suits (millionths)."""

    demand_id: str
    profile_id: str
    score: int
    first_month: str
    last_month: str


class Found(BaseModel):
    """All of a territory; `left_out` counts the pairs beyond the most that one answer carries."""

    needs: tuple[Need, ...]
    pairs: tuple[Pair, ...]
    left_out: int = 0


class Rows(Protocol):
    """What is needed of the store."""

    def open_demands(self) -> Sequence[Demand]: ...
    def some_profiles(self, cursor: str | None) -> tuple[Sequence[Profile], str | None]: ...
    def companies(self, tenants: Sequence[str]) -> Mapping[str, Company]: ...


class Gate(Protocol):
    """What may be shown at this moment."""

    def protect(self, cards: Sequence[ProfileCard | DemandCard]) -> Sequence[bool]: ...


def found_in(territory: Territory, rows: Rows, gate: Gate, knowledge: Knowledge) -> Found:
    """Every open demand whose area touches the territory, and every pair that no hard fact parts."""
    here = knowledge.municipalities_of(territory.level, territory.code)
    demands = [
        (demand, Scale(demand.card, knowledge))
        for demand in rows.open_demands()
        if demand.card is not None
        and not here.isdisjoint(knowledge.municipalities_of(demand.card.area.level, demand.card.area.code))
    ]
    allowed = gate.protect([scale.card for _, scale in demands])
    demands = [one for one, protected in zip(demands, allowed, strict=True) if protected]
    profiles = list(_shown_profiles(rows, gate))
    tenants = {demand.tenant for demand, _ in demands} | {profile.tenant for profile, _ in profiles}
    companies = rows.companies(sorted(tenants))
    pairs = [
        Pair(
            demand_id=demand.demand_id,
            profile_id=profile.profile_id,
            score=scale.fits(candidate).score,
            first_month=month_of(max(scale.first_month, candidate.first_month)),
            last_month=month_of(min(scale.last_month, candidate.last_month)),
        )
        for demand, scale in demands
        for profile, candidate in profiles
        if (host := companies.get(demand.tenant))
        and (lender := companies.get(profile.tenant))
        and not hard_facts(scale, candidate, lender, host)
        and scale.related(candidate)
    ]
    pairs.sort(key=lambda pair: (-pair.score, pair.demand_id, pair.profile_id))
    needs = tuple(
        Need(
            demand_id=demand.demand_id,
            headcount=scale.card.headcount,
            first_month=scale.card.first_month,
            last_month=scale.card.last_month,
        )
        for demand, scale in demands
    )
    return Found(needs=needs, pairs=tuple(pairs[:MOST_PAIRS]), left_out=max(0, len(pairs) - MOST_PAIRS))


def _shown_profiles(rows: Rows, gate: Gate) -> Iterator[tuple[Profile, Candidate]]:
    waiting = ((one, one.card) for one in _all_profiles(rows) if one.card is not None)
    while some := list(islice(waiting, _CHECKED_AT_ONCE)):
        for (profile, card), protected in zip(some, gate.protect([card for _, card in some]), strict=True):
            if protected:
                yield profile, candidate_of(profile.profile_id, profile.tenant, profile.sequence, card)


def _all_profiles(rows: Rows) -> Iterator[Profile]:
    cursor: str | None = None
    while True:
        profiles, cursor = rows.some_profiles(cursor)
        yield from profiles
        if cursor is None:
            return
