"""What both sides read: the people for a demand, alone or several together, and the demands for a person, masked,
ranked by one formula.

The order is worked out at each reading from what holds then; a position, not a page number, says where to go on, so
that whoever comes or goes meanwhile neither repeats nor hides another. Every card is gated right before it is shown,
and both directions draw on the same daily budget of the company.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from functions.matching.logic import Gate, Index, Matches
from functions.matching.logic.looking import CHECKED_AT_ONCE, Sight, candidate_in, for_a_caller, shown
from functions.matching.model.formula import Candidate, Knowledge, Scale
from functions.matching.model.ranking import (
    Demand,
    HardFact,
    Offered,
    Profile,
    Ranked,
    Readings,
    hard_facts,
    place,
    reference_of,
)
from functions.matching.model.sharing import Combination, Loan, best_choice, need_of, pair_of
from functions.matching.model.unlocking import applied, opened, unlock
from functions.matching.wording import explained
from passerelle import clock
from passerelle.http import found
from passerelle.problems import Exhausted, Problem, Refused
from passerelle.store import Transaction, VersionConflict

Position = tuple[int, str]
Facts = tuple[HardFact, ...]
Shown = TypeVar("Shown", Ranked, Offered)


MOST_COMBINED: Final = 100
"""How many people a combination is chosen from: the best whose trade has something in common with the demand."""

COMBINED_WITHIN_S: Final = 5.0


class _Direction(NamedTuple):
    """Which demands are listed, by what score, and what is said of each."""

    score: Callable[[Scale, Candidate, Facts], int | None]
    offer: Callable[[str, Scale, Candidate, Facts], Offered]


class Showing:
    """The readings, with the edges they speak to."""

    def __init__(self, matches: Matches, index: Index, gate: Gate, knowledge: Knowledge) -> None:
        self._matches = matches
        self._sight = Sight(matches, index, gate, knowledge)

    def people_for(
        self, transaction: Transaction, tenant: str, demand_id: str, limit: int, after: Position | None
    ) -> tuple[list[Ranked], Position | None]:
        """One page of everyone who passes the hard facts of a company's demand, best first, and the position to go on
        from. Raises `Exhausted` once the company has been shown as many cards as one day allows."""
        demand = self._sight.own_open_demand(tenant, demand_id)
        return self._page(transaction, tenant, limit, lambda: self._people(demand, tenant, after))

    def combination_for(self, transaction: Transaction, tenant: str, demand_id: str) -> Combination:
        """The people who cover most of a company's demand together, side by side or one after the other. Raises
        `Exhausted` once the company has been shown as many cards as one day allows."""
        demand = self._sight.own_open_demand(tenant, demand_id)
        scale, host = self._sight.scale(demand), self._matches.company(tenant)
        today = clock.today()
        left = self._left(tenant, today)
        with for_a_caller():
            near = (one for one in self._sight.best_first(scale, host) if scale.related(one[1])) if host else ()
            found = list(islice(self._sight.verified(near), min(MOST_COMBINED, left)))
        need = need_of(demand_id, scale)
        pairs = [pair_of(demand_id, scale, score, candidate) for score, candidate, _ in found]
        choice = best_choice([need], pairs, COMBINED_WITHIN_S)
        cards = {one.profile_id: shown(scale, score, one, profile) for score, one, profile in found}
        people = tuple((loan, cards[loan.pair.profile_id]) for loan in sorted(choice.loans, key=_earliest_first))
        self._count(transaction, tenant, today, len(people))
        return Combination(need, choice, people)

    def demands_for(
        self, transaction: Transaction, tenant: str, profile_id: str, limit: int, after: Position | None
    ) -> tuple[list[Offered], Position | None]:
        """One page of the open demands that no hard fact parts from a company's volunteer, best first."""
        profile = self._own_shown_profile(tenant, profile_id)
        return self._page(transaction, tenant, limit, lambda: self._demands(profile, after, _IN_REACH))

    def near_misses_of(
        self, transaction: Transaction, tenant: str, profile_id: str, limit: int, after: Position | None
    ) -> tuple[list[Offered], Position | None]:
        """One page of the open demands that dates alone, or distance alone, part from a company's volunteer, by what
        the one change would lead to."""
        profile = self._own_shown_profile(tenant, profile_id)
        return self._page(transaction, tenant, limit, lambda: self._demands(profile, after, _ONE_STEP_AWAY))

    def _page(
        self, transaction: Transaction, tenant: str, limit: int, looking: Callable[[], Iterator[Shown]]
    ) -> tuple[list[Shown], Position | None]:
        """The first of those seen, as many as asked for and left for the day; they are counted."""
        today = clock.today()
        left = min(limit, self._left(tenant, today))
        with for_a_caller():
            seen = list(islice(looking(), left + 1))
        page = seen[:left]
        self._count(transaction, tenant, today, len(page))
        return page, page[-1].position if len(seen) > left else None

    def _left(self, tenant: str, today: date) -> int:
        left = self._matches.readings(tenant, today).value.left()
        if not left:
            raise _all_read()
        return left

    def _count(self, transaction: Transaction, tenant: str, today: date, more: int) -> None:
        """Count what is shown on top of what colleagues were shown meanwhile: it is read again, for looking takes a
        while. Raises `VersionConflict` when together they read more than is left."""
        readings = self._matches.readings(tenant, today)
        if more > readings.value.left():
            raise VersionConflict
        read = Readings(cards=readings.value.cards + more)
        self._matches.save_readings(transaction, tenant, today, read, readings.version + 1)

    def _people(self, demand: Demand, tenant: str, after: Position | None) -> Iterator[Ranked]:
        host = self._matches.company(tenant)
        if host is None:
            return
        scale = self._sight.scale(demand)
        order = (
            one for one in self._sight.best_first(scale, host) if _follows(place(one[0], one[1].profile_id), after)
        )
        for score, candidate, profile in self._sight.verified(order):
            yield shown(scale, score, candidate, profile)

    def _demands(self, profile: Profile, after: Position | None, listed: _Direction) -> Iterator[Offered]:
        candidate = candidate_in(profile)
        order = []
        for demand, facts in self._demands_of_others(profile, candidate):
            scale = self._sight.scale(demand)
            score = listed.score(scale, candidate, facts)
            position = place(score or 0, reference_of(profile.profile_id, demand.demand_id))
            if score is not None and _follows(position, after):
                order.append((position, scale, facts))
        order.sort(key=lambda one: one[0])
        for start in range(0, len(order), CHECKED_AT_ONCE):
            some = order[start : start + CHECKED_AT_ONCE]
            protected = self._sight.protect([scale.card for _, scale, _ in some])
            for ((_, reference), scale, facts), allowed in zip(some, protected, strict=True):
                if allowed:
                    yield listed.offer(reference, scale, candidate, facts)

    def _demands_of_others(self, profile: Profile, candidate: Candidate) -> Iterator[tuple[Demand, Facts]]:
        demands = self._matches.open_demands()
        companies = self._matches.companies({profile.tenant, *(demand.tenant for demand in demands)})
        lender = companies.get(profile.tenant)
        for demand in demands:
            host = companies.get(demand.tenant)
            if lender is not None and host is not None:
                yield demand, hard_facts(self._sight.scale(demand), candidate, lender, host)

    def _own_shown_profile(self, tenant: str, profile_id: str) -> Profile:
        profile: Profile = found(self._matches.profile(tenant, profile_id))
        if profile.card is None:
            raise Refused(
                "This profile is not shown to anybody now.",
                code="profile-not-shown",
                remedy="Ask again once it is published.",
            )
        return profile


