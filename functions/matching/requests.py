"""What callers say to the matching slice, and what they hear. No answer carries a tenant or a person."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from functions.matching.model.ranking import Ranked
from functions.matching.wording import SHIFTS, label, summary
from passerelle.contracts.cards import Area, Month, Shift, ShownExperience, WorkingTime
from passerelle.contracts.matching import CriterionName
from passerelle.http import Body
from passerelle.nomenclature import Nomenclature

_AREA_KINDS = {"department": "departement"}

_MATCH_EXAMPLE: JsonDict = {
    "profile_id": "prf_k3vq2m7xw5ndbt4jyhza",
    "score": 0.784,
    "summary": "Adéquation de 78\u00a0%. Points forts\u00a0: période et horaires.",
    "profile": {
        "occupation": {"code": "H2909", "label": "Assembleur monteur / Assembleuse monteuse"},
        "skills": [{"code": "106184", "label": "Positionner et fixer les pièces sur gabarit"}],
        "experience": "6-10",
        "area": {"level": "epci", "code": "200084952"},
        "area_label": "CU Le Havre Seine Métropole",
        "radius_km": 50,
        "available_from": "2026-09",
        "available_to": "2027-02",
        "working_time": "full_time",
        "shifts": ["day", "two_shifts"],
    },
    "criteria": [
        {
            "name": "must_skills",
            "fit": 0.7904,
            "weight": 0.4,
            "met": [{"code": "106184", "label": "Positionner et fixer les pièces sur gabarit"}],
            "missing": [{"code": "300643", "label": "Poser des rivets à frapper ou à tirer"}],
            "value": None,
            "text": "Compétences indispensables\u00a0: 3 sur 4",
        }
    ],
}


class Named(BaseModel):
    """A code with its French label."""

    code: str
    label: str


class ProfileView(BaseModel):
    """A masked profile (profil masqué): all that a host may read of it now."""

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


class CriterionView(BaseModel):
    """One line of the explanation."""

    name: CriterionName
    fit: Annotated[float, Field(description="How well it fits, 0 to 1.")]
    weight: Annotated[float, Field(description="Its share of the score; the weights add up to 1.")]
    met: tuple[Named, ...]
    missing: tuple[Named, ...]
    value: Annotated[float | None, Field(description="km for distance, months for period.")]
    text: Annotated[str, Field(description="The same in French.")]


class MatchView(BaseModel):
    """One profile as it ranks for a demand. `score` is exactly the sum of weight × fit of its criteria."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MATCH_EXAMPLE]})

    profile_id: str
    score: float
    summary: str
    profile: ProfileView
    criteria: tuple[CriterionView, ...]


class MatchList(BaseModel):
    """A page of everyone who passes the hard facts, best first. `cursor` asks for those who follow; null at the end."""

    items: tuple[MatchView, ...]
    cursor: str | None = None


class NewProposal(Body):
    """The profile you ask to be introduced to, from the list of matches."""

    profile_id: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$", examples=["prf_k3vq2m7xw5ndbt4jyhza"])]


class WeightView(BaseModel):
    """One criterion of the formula: what it counts and how it is measured."""

    name: CriterionName
    label: str
    weight: float
    rule: Annotated[str, Field(description="How it is measured, in French.")]


class Formula(BaseModel):
    """The whole formula that ranks profiles: everyone may know how."""

    weights: tuple[WeightView, ...]
    hard_facts: Annotated[tuple[str, ...], Field(description="The only facts that exclude, in French.")]
    principle: Annotated[str, Field(examples=["Le classement ordonne et n’exclut jamais."])]
    most_proposed: Annotated[int, Field(description="How many profiles a demand is proposed without being asked for.")]


def match_view(one: Ranked, words: Nomenclature) -> MatchView:
    """What a host may read of a ranked profile."""
    card = one.card
    return MatchView(
        profile_id=one.profile_id,
        score=one.score / 1_000_000,
        summary=summary(one.score, one.criteria),
        profile=ProfileView(
            occupation=_named(words, "trade", card.occupation),
            skills=tuple(_named(words, "skill", code) for code in card.skills),
            experience=card.experience,
            area=card.area,
            area_label=label(words, _AREA_KINDS.get(card.area.level, card.area.level), card.area.code),
            radius_km=card.radius_km,
            available_from=card.available_from,
            available_to=card.available_to,
            working_time=card.working_time,
            shifts=card.shifts,
        ),
        criteria=tuple(
            CriterionView(
                name=criterion.name,
                fit=criterion.fit,
                weight=criterion.weight,
                met=_codes(words, criterion.name, criterion.met),
                missing=_codes(words, criterion.name, criterion.missing),
                value=criterion.value,
                text=criterion.text,
            )
            for criterion in one.criteria
        ),
    )


def _codes(words: Nomenclature, criterion: str, codes: tuple[str, ...]) -> tuple[Named, ...]:
    if criterion == "hours":
        return tuple(Named(code=code, label=SHIFTS[Shift(code)]) for code in codes)
    return tuple(_named(words, "skill", code) for code in codes)


def _named(words: Nomenclature, kind: str, code: str) -> Named:
    return Named(code=code, label=label(words, kind, code))
