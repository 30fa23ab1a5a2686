"""`passerelle workforce import`: how many people of each trade work where, and for how many employers.

The operator's table (from INSEE or France Travail) lets a card be shown that few others on the platform read like, but
that could be about many people outside. The file is read whole and checked before anything is written; a fault names
its line. Exit codes: 0 imported, 1 the file is at fault and nothing was changed, 2 the stage is not known.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cdk.settings import StageSettings, stage_settings
from passerelle.classes import Classes, budgets
from passerelle.contracts.cards import Area, AreaLevel
from passerelle.masking import Census, workforce_name


class FaultyFileError(Exception):
    """The file is not a workforce table; the message says where."""


class Row(BaseModel):
    """One line of the table: a trade (ROME code, domain or family) in an area."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    occupation: str = Field(pattern=r"^[A-Z](\d{2}(\d{2})?)?$")
    area_level: AreaLevel
    area_code: str = Field(min_length=1, max_length=9)
    employees: int = Field(ge=0)
    employers: int = Field(ge=0)
    largest_employer: int = Field(ge=0, description="Employees of the largest employer.")

    @model_validator(mode="after")
    def _adds_up(self) -> Row:
        if self.largest_employer > self.employees or self.employers > self.employees:
            raise ValueError("more employers, or employees of the largest one, than employees")
        return self

    @property
    def name(self) -> str:
        """Under which the ledger keeps it."""
        return workforce_name(self.occupation, Area(level=self.area_level, code=self.area_code))

    @property
    def census(self) -> Census:
        """Its counts."""
        return Census(self.employees, self.employers, self.largest_employer)


def import_file(stage_name: str, path: Path) -> int:
    """Imports a CSV file (UTF-8; its header names the fields of `Row`) into the stage that the AWS credentials of the
    environment reach. Returns the exit code."""
    try:
        stage = stage_settings(stage_name)
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    try:
        rows = read(path)
    except (FaultyFileError, OSError, UnicodeDecodeError) as error:
        print(f"{path}: {error}; nothing was changed", file=sys.stderr)
        return 1
    print(f"{write(stage, rows)} trades and areas imported")
    return 0


def read(path: Path) -> list[Row]:
    """The rows of a file. Raises `FaultyFileError` naming the first line at fault, `OSError`, `UnicodeDecodeError`."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [_row(line, cells) for line, cells in enumerate(_cells(lines), 2)]
    if not rows:
        raise FaultyFileError("there is no row in it")
    seen: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        if row.name in seen:
            raise FaultyFileError(f"line {line}: the same trade and area as line {seen[row.name]}")
        seen[row.name] = line
    return rows


def write(stage: StageSettings, rows: Iterable[Row], client: Any = None) -> int:
    """Writes rows into a stage's ledger of classes; what it said of the same trades and areas is replaced."""
    allowed = budgets(stage.min_members, stage.min_lenders, stage.max_lender_share)
    return Classes(stage.table("classes"), allowed, client).import_workforce((row.name, row.census) for row in rows)


def _cells(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(lines, strict=True)
    if reader.fieldnames is None or set(reader.fieldnames) != set(Row.model_fields):
        raise FaultyFileError(f"line 1: the header has to be {','.join(Row.model_fields)}")
    try:
        yield from reader
    except csv.Error as error:
        raise FaultyFileError(f"line {reader.line_num}: {error}") from error


def _row(line: int, cells: dict[str, Any]) -> Row:
    try:
        return Row.model_validate(cells)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise FaultyFileError(f"line {line}: {where or 'row'}: {fault['msg']}") from error
