"""Logic with a third value: the tables of Kleene, and what is missing."""

import itertools

import pytest

from legality.three_valued import FALSE, TRUE, Condition, Tri, choice, conjunction, disjunction, if_else, negation

UNKNOWN = Tri(None, frozenset({"x"}))
VALUES = (TRUE, FALSE, UNKNOWN)
OTHER = Tri(None, frozenset({"y"}))
THIRD = Tri(None, frozenset({"z"}))


def possible(tri: Tri) -> tuple[bool, ...]:
    return (True, False) if tri.value is None else (tri.value,)


@pytest.mark.parametrize(("one", "other"), list(itertools.product(VALUES, VALUES)))
def test_an_answer_is_what_every_possible_value_gives(one: Tri, other: Tri):
    pairs = list(itertools.product(possible(one), possible(other)))

    for combined, truth in ((conjunction((one, other)), all), (disjunction((one, other)), any)):
        answers = {truth(pair) for pair in pairs}
        assert combined.value is (answers.pop() if len(answers) == 1 else None)
        assert combined.missing == (frozenset({"x"}) if combined.value is None else frozenset())


def test_the_contrary():
    assert (negation(TRUE), negation(FALSE), negation(UNKNOWN)) == (FALSE, TRUE, UNKNOWN)


def test_what_is_missing_is_what_could_still_decide():
    assert conjunction((UNKNOWN, OTHER, TRUE)).missing == {"x", "y"}
    assert disjunction((UNKNOWN, OTHER, FALSE)).missing == {"x", "y"}
    assert conjunction((UNKNOWN, FALSE)) == FALSE
    assert disjunction((UNKNOWN, TRUE)) == TRUE
    assert (conjunction(()), disjunction(())) == (TRUE, FALSE)


def test_a_choice():
    assert choice(TRUE, UNKNOWN, OTHER) == UNKNOWN
    assert choice(FALSE, UNKNOWN, OTHER) == OTHER
    assert choice(UNKNOWN, TRUE, TRUE) == TRUE
    assert choice(UNKNOWN, FALSE, FALSE) == FALSE
    assert choice(UNKNOWN, TRUE, FALSE) == UNKNOWN
    assert choice(UNKNOWN, OTHER, THIRD).missing == {"x", "y", "z"}
    assert choice(UNKNOWN, TRUE, THIRD).missing == {"x", "z"}


def test_a_condition_says_what_it_reads():
    one, other, third = (Condition(frozenset({name}), lambda _: UNKNOWN) for name in "abc")

    assert (one & other).reads == (one | other).reads == {"a", "b"}
    assert (~one).reads == {"a"}
    assert if_else(one, other, third).reads == {"a", "b", "c"}
