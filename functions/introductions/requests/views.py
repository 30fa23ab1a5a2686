"""What a side reads: its own things, and the other's masked card while the introduction is open."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from functions.introductions.model.pair import Introduction
from functions.introductions.model.sheet import EarliestStart, Signer
from functions.introductions.model.states import TALKING, RefusalReason, Standing
from passerelle.contracts.cards import Area, DemandCard, Month, ProfileCard, Shift, ShownExperience, WorkingTime
from passerelle.contracts.introductions import Side
from passerelle.contracts.matching import Criterion
from passerelle.contracts.terms import TermSheet
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.store import Stored

WORDS = {
    Standing.TO_ANSWER: "À vous de répondre",
    Standing.AWAITED: "L’autre entreprise est intéressée\u00a0: à vous de répondre",
    Standing.WAITING: "Vous êtes intéressé\u00a0: en attente de l’autre entreprise",
    Standing.MUTUAL: "Intérêt partagé",
    Standing.COMMITTING: "Conditions du prêt à signer par les trois parties",
    Standing.DISCLOSED: "Les trois parties se connaissent",
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


class Named(BaseModel):
    """A code with its French label."""

    code: str
    label: str


class ProfileView(BaseModel):
    """A masked profile (profil masqué)."""

    occupation: Named
    skills: tuple[Named, ...]
    experience: ShownExperience
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
    experience: ShownExperience
    area: Area
    area_label: str
    first_month: Month
    last_month: Month
    working_time: WorkingTime
    shift: Shift
    headcount: int


class QuestionView(BaseModel):
    """A masked question and its answer."""

    id: str
    yours: bool
    text: str
    asked_on: date
    answer: str | None = None
    answered_on: date | None = None


class TermSheetView(BaseModel):
    """The blind term sheet as it stands: sign its `sha256`."""

    sha256: str
    yours: Annotated[bool, Field(description="Whether your side wrote it.")]
    signed_by: Annotated[tuple[Signer, ...], Field(description="Who signed it so far.")]
    terms: TermSheet


class IntroductionView(BaseModel):
    """An introduction as one side sees it. The other's card is shown while it proceeds and, until it is mutual, only
    while enough others read alike."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    side: Annotated[Side, Field(description="Which side you are on.")]
    state: Annotated[Standing, Field(description="Where it stands for you.")]
    state_text: Annotated[str, Field(description="The same in French.")]
    answer_by: Annotated[date, Field(description="Last day to answer.")]
    may: Annotated[tuple[str, ...], Field(description="What you may do now, by the last part of its path.")]
    refusal: Annotated[RefusalReason | None, Field(description="Your own reason, if you refused.")] = None
    demand_id: Annotated[str | None, Field(description="Your demand, if you are the host.")] = None
    profile_id: Annotated[str | None, Field(description="The profile: yours, or the one matched to you.")] = None
    demand: DemandView | None = None
    profile: ProfileView | None = None
    score: Annotated[
        float | None,
        Field(description="0 to 1: how well they suit each other; null when an adviser brought them together."),
    ] = None
    explanation: tuple[Criterion, ...] = ()
    earliest_start: Annotated[EarliestStart | None, Field(description="First lawful day, and why.")] = None
    questions: tuple[QuestionView, ...] = ()
    term_sheet: TermSheetView | None = None


class IntroductionList(BaseModel):
    """Some introductions, those to be answered soonest first. A filtered page may be short: go on while there is a
    cursor."""

    items: tuple[IntroductionView, ...]
    cursor: str | None = None


def introduction_view(
    stored: Stored[Introduction], tenant: str, words: Nomenclature, *, protected: bool
) -> IntroductionView:
    """What this side may read of it now; `protected` says whether a class protects the other's card at this moment."""
    one = stored.value
    side = one.side_of(tenant)
    standing = one.standing(side)
    told = not one.ended and (protected or not one.unanswered)
    return IntroductionView(
        id=one.id,
        side=side,
        state=standing,
        state_text=WORDS[standing],
        answer_by=one.answer_by,
        may=_answers_left(one, side),
        refusal=one.refusal if one.refused_by == side else None,
        demand_id=one.demand_id if side == "host" else None,
        profile_id=one.match.profile_id if side == "lender" or told else None,
        demand=_demand(one.demand_card, words) if side == "host" or told else None,
        profile=_profile(one.match.card, words) if not one.erased and (side == "lender" or told) else None,
        score=one.match.score if told and not one.mediated else None,
        explanation=one.match.criteria if told else (),
        earliest_start=None if one.ended else one.earliest_start,
        questions=() if one.ended else _questions(one, side),
        term_sheet=None if one.ended else _sheet(one, side),
    )


def _questions(one: Introduction, side: Side) -> tuple[QuestionView, ...]:
    return tuple(
        QuestionView(
            id=question.id,
            yours=question.side == side,
            text=question.text,
            asked_on=question.asked_on,
            answer=question.answer,
            answered_on=question.answered_on,
        )
        for question in one.questions
    )


def _sheet(one: Introduction, side: Side) -> TermSheetView | None:
    if one.sheet is None:
        return None
    return TermSheetView(
        sha256=one.sheet.sha256,
        yours=one.sheet.written_by == side,
        signed_by=tuple(sorted(one.signatures)),
        terms=one.sheet.terms,
    )


def _answers_left(one: Introduction, side: Side) -> tuple[str, ...]:
    if one.ended or one.agreed:
        return ()
    if one.state not in TALKING:
        return ("refusal",) if one.interested(side) else ("interest", "refusal")
    signs = ("signatures",) if one.sheet is not None and side not in one.signatures else ()
    return ("questions", "term-sheet", *signs, "refusal")


def _profile(card: ProfileCard, words: Nomenclature) -> ProfileView:
    return ProfileView(
        occupation=_named(words, "trade", card.occupation),
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
        occupation=_named(words, "trade", card.occupation),
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
