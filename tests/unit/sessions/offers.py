"""Builders and shortcuts in the words of the domain, for the tests of the sessions slice."""

from datetime import date, timedelta
from typing import Any

from functions.sessions.model import Session, State
from functions.sessions.store import Sessions
from passerelle import clock
from passerelle.access import Actor, Role
from passerelle.contracts import Event
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.partners import (
    CandidateRegistered,
    CandidateUnregistered,
    CandidateWithdrew,
    PartnerEnded,
    SessionAnnounced,
    SessionCalledOff,
)
from passerelle.store import Table
from tests.support.slices import Reply, Slice, a_company, an_envelope

ORGANISER = a_company("cmp_organiser")
GUEST = a_company("cmp_guest", subject="usr_2")
STRANGER = a_company("cmp_stranger", subject="usr_3")
PARTNER = Actor(Role.PARTNER, "key_p", "ptn_agency", True, frozenset({"sessions:read"}))
THEIRS = "ses_announced"


def in_days(days: int) -> str:
    """A day from today, as JSON says it."""
    return (clock.today() + timedelta(days=days)).isoformat()


def an_offer(**other: Any) -> dict[str, Any]:
    """What an organiser sends: three places in a course of five days, a month ahead."""
    return {
        "programme": "lending",
        "kind": "shared_training",
        "starts_on": in_days(30),
        "ends_on": in_days(34),
        "hours": 35,
        "municipality": "76351",
        "occupations": ["H2913"],
        "places": 3,
        "register_until": in_days(20),
        "price_per_place_cents": 18000,
    } | other


def revised_offer(**other: Any) -> dict[str, Any]:
    """The same without what cannot change."""
    offer = an_offer(**other)
    del offer["programme"]
    return offer


def offered(sessions: Slice, actor: Actor = ORGANISER, **other: Any) -> dict[str, Any]:
    """An open session."""
    answer = sessions.call("POST", "/sessions", body=an_offer(**other), actor=actor)
    assert answer.status == 201, answer.text
    session: dict[str, Any] = answer.body
    return session


def registers(sessions: Slice, session_id: str, actor: Actor = GUEST, places: int = 1, **how: Any) -> Reply:
    """A company asks for places."""
    path = f"/sessions/{session_id}/registrations"
    return sessions.call("POST", path, body={"places": places}, actor=actor, **how)


def withdraws(sessions: Slice, session_id: str, actor: Actor = GUEST) -> Reply:
    """A company gives its places back."""
    return sessions.call("POST", f"/sessions/registrations/{session_id}/withdrawal", actor=actor)


def revises(sessions: Slice, session_id: str, **other: Any) -> Reply:
    """The organiser says anew what it offers."""
    etag = sessions.call("GET", f"/sessions/{session_id}", actor=ORGANISER).headers["ETag"]
    body = revised_offer(**other)
    return sessions.call("PUT", f"/sessions/{session_id}", body=body, actor=ORGANISER, headers={"If-Match": etag})


def cancels(sessions: Slice, session_id: str, actor: Actor = ORGANISER) -> Reply:
    """The organiser calls it off."""
    return sessions.call("POST", f"/sessions/{session_id}/cancellation", actor=actor)


def read(sessions: Slice, session_id: str, actor: Actor = ORGANISER) -> dict[str, Any]:
    """A session as somebody reads it."""
    answer = sessions.call("GET", f"/sessions/{session_id}", actor=actor)
    assert answer.status == 200, answer.text
    session: dict[str, Any] = answer.body
    return session


def attendance(sessions: Slice, session_id: str, actor: Actor = ORGANISER) -> dict[str, Any]:
    """Who takes part, as the organiser reads it."""
    answer = sessions.call("GET", f"/sessions/{session_id}/registrations", actor=actor)
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.body
    return body


def listed(sessions: Slice, actor: Actor = STRANGER, **query: str) -> list[str]:
    """The ids of the open sessions."""
    answer = sessions.call("GET", "/sessions", actor=actor, query=query)
    assert answer.status == 200, answer.text
    return [item["id"] for item in answer.body["items"]]


