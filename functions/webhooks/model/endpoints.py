"""Where a partner organisation is told facts: its address, its secrets, its health. Pure."""

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from functions.webhooks.model.deliveries import TRYING, Answer
from functions.webhooks.model.remits import Filters
from passerelle.problems import Exhausted, Refused

PATIENCE: Final = timedelta(days=5)
"""How long an endpoint may fail without one success before it is disabled."""
CIRCUIT_OPENS_AFTER: Final = 5
"""Failures in a row, of whatever deliveries, after which an endpoint is left alone for a while."""
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
"""How long it is left alone, longer each time, before one delivery tries it again."""
OVERLAP: Final = timedelta(hours=24)
"""How long an old secret still signs beside the new one."""
MOST_SECRETS: Final = 10
"""Secrets that sign one message: as many signatures as a receiver has to look at."""
BETWEEN_CHALLENGES: Final = timedelta(seconds=30)
"""What lies between two verifications of an endpoint at least: nobody has us call an address time and again."""
MOST_ENDPOINTS: Final = 20
"""Endpoints of one partner: every one costs a row for each fact."""


class State(StrEnum):
    """An endpoint: not yet shown to be its owner's, told what it asked for, or left alone until verified again."""

    PENDING = "pending"
    ACTIVE = "active"
    DISABLED = "disabled"


Scheme = Literal["hmac", "ed25519"]
Disabled = Literal["gone", "failing", "ended"]


class Sealed(BaseModel):
    """A signing secret under the KMS key, base64; `until` is when a replaced one ends."""

    model_config = ConfigDict(frozen=True)

    text: str
    until: datetime | None = None


class Endpoint(BaseModel):
    """Where a partner organisation is told facts. `secrets` begin with the present one."""

    model_config = ConfigDict(frozen=True)

    id: str
    partner: str
    url: str
    filters: Filters
    scheme: Scheme
    secrets: tuple[Sealed, ...]
    state: State = State.PENDING
    disabled_for: Disabled | None = None

    def rotated(self, fresh: Sealed, now: datetime) -> "Endpoint":
        """With a fresh secret; each one before it signs until its `OVERLAP` is over, as receivers may still have it.

        Raises `Refused` when too many sign already.
        """
        present, *older = self.signing(now)
        if len(older) + 2 > MOST_SECRETS:
            raise Refused("Too many secrets sign already.", code="too-many-secrets", remedy="Try again tomorrow.")
        before = present.model_copy(update={"until": now + OVERLAP})
        return self.model_copy(update={"secrets": (fresh, before, *older)})

    def signing(self, now: datetime) -> tuple[Sealed, ...]:
        """The secrets that sign now."""
        return tuple(one for one in self.secrets if one.until is None or one.until > now)

    def described(self, url: str, filters: Filters) -> "Endpoint":
        """With another address or other filters; another address has to be verified first."""
        moved = {} if url == self.url else {"url": url, "state": State.PENDING, "disabled_for": None}
        return self.model_copy(update={"filters": filters, **moved})

    def verified(self) -> "Endpoint":
        """Its owner answered the challenge."""
        return self.model_copy(update={"state": State.ACTIVE, "disabled_for": None})

    def disabled(self, reason: Disabled) -> "Endpoint":
        """Left alone until its owner verifies it again; what it is owed waits."""
        return self.model_copy(update={"state": State.DISABLED, "disabled_for": reason})


class Registry(BaseModel):
    """Which endpoints an organisation has, in one row: who registers two at once writes the same version twice."""

    model_config = ConfigDict(frozen=True)

    endpoint_ids: tuple[str, ...] = ()

    def entered(self, endpoint_id: str) -> "Registry":
        """With one more. Raises `Refused` when there are as many as there may be."""
        if len(self.endpoint_ids) >= MOST_ENDPOINTS:
            raise Refused(
                f"You have {MOST_ENDPOINTS} endpoints already.",
                code="too-many-endpoints",
                remedy="Remove one that you no longer use, or change its address.",
            )
        return Registry(endpoint_ids=(*self.endpoint_ids, endpoint_id))

    def removed(self, endpoint_id: str) -> "Registry":
        """Without this one."""
        return Registry(endpoint_ids=tuple(one for one in self.endpoint_ids if one != endpoint_id))


class Challenge(BaseModel):
    """When an endpoint was last asked to give a challenge back, and on behalf of which request."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    request: str

    def check_rest(self, now: datetime, request: str) -> None:
        """Raise `Exhausted` when another request asked a moment ago."""
        left = self.at + BETWEEN_CHALLENGES - now
        if request != self.request and left > timedelta():
            raise Exhausted(
                "The endpoint was asked a moment ago.",
                remedy="Wait as long as Retry-After says, then verify again.",
                retry_after=math.ceil(left.total_seconds()),
            )


class Health(BaseModel):
    """How an endpoint has answered of late, and until when its circuit is open."""

    model_config = ConfigDict(frozen=True)

    failures: int = 0
    failing_since: datetime | None = None
    pauses: int = 0
    open_until: datetime | None = None

    def lets_through(self, now: datetime) -> bool:
        """Whether the endpoint may be tried now."""
        return self.open_until is None or self.open_until <= now

    @property
    def is_probing(self) -> bool:
        """Whether only one delivery at a time should try it: its circuit has opened and no success has closed it."""
        return self.open_until is not None

    def after(self, answer: Answer, now: datetime) -> "Health":
        """Once more an answer, or none."""
        if answer.ok:
            return Health()
        failures, pauses, until = self.failures + 1, self.pauses, self.open_until
        if failures >= CIRCUIT_OPENS_AFTER:
            until = now + PAUSES[min(pauses, len(PAUSES) - 1)]
            pauses += 1
        if answer.asks_for_rest:
            asked = now + answer.rest
            until = asked if until is None else max(until, asked)
        since = self.failing_since or now
        return Health(failures=failures, failing_since=since, pauses=pauses, open_until=until)

    def is_beyond_patience(self, now: datetime) -> bool:
        """Whether it has failed for so long that it is to be disabled."""
        return self.failing_since is not None and now - self.failing_since >= PATIENCE

    def has_outlasted_tries(self, now: datetime) -> bool:
        """Whether it has failed for so long that deliveries were given up meanwhile."""
        return self.failing_since is not None and now - self.failing_since >= TRYING
