"""What partners are told and how it goes: remits, endpoints, their filters and circuits, notices, deliveries, tries.

Pure. A notice is a public fact as partners read it: ids and codes, never a tenant, never a card. Whatever would link
the things of one company is blinded: correlation and causation are digests that hold within one resource, and facts
that are told in batches bear the day alone.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts import Envelope, Event
from passerelle.contracts.partners import TerritoryLevel
from passerelle.problems import Refused

DELAYS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 18 * 60, 24 * 60)
)
"""What lies between two tries of a delivery: ten tries over a little more than three days."""
JITTER: Final = 0.1
"""The share of a delay that chance may add, so that those who failed together do not come back together."""
LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
PATIENCE: Final = timedelta(days=5)
"""How long an endpoint may fail without one success before it is disabled."""
CIRCUIT_OPENS_AFTER: Final = 5
"""Failures in a row, of whatever deliveries, after which an endpoint is left alone for a while."""
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
"""How long it is left alone, longer each time, before one delivery tries it again."""
LEASE: Final = timedelta(minutes=5)
"""How long a delivery handed to the queue is left to it, before the sweep hands it over again."""
OVERLAP: Final = timedelta(hours=24)
"""How long an old secret still signs beside the new one."""
MOST_SECRETS: Final = 10
"""Secrets that sign one message: as many signatures as a receiver has to look at."""
MOST_ENDPOINTS: Final = 20
"""Endpoints of one partner: every one costs a row for each fact."""
KEPT: Final = timedelta(days=30)
"""How long notices, deliveries and tries are kept."""
REPLAYABLE: Final = timedelta(days=14)
SETTLED: Final = timedelta(seconds=60)
"""How far behind the present the feed ends: whoever writes an older position has ended by then."""
BATCH_AT: Final = time(4, 0)
"""When batched facts of the day before are told, UTC."""
LEVELS: Final = get_args(TerritoryLevel)
"""The levels of areas, from the finest to the coarsest."""
TEST_TYPE: Final = "EndpointTest"
CHALLENGE_TYPE: Final = "EndpointVerification"


class State(StrEnum):
    """An endpoint: not yet shown to be its owner's, told what it asked for, or left alone until verified again."""

    PENDING = "pending"
    ACTIVE = "active"
    DISABLED = "disabled"


class Outcome(StrEnum):
    """A delivery: still owed, taken by the endpoint, or given up after the last try. It can be resent in each."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


Areas = frozenset[tuple[str, str]]
"""What one municipality lies in: areas as level and code."""
Scheme = Literal["hmac", "ed25519"]
Disabled = Literal["gone", "failing", "ended"]


class Filters(BaseModel):
    """What an endpoint asks for. Empty means all; what has no place passes only where no territory is named."""

    model_config = ConfigDict(frozen=True)

    types: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()

    def admit(self, placed: "Placed") -> bool:
        """Whether the endpoint asks to be told this."""
        return (not self.types or placed.notice.type in self.types) and self.admit_place(placed)

    def admit_place(self, placed: "Placed") -> bool:
        """Whether programme and territory are among those asked for."""
        return (not self.programmes or placed.notice.programme in self.programmes) and (
            not self.territories or placed.territory in self.territories
        )


class Remit(BaseModel):
    """What a partner organisation may be told, whatever its endpoints ask for: its programmes and territories.

    `territories` are areas of any level as `level:code`; without any it acts everywhere. What is not known to lie
    whole in one of them is not told. Of who is not recorded, or has ended, there is no programme. `sequence` is that of
    the fact it is from.
    """

    model_config = ConfigDict(frozen=True)

    partner: str
    programmes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    ended: bool = False
    sequence: int = 0

    def admits(self, placed: "Placed") -> bool:
        """Whether the organisation may be told this; a test of its own endpoint as long as it has not ended."""
        if placed.notice.type == TEST_TYPE:
            return not self.ended
        return placed.notice.programme in self.programmes and (
            not self.territories or not set(self.territories).isdisjoint(placed.places)
        )


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

    def after(self, answer: "Answer", now: datetime) -> "Health":
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


class Notice(BaseModel):
    """A public fact as partners read it; its JSON is the body of every delivery, byte for byte."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    version: int
    occurred_at: datetime
    correlation_id: str
    causation_id: str
    programme: str
    territory: str | None
    subject: str
    sequence: int
    data: dict[str, Any]

    @property
    def body(self) -> bytes:
        """What is signed and sent."""
        return self.model_dump_json().encode()


