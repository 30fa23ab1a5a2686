"""What is kept about those who organise sessions and take places: a company's registrations, a candidate's news."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.sessions.model.offers import FARTHEST_END
from passerelle.problems import Exhausted

REMEMBERED: Final = 2 * FARTHEST_END
"""How long what was said of a candidate is kept after the last news: as long as a session that he is in may lie ahead,
one that is put off once included. Without it his withdrawal would not find his sessions."""
FORGOTTEN_AFTER: Final = timedelta(days=30)
"""How long it is kept that a candidate withdrew, so that what was said before and comes late counts no more."""

MOST_LATELY: Final = 20
"""Sessions that one company may register for within `LATELY`: each tells it who organises, though it withdraws."""
LATELY: Final = timedelta(days=30)


class Registration(BaseModel):
    """A company's places in a session, in the company's own list. Once withdrawn it names nobody else any more."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    company: str
    organiser: Annotated[str | None, Field(description="None once withdrawn.")]
    places: Annotated[int, Field(description="0 once withdrawn.")]
    on: date

    @property
    def withdrawn(self) -> bool:
        """Whether the places were given back."""
        return self.organiser is None

    def without_places(self) -> "Registration":
        """The registration once it is withdrawn."""
        return self.model_copy(update={"organiser": None, "places": 0})


class Lately(BaseModel):
    """The sessions that a company registered for of late, withdrawn ones included, and on which day last."""

    model_config = ConfigDict(frozen=True)

    sessions: Mapping[str, date] = {}

    def after(self, session_id: str, today: date) -> "Lately":
        """Once it registers for this one too. Raises `Exhausted` when it has registered for too many others."""
        others = {one: on for one, on in self.sessions.items() if today - on < LATELY and one != session_id}
        if len(others) >= MOST_LATELY:
            free_on = min(others.values()) + LATELY
            raise Exhausted(
                f"Your company registered for {MOST_LATELY} sessions within {LATELY.days} days.",
                code="registrations-spent",
                remedy=f"Register again from {free_on} on; whom you met so far you may call now.",
                retry_after=int((free_on - today).total_seconds()),
            )
        return Lately(sessions={**others, session_id: today})


class Candidate(BaseModel):
    """What was last said of a candidate, by its sequence: session by session, and when he withdrew."""

    model_config = ConfigDict(frozen=True)

    id: str
    sessions: Mapping[str, int] = {}
    withdrew: int = 0

    def is_news(self, session_id: str, sequence: int) -> bool:
        """Whether nothing later was said of him and this session."""
        return sequence > max(self.withdrew, self.sessions.get(session_id, 0))

    def told(self, session_id: str, sequence: int) -> "Candidate":
        """Once more something about him and a session."""
        return self.model_copy(update={"sessions": {**self.sessions, session_id: sequence}})

    def withdrawn(self, sequence: int) -> "Candidate":
        """Once he took his consent back; the sessions stay until he has left each."""
        return self.model_copy(update={"withdrew": sequence})

    @property
    def last(self) -> int:
        """The sequence of what was said last."""
        return max((self.withdrew, *self.sessions.values()))

    def before(self) -> tuple[str, ...]:
        """The sessions of which he took his leave when he withdrew."""
        return tuple(one for one, sequence in self.sessions.items() if sequence < self.withdrew)

    def forgotten(self) -> "Candidate":
        """Without the sessions that he left."""
        left = {one: sequence for one, sequence in self.sessions.items() if sequence > self.withdrew}
        return self.model_copy(update={"sessions": left})

    @property
    def kept(self) -> timedelta:
        """How long this is kept."""
        return REMEMBERED if self.sessions else FORGOTTEN_AFTER


class Right(StrEnum):
    """Whether an organisation may organise: it may, not for now, or never again."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    GONE = "gone"


class Standing(BaseModel):
    """An organiser's right, as last heard of the companies or the partners slice."""

    model_config = ConfigDict(frozen=True)

    right: Right = Right.ACTIVE
