"""The clearing of a territory: its demands, and who may be where."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.slices import Slice, a_slice
from tests.unit.matching.told import HOST, LENDER, activated, closed, opened, published, suspended, withdrawn
from tests.unit.matching.trades import LE_HAVRE, LYON, a_baker, a_car_fitter, a_fitter_is_wanted, a_place


def asked(matching: Slice, level: str = "region", code: str = "28") -> dict[str, Any]:
    answer: dict[str, Any] = matching.handler.clearing({"level": level, "code": code}, None)
    return answer


def test_a_territory_s_open_demands_and_the_pairs_that_no_hard_fact_parts(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), activated("cmp_paused"), published(tenant=LENDER))
    matching.deliver(
        published("prf_paused", tenant="cmp_paused"),
        suspended("cmp_paused", sequence=2),
        published("prf_own", tenant=HOST),
        published("prf_baker", a_baker()),
        published("prf_far", a_car_fitter(area=a_place(LYON))),
        published("prf_gone"),
        withdrawn("prf_gone"),
        published("prf_late", a_car_fitter(available_from="2026-11")),
        opened(card=a_fitter_is_wanted(headcount=2)),
        opened("dem_lyon", a_fitter_is_wanted(area=a_place(LYON))),
        opened("dem_closed"),
        closed("dem_closed"),
    )

    answer = asked(matching)

    (filled,) = answer["demands"]
    assert (filled["demand_id"], filled["headcount"]) == ("dem_fitter", 2)
    assert filled["people_by_month"] == {"2026-09": 1, "2026-10": 1, "2026-11": 2, "2026-12": 2}
    assert [(one["profile_id"], one["first_month"], one["last_month"]) for one in filled["loans"]] == [
        ("prf_fitter", "2026-09", "2026-12"),
        ("prf_late", "2026-11", "2026-12"),
    ]
    assert (answer["months_asked"], answer["months_covered"], answer["proven_best"]) == (8, 6, True)
    assert answer["value"] >= answer["value_one_by_one"] > 0
    assert answer == asked(matching, "epci", LE_HAVRE)
    assert asked(matching, "epci", "000000000")["demands"] == []


def test_no_card_leaves_and_no_card_that_is_not_protected_counts(search_url: str) -> None:
    budget = {"min_members": "5", "min_lenders": "3", "max_lender_share": "60"}
    with a_slice("matching", search_endpoint=search_url, search_index="profiles-cleared", **budget) as matching:
        matching.deliver(activated(LENDER), activated(HOST), published(), opened())

        assert asked(matching)["demands"] == []


@pytest.mark.parametrize("question", [{}, {"level": "region"}, {"level": "planet", "code": "28"}, {"x": 1}])
def test_a_question_that_is_none_is_refused(matching: Slice, question: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        matching.handler.clearing(question, None)
