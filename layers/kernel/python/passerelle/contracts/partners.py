"""Facts about partner organisations: where they act, and what they put into the inbox. Ids and codes, no names."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.base import Event, Programme
from passerelle.contracts.cards import Area, ExperienceBand
from passerelle.contracts.sessions import SessionKind

Outcome = Literal["informed", "preselected", "met", "trained", "hired", "not_hired"]
HiringContract = Literal["CDI", "CDD_6_MONTHS", "CDD", "APPRENTICE", "TEMP"]
"""`CDD_6_MONTHS` is a fixed term of six months or more, which agreements count apart."""


TerritoryLevel = Literal["municipality", "epci", "employment_zone", "department", "region"]
"""From the finest to the coarsest."""


class Territory(BaseModel):
    """A place of any level by its official code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Annotated[TerritoryLevel, Field(examples=["epci"])]
    code: Annotated[str, Field(min_length=1, max_length=9, pattern=r"^[0-9AB]+$", examples=["200010700"])]


class PartnerRecorded(Event):
    """Where an organisation acts: it is told of nothing else. Repeated with a higher sequence when that changes."""

    source_slice: ClassVar[str] = "partners"

    partner_id: str
    programmes: tuple[Programme, ...]
    territories: Annotated[tuple[Territory, ...], Field(description="None: everywhere.")]


class PartnerEnded(Event):
    """An organisation is gone for good: its keys open nothing, its endpoints are told nothing."""

    source_slice: ClassVar[str] = "partners"

    partner_id: str


class InboxDeliveryReceived(Event):
    """A partner's signed delivery is stored, unread: it is to be worked on."""

    source_slice: ClassVar[str] = "partners"

    partner_id: str
    delivery_id: str


class PreselectedCandidateReceived(Event):
    """A partner preselected somebody for an axis of an agreement. Repeated with a higher sequence when he says more."""

    source_slice: ClassVar[str] = "partners"

    candidate_id: Annotated[str, Field(description="Ours: a keyed digest, from which no reference can be read.")]
    partner_id: str
    axis: Annotated[int, Field(ge=1, description="Number of the axis in the agreement.")]
    occupation: Annotated[str, Field(description="ROME code.")]
    skills: Annotated[tuple[str, ...], Field(description="Official skill codes, sorted.")]
    experience: ExperienceBand
    area: Annotated[Area, Field(description="Where the person lives, masked.")]


class CandidateWithdrew(Event):
    """A preselected candidate took his consent back: whoever holds something of him forgets it."""

    source_slice: ClassVar[str] = "partners"

    candidate_id: str
    partner_id: str


class CandidateOutcomeReceived(Event):
    """What became of a preselected candidate, for an axis of an agreement."""

    source_slice: ClassVar[str] = "partners"

    candidate_id: str
    partner_id: str
    axis: Annotated[int, Field(ge=1, description="Number of the axis in the agreement.")]
    outcome: Outcome
    contract: Annotated[HiringContract | None, Field(description="Of somebody who was hired.")] = None


class SessionAnnounced(Event):
    """A partner opens a session. Repeated with a higher sequence when it says anew."""

    source_slice: ClassVar[str] = "partners"

    session_id: Annotated[str, Field(description="Ours: a keyed digest, from which no reference can be read.")]
    partner_id: str
    axis: Annotated[int | None, Field(description="Number of the axis in the agreement.")] = None
    kind: SessionKind
    starts_on: date
    ends_on: date
    municipality: Annotated[str, Field(description="INSEE code: where one meets is no masked thing.")]
    occupations: Annotated[tuple[str, ...], Field(description="ROME codes it is about, sorted.")]
    places: Annotated[int, Field(ge=1, le=500)]
    register_until: date


class SessionCalledOff(Event):
    """A partner's session does not take place."""

    source_slice: ClassVar[str] = "partners"

    session_id: str
    partner_id: str


class CandidateRegistered(Event):
    """A partner's candidate takes a place in a session."""

    source_slice: ClassVar[str] = "partners"

    candidate_id: str
    partner_id: str
    session_id: str
    registered_on: date


class CandidateUnregistered(Event):
    """A partner's candidate gives his place in a session back."""

    source_slice: ClassVar[str] = "partners"

    candidate_id: str
    partner_id: str
    session_id: str
