"""Lists as CSV files: what a spreadsheet wrote is read row by row, and what goes out may come in again.

A `Sheet` is the CSV form of one model: its first line names the model's fields, in any order. Reading refuses a file as
a whole and names every fault of every row by line, column and code, without quoting a cell: it may hold anything.
Writing guards the cells that a spreadsheet would run as a formula; reading takes the guard off, so that nothing changes
on the way. Pure.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from passerelle.problems import FieldError, Invalid

R = TypeVar("R", bound=BaseModel)

MEDIA_TYPE: Final = "text/csv"
MOST_ROWS: Final = 1000
"""Rows of one file: what one call can look through and one answer can hold."""

LARGEST_FILE: Final = 1024 * 1024
"""Bytes of one file."""

MOST_FAULTS: Final = 200
"""Faults listed at once. With more, the rest of the file is not looked at: to say what code was meant takes a while."""

SEPARATOR: Final = "|"
"""Between the values of one cell."""

_BOM: Final = "\ufeff"
_LOST: Final = "\ufffd"
"""What the gateway puts where it could not read."""

_STRANGE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_RUNS: Final = "=+\\-@\t\r\n＝＋－＠"
_GUARDED: Final = re.compile(f"'+[{_RUNS}]")
_TO_GUARD: Final = re.compile(f"'*[{_RUNS}]")
_FRENCH_DAY: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
_TRUTHS: Final = {"true": True, "vrai": True, "oui": True, "false": False, "faux": False, "non": False}

CellCode = Literal[
    "bad-encoding",
    "control-character",
    "bad-quotes",
    "no-rows",
    "too-many-rows",
    "unknown-column",
    "repeated-column",
    "missing-column",
    "row-length",
    "missing-value",
    "bad-value",
]


@dataclass(frozen=True)
class CellFault(FieldError):
    """A fault of a file: `pointer` is a fragment of RFC 7111 (`cell=4,2`, counted from 1, the header included)."""

    line: int
    column: str | None
    code: CellCode


@dataclass(frozen=True)
class Line(Generic[R]):
    """A row that was read, and on which line of the file it begins; the header is on the first."""

    number: int
    row: R


@dataclass(frozen=True)
class Sheet(Generic[R]):
    """The CSV form of a list: `row` is what one row says. `told` are the columns that only go out; a file that comes in
    may have them, and they are not read. `cells_of` gives the values by column of a thing that goes out."""

    row: type[R]
    told: tuple[str, ...]
    cells_of: Callable[[Any], Mapping[str, Any]]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The columns that are read."""
        return tuple(self.row.model_fields)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The columns that no file goes without."""
        return tuple(name for name, field in self.row.model_fields.items() if field.is_required())

    def read(self, raw: bytes, faults: Callable[[R], Sequence[FieldError]]) -> tuple[Line[R], ...]:
        """The rows of a file; `faults` says what is wrong with a row beyond its form, by JSON pointers into it.

        Raises `Invalid` naming every fault of the file, or the first `MOST_FAULTS`.
        """
        records = _records(_text(raw))
        header = next(records, None)
        if header is None:
            raise _refused([_fault(1, 1, "no-rows")])
        columns = self._columns(header)
        lines: list[Line[R]] = []
        found: list[CellFault] = []
        for record in records:
            row = self._row(record, columns)
            wrong = row if isinstance(row, list) else self._placed(record, columns, faults(row))
            found += wrong
            if len(found) > MOST_FAULTS:
                break
            if not isinstance(row, list):
                lines.append(Line(record.line, row))
        if not lines and not found:
            found = [_fault(2, 2, "no-rows")]
        if found:
            raise _refused(found)
        return tuple(lines)

    def write(self, things: Iterable[Any]) -> str:
        """A file of these things, with the columns that are told and those that are read: as a spreadsheet opens it in
        France (semicolons, a byte order mark, every cell in quotes)."""
        return _BOM + self.compose(map(self.cells_of, things), (*self.told, *self.fields))

    def compose(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
        """A header and rows of JSON values by column."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([[_written(row.get(column)) for column in columns] for row in rows])
        return text.getvalue()

    def column_of(self, pointer: str) -> str | None:
        """The column that a JSON pointer into a row, or into a body that holds it, leads to."""
        return next((part for part in pointer.split("/") if part in self.row.model_fields), None)

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        """The JSON format of each field, or its type."""
        described = self.row.model_json_schema()["properties"]
        return {name: schema.get("format") or schema.get("type", "string") for name, schema in described.items()}

    def _columns(self, header: "_Record") -> tuple[str | None, ...]:
        """The column of each cell, None for one that is not read."""
        names = [cell.strip().lower() for cell in header.cells]
        while names and not names[-1]:
            names.pop()
        found = []
        for at, name in enumerate(names, 1):
            if name not in self.row.model_fields and name not in self.told:
                found.append(_fault(header.line, header.number, "unknown-column", at=at))
            elif name in names[: at - 1]:
                found.append(_fault(header.line, header.number, "repeated-column", name, at))
            if len(found) > MOST_FAULTS:
                break
        missing = (name for name in self.needed if name not in names)
        found += [_fault(header.line, header.number, "missing-column", name) for name in missing]
        if found:
            known = ", ".join((*self.fields, *self.told))
            raise _refused(found, f"The first line names the columns: {known}.")
        return tuple(name if name in self.row.model_fields else None for name in names)

    def _row(self, record: "_Record", columns: tuple[str | None, ...]) -> R | list[CellFault]:
        if len(record.cells) < len(columns) or any(record.cells[len(columns) :]):
            return [_fault(record.line, record.number, "row-length")]
        given = zip(columns, record.cells, strict=False)
        cells = {column: cell for column, cell in given if column is not None and cell.strip()}
        missing = [name for name in self.needed if name not in cells]
        values = {name: _value(cell, self._kinds[name]) for name, cell in cells.items()}
        try:
            row = self.row.model_validate_json(json.dumps(values))
        except ValidationError as error:
            found = [
                _fault(record.line, record.number, "missing-value", name, columns.index(name) + 1) for name in missing
            ]
            for fault in error.errors(include_url=False, include_input=False, include_context=False):
                name = str(fault["loc"][0]) if fault["loc"] else ""
                if name not in missing:
                    detail = fault["msg"].removeprefix("Value error, ")
                    found.append(_bad_value(record, columns, name, detail, "Correct this cell."))
            return found
        return row

    def _placed(
        self, record: "_Record", columns: tuple[str | None, ...], faults: Iterable[FieldError]
    ) -> list[CellFault]:
        return [
            _bad_value(record, columns, self.column_of(fault.pointer) or "", fault.detail, fault.remedy)
            for fault in faults
        ]


