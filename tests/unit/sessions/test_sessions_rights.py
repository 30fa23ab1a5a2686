"""What a suspension, a closing and the end of a partner do to sessions and places, and what must not slip through."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.sessions.model import Session, State
from functions.sessions.store import Sessions
from passerelle.contracts.sessions import PlacesTaken, SessionEnded
from passerelle.store import Stored
from tests.support.slices import Slice
from tests.unit.sessions.offers import (
    GUEST,
    ORGANISER,
    STRANGER,
    THEIRS,
    activated,
    an_announcement,
    an_offer,
    closed,
    comes,
    kept,
    listed,
    offered,
    partner_ended,
    problem,
    put_in_state,
    read,
    registers,
    seats,
    suspended,
    told,
)


def test_a_suspended_organisers_sessions_are_hidden_and_shown_again(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    registers(sessions, session_id)

    suspended(sessions, 3)
    hidden = (listed(sessions), sessions.call("GET", f"/sessions/{session_id}", actor=STRANGER).status)
    refused = sessions.call("POST", "/sessions", body={}, actor=ORGANISER).status
    while_hidden = read(sessions, session_id, GUEST)["state"]
    activated(sessions, 4)

    assert (hidden, refused, while_hidden) == (([], 404), 422, "hidden")
    assert listed(sessions) == [session_id]
    assert [fact.outcome for fact in sessions.facts(SessionEnded)] == ["hidden"]
    assert kept(sessions, session_id).taken == 1
    sequences = [one.sequence for one in sessions.envelopes() if one.type in ("SessionOpened", "SessionEnded")]
    assert sequences == [1, 2, 3, 4]


def test_a_suspended_company_neither_offers_nor_registers_whatever_its_credentials_say(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    suspended(sessions, 2, "cmp_guest")

    answers = [
        sessions.call("POST", "/sessions", body=an_offer(), actor=GUEST),
        registers(sessions, session_id),
    ]

    assert [answer.body["type"].rpartition(":")[2] for answer in answers] == ["company-not-active"] * 2


def test_older_news_of_a_company_changes_nothing(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    activated(sessions, 5)

    suspended(sessions, 4)

    assert listed(sessions) == [session_id]


def test_a_company_that_closes_calls_its_sessions_off_and_gives_its_places_back(sessions: Slice) -> None:
    own, theirs = offered(sessions)["id"], offered(sessions, GUEST)["id"]
    registers(sessions, own)
    registers(sessions, theirs, ORGANISER, places=3)
    over = offered(sessions, GUEST)["id"]
    registers(sessions, over, ORGANISER)
    put_in_state(sessions, over, State.OVER)

    closed(sessions, 7)
    closed(sessions, 7)

    assert kept(sessions, own).state is State.CANCELLED
    assert [fact.registered for fact in sessions.facts(SessionEnded) if fact.session_id == own] == [("cmp_guest",)]
    assert read(sessions, theirs, STRANGER)["places_left"] == 3
    assert kept(sessions, over).taken == 1


def test_a_partner_that_ended_offers_nothing_any_more(sessions: Slice) -> None:
    told(sessions, an_announcement(), THEIRS, 1)

    partner_ended(sessions, 4)
    told(sessions, an_announcement(session_id="ses_late"), "ses_late", 1)

    assert listed(sessions) == []
    assert kept(sessions, THEIRS).state is State.CANCELLED


def right_after_a_standing_is_read(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Something happens between the reading of a standing and the writing of what was decided by it; once."""
    read_standing = Sessions.standing

    def slow(store: Sessions, organiser: str) -> Any:
        found = read_standing(store, organiser)
        monkeypatch.setattr(Sessions, "standing", read_standing)
        happens()
        return found

    monkeypatch.setattr(Sessions, "standing", slow)


