"""What each side says to the introductions slice, and what it hears: its own things, and the other's masked card."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from functions.introductions.model import (
    TALKING,
    Declared,
    EarliestStart,
    GoLine,
    GoSection,
    Introduction,
    RefusalReason,
    Signer,
    Standing,
    State,
)
from legality.dates import add_months
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
from passerelle.contracts.terms import Cents, CostBase, TermSheet
from passerelle.http import Body
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.problems import FieldError, Invalid, Malformed
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


COST_QUERY: Final = (
    "monthly_gross",
    "bonuses",
    "paid_leave",
    "contribution_rate",
    "expenses_ceiling",
    "vat_rate",
    "months",
)
_MOST_MONTHS = 36


class Refusal(Body):
    """Why you refuse. Only your side reads it again; the other reads that it does not proceed."""

    reason: Annotated[RefusalReason, Field(examples=["dates"])]


class MaskedText(Body):
    """A question or an answer that names nobody: no person, company, place, number or address."""

    text: Annotated[str, Field(min_length=3, max_length=500, examples=["Quels sont les horaires de l’équipe ?"])]


_SHEET: JsonDict = {
    "regime": "R1_ORDINARY",
    "occupation": "H2913",
    "tasks": "Soudage de sous-ensembles en atelier, contrôle visuel, tenue du poste.",
    "post_characteristics": "Travail debout, bruit modéré.",
    "area": {"level": "epci", "code": "200010700"},
    "start_date": "2027-02-01",
    "end_date": "2027-04-30",
    "weekly_hours": 35,
    "daily_hours": 8,
    "daily_rest_hours": 12,
    "working_time": "full_time",
    "shift": "day",
    "contract_type": "CDI",
    "cost": {
        "monthly_gross": 280000,
        "bonuses": 15000,
        "paid_leave": 28000,
        "contribution_rate": 4200,
        "expenses_ceiling": 12000,
        "billed": 470660,
        "vat_rate": 2000,
    },
}


class NewTermSheet(TermSheet, Body):
    """The blind term sheet, whole. Its texts name nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SHEET]})

    def terms(self) -> TermSheet:
        """The term sheet itself."""
        return TermSheet.model_validate(self.model_dump())


class Declarations(Body):
    """What the law asks of a side in a regime below cost (R2, R3); each side declares its own."""

    group_headcount: Annotated[
        int | None, Field(ge=0, le=10_000_000, description="Lender: of its group on 31 December; 0 without a group.")
    ] = None
    art_238_bis: Annotated[bool | None, Field(description="Host: a body of article 238 bis CGI, 1, a to g.")] = None
    registered_on: Annotated[date | None, Field(description="Host: day of its registration.")] = None
    yearly_headcounts: Annotated[
        tuple[Annotated[int, Field(ge=0, le=10_000_000)], ...],
        Field(max_length=5, description="Host: average headcounts of the last five calendar years, oldest first."),
    ] = ()

    def added_to(self, declared: Declared, side: Side) -> Declared:
        """What is declared, with what this side says of itself. Raises `Invalid` for what is the other's to say."""
        fields = {
            "lender": {"group_headcount": "lender_group_headcount"},
            "host": {
                "art_238_bis": "host_art_238_bis",
                "registered_on": "host_registered_on",
                "yearly_headcounts": "host_yearly_headcounts",
            },
        }
        said = self.model_dump(exclude_defaults=True)
        foreign = sorted(set(said) - set(fields[side]))
        if foreign:
            faults = [_not_yours(name) for name in foreign]
            raise Invalid("Some declarations are not yours to make.", fields=faults)
        return declared.model_copy(update={fields[side][name]: getattr(self, name) for name in said})


class NewSignature(Body):
    """The hash of the term sheet you sign, exactly as you read it, and what you declare of your company."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["a3" * 32])]
    declarations: Declarations = Declarations()


class GoLink(Body):
    """The token of the employee's personal link."""

    token: Annotated[
        str, Field(min_length=16, max_length=200, examples=["Zk3vq2m7xw5ndbt4jyhzaZk3vq2m7xw5ndbt4jyhzaQ"])
    ]


class GoDecision(Body):
    """The employee's word: go, for the sheet he was shown, or a refusal, which needs no condition at all."""

    token: Annotated[
        str, Field(min_length=16, max_length=200, examples=["Zk3vq2m7xw5ndbt4jyhzaZk3vq2m7xw5ndbt4jyhzaQ"])
    ]
    decision: Annotated[Literal["go", "refuse"], Field(examples=["go"])]
    sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$", description="Of the sheet shown; for a go.")] = None


GoState = Literal["undecided", "go", "disclosed", "agreed", "closed"]


class GoStanding(BaseModel):
    """Where it stands for the employee."""

    state: GoState
    decided_at: datetime | None = None


class GoSheet(GoStanding):
    """The masked term sheet in words, for the employee alone, and who looked at his card."""

    wording: str
    title: str
    sha256: Annotated[str | None, Field(description="Of the sheet he gives his go to.")] = None
    lines: tuple[GoLine, ...] = ()
    start: Annotated[tuple[str, ...], Field(description="When it may begin at the earliest, and why.")] = ()
    sections: tuple[GoSection, ...] = ()
    looks: Annotated[tuple[str, ...], Field(description="Who looked at his card, the latest first.")] = ()


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


