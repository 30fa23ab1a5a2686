"""Facts about masked profiles. A card is all they ever carry."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.cards import ProfileCard
from passerelle.contracts.erasure import Erased


class OptInRequested(Event):
    """The lender submitted a profile whose identity is recorded: the employee is to be asked, by his own link."""

    source_slice: ClassVar[str] = "profiles"

    profile_id: str
    person_id: str
    again: Annotated[bool, Field(description="He said yes months ago, and is asked whether that still holds.")] = False


class OptInAccepted(Event):
    """The employee said yes, or said it again when he was asked whether it still holds."""

    source_slice: ClassVar[str] = "profiles"

    profile_id: str
    person_id: str


class ProfilePublished(Event):
    """The employee opted in and a class protects the card: it may be shown. Repeated with a higher sequence when the
    card changes, which makes it coarser and never finer."""

    source_slice: ClassVar[str] = "profiles"
    public_fields: ClassVar[tuple[str, ...]] = ("profile_id",)
    batched: ClassVar[bool] = True

    profile_id: str
    person_id: Annotated[
        str, Field(description="Vault subject; lets documents and notifications ask for a name once lawful.")
    ]
    card: ProfileCard


class ProfileReferred(Event):
    """The employee opted in, but no class protects his card, or none does any more: an adviser mediates by hand.

    The card is the exact one of level 1, for the adviser; hosts are shown nothing.
    """

    source_slice: ClassVar[str] = "profiles"

    profile_id: str
    person_id: str
    card: ProfileCard


class ProfileCardRefined(Event):
    """Both sides of an introduction are interested: its host may read the finer card that the employee accepted.

    It tells no finer a place than the card shown, and is said only where it tells more than that one. What the opt-in
    text keeps hidden (certificates among it) stays hidden.
    """

    source_slice: ClassVar[str] = "profiles"

    profile_id: str
    introduction_id: Annotated[str, Field(description="The one introduction in which the finer card may be read.")]
    card: ProfileCard


class ProfileWithdrawn(Event):
    """The profile is no longer shown, whoever ended it and why: both read the same from outside."""

    source_slice: ClassVar[str] = "profiles"
    public_fields: ClassVar[tuple[str, ...]] = ("profile_id",)
    batched: ClassVar[bool] = True

    profile_id: str


ReviewReason = Literal["order", "never_proposed", "card"]
"""What a volunteer wants a human being to look at again: his place in the order, that nobody is shown his card, or what
his card says."""


class ReviewAsked(Event):
    """A volunteer asks that a human being look again at what the program makes of his card (RGPD art. 22)."""

    source_slice: ClassVar[str] = "profiles"

    profile_id: str
    person_id: str
    reason: ReviewReason
    answer_by: Annotated[date, Field(description="The last day to answer him.")]


class ErasureAsked(Event):
    """A volunteer asks, by his own link, to be forgotten: his profile is known here, he himself in the vault."""

    source_slice: ClassVar[str] = "profiles"

    profile_id: str
    person_id: str


class ProfileErased(Erased, Event):
    """The profile of an erased person is gone; what was begun about any version of it ends."""

    source_slice: ClassVar[str] = "profiles"

    profile_id: Annotated[str | None, Field(description="None when there was no profile of this person.")] = None
    ended_at: Annotated[int, Field(ge=0, description="A version of the profile above all it ever had.")] = 0


class ProfileImportAdvanced(Event):
    """A file of profiles was taken in, or the part before is done: the rows of this part are to be worked on."""

    source_slice: ClassVar[str] = "profiles"

    import_id: str
    part: Annotated[int, Field(ge=0, description="Counted from 0.")]
