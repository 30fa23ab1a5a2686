"""What everybody is told of a session: what is offered, each time that changes, and that nothing is any more."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from functions.sessions.model import Action, Session, State, moved
from passerelle.contracts import Event
from passerelle.contracts.sessions import SessionEnded, SessionOpened
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.store import Key, Stored, Transaction

_OUTCOMES: Final[dict[State, Literal["cancelled", "over", "hidden"]]] = {
    State.CANCELLED: "cancelled",
    State.OVER: "over",
    State.HIDDEN: "hidden",
}


class Sessions(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def save(self, transaction: Transaction, session: Session, version: int, *, before: Session | None) -> Key: ...


@dataclass(frozen=True)
class Publisher:
    """Writes sessions, and tells what everybody may know of them."""

    sessions: Sessions
    nomenclature: Nomenclature

    def saved(self, transaction: Transaction, stored: Stored[Session], session: Session) -> Stored[Session]:
        """Write a session as its next version, with the fact about it if there is news; unchanged, write nothing."""
        if stored.version and session == stored.value:
            return stored
        before = stored.value if stored.version else None
        version = stored.version + 1
        key = self.sessions.save(transaction, session, version, before=before)
        fact = told(session)
        if fact is not None and _is_news(session, before):
            where = self._department(fact.municipality) if isinstance(fact, SessionOpened) else None
            transaction.emit(key, fact, sequence=version, territory=where, programme=session.programme)
        return Stored(session, version)

    def moved_alone(self, stored: Stored[Session], action: Action) -> None:
        """Take an action in a transaction of its own. Raises `VersionConflict` when somebody was faster."""
        transaction = self.sessions.begin()
        self.saved(transaction, stored, moved(stored.value, action))
        transaction.commit()

    def _department(self, municipality: str) -> str | None:
        """The département, unless the place is not in the nomenclature any more."""
        try:
            return self.nomenclature.municipality(municipality).departement
        except UnknownCode:
            return None


def _is_news(session: Session, before: Session | None) -> bool:
    """Whether it is offered, or not any more, otherwise than before."""
    if before is None or before.state is not session.state:
        return True
    return session.state is State.OPEN and told(session) != told(before)


def told(session: Session) -> Event | None:
    """The latest fact about a session; none before it is announced."""
    offer = session.offer
    if offer is None:
        return None
    if session.state in _OUTCOMES:
        is_called_off = session.state is State.CANCELLED
        registered = tuple(booking.holder for booking in session.companies) if is_called_off else ()
        return SessionEnded(session_id=session.id, outcome=_OUTCOMES[session.state], registered=registered)
    return SessionOpened(
        session_id=session.id,
        kind=offer.kind,
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        municipality=offer.municipality,
        occupations=tuple(sorted(offer.occupations)),
        places=session.places,
        places_left=session.places_left,
        register_until=offer.register_until,
    )
