"""What is done with the decision log: it is added to, and read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from passerelle import clock
from passerelle.chain import Entry, Head, following
from passerelle.contracts import Envelope
from passerelle.store import BadCursor, Transaction


class Log(Protocol):
    """What is needed of the store."""

    def head(self) -> Head: ...
    def append(self, transaction: Transaction, entry: Entry) -> None: ...
    def entry(self, number: int) -> Entry | None: ...
    def oldest(self, head: Head, now: datetime) -> int: ...


def note(log: Log, transaction: Transaction, envelope: Envelope, said: Mapping[str, Any]) -> None:
    """Add what a fact says, with the fact's own id and time: its run and its cause are found again by them."""
    about = {
        "run_id": envelope.id,
        "caused_by": envelope.causation_id,
        "occurred_at": envelope.occurred_at.isoformat(timespec="microseconds"),
        "programme": envelope.programme,
    }
    log.append(transaction, following(log.head(), clock.now(), {**about, **said}))


def read(log: Log, limit: int, cursor: str | None) -> tuple[Head, Sequence[Entry], str | None]:
    """The head, one page of entries in their order, and the cursor of the page after; None at the end.

    Whatever is not there is left out: it is for the reader of the log to see that it is missing.
    """
    head = log.head()
    first = log.oldest(head, clock.now()) if cursor is None else _number(cursor) + 1
    last = min(first + limit - 1, head.number)
    entries = [entry for number in range(first, last + 1) if (entry := log.entry(number)) is not None]
    return head, entries, str(last) if last < head.number else None


def _number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 12):
        raise BadCursor("take the cursor from the answer of the page before")
    return int(cursor)
