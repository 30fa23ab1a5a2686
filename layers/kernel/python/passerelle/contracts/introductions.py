"""Facts about introductions: one profile and one demand, and what each side answered."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.cards import DemandCard
from passerelle.contracts.matching import Match

Side = Literal["lender", "host"]
EndReason = Literal["declined", "withdrawn", "expired", "obsolete"]


class IntroductionProposed(Event):
    """A match became an introduction that both sides may answer."""

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    demand_id: str
    demand_card: DemandCard
    match: Match
    answer_by: Annotated[str, Field(description="Last day to answer, YYYY-MM-DD.")]


class InterestExpressed(Event):
    """One side is interested; the other has not answered yet."""

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    side: Side
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    host: Annotated[str, Field(description="Tenant of the demand.")]


class IntroductionBecameMutual(Event):
    """Both sides are interested."""

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    demand_id: str
    profile_id: str
    lender: str
    host: str


class IntroductionEnded(Event):
    """The introduction does not proceed. Both companies read the same words, whatever the reason."""

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    demand_id: str
    profile_id: str
    lender: str
    host: str
    reason: EndReason
