"""What becomes of sessions that are over, and how long anything is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.sessions.model import State
from passerelle import clock
from passerelle.contracts.sessions import SessionEnded
from passerelle.store import Table, Transaction, VersionConflict
from tests.support.slices import Reply, Slice
from tests.unit.sessions.offers import (
    GUEST,
    THEIRS,
    an_announcement,
    cancels,
    comes,
    in_days,
    kept,
    offered,
    read,
    registers,
    revises,
    seats,
    told,
)


def test_candidates_are_forgotten_when_their_session_is_over(sessions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    told(sessions, an_announcement(), THEIRS, 1)
    registers(sessions, THEIRS)
    comes(sessions, "cnd_1", 1)
    comes(sessions, "cnd_2", 1)
    here = clock.now()
    monkeypatch.setattr(clock, "now", lambda: here + timedelta(days=21))

    sessions.handler.expire({}, None)
    comes(sessions, "cnd_3", 1)

    assert seats(sessions) == (["cmp_guest"], [])
    kept_until = [row.get("expires_at") for row in sessions.rows() if row["pk"]["S"].endswith(f"#session#{THEIRS}")]
    assert len([until for until in kept_until if until]) >= 2


def test_a_session_is_over_the_day_after_its_last(sessions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id, later = offered(sessions)["id"], offered(sessions, ends_on=in_days(36))["id"]
    registers(sessions, session_id)
    here = clock.now()
    for days, expected in ((34, 0), (35, 1), (36, 0), (37, 1)):
        monkeypatch.setattr(clock, "now", lambda days=days: here + timedelta(days=days))
        assert sessions.handler.expire({}, None) == {"ended": expected}
    assert sessions.handler.expire({}, None) == {"ended": 0}

    assert {fact.outcome for fact in sessions.facts(SessionEnded)} == {"over"}
    assert (kept(sessions, session_id).state, kept(sessions, later).state) == (State.OVER, State.OVER)
    assert read(sessions, session_id, GUEST)["state"] == "over"


def test_a_session_that_changes_while_it_ends_is_left_for_the_next_time(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = offered(sessions)["id"]
    here = clock.now()
    monkeypatch.setattr(clock, "now", lambda: here + timedelta(days=40))

    def taken(_: Transaction) -> None:
        raise VersionConflict("somebody else")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", taken)
        assert sessions.handler.expire({}, None) == {"ended": 0}
    assert sessions.handler.expire({}, None) == {"ended": 1}
    assert kept(sessions, session_id).state is State.OVER


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        (lambda sessions, session_id: cancels(sessions, session_id), State.CANCELLED),
        (
            lambda sessions, session_id: revises(
                sessions, session_id, starts_on=in_days(1), ends_on=in_days(1), register_until=in_days(1)
            ),
            State.OPEN,
        ),
    ],
    ids=["called off", "put off"],
)
def test_what_changed_since_it_was_listed_does_not_end_and_keeps_no_other_from_ending(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch, changes: Callable[[Slice, str], Reply], state: State
) -> None:
    changed, other = sorted(offered(sessions)["id"] for _ in range(2))
    here, read_index = clock.now(), Table.list
    monkeypatch.setattr(clock, "now", lambda: here + timedelta(days=40))

    def lagging(table: Table, *asked: Any, **how: Any) -> Any:
        page = read_index(table, *asked, **how)
        monkeypatch.setattr(Table, "list", read_index)
        assert changes(sessions, changed).status == 200
        return page

    monkeypatch.setattr(Table, "list", lagging)

    assert sessions.handler.expire({}, None) == {"ended": 1}
    assert (kept(sessions, changed).state, kept(sessions, other).state) == (state, State.OVER)
