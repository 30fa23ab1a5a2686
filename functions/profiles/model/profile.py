"""The aggregate: a profile, and what the lender, the volunteer, the platform and an adviser make of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from functions.profiles.model.description import Description, rare_skills
from functions.profiles.model.states import OPTED_IN, TRANSITIONS, Action, State
from passerelle.contracts.cards import ProfileCard
from passerelle.contracts.desk import ReviewOutcome
from passerelle.contracts.profiles import ReviewReason
from passerelle.masking import Step
from passerelle.nomenclature import Nomenclature
from passerelle.problems import Refused


class Choice(StrEnum):
    """The volunteer's word on the publication of his card."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Decision(BaseModel):
    """What the volunteer chose, when, and the SHA-256 of the text he had before him."""

    model_config = ConfigDict(frozen=True)

    choice: Choice
    at: datetime
    text_sha256: str


class Review(BaseModel):
    """That the volunteer wants a human being to look again at what the program makes of his card (RGPD art. 22)."""

    model_config = ConfigDict(frozen=True)

    reason: ReviewReason
    asked_at: datetime
    answer_by: Annotated[date, Field(description="The last day to answer him.")]
    outcome: ReviewOutcome | None = None
    answered_at: datetime | None = None


class Evidence(BaseModel):
    """What stays of an erased volunteer: that he was asked, and what he chose."""

    model_config = ConfigDict(frozen=True)

    decisions: tuple[Decision, ...]
    until: date


class Profile(BaseModel):
    """The aggregate. Its tenant is the lender."""

    model_config = ConfigDict(frozen=True)

    id: str
    tenant: str
    person_id: str
    state: State = State.DRAFT
    description: Description
    certificates: Annotated[
        tuple[str, ...], Field(description="Rare skills he holds: kept for later levels, not on the card.")
    ] = ()
    submitted: bool = False
    identity_recorded: bool = False
    decisions: tuple[Decision, ...] = ()
    confirm_by: Annotated[
        date | None, Field(description="Until when he may say that his yes still holds; None unless he is asked.")
    ] = None
    review: Review | None = None
    shown: Annotated[ProfileCard | None, Field(description="The card as hosts read it; None when they read none.")] = (
        None
    )
    finest: Annotated[Step, Field(description="The finest step a card may still be shown at: it only grows.")] = (
        Step.EXACT
    )

    @property
    def waits_for_class(self) -> bool:
        """Whether the volunteer said yes and no class protects his card yet."""
        return self.state in (State.PUBLISHED, State.WITH_ADVISER) and self.shown is None

    @property
    def ready_to_ask(self) -> bool:
        """Whether nothing but the volunteer's own word is missing."""
        return self.state is State.DRAFT and self.submitted and self.identity_recorded


def new_profile(id: str, tenant: str, person_id: str, description: Description, nomenclature: Nomenclature) -> Profile:
    """A draft from a description that has been checked."""
    return Profile(
        id=id,
        tenant=tenant,
        person_id=person_id,
        description=description,
        certificates=rare_skills(description, nomenclature),
    )


def moved(profile: Profile, action: Action, **changes: object) -> Profile:
    """The profile after an action, with further changes. Raises `Refused` when its state does not allow the action."""
    transition = TRANSITIONS[action]
    if profile.state not in transition.sources:
        allowed = " or ".join(sorted(transition.sources))
        raise Refused(f"The profile is {profile.state}.", remedy=f"It has to be {allowed}: read it again first.")
    return profile.model_copy(update={"state": transition.target, "shown": None, **changes})


def revised(profile: Profile, description: Description, nomenclature: Nomenclature) -> Profile:
    """The draft with another description. Raises `Refused` once the volunteer has been asked."""
    return moved(profile, Action.REVISE, description=description, certificates=rare_skills(description, nomenclature))


def decided(profile: Profile, choice: Choice, text_sha256: str, at: datetime) -> Profile:
    """The profile after the volunteer's word.

    The same word again changes nothing, unless he was asked whether his yes still holds. A no is taken at any time,
    however it is put; a yes only while he is being asked. Raises `Refused` for a yes that comes after an end, or after
    the period offered.
    """
    word = Decision(choice=choice, at=at, text_sha256=text_sha256)
    if choice is Choice.ACCEPT:
        if profile.state in OPTED_IN:
            return profile if profile.confirm_by is None else confirmed(profile, word)
        if profile.state is State.WITHDRAWN:
            raise Refused(
                "The profile was withdrawn; a withdrawal is final.",
                code="profile-withdrawn",
                remedy="If you changed your mind, ask your employer to propose you again.",
            )
        if profile.description.available_to < at.date():
            raise Refused(
                "The period offered is over.", code="period-over", remedy="Ask your employer to propose you again."
            )
        return moved(profile, Action.ACCEPT, decisions=(*profile.decisions, word))
    if profile.state is State.WITHDRAWN:
        return profile
    return moved(profile, Action.DECLINE, decisions=(*profile.decisions, word))


def confirmed(profile: Profile, word: Decision) -> Profile:
    """The profile whose volunteer said that his yes still holds."""
    return profile.model_copy(update={"decisions": (*profile.decisions, word), "confirm_by": None})


def under_review(profile: Profile, reason: ReviewReason, at: datetime, answer_by: date) -> Profile:
    """The profile once its volunteer asked for a human being; while one is asked for, asking again changes nothing.

    Raises `Refused` for a card that no program ranks.
    """
    if profile.state not in OPTED_IN:
        raise Refused(
            "The card is not shown: there is nothing to look at again.",
            code="nothing-to-review",
            remedy="Say first whether your card may be shown.",
        )
    if profile.review is not None and profile.review.outcome is None:
        return profile
    return profile.model_copy(update={"review": Review(reason=reason, asked_at=at, answer_by=answer_by)})


def reviewed(profile: Profile, outcome: ReviewOutcome, at: datetime) -> Profile:
    """The profile once an adviser answered its volunteer; an answer to nothing changes nothing."""
    if profile.review is None or profile.review.outcome is not None:
        return profile
    answered = profile.review.model_copy(update={"outcome": outcome, "answered_at": at})
    return profile.model_copy(update={"review": answered})
