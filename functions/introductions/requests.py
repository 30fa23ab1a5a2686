"""What each side says to the introductions slice, and what it hears: its own things, and the other's masked card."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from functions.introductions.model import Introduction, RefusalReason, Standing
from passerelle.contracts.cards import (
    Area,
    DemandCard,
    ExperienceBand,
    Month,
    ProfileCard,
    Shift,
    WorkingTime,
)
from passerelle.contracts.introductions import Side
from passerelle.contracts.matching import Criterion
from passerelle.http import Body
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.store import Stored

WORDS = {
    Standing.TO_ANSWER: "À vous de répondre",
    Standing.AWAITED: "L’autre entreprise est intéressée\u00a0: à vous de répondre",
    Standing.WAITING: "Vous êtes intéressé\u00a0: en attente de l’autre entreprise",
    Standing.MUTUAL: "Intérêt partagé",
    Standing.NOT_PROCEEDING: "Sans suite",
}

_EXAMPLE: JsonDict = {
    "id": "int_k3vq2m7xw5ndbt4jyhza",
    "side": "host",
    "state": "to_answer",
    "state_text": "À vous de répondre",
    "answer_by": "2026-10-01",
    "may": ["interest", "refusal"],
    "demand_id": "dem_b7wq2m5xk3ndvt4jyhza",
    "score": 0.784,
    "explanation": [
        {"name": "distance", "fit": 1.0, "weight": 0.1, "value": 0.0, "text": "Distance\u00a0: même secteur"}
    ],
}


class Refusal(Body):
    """Why you refuse. Only your side reads it again; the other reads that it does not proceed."""

    reason: Annotated[RefusalReason, Field(examples=["dates"])]


class Named(BaseModel):
    """A code with its French label."""

    code: str
    label: str


class ProfileView(BaseModel):
    """A masked profile (profil masqué)."""

    occupation: Named
    skills: tuple[Named, ...]
    experience: ExperienceBand
    area: Area
    area_label: str
    radius_km: int
    available_from: Month
    available_to: Month
    working_time: WorkingTime
    shifts: tuple[Shift, ...]


class DemandView(BaseModel):
    """A masked demand."""

    occupation: Named
    must_skills: tuple[Named, ...]
    wished_skills: tuple[Named, ...]
    experience: ExperienceBand
    area: Area
    area_label: str
    first_month: Month
    last_month: Month
    working_time: WorkingTime
    shift: Shift
    headcount: int


class IntroductionView(BaseModel):
    """An introduction as one side sees it. Once it does not proceed, the other's card is no longer shown."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    side: Annotated[Side, Field(description="Which side you are on.")]
    state: Annotated[Standing, Field(description="Where it stands for you.")]
    state_text: Annotated[str, Field(description="The same in French.")]
    answer_by: Annotated[date, Field(description="Last day to answer.")]
    may: Annotated[tuple[str, ...], Field(description="What you may answer now: interest, refusal.")]
    refusal: Annotated[RefusalReason | None, Field(description="Your own reason, if you refused.")] = None
    demand_id: Annotated[str | None, Field(description="Your demand, if you are the host.")] = None
    profile_id: Annotated[str | None, Field(description="The profile: yours, or the one matched to you.")] = None
    demand: DemandView | None = None
    profile: ProfileView | None = None
    score: Annotated[float | None, Field(description="0 to 1: how well they suit each other.")] = None
    explanation: tuple[Criterion, ...] = ()


class IntroductionList(BaseModel):
    """Some introductions, those to be answered soonest first. A filtered page may be short: go on while there is a
    cursor."""

    items: tuple[IntroductionView, ...]
    cursor: str | None = None


def introduction_view(stored: Stored[Introduction], tenant: str, words: Nomenclature) -> IntroductionView:
    """What this side may read of it now."""
    one = stored.value
    side = one.side_of(tenant)
    standing = one.standing(side)
    return IntroductionView(
        id=one.id,
        side=side,
        state=standing,
        state_text=WORDS[standing],
        answer_by=one.answer_by,
        may=_answers_left(one, side),
        refusal=one.refusal if one.refused_by == side else None,
        demand_id=one.demand_id if side == "host" else None,
        profile_id=one.match.profile_id if side == "lender" or not one.ended else None,
        demand=_demand(one.demand_card, words) if side == "host" or not one.ended else None,
        profile=_profile(one.match.card, words) if side == "lender" or not one.ended else None,
        score=None if one.ended else one.match.score,
        explanation=() if one.ended else one.match.criteria,
    )


def _answers_left(one: Introduction, side: Side) -> tuple[str, ...]:
    if one.ended:
        return ()
    return ("refusal",) if one.interested(side) else ("interest", "refusal")


def _profile(card: ProfileCard, words: Nomenclature) -> ProfileView:
    return ProfileView(
        occupation=_named(words, "occupation", card.occupation),
        skills=tuple(_named(words, "skill", code) for code in card.skills),
        experience=card.experience,
        area=card.area,
        area_label=_area(words, card.area),
        radius_km=card.radius_km,
        available_from=card.available_from,
        available_to=card.available_to,
        working_time=card.working_time,
        shifts=card.shifts,
    )


def _demand(card: DemandCard, words: Nomenclature) -> DemandView:
    return DemandView(
        occupation=_named(words, "occupation", card.occupation),
        must_skills=tuple(_named(words, "skill", code) for code in card.must_skills),
        wished_skills=tuple(_named(words, "skill", code) for code in card.wished_skills),
        experience=card.experience,
        area=card.area,
        area_label=_area(words, card.area),
        first_month=card.first_month,
        last_month=card.last_month,
        working_time=card.working_time,
        shift=card.shift,
        headcount=card.headcount,
    )


def _area(words: Nomenclature, area: Area) -> str:
    return _named(words, "departement" if area.level == "department" else area.level, area.code).label


def _named(words: Nomenclature, kind: str, code: str) -> Named:
    try:
        return Named(code=code, label=words.label(kind, code))
    except UnknownCode:
        return Named(code=code, label=code)
