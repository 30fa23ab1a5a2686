"""An event row on its way to the bus: where it is kept, what is published of it, and whether it can be at all.

Pure. A row that can never be published is told apart from one that could not be this time: it must hold up no other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError

from passerelle.contracts import Envelope

LARGEST_ENTRY: Final = 256 * 1024
"""What one entry, and all entries of one call together, may weigh in bytes (EventBridge quotas, PutEvents)."""
MOST_ENTRIES: Final = 10
"""How many entries one call may hold (EventBridge quotas, PutEvents)."""
SWEPT_AFTER: Final = timedelta(minutes=1)
"""How long a row is left to the stream before the sweep takes it up."""


class TableUnavailable(Exception):
    """A table did not answer; later it may. The text is an error code, nothing else."""


class Incomplete(Exception):
    """Some rows could not be published this time: the run counts as failed, so that somebody is told."""


@dataclass(frozen=True)
class Place:
    """Where an event row is kept."""

    table: str
    pk: str
    sk: str


@dataclass(frozen=True)
class Entry:
    """One event row ready for the bus. `detail` is the envelope's JSON, as written by the slice that emitted it."""

    place: Place
    event_id: str
    source: str
    detail_type: str
    detail: str
    occurred_at: datetime

    @property
    def weight(self) -> int:
        """Its size as EventBridge counts it, in bytes."""
        return sum(len(part.encode()) for part in (self.source, self.detail_type, self.detail))


@dataclass(frozen=True)
class Hopeless:
    """A row that can never be published, and why: a code, no content."""

    place: Place
    reason: str


def is_event_row(item: Mapping[str, Any]) -> bool:
    """Whether a row, as DynamoDB holds it, is an event row that still waits for its publication."""
    return str(item.get("sk", {}).get("S", "")).startswith("EVENT#") and "unpublished" in item


def read(table: str, item: Mapping[str, Any]) -> Entry | Hopeless:
    """The entry for an event row, as DynamoDB holds it."""
    place = Place(table, item["pk"]["S"], item["sk"]["S"])
    try:
        source, detail = item["source"]["S"], item["envelope"]["S"]
        envelope = Envelope.from_json(detail)
    except (KeyError, ValidationError):
        return Hopeless(place, "not-an-event")
    entry = Entry(place, envelope.id, source, envelope.type, detail, envelope.occurred_at)
    return entry if entry.weight <= LARGEST_ENTRY else Hopeless(place, "too-large")


def from_stream(record: Mapping[str, Any]) -> tuple[str, Entry | Hopeless] | None:
    """Sequence number and entry of a stream record, or None when it is not a new event row.

    The table is named by the stream's ARN: `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`.
    """
    item = record["dynamodb"].get("NewImage", {})
    if record.get("eventName") != "INSERT" or not is_event_row(item):
        return None
    table = record["eventSourceARN"].split("/")[1]
    return record["dynamodb"]["SequenceNumber"], read(table, item)


def is_due(entry: Entry, now: datetime) -> bool:
    """Whether the sweep takes this row up: the stream has had its time."""
    return now - entry.occurred_at > SWEPT_AFTER


def batches(entries: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """The entries in their order, in portions that one call may hold."""
    portion: list[Entry] = []
    weight = 0
    for entry in entries:
        if portion and (len(portion) == MOST_ENTRIES or weight + entry.weight > LARGEST_ENTRY):
            yield tuple(portion)
            portion, weight = [], 0
        portion.append(entry)
        weight += entry.weight
    if portion:
        yield tuple(portion)
