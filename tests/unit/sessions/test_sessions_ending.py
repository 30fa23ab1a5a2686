"""What becomes of sessions that are over, and how long anything is kept."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.sessions.model import State
from passerelle import clock
from passerelle.contracts.partners import SessionAnnounced
from passerelle.contracts.sessions import SessionEnded
from passerelle.store import Table, Transaction, VersionConflict
from tests.support.slices import Reply, Slice
from tests.unit.sessions.offers import (
    GUEST,
    PARTNER,
    THEIRS,
    a_day,
    an_announcement,
    attendance,
    called_off,
    cancels,
    closed,
    comes,
    goes,
    in_days,
    kept,
    listed,
    offered,
    partner_ended,
    read,
    registers,
    revises,
    seats,
    told,
    withdrew,
)


def test_candidates_are_forgotten_when_their_session_is_over(sessions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    told(sessions, an_announcement(), THEIRS, 1)
    registers(sessions, THEIRS)
    comes(sessions, "cnd_1", 1)
    comes(sessions, "cnd_2", 1)
    here = clock.now()
    monkeypatch.setattr(clock, "now", lambda: here + timedelta(days=21))

    sessions.handler.expire({}, None)

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


@pytest.mark.parametrize("happens", [cancels, lambda sessions, _: closed(sessions, 5)], ids=["called off", "closed"])
def test_no_candidate_is_kept_for_a_session_that_never_comes_back(
    sessions: Slice, happens: Callable[[Slice, str], object]
) -> None:
    session_id = offered(sessions, places=2)["id"]
    registers(sessions, session_id)
    for candidate in ("cnd_1", "cnd_2"):
        comes(sessions, candidate, 1, session_id)

    happens(sessions, session_id)
    comes(sessions, "cnd_3", 1, session_id)
    withdrew(sessions, "cnd_1", 2)

    assert seats(sessions, session_id) == (["cmp_guest"], [])
    assert [fact.registered for fact in sessions.facts(SessionEnded)] == [("cmp_guest",)]


def test_no_candidate_is_noted_for_a_companys_session_that_is_over(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = offered(sessions)["id"]
    here = clock.now()
    monkeypatch.setattr(clock, "now", lambda: here + timedelta(days=40))
    sessions.handler.expire({}, None)

    comes(sessions, "cnd_1", 1, session_id)

    assert seats(sessions, session_id) == ([], [])


def test_a_partner_that_ended_leaves_no_candidate_of_another_in_its_sessions(sessions: Slice) -> None:
    told(sessions, an_announcement(), THEIRS, 1)
    comes(sessions, "cnd_1", 1, partner_id="ptn_other")

    partner_ended(sessions, 4)
    comes(sessions, "cnd_2", 1, partner_id="ptn_other")

    assert seats(sessions) == ([], [])


def test_the_candidates_of_a_session_called_off_are_forgotten_when_it_would_be_over_and_nobody_is_told(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(sessions, an_announcement(places=1), THEIRS, 1)
    registers(sessions, THEIRS)
    comes(sessions, "cnd_1", 1)
    called_off(sessions, 2)
    comes(sessions, "cnd_2", 1)
    here, facts = clock.now(), len(sessions.envelopes())

    for days, kept_ones in ((20, ["cnd_1", "cnd_2"]), (21, []), (22, [])):
        monkeypatch.setattr(clock, "now", lambda days=days: here + timedelta(days=days))
        assert sessions.handler.expire({}, None) == {"ended": 0}
        assert seats(sessions) == (["cmp_guest"], kept_ones)

    assert len(sessions.envelopes()) == facts
    assert kept(sessions, THEIRS).state is State.CANCELLED


def on_the_day_after_its_last(sessions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A partner's session with a company is over, at its first announcement."""
    told(sessions, an_announcement(), THEIRS, 1)
    registers(sessions, THEIRS)
    here = clock.now()
    monkeypatch.setattr(clock, "now", lambda: here + timedelta(days=21))
    assert sessions.handler.expire({}, None) == {"ended": 1}


def held_later(**other: Any) -> SessionAnnounced:
    """The session again, on the day after tomorrow."""
    later = clock.today() + timedelta(days=2)
    return an_announcement(starts_on=later, ends_on=later, register_until=later, **other)


