"""A session: places in something done together, from its announcement to its end, and who holds them.

Pure. The session is one aggregate with the places taken and those who wait for one, so that whoever writes it decides
on all of them at once: nobody takes a place beyond those offered, and while it stands nobody who was registered in time
waits beside a place that is left. It is public; who organises it is told to those registered alone, and who is
registered to the organiser alone.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.sessions.model.offers import Offer
from passerelle.contracts.base import Programme
from passerelle.problems import Refused

MOST_WAITING: Final = 500
"""Candidates who wait for a place in one session; and as many more who were registered too late for it."""


class State(StrEnum):
    """Where a session stands. `expected`: candidates were registered for it before it was announced."""

    EXPECTED = "expected"
    OPEN = "open"
    HIDDEN = "hidden"
    CANCELLED = "cancelled"
    OVER = "over"


class Action(StrEnum):
    """What may be done to a session."""

    ANNOUNCE = "announce"
    REVISE = "revise"
    REGISTER = "register"
    SEND = "send"
    LEAVE = "leave"
    CANCEL = "cancel"
    HIDE = "hide"
    SHOW = "show"
    CLOSE = "close"
    END = "end"
    FORGET = "forget"


class Mover(StrEnum):
    """Who does it."""

    ORGANISER = "organiser"
    REGISTRANT = "registrant"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Transition:
    """One row of the table: where it leads from where (None: it stays), who takes it, and who is told what."""

    target: State | None
    sources: frozenset[State]
    mover: Mover
    told: str


_OPEN = frozenset({State.OPEN})
_STANDING = frozenset({State.OPEN, State.HIDDEN})
_BEFORE_END = frozenset({State.EXPECTED, State.OPEN, State.HIDDEN})
_ENDED = frozenset({State.CANCELLED, State.OVER})
_CALLED_OFF = "everybody: no place is offered any more; the companies registered: by mail"

TRANSITIONS: Final[dict[Action, Transition]] = {
    Action.ANNOUNCE: Transition(
        State.OPEN,
        frozenset({State.EXPECTED, State.OPEN}) | _ENDED,
        Mover.ORGANISER,
        "everybody: what is offered, anew where a partner had called it off or puts what is over to a later day",
    ),
    Action.REVISE: Transition(None, _OPEN, Mover.ORGANISER, "everybody: what is offered now"),
    Action.REGISTER: Transition(None, _OPEN, Mover.REGISTRANT, "organiser: who; everybody: the places left"),
    Action.SEND: Transition(
        None, _BEFORE_END | _ENDED, Mover.REGISTRANT, "organiser: how many; everybody: the places left"
    ),
    Action.LEAVE: Transition(None, _BEFORE_END | _ENDED, Mover.REGISTRANT, "everybody: the places left"),
    Action.CANCEL: Transition(State.CANCELLED, _BEFORE_END, Mover.ORGANISER, _CALLED_OFF),
    Action.HIDE: Transition(State.HIDDEN, _OPEN, Mover.PLATFORM, "everybody: not offered for now"),
    Action.SHOW: Transition(State.OPEN, frozenset({State.HIDDEN}), Mover.PLATFORM, "everybody: what is offered"),
    Action.CLOSE: Transition(State.CANCELLED, _STANDING, Mover.PLATFORM, _CALLED_OFF),
    Action.END: Transition(State.OVER, _STANDING, Mover.PLATFORM, "everybody: it is over"),
    Action.FORGET: Transition(None, _ENDED, Mover.PLATFORM, "nobody: its candidates are forgotten"),
}


class Booking(BaseModel):
    """Places that are taken: by a company, or one by a partner's candidate."""

    model_config = ConfigDict(frozen=True)

    holder: Annotated[str, Field(description="Id of the company, or keyed digest of the candidate.")]
    is_company: bool
    places: int
    on: date


class Waiting(BaseModel):
    """A candidate who waits for a place."""

    model_config = ConfigDict(frozen=True)

    candidate: str
    on: date


