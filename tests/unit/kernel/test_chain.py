"""A log shows every change made to it: whatever is altered, removed, inserted or moved, some link says so."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.chain import GENESIS, RETENTION, Broken, Head, canonical, digest_of, following, verified

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=30)

words = st.text(max_size=8)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
sayings = st.lists(st.dictionaries(words, plain, max_size=4), min_size=1, max_size=8)


def a_log(said: list[dict[str, Any]], start: datetime = START) -> tuple[list[dict[str, Any]], Head]:
    """The entries of a log as they are exported, and its head."""
    head, entries = Head(), []
    for hours, one in enumerate(said):
        entry = following(head, start + timedelta(hours=hours), one)
        entries.append(json.loads(entry.model_dump_json()))
        head = entry.head
    return entries, head


def several(count: int = 5) -> tuple[list[dict[str, Any]], Head]:
    return a_log([{"n": number} for number in range(count)])


@given(sayings)
def test_what_was_written_is_verified(said: list[dict[str, Any]]) -> None:
    entries, head = a_log(said)

    assert verified(entries, head, NOW) == len(said)


@given(sayings, st.data())
def test_whatever_is_altered_is_seen(said: list[dict[str, Any]], data: st.DataObject) -> None:
    entries, head = a_log(said)
    place = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(sorted(entries[place])))
    value = data.draw(plain | st.sampled_from([GENESIS, "f" * 64]))
    altered = copy.deepcopy(entries)
    altered[place][field] = value

    if canonical(altered) == canonical(entries):
        assert verified(altered, head, NOW) == len(said)
    else:
        with pytest.raises(Broken):
            verified(altered, head, NOW)


@given(st.permutations(range(5)), st.integers(0, 5))
def test_only_the_whole_log_in_its_order_passes(order: list[int], kept: int) -> None:
    entries, head = several()
    changed = [entries[place] for place in order[:kept]]

    if changed == entries:
        assert verified(changed, head, NOW) == 5
    else:
        with pytest.raises(Broken):
            verified(changed, head, NOW)


@given(st.integers(0, 4))
def test_an_entry_made_anew_with_a_right_hash_breaks_the_next_link_or_the_head(place: int) -> None:
    entries, head = several()
    entries[place]["said"] = {"n": "something else"}
    entries[place]["sha256"] = digest_of(entries[place])

    with pytest.raises(Broken, match=f"entry {place + 2} does not follow" if place < 4 else "head names"):
        verified(entries, head, NOW)


def test_a_log_rewritten_from_one_entry_on_does_not_reach_the_head_noted_before() -> None:
    _, head = several()
    forged, _ = a_log([{"n": 0}, {"n": "forged"}, {"n": 2}, {"n": 3}, {"n": 4}])

    with pytest.raises(Broken, match="head names"):
        verified(forged, head, NOW)


def test_each_fault_is_told_by_the_entry_that_shows_it() -> None:
    entries, head = several()

    for tampered, word in (
        (entries[:2] + entries[3:], "entry 3 is missing"),
        (entries[:-1], "entry 5 is missing"),
        (entries[1:], "entry 1 is missing"),
        (entries[:1] + entries, "entry 2 is missing"),
        ([], "entry 5 is missing"),
        ([{**entries[0], "said": {}}, *entries[1:]], "entry 1 was altered"),
        ([{**entries[0], "more": 1}, *entries[1:]], "not an entry"),
    ):
        with pytest.raises(Broken, match=word):
            verified(tampered, head, NOW)


def test_an_empty_log_is_as_it_was_written() -> None:
    assert verified([], Head(), NOW) == 0


def test_entries_written_while_the_log_was_read_are_checked_too() -> None:
    entries, _ = several()
    earlier = Head(number=3, sha256=entries[2]["sha256"], at=entries[2]["at"])

    assert verified(entries, earlier, NOW) == 5
    with pytest.raises(Broken, match="entry 5 was altered"):
        verified([*entries[:4], {**entries[4], "said": {}}], earlier, NOW)


def test_the_beginning_goes_with_its_retention_and_no_sooner() -> None:
    entries, head = several()
    second_is_over = datetime.fromisoformat(entries[1]["at"]) + RETENTION

    assert verified(entries[2:], head, second_is_over) == 3
    assert verified([], head, second_is_over + timedelta(days=1)) == 0
    with pytest.raises(Broken, match="entry 2 is missing"):
        verified(entries[2:], head, second_is_over - timedelta(seconds=1))
    with pytest.raises(Broken, match="entry 4 is missing"):
        verified([*entries[2:3], entries[4]], head, second_is_over)


def test_time_never_runs_backwards() -> None:
    first = following(Head(), START, {})
    second = following(first.head, START - timedelta(hours=1), {})

    assert second.at == first.at
    assert verified([json.loads(one.model_dump_json()) for one in (first, second)], second.head, NOW) == 2


@pytest.mark.parametrize("value", [1.5, {"deep": [1.0]}, float("nan"), {1: "not text"}])
def test_what_has_several_spellings_is_not_logged(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_the_canonical_form_is_the_one_written_down() -> None:
    assert canonical({"b": [1, None, True], "a": "é\n"}) == b'{"a":"\\u00e9\\n","b":[1,null,true]}'
