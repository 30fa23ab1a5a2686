"""A host's demand: from a draft to an open card, and to its end.

Pure. The company is the secret as much as the person, so the card is built field by field in `exact_card`: months
instead of days, an intercommunality instead of a municipality, codes only; the free text stays here (law.md §3.2). What
lenders do read is that card or a coarser one (`passerelle.masking`), kept as `shown` while it may be shown.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.codes import code_faults, municipality_at, occupation_at, skill_at
from passerelle.contracts.cards import DemandCard, ExperienceBand, Shift, ShownExperience, WorkingTime
from passerelle.masking import MOST_HEADCOUNT_SHOWN, Applicant, Step, coarsened_demand, finer, masked_area
from passerelle.nomenclature import Nomenclature
from passerelle.problems import FieldError, Refused

USUAL_MONTHS: Final = (1, 6)
"""Lengths that need no confirmation. Policy of the platform for ordinary loans, not law (law.md §1.1)."""

MOST_MONTHS: Final = 36
"""No regime goes beyond three years (law.md §1.1)."""

FARTHEST_START: Final = timedelta(days=2 * 366)
OPEN_AFTER_START: Final = 1
"""Months after that of its start in which a demand may still be answered."""

Outcome = Literal["filled", "closed", "expired"]


class State(StrEnum):
    """Where a demand stands."""

    DRAFT = "draft"
    OPEN = "open"
    FILLED = "filled"
    CLOSED = "closed"
    EXPIRED = "expired"


class Action(StrEnum):
    """What may be done to a demand."""

    REVISE = "revise"
    OPEN = "open"
    PLACE = "place"
    REFER = "refer"
    FILL = "fill"
    CLOSE = "close"
    EXPIRE = "expire"
    SUSPEND = "suspend"


class Mover(StrEnum):
    """Who does it."""

    HOST = "host"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Transition:
    """One row of the table: where it leads from where (None: it stays), who takes it, and who is told what."""

    target: State | None
    sources: frozenset[State]
    mover: Mover
    told: str


_OPEN = frozenset({State.OPEN})
_ENDED = "lenders: no longer proposed"

TRANSITIONS: Final[dict[Action, Transition]] = {
    Action.REVISE: Transition(
        None, frozenset({State.DRAFT, State.OPEN}), Mover.HOST, "lenders: the new card, when it is open"
    ),
    Action.OPEN: Transition(
        State.OPEN, frozenset({State.DRAFT}), Mover.HOST, "lenders: nothing before the card has its place"
    ),
    Action.PLACE: Transition(
        State.OPEN, _OPEN, Mover.PLATFORM, "lenders: the masked card, as coarse as its class asks"
    ),
    Action.REFER: Transition(State.OPEN, _OPEN, Mover.PLATFORM, "adviser: the card, for mediation; lenders: nothing"),
    Action.FILL: Transition(State.FILLED, _OPEN, Mover.HOST, _ENDED),
    Action.CLOSE: Transition(State.CLOSED, _OPEN, Mover.HOST, _ENDED),
    Action.EXPIRE: Transition(State.EXPIRED, _OPEN, Mover.PLATFORM, _ENDED),
    Action.SUSPEND: Transition(State.CLOSED, _OPEN, Mover.PLATFORM, _ENDED),
}

ENDINGS: Final[dict[State, Outcome]] = {
    State.FILLED: "filled",
    State.CLOSED: "closed",
    State.EXPIRED: "expired",
}


class Need(BaseModel):
    """What the host needs, in codes and dates, and in free text that nobody else reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    occupation: Annotated[str, Field(max_length=5, description="ROME code.", examples=["H2913"])]
    must_skills: Annotated[
        tuple[Annotated[str, Field(max_length=7)], ...],
        Field(max_length=15, description="Codes of skills it cannot do without.", examples=[["100007"]]),
    ] = ()
    wished_skills: Annotated[
        tuple[Annotated[str, Field(max_length=7)], ...],
        Field(max_length=15, description="Codes of skills that help.", examples=[["121159"]]),
    ] = ()
    experience: Annotated[ExperienceBand, Field(description="Years in the occupation, at least.", examples=["3-5"])]
    municipality: Annotated[
        str, Field(max_length=5, description="INSEE code of the place of work. Never shown.", examples=["76351"])
    ]
    start_date: Annotated[
        date, Field(strict=True, description="First day; lenders see the month.", examples=["2027-02-01"])
    ]
    end_date: Annotated[
        date, Field(strict=True, description="Last day; lenders see the month.", examples=["2027-05-28"])
    ]
    working_time: Annotated[WorkingTime, Field(examples=["full_time"])]
    shift: Annotated[Shift, Field(examples=["two_shifts"])]
    headcount: Annotated[int, Field(ge=1, le=50, strict=True, description="How many people.", examples=[2])]
    description: Annotated[
        str,
        Field(max_length=2000, description="The need in your own words. Shown to your company alone.", examples=[""]),
    ] = ""


