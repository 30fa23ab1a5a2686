"""What can be done with sessions: a room for those who organise, and one for those who take places.

Every function writes into the transaction it is given and nowhere else, but those that must reach any number of
sessions, which take one transaction for each. Storage comes from the `Sessions` port.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from functions.sessions.model import Session, State
from functions.sessions.model.holders import Candidate, Lately, Registration, Right, Standing
from functions.sessions.publishing import Publisher
from passerelle.http import found
from passerelle.problems import Forbidden
from passerelle.store import Key, Page, Stored, Transaction


class Sessions(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, session_id: str) -> Stored[Session] | None: ...
    def open_page(self, limit: int, cursor: str | None) -> Page[Session]: ...
    def cursor_after(self, session: Session) -> str: ...
    def all_of(self, organiser: str) -> Iterator[Stored[Session]]: ...
    def all_standing(self) -> Iterator[Stored[Session]]: ...
    def overdue(self, today: date) -> Iterator[Stored[Session]]: ...
    def registration(self, company: str, session_id: str) -> Stored[Registration] | None: ...
    def all_registrations(self, company: str) -> Iterator[Stored[Registration]]: ...
    def save_registration(
        self, transaction: Transaction, registration: Registration, version: int, *, last_day: date | None = None
    ) -> Key: ...
    def lately(self, company: str) -> Stored[Lately]: ...
    def save_lately(self, transaction: Transaction, company: str, lately: Lately, version: int) -> None: ...
    def candidate(self, partner: str, candidate_id: str) -> Stored[Candidate]: ...
    def candidates_of(self, partner: str) -> Iterator[Stored[Candidate]]: ...
    def save_candidate(self, transaction: Transaction, partner: str, candidate: Candidate, version: int) -> None: ...
    def standing(self, organiser: str) -> Stored[Standing]: ...
    def require_standing(self, transaction: Transaction, organiser: str, version: int) -> None: ...
    def save_standing(
        self, transaction: Transaction, organiser: str, standing: Standing, *, version: int, replacing: int
    ) -> None: ...


@dataclass(frozen=True)
class Ports:
    """What the use cases stand on."""

    sessions: Sessions
    publisher: Publisher


def readable(ports: Ports, reader: str, session_id: str) -> Stored[Session]:
    """A session that an organisation may read: any open one, its own, and those it registered for. Or `NotFound`."""
    stored: Stored[Session] = found(ports.sessions.find(session_id))
    session = stored.value
    is_his = session.organiser == reader or session.held_by(reader) > 0
    shown: Stored[Session] = found(stored if session.offer and (session.state is State.OPEN or is_his) else None)
    return shown


def own(ports: Ports, organiser: str, session_id: str) -> Stored[Session]:
    """The caller's own session, or `NotFound`."""
    read = readable(ports, organiser, session_id)
    stored: Stored[Session] = found(read if read.value.organiser == organiser else None)
    return stored


def right_of(ports: Ports, transaction: Transaction, organiser: str) -> Right:
    """Whether an organisation may take part, as last heard; the transaction is written only while that holds."""
    standing = ports.sessions.standing(organiser)
    ports.sessions.require_standing(transaction, organiser, standing.version)
    return standing.value.right


def require_right(ports: Ports, transaction: Transaction, company: str) -> None:
    """Raise `Forbidden` when a company may not take part: what was heard may be newer than its credentials."""
    if right_of(ports, transaction, company) is not Right.ACTIVE:
        raise Forbidden("Your company is not active.", code="company-not-active", remedy="Ask your adviser.")
