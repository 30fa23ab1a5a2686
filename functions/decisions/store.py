"""Where the log is kept: one row per entry, by its number, and one row for its head.

An entry is written together with the head that it makes, under the condition that the head is still the one it follows
and that no entry of this number exists: two writers cannot fork the log, and none overwrites. All reads are strong.
"""

from bisect import bisect_left
from datetime import datetime
from typing import Final

from passerelle.chain import RETENTION, Entry, Head
from passerelle.store import Key, Table, Transaction

_PLATFORM: Final = "platform"
_HEAD: Final = Key(_PLATFORM, "head", "decisions")


class Log:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def head(self) -> Head:
        """The end of the log."""
        stored = self._table.read(_HEAD, Head)
        return Head() if stored is None else stored.value

    def append(self, transaction: Transaction, entry: Entry) -> None:
        """Add the entry that follows the head; `VersionConflict` at commit when another came first."""
        over = datetime.fromisoformat(entry.at) + RETENTION
        transaction.save(_HEAD, entry.head, version=entry.number)
        transaction.save(_key(entry.number), entry, version=entry.number, replacing=0, expires_at=over)

    def entry(self, number: int) -> Entry | None:
        """One entry, or None when it is not there."""
        stored = self._table.read(_key(number), Entry)
        return None if stored is None else stored.value

    def oldest(self, head: Head, now: datetime) -> int:
        """The number of the oldest entry that is to be kept; one after the head's when there is none."""
        return 1 + bisect_left(range(1, head.number + 1), True, key=lambda number: self._kept(number, now))

    def _kept(self, number: int, now: datetime) -> bool:
        entry = self.entry(number)
        return entry is not None and datetime.fromisoformat(entry.at) + RETENTION > now


def _key(number: int) -> Key:
    return Key(_PLATFORM, "entry", f"{number:012d}")
