"""Where sessions live: under their id alone, since everybody may read them, and once more in their organiser's list.

`sessions#session#<id>`, listed by its first day while it stands or has candidates;
`<organiser>#session#<id>`, the same row; `<company>#registration#<session>`; `<company>#lately#<company>`;
`<partner>#candidate#<id>`; `<organiser>#standing#<organiser>`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from functions.sessions.model import Session, State
from functions.sessions.model.holders import LATELY, Candidate, Lately, Registration, Standing
from functions.sessions.model.offers import FARTHEST_END
from passerelle import clock
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction, cursor_after

_EVERYBODY: Final = "sessions"
_OPEN: Final = "open_sessions"
_STANDING: Final = {State.OPEN: _OPEN, State.HIDDEN: "hidden_sessions"}
_ENDED: Final = "ended_sessions"
"""Those of which candidates are kept, since their partner may announce them again."""
_EXPECTED_FOR: Final = timedelta(days=90)
"""How long candidates are kept for a session that nobody announces."""
_KEPT: Final = timedelta(days=365)
"""How long a session is kept after its last day, once it has ended."""
_WITHDRAWN_FOR: Final = timedelta(days=100)
"""How long a registration that was withdrawn is known: its versions go on, so that whoever was told of the end, and
knows it for ninety days, does not take the next registration for older news."""


class Sessions:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self) -> Transaction:
        """A transaction of its own, for work that one transaction cannot hold."""
        return self._table.begin()

    def find(self, session_id: str) -> Stored[Session] | None:
        """The session of this id, whoever organises it."""
        return self._table.read(_session(_EVERYBODY, session_id), Session)

    def open_page(self, limit: int, cursor: str | None) -> Page[Session]:
        """One page of the open sessions of all organisers, those that start first come first."""
        return self._table.list(_OPEN, Session, limit=limit, cursor=cursor)

    def cursor_after(self, session: Session) -> str:
        """The cursor of the open sessions that come after this one."""
        return cursor_after(_order(session))

    def page_of(self, organiser: str, limit: int, cursor: str | None) -> Page[Session]:
        """One page of an organiser's sessions, in the order of their ids, which tells nothing."""
        return self._table.list(_sessions_of(organiser), Session, limit=limit, cursor=cursor)

    def all_of(self, organiser: str) -> Iterator[Stored[Session]]:
        """All sessions of an organiser, each read afresh."""
        for listed in self._table.all(_sessions_of(organiser), Session):
            yield from self._afresh(listed.value.id)

    def all_standing(self) -> Iterator[Stored[Session]]:
        """All sessions that are open or hidden, each read afresh."""
        for heading in _STANDING.values():
            for listed in self._table.all(heading, Session):
                yield from self._afresh(listed.value.id)

    def overdue(self, today: date) -> Iterator[Stored[Session]]:
        """The sessions that stood, or had candidates, although their last day is over when they were listed, each read
        afresh."""
        for heading in (*_STANDING.values(), _ENDED):
            for listed in self._table.all(heading, Session):
                offer = listed.value.offer
                if offer is None or offer.starts_on >= today:
                    break
                if offer.ends_on < today:
                    yield from self._afresh(listed.value.id)

    def save(self, transaction: Transaction, session: Session, version: int, *, before: Session | None) -> Key:
        """Write a session as this version, for everybody and in its organiser's list; returns the organiser's key, to
        emit facts under. `before` is None for a new one."""
        heading, offer = _heading(session), session.offer
        transaction.save(
            _session(_EVERYBODY, session.id),
            session,
            version=version,
            listing=Listing(heading, _order(session)) if heading else None,
            expires_at=_until(session),
        )
        key = _session(session.organiser, session.id)
        if offer is not None:
            first = before is None or before.offer is None
            listing = Listing(_sessions_of(session.organiser), session.id)
            replacing = 0 if first else version - 1
            transaction.save(
                key, session, version=version, replacing=replacing, listing=listing, expires_at=_until(session)
            )
        return key

    def registration(self, company: str, session_id: str) -> Stored[Registration] | None:
        """A company's registration for a session, withdrawn ones included."""
        return self._table.read(_registration(company, session_id), Registration)

    def registrations(self, company: str, limit: int, cursor: str | None) -> Page[Registration]:
        """One page of a company's registrations."""
        return self._table.list(_registrations_of(company), Registration, limit=limit, cursor=cursor)

    def all_registrations(self, company: str) -> Iterator[Stored[Registration]]:
        """All registrations of a company, each read afresh."""
        for listed in self._table.all(_registrations_of(company), Registration):
            stored = self.registration(company, listed.value.session_id)
            if stored is not None:
                yield stored

    def save_registration(
        self, transaction: Transaction, registration: Registration, version: int, *, last_day: date | None = None
    ) -> Key:
        """Write a registration as this version; returns its key, to emit facts under.

        It is kept as long as its session with this last day, put off once; a withdrawn one, without, for a while.
        """
        company, session_id = registration.company, registration.session_id
        key = _registration(company, session_id)
        transaction.save(
            key,
            registration,
            version=version,
            listing=Listing(_registrations_of(company), session_id),
            expires_at=_after(last_day) + FARTHEST_END if last_day else clock.now() + _WITHDRAWN_FOR,
        )
        return key

    def lately(self, company: str) -> Stored[Lately]:
        """What a company registered for of late; nothing at version 0."""
        return self._table.read(_lately(company), Lately) or Stored(Lately(), 0)

    def save_lately(self, transaction: Transaction, company: str, lately: Lately, version: int) -> None:
        """Write that as this version, for as long as it counts."""
        until = clock.now() + LATELY + timedelta(days=1)
        transaction.save(_lately(company), lately, version=version, expires_at=until)

    def candidate(self, partner: str, candidate_id: str) -> Stored[Candidate]:
        """What was said of a candidate; nothing at version 0."""
        found = self._table.read(_candidate(partner, candidate_id), Candidate)
        return found or Stored(Candidate(id=candidate_id), 0)

    def candidates_of(self, partner: str) -> Iterator[Stored[Candidate]]:
        """Everybody of whom a partner said something, each read afresh."""
        for listed in self._table.all(_candidates_of(partner), Candidate):
            yield self.candidate(partner, listed.value.id)

    def save_candidate(self, transaction: Transaction, partner: str, candidate: Candidate, version: int) -> None:
        """Write what was said of a candidate as this version, for as long as it is kept."""
        transaction.save(
            _candidate(partner, candidate.id),
            candidate,
            version=version,
            listing=Listing(_candidates_of(partner), candidate.id),
            expires_at=clock.now() + candidate.kept,
        )

    def standing(self, organiser: str) -> Stored[Standing]:
        """What was last heard of an organiser's right; nothing at version 0."""
        return self._table.read(_standing(organiser), Standing) or Stored(Standing(), 0)

    def require_standing(self, transaction: Transaction, organiser: str, version: int) -> None:
        """Have a transaction written only while nothing newer is heard than this version."""
        transaction.require(_standing(organiser), version=version)

    def save_standing(
        self, transaction: Transaction, organiser: str, standing: Standing, *, version: int, replacing: int
    ) -> None:
        """Write an organiser's standing as of this version of the organisation."""
        transaction.save(_standing(organiser), standing, version=version, replacing=replacing)

    def _afresh(self, session_id: str) -> Iterator[Stored[Session]]:
        stored = self.find(session_id)
        if stored is not None:
            yield stored


