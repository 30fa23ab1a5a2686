"""A log that shows every change made to it afterwards: each entry carries the hash of the one before.

Pure. The hash of an entry is the SHA-256 of its canonical JSON (RFC 8785 restricted to whole numbers: keys sorted, no
spaces, ASCII) without the field `sha256`. Altering, removing, inserting or reordering entries breaks a link; cutting
off the end is seen by the head, which names the last entry; rewriting everything is seen by a head kept elsewhere. The
beginning may be gone once it is past its retention, and no sooner: each entry also says when the one before was made.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

GENESIS: Final = "0" * 64
"""What the first entry names as the hash before it."""

RETENTION: Final = timedelta(days=731)
"""Entries are kept for 24 months (law.md §3.6; at least six by article 19 of the AI Act)."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Instant = Annotated[str, Field(description="ISO 8601 in UTC, to the microsecond: text, so that it is hashed as kept.")]


class Head(BaseModel):
    """The end of a log: how many entries it ever had, and the hash of the last one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[int, Field(ge=0, strict=True)] = 0
    sha256: Sha256 = GENESIS
    at: Annotated[Instant | None, Field(description="When the last entry was made; None in an empty log.")] = None


class Entry(BaseModel):
    """One link. What it says is plain JSON, so that it reads the same whatever becomes of the classes that made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[int, Field(ge=1, strict=True, description="1, 2, 3… without a gap.")]
    at: Instant
    previous: Annotated[Sha256, Field(description="The hash of the entry before; zeros for the first.")]
    previous_at: Annotated[Instant | None, Field(description="When the entry before was made.")]
    said: Annotated[dict[str, Any], Field(description="What is logged: codes and whole numbers.")]
    sha256: Sha256

    @property
    def head(self) -> Head:
        """The head of a log that ends here."""
        return Head(number=self.number, sha256=self.sha256, at=self.at)


class Broken(Exception):
    """The log is not as it was written; says which entry shows it, and how."""


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value. Raises `ValueError` for numbers that are not whole: others have several."""
    _check_whole(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def digest_of(entry: Mapping[str, Any]) -> str:
    """The hash that an entry has to carry."""
    return hashlib.sha256(canonical({name: value for name, value in entry.items() if name != "sha256"})).hexdigest()


def following(head: Head, at: datetime, said: Mapping[str, Any]) -> Entry:
    """The entry after this head. Time never runs backwards in a log: the later of `at` and the head's counts."""
    written = at.isoformat(timespec="microseconds")
    fields = {
        "number": head.number + 1,
        "at": max(written, head.at or written),
        "previous": head.sha256,
        "previous_at": head.at,
        "said": dict(said),
    }
    return Entry.model_validate(fields | {"sha256": digest_of(fields)})


def verified(entries: Iterable[Mapping[str, Any]], head: Head, now: datetime) -> int:
    """How many entries there are, all as written and up to the head. Raises `Broken` at the first that is not.

    Entries after the head, written while the log was read, have to follow like all others.
    """
    last: Entry | None = None
    reached = head == Head()
    count = 0
    for count, raw in enumerate(entries, 1):
        entry = _read(raw, count)
        if last is None:
            _check_beginning(entry, now)
        else:
            _check_follows(entry, last)
        if entry.number == head.number:
            if entry.sha256 != head.sha256:
                raise Broken(f"entry {entry.number} is not the one that the head names")
            reached = True
        last = entry
    if not reached and (last is not None or not _over(head.at, now)):
        raise Broken(f"entry {head.number} is missing: the end was cut off after entry {last.number if last else 0}")
    return count


def _read(raw: Mapping[str, Any], place: int) -> Entry:
    try:
        entry = Entry.model_validate(raw)
        _instant(entry.at)
        genuine = digest_of(raw) == entry.sha256
    except (ValidationError, ValueError, TypeError, RecursionError):
        raise Broken(f"line of entries {place} is not an entry of this log") from None
    if not genuine:
        raise Broken(f"entry {entry.number} was altered: its hash is another")
    return entry


def _check_beginning(entry: Entry, now: datetime) -> None:
    if entry.number == 1:
        if (entry.previous, entry.previous_at) != (GENESIS, None):
            raise Broken("entry 1 names one before it")
    elif not _over(entry.previous_at, now):
        raise Broken(f"entry {entry.number - 1} is missing: it was made on {entry.previous_at} and is to be kept")


def _check_follows(entry: Entry, last: Entry) -> None:
    if entry.number != last.number + 1:
        raise Broken(f"entry {last.number + 1} is missing: entry {entry.number} comes after {last.number}")
    if (entry.previous, entry.previous_at) != (last.sha256, last.at):
        raise Broken(f"entry {entry.number} does not follow entry {last.number}: its link names another")
    if entry.at < last.at:
        raise Broken(f"entry {entry.number} is older than the one before")


def _over(at: str | None, now: datetime) -> bool:
    """Whether what was made then is past its retention."""
    return at is not None and _instant(at) + RETENTION <= now


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without its zone")
    return instant


def _check_whole(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("a log holds whole numbers only")
    if isinstance(value, Mapping):
        for name, part in value.items():
            if not isinstance(name, str):
                raise ValueError("names are text")
            _check_whole(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _check_whole(part)
