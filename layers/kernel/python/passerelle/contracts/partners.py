"""Facts about partner organisations: what they put into the inbox. Ids and codes; nobody is named."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.cards import Area, ExperienceBand

Outcome = Literal["informed", "preselected", "met", "trained", "hired", "not_hired"]
HiringContract = Literal["CDI", "CDD_6_MONTHS", "CDD", "APPRENTICE", "TEMP"]
"""`CDD_6_MONTHS` is a fixed term of six months or more, which agreements count apart."""


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
