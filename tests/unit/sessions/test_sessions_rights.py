"""What a suspension, a closing and the end of a partner do to sessions and places, and what must not slip through."""

from functions.sessions.model import State
from passerelle.contracts.sessions import SessionEnded
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
    kept,
    listed,
    offered,
    partner_ended,
    put_in_state,
    read,
    registers,
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
