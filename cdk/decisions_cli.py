"""`passerelle verify-log`: whether a decision log is as it was written, from its first kept entry to its head.

In: one JSON value a line: an answer of `GET /decisions/log` (`head`, `items`, `cursor`), pages in their order; or an
entry; or `{"head": …}`. The last head counts. Out: `ok N entries, head SHA256`, or `broken: ` and what shows it first.
Whoever could rewrite entries could rewrite the head with them: a hash noted elsewhere (`--head`) has to be in the log.
Exit codes: 0 as written, 1 not, or not to be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from passerelle import clock
from passerelle.chain import GENESIS, Broken, Head, verified


def verify(lines: Iterable[str], stream_out: TextIO, *, noted: str | None = None) -> int:
    """Prints the verdict on an exported log, in which the hash `noted` has to be, if given. Returns the exit code."""
    log = _Log(lines)
    try:
        entries = list(log.entries())
        if log.head is None:
            raise Broken("the head is missing: whether the end was cut off cannot be told")
        count = verified(entries, log.head, clock.now())
        if noted not in {None, GENESIS, *(entry["sha256"] for entry in entries)}:
            raise Broken("no entry has the hash that was noted: the log was written anew, or is past its retention")
    except Broken as broken:
        print(f"broken: {broken}", file=stream_out)
        return 1
    print(f"ok {count} entries, head {log.head.sha256}", file=stream_out)
    return 0


class _Log:
    """The lines of an export, understood."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.head: Head | None = None

    def entries(self) -> Iterator[dict[str, Any]]:
        """The entries in their order; `head` is the last one met. Raises `Broken` for a line that is neither."""
        for number, line in enumerate(self._lines, 1):
            if not line.strip():
                continue
            try:
                yield from self._understood(line)
            except (ValueError, RecursionError, TypeError, AttributeError):
                raise Broken(f"line {number} is neither a page nor an entry of a log") from None

    def _understood(self, line: str) -> list[dict[str, Any]]:
        read = json.loads(line, object_pairs_hook=_without_doubles)
        if "sha256" in read:
            return [read]
        self.head = Head.model_validate(read["head"]) if "head" in read else self.head
        items: list[dict[str, Any]] = read.get("items", [])
        if not ("head" in read or "items" in read) or not all(isinstance(item, dict) for item in items):
            raise ValueError
        return items


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a name is given twice")
    return read
