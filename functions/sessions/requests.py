"""What callers say to the sessions slice, and what they hear. A session in a list names no organiser."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, Field

from functions.sessions.model import Session
from functions.sessions.model.holders import Registration
from functions.sessions.model.offers import Offer
from functions.sessions.model.search import Wanted
from passerelle.contracts.base import Programme
from passerelle.contracts.sessions import SessionKind
from passerelle.http import Body
from passerelle.problems import Malformed
from passerelle.sheets import Sheet
from passerelle.store import Stored

FILTERS: Final = ("kind", "programme", "department", "occupation")
_CHOICES: Final = {"kind": get_args(SessionKind), "programme": get_args(Programme)}
_LONGEST_CODE: Final = 5


class RevisedSession(Body, Offer):
    """Another offer; it replaces the whole one."""

    def offer(self) -> Offer:
        """What is offered."""
        return Offer.model_validate(self.model_dump(include=set(Offer.model_fields)))


class NewSession(RevisedSession):
    """An offer, open to all at once."""

    programme: Annotated[Programme, Field(examples=["lending"])]


class NewRegistration(Body):
    """How many places a company takes. With it, you and the organiser may read each other's company id."""

    places: Annotated[int, Field(ge=1, le=20, examples=[2])]


class SessionView(BaseModel):
    """A session as one organisation reads it."""

    id: Annotated[str, Field(examples=["ses_k3v2m4q7wz5x6a2b3c4d"])]
    version: Annotated[int, Field(description="The ETag without its quotes.", examples=[1])]
    state: Annotated[
        Literal["open", "hidden", "cancelled", "over"],
        Field(description="`hidden`: not shown for now, while its organiser is suspended.", examples=["open"]),
    ]
    programme: Annotated[Programme, Field(examples=["lending"])]
    axis: Annotated[int | None, Field(description="Of a partner's agreement.")]
    kind: Annotated[SessionKind, Field(examples=["shared_training"])]
    starts_on: Annotated[date, Field(examples=["2027-02-01"])]
    ends_on: Annotated[date, Field(examples=["2027-02-05"])]
    hours: Annotated[int, Field(description="Hours of one participant; 0 where not told.", examples=[35])]
    municipality: Annotated[str, Field(description="INSEE code.", examples=["76351"])]
    occupations: Annotated[tuple[str, ...], Field(description="ROME codes it is about.", examples=[["H2913"]])]
    places: Annotated[int, Field(description="Never fewer than are taken.", examples=[12])]
    places_left: Annotated[int, Field(examples=[7])]
    register_until: Annotated[date, Field(examples=["2027-01-22"])]
    price_per_place_cents: Annotated[int, Field(description="Euro cents; 0 is free.", examples=[18000])]
    organiser_id: Annotated[
        str | None, Field(description="Who organises it: told to the organiser and to those registered alone.")
    ]
    your_places: Annotated[int, Field(description="How many your company holds.", examples=[0])]


class SessionList(BaseModel):
    """One page of sessions; with filters it may hold fewer than asked for and go on."""

    items: tuple[SessionView, ...]
    cursor: str | None = None


class RegistrationView(BaseModel):
    """A company's places in a session, as it and the organiser read them."""

    session_id: Annotated[str, Field(examples=["ses_k3v2m4q7wz5x6a2b3c4d"])]
    state: Annotated[Literal["registered", "withdrawn"], Field(examples=["registered"])]
    company_id: str
    organiser_id: Annotated[
        str | None,
        Field(description="A company or a partner; null once withdrawn.", examples=["cmp_b7dkx2wq5mzt3hfa6ncv"]),
    ]
    places: Annotated[int, Field(examples=[2])]
    registered_on: Annotated[date, Field(examples=["2026-12-01"])]


class RegistrationList(BaseModel):
    """One page of a company's registrations, withdrawn ones included for a hundred days."""

    items: tuple[RegistrationView, ...]
    cursor: str | None = None


class AttendanceView(BaseModel):
    """Who takes part, as the organiser reads it: companies by id, partners' candidates as numbers."""

    items: tuple[RegistrationView, ...]
    candidates: Annotated[int, Field(description="Places that candidates hold.", examples=[3])]
    waiting: Annotated[int, Field(description="Candidates who wait for a place.", examples=[0])]


def session_view(stored: Stored[Session], reader: str) -> SessionView:
    """A session as this organisation reads it."""
    session = stored.value
    assert session.offer is not None, "nobody reads a session that is not announced"
    held = session.held_by(reader)
    return SessionView(
        id=session.id,
        version=stored.version,
        state=session.state.value,
        programme=session.programme,
        axis=session.axis,
        **session.offer.model_dump(exclude={"places"}),
        places=session.places,
        places_left=session.places_left,
        organiser_id=session.organiser if held or session.organiser == reader else None,
        your_places=held,
    )


def registration_view(registration: Registration, session: Session | None) -> RegistrationView:
    """A registration as its company reads it; what the session says holds, None when it is gone."""
    held = 0 if session is None else session.held_by(registration.company)
    return RegistrationView(
        session_id=registration.session_id,
        state="registered" if held else "withdrawn",
        company_id=registration.company,
        organiser_id=session.organiser if session is not None and held else None,
        places=held,
        registered_on=registration.on,
    )


def attendance_view(session: Session) -> AttendanceView:
    """Who takes part in a session."""
    items = tuple(
        RegistrationView(
            session_id=session.id,
            state="registered",
            company_id=booking.holder,
            organiser_id=session.organiser,
            places=booking.places,
            registered_on=booking.on,
        )
        for booking in session.companies
    )
    candidates = len(session.bookings) - len(items)
    return AttendanceView(items=items, candidates=candidates, waiting=len(session.queue))


def wanted(query: Mapping[str, str]) -> Wanted:
    """What a caller looks for. Raises `Malformed` for a word that is none of ours."""
    for name, choices in _CHOICES.items():
        if query.get(name, choices[0]) not in choices:
            raise Malformed(f"{name} is not one of ours.", remedy=f"Use one of: {', '.join(choices)}.")
    if any(len(query.get(name, "")) > _LONGEST_CODE for name in ("department", "occupation")):
        raise Malformed("This is no code.", remedy="Take codes from GET /vocabulary.")
    return Wanted(**{name: query[name] for name in FILTERS if name in query})


def _cells(view: SessionView) -> Mapping[str, Any]:
    return view.model_dump(mode="json")


SHEET: Final = Sheet(NewSession, told=("id", "version", "state", "places_left"), cells_of=_cells)
"""Sessions as a CSV file: a row is what one `POST` takes."""
