"""Several people for one demand, and many demands at once: who would be there in which months.

A choice gives each person one demand at most, for months in a row in which both are there; no month of a demand holds
more people than it asks for. So several people may share one demand, side by side or one after the other. Of all
choices the best is the one whose sum of months × score (less `HANDOVER` a loan) is the greatest: integer programming,
by HiGHS (Huangfu and Hall 2018). Months are counted from year 0, scores are millionths.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from functions.matching.model.formula import Candidate, Scale
from functions.matching.model.ranking import Ranked

LONGEST_LOAN: Final = 6
"""Months: the policy of the main journey."""

HANDOVER: Final = 10_000
"""A hundredth of a perfect month: of two choices that cover as much as well, the one with fewer people is taken."""


class Need(NamedTuple):
    """A demand: so many people in each of its months, both included."""

    demand_id: str
    headcount: int
    first: int
    last: int


class Pair(NamedTuple):
    """A person who may work on a demand in these months, both included, and how well he suits."""

    demand_id: str
    profile_id: str
    score: int
    first: int
    last: int


class Loan(NamedTuple):
    """One person on one demand for months in a row."""

    pair: Pair
    first: int
    last: int

    @property
    def months(self) -> int:
        """How many."""
        return self.last - self.first + 1

    @property
    def value(self) -> int:
        """What a choice adds up: months × score, less what a change of persons costs."""
        return self.months * self.pair.score - HANDOVER


class Choice(NamedTuple):
    """Who works where and when, and whether nothing better is possible for certain."""

    loans: tuple[Loan, ...]
    proven: bool

    @property
    def value(self) -> int:
        """What it adds up to."""
        return sum(loan.value for loan in self.loans)

    @property
    def months(self) -> int:
        """How many months are covered, of all people together."""
        return sum(loan.months for loan in self.loans)


class Combination(NamedTuple):
    """Who could cover a demand together, and in which months; the earliest first."""

    need: Need
    choice: Choice
    people: tuple[tuple[Loan, Ranked], ...]


def need_of(demand_id: str, scale: Scale) -> Need:
    """What a demand asks for."""
    return Need(demand_id, scale.card.headcount, scale.first_month, scale.last_month)


def pair_of(demand_id: str, scale: Scale, score: int, candidate: Candidate) -> Pair:
    """Somebody who is in reach of a demand."""
    first, last = max(scale.first_month, candidate.first_month), min(scale.last_month, candidate.last_month)
    return Pair(demand_id, candidate.profile_id, score, first, last)


def people_by_month(need: Need, loans: Sequence[Loan]) -> dict[int, int]:
    """How many people these loans put on a demand in each of its months."""
    return {
        month: sum(loan.first <= month <= loan.last for loan in loans) for month in range(need.first, need.last + 1)
    }


def loans_of(pair: Pair) -> Iterator[Loan]:
    """Every loan that a pair allows."""
    for first in range(pair.first, pair.last + 1):
        for last in range(first, min(pair.last, first + LONGEST_LOAN - 1) + 1):
            yield Loan(pair, first, last)


def best_choice(needs: Sequence[Need], pairs: Sequence[Pair], within_s: float) -> Choice:
    """The best choice; when that is not proven within so many seconds, the best that was found, and never one worth
    less than `one_by_one`."""
    loans = [loan for pair in pairs for loan in loans_of(pair)]
    if not loans:
        return Choice((), proven=True)
    taken, proven = _solved(loans, {need.demand_id: need.headcount for need in needs}, within_s)
    chosen = [loan for loan, is_taken in zip(loans, taken, strict=True) if is_taken]
    found = Choice(_equals_by_id(chosen, pairs), proven)
    return max(found, one_by_one(needs, pairs)._replace(proven=proven), key=lambda choice: choice.value)


def one_by_one(needs: Sequence[Need], pairs: Sequence[Pair]) -> Choice:
    """What comes of taking the best loan first, again and again: what the best choice is compared with."""
    room = {(need.demand_id, month): need.headcount for need in needs for month in range(need.first, need.last + 1)}
    busy: set[str] = set()
    chosen = []
    for loan in sorted((loan for pair in pairs for loan in loans_of(pair)), key=best_first):
        places = [(loan.pair.demand_id, month) for month in range(loan.first, loan.last + 1)]
        if loan.pair.profile_id not in busy and all(room[place] for place in places):
            busy.add(loan.pair.profile_id)
            chosen.append(loan)
            for place in places:
                room[place] -= 1
    return Choice(tuple(chosen), proven=False)


def best_first(loan: Loan) -> tuple[int, str, str, int]:
    """What loans are sorted by; equals stand by their ids."""
    return (-loan.value, loan.pair.demand_id, loan.pair.profile_id, loan.first)


def _equals_by_id(chosen: Sequence[Loan], pairs: Sequence[Pair]) -> tuple[Loan, ...]:
    """The same choice with whoever comes first by id, where somebody who is free would do just as well."""
    alike: dict[tuple[str, int], list[Pair]] = {}
    for pair in pairs:
        alike.setdefault((pair.demand_id, pair.score), []).append(pair)
    busy, settled = {loan.pair.profile_id for loan in chosen}, []
    for loan in sorted(chosen, key=best_first):
        as_good = (
            pair
            for pair in alike[loan.pair.demand_id, loan.pair.score]
            if pair.first <= loan.first and loan.last <= pair.last and pair.profile_id not in busy
        )
        pair = min((loan.pair, *as_good), key=lambda each: each.profile_id)
        busy.remove(loan.pair.profile_id)
        busy.add(pair.profile_id)
        settled.append(Loan(pair, loan.first, loan.last))
    return tuple(settled)


def _solved(loans: Sequence[Loan], headcounts: dict[str, int], within_s: float) -> tuple[list[bool], bool]:
    """Which loans are taken, and whether that is proven the best. One row for each person, who may be on one loan, and
    one for each month of a demand, which holds so many; one column for each loan."""
    import highspy  # takes a fifth of a second, and most readings never need it

    rows: dict[tuple[str, int | None], int] = {}
    starts: list[int] = []
    places: list[int] = []
    for loan in loans:
        held: list[tuple[str, int | None]] = [(loan.pair.profile_id, None)]
        held += [(loan.pair.demand_id, month) for month in range(loan.first, loan.last + 1)]
        starts.append(len(places))
        places += [rows.setdefault(key, len(rows)) for key in held]
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(loans), len(rows)
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = [loan.value / 1_000_000 for loan in loans]
    program.col_lower_, program.col_upper_ = [0.0] * len(loans), [1.0] * len(loans)
    program.row_lower_ = [-highspy.kHighsInf] * len(rows)
    program.row_upper_ = [1.0 if month is None else float(headcounts[name]) for name, month in rows]
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = [*starts, len(places)], places
    program.a_matrix_.value_ = [1.0] * len(places)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(loans)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("time_limit", within_s), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(option, value)
    solver.passModel(program)
    solver.run()
    values = solver.getSolution().col_value
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return [value > 0.5 for value in values] if len(values) else [False] * len(loans), proven