class LengthConfirmation(BaseModel):
    """That somebody of the host confirmed an unusual length: who, and when."""

    model_config = ConfigDict(frozen=True)

    by: str
    at: datetime


class Demand(BaseModel):
    """The aggregate. Its tenant is the host."""

    model_config = ConfigDict(frozen=True)

    id: str
    tenant: str
    state: State = State.DRAFT
    need: Need
    length_confirmed: LengthConfirmation | None = None
    shown: Annotated[DemandCard | None, Field(description="The card as lenders read it; None when they read none.")] = (
        None
    )
    finest: Annotated[Step, Field(description="The finest step a card may still be shown at: it only grows.")] = (
        Step.EXACT
    )
    with_adviser: Annotated[bool, Field(description="That no class protects the card: an adviser mediates.")] = False

    @property
    def waits_for_class(self) -> bool:
        """Whether the demand is open and no class protects its card yet."""
        return self.state is State.OPEN and self.shown is None


class Standing(BaseModel):
    """Whether the host may look for people, as last heard of the companies slice."""

    model_config = ConfigDict(frozen=True)

    active: bool


def moved(demand: Demand, action: Action, **changes: object) -> Demand:
    """The demand after an action, with further changes. Raises `Refused` when its state does not allow the action."""
    transition = TRANSITIONS[action]
    if demand.state not in transition.sources:
        allowed = " or ".join(sorted(transition.sources))
        raise Refused(f"The demand is {demand.state}.", remedy=f"It has to be {allowed}: read it again first.")
    state = transition.target or demand.state
    return demand.model_copy(update={"state": state, "shown": None, "with_adviser": False, **changes})


def last_day_open(need: Need) -> date:
    """The last day on which a demand is still proposed: the last of its last month, or of the month after that of a
    start nobody came to. Always the last of a month: a card tells months, and so does the day on which it goes."""
    month = min(_month(need.end_date), _month(add_months(need.start_date, OPEN_AFTER_START)))
    return add_months(date.fromisoformat(f"{month}-01"), 1) - timedelta(days=1)


def length_is_usual(need: Need) -> bool:
    """Whether the period lasts from one to six months, from date to date."""
    fewest, most = USUAL_MONTHS
    after_end = need.end_date + timedelta(days=1)
    return add_months(need.start_date, fewest) <= after_end <= add_months(need.start_date, most)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def faults(
    need: Need, nomenclature: Nomenclature, today: date, *, not_before: date, confirmed: bool
) -> list[FieldError]:
    """Everything that is wrong with a need, each with its JSON pointer and what to do.

    `not_before` is the earliest first day: today, or the one an open demand already has. `confirmed` says that an
    unusual length is meant.
    """
    return [
        *_code_faults(need, nomenclature),
        *_skill_faults(need),
        *_start_faults(need, today, not_before),
        *_end_faults(need, today, confirmed),
    ]


