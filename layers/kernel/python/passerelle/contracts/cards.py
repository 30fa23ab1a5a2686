"""The masked cards: all that may be said of a profile or a demand before disclosure (level 1).

Only these fields leave the slice that owns the thing; masking builds a card field by field (an allow-list), it never
removes fields from something fuller. Areas are intercommunalities or coarser, dates are months or wider, experience is
a band or wider: `passerelle.masking` says how coarse a card has to be.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="A calendar month, YYYY-MM.")]


class ExperienceBand(StrEnum):
    """Years in the occupation, as bands (law.md §3.2)."""

    UP_TO_2 = "0-2"
    FROM_3_TO_5 = "3-5"
    FROM_6_TO_10 = "6-10"
    FROM_11 = "11+"


class ShownExperience(StrEnum):
    """Experience as a card tells it: a band, or something coarser where a band would tell too much."""

    UP_TO_2 = "0-2"
    FROM_3_TO_5 = "3-5"
    FROM_6_TO_10 = "6-10"
    FROM_11 = "11+"
    UP_TO_5 = "0-5"
    FROM_6 = "6+"
    ANY = "any"


class WorkingTime(StrEnum):
    """Full or part time."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"


class Shift(StrEnum):
    """Working-hour patterns a volunteer accepts or a post asks for."""

    DAY = "day"
    TWO_SHIFTS = "two_shifts"
    THREE_SHIFTS = "three_shifts"
    NIGHT = "night"
    WEEKEND = "weekend"


AreaLevel = Literal["epci", "employment_zone", "department", "region"]


class Area(BaseModel):
    """A masked place: an intercommunality (EPCI) or something coarser, never a municipality."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: AreaLevel
    code: str


class ProfileCard(BaseModel):
    """What a host may read of a volunteer at level 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    occupation: Annotated[str, Field(description="ROME code; coarser: its first three characters, or its first.")]
    skills: Annotated[tuple[str, ...], Field(description="Official skill codes, sorted.")]
    experience: ShownExperience
    area: Area
    radius_km: Annotated[int, Field(ge=5, le=300, description="How far the volunteer travels, in km.")]
    available_from: Month
    available_to: Month
    working_time: WorkingTime
    shifts: tuple[Shift, ...]


class DemandCard(BaseModel):
    """What a lender may read of a demand at level 1. The company is the secret as much as the person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    occupation: Annotated[str, Field(description="ROME code; coarser: its first three characters, or its first.")]
    must_skills: tuple[str, ...]
    wished_skills: tuple[str, ...]
    experience: ShownExperience
    area: Area
    first_month: Month
    last_month: Month
    working_time: WorkingTime
    shift: Shift
    headcount: Annotated[int, Field(ge=1, le=50)]
