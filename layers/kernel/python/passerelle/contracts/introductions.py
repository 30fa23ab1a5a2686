"""Facts about introductions: one profile and one demand, and what each side answered."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.erasure import Erased, Pair
from passerelle.contracts.matching import Match
from passerelle.contracts.terms import TermSheet

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
    demand_id: str | None = None
    profile_id: str | None = None


class IntroductionBecameMutual(Event):
    """Both sides are interested."""

    source_slice: ClassVar[str] = "introductions"
    public_fields: ClassVar[tuple[str, ...]] = ("introduction_id",)

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


class RefusalExplained(Event):
    """A company refused, and why: for the decision log alone; `IntroductionEnded` says neither to anybody."""

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    demand_id: str
    profile_id: str
    side: Side
    refusal: Annotated[str, Field(description="Code of the reason.")]


class IntroductionReminded(Event):
    """A side has not answered for 3, 7 or 15 days."""

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    waiting_for: Annotated[tuple[str, ...], Field(description="Tenants that have not answered.")]
    days: int


class TermSheetReady(Event):
    """One side wrote the blind term sheet, or changed it: earlier signatures are void, its papers are to be made.

    All of it is masked: cards, terms and dates; the two tenants say who may read, and are printed nowhere.
    """

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    host: Annotated[str, Field(description="Tenant of the demand.")]
    sha256: Annotated[str, Field(description="Of the term sheet as canonical JSON: what is signed.")]
    terms: TermSheet
    profile_card: ProfileCard
    demand_card: DemandCard
    earliest_start: Annotated[date | None, Field(description="First lawful day, where it can be told.")] = None
    proposed_by: Annotated[Side | None, Field(description="The side that wrote it; the other is told.")] = None


class EmployeeGoRequested(Event):
    """The term sheet waits for the employee's go: he is to be asked, by his own link.

    A fact about the lender's row: the envelope's tenant is the one under which his identity is kept.
    """

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    person_id: str
    sha256: str


class IntroductionDisclosed(Event):
    """The third signature was given: both companies and the employee may now learn each other's identity."""

    source_slice: ClassVar[str] = "introductions"

    introduction_id: str
    demand_id: str
    profile_id: str
    person_id: str
    lender: str
    host: str
    terms: TermSheet
    sha256: Annotated[str, Field(description="Of the term sheet that all three signed.")]
    disclosed_at: datetime


class IntroductionsErased(Erased, Event):
    """The introductions of an erased person ended, and say nothing of him any more."""

    source_slice: ClassVar[str] = "introductions"

    pairs: tuple[Pair, ...] = ()
