"""`passerelle clear`: who could work where in a territory, all demands together, as a proposal for its adviser.

It asks the function `matching-clearing` for the demands and the pairs that may meet, with the operator's own AWS
credentials, and chooses among them by integer programming (HiGHS, through scipy). Nothing is written anywhere.

A choice gives each person one demand at most, for months in a row in which both are there; no month of a demand holds
more people than it asks for. So several people may share one demand, side by side or one after the other. Of all
choices, the one whose sum of months × score (less `HANDOVER` a loan) is the greatest; if that is not proven within two
minutes, the best that was found, and the answer says so. Exit codes: 0 proposed, 1 it failed, 2 not asked as it
must be.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from cdk.index_cli import FailedActError, Invoke, invoking
from cdk.settings import stage_settings

LONGEST_LOAN = 6
"""Months: the policy of the main journey."""

HANDOVER = 10_000
"""A hundredth of a perfect month: of two choices that cover as much as well, the one with fewer people is taken."""

SOLVED_WITHIN_S = 120.0


@dataclass(frozen=True)
class Need:
    """A demand: so many people in each of its months, counted from year 0, both included."""

    demand_id: str
    headcount: int
    first: int
    last: int


@dataclass(frozen=True)
class Pair:
    """A person who may work on a demand in these months, and how well he suits (millionths)."""

    demand_id: str
    profile_id: str
    score: int
    first: int
    last: int


@dataclass(frozen=True)
class Loan:
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
        """What a clearing adds up: months × score, less what a change of persons costs."""
        return self.months * self.pair.score - HANDOVER


def loans_of(pair: Pair) -> Iterator[Loan]:
    """Every loan that a pair allows."""
    for first in range(pair.first, pair.last + 1):
        for last in range(first, min(pair.last, first + LONGEST_LOAN - 1) + 1):
            yield Loan(pair, first, last)


def cleared(needs: Sequence[Need], pairs: Sequence[Pair]) -> tuple[list[Loan], bool]:
    """The best choice, and whether it is proven the best. Never worth less than `one_by_one`."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    loans = [loan for pair in pairs for loan in loans_of(pair)]
    if not loans:
        return [], True
    limits = {need.demand_id: need.headcount for need in needs}
    rows: dict[tuple[str, int | None], int] = {}
    cells: list[tuple[int, int]] = []
    for column, loan in enumerate(loans):
        held: list[tuple[str, int | None]] = [(loan.pair.profile_id, None)]
        held += [(loan.pair.demand_id, month) for month in range(loan.first, loan.last + 1)]
        cells += [(rows.setdefault(key, len(rows)), column) for key in held]
    most = np.array([1 if month is None else limits[name] for name, month in rows])
    table = csr_array((np.ones(len(cells)), tuple(np.array(cells).T)), shape=(len(rows), len(loans)))
    solved = milp(
        -np.array([loan.value / 1_000_000 for loan in loans]),
        integrality=np.ones(len(loans)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(table, ub=most),
        options={"time_limit": SOLVED_WITHIN_S, "mip_rel_gap": 0.0},
    )
    greedy = one_by_one(needs, pairs)
    best = [] if solved.x is None else [loan for loan, chosen in zip(loans, solved.x, strict=True) if chosen > 0.5]
    return max(best, greedy, key=lambda choice: sum(loan.value for loan in choice)), solved.status == 0


def one_by_one(needs: Sequence[Need], pairs: Sequence[Pair]) -> list[Loan]:
    """What comes of taking the best loan first, again and again: what a clearing is compared with."""
    room = {(need.demand_id, month): need.headcount for need in needs for month in range(need.first, need.last + 1)}
    busy: set[str] = set()
    chosen = []
    for loan in sorted((loan for pair in pairs for loan in loans_of(pair)), key=_best_first):
        places = [(loan.pair.demand_id, month) for month in range(loan.first, loan.last + 1)]
        if loan.pair.profile_id not in busy and all(room[place] for place in places):
            busy.add(loan.pair.profile_id)
            chosen.append(loan)
            for place in places:
                room[place] -= 1
    return chosen


def clear(stage_name: str, territory: str, out: TextIO, *, invoke: Invoke | None = None) -> int:
    """Print the proposal for a territory (`region:28`) as one JSON object. Returns the exit code."""
    level, colon, code = territory.partition(":")
    try:
        stage = stage_settings(stage_name)
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    if not colon:
        print("passerelle clear: a territory reads LEVEL:CODE, as in region:28 or epci:200084952", file=sys.stderr)
        return 2
    try:
        answer = (invoke or invoking(stage.function("matching", "clearing")))({"level": level, "code": code})
        needs = [_need(one) for one in answer["needs"]]
        pairs = [_pair(one) for one in answer["pairs"]]
        chosen, proven = cleared(needs, pairs)
    except FailedActError as error:
        print(f"passerelle clear: {error}", file=sys.stderr)
        return 1
    heading = {"territory": territory, "proven_best": proven, "pairs_left_out": answer["left_out"]}
    said = heading | _said(needs, chosen, one_by_one(needs, pairs))
    print(json.dumps(said, ensure_ascii=False, indent=2), file=out)
    return 0


def _said(needs: Sequence[Need], chosen: Sequence[Loan], greedy: Sequence[Loan]) -> dict[str, Any]:
    covered = Counter((loan.pair.demand_id, month) for loan in chosen for month in range(loan.first, loan.last + 1))
    return {
        "note": "Proposition en lecture seule, à examiner par le conseiller\u202f: rien n’est écrit ni envoyé.",
        "months_asked": sum(need.headcount * (need.last - need.first + 1) for need in needs),
        "months_covered": sum(loan.months for loan in chosen),
        "months_covered_one_by_one": sum(loan.months for loan in greedy),
        "value": sum(loan.value for loan in chosen) / 1_000_000,
        "value_one_by_one": sum(loan.value for loan in greedy) / 1_000_000,
        "demands": [
            {
                "demand_id": need.demand_id,
                "headcount": need.headcount,
                "people_by_month": {_month(m): covered[need.demand_id, m] for m in range(need.first, need.last + 1)},
                "loans": [
                    {
                        "profile_id": loan.pair.profile_id,
                        "from": _month(loan.first),
                        "to": _month(loan.last),
                        "score": loan.pair.score / 1_000_000,
                    }
                    for loan in sorted(chosen, key=lambda loan: (loan.first, _best_first(loan)))
                    if loan.pair.demand_id == need.demand_id
                ],
            }
            for need in needs
        ],
    }


def _best_first(loan: Loan) -> tuple[int, str, str, int]:
    return (-loan.value, loan.pair.demand_id, loan.pair.profile_id, loan.first)


def _need(said: dict[str, Any]) -> Need:
    return Need(said["demand_id"], said["headcount"], _number(said["first_month"]), _number(said["last_month"]))


def _pair(said: dict[str, Any]) -> Pair:
    months = _number(said["first_month"]), _number(said["last_month"])
    return Pair(said["demand_id"], said["profile_id"], said["score"], *months)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"
