"""Reminders of one count: each once, in order, never late one after the other, and looked for on the right days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.reminders import REMINDERS, next_reminder, reminder_due

SINCE = date(2026, 2, 16)
RUNS = st.lists(st.integers(0, 40), max_size=40).map(sorted)
"""Days of silence on which somebody looks: several times on one, and on many not at all."""


def told(runs: list[int]) -> list[tuple[int, int]]:
    """What these looks remind of: the day of silence they happen on, and the days they remind of."""
    reminded, found = 0, list[tuple[int, int]]()
    for day in runs:
        days = reminder_due(SINCE, reminded, SINCE + timedelta(days=day))
        if days is not None:
            found.append((day, days))
            reminded = days
    return found


def test_with_a_look_a_day_each_reminder_comes_on_its_day() -> None:
    assert told(list(range(60))) == [(3, 3), (7, 7), (15, 15)]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [([8], [(8, 7)]), ([2, 20, 21], [(20, 15)]), ([4, 9, 9], [(4, 3), (9, 7)]), ([0, 2], [])],
    ids=["the first was missed", "all were missed", "each a day late", "too early"],
)
def test_missed_reminders_are_not_sent_one_after_the_other(runs: list[int], expected: list[tuple[int, int]]) -> None:
    assert told(runs) == expected


@given(RUNS)
def test_each_reminder_comes_at_most_once_in_order_and_never_early(runs: list[int]) -> None:
    reminders = told(runs)

    days = [each for _, each in reminders]
    assert days == sorted(set(days))
    assert set(days) <= set(REMINDERS)
    assert len({day for day, _ in reminders}) == len(reminders)
    for day, each in reminders:
        assert each == max(wait for wait in REMINDERS if wait <= day)


@given(RUNS)
def test_a_reminder_comes_at_the_first_look_after_its_day(runs: list[int]) -> None:
    reminders = told(runs)

    for wait in REMINDERS:
        first = next((day for day in runs if day >= wait), None)
        if first is not None:
            assert first in [day for day, _ in reminders]


@given(st.integers(0, 40), st.sampled_from([0, *REMINDERS]))
def test_the_next_look_is_the_first_later_day_with_something_to_say(day: int, reminded: int) -> None:
    today = SINCE + timedelta(days=day)
    if reminder_due(SINCE, reminded, today) is not None:
        reminded = reminder_due(SINCE, reminded, today) or 0

    following = next_reminder(SINCE, reminded, today)

    later = [today + timedelta(days=more) for more in range(1, 60)]
    assert following == next((each for each in later if reminder_due(SINCE, reminded, each) is not None), None)
