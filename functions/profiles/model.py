"""A volunteer's profile: from the lender's description to the masked card, and back out of sight.

Pure. The person is an id; who it is, is in the vault alone. What hosts may read is built field by field in
`exact_card`, never by removing fields from the description (law.md §3.2): months instead of days, an intercommunality
instead of a municipality, no certificate, no reference, no lender. What they do read is that card or a coarser one
(`passerelle.masking`), kept in the aggregate as `shown` while it may be shown.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.cards import ExperienceBand, ProfileCard, Shift, ShownExperience, WorkingTime
from passerelle.contracts.desk import ReviewOutcome
from passerelle.contracts.profiles import ReviewReason
from passerelle.masking import Applicant, Step, coarsened_profile, masked_area
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.problems import FieldError, NotFound, Problem, Refused
from passerelle.tokens import digest

LONGEST_AVAILABILITY: Final = timedelta(days=3 * 366)
FARTHEST_START: Final = timedelta(days=2 * 366)


class State(StrEnum):
    """Where a profile stands."""

    DRAFT = "draft"
    AWAITING_OPT_IN = "awaiting_opt_in"
    PUBLISHED = "published"
    WITH_ADVISER = "with_adviser"
    LENT = "lent"
    WITHDRAWN = "withdrawn"


OPTED_IN: Final = frozenset({State.PUBLISHED, State.WITH_ADVISER, State.LENT})
"""The states that rest on the volunteer's yes."""


class Action(StrEnum):
    """What may be done to a profile."""

    REVISE = "revise"
    SUBMIT = "submit"
    ASK = "ask"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    PLACE = "place"
    REFER = "refer"
    LEND = "lend"
    RETURN = "return"
    SUSPEND = "suspend"
    CLOSE = "close"


class Mover(StrEnum):
    """Who does it."""

    LENDER = "lender"
    EMPLOYEE = "employee"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Transition:
    """One row of the table: where it leads, from where, who takes it, and who is told what."""

    target: State
    sources: frozenset[State]
    mover: Mover
    told: str


_UNTIL_WITHDRAWN = frozenset(State) - {State.WITHDRAWN}
_GONE = "lender and hosts: withdrawn, without a reason"

TRANSITIONS: Final[dict[Action, Transition]] = {
    Action.REVISE: Transition(State.DRAFT, frozenset({State.DRAFT}), Mover.LENDER, "nobody"),
    Action.SUBMIT: Transition(State.DRAFT, frozenset({State.DRAFT}), Mover.LENDER, "nobody"),
    Action.ASK: Transition(
        State.AWAITING_OPT_IN, frozenset({State.DRAFT}), Mover.PLATFORM, "the employee alone: his personal link"
    ),
    Action.ACCEPT: Transition(
        State.PUBLISHED,
        frozenset({State.AWAITING_OPT_IN}),
        Mover.EMPLOYEE,
        "lender: published; hosts: nothing before the card has its place",
    ),
    Action.DECLINE: Transition(State.WITHDRAWN, OPTED_IN | {State.AWAITING_OPT_IN}, Mover.EMPLOYEE, _GONE),
    Action.PLACE: Transition(
        State.PUBLISHED,
        frozenset({State.PUBLISHED, State.WITH_ADVISER}),
        Mover.PLATFORM,
        "hosts: the masked card, as coarse as its class asks",
    ),
    Action.REFER: Transition(
        State.WITH_ADVISER,
        frozenset({State.AWAITING_OPT_IN, State.PUBLISHED}),
        Mover.PLATFORM,
        "adviser: the card, for mediation; hosts: nothing",
    ),
    Action.LEND: Transition(
        State.LENT, frozenset({State.PUBLISHED, State.WITH_ADVISER}), Mover.PLATFORM, "other hosts: no longer proposed"
    ),
    Action.RETURN: Transition(State.PUBLISHED, frozenset({State.LENT}), Mover.PLATFORM, "hosts: the masked card"),
    Action.WITHDRAW: Transition(State.WITHDRAWN, _UNTIL_WITHDRAWN, Mover.LENDER, _GONE),
    Action.SUSPEND: Transition(
        State.WITHDRAWN,
        frozenset({State.AWAITING_OPT_IN, State.PUBLISHED, State.WITH_ADVISER}),
        Mover.PLATFORM,
        _GONE,
    ),
    Action.CLOSE: Transition(State.WITHDRAWN, _UNTIL_WITHDRAWN, Mover.PLATFORM, _GONE),
}