def exact_card(demand: Demand, nomenclature: Nomenclature) -> DemandCard:
    """The finest card of level 1, field by field."""
    need = demand.need
    return DemandCard(
        occupation=need.occupation,
        must_skills=tuple(sorted(need.must_skills)),
        wished_skills=tuple(sorted(need.wished_skills)),
        experience=ShownExperience(need.experience.value),
        area=masked_area(need.municipality, nomenclature),
        first_month=_month(need.start_date),
        last_month=_month(need.end_date),
        working_time=need.working_time,
        shift=need.shift,
        headcount=min(need.headcount, MOST_HEADCOUNT_SHOWN),
    )


def finer_card(demand: Demand, nomenclature: Nomenclature) -> DemandCard:
    """The card once both sides are interested: its place is no finer than the one shown, or than its region."""
    exact = exact_card(demand, nomenclature)
    area = demand.shown.area if demand.shown else masked_area(demand.need.municipality, nomenclature, Step.REGION)
    return finer(exact, area, nomenclature)


def applicant(demand: Demand, nomenclature: Nomenclature) -> Applicant:
    """The demand as one that waits for its class, with the cards it may still be shown by."""
    exact, municipality = exact_card(demand, nomenclature), demand.need.municipality
    cards = {step: coarsened_demand(exact, municipality, step, nomenclature) for step in Step if step >= demand.finest}
    return Applicant(demand.id, demand.tenant, cards)


def given_place(demand: Demand, step: Step | None, nomenclature: Nomenclature) -> Demand:
    """The demand once its place is decided: shown at a step, or an adviser's when no step protects it."""
    if step is None:
        return moved(demand, Action.REFER, with_adviser=True)
    card = coarsened_demand(exact_card(demand, nomenclature), demand.need.municipality, step, nomenclature)
    return moved(demand, Action.PLACE, shown=card, finest=step)


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _code_faults(need: Need, nomenclature: Nomenclature) -> list[FieldError]:
    return code_faults(
        [
            occupation_at("/occupation", nomenclature, need.occupation),
            municipality_at("/municipality", nomenclature, need.municipality),
            *(
                skill_at(f"/{name}/{index}", nomenclature, code)
                for name, codes in (("must_skills", need.must_skills), ("wished_skills", need.wished_skills))
                for index, code in enumerate(codes)
            ),
        ]
    )


def _skill_faults(need: Need) -> list[FieldError]:
    seen: set[str] = set()
    found = []
    for name, codes in (("must_skills", need.must_skills), ("wished_skills", need.wished_skills)):
        for index, code in enumerate(codes):
            if code in seen:
                pointer = f"/{name}/{index}"
                found.append(FieldError(pointer, "This skill is asked for twice.", "Ask for it once."))
            seen.add(code)
    return found


def _start_faults(need: Need, today: date, not_before: date) -> list[FieldError]:
    if need.start_date < not_before:
        return [FieldError("/start_date", "This day is past.", "Give today or a later day.")]
    if need.start_date > today + FARTHEST_START:
        return [FieldError("/start_date", "This is more than two years ahead.", "Give an earlier day.")]
    return []


def _end_faults(need: Need, today: date, confirmed: bool) -> list[FieldError]:
    if need.end_date < need.start_date:
        detail, remedy = "The last day comes before the first.", "Give a day on or after start_date."
    elif need.end_date < today:
        detail, remedy = "This day is past.", "Give today or a later day."
    elif need.end_date >= add_months(need.start_date, MOST_MONTHS):
        detail, remedy = "No loan lasts longer than three years.", "Give an earlier day."
    elif not length_is_usual(need) and not confirmed:
        detail = "A loan usually lasts from one to six months."
        remedy = 'Give another day, or send "confirm_length": true if this length is meant.'
    else:
        return []
    return [FieldError("/end_date", detail, remedy)]
