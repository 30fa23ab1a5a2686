"""What the outbox does: publish event rows and note it, in that order.

Killed in between, a row is published twice, which consumers ignore by the event's id; it is never lost. A row is
cleared only after the bus took it. A row that can never be published is left as it is with its reason, reported, and
skipped: it holds up no other row.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from functions.outbox.model import Entry, Hopeless, Place, batches, is_due
from passerelle import clock
from passerelle.observability import logger


class Rows(Protocol):
    """What the use cases need of the tables."""

    def waiting(self, table: str) -> Iterator[list[Entry | Hopeless]]: ...
    def clear(self, place: Place) -> None: ...
    def note_hopeless(self, hopeless: Hopeless) -> None: ...


class Bus(Protocol):
    """What the use cases need of the bus: per entry None, or why it can never be published; absent if to be retried."""

    def publish(self, entries: Sequence[Entry]) -> dict[Entry, str | None]: ...
