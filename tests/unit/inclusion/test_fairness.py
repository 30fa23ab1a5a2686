"""Selection rates, impact ratios and Fisher's test: the vectors of the fact sheet, and what holds for any table."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.inclusion.model.fairness import Comparison, Group, Status, compared, fisher_two_sided

counts = st.integers(0, 60).flatmap(lambda of: st.tuples(st.just(of), st.integers(0, of)))


def against(selected: int, considered: int, other: int, of: int) -> Comparison:
    """The second group, compared with the first."""
    return compared([Group("first", considered, selected), Group("second", of, other)])[1]


@pytest.mark.parametrize(
    ("first", "second", "ratio", "p_value", "status"),
    [
        ((50, 100), (35, 100), "0.700", "0.0449", Status.ALARM),
        ((200, 400), (150, 400), "0.750", "0.0005", Status.ALARM),
        ((45, 100), (40, 100), "0.889", "0.5673", Status.OK),
        ((12, 20), (6, 20), "0.500", "0.1110", Status.INSUFFICIENT),
        ((5, 8), (2, 8), "0.400", "0.3147", Status.INSUFFICIENT),
    ],
)
def test_the_vectors_of_the_fact_sheet(
    first: tuple[int, int], second: tuple[int, int], ratio: str, p_value: str, status: Status
) -> None:
    one = against(*first, *second)

    assert (f"{float(one.impact_ratio):.3f}", f"{float(one.p_value):.4f}") == (ratio, p_value)
    assert one.status is status


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ((20, 40), (15, 40), Status.WATCH),  # 0.750, far from significant
        ((30, 30), (15, 30), Status.ALARM),  # thirty on each side is enough
        ((29, 29), (15, 30), Status.INSUFFICIENT),  # one group alone has nobody to be compared with
        ((30, 30), (15, 29), Status.INSUFFICIENT),
        ((400, 500), (320, 500), Status.OK),  # 0.800 is not below four fifths, however significant
        ((400, 500), (319, 500), Status.ALARM),
        ((0, 50), (0, 50), Status.OK),  # nobody was selected: nobody less than another
    ],
)
def test_where_the_thresholds_lie(first: tuple[int, int], second: tuple[int, int], status: Status) -> None:
    assert against(*first, *second).status is status


def test_a_tiny_group_is_no_reference_for_large_ones() -> None:
    tiny, one, other = compared([Group("tiny", 1, 1), Group("one", 100, 50), Group("other", 100, 45)])

    assert tiny.status is Status.INSUFFICIENT
    assert (one.reference.name, other.reference.name, other.status) == ("one", "one", Status.OK)


def test_nothing_is_compared_with_nothing() -> None:
    assert compared([]) == ()


@given(counts, counts)
def test_fisher_is_a_probability_the_same_from_both_sides(one: tuple[int, int], other: tuple[int, int]) -> None:
    a, b = Group("a", *one), Group("b", *other)

    p_value = fisher_two_sided(a, b)

    assert 0 < p_value <= 1
    assert p_value == fisher_two_sided(b, a)
    refused = fisher_two_sided(
        Group("a", a.considered, a.considered - a.selected), Group("b", b.considered, b.considered - b.selected)
    )
    assert p_value == refused


@given(counts, counts)
def test_fisher_adds_up_what_is_no_likelier(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Against the definition, table by table, over all that the margins allow."""
    a, b = Group("a", *one), Group("b", *other)
    total, selected = a.considered + b.considered, a.selected + b.selected

    def likely(count: int) -> Fraction:
        return Fraction(comb(selected, count) * comb(total - selected, a.considered - count), comb(total, a.considered))

    tables = [likely(count) for count in range(a.considered + 1) if a.considered - count <= total - selected]

    assert fisher_two_sided(a, b) == sum(one for one in tables if one <= likely(a.selected))


@given(st.lists(counts, min_size=1, max_size=4))
def test_nobody_fares_better_than_the_reference_but_too_small_a_group(groups: list[tuple[int, int]]) -> None:
    told = compared([Group(str(place), *each) for place, each in enumerate(groups)])

    for one in told:
        assert one.impact_ratio <= 1 or not one.comparable
        assert (one.status is Status.ALARM) <= (one.impact_ratio < Fraction(4, 5) and one.p_value < Fraction(1, 20))


@pytest.mark.parametrize(("considered", "selected"), [(1, 2), (3, -1)])
def test_more_selected_than_considered_is_refused(considered: int, selected: int) -> None:
    with pytest.raises(ValueError, match="selected of"):
        Group("x", considered, selected)
