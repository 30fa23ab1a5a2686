"""What a session offers, in codes and numbers alone: nothing of it names anybody. And all that may be wrong with it."""

from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from passerelle.codes import code_faults, municipality_at, occupation_at
from passerelle.contracts.sessions import SessionKind
from passerelle.nomenclature import Nomenclature
from passerelle.problems import FieldError

FARTHEST_START: Final = timedelta(days=2 * 366)
LONGEST: Final = timedelta(days=366)
FARTHEST_END: Final = FARTHEST_START + LONGEST
"""How far ahead a session may end when it is offered; and, as much later again, when it is revised on its last day."""

_PAST: Final = ("This day is past.", "Give today or a later day.")


class Offer(BaseModel):
    """What is offered: what kind of session, when, where, about what, and how many places."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    kind: Annotated[SessionKind, Field(examples=["shared_training"])]
    starts_on: Annotated[date, Field(strict=True, description="First day.", examples=["2027-02-01"])]
    ends_on: Annotated[date, Field(strict=True, description="Last day.", examples=["2027-02-05"])]
    hours: Annotated[
        int,
        Field(ge=0, le=2000, strict=True, description="Hours of one participant; 0 where not told.", examples=[35]),
    ]
    municipality: Annotated[
        str,
        Field(
            max_length=5,
            description="INSEE code of the place. Everybody reads it: where it could be of your company alone, meet "
            "elsewhere or say the chief town.",
            examples=["76351"],
        ),
    ]
    occupations: Annotated[
        tuple[Annotated[str, Field(max_length=5)], ...],
        Field(max_length=5, description="ROME codes it is about.", examples=[["H2913"]]),
    ] = ()
    places: Annotated[int, Field(ge=1, le=500, strict=True, description="Places in all.", examples=[12])]
    register_until: Annotated[date, Field(strict=True, description="Last day to register.", examples=["2027-01-22"])]
    price_per_place_cents: Annotated[
        int, Field(ge=0, le=10_000_00, strict=True, description="Euro cents, at cost; 0 is free.", examples=[18000])
    ] = 0


def faults(offer: Offer, nomenclature: Nomenclature, today: date, present: Offer | None = None) -> list[FieldError]:
    """Everything that is wrong with an offer, each with its JSON pointer and what to do.

    `present` is what is offered now: a day of it that has passed meanwhile may stay.
    """
    return [
        *code_faults(
            [
                *(
                    occupation_at(f"/occupations/{index}", nomenclature, code)
                    for index, code in enumerate(offer.occupations)
                ),
                municipality_at("/municipality", nomenclature, offer.municipality),
            ]
        ),
        *(
            FieldError(f"/occupations/{index}", "This occupation is there twice.", "Say it once.")
            for index, code in enumerate(offer.occupations)
            if code in offer.occupations[:index]
        ),
        *_start_faults(offer, min(today, present.starts_on) if present else today, today),
        *_end_faults(offer, today),
        *_term_faults(offer, min(today, present.register_until) if present else today, today),
    ]


def _start_faults(offer: Offer, not_before: date, today: date) -> list[FieldError]:
    if offer.starts_on < not_before:
        return [FieldError("/starts_on", *_PAST)]
    if offer.starts_on > today + FARTHEST_START:
        return [FieldError("/starts_on", "This is more than two years ahead.", "Give an earlier day.")]
    return []


def _end_faults(offer: Offer, today: date) -> list[FieldError]:
    if offer.ends_on < offer.starts_on:
        return [FieldError("/ends_on", "The last day comes before the first.", "Give a day on or after starts_on.")]
    if offer.ends_on < today:
        return [FieldError("/ends_on", *_PAST)]
    if offer.ends_on > offer.starts_on + LONGEST:
        return [FieldError("/ends_on", "No session lasts longer than a year.", "Give an earlier day.")]
    return []


def _term_faults(offer: Offer, not_before: date, today: date) -> list[FieldError]:
    if offer.register_until < not_before:
        return [FieldError("/register_until", *_PAST)]
    if offer.register_until > max(offer.starts_on, today):
        return [FieldError("/register_until", "This is after the first day.", "Give a day up to starts_on.")]
    return []
