"""What becomes of sessions that are over, and how long anything is kept."""

from datetime import timedelta

import pytest

from functions.sessions.model import State
from passerelle import clock
from passerelle.contracts.sessions import SessionEnded
from passerelle.store import Transaction, VersionConflict
from tests.support.slices import Slice
from tests.unit.sessions.offers import (
    GUEST,
    THEIRS,
    an_announcement,
    comes,
    in_days,
    kept,
    offered,
    read,
    registers,
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
