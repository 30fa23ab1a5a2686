"""`passerelle privacy`: the personal-data filter from a terminal, one JSON line in, one JSON line out.

It reads, asks and prints; what is suspicious is in `passerelle.screening`. In: `{"id", "text"}`, other keys are
ignored, empty lines skipped. Out: `{"id", "findings": [{"type", "start", "end"}]}` in the order of the lines; `start`
and `end` count code points of `text`, half-open; the text itself is never printed. A line that cannot be understood is
told on standard error by its number, and the others are answered all the same.
Exit codes: 0 every line was answered, 1 some line was not.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from passerelle.screening import screened


def scan(lines: Iterable[str], stream_out: TextIO) -> int:
    """Prints what the filter finds in each line's text, as soon as the line is read."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            id_, text = _asked(line)
        except ValueError as fault:
            print(f"passerelle privacy: line {number}: {fault}", file=sys.stderr)
            code = 1
            continue
        findings = [{"type": one.kind.value, "start": one.start, "end": one.end} for one in screened(text)]
        print(json.dumps({"id": id_, "findings": findings}), file=stream_out, flush=True)
    return code


def _asked(line: str) -> tuple[str | int, str]:
    """The id and the text of a line, or `ValueError` saying what to write."""
    try:
        read: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError('not JSON. Write {"id": "1", "text": "…"}.') from None
    if not isinstance(read, dict):
        raise ValueError('not a JSON object. Write {"id": "1", "text": "…"}.')
    id_, text = read.get("id"), read.get("text")
    if isinstance(id_, bool) or not isinstance(id_, str | int):
        raise ValueError("`id` is missing, or neither a string nor a whole number.")
    if not isinstance(text, str):
        raise ValueError("`text` is missing, or not a string.")
    return id_, text
