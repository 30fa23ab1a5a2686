"""A volunteer as his lender describes him: codes and dates, all that may be wrong with them, and what is rare."""

from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from passerelle.codes import code_faults, municipality_at, occupation_at, skill_at
from passerelle.contracts.cards import ExperienceBand, Shift, WorkingTime
from passerelle.nomenclature import Nomenclature
from passerelle.problems import FieldError

LONGEST_AVAILABILITY: Final = timedelta(days=3 * 366)

FARTHEST_START: Final = timedelta(days=2 * 366)


class Description(BaseModel):
    """A volunteer as the lender describes him: codes and dates, nothing that names anybody."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    occupation: Annotated[str, Field(max_length=5, description="ROME code.", examples=["H2913"])]
    skills: Annotated[
        tuple[Annotated[str, Field(max_length=7)], ...],
        Field(min_length=1, max_length=30, description="Skill codes.", examples=[["100007"]]),
    ]
    experience: Annotated[ExperienceBand, Field(description="Years in the occupation.", examples=["6-10"])]
    municipality: Annotated[
        str,
        Field(max_length=5, description="INSEE code of where he starts from. Never shown.", examples=["76540"]),
    ]
    radius_km: Annotated[int, Field(ge=5, le=300, strict=True, description="How far he travels, km.", examples=[40])]
    available_from: Annotated[
        date, Field(strict=True, description="First day; hosts see the month.", examples=["2027-01-11"])
    ]
    available_to: Annotated[
        date, Field(strict=True, description="Last day; hosts see the month.", examples=["2027-06-25"])
    ]
    working_time: Annotated[WorkingTime, Field(examples=["full_time"])]
    shifts: Annotated[
        tuple[Shift, ...], Field(min_length=1, max_length=5, description="Patterns he accepts.", examples=[["day"]])
    ]
    reference: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9_\-]{1,40}$",
            description="The lender's own code for him. Shown to the lender alone.",
            examples=["V-12"],
        ),
    ] = None


def faults(description: Description, nomenclature: Nomenclature, today: date, at: str = "") -> list[FieldError]:
    """Everything that is wrong with a description, each with its JSON pointer below `at` and what to do."""
    return [
        *_code_faults(description, nomenclature, at),
        *_repetitions(f"{at}/skills", description.skills),
        *_repetitions(f"{at}/shifts", description.shifts),
        *_date_faults(description, today, at),
    ]


def rare_skills(description: Description, nomenclature: Nomenclature) -> tuple[str, ...]:
    """The certificates, licences and qualifications among the skills, sorted."""
    return tuple(sorted(code for code in set(description.skills) if nomenclature.skill(code).rare))


def _code_faults(description: Description, nomenclature: Nomenclature, at: str) -> list[FieldError]:
    return code_faults(
        [
            occupation_at(f"{at}/occupation", nomenclature, description.occupation),
            municipality_at(f"{at}/municipality", nomenclature, description.municipality),
            *(skill_at(f"{at}/skills/{index}", nomenclature, code) for index, code in enumerate(description.skills)),
        ]
    )


def _repetitions(at: str, values: tuple[str, ...]) -> list[FieldError]:
    return [
        FieldError(f"{at}/{index}", "This one is there twice.", "Remove the repetition.")
        for index, value in enumerate(values)
        if value in values[:index]
    ]


def _date_faults(description: Description, today: date, at: str) -> list[FieldError]:
    first, last = description.available_from, description.available_to
    found = []
    if first < today:
        found.append(FieldError(f"{at}/available_from", "This day is past.", "Give today or a later day."))
    elif first > today + FARTHEST_START:
        found.append(FieldError(f"{at}/available_from", "This is more than two years ahead.", "Give an earlier day."))
    if last < first:
        found.append(
            FieldError(
                f"{at}/available_to", "The last day comes before the first.", "Give a day on or after available_from."
            )
        )
    elif last > first + LONGEST_AVAILABILITY:
        found.append(
            FieldError(f"{at}/available_to", "This is more than three years after the first.", "Give an earlier day.")
        )
    return found