def _score_in_reach(scale: Scale, candidate: Candidate, facts: Facts) -> int | None:
    return None if facts else scale.fits(candidate).score


def _offer_in_reach(reference: str, scale: Scale, candidate: Candidate, _: Facts) -> Offered:
    fits = scale.fits(candidate)
    lines = explained(scale, candidate, fits)
    return Offered(reference, fits.score, scale.card, lines, unlock(scale, candidate))


def _score_one_step_away(scale: Scale, candidate: Candidate, facts: Facts) -> int | None:
    way_in = opened(scale, candidate) if facts in _ONE_FACT_TO_CHANGE else None
    return None if way_in is None else way_in.score


def _offer_one_step_away(reference: str, scale: Scale, candidate: Candidate, facts: Facts) -> Offered:
    way_in = opened(scale, candidate)
    assert way_in is not None
    changed, _ = applied(way_in.steps, candidate, scale)
    lines = explained(scale, changed, scale.fits(changed))
    return Offered(reference, way_in.score, scale.card, lines, way_in, barred=facts[0])


_ONE_FACT_TO_CHANGE: Final = ((HardFact.DATES,), (HardFact.DISTANCE,))
_IN_REACH: Final = _Direction(_score_in_reach, _offer_in_reach)
_ONE_STEP_AWAY: Final = _Direction(_score_one_step_away, _offer_one_step_away)


def _earliest_first(loan: Loan) -> tuple[int, int, str]:
    return (loan.first, -loan.pair.score, loan.pair.profile_id)


def _follows(position: Position, after: Position | None) -> bool:
    return after is None or position > after


def _all_read() -> Problem:
    now = clock.now()
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    return Exhausted(
        "Your company has been shown as many masked cards today as one day allows.",
        code="cards-read-today",
        remedy="Narrow your demand, or go on tomorrow.",
        retry_after=int((midnight - now).total_seconds()) + 1,
    )
