"""Facts about sessions: what is done together, has places and days, and is open to other companies. What everybody may
hear of them names no organiser."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event

SessionKind = Literal["shared_training", "information", "company_visit", "serious_game", "job_fair"]


class SessionOpened(Event):
    """Places are offered to all. Repeated with a higher sequence when what is offered or left of it changes."""

    source_slice: ClassVar[str] = "sessions"
    public_fields: ClassVar[tuple[str, ...]] = ("session_id", "kind")

    session_id: str
    kind: SessionKind
    starts_on: date
    ends_on: date
    municipality: Annotated[str, Field(description="INSEE code.")]
    occupations: Annotated[tuple[str, ...], Field(description="ROME codes it is about, sorted.")]
    places: Annotated[int, Field(ge=1)]
    places_left: Annotated[int, Field(ge=0)]
    register_until: date


class SessionEnded(Event):
    """No place is offered any more. A `SessionOpened` with a higher sequence offers places again."""

    source_slice: ClassVar[str] = "sessions"
    public_fields: ClassVar[tuple[str, ...]] = ("session_id", "outcome")

    session_id: str
    outcome: Literal["cancelled", "over", "hidden"]
    registered: Annotated[
        tuple[str, ...], Field(description="Companies that held places in a session called off: they are told.")
    ] = ()


class PlacesTaken(Event):
    """A company registered for a session: it and the organiser may know whom to call at the other."""

    source_slice: ClassVar[str] = "sessions"

    session_id: str
    organiser_id: Annotated[str, Field(description="A company or a partner.")]
    company_id: str
    session_version: Annotated[int, Field(ge=1, description="Sequence of the session from which on it is registered.")]
    open_until: Annotated[date, Field(description="Last day on which they may, in France.")]


class PlacesGivenBack(Event):
    """A company is registered for a session no more."""

    source_slice: ClassVar[str] = "sessions"

    session_id: str
    organiser_id: str
    company_id: str


class SessionImportAdvanced(Event):
    """A file of sessions was taken in, or the part before is done: the rows of this part are to be worked on."""

    source_slice: ClassVar[str] = "sessions"

    import_id: str
    part: Annotated[int, Field(ge=0, description="Counted from 0.")]