@dataclass(frozen=True)
class _Record:
    """One record of a file: its line and its number, both from 1, and its cells without what spreadsheets need."""

    line: int
    number: int
    cells: tuple[str, ...]


_WORDS: Final[Mapping[CellCode, tuple[str, str]]] = {
    "bad-encoding": ("The file is not in UTF-8.", "Save it as CSV UTF-8."),
    "control-character": ("The file holds a control character.", "Save it as CSV UTF-8, without special characters."),
    "bad-quotes": ("The quotes of this row do not match.", 'Put a cell in "…", and write a quote inside it twice.'),
    "no-rows": ("The file holds no row.", "Send a header and one row at least."),
    "too-many-rows": (f"The file holds more than {MOST_ROWS} rows.", "Send several files."),
    "unknown-column": ("This column has a name that is not known here.", "Correct its name, or remove the column."),
    "repeated-column": ("This column is there twice.", "Remove one of the two."),
    "missing-column": ("This column is missing.", "Add it."),
    "row-length": ("The row does not have the cells of the header.", "Give as many cells as the header names."),
    "missing-value": ("This cell is empty.", "Fill it."),
    "bad-value": ("This cell is wrong.", "Correct this cell."),
}


def _fault(line: int, number: int, code: CellCode, column: str | None = None, at: int | None = None) -> CellFault:
    detail, remedy = _WORDS[code]
    pointer = f"row={number}" if at is None else f"cell={number},{at}"
    return CellFault(pointer, detail, remedy, line, column, code)


def _bad_value(record: _Record, columns: Sequence[str | None], name: str, detail: str, remedy: str) -> CellFault:
    at = f"cell={record.number},{columns.index(name) + 1}" if name in columns else f"row={record.number}"
    return CellFault(at, detail, remedy, record.line, name or None, "bad-value")


def _refused(found: Sequence[CellFault], remedy: str = "") -> Invalid:
    count = f"more than {MOST_FAULTS}" if len(found) > MOST_FAULTS else str(len(found))
    return Invalid(
        f"Faults of the file: {count}, the first {MOST_FAULTS} at most are listed; nothing was taken.",
        remedy=remedy or "Correct the cells named and send the whole file again.",
        fields=found[:MOST_FAULTS],
    )


def _text(raw: bytes) -> str:
    """The text of a file in NFC, without its byte order mark. Raises `Invalid`."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise _refused([_fault(raw.count(b"\n", 0, error.start) + 1, 1, "bad-encoding")]) from None
    strange = _STRANGE.search(text)
    if strange is not None:
        code: CellCode = "bad-encoding" if strange[0] == _LOST else "control-character"
        raise _refused([_fault(text.count("\n", 0, strange.start()) + 1, 1, code)])
    return unicodedata.normalize("NFC", text.removeprefix(_BOM))


def _records(text: str) -> Iterator[_Record]:
    """The records of a file, without those whose cells are all empty. Raises `Invalid` where one cannot be told."""
    header = next(iter(text.lstrip().splitlines()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    number = given = 0
    while True:
        line = reader.line_num + 1
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _refused([_fault(line, number, "bad-quotes")]) from None
        if any(cell.strip() for cell in cells):
            given += 1
            if given > MOST_ROWS + 1:
                raise _refused([_fault(line, number, "too-many-rows")])
            yield _Record(line, number, tuple(map(_unguarded, cells)))


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _written(value: Any) -> str:
    """A JSON value as a cell, guarded where a spreadsheet would run it (OWASP: CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    cell = SEPARATOR.join(value) if isinstance(value, list | tuple) else str(value)
    return f"'{cell}" if _TO_GUARD.match(cell) else cell


def _value(cell: str, kind: str) -> Any:
    """A cell as a JSON value, where it can be one of this type; a day may be written as a French spreadsheet does."""
    plain = cell.strip()
    if kind == "array":
        return [part.strip() for part in plain.split(SEPARATOR)]
    if kind == "boolean":
        return _TRUTHS.get(plain.lower(), cell)
    if kind == "integer":
        return int(plain) if _WHOLE.fullmatch(plain) else cell
    if kind == "date" and (french := _FRENCH_DAY.fullmatch(plain)):
        return "-".join(reversed(french.groups()))
    return plain if kind == "date" else cell
