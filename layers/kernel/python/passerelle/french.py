"""How cards and dates read in French, and how French is spaced: the words that every screen, mail and page shares.

Pure. Documents word some of it otherwise, for paper.
"""

import re
from datetime import date
from typing import Final

from passerelle.contracts.cards import AreaLevel, Month, Shift, ShownExperience, WorkingTime
from passerelle.nomenclature import AreaKind

NO_BREAK: Final = "\u00a0"

MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
EXPERIENCE: Final[dict[ShownExperience, str]] = {
    ShownExperience.UP_TO_2: "0 à 2 ans",
    ShownExperience.FROM_3_TO_5: "3 à 5 ans",
    ShownExperience.FROM_6_TO_10: "6 à 10 ans",
    ShownExperience.FROM_11: "11 ans et plus",
    ShownExperience.UP_TO_5: "5 ans au plus",
    ShownExperience.FROM_6: "6 ans et plus",
    ShownExperience.ANY: "non précisée",
}
WORKING_TIME: Final[dict[WorkingTime, str]] = {
    WorkingTime.FULL_TIME: "temps plein",
    WorkingTime.PART_TIME: "temps partiel",
}
SHIFTS: Final[dict[Shift, str]] = {
    Shift.DAY: "en journée",
    Shift.TWO_SHIFTS: "en deux équipes (2×8)",
    Shift.THREE_SHIFTS: "en trois équipes (3×8)",
    Shift.NIGHT: "de nuit",
    Shift.WEEKEND: "le week-end",
}
AREA_KINDS: Final[dict[AreaLevel, AreaKind]] = {
    "epci": "epci",
    "employment_zone": "employment_zone",
    "department": "departement",
    "region": "region",
}
"""What the nomenclature calls an area of each level."""

AREAS: Final[dict[AreaLevel, str]] = {
    "epci": "intercommunalité",
    "employment_zone": "zone d’emploi",
    "department": "département",
    "region": "région",
}


def day(on: date) -> str:
    """A day, e.g. « 1er mars 2026 »."""
    return f"{'1er' if on.day == 1 else on.day} {MONTHS[on.month - 1]} {on.year}"


def month(of: Month) -> str:
    """A calendar month (YYYY-MM), e.g. « mars 2026 »."""
    return f"{MONTHS[int(of[5:7]) - 1]} {of[:4]}"


def typeset(text: str) -> str:
    """French spacing: no line may break before `: ; ? ! »`, after `«`, nor between a figure and its unit."""
    text = re.sub(r" (?=[:;?!»])|(?<=«) | (?=km\b)|(?<=\bart\.) |(?<=\b[LR]\.) |(?<=n°) ", NO_BREAK, text)
    return re.sub(r"(?<=\d) (?=\w)", NO_BREAK, text)