class Session(BaseModel):
    """The aggregate. `organiser` is a company or a partner; `said` is the sequence of what a partner said last, 0 of a
    company's session. Ended `for_good` it does not come back: a company's, or of an organiser that is gone."""

    model_config = ConfigDict(frozen=True)

    id: str
    organiser: str
    programme: Programme
    state: State = State.EXPECTED
    axis: int | None = None
    offer: Offer | None = None
    bookings: tuple[Booking, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    said: int = 0
    for_good: bool = False

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return sum(booking.places for booking in self.bookings)

    @property
    def places(self) -> int:
        """How many places there are: those offered; of fewer than are taken, those taken, which whoever has them keeps.
        None before it is announced."""
        return 0 if self.offer is None else max(self.offer.places, self.taken)

    @property
    def places_left(self) -> int:
        """How many places may still be taken."""
        return 0 if self.offer is None else self.places - self.taken

    @property
    def queue(self) -> tuple[Waiting, ...]:
        """Those who wait and were registered in time, as far as is known; who came first stands first."""
        return tuple(one for one in self.waiting if self.is_in_time(one))

    def is_in_time(self, one: Waiting) -> bool:
        """Whether somebody was registered by the day that is the last one now; before it is announced anybody is."""
        return self.offer is None or one.on <= self.offer.register_until

    @property
    def companies(self) -> tuple[Booking, ...]:
        """The places that companies hold, who registered first comes first."""
        return tuple(booking for booking in self.bookings if booking.is_company)

    def due(self, today: date) -> Action | None:
        """What comes of itself once its last day is over: its end, or that who was kept for its return is forgotten."""
        if self.offer is None or self.offer.ends_on >= today:
            return None
        if self.state in _STANDING:
            return Action.END
        return Action.FORGET if self.state in _ENDED and self.has_candidates else None

    @property
    def has_candidates(self) -> bool:
        """Whether candidates hold places or wait for one."""
        return bool(self.waiting) or len(self.companies) < len(self.bookings)

    def held_by(self, holder: str) -> int:
        """How many places a company or a candidate holds."""
        return sum(booking.places for booking in self.bookings if booking.holder == holder)

    def knows(self, holder: str) -> bool:
        """Whether a candidate has a place or waits for one."""
        return self.held_by(holder) > 0 or any(one.candidate == holder for one in self.waiting)


def moved(session: Session, action: Action, **changes: object) -> Session:
    """The session after an action, with further changes, and with whoever waits in the places that are free now.

    Raises `Refused` when its state does not allow the action. Candidates are forgotten here when a session is over or
    called off for good; of one that its partner called off they are kept, since it may announce it again, and so are
    for a while those who are sent to one that is over.
    """
    transition = TRANSITIONS[action]
    if session.state not in transition.sources:
        raise Refused(f"The session is {session.state}.", remedy="Read it again; look for another one.")
    after = session.model_copy(update={"state": transition.target or session.state, **changes})
    if action is Action.CLOSE or (after.state in _ENDED and not after.said):
        after = after.model_copy(update={"for_good": True})
    if after.for_good or action in (Action.END, Action.FORGET):
        return after.model_copy(update={"bookings": after.companies, "waiting": ()})
    if after.state not in _STANDING:
        return after
    seated = after.queue[: after.places_left]
    booked = tuple(Booking(holder=one.candidate, is_company=False, places=1, on=one.on) for one in seated)
    waiting = tuple(one for one in after.waiting if one not in seated)
    return after.model_copy(update={"bookings": (*after.bookings, *booked), "waiting": waiting})


def announced(session: Session, offer: Offer, said: int, **changes: object) -> Session:
    """What a partner says of its session. Of fewer places than are taken none is lost, and none given back is offered.

    Called off or over and announced again, it is without the companies that were told so; they may register anew.
    """
    stay = [one for one in session.bookings if not (session.state in _ENDED and one.is_company)]
    present = session.model_copy(update={"bookings": tuple(stay)})
    return moved(present, Action.ANNOUNCE, offer=offer, said=said, **changes)


def heard(session: Session, said: int) -> Session:
    """A session that ended, once its partner said what changes nothing of it: older news counts no more."""
    return session.model_copy(update={"said": said})


def revised(session: Session, offer: Offer) -> Session:
    """The session with another offer. Raises `Refused` when more places are taken than it has."""
    if offer.places < session.taken:
        raise Refused(
            f"{session.taken} places are taken.",
            code="places-taken",
            remedy="Offer at least as many, or call the session off.",
        )
    return moved(session, Action.REVISE, offer=offer)


def registered(session: Session, company: str, places: int, today: date) -> Session:
    """The session with a company's places. Raises `Refused`, saying why, when it cannot have them."""
    booking = Booking(holder=company, is_company=True, places=places, on=today)
    after = moved(session, Action.REGISTER, bookings=(*session.bookings, booking))
    if company == session.organiser:
        raise Refused("This session is yours.", code="own-session", remedy="Register for one of another organiser.")
    if session.held_by(company):
        raise Refused(
            "Your company is registered already.",
            code="already-registered",
            remedy="To change how many places you hold, withdraw and register again.",
        )
    if session.offer is not None and today > session.offer.register_until:
        raise Refused("It is too late to register.", code="registration-over", remedy="Look for another session.")
    if places > session.places_left:
        raise Refused(
            f"Places left: {session.places_left}.", code="too-few-places", remedy="Ask for fewer, or look for another."
        )
    return after


def sent(session: Session, candidate: str, on: date) -> Session:
    """The session with a partner's candidate: in a place if one is left, else behind those who wait; unchanged when he
    has one or it ended for good. Registered too late he waits as well: his partner, or what is said of the
    session, may put a day right.

    Raises `Refused` when too many wait.
    """
    if session.held_by(candidate) or session.for_good:
        return session
    new = Waiting(candidate=candidate, on=on)
    if session.knows(candidate):
        waiting = tuple(new if one.candidate == candidate else one for one in session.waiting)
        return moved(session, Action.SEND, waiting=waiting)
    alike = [one for one in session.waiting if session.is_in_time(one) == session.is_in_time(new)]
    if len(alike) >= MOST_WAITING:
        raise Refused(
            "Too many wait for this session.", code="too-many-wait", remedy="Wait until places are given back."
        )
    return moved(session, Action.SEND, waiting=(*session.waiting, new))


def left(session: Session, holder: str) -> Session:
    """The session without the places of a company or candidate; who waits takes them.

    Raises `Refused` for a company once it is over.
    """
    if session.state is State.OVER and session.held_by(holder):
        raise Refused("The session is over.", remedy="Nothing is to be done: it took place.")
    return moved(
        session,
        Action.LEAVE,
        bookings=tuple(booking for booking in session.bookings if booking.holder != holder),
        waiting=tuple(one for one in session.waiting if one.candidate != holder),
    )