def _heading(session: Session) -> str | None:
    """Under which heading everybody's copy of a session is listed, if it is."""
    if session.state in _STANDING:
        return _STANDING[session.state]
    return _ENDED if session.offer is not None and session.has_candidates else None


def _until(session: Session) -> datetime | None:
    """How long a session is kept; None while it stands."""
    if session.offer is None:
        return clock.now() + _EXPECTED_FOR
    if session.state in _STANDING:
        return None
    return _after(session.offer.ends_on)


def _after(last_day: date) -> datetime:
    """Until when a session that ends on this day is kept."""
    return datetime.combine(last_day, time(), UTC) + _KEPT


def _session(owner: str, session_id: str) -> Key:
    return Key(owner, "session", session_id)


def _order(session: Session) -> str:
    """Where a session stands among the open ones: those that start first come first."""
    return f"{session.offer.starts_on if session.offer else ''}#{session.id}"


def _sessions_of(organiser: str) -> str:
    return f"{organiser}#sessions"


def _registration(company: str, session_id: str) -> Key:
    return Key(company, "registration", session_id)


def _registrations_of(company: str) -> str:
    return f"{company}#registrations"


def _lately(company: str) -> Key:
    return Key(company, "lately", company)


def _candidate(partner: str, candidate_id: str) -> Key:
    return Key(partner, "candidate", candidate_id)


def _candidates_of(partner: str) -> str:
    return f"{partner}#candidates"


def _standing(organiser: str) -> Key:
    return Key(organiser, "standing", organiser)
