"""What organisers do: offer, revise and call off; what partners say of their sessions; and what ends them otherwise."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from functions.sessions.logic import Ports, require_right, right_of
from functions.sessions.logic.booking import forget_all, leave_all
from functions.sessions.model import TRANSITIONS, Action, Session, State, announced, heard, moved, revised
from functions.sessions.model.holders import Right, Standing
from functions.sessions.model.offers import Offer, faults
from passerelle import clock
from passerelle.contracts.base import Programme
from passerelle.contracts.partners import SessionAnnounced
from passerelle.observability import logger
from passerelle.problems import FieldError, Invalid
from passerelle.store import Stored, Transaction, VersionConflict

_ACTIONS: Final = {Right.ACTIVE: Action.SHOW, Right.SUSPENDED: Action.HIDE, Right.GONE: Action.CLOSE}


def offer(ports: Ports, transaction: Transaction, organiser: str, programme: Programme, said: Offer) -> Stored[Session]:
    """Open a company's session to all. Raises `Invalid` naming every fault, `Forbidden` when it may not organise."""
    _refuse(faults(said, ports.publisher.nomenclature, clock.today()))
    require_right(ports, transaction, organiser)
    expected = Session(id=clock.new_id("ses"), organiser=organiser, programme=programme)
    return ports.publisher.saved(transaction, Stored(expected, 0), moved(expected, Action.ANNOUNCE, offer=said))


def revise(ports: Ports, transaction: Transaction, stored: Stored[Session], said: Offer) -> Stored[Session]:
    """Offer something else. Raises `Refused` when it ended or more places are taken, `Invalid` naming every fault."""
    session = revised(stored.value, said)
    _refuse(faults(said, ports.publisher.nomenclature, clock.today(), stored.value.offer))
    return ports.publisher.saved(transaction, stored, session)


def cancel(ports: Ports, transaction: Transaction, stored: Stored[Session]) -> Stored[Session]:
    """Call a session off; those registered are told. Again changes nothing. Raises `Refused` when it is over."""
    if stored.value.state is State.CANCELLED:
        return stored
    return ports.publisher.saved(transaction, stored, moved(stored.value, Action.CANCEL))


def announce(
    ports: Ports, transaction: Transaction, said: SessionAnnounced, programme: Programme, sequence: int
) -> None:
    """A partner says what its session is. Only the newest news counts, and none once the partner ended; what is over
    opens again only if it is held on a later day.

    Candidates who were registered before take their places now, in the order they came.
    """
    stored = _of_partner(ports, said.session_id, said.partner_id, programme)
    session = stored.value
    is_its = session.state is State.EXPECTED or session.organiser == said.partner_id
    may = is_its and session.state in TRANSITIONS[Action.ANNOUNCE].sources
    if not may or sequence <= session.said or right_of(ports, transaction, said.partner_id) is Right.GONE:
        return
    if session.state is State.OVER and said.ends_on < clock.today():
        ports.publisher.saved(transaction, stored, heard(session, sequence))
        return
    known = said.model_dump(include=set(Offer.model_fields))
    of_partner = {"organiser": said.partner_id, "axis": said.axis, "programme": programme}
    opened = announced(session, Offer(hours=0, **known), sequence, **of_partner)
    ports.publisher.saved(transaction, stored, opened)


def call_off(
    ports: Ports, transaction: Transaction, partner: str, session_id: str, programme: Programme, sequence: int
) -> None:
    """A partner's session does not take place, even if that is heard before its announcement; what ended stays so."""
    stored = _of_partner(ports, session_id, partner, programme)
    session = stored.value
    is_its = session.state is State.EXPECTED or session.organiser == partner
    if not is_its or sequence <= session.said:
        return
    stands = session.state in TRANSITIONS[Action.CANCEL].sources
    after = moved(session, Action.CANCEL, said=sequence, organiser=partner) if stands else heard(session, sequence)
    ports.publisher.saved(transaction, stored, after)


def end_overdue(ports: Ports, today: date) -> int:
    """End every session whose last day is over, and forget the candidates of those called off; returns how many ended.

    One that changed since it was listed is left alone, one that changes meanwhile is left for later.
    """
    ended = 0
    for stored in ports.sessions.overdue(today):
        action = stored.value.due(today)
        if action is None:
            continue
        try:
            ports.publisher.moved_alone(stored, action)
        except VersionConflict:
            logger.info("session changed while it ended", session_id=stored.value.id)
        else:
            ended += action is Action.END
    return ended


def note_right(ports: Ports, organiser: str, sequence: int, right: Right) -> None:
    """An organisation's right to organise changed: its sessions are shown again, hidden or called off, and who is gone
    for good gives its places and those of its candidates back.

    It is written first, so that whoever offers meanwhile opens none. Older news than what is known changes nothing.
    """
    known = ports.sessions.standing(organiser).version
    if known > sequence:
        return
    if known < sequence:
        transaction = ports.sessions.begin()
        ports.sessions.save_standing(transaction, organiser, Standing(right=right), version=sequence, replacing=known)
        transaction.commit()
    for stored in ports.sessions.all_of(organiser):
        _follow_right(ports, stored)
    if right is Right.GONE:
        leave_all(ports, organiser)
        forget_all(ports, organiser)


def follow_rights(ports: Ports) -> None:
    """Show, hide or call off what stands otherwise than its organiser's right asks: an organiser's list, by which they
    are found when the right changes, lags behind what was just written."""
    for stored in ports.sessions.all_standing():
        try:
            _follow_right(ports, stored)
        except VersionConflict:
            logger.info("session changed while it followed its organiser's right", session_id=stored.value.id)


def _follow_right(ports: Ports, stored: Stored[Session]) -> None:
    """Show, hide or call off one session as its organiser's right asks now, whoever noted it, in a transaction of its
    own. Raises `VersionConflict` when something newer is heard meanwhile."""
    transaction = ports.sessions.begin()
    action = _ACTIONS[right_of(ports, transaction, stored.value.organiser)]
    if stored.value.state in TRANSITIONS[action].sources:
        ports.publisher.saved(transaction, stored, moved(stored.value, action))
        transaction.commit()


def _of_partner(ports: Ports, session_id: str, partner: str, programme: Programme) -> Stored[Session]:
    new = Session(id=session_id, organiser=partner, programme=programme)
    return ports.sessions.find(session_id) or Stored(new, 0)


def _refuse(found: Sequence[FieldError]) -> None:
    if found:
        raise Invalid("Some fields are wrong; nothing was changed.", fields=found)