class CostLine(BaseModel):
    """One line of the cost base."""

    type: Literal["WAGES", "BONUS", "PAID_LEAVE", "CHARGES", "EXPENSES"]
    label: str
    cents: Cents


class CostView(BaseModel):
    """What a loan costs at cost, and so what may be billed in R1. Euro cents; contributions rounded half up."""

    lines: Annotated[tuple[CostLine, ...], Field(description="Of one full month.")]
    monthly: Annotated[int, Field(description="One full month, without VAT.")]
    months: int
    total: Annotated[int, Field(description="All months, without VAT.")]
    vat: int
    total_with_vat: int


class IntroductionView(BaseModel):
    """An introduction as one side sees it. Once it does not proceed, the other's card is no longer shown."""

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
    score: Annotated[float | None, Field(description="0 to 1: how well they suit each other.")] = None
    explanation: tuple[Criterion, ...] = ()
    earliest_start: Annotated[EarliestStart | None, Field(description="First lawful day, and why.")] = None
    questions: tuple[QuestionView, ...] = ()
    term_sheet: TermSheetView | None = None


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
    shows_card = not one.erased and (side == "lender" or not one.ended)
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
        profile=_profile(one.match.card, words) if shows_card else None,
        score=None if one.ended else one.match.score,
        explanation=() if one.ended else one.match.criteria,
        earliest_start=None if one.ended else one.earliest_start,
        questions=() if one.ended else _questions(one, side),
        term_sheet=None if one.ended else _sheet(one, side),
    )


def _not_yours(name: str) -> FieldError:
    return FieldError(f"/declarations/{name}", "The other side declares this.", "Leave it out.")


def check_codes(sheet: TermSheet, words: Nomenclature) -> None:
    """Raise `Invalid` for an occupation or an area that the nomenclature does not hold."""
    kind = "departement" if sheet.area.level == "department" else sheet.area.level
    faults = []
    for pointer, what, code in (("/occupation", "occupation", sheet.occupation), ("/area/code", kind, sheet.area.code)):
        try:
            words.label(what, code)
        except UnknownCode as error:
            near = ", ".join(error.suggestions) or "none"
            faults.append(FieldError(pointer, "This code is not in the nomenclature.", f"Near ones: {near}."))
    if faults:
        raise Invalid("Some codes are unknown; nothing was changed.", fields=faults)


def simulated(query: Mapping[str, str], terms: TermSheet | None) -> tuple[CostBase, int]:
    """The cost base to simulate and its months: the sheet's, with the figures asked for instead of its own.

    Raises `Malformed` for figures that cannot be, or that are missing while there is no term sheet.
    """
    figures: dict[str, int] = terms.cost.model_dump() if terms else {}
    months = _months(terms) if terms else 1
    for name, text in query.items():
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise Malformed(
                f"{name} is a whole number.", remedy="Amounts are euro cents, rates hundredths of a percent."
            )
        if name == "months":
            months = int(text)
        else:
            figures[name] = int(text)
    try:
        if not 1 <= months <= _MOST_MONTHS:
            raise ValueError
        return CostBase.model_validate(figures | {"billed": figures.get("billed", 0)}), months
    except ValueError:
        raise Malformed(
            "These figures make no cost base.",
            remedy=f"Give monthly_gross and contribution_rate at least; 1 to {_MOST_MONTHS} months.",
        ) from None


def _months(terms: TermSheet) -> int:
    """Months of the loan counted date to date, a month begun counted whole."""
    months = 1
    while months < _MOST_MONTHS and add_months(terms.start_date, months) <= terms.end_date:
        months += 1
    return months


def cost_view(cost: CostBase, months: int) -> CostView:
    """The cost of so many full months."""
    wages = cost.monthly_gross + cost.bonuses + cost.paid_leave
    amounts = {
        "WAGES": ("Salaire brut", cost.monthly_gross),
        "BONUS": ("Primes et 13e mois", cost.bonuses),
        "PAID_LEAVE": ("Congés payés", cost.paid_leave),
        "CHARGES": ("Cotisations patronales", cost.monthly_cost - wages - cost.expenses_ceiling),
        "EXPENSES": ("Frais professionnels de la mission", cost.expenses_ceiling),
    }
    vat = (cost.monthly_cost * cost.vat_rate + 5_000) // 10_000 * months
    total = cost.monthly_cost * months
    return CostView(
        lines=tuple(
            CostLine.model_validate({"type": kind, "label": label, "cents": cents})
            for kind, (label, cents) in amounts.items()
        ),
        monthly=cost.monthly_cost,
        months=months,
        total=total,
        vat=vat,
        total_with_vat=total + vat,
    )


def go_standing(one: Introduction) -> GoStanding:
    """Where it stands for the employee."""
    go = one.signatures.get("employee")
    state: GoState = "undecided"
    if one.agreed:
        state = "agreed"
    elif one.ended:
        state = "closed"
    elif one.state is State.DISCLOSED:
        state = "disclosed"
    elif go is not None:
        state = "go"
    return GoStanding(state=state, decided_at=None if one.ended or go is None else go.at)


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
