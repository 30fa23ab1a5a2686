"""The reference data beside the project, read as the doors take it. Nothing of it is in the project."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data"
ABSENT = f"the reference data is not there: {FOLDER.parent.name}/{FOLDER.name} beside the project's folder"


def present() -> bool:
    """Whether the reference data is there."""
    return (FOLDER / "titles_dev.jsonl").is_file()


def rows(name: str) -> list[dict[str, str]]:
    """A table of the reference data."""
    with gzip.open(FOLDER / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(name: str) -> list[dict[str, Any]]:
    """A set of the reference data, one object a line."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def rome_skills() -> dict[str, list[dict[str, Any]]]:
    """Per ROME code its skills: id, label, whether it is at the core."""
    names = {row["code_ogr"]: row["libelle"] for row in rows("rome4_skills")}
    skills: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows("rome4_occupation_skill"):
        skill = {"id": row["code_ogr"], "label": names[row["code_ogr"]], "core": row["coeur_metier"] == "Principale"}
        skills[row["code_rome"]].append(skill)
    return skills


@cache
def rome_titles() -> dict[str, list[str]]:
    """Per ROME code its titles."""
    titles: dict[str, list[str]] = defaultdict(list)
    for row in rows("rome4_appellations"):
        titles[row["code_rome"]].append(row["libelle_long"])
    return titles


def rome_labels(*, with_texts: bool) -> list[dict[str, Any]]:
    """ROME as the door `rank` takes it."""
    skills, titles = rome_skills(), rome_titles()
    return [
        {
            "id": row["code_rome"],
            "label": row["libelle"],
            "synonyms": titles[row["code_rome"]],
            "texts": [row["definition"], *(each["label"] for each in skills[row["code_rome"]])] if with_texts else [],
        }
        for row in rows("rome4_occupations")
    ]


def rome_occupations() -> list[dict[str, Any]]:
    """ROME as the door `neighbours` takes it."""
    skills, titles = rome_skills(), rome_titles()
    return [
        {
            "id": row["code_rome"],
            "label": row["libelle"],
            "titles": titles[row["code_rome"]],
            "skills": skills[row["code_rome"]],
        }
        for row in rows("rome4_occupations")
    ]


def esco(kind: str) -> list[dict[str, Any]]:
    """ESCO's `occupations` or `skills`, as the door `rank` takes them."""
    return [
        {
            "id": row["conceptUri"],
            "label": row["preferredLabel"],
            "synonyms": [name for name in row["altLabels"].split("|") if name],
            "texts": [],
        }
        for row in rows(f"esco_{kind}_fr")
    ]
