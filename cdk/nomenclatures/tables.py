"""Rows of a CSV file under their column names, each with its line; every fault is gathered before any is told.

A cell that a spreadsheet would run as a formula is refused: official labels have none, and these words come out again
in files that people open.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from cdk.nomenclatures.archive import Faulty

MOST_COLUMNS = 64
LONGEST_CELL = 20_000
LONGEST_LABEL = 500
MOST_FAULTS = 20
_FORMULA = re.compile(r"[=@\t\r]|[+\-](?=[=@(]|\w+\()")


@dataclass
class Faults:
    """What is wrong with the files, each with its file and line."""

    told: list[str] = field(default_factory=list)
    more: int = 0

    def note(self, name: str, line: int, what: str) -> None:
        """One fault; beyond `MOST_FAULTS` they are counted only."""
        if len(self.told) < MOST_FAULTS:
            self.told.append(f"{name}, line {line}: {what}")
        else:
            self.more += 1

    def check(self) -> None:
        """Raises `Faulty` when there is any."""
        if self.told:
            rest = [f"and {self.more} more"] if self.more else []
            raise Faulty("\n".join([*self.told, *rest]))


@dataclass(frozen=True)
class Row:
    """One row: the cells asked for by their columns, and where it stands."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def get(self, column: str) -> str:
        """A cell that not every publication has; empty without."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """A CSV text with a name to tell faults by."""

    name: str
    text: str
    faults: Faults

    def rows(self, needed: Collection[str], wanted: Collection[str] = ()) -> Iterator[Row]:
        """The rows with these columns, whatever others there are. Raises `Faulty` for a header without the needed."""
        reader = csv.reader(self.text.splitlines(keepends=True), strict=True)
        header = self._header(reader, needed)
        places = {column: header.index(column) for column in (*needed, *wanted) if column in header}
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                self.faults.note(self.name, line, f"is not CSV ({error})")
                return
            if cells is None:
                return
            if not cells:
                continue
            if len(cells) != len(header):
                self.faults.note(self.name, line, f"has {len(cells)} cells, the header {len(header)}")
                continue
            yield Row(line, {column: self._clean(line, column, cells[place]) for column, place in places.items()})

    def _header(self, reader: Iterator[list[str]], needed: Collection[str]) -> list[str]:
        try:
            header = [cell.strip() for cell in next(reader, [])]
        except csv.Error as error:
            raise Faulty(f"{self.name}, line 1: is not CSV ({error})") from None
        if len(header) > MOST_COLUMNS:
            raise Faulty(f"{self.name}, line 1: has {len(header)} columns, more than {MOST_COLUMNS}")
        if twice := sorted({column for column in header if header.count(column) > 1}):
            raise Faulty(f"{self.name}, line 1: names the column {twice[0]!r} twice")
        if missing := sorted(set(needed) - set(header)):
            raise Faulty(f"{self.name}, line 1: lacks the columns {', '.join(missing)}")
        return header

    def _clean(self, line: int, column: str, cell: str) -> str:
        if len(cell) > LONGEST_CELL:
            self.faults.note(self.name, line, f"{column} is longer than {LONGEST_CELL} characters")
            return cell[:LONGEST_CELL]
        if _FORMULA.match(cell):
            self.faults.note(self.name, line, f"{column} begins like a formula")
        return _plain(cell)

    def code(self, row: Row, column: str, pattern: re.Pattern[str]) -> str:
        """A cell that is a code; a fault when it does not look like one."""
        if not (row[column].isascii() and pattern.fullmatch(row[column])):
            self.faults.note(self.name, row.line, f"{column} {row[column][:40]!r} is not a code")
        return row[column]

    def label(self, row: Row, column: str) -> str:
        """A cell that is a label: not empty, not endless."""
        said = row[column].replace("|", "–")
        if not said or len(said) > LONGEST_LABEL:
            self.faults.note(self.name, row.line, f"{column} is {'empty' if not said else 'too long'}")
        return said

    def fault(self, row: Row, what: str) -> None:
        """Something else is wrong with a row."""
        self.faults.note(self.name, row.line, what)


def _plain(cell: str) -> str:
    """One line, single apostrophes as typed; lines and bars, which lists are made of, become bars."""
    return "|".join(filter(None, (" ".join(each.replace("''", "'").split()) for each in re.split(r"[|\n]", cell))))