def told(sessions: Slice, event: Event, subject: str, sequence: int, **other: Any) -> None:
    """A fact arrives."""
    envelope = an_envelope(event, tenant="cmp_any", subject=subject, sequence=sequence, **other)
    assert sessions.deliver(envelope) == []


def an_announcement(**other: Any) -> SessionAnnounced:
    """What a partner's inbox says of a session with two places."""
    today = clock.today()
    values: dict[str, Any] = {
        "session_id": THEIRS,
        "partner_id": PARTNER.tenant,
        "axis": 3,
        "kind": "serious_game",
        "starts_on": today + timedelta(days=20),
        "ends_on": today + timedelta(days=20),
        "municipality": "76540",
        "occupations": ("H2909",),
        "places": 2,
        "register_until": today + timedelta(days=15),
    }
    return SessionAnnounced(**(values | other))


def a_registration(candidate: str, session_id: str = THEIRS, **other: Any) -> CandidateRegistered:
    """What a partner's inbox says of a candidate who is registered today."""
    values = {"partner_id": PARTNER.tenant, "registered_on": clock.today()} | other
    return CandidateRegistered(candidate_id=candidate, session_id=session_id, **values)


def comes(sessions: Slice, candidate: str, sequence: int, session_id: str = THEIRS, **other: Any) -> None:
    """A partner registers a candidate."""
    told(sessions, a_registration(candidate, session_id, **other), candidate, sequence)


def goes(sessions: Slice, candidate: str, sequence: int, session_id: str = THEIRS) -> None:
    """A partner takes a candidate back."""
    event = CandidateUnregistered(candidate_id=candidate, partner_id=PARTNER.tenant, session_id=session_id)
    told(sessions, event, candidate, sequence)


def withdrew(sessions: Slice, candidate: str, sequence: int) -> None:
    """A candidate takes his consent back."""
    told(sessions, CandidateWithdrew(candidate_id=candidate, partner_id=PARTNER.tenant), candidate, sequence)


def suspended(sessions: Slice, sequence: int, company: str = "cmp_organiser") -> None:
    """A company is suspended."""
    told(sessions, CompanySuspended(company_id=company), company, sequence)


def activated(sessions: Slice, sequence: int, company: str = "cmp_organiser") -> None:
    """A company is let in, or again."""
    told(sessions, CompanyActivated(company_id=company, marks=(), denied=()), company, sequence)


def closed(sessions: Slice, sequence: int, company: str = "cmp_organiser") -> None:
    """A company left for good."""
    told(sessions, CompanyClosed(company_id=company), company, sequence)


def partner_ended(sessions: Slice, sequence: int) -> None:
    """The partner is gone for good."""
    told(sessions, PartnerEnded(partner_id=PARTNER.tenant), PARTNER.tenant, sequence)


def called_off(sessions: Slice, sequence: int) -> None:
    """A partner calls its session off."""
    told(sessions, SessionCalledOff(session_id=THEIRS, partner_id=PARTNER.tenant), THEIRS, sequence)


def seats(sessions: Slice, session_id: str = THEIRS) -> tuple[list[str], list[str]]:
    """Who has a place, and who waits for one."""
    session = kept(sessions, session_id)
    return [one.holder for one in session.bookings], [one.candidate for one in session.waiting]


def problem(answer: Reply) -> tuple[int, str]:
    """Why a request was refused."""
    return answer.status, answer.body["type"].rpartition(":")[2]


def kept(sessions: Slice, session_id: str) -> Session:
    """The session as it is stored."""
    stored = Sessions(Table(sessions.table_name)).find(session_id)
    assert stored is not None
    return stored.value


def put_in_state(sessions: Slice, session_id: str, state: State) -> None:
    """Write a state as if the session had come to it."""
    store = Sessions(Table(sessions.table_name))
    stored = store.find(session_id)
    assert stored is not None
    if stored.value.state is state:
        return
    transaction = store.begin()
    changed = stored.value.model_copy(update={"state": state})
    store.save(transaction, changed, stored.version + 1, before=stored.value)
    transaction.commit()


def a_day(day: str) -> date:
    """A day that JSON said."""
    return date.fromisoformat(day)
