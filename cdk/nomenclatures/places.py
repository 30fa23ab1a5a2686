"""Municipalities with their areas (the columns of INSEE's code officiel géographique, joined), and names of EPCI."""

from __future__ import annotations

import re

from cdk.nomenclatures.sources import Place
from cdk.nomenclatures.tables import Row, Table

MUNICIPALITY = re.compile(r"\d{5}|2[AB]\d{3}")
DEPARTMENT = re.compile(r"\d{2,3}|2[AB]")
REGION = re.compile(r"\d{2}")
AREA = re.compile(r"\d{4}|\d{9}|")
COLUMNS = ("code", "nom", "departement", "region", "epci", "ze2020", "latitude", "longitude", "population")
EPCI = re.compile(r"\d{9}")


def read(table: Table) -> tuple[Place, ...]:
    """The municipalities of a file that have a position. Faults go to the table's."""
    found: dict[str, Place] = {}
    for row in table.rows(COLUMNS):
        code = table.code(row, "code", MUNICIPALITY)
        if code in found:
            table.fault(row, f"code {code} comes twice")
        latitude, longitude = _degrees(table, row, "latitude", 90), _degrees(table, row, "longitude", 180)
        if latitude is None or longitude is None:
            continue
        found[code] = Place(
            code=code,
            name=table.label(row, "nom"),
            epci=table.code(row, "epci", AREA),
            employment_zone=table.code(row, "ze2020", AREA),
            departement=table.code(row, "departement", DEPARTMENT),
            region=table.code(row, "region", REGION),
            population=int(row["population"]) if re.fullmatch(r"\d{1,9}", row["population"], re.ASCII) else 0,
            latitude=latitude,
            longitude=longitude,
        )
    if not found:
        table.faults.note(table.name, 2, "there is no municipality with a position")
    return tuple(found[code] for code in sorted(found))


def read_epci(table: Table) -> dict[str, str]:
    """Names of intercommunalities by SIREN. Faults go to the table's."""
    found: dict[str, str] = {}
    for row in table.rows(("code", "nom")):
        code = table.code(row, "code", EPCI)
        if code in found:
            table.fault(row, f"code {code} comes twice")
        found[code] = table.label(row, "nom")
    if not found:
        table.faults.note(table.name, 2, "there is no row")
    return found


def _degrees(table: Table, row: Row, column: str, most: int) -> float | None:
    """A position rounded to 0.01 degree: enough for a distance, too coarse for an address. None when there is none."""
    if not row[column]:
        return None
    if (
        not re.fullmatch(r"-?\d{1,3}(?:\.\d{1,18})?(?:e-\d{1,2})?", row[column], re.ASCII)
        or abs(float(row[column])) > most
    ):
        table.fault(row, f"{column} {row[column][:40]!r} is not a position in degrees")
        return None
    return round(float(row[column]), 2)