class Placed(BaseModel):
    """A notice, and where the thing is that it speaks of: every area that holds it whole, as `level:code`."""

    model_config = ConfigDict(frozen=True)

    notice: Notice
    places: tuple[str, ...] = ()

    @property
    def territory(self) -> str | None:
        """The département, or None when it is not known or there are several."""
        return territory_of(self.places)


class Resource(Placed):
    """The latest public fact about one thing, which is what the snapshot says of it, and where the thing is by the
    latest fact that told it: a card that became coarser is nowhere finer any more. `placed_at` is that fact's sequence.

    `told` are the endpoints into whose feeds a fact about it was entered, and all the places it was told by: they are
    told of its end too, wherever it is by then.
    """

    placed_at: int = 0
    told: dict[str, tuple[str, ...]] = {}

    def after(self, news: Placed) -> "Resource":
        """Once more a fact about it, in whatever order they come."""
        told = news if news.places and news.notice.sequence >= self.placed_at else None
        return Resource(
            notice=max(self.notice, news.notice, key=lambda one: one.sequence),
            places=told.places if told else self.places,
            placed_at=told.notice.sequence if told else self.placed_at,
            told=self.told,
        )

    def having_told(self, endpoint_id: str, places: tuple[str, ...]) -> "Resource":
        """Once a fact about it was entered into an endpoint's feed, by these places."""
        before = self.told.get(endpoint_id, ())
        return self.model_copy(update={"told": self.told | {endpoint_id: tuple(sorted({*before, *places}))}})

    @property
    def has_ended(self) -> bool:
        """Whether the latest fact tells no place itself, as an end does: it says id and outcome only."""
        return self.notice.sequence > self.placed_at

    def ways_to(self, endpoint_id: str, notice: Notice, *, is_end: bool) -> tuple[Placed, ...]:
        """By which places an endpoint may be told a notice about it: where it is, and of an end where it was when the
        endpoint was told before."""
        here = Placed(notice=notice, places=self.places)
        before = self.told.get(endpoint_id) if is_end else None
        return (here,) if before is None else (here, Placed(notice=notice, places=before))


class Held(Placed):
    """A fact that waits for its batch."""

    until: datetime


class Entry(Placed):
    """A notice in an endpoint's feed, at the position that sorts it there."""

    position: str


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
    """A replay under way: which part of the feed is to be told again, and how far it has come."""

    model_config = ConfigDict(frozen=True)

    endpoint_id: str
    position: str
    until: str


def notice_of(envelope: Envelope, kind: type[Event], territory: str | None) -> Notice:
    """The fact as partners read it: only the fields declared public, and nothing that links two resources."""
    at = envelope.occurred_at.astimezone(UTC)
    return Notice(
        id=envelope.id,
        type=envelope.type,
        version=envelope.version,
        occurred_at=datetime.combine(at.date(), time(), UTC) if kind.batched else at,
        correlation_id=_blinded("cor", envelope.correlation_id, envelope.subject),
        causation_id=_blinded("cau", envelope.causation_id, envelope.subject),
        programme=envelope.programme,
        territory=territory,
        subject=envelope.subject,
        sequence=envelope.sequence,
        data={name: envelope.data[name] for name in kind.public_fields},
    )


def batch_after(moment: datetime) -> datetime:
    """When facts of this moment are told, if they are told in batches."""
    today = datetime.combine(moment.astimezone(UTC).date(), BATCH_AT, UTC)
    return today if moment < today else today + timedelta(days=1)


def position_of(moment: datetime, notice_id: str = "") -> str:
    """Where a notice entered at this moment stands in a feed; without an id, where the moment begins."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')}#{notice_id}"


def places_of(area: tuple[str, str], municipalities: Iterable[Areas]) -> tuple[str, ...]:
    """This area `(level, code)` and every coarser one that holds all of it, as `level:code`, sorted.

    `municipalities` are each the areas that one lies in.
    """
    inside = [areas for areas in municipalities if area in areas]
    common = frozenset.intersection(*inside) if inside else frozenset[tuple[str, str]]()
    coarser = LEVELS[LEVELS.index(area[0]) + 1 :]
    held_by = {area} | {one for one in common if one[0] in coarser}
    return tuple(sorted(f"{level}:{code}" for level, code in held_by))


def territory_of(places: Iterable[str]) -> str | None:
    """The département among these places, or None."""
    return next((place.partition(":")[2] for place in places if place.startswith("department:")), None)


def _blinded(prefix: str, cause: str, subject: str) -> str:
    return f"{prefix}_{hashlib.sha256(f'{subject}|{cause}'.encode()).hexdigest()[:20]}"
