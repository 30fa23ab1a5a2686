"""The clearing of a territory: the best choice there is, never below one by one, and what the operator reads."""

from __future__ import annotations

import io
import itertools
import json
import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk.clearing import LONGEST_LOAN, Loan, Need, Pair, clear, cleared, loans_of, one_by_one
from cdk.index_cli import FailedActError

MONTH = 24320


def worth(loans: Sequence[Loan]) -> int:
    return sum(loan.value for loan in loans)


def is_allowed(needs: Sequence[Need], loans: Sequence[Loan]) -> bool:
    room = {need.demand_id: need for need in needs}
    people = Counter(loan.pair.profile_id for loan in loans)
    places = Counter((loan.pair.demand_id, month) for loan in loans for month in range(loan.first, loan.last + 1))
    return (
        all(count == 1 for count in people.values())
        and all(count <= room[name].headcount for (name, _), count in places.items())
        and all(room[name].first <= month <= room[name].last for name, month in places)
        and all(
            loan.pair.first <= loan.first <= loan.last <= loan.pair.last and loan.months <= LONGEST_LOAN
            for loan in loans
        )
    )


def a_territory(chance: random.Random, demands: int, people: int, months: int) -> tuple[list[Need], list[Pair]]:
    needs, pairs = [], []
    for number in range(demands):
        first = MONTH + chance.randrange(months)
        last = first + chance.randrange(months)
        needs.append(Need(f"dem_{number:03d}", chance.randint(1, 3), first, last))
    for need, person in itertools.product(needs, range(people)):
        if chance.random() < 0.5:
            first = chance.randint(need.first, need.last)
            last = chance.randint(first, need.last)
            pairs.append(Pair(need.demand_id, f"prf_{person:03d}", chance.randint(1, 1_000_000), first, last))
    return needs, pairs


def best_of_all(needs: Sequence[Need], pairs: Sequence[Pair]) -> int:
    """Every choice there is: each person nowhere, or on one of his loans."""
    of_person: dict[str, list[Loan | None]] = {}
    for pair in pairs:
        of_person.setdefault(pair.profile_id, [None]).extend(loans_of(pair))
    choices = ([loan for loan in choice if loan] for choice in itertools.product(*of_person.values()))
    return max(worth(choice) for choice in choices if is_allowed(needs, choice))


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_a_small_territory_gets_the_best_choice_there_is(seed: int) -> None:
    needs, pairs = a_territory(random.Random(seed), demands=2, people=3, months=3)

    chosen, proven = cleared(needs, pairs)

    assert is_allowed(needs, chosen)
    assert worth(chosen) == best_of_all(needs, pairs)
    assert proven


@pytest.mark.parametrize("seed", range(3))
def test_a_large_territory_never_gets_less_than_one_by_one(seed: int) -> None:
    needs, pairs = a_territory(random.Random(seed), demands=15, people=30, months=5)

    chosen, proven = cleared(needs, pairs)
    greedy = one_by_one(needs, pairs)

    assert proven
    assert is_allowed(needs, chosen)
    assert is_allowed(needs, greedy)
    assert worth(chosen) >= worth(greedy)
    print(f"cleared {worth(chosen)}, one by one {worth(greedy)}: +{100 * worth(chosen) / worth(greedy) - 100:.1f} %")


def test_two_people_share_a_demand_one_after_the_other() -> None:
    needs = [Need("dem_a", 1, MONTH, MONTH + 3)]
    pairs = [Pair("dem_a", "prf_a", 800_000, MONTH, MONTH + 1), Pair("dem_a", "prf_b", 700_000, MONTH + 1, MONTH + 3)]

    chosen, _ = cleared(needs, pairs)

    assert sorted((loan.pair.profile_id, loan.first - MONTH, loan.last - MONTH) for loan in chosen) == [
        ("prf_a", 0, 1),
        ("prf_b", 2, 3),
    ]


def test_who_suits_two_demands_goes_where_nobody_else_can() -> None:
    needs = [Need("dem_a", 1, MONTH, MONTH), Need("dem_b", 1, MONTH, MONTH)]
    pairs = [
        Pair("dem_a", "prf_either", 900_000, MONTH, MONTH),
        Pair("dem_b", "prf_either", 800_000, MONTH, MONTH),
        Pair("dem_a", "prf_only", 700_000, MONTH, MONTH),
    ]

    assert worth(one_by_one(needs, pairs)) == 890_000
    assert worth(cleared(needs, pairs)[0]) == 1_480_000


ANSWER = {
    "needs": [{"demand_id": "dem_a", "headcount": 2, "first_month": "2026-11", "last_month": "2027-01"}],
    "pairs": [
        {"demand_id": "dem_a", "profile_id": name, "score": 800_000, "first_month": "2026-12", "last_month": "2027-01"}
        for name in ("prf_a", "prf_b", "prf_c")
    ],
    "left_out": 0,
}


def test_the_operator_reads_a_proposal_and_nothing_is_written() -> None:
    asked, out = [], io.StringIO()

    def invoke(question: dict[str, str]) -> object:
        asked.append(question)
        return ANSWER

    assert clear("dev", "region:28", out, invoke=invoke) == 0
    said = json.loads(out.getvalue())
    assert asked == [{"level": "region", "code": "28"}]
    assert (said["months_asked"], said["months_covered"], said["proven_best"]) == (6, 4, True)
    assert said["value"] >= said["value_one_by_one"]
    assert said["demands"][0]["people_by_month"] == {"2026-11": 0, "2026-12": 2, "2027-01": 2}
    assert {loan["from"] for loan in said["demands"][0]["loans"]} == {"2026-12"}


def test_what_cannot_be_asked_or_fails_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def invoke(question: object) -> dict[str, object]:
        raise FailedActError("Busy")

    assert clear("dev", "28", io.StringIO(), invoke=invoke) == 2
    assert clear("nowhere", "region:28", io.StringIO(), invoke=invoke) == 2
    assert clear("dev", "region:28", io.StringIO(), invoke=invoke) == 1
    assert "LEVEL:CODE" in capsys.readouterr().err
