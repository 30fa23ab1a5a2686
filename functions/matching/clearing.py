"""The clearing of a territory: who could work where, all its open demands together, as a proposal for its adviser.

Read only, for the operator alone (`passerelle clear`). Both cards of a pair are gated right now; a pair whose trades
have nothing in common is not offered. Ids, months and scores leave, and no card.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict, Field

from functions.matching.model.formula import Candidate, Knowledge, Scale, candidate_of, month_of
from functions.matching.model.ranking import Company, Demand, Profile, hard_facts
from functions.matching.model.sharing import (
    Choice,
    Loan,
    Need,
    Pair,
    best_choice,
    best_first,
    need_of,
    one_by_one,
    pair_of,
    people_by_month,
)
from passerelle.contracts.cards import AreaLevel, DemandCard, Month, ProfileCard

MOST_PAIRS: Final = 40_000
"""Looked at together: the best ones, should there be more."""

SOLVED_WITHIN_S: Final = 120.0

_CHECKED_AT_ONCE: Final = 500


class Territory(BaseModel):
    """An area at whatever level; the codes of two levels may be equal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: AreaLevel
    code: str = Field(pattern=r"^\w{2,9}$")


class Placed(BaseModel):
    """One person on a demand, in these months."""

    profile_id: str
    first_month: Month
    last_month: Month
    score: float


class Filled(BaseModel):
    """One demand: how many people it asks for in each of its months, how many are there, and who."""

    demand_id: str
    headcount: int
    people_by_month: dict[Month, int]
    loans: tuple[Placed, ...]


class Proposal(BaseModel):
    """The best choice for a territory beside what one by one would give: months of people, and months × score.
    `pairs_left_out` counts those beyond the most that are looked at together."""

    note: str = "Proposition en lecture seule, à examiner par le conseiller\u202f: rien n’est écrit ni envoyé."
    proven_best: bool
    pairs_left_out: int
    months_asked: int
    months_covered: int
    months_covered_one_by_one: int
    value: float
    value_one_by_one: float
    demands: tuple[Filled, ...]


class Rows(Protocol):
    """What is needed of the store."""

    def open_demands(self) -> Sequence[Demand]: ...
    def some_profiles(self, cursor: str | None) -> tuple[Sequence[Profile], str | None]: ...
    def companies(self, tenants: Sequence[str]) -> Mapping[str, Company]: ...


class Gate(Protocol):
    """What may be shown at this moment."""

    def protect(self, cards: Sequence[ProfileCard | DemandCard]) -> Sequence[bool]: ...


def cleared(territory: Territory, rows: Rows, gate: Gate, knowledge: Knowledge) -> Proposal:
    """The proposal for every open demand whose area touches the territory."""
    needs, pairs = _who_may_meet(territory, rows, gate, knowledge)
    considered = pairs[:MOST_PAIRS]
    chosen, greedy = best_choice(needs, considered, SOLVED_WITHIN_S), one_by_one(needs, considered)
    return Proposal(
        proven_best=chosen.proven,
        pairs_left_out=len(pairs) - len(considered),
        months_asked=sum(need.headcount * (need.last - need.first + 1) for need in needs),
        months_covered=chosen.months,
        months_covered_one_by_one=greedy.months,
        value=chosen.value / 1_000_000,
        value_one_by_one=greedy.value / 1_000_000,
        demands=tuple(_filled(need, chosen) for need in needs),
    )


def _who_may_meet(territory: Territory, rows: Rows, gate: Gate, knowledge: Knowledge) -> tuple[list[Need], list[Pair]]:
    """The territory's open demands, and every pair that no hard fact parts, the best first."""
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
        pair_of(demand.demand_id, scale, scale.fits(candidate).score, candidate)
        for demand, scale in demands
        for profile, candidate in profiles
        if (host := companies.get(demand.tenant))
        and (lender := companies.get(profile.tenant))
        and not hard_facts(scale, candidate, lender, host)
        and scale.related(candidate)
    ]
    pairs.sort(key=lambda pair: (-pair.score, pair.demand_id, pair.profile_id))
    return [need_of(demand.demand_id, scale) for demand, scale in demands], pairs


def _filled(need: Need, chosen: Choice) -> Filled:
    mine = [loan for loan in chosen.loans if loan.pair.demand_id == need.demand_id]
    there = people_by_month(need, mine)
    return Filled(
        demand_id=need.demand_id,
        headcount=need.headcount,
        people_by_month={month_of(month): people for month, people in there.items()},
        loans=tuple(_placed(loan) for loan in sorted(mine, key=lambda loan: (loan.first, best_first(loan)))),
    )


def _placed(loan: Loan) -> Placed:
    return Placed(
        profile_id=loan.pair.profile_id,
        first_month=month_of(loan.first),
        last_month=month_of(loan.last),
        score=loan.pair.score / 1_000_000,
    )


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
