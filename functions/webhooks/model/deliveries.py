"""How the telling of one notice to one endpoint goes: answers, tries, what lies between them. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

DELAYS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 18 * 60, 24 * 60)
)
"""What lies between two tries of a delivery: ten tries over a little more than three days."""
TRYING: Final = sum(DELAYS, timedelta())
"""How long a delivery is tried at least, before it is given up."""
JITTER: Final = 0.1
"""The share of a delay that chance may add, so that those who failed together do not come back together."""
LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
LEASE: Final = timedelta(minutes=5)
"""How long a delivery handed to the queue is left to it, before the sweep hands it over again."""
KEPT: Final = timedelta(days=30)
"""How long notices, deliveries and tries are kept."""
REPLAYABLE: Final = timedelta(days=14)


class Outcome(StrEnum):
    """A delivery: still owed, taken by the endpoint, or given up after the last try. It can be resent in each."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class Answer(BaseModel):
    """What came of one try: the status, or the code of why there was none; how long it took, in milliseconds."""

    model_config = ConfigDict(frozen=True)

    status: int | None = None
    error: str | None = None
    took_ms: int = 0
    retry_after: timedelta | None = None
    body: Annotated[bytes, Field(exclude=True)] = b""

    @property
    def ok(self) -> bool:
        """Whether the endpoint took the message."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint says that it is there no more."""
        return self.status == 410

    @property
    def asks_for_rest(self) -> bool:
        """Whether the endpoint says when to come back (RFC 9110, 10.2.3)."""
        return self.status in {429, 503} and self.retry_after is not None

    @property
    def rest(self) -> timedelta:
        """How long the endpoint asks to be left alone, a day at most."""
        return min(self.retry_after or timedelta(), LONGEST_RETRY_AFTER)


class Delivery(BaseModel):
    """How the telling of one notice to one endpoint goes. `due` is when it is tried next, while it waits."""

    model_config = ConfigDict(frozen=True)

    endpoint_id: str
    notice_id: str
    outcome: Outcome = Outcome.WAITING
    tries: int = 0
    all_tries: int = 0
    due: datetime | None

    def leased(self, now: datetime) -> "Delivery":
        """Handed to the queue."""
        return self.model_copy(update={"due": now + LEASE})

    def again(self, now: datetime) -> "Delivery":
        """To be told once more from the beginning, whatever became of it: a resend or a replay."""
        return self.model_copy(update={"outcome": Outcome.WAITING, "tries": 0, "due": now})

    def withheld(self) -> "Delivery":
        """Not to be told any more: it lies outside of what the organisation may be told."""
        return self.model_copy(update={"outcome": Outcome.GIVEN_UP, "due": None})

    def after(self, answer: Answer, now: datetime, chance: float) -> "Delivery":
        """Once it was tried. `chance`, 0 to 1, is how much of the jitter is added to the delay."""
        counted = self.model_copy(update={"tries": self.tries + 1, "all_tries": self.all_tries + 1})
        if answer.ok:
            return counted.model_copy(update={"outcome": Outcome.DELIVERED, "due": None})
        if counted.tries > len(DELAYS):
            return counted.model_copy(update={"outcome": Outcome.GIVEN_UP, "due": None})
        delay = DELAYS[counted.tries - 1] * (1 + JITTER * chance)
        if answer.retry_after is not None:
            delay = max(delay, answer.rest)
        return counted.model_copy(update={"due": now + delay})


class Attempt(BaseModel):
    """One line of the delivery log."""

    model_config = ConfigDict(frozen=True)

    number: int
    at: datetime
    answer: Answer


class Replay(BaseModel):
    """A replay under way: which part of the feed is to be told again, and how far it has come.

    After an outage it is of `missed` facts: what was given up is owed again, what was delivered is not.
    """

    model_config = ConfigDict(frozen=True)

    endpoint_id: str
    position: str
    until: str
    missed: bool = False

    def covers(self, outcome: Outcome) -> bool:
        """Whether a delivery with this outcome is to be owed again; one that waits is owed already."""
        return outcome is Outcome.GIVEN_UP or (outcome is Outcome.DELIVERED and not self.missed)