class Description(BaseModel):
    """A volunteer as the lender describes him: codes and dates, nothing that names anybody."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    occupation: Annotated[str, Field(max_length=5, description="ROME code.", examples=["H2913"])]
    skills: Annotated[
        tuple[Annotated[str, Field(max_length=7)], ...],
        Field(min_length=1, max_length=30, description="Skill codes.", examples=[["100007"]]),
    ]
    experience: Annotated[ExperienceBand, Field(description="Years in the occupation.", examples=["6-10"])]
    municipality: Annotated[
        str,
        Field(max_length=5, description="INSEE code of where he starts from. Never shown.", examples=["76540"]),
    ]
    radius_km: Annotated[int, Field(ge=5, le=300, strict=True, description="How far he travels, km.", examples=[40])]
    available_from: Annotated[
        date, Field(strict=True, description="First day; hosts see the month.", examples=["2027-01-11"])
    ]
    available_to: Annotated[
        date, Field(strict=True, description="Last day; hosts see the month.", examples=["2027-06-25"])
    ]
    working_time: Annotated[WorkingTime, Field(examples=["full_time"])]
    shifts: Annotated[
        tuple[Shift, ...], Field(min_length=1, max_length=5, description="Patterns he accepts.", examples=[["day"]])
    ]
    reference: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9_\-]{1,40}$",
            description="The lender's own code for him. Shown to the lender alone.",
            examples=["V-12"],
        ),
    ] = None


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


class Link(BaseModel):
    """A personal link, by the digest of its token: whose profile it opens, and until when it takes a first answer."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    profile_id: str
    expires_at: datetime
    digest: Annotated[str, Field(description="Of the token, so that the link is found again from its profile.")] = ""

    def opens(self, profile: Profile, at: datetime) -> bool:
        """Whether the link still works: until it expires, and for as long as the card it published may be withdrawn."""
        return at < self.expires_at or profile.state in OPTED_IN


class Standing(BaseModel):
    """Whether the lender may publish, as last heard of the companies slice."""

    model_config = ConfigDict(frozen=True)

    active: bool


class CardLine(BaseModel):
    """One line of a card in French, as people read it."""

    model_config = ConfigDict(frozen=True)

    field: Annotated[str, Field(description="Name of the card's field.", examples=["experience"])]
    label: Annotated[str, Field(examples=["Expérience"])]
    values: Annotated[tuple[str, ...], Field(examples=[["6 à 10 ans"]])]


class Section(BaseModel):
    """A heading and its paragraphs."""

    model_config = ConfigDict(frozen=True)

    heading: str
    paragraphs: tuple[str, ...]


class OptInText(BaseModel):
    """Everything the volunteer reads before he chooses (law.md §2.7): his card, what stays hidden, and the notice.

    `sha256` freezes it: an acceptance names the text it accepts.
    """

    model_config = ConfigDict(frozen=True)

    wording: Annotated[str, Field(description="Version of the wording.", examples=["opt-in-1"])]
    title: str
    card: tuple[CardLine, ...]
    hidden: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 of the text's canonical JSON, hexadecimal."""
        return digest(self.model_dump_json())


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


def faults(description: Description, nomenclature: Nomenclature, today: date, at: str = "") -> list[FieldError]:
    """Everything that is wrong with a description, each with its JSON pointer below `at` and what to do."""
    return [
        *_code_faults(description, nomenclature, at),
        *_repetitions(f"{at}/skills", description.skills),
        *_repetitions(f"{at}/shifts", description.shifts),
        *_date_faults(description, today, at),
    ]


def rare_skills(description: Description, nomenclature: Nomenclature) -> tuple[str, ...]:
    """The certificates, licences and qualifications among the skills, sorted."""
    return tuple(sorted(code for code in set(description.skills) if nomenclature.skill(code).rare))


