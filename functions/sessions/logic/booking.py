"""How places are taken and given back: by companies that ask for them, and by partners for their candidates."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Final

from functions.sessions.logic import Ports, readable, require_right, right_of
from functions.sessions.model import TRANSITIONS, Action, Session, left, registered, sent
from functions.sessions.model.holders import Registration, Right
from passerelle import clock
from passerelle.contracts.base import Programme
from passerelle.contracts.partners import CandidateRegistered
from passerelle.contracts.sessions import PlacesGivenBack, PlacesTaken
from passerelle.http import found
from passerelle.observability import logger
from passerelle.problems import NotFound, Refused
from passerelle.store import Stored, Transaction

CALLED_FOR: Final = timedelta(days=30)
"""How long after the last day organiser and company may still know whom to call at the other."""


def register(
    ports: Ports, transaction: Transaction, company: str, session_id: str, places: int
) -> tuple[Stored[Registration], Session]:
    """Take places for a company; the organiser and the company may know each other from now on.

    Raises `NotFound` for a session that is not shown, `Refused` when the company cannot have the places, `Exhausted`
    when it registered for too many of late.
    """
    stored = readable(ports, company, session_id)
    require_right(ports, transaction, company)
    session = registered(stored.value, company, places, clock.today())
    lately = ports.sessions.lately(company)
    after = lately.value.after(session_id, clock.today())
    saved = ports.publisher.saved(transaction, stored, session)
    ports.sessions.save_lately(transaction, company, after, lately.version + 1)
    registration = Registration(
        session_id=session_id, company=company, organiser=session.organiser, places=places, on=clock.today()
    )
    known = ports.sessions.registration(company, session_id)
    version = 1 if known is None else known.version + 1
    key = ports.sessions.save_registration(transaction, registration, version, last_day=_last_day(session))
    fact = PlacesTaken(
        session_id=session_id,
        organiser_id=session.organiser,
        company_id=company,
        session_version=saved.version,
        open_until=_last_day(session) + CALLED_FOR,
    )
    transaction.emit(key, fact, sequence=version, programme=session.programme)
    return Stored(registration, version), session


def own_registration(ports: Ports, company: str, session_id: str) -> Stored[Registration]:
    """The caller's own registration, or `NotFound`."""
    stored: Stored[Registration] = found(ports.sessions.registration(company, session_id))
    return stored


def withdraw(ports: Ports, transaction: Transaction, stored: Stored[Registration]) -> Stored[Registration]:
    """Give a company's places back; neither side reads the other any more. Again changes nothing.

    Raises `Refused` once the session is over.
    """
    registration = stored.value
    if registration.organiser is None:
        return stored
    session: Stored[Session] = found(ports.sessions.find(registration.session_id))
    ports.publisher.saved(transaction, session, left(session.value, registration.company))
    withdrawn = registration.without_places()
    version = stored.version + 1
    key = ports.sessions.save_registration(transaction, withdrawn, version)
    fact = PlacesGivenBack(
        session_id=registration.session_id, organiser_id=registration.organiser, company_id=registration.company
    )
    transaction.emit(key, fact, sequence=version, programme=session.value.programme)
    return Stored(withdrawn, version)


def leave_all(ports: Ports, company: str) -> None:
    """Give all places of a company back that left the platform, each in a transaction of its own; but for sessions
    that are over or gone, which have none to give."""
    for stored in ports.sessions.all_registrations(company):
        transaction = ports.sessions.begin()
        with suppress(NotFound, Refused):
            withdraw(ports, transaction, stored)
            transaction.commit()


def send(
    ports: Ports, transaction: Transaction, told: CandidateRegistered, programme: Programme, sequence: int
) -> None:
    """A partner's candidate takes a place, or waits for one; also if his session is not announced yet.

    Nothing happens when something later was said of him, the partner or the session has ended, or too many wait for it.
    """
    partner, candidate_id, session_id = told.partner_id, told.candidate_id, told.session_id
    if right_of(ports, transaction, partner) is Right.GONE:
        return
    if not _note(ports, transaction, partner, candidate_id, session_id, sequence):
        return
    new = Session(id=session_id, organiser=partner, programme=programme)
    stored = ports.sessions.find(session_id) or Stored(new, 0)
    if stored.value.state not in TRANSITIONS[Action.SEND].sources:
        return
    try:
        session = sent(stored.value, candidate_id, told.registered_on)
    except Refused as reason:
        logger.warning("a candidate is not noted for a session", session_id=session_id, reason=reason.code)
    else:
        ports.publisher.saved(transaction, stored, session)


def call_back(
    ports: Ports, transaction: Transaction, partner: str, candidate_id: str, session_id: str, sequence: int
) -> None:
    """A partner's candidate gives his place back. Nothing happens when something later was said of him."""
    if _note(ports, transaction, partner, candidate_id, session_id, sequence):
        _leave(ports, transaction, candidate_id, session_id)


def forget(ports: Ports, transaction: Transaction, partner: str, candidate_id: str, sequence: int) -> None:
    """A candidate withdrew: he leaves every session, each in a transaction of its own, and is forgotten.

    That he withdrew is written first: what was said of him before and comes meanwhile takes no place.
    """
    known = ports.sessions.candidate(partner, candidate_id)
    if sequence < known.value.withdrew:
        return
    if sequence > known.value.withdrew:
        alone = ports.sessions.begin()
        known = Stored(known.value.withdrawn(sequence), known.version + 1)
        ports.sessions.save_candidate(alone, partner, known.value, known.version)
        alone.commit()
    for session_id in known.value.before():
        alone = ports.sessions.begin()
        _leave(ports, alone, candidate_id, session_id)
        alone.commit()
    ports.sessions.save_candidate(transaction, partner, known.value.forgotten(), known.version + 1)


def forget_all(ports: Ports, partner: str) -> None:
    """The candidates of a partner that is gone leave every session, as if each had withdrawn."""
    for known in ports.sessions.candidates_of(partner):
        if known.value.sessions:
            transaction = ports.sessions.begin()
            forget(ports, transaction, partner, known.value.id, known.value.last + 1)
            transaction.commit()


def _note(
    ports: Ports, transaction: Transaction, partner: str, candidate_id: str, session_id: str, sequence: int
) -> bool:
    """Keep what was said last of a candidate and a session; whether this is it."""
    known = ports.sessions.candidate(partner, candidate_id)
    if not known.value.is_news(session_id, sequence):
        return False
    told = known.value.told(session_id, sequence)
    ports.sessions.save_candidate(transaction, partner, told, known.version + 1)
    return True


def _leave(ports: Ports, transaction: Transaction, candidate_id: str, session_id: str) -> None:
    stored = ports.sessions.find(session_id)
    if stored is not None and stored.value.knows(candidate_id):
        ports.publisher.saved(transaction, stored, left(stored.value, candidate_id))


def _last_day(session: Session) -> date:
    assert session.offer is not None, "nobody registers for a session that is not announced"
    return session.offer.ends_on
