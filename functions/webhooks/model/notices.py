"""Public facts as partners read them, and where the things are that they speak of. Pure.

A notice is ids and codes, never a tenant, never a card. Whatever would link the things of one company is blinded:
correlation and causation are digests that hold within one resource, and facts that are told in batches bear the day
alone.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, get_args

from pydantic import BaseModel, ConfigDict

from passerelle.contracts import Envelope, Event
from passerelle.contracts.agreements import AgreementEnded
from passerelle.contracts.demands import DemandClosed
from passerelle.contracts.partners import TerritoryLevel
from passerelle.contracts.profiles import ProfileWithdrawn
from passerelle.contracts.sessions import SessionEnded

SETTLED: Final = timedelta(seconds=60)
"""How far behind the present the feed ends: whoever writes an older position has ended by then."""
BATCH_AT: Final = time(4, 0)
"""When batched facts of the day before are told, UTC."""
LEVELS: Final = get_args(TerritoryLevel)
"""The levels of areas, from the finest to the coarsest."""
ENDS: Final = frozenset(kind.__name__ for kind in (ProfileWithdrawn, DemandClosed, AgreementEnded, SessionEnded))
"""Facts after which nothing is told of a thing, unless it begins again; they tell no place themselves."""
TEST_TYPE: Final = "EndpointTest"
CHALLENGE_TYPE: Final = "EndpointVerification"
Areas = frozenset[tuple[str, str]]
"""What one municipality lies in: areas as level and code."""


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
    def departments(self) -> frozenset[str]:
        """The départements among its places: one at most, but for the end of what was in several."""
        return frozenset(one.partition(":")[2] for one in self.places if one.startswith("department:"))


class Resource(Placed):
    """The latest public fact about one thing, which is what the snapshot says of it, and where the thing is by the
    latest fact that told it: a card that became coarser is nowhere finer any more. `placed_at` is that fact's sequence.

    `ever` are all the places that it was told by: whoever could learn of it there, from a message, the feed or the
    snapshot, is told of its end too, wherever it is by then.
    """

    placed_at: int = 0
    ever: tuple[str, ...] = ()

    def after(self, news: Placed) -> "Resource":
        """Once more a fact about it, in whatever order they come."""
        told = news if news.places and news.notice.sequence >= self.placed_at else None
        return Resource(
            notice=max(self.notice, news.notice, key=lambda one: one.sequence),
            places=told.places if told else self.places,
            placed_at=told.notice.sequence if told else self.placed_at,
            ever=tuple(sorted({*self.ever, *told.places})) if told else self.ever,
        )

    @property
    def has_ended(self) -> bool:
        """Whether the latest fact is an end: it says id and outcome only."""
        return self.notice.type in ENDS

    def placing(self, notice: Notice) -> Placed:
        """A notice about it with the places it is told by: where it is, and of an end wherever it was."""
        return Placed(notice=notice, places=self.ever if notice.type in ENDS else self.places)


class Held(Placed):
    """A fact that waits for its batch."""

    until: datetime


class Entry(Placed):
    """A notice in an endpoint's feed, at the position that sorts it there."""

    position: str


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


def listed_as(subject: str) -> str:
    """Where a resource stands in the snapshot: by a digest, so that a cursor tells no id of what is not shown."""
    return hashlib.sha256(subject.encode()).hexdigest()


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
