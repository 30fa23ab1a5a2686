"""`passerelle vocabulary`: what people type to codes, and occupations to their neighbours, on any nomenclature.

JSON lines in, JSON lines out, ids opaque; no server, no network. It reads, asks `likeness` and prints. Exit codes:
0 answered, 2 a file cannot be understood: each fault is told with its file and line, and nothing is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO, TypeVar

from likeness.proximity import Occupation, Proximity, Skill
from likeness.ranking import Label, Ranker

MOST_FAULTS = 20
Thing = TypeVar("Thing", Label, Occupation, tuple[str, str])


class BadLines(ValueError):
    """A file that cannot be understood; `faults` holds one sentence for each line at fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults)
        self.faults = faults


def rank(labels: Path, queries: Path, top: int, out: TextIO) -> int:
    """Prints `{"id", "ranked"}` for each query, in the order of the file: the `top` best ids of labels, best first."""
    try:
        known = _read(labels, _label)
        asked = _read(queries, _query)
    except BadLines as error:
        return _refuse(error)
    ranker = Ranker(known)
    return _tell(((query, ranker.rank(text, top)) for query, text in asked), out)


def neighbours(occupations: Path, top: int, out: TextIO) -> int:
    """Prints `{"id", "ranked"}` for each occupation, in the order of the file: its `top` nearest others."""
    try:
        known = _read(occupations, _occupation)
    except BadLines as error:
        return _refuse(error)
    proximity = Proximity(known)
    return _tell(((each.id, proximity.neighbours(each.id, top)) for each in known), out)


def _tell(answers: Iterable[tuple[str, list[str]]], out: TextIO) -> int:
    for asked, ranked in answers:
        print(json.dumps({"id": asked, "ranked": ranked}, ensure_ascii=False), file=out)
    return 0


def _refuse(error: BadLines) -> int:
    for fault in error.faults[:MOST_FAULTS]:
        print(f"passerelle vocabulary: {fault}", file=sys.stderr)
    if len(error.faults) > MOST_FAULTS:
        print(f"passerelle vocabulary: and {len(error.faults) - MOST_FAULTS} more.", file=sys.stderr)
    return 2


def _read(path: Path, understand: Callable[[dict[str, Any]], Thing]) -> list[Thing]:
    """The things of a file, one a line; blank lines are passed over. Raises `BadLines`."""
    found: list[Thing] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            entry = json.loads(line)
            if not isinstance(entry, dict):
                raise ValueError("is not a JSON object.")
            thing = understand(entry)
        except (ValueError, RecursionError) as error:
            why = f"is not JSON: {error}." if isinstance(error, json.JSONDecodeError | RecursionError) else str(error)
            faults.append(f"{path}, line {number}: {why}")
            continue
        first = seen.setdefault(entry["id"], number)
        if first != number:
            faults.append(f"{path}, line {number}: id {entry['id']!r} is that of line {first}. Give each id once.")
        found.append(thing)
    if faults:
        raise BadLines(faults)
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadLines([f"{path}: cannot be read ({error.strerror})."]) from None
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise BadLines([f"{path}, line {number}: is not UTF-8."]) from None
        if line.strip():
            yield number, line


def _label(entry: dict[str, Any]) -> Label:
    return Label(_text(entry, "id"), _text(entry, "label"), _texts(entry, "synonyms"), _texts(entry, "texts"))


def _query(entry: dict[str, Any]) -> tuple[str, str]:
    return _text(entry, "id"), _text(entry, "text")


def _occupation(entry: dict[str, Any]) -> Occupation:
    skills = entry.get("skills", [])
    if not isinstance(skills, list) or not all(isinstance(skill, dict) for skill in skills):
        raise ValueError("skills is not a list of objects.")
    return Occupation(
        _text(entry, "id"), _text(entry, "label"), _texts(entry, "titles"), tuple(_skill(skill) for skill in skills)
    )


def _skill(entry: dict[str, Any]) -> Skill:
    core = entry.get("core", False)
    if not isinstance(core, bool):
        raise ValueError("core of a skill is neither true nor false.")
    return Skill(_text(entry, "id"), _text(entry, "label"), core)


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} is {'not a text' if key in entry else 'missing'}.")
    return value


def _texts(entry: dict[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{key} is not a list of texts.")
    return tuple(value)