def exact_card(profile: Profile, nomenclature: Nomenclature) -> ProfileCard:
    """The finest card of level 1, field by field. A skill not known to be common is left out."""
    said = profile.description
    return ProfileCard(
        occupation=said.occupation,
        skills=tuple(sorted(code for code in set(said.skills) if _is_common(code, nomenclature))),
        experience=ShownExperience(said.experience.value),
        area=masked_area(said.municipality, nomenclature),
        radius_km=said.radius_km,
        available_from=_month(said.available_from),
        available_to=_month(said.available_to),
        working_time=said.working_time,
        shifts=tuple(shift for shift in Shift if shift in said.shifts),
    )


def applicant(profile: Profile, nomenclature: Nomenclature) -> Applicant:
    """The profile as one that waits for its class, with the cards it may still be shown by."""
    exact, municipality = exact_card(profile, nomenclature), profile.description.municipality
    cards = {
        step: coarsened_profile(exact, municipality, step, nomenclature) for step in Step if step >= profile.finest
    }
    return Applicant(profile.id, profile.tenant, cards)


def given_place(profile: Profile, step: Step | None, nomenclature: Nomenclature) -> Profile:
    """The profile once its place is decided: shown at a step, or an adviser's when no step protects it."""
    if step is None:
        return profile if profile.state is State.WITH_ADVISER else moved(profile, Action.REFER)
    exact, municipality = exact_card(profile, nomenclature), profile.description.municipality
    card = coarsened_profile(exact, municipality, step, nomenclature)
    return moved(profile, Action.PLACE, shown=card, finest=step)


def link_not_valid() -> Problem:
    """One answer for every link that does not work: unknown, altered or expired read the same."""
    return NotFound(
        "This link does not work, or no longer.",
        code="link-not-valid",
        remedy="Open the link in the mail you received once more, or ask your employer to have a new one sent to you.",
    )


def _is_common(code: str, nomenclature: Nomenclature) -> bool:
    try:
        return not nomenclature.skill(code).rare
    except UnknownCode:
        return False


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _code_faults(description: Description, nomenclature: Nomenclature, at: str) -> list[FieldError]:
    asked = [
        (f"{at}/occupation", nomenclature.occupation, description.occupation, "occupation", "Use a ROME code"),
        (
            f"{at}/municipality",
            nomenclature.municipality,
            description.municipality,
            "municipality",
            "Use the INSEE code, not the postcode",
        ),
        *(
            (f"{at}/skills/{index}", nomenclature.skill, code, "skill", "Use a skill code")
            for index, code in enumerate(description.skills)
        ),
    ]
    found = []
    for pointer, look_up, code, noun, advice in asked:
        try:
            look_up(code)
        except UnknownCode as unknown:
            near = f"; near ones: {', '.join(unknown.suggestions)}" if unknown.suggestions else ""
            remedy = f"{advice} from GET /vocabulary{near}."
            found.append(FieldError(pointer, f"This {noun} code is not in the nomenclature.", remedy))
    return found


def _repetitions(at: str, values: tuple[str, ...]) -> list[FieldError]:
    return [
        FieldError(f"{at}/{index}", "This one is there twice.", "Remove the repetition.")
        for index, value in enumerate(values)
        if value in values[:index]
    ]


def _date_faults(description: Description, today: date, at: str) -> list[FieldError]:
    first, last = description.available_from, description.available_to
    found = []
    if first < today:
        found.append(FieldError(f"{at}/available_from", "This day is past.", "Give today or a later day."))
    elif first > today + FARTHEST_START:
        found.append(FieldError(f"{at}/available_from", "This is more than two years ahead.", "Give an earlier day."))
    if last < first:
        found.append(
            FieldError(
                f"{at}/available_to", "The last day comes before the first.", "Give a day on or after available_from."
            )
        )
    elif last > first + LONGEST_AVAILABILITY:
        found.append(
            FieldError(f"{at}/available_to", "This is more than three years after the first.", "Give an earlier day.")
        )
    return found
