"""Several people for a demand: the best choice there is, never below one by one, and what a host reads of it."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.model import ranking
from functions.matching.model.sharing import LONGEST_LOAN, Choice, Loan, Need, Pair, best_choice, loans_of, one_by_one
from tests.support.slices import Reply, Slice, a_company
from tests.unit.matching.told import HOST, LENDER, activated, opened, published
from tests.unit.matching.trades import a_baker, a_car_fitter, a_fitter_is_wanted

COMBINATION = "/matching/demands/dem_fitter/combination"
MONTH = 24320
LONG_ENOUGH_S = 60.0


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
    return max(Choice(tuple(choice), proven=True).value for choice in choices if is_allowed(needs, choice))


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_a_small_territory_gets_the_best_choice_there_is(seed: int) -> None:
    needs, pairs = a_territory(random.Random(seed), demands=2, people=3, months=3)

    chosen = best_choice(needs, pairs, LONG_ENOUGH_S)

    assert is_allowed(needs, chosen.loans)
    assert chosen.value == best_of_all(needs, pairs)
    assert chosen.proven


@pytest.mark.parametrize("seed", range(3))
def test_a_large_territory_never_gets_less_than_one_by_one(seed: int) -> None:
    needs, pairs = a_territory(random.Random(seed), demands=15, people=30, months=5)

    chosen, greedy = best_choice(needs, pairs, LONG_ENOUGH_S), one_by_one(needs, pairs)

    assert chosen.proven
    assert is_allowed(needs, chosen.loans)
    assert is_allowed(needs, greedy.loans)
    assert chosen.value >= greedy.value
    print(f"cleared {chosen.value}, one by one {greedy.value}: +{100 * chosen.value / greedy.value - 100:.1f} %")


def test_out_of_time_it_gives_no_less_than_one_by_one() -> None:
    needs, pairs = a_territory(random.Random(1), demands=15, people=30, months=5)

    chosen = best_choice(needs, pairs, 0.0)

    assert not chosen.proven
    assert is_allowed(needs, chosen.loans)
    assert chosen.value >= one_by_one(needs, pairs).value > 0


def test_two_people_share_a_demand_one_after_the_other() -> None:
    needs = [Need("dem_a", 1, MONTH, MONTH + 3)]
    pairs = [Pair("dem_a", "prf_a", 800_000, MONTH, MONTH + 1), Pair("dem_a", "prf_b", 700_000, MONTH + 1, MONTH + 3)]

    chosen = best_choice(needs, pairs, LONG_ENOUGH_S)

    assert sorted((loan.pair.profile_id, loan.first - MONTH, loan.last - MONTH) for loan in chosen.loans) == [
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

    assert one_by_one(needs, pairs).value == 890_000
    assert best_choice(needs, pairs, LONG_ENOUGH_S).value == 1_480_000


def combination(matching: Slice) -> Reply:
    return matching.call("GET", COMBINATION, actor=a_company(HOST))


def test_a_host_reads_who_could_share_his_demand_one_after_the_other(matching: Slice) -> None:
    matching.deliver(
        activated(LENDER),
        activated(HOST),
        published("prf_autumn", a_car_fitter(available_from="2026-08", available_to="2026-10")),
        published("prf_winter", a_car_fitter(available_from="2026-10", available_to="2026-11")),
        published("prf_baker", a_baker(available_from="2026-09", available_to="2026-12")),
        opened(card=a_fitter_is_wanted()),
    )

    said = combination(matching).body

    found = [(loan["match"]["profile_id"], loan["first_month"], loan["last_month"]) for loan in said["loans"]]
    assert found == [("prf_autumn", "2026-09", "2026-10"), ("prf_winter", "2026-11", "2026-11")]
    assert (said["months_asked"], said["months_covered"], said["proven_best"]) == (4, 3, True)
    assert said["months"][-1] == {"month": "2026-12", "people": 0, "missing": 1}
    assert said["text"] == (
        "2 personnes couvrent ensemble 3 des 4 mois demandés. Il manque quelqu’un en décembre 2026."
    )
    assert said["loans"][1]["text"].startswith("En novembre 2026\u00a0: adéquation de ")
    listed = matching.call("GET", "/matching/demands/dem_fitter/matches", actor=a_company(HOST)).body["items"]
    assert [loan["match"] for loan in said["loans"]] == [
        next(one for one in listed if one["profile_id"] == profile_id) for profile_id, *_ in found
    ]


def test_side_by_side_as_many_as_are_asked_for(matching: Slice) -> None:
    everybody = [f"prf_{number}" for number in range(3)]
    matching.deliver(
        activated(LENDER), activated(HOST), *map(published, everybody), opened(card=a_fitter_is_wanted(headcount=2))
    )

    said = combination(matching).body

    assert [loan["match"]["profile_id"] for loan in said["loans"]] == ["prf_0", "prf_1"]
    assert said["text"] == ("2 personnes couvrent ensemble 8 des 8 mois de travail demandés (2 personnes par mois).")


def test_nobody_in_reach_is_said_so(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), opened())

    said = combination(matching).body

    assert (said["loans"], said["months_covered"], said["proven_best"]) == ([], 0, True)
    assert said["text"].startswith("Aucun profil masqué")


def test_the_cards_it_shows_count_for_the_day(matching: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST_READ_A_DAY", 3)
    everybody = [f"prf_{number}" for number in range(4)]
    matching.deliver(
        activated(LENDER), activated(HOST), *map(published, everybody), opened(card=a_fitter_is_wanted(headcount=2))
    )

    shown = [len(combination(matching).body["loans"]) for _ in range(2)]

    assert shown == [2, 1]
    assert combination(matching).status == 429


def test_a_combination_names_neither_the_lenders_nor_the_people(matching: Slice) -> None:
    matching.deliver(activated(LENDER, marks=("naf:29",)), activated(HOST), published(), opened())

    reply = combination(matching)

    assert len(reply.body["loans"]) == 1
    assert not any(secret in reply.text for secret in (LENDER, "per_", "naf:29", HOST))


def test_another_company_s_demand_is_not_found(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())

    assert matching.call("GET", COMBINATION, actor=a_company(LENDER)).status == 404
