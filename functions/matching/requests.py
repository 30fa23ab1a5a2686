"""What callers say to the matching slice, and what they hear. No answer carries a tenant or a person."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from functions.matching.model.formula import month_of
from functions.matching.model.ranking import HardFact, Offered, Ranked
from functions.matching.model.sharing import Combination, Loan, people_by_month
from functions.matching.model.unlocking import Effort, Step, StepKind, Unlock
from functions.matching.wording import SHIFTS, combined, label, lent_for, step_said, summary, unlocked
from passerelle.contracts.cards import Area, Month, Shift, ShownExperience, WorkingTime
from passerelle.contracts.matching import Criterion, CriterionName
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
    "unlock": {
        "steps": [
            {
                "kind": "skill",
                "changes": "profile",
                "value": "300643",
                "effort": "short_training",
                "text": "une formation courte à la compétence «\u00a0Poser des rivets à frapper ou à tirer\u00a0»",
            }
        ],
        "score": 0.869,
        "good": True,
        "text": "Avec une formation courte à la compétence «\u00a0Poser des rivets à frapper ou à tirer\u00a0», "
        "l’adéquation passerait de 78\u00a0% à 86\u00a0%, soit une bonne adéquation.",
    },
}
_OFFER_EXAMPLE: JsonDict = {
    "reference": "ref_0f3c9a1b2d4e5f607182",
    "score": 0.784,
    "summary": _MATCH_EXAMPLE["summary"],
    "demand": {
        "occupation": {"code": "H2901", "label": "Ajusteur monteur / Ajusteuse monteuse"},
        "must_skills": [{"code": "300643", "label": "Poser des rivets à frapper ou à tirer"}],
        "wished_skills": [],
        "experience": "3-5",
        "area": {"level": "epci", "code": "200084952"},
        "area_label": "CU Le Havre Seine Métropole",
        "first_month": "2026-09",
        "last_month": "2026-12",
        "working_time": "full_time",
        "shift": "day",
        "headcount": 2,
    },
    "criteria": _MATCH_EXAMPLE["criteria"],
    "unlock": _MATCH_EXAMPLE["unlock"],
    "barred": None,
}


_COMBINATION_EXAMPLE: JsonDict = {
    "text": "Une personne couvre 2 des 3 mois demandés. Il manque quelqu’un en novembre 2026.",
    "months_asked": 3,
    "months_covered": 2,
    "months": [
        {"month": "2026-09", "people": 1, "missing": 0},
        {"month": "2026-10", "people": 1, "missing": 0},
        {"month": "2026-11", "people": 0, "missing": 1},
    ],
    "loans": [
        {
            "first_month": "2026-09",
            "last_month": "2026-10",
            "text": "De septembre 2026 à octobre 2026\u00a0: adéquation de 78\u00a0%.",
            "match": _MATCH_EXAMPLE,
        }
    ],
    "proven_best": True,
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


class StepView(BaseModel):
    """One change of one of the two cards."""

    kind: StepKind
    changes: Annotated[Literal["profile", "demand"], Field(description="Whose card it changes.")]
    value: Annotated[
        str,
        Field(
            description="The skill's code; the months of availability, YYYY-MM/YYYY-MM; the working time or shift to "
            "accept; the radius in km; the experience that is enough."
        ),
    ]
    effort: Effort
    text: Annotated[str, Field(description="The same in French.")]


class UnlockView(BaseModel):
    """The smallest training or change that makes a good match, or gains the most where none does. Made on the cards as
    they are, the steps lead exactly to `score`."""

    steps: tuple[StepView, ...]
    score: Annotated[float, Field(description="The score after the steps.")]
    good: Annotated[bool, Field(description="Whether that is a good match (0.75 and a trade in common).")]
    text: Annotated[str, Field(description="The same in French.")]


class MatchView(BaseModel):
    """One profile as it ranks for a demand. `score` is exactly the sum of weight × fit of its criteria."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MATCH_EXAMPLE]})

    profile_id: str
    score: float
    summary: str
    profile: ProfileView
    criteria: tuple[CriterionView, ...]
    unlock: Annotated[UnlockView | None, Field(description="Null when no step gains a point in a hundred.")]


class MatchList(BaseModel):
    """A page of everyone who passes the hard facts, best first. `cursor` asks for those who follow; null at the end."""

    items: tuple[MatchView, ...]
    cursor: str | None = None


class DemandView(BaseModel):
    """A masked demand (besoin masqué): all that a lender may read of it now."""

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


class OfferView(BaseModel):
    """One demand as it ranks for your volunteer. `score` is exactly the sum of weight × fit of its criteria."""

    model_config = ConfigDict(json_schema_extra={"examples": [_OFFER_EXAMPLE]})

    reference: Annotated[
        str, Field(description="Names the demand for this profile alone, from one reading to the next.")
    ]
    score: float
    summary: str
    demand: DemandView
    criteria: tuple[CriterionView, ...]
    unlock: Annotated[UnlockView | None, Field(description="Null when no step gains a point in a hundred.")]
    barred: Annotated[
        HardFact | None,
        Field(description="The one fact that parts the two; score and criteria are those once the step is made."),
    ] = None