def test_a_partners_session_that_is_over_and_put_to_a_later_day_is_open_again_without_its_companies(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_day_after_its_last(sessions, monkeypatch)

    told(sessions, held_later(partner_id="ptn_other"), THEIRS, 2)
    of_another = listed(sessions)
    told(sessions, held_later(), THEIRS, 2)

    assert (of_another, listed(sessions)) == ([], [THEIRS])
    assert attendance(sessions, THEIRS, PARTNER)["items"] == []
    mine = sessions.call("GET", "/sessions/registrations", actor=GUEST).body["items"]
    assert [(one["state"], one["organiser_id"]) for one in mine] == [("withdrawn", None)]
    assert registers(sessions, THEIRS).status == 201
    (row,) = [row for row in sessions.rows() if row["pk"]["S"] == f"sessions#session#{THEIRS}"]
    assert "expires_at" not in row


@pytest.mark.parametrize("first", ["the session", "the candidate"])
def test_put_to_a_later_day_it_has_its_new_candidates_whoever_is_heard_of_first(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    on_the_day_after_its_last(sessions, monkeypatch)

    for candidate in ("cnd_1", "cnd_2", "cnd_3"):
        if first == "the candidate":
            comes(sessions, candidate, 1)
    told(sessions, held_later(), THEIRS, 2)
    for candidate in ("cnd_1", "cnd_2", "cnd_3"):
        if first == "the session":
            comes(sessions, candidate, 1)

    assert seats(sessions) == (["cnd_1", "cnd_2"], ["cnd_3"])


def test_who_is_sent_to_a_session_that_is_over_may_go_and_is_forgotten_within_the_hour(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_day_after_its_last(sessions, monkeypatch)
    for candidate in ("cnd_1", "cnd_2", "cnd_3"):
        comes(sessions, candidate, 1)

    goes(sessions, "cnd_1", 2)
    withdrew(sessions, "cnd_2", 2)
    left = seats(sessions)
    ended = sessions.handler.expire({}, None)

    assert (left, ended, sessions.set_aside()) == ((["cmp_guest"], ["cnd_3"]), {"ended": 0}, [])
    assert seats(sessions) == (["cmp_guest"], [])
    assert [fact.outcome for fact in sessions.facts(SessionEnded)] == ["over"]


@pytest.mark.parametrize("newest", ["called off", "on a day that has passed"])
def test_what_is_over_stays_so_when_newer_news_than_of_its_later_day_came_first(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch, newest: str
) -> None:
    passed = an_announcement(places=9)
    on_the_day_after_its_last(sessions, monkeypatch)

    if newest == "called off":
        called_off(sessions, 3)
    else:
        told(sessions, passed, THEIRS, 3)
    told(sessions, held_later(), THEIRS, 2)

    assert (listed(sessions), kept(sessions, THEIRS).state) == ([], State.OVER)
    assert [fact.outcome for fact in sessions.facts(SessionEnded)] == ["over"]


def kept_until(sessions: Slice, noun: str) -> date:
    """Until which day the one row of a kind is kept."""
    (row,) = [row for row in sessions.rows() if f"#{noun}#" in row["pk"]["S"] and row["sk"]["S"] == "STATE"]
    return datetime.fromtimestamp(int(row["expires_at"]["N"]), UTC).date()


def put_off(sessions: Slice, session_id: str) -> date:
    """On its last day a session is revised to be as far ahead as may be; its last day then."""
    answer = revises(
        sessions, session_id, starts_on=in_days(732), ends_on=in_days(732 + 366), register_until=in_days(9)
    )
    assert answer.status == 200, answer.text
    return a_day(answer.body["ends_on"])


def test_candidates_and_registrations_are_kept_for_longer_than_a_session_may_lie_ahead(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = offered(sessions, starts_on=in_days(732), ends_on=in_days(732 + 366))["id"]
    registers(sessions, session_id)
    comes(sessions, "cnd_1", 1, session_id)
    later = clock.now() + timedelta(days=732 + 366)
    monkeypatch.setattr(clock, "now", lambda: later)
    candidate, registration = kept_until(sessions, "candidate"), kept_until(sessions, "registration")

    last_day = put_off(sessions, session_id)

    assert candidate >= last_day
    assert registration == last_day + timedelta(days=365)
