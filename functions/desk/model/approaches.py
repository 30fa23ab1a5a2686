"""An approach: an adviser speaks to the two companies of a pair, and records what each of them says.

Two yeses make the pair go on; one no ends it, and nobody is told whose it was. The transition table is data. The id
follows from the pair, so that nobody is bothered twice about the same one unless the first time came to nothing.
"""

import base64
import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.desk.model.cards import Card
from passerelle.contracts.introductions import Side
from passerelle.problems import Refused

Said = Literal["yes", "no"]
How = Literal["phone", "visit", "mail"]

DAYS_OPEN: Final = 30
_ID_LENGTH: Final = 20


class State(StrEnum):
    """Where an approach stands."""

    OPEN = "open"
    LENDER_AGREED = "lender_agreed"
    HOST_AGREED = "host_agreed"
    AGREED = "agreed"
    DECLINED = "declined"
    LAPSED = "lapsed"


class Step(StrEnum):
    """What moves an approach: what a side said, or that a card left, or time."""

    LENDER_YES = "lender_yes"
    HOST_YES = "host_yes"
    LENDER_NO = "lender_no"
    HOST_NO = "host_no"
    LAPSE = "lapse"


STANDING: Final = frozenset({State.OPEN, State.LENDER_AGREED, State.HOST_AGREED})
"""The states in which an answer is awaited."""

TRANSITIONS: Final[dict[Step, dict[State, State]]] = {
    Step.LENDER_YES: {State.OPEN: State.LENDER_AGREED, State.HOST_AGREED: State.AGREED},
    Step.HOST_YES: {State.OPEN: State.HOST_AGREED, State.LENDER_AGREED: State.AGREED},
    Step.LENDER_NO: dict.fromkeys(STANDING, State.DECLINED),
    Step.HOST_NO: dict.fromkeys(STANDING, State.DECLINED),
    Step.LAPSE: dict.fromkeys(STANDING, State.LAPSED),
}
"""What each step makes of each state; a state that is not named does not take the step."""

_STEPS: Final[dict[tuple[Side, Said], Step]] = {
    ("lender", "yes"): Step.LENDER_YES,
    ("host", "yes"): Step.HOST_YES,
    ("lender", "no"): Step.LENDER_NO,
    ("host", "no"): Step.HOST_NO,
}


class Recorded(BaseModel):
    """What a side said to an adviser, how and when, and who wrote it down."""

    model_config = ConfigDict(frozen=True)

    side: Annotated[Side, Field(examples=["host"])]
    answer: Annotated[Said, Field(examples=["yes"])]
    how: Annotated[How, Field(examples=["phone"])]
    on: Annotated[date, Field(description="The day it was said.", examples=["2026-11-22"])]
    adviser: Annotated[str, Field(description="User id of whoever recorded it.", examples=["usr_4f2c"])]
    recorded_at: Annotated[datetime, Field(examples=["2026-11-22T09:30:00Z"])]


class Approach(BaseModel):
    """The aggregate."""

    model_config = ConfigDict(frozen=True)

    id: str
    state: State = State.OPEN
    profile_id: str
    demand_id: str
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    host: Annotated[str, Field(description="Tenant of the demand.")]
    opened_by: str
    opened_on: date
    until: Annotated[date, Field(description="The last day on which an answer is recorded.")]
    note: Annotated[str | None, Field(description="For other advisers; it names nobody.")] = None
    answers: tuple[Recorded, ...] = ()

    def on(self, today: date) -> "Approach":
        """It as it stands on a day: after its last one, an answer that never came is no longer awaited."""
        return self.lapsed() if self.state in STANDING and today > self.until else self

    def lapsed(self) -> "Approach":
        """It once one of its cards left, or its time is over; what has ended stays as it is."""
        return self.model_copy(update={"state": TRANSITIONS[Step.LAPSE].get(self.state, self.state)})

    def with_answer(self, said: Recorded) -> "Approach":
        """It once a side said this; the same word again changes nothing. Raises `Refused` once it is closed."""
        latest = next((one for one in reversed(self.answers) if one.side == said.side), None)
        if latest is not None and latest.answer == said.answer and self.state is not State.LAPSED:
            return self
        target = TRANSITIONS[_STEPS[said.side, said.answer]].get(self.state)
        if target is None:
            raise Refused(
                "This approach is closed: no more answers are recorded.",
                code="approach-closed",
                remedy="Look at the queue: the card may suit another one.",
            )
        return self.model_copy(update={"state": target, "answers": (*self.answers, said)})


def approach_id(profile_id: str, demand_id: str) -> str:
    """The one id of a pair: 100 bits of its SHA-256."""
    digest = hashlib.sha256(f"approach|{profile_id}|{demand_id}".encode()).digest()
    return f"apr_{base64.b32encode(digest).decode().lower()[:_ID_LENGTH]}"


def new_approach(profile: Card, demand: Card, *, by: str, today: date, note: str | None) -> Approach:
    """A new approach of a pair, open for thirty days."""
    return Approach(
        id=approach_id(profile.id, demand.id),
        profile_id=profile.id,
        demand_id=demand.id,
        lender=profile.tenant,
        host=demand.tenant,
        opened_by=by,
        opened_on=today,
        until=today + timedelta(days=DAYS_OPEN),
        note=note,
    )


def check_approachable(profile: Card, demand: Card) -> None:
    """Raise `Refused` for a pair that is no adviser's to mediate, or of one company."""
    if not (profile.with_adviser or demand.with_adviser):
        raise Refused(
            "Both cards are shown: the two companies meet without an adviser.",
            code="not-at-the-desk",
            remedy="Choose a pair of which one card at least waits at the desk.",
        )
    if profile.tenant == demand.tenant:
        raise companies_apart()


def companies_apart() -> Refused:
    """The answer for two companies that cannot meet, whatever the reason."""
    return Refused(
        "These two companies cannot be introduced.", code="companies-apart", remedy="Choose another candidate."
    )