class OfferList(BaseModel):
    """A page of demands for one volunteer, best first. `cursor` asks for those who follow; null at the end."""

    items: tuple[OfferView, ...]
    cursor: str | None = None


class LoanView(BaseModel):
    """One of those who cover a demand together, in these months, both included."""

    first_month: Month
    last_month: Month
    text: Annotated[str, Field(description="The same in French.")]
    match: MatchView


class CoveredMonth(BaseModel):
    """How many people would be there in one month of the demand, and how many are missing."""

    month: Month
    people: int
    missing: int


class CombinationView(BaseModel):
    """Several people for one demand, side by side or one after the other, each for six months at most: of all choices
    among the hundred best, the one with the greatest sum of months × score, with as few people as it takes."""

    model_config = ConfigDict(json_schema_extra={"examples": [_COMBINATION_EXAMPLE]})

    text: Annotated[str, Field(description="The whole in French.")]
    months_asked: Annotated[int, Field(description="Of all the people asked for together.")]
    months_covered: int
    months: tuple[CoveredMonth, ...]
    loans: Annotated[tuple[LoanView, ...], Field(description="The earliest first.")]
    proven_best: Annotated[bool, Field(description="Whether there is no better choice for certain.")]


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
            area_label=_place(words, card.area),
            radius_km=card.radius_km,
            available_from=card.available_from,
            available_to=card.available_to,
            working_time=card.working_time,
            shifts=card.shifts,
        ),
        criteria=_criteria(words, one.criteria),
        unlock=_unlock(words, one.score, one.unlock),
    )


def combination_view(one: Combination, words: Nomenclature) -> CombinationView:
    """What a host may read of those who could cover his demand together."""
    there = people_by_month(one.need, one.choice.loans)
    months = tuple(
        CoveredMonth(month=month_of(month), people=people, missing=one.need.headcount - people)
        for month, people in there.items()
    )
    asked, missing = one.need.headcount * len(months), [each.month for each in months if each.missing]
    return CombinationView(
        text=combined(one.need.headcount, asked, len(one.people), one.choice.months, missing),
        months_asked=asked,
        months_covered=one.choice.months,
        months=months,
        loans=tuple(_loan(loan, card, words) for loan, card in one.people),
        proven_best=one.choice.proven,
    )


def offer_view(one: Offered, words: Nomenclature) -> OfferView:
    """What a lender may read of a demand for his volunteer."""
    card = one.card
    return OfferView(
        reference=one.reference,
        score=one.score / 1_000_000,
        summary=summary(one.score, one.criteria),
        demand=DemandView(
            occupation=_named(words, "trade", card.occupation),
            must_skills=tuple(_named(words, "skill", code) for code in card.must_skills),
            wished_skills=tuple(_named(words, "skill", code) for code in card.wished_skills),
            experience=card.experience,
            area=card.area,
            area_label=_place(words, card.area),
            first_month=card.first_month,
            last_month=card.last_month,
            working_time=card.working_time,
            shift=card.shift,
            headcount=card.headcount,
        ),
        criteria=_criteria(words, one.criteria),
        unlock=_unlock(words, one.score, one.unlock, barred=one.barred is not None),
        barred=one.barred,
    )


def _loan(loan: Loan, card: Ranked, words: Nomenclature) -> LoanView:
    first, last = month_of(loan.first), month_of(loan.last)
    text = lent_for(first, last, card.score)
    return LoanView(first_month=first, last_month=last, text=text, match=match_view(card, words))


def _criteria(words: Nomenclature, criteria: tuple[Criterion, ...]) -> tuple[CriterionView, ...]:
    return tuple(
        CriterionView(
            name=criterion.name,
            fit=criterion.fit,
            weight=criterion.weight,
            met=_codes(words, criterion.name, criterion.met),
            missing=_codes(words, criterion.name, criterion.missing),
            value=criterion.value,
            text=criterion.text,
        )
        for criterion in criteria
    )


def _unlock(words: Nomenclature, score: int, one: Unlock | None, *, barred: bool = False) -> UnlockView | None:
    if one is None:
        return None
    return UnlockView(
        steps=tuple(_step(words, step) for step in one.steps),
        score=one.score / 1_000_000,
        good=one.good,
        text=unlocked(words, score, one, barred=barred),
    )


def _step(words: Nomenclature, step: Step) -> StepView:
    return StepView(
        kind=step.kind,
        changes="demand" if step.kind is StepKind.EXPERIENCE else "profile",
        value=step.value,
        effort=step.effort,
        text=step_said(words, step),
    )


def _place(words: Nomenclature, area: Area) -> str:
    return label(words, _AREA_KINDS.get(area.level, area.level), area.code)


def _codes(words: Nomenclature, criterion: str, codes: tuple[str, ...]) -> tuple[Named, ...]:
    if criterion == "hours":
        return tuple(Named(code=code, label=SHIFTS[Shift(code)]) for code in codes)
    return tuple(_named(words, "skill", code) for code in codes)


def _named(words: Nomenclature, kind: str, code: str) -> Named:
    return Named(code=code, label=label(words, kind, code))
