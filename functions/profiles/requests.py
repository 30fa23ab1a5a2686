"""What callers say to the profiles slice, and what they hear."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from functions.profiles.model.consent import CardLine, Section
from functions.profiles.model.description import Description
from functions.profiles.model.profile import Choice
from functions.profiles.model.states import State
from passerelle.contracts.cards import ProfileCard
from passerelle.contracts.desk import ReviewOutcome
from passerelle.contracts.profiles import ReviewReason
from passerelle.http import Body
from passerelle.sheets import Sheet


class NewProfiles(Body):
    """Several volunteers at once: all are drafted, or none."""

    profiles: Annotated[tuple[Description, ...], Field(min_length=1, max_length=20)]


class RevisedProfile(Body, Description):
    """Another description of a draft; it replaces the whole one."""

    def described(self) -> Description:
        """The description said."""
        return Description.model_validate(self.model_dump())


class Preview(BaseModel):
    """The most that hosts will see, in codes and in words, and what they will not; it may be shown coarser."""

    card: ProfileCard
    shown: tuple[CardLine, ...]
    hidden: Annotated[tuple[str, ...], Field(examples=[["la référence interne de l’employeur"]])]


class ProfileView(BaseModel):
    """A profile as its lender sees it. Who ended it, and why, is not told."""

    id: Annotated[str, Field(examples=["prf_k3v2m4q7wz5x6a2b3c4d"])]
    person_id: Annotated[
        str,
        Field(
            description="Under which the identity goes to the vault: PUT /identities/{person_id}.",
            examples=["per_a2b3c4d5e6f7g2h3i4j5"],
        ),
    ]
    version: Annotated[int, Field(description="The ETag without its quotes.", examples=[1])]
    state: State
    waiting_for: Annotated[
        Literal["submission", "identity", "lender", "employee"] | None,
        Field(
            description="What the next step needs; `lender`: your company may not publish at present.",
            examples=["submission"],
        ),
    ]
    shown: Annotated[
        ProfileCard | None,
        Field(
            description="The card as hosts read it: the previewed one, or a coarser one where that one could only be "
            "about few people; null while they read none.",
            examples=[None],
        ),
    ]
    description: Description


class ProfileList(BaseModel):
    """One page of the lender's profiles."""

    items: tuple[ProfileView, ...]
    cursor: str | None = None


def _cells(view: ProfileView) -> Mapping[str, Any]:
    return view.model_dump(mode="json") | view.description.model_dump(mode="json")


SHEET: Final = Sheet(Description, told=("id", "person_id", "version", "state", "waiting_for"), cells_of=_cells)
"""Profiles as a CSV file: a row is a description."""


class DraftedProfile(BaseModel):
    """A new draft, with what hosts would see of it."""

    id: Annotated[str, Field(examples=["prf_k3v2m4q7wz5x6a2b3c4d"])]
    person_id: Annotated[str, Field(examples=["per_a2b3c4d5e6f7g2h3i4j5"])]
    version: Annotated[int, Field(examples=[1])]
    state: State
    preview: Preview


class DraftedProfiles(BaseModel):
    """The new drafts, in the order they were sent."""

    items: tuple[DraftedProfile, ...]


class OpenedLink(Body):
    """The token of a personal link, from the part of its address behind `#`."""

    token: Annotated[str, Field(max_length=200, description="The token.", examples=["a-token-of-43-characters"])]


class OptInDecision(OpenedLink):
    """The volunteer's word, and the digest of the text he has before him."""

    decision: Choice
    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]


class ReviewWish(OpenedLink):
    """What the volunteer wants a human being to look at again."""

    reason: Annotated[ReviewReason, Field(examples=["never_proposed"])]


class ReviewView(BaseModel):
    """A review as the volunteer himself reads it."""

    reason: ReviewReason
    asked_at: datetime
    answer_by: Annotated[date, Field(description="The last day to answer.", examples=["2026-12-22"])]
    outcome: ReviewOutcome | None
    answered_at: datetime | None
    text: Annotated[
        str, Field(description="Where it stands, in French.", examples=["Un conseiller vous répond avant le 22/12."])
    ]


class OptInStanding(BaseModel):
    """Where the volunteer's card stands, for himself."""

    state: Annotated[
        Literal["undecided", "published", "withdrawn"],
        Field(description="Whether he is being asked, his card is shown, or it is not.", examples=["undecided"]),
    ]
    decided_at: Annotated[datetime | None, Field(description="When he last chose.", examples=[None])]
    confirm_by: Annotated[
        date | None, Field(description="Until when he may say that his yes still holds; null unless he is asked.")
    ] = None
    review: ReviewView | None = None


class OptInOffer(OptInStanding):
    """What the volunteer reads before he chooses."""

    title: str
    card: tuple[CardLine, ...]
    hidden: tuple[str, ...]
    sections: tuple[Section, ...]
    wording: Annotated[str, Field(examples=["opt-in-1"])]
    text_sha256: Annotated[str, Field(description="Names this exact text in the decision.", examples=["0" * 64])]


class ErasureUnderWay(BaseModel):
    """That somebody's own wish to be forgotten is being carried out; nothing about him is repeated."""

    message: Annotated[
        str, Field(description="In French, to be shown.", examples=["Vos données sont en cours d’effacement."])
    ] = "Vos données sont en cours d’effacement. Cela prend quelques minutes, et n’a aucune conséquence pour vous."
