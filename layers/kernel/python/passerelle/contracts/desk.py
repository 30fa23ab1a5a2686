"""Facts about the adviser's desk: two companies are approached in person about two cards that cannot be shown."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.erasure import Erased


class ApproachOpened(Event):
    """An adviser approaches both sides of a pair: until this is over he may know whom to call at the two companies."""

    source_slice: ClassVar[str] = "desk"

    approach_id: str
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    host: Annotated[str, Field(description="Tenant of the demand.")]
    open_until: Annotated[date, Field(description="Last day of the approach, in France.")]


class ApproachClosed(Event):
    """The approach is over, whatever it came to: nobody is told who said what."""

    source_slice: ClassVar[str] = "desk"

    approach_id: str
    lender: str
    host: str


ReviewOutcome = Literal["upheld", "card_to_correct", "taken_in_hand"]
"""What an adviser found: the order is right, the card says something wrong, or he looks for hosts himself."""


class ReviewAnswered(Event):
    """An adviser looked again at what a volunteer asked about; his employer is told neither question nor answer."""

    source_slice: ClassVar[str] = "desk"

    profile_id: str
    person_id: str
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    outcome: ReviewOutcome


class DeskErased(Erased, Event):
    """An erased person waits at no desk: his card, what advisers noted of it and what was agreed about it are gone."""

    source_slice: ClassVar[str] = "desk"


class MediationAgreed(Event):
    """Both sides said yes to an adviser: the pair goes on as one in which both are interested.

    The cards are those of level 1 that each side was told about, as of these versions of profile and demand.
    """

    source_slice: ClassVar[str] = "desk"

    approach_id: str
    profile_id: str
    demand_id: str
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    host: Annotated[str, Field(description="Tenant of the demand.")]
    person_id: Annotated[str, Field(description="Vault subject of the profile.")]
    profile_card: ProfileCard
    demand_card: DemandCard
    profile_sequence: Annotated[int, Field(ge=1, description="Version of the profile that this is about.")]
    demand_sequence: Annotated[int, Field(ge=1, description="Version of the demand that this is about.")]
    adviser: Annotated[str, Field(description="User id of the adviser who recorded the second yes.")]
