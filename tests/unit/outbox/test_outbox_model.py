"""The pure part: portions within the bus's limits, and what an event row is."""

import itertools
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from functions.outbox.model import (
    LARGEST_ENTRY,
    MOST_ENTRIES,
    Entry,
    Hopeless,
    Place,
    batches,
    from_stream,
    is_event_row,
    read,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def an_entry(number: int, weight: int) -> Entry:
    return Entry(Place("t", f"p{number}", "EVENT#e"), f"evt_{number}", "", "", "x" * weight, NOW)


@given(weights=st.lists(st.one_of(st.integers(1, 3000), st.integers(1, LARGEST_ENTRY)), max_size=60))
def test_portions_hold_everything_once_in_order_and_within_the_limits(weights: list[int]) -> None:
    entries = [an_entry(number, weight) for number, weight in enumerate(weights)]

    portions = list(batches(entries))

    assert [entry for portion in portions for entry in portion] == entries
    for portion in portions:
        assert 0 < len(portion) <= MOST_ENTRIES
        assert sum(entry.weight for entry in portion) <= LARGEST_ENTRY


@given(weights=st.lists(st.integers(1, LARGEST_ENTRY), min_size=2, max_size=30))
def test_no_portion_could_have_taken_the_next_entry_too(weights: list[int]) -> None:
    portions = list(batches(an_entry(number, weight) for number, weight in enumerate(weights)))

    for one, following in itertools.pairwise(portions):
        total = sum(entry.weight for entry in one) + following[0].weight
        assert len(one) == MOST_ENTRIES or total > LARGEST_ENTRY


def test_weight_counts_bytes_not_letters() -> None:
    assert Entry(Place("t", "p", "s"), "e", "é", "é", "é", NOW).weight == 6


def test_what_is_no_event_row() -> None:
    assert not is_event_row({})
    assert not is_event_row({"pk": {"S": "a"}, "sk": {"S": "STATE"}, "unpublished": {"S": "1"}})
    assert not is_event_row({"pk": {"S": "a"}, "sk": {"S": "EVENT#evt_1"}})
    assert from_stream({"eventName": "REMOVE", "dynamodb": {}}) is None


def test_a_row_without_an_envelope_is_hopeless() -> None:
    row = {"pk": {"S": "a"}, "sk": {"S": "EVENT#evt_1"}}

    assert read("t", row) == Hopeless(Place("t", "a", "EVENT#evt_1"), "not-an-event")
    assert read("t", row | {"source": {"S": "s"}, "envelope": {"S": "{"}}) == Hopeless(
        Place("t", "a", "EVENT#evt_1"), "not-an-event"
    )