def test_a_company_that_closes_while_it_offers_a_session_opens_none(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    right_after_a_standing_is_read(monkeypatch, lambda: closed(sessions, 5))

    answer = sessions.call("POST", "/sessions", body=an_offer(), actor=ORGANISER)

    assert problem(answer) == (403, "company-not-active")
    assert listed(sessions) == []


def test_a_company_that_closes_while_it_registers_takes_no_places(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = offered(sessions)["id"]
    right_after_a_standing_is_read(monkeypatch, lambda: closed(sessions, 5, "cmp_guest"))

    answer = registers(sessions, session_id)

    assert problem(answer) == (403, "company-not-active")
    assert kept(sessions, session_id).taken == 0
    assert sessions.facts(PlacesTaken) == []


def test_a_partner_that_ends_while_it_announces_opens_nothing(sessions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    right_after_a_standing_is_read(monkeypatch, lambda: partner_ended(sessions, 4))

    told(sessions, an_announcement(), THEIRS, 1)

    assert listed(sessions) == []


def test_let_in_again_while_its_sessions_are_being_hidden_a_company_has_all_of_them_shown(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sorted(offered(sessions)["id"] for _ in range(2))
    all_of = Sessions.all_of

    def slow(store: Sessions, organiser: str) -> Iterator[Stored[Session]]:
        first, second = all_of(store, organiser)
        yield first
        monkeypatch.setattr(Sessions, "all_of", all_of)
        activated(sessions, 4)
        yield second

    monkeypatch.setattr(Sessions, "all_of", slow)
    suspended(sessions, 3)

    assert sorted(listed(sessions)) == made


@pytest.mark.parametrize(
    ("happens", "state"), [(suspended, State.HIDDEN), (closed, State.CANCELLED)], ids=["suspended", "closed"]
)
def test_what_an_organisers_list_did_not_show_yet_follows_its_right_within_the_hour(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Slice, int], None], state: State
) -> None:
    session_id, other = offered(sessions)["id"], offered(sessions, STRANGER)["id"]
    with monkeypatch.context() as lagging:
        lagging.setattr(Sessions, "all_of", lambda *_: iter(()))
        happens(sessions, 3)
    assert len(listed(sessions)) == 2

    assert sessions.handler.expire({}, None) == {"ended": 0}

    assert (kept(sessions, session_id).state, listed(sessions)) == (state, [other])


def test_a_session_that_ends_meanwhile_keeps_no_other_places_of_a_company_that_closes(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sorted(offered(sessions, GUEST)["id"] for _ in range(2))
    for session_id in made:
        registers(sessions, session_id, ORGANISER)
    find = Sessions.find

    def slow(store: Sessions, session_id: str) -> Stored[Session] | None:
        found = find(store, session_id)
        monkeypatch.setattr(Sessions, "find", find)
        put_in_state(sessions, session_id, State.OVER)
        return found

    monkeypatch.setattr(Sessions, "find", slow)
    closed(sessions, 7)

    assert [kept(sessions, session_id).taken for session_id in made] == [1, 0]


def test_the_candidates_of_a_partner_that_ended_leave_every_session_and_none_comes_any_more(sessions: Slice) -> None:
    made = [offered(sessions, places=1)["id"] for _ in range(2)]
    for session_id in made:
        comes(sessions, "cnd_1", 1, session_id)
    comes(sessions, "cnd_2", 1, made[0])
    comes(sessions, "cnd_other", 1, made[0], partner_id="ptn_other")

    partner_ended(sessions, 4)
    partner_ended(sessions, 4)
    comes(sessions, "cnd_1", 2, made[1])
    comes(sessions, "cnd_3", 1, made[1])

    assert seats(sessions, made[0]) == (["cnd_other"], [])
    assert seats(sessions, made[1]) == ([], [])
    assert registers(sessions, made[1]).status == 201
    rows = [row for row in sessions.rows() if "ptn_agency#candidate#" in row["pk"]["S"]]
    assert len(rows) == 2
    assert not any("ses_" in row["state"]["S"] for row in rows)


def test_a_candidate_who_comes_while_his_partner_ends_takes_no_place(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = offered(sessions)["id"]
    right_after_a_standing_is_read(monkeypatch, lambda: partner_ended(sessions, 4))

    comes(sessions, "cnd_1", 1, session_id)

    assert seats(sessions, session_id) == ([], [])
