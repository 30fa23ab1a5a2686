"""What a sealed document is, French words for masked facts, and the proposal letter, which is built of them.

Pure. The documents of a loan are in `model.loan`. A letter is built field by field from masked facts (law.md §2.8): it
holds no tenant, no person, no municipality, and no amount of money. Codes become labels; a code that the nomenclature
does not hold is shown as itself. The fixed sentences are the templates', since an operator may word them otherwise; the
facts are here.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.cards import Area, DemandCard, ProfileCard, Shift, ShownExperience
from passerelle.contracts.introductions import IntroductionProposed
from passerelle.contracts.matching import Criterion, CriterionName
from passerelle.french import AREA_KINDS, AREAS, MONTHS, NO_BREAK, WORKING_TIME
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.problems import NotFound, Problem, Refused

EXPERIENCE: Final[dict[ShownExperience, str]] = {
    ShownExperience.UP_TO_2: f"jusqu’à 2{NO_BREAK}ans",
    ShownExperience.FROM_3_TO_5: f"de 3 à 5{NO_BREAK}ans",
    ShownExperience.FROM_6_TO_10: f"de 6 à 10{NO_BREAK}ans",
    ShownExperience.FROM_11: f"11{NO_BREAK}ans et plus",
    ShownExperience.UP_TO_5: f"jusqu’à 5{NO_BREAK}ans",
    ShownExperience.FROM_6: f"6{NO_BREAK}ans et plus",
    ShownExperience.ANY: "non précisée",
}

SHIFTS: Final[dict[Shift, str]] = {
    Shift.DAY: "journée",
    Shift.TWO_SHIFTS: "deux équipes (2×8)",
    Shift.THREE_SHIFTS: "trois équipes (3×8)",
    Shift.NIGHT: "nuit",
    Shift.WEEKEND: "fin de semaine",
}

CRITERIA: Final[dict[CriterionName, str]] = {
    "occupation": "Métier",
    "must_skills": "Compétences indispensables",
    "wished_skills": "Compétences souhaitées",
    "distance": "Distance",
    "period": "Période",
    "hours": "Horaires",
    "experience": "Expérience",
}

_HOURS: Final[dict[str, str]] = {code.value: word for code, word in [*WORKING_TIME.items(), *SHIFTS.items()]}


class Kind(StrEnum):
    """The documents there are; a template of the family bears each one's name."""

    PROPOSAL_LETTER = "proposal_letter"
    TERM_SHEET = "term_sheet"
    LENDER_CSE_SUMMONS = "lender_cse_summons"
    LENDER_CSE_NOTE = "lender_cse_note"
    HOST_CSE_SUMMONS = "host_cse_summons"
    HOST_CSE_NOTE = "host_cse_note"
    SECONDMENT_AGREEMENT = "secondment_agreement"
    CONTRACT_AMENDMENT = "contract_amendment"
    EMPLOYEE_AGREEMENT = "employee_agreement"
    FINANCIAL_SCHEDULE = "financial_schedule"

    @property
    def dashed(self) -> str:
        """The kind as file names write it."""
        return self.value.replace("_", "-")

    @property
    def folder(self) -> str:
        """The folder of the bucket that holds the documents of this kind."""
        return "proposal-letters" if self is Kind.PROPOSAL_LETTER else self.dashed


class ShownCards(BaseModel):
    """The two masked cards that a proposal letter shows: it is handed out only while a class protects both."""

    model_config = ConfigDict(frozen=True)

    profile: ProfileCard
    demand: DemandCard


class Document(BaseModel):
    """A sealed file, as each of its readers holds it. The file itself is immutable: its name is its digest."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Kind
    introduction_id: str
    agreement_id: Annotated[str | None, Field(description="For the documents of an agreement.")] = None
    version: Annotated[int, Field(ge=1, description="Version of the terms it was made from.")] = 1
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    file: Annotated[str, Field(description="Key of the object in the documents bucket.")]
    issued_at: datetime
    shows: Annotated[ShownCards | None, Field(description="Of a proposal letter.")] = None


class EmployeeFile(BaseModel):
    """What the employee of an agreement may read by his personal link: his documents of its latest version."""

    model_config = ConfigDict(frozen=True)

    version: int
    documents: tuple[Document, ...]


class Link(BaseModel):
    """A personal link to the employee's documents of one agreement. Its token is known by its digest alone."""

    model_config = ConfigDict(frozen=True)

    agreement_id: str
    expires_at: datetime


class Qualification(BaseModel):
    """The masked profile that a term sheet was about, kept for the agreement that follows it."""

    model_config = ConfigDict(frozen=True)

    card: ProfileCard


class Archived(BaseModel):
    """A signed file that the law keeps though its person was erased: where it is, and the last day of it."""

    model_config = ConfigDict(frozen=True)

    file: str
    agreement_id: str
    until: date


class Closed(BaseModel):
    """That nothing is made of an introduction any more: its person was erased."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str


def link_not_valid() -> Problem:
    """One answer for every link that does not work: unknown, altered or expired read the same."""
    return NotFound(
        "This link does not work, or no longer.",
        code="link-not-valid",
        remedy="Open the link in the mail you received once more, or ask your employer to have a new one sent to you.",
    )


def letter_hidden() -> Problem:
    """The answer while no class protects the cards of a letter: the same whichever of the two it is."""
    return Refused(
        "No class protects the cards of this letter at this moment.",
        code="card-hidden",
        remedy="Read the introduction: it shows what may be shown now. The letter may come back.",
    )


class Address(BaseModel):
    """Where a file can be read for a moment by whoever holds the URL."""

    model_config = ConfigDict(frozen=True)

    url: str
    expires_at: datetime


class Reason(BaseModel):
    """One line of the explanation: a criterion, how well it fits, what it counts, and why.

    `missing` names what was asked for and is neither there nor named in `words` already.
    """

    model_config = ConfigDict(frozen=True)

    criterion: str
    fit: Literal["complète", "forte", "partielle", "faible", "aucune"]
    weight_percent: Annotated[int, Field(ge=0, le=100)]
    words: str
    missing: tuple[str, ...]


class Talent(BaseModel):
    """The masked profile in words."""

    model_config = ConfigDict(frozen=True)

    occupation: str
    skills: tuple[str, ...]
    experience: str
    availability: str
    area: str
    mobility: str
    working_time: str
    shifts: str


class Need(BaseModel):
    """The masked demand in words: what the host asked for, so that it recognises its own request."""

    model_config = ConfigDict(frozen=True)

    occupation: str
    must_skills: tuple[str, ...]
    wished_skills: tuple[str, ...]
    experience: str
    period: str
    area: str
    working_time: str
    shift: str
    headcount: str


class ProposalLetter(BaseModel):
    """All the facts of one letter. Nothing else reaches the template."""

    model_config = ConfigDict(frozen=True)

    reference: str
    profile_reference: str
    demand_reference: str
    issued_at: datetime
    issued_on: str
    answer_by: str
    score_percent: Annotated[int, Field(ge=0, le=100)]
    talent: Talent
    need: Need
    reasons: tuple[Reason, ...]


def proposal_letter(
    proposed: IntroductionProposed, issued_at: datetime, issued_on: date, words: Nomenclature
) -> ProposalLetter:
    """The letter for one introduction. `issued_on` is the day in France of the instant `issued_at`."""
    match = proposed.match
    return ProposalLetter(
        reference=proposed.introduction_id,
        profile_reference=match.profile_id,
        demand_reference=proposed.demand_id,
        issued_at=issued_at.astimezone(UTC),
        issued_on=day(issued_on),
        answer_by=day(date.fromisoformat(proposed.answer_by)),
        score_percent=_percent(match.score),
        talent=_talent(match.card, words),
        need=_need(proposed.demand_card, words),
        reasons=tuple(_reason(criterion, words) for criterion in match.criteria),
    )


def day(value: date) -> str:
    """A day as French letters write it: « 1er décembre 2026 », its parts kept on one line."""
    number = "1er" if value.day == 1 else str(value.day)
    return NO_BREAK.join([number, MONTHS[value.month - 1], str(value.year)])


def months(first: str, last: str) -> str:
    """A span of calendar months (YYYY-MM): « de janvier à avril 2027 »; one month alone is « mars 2027 »."""
    if first == last:
        return _month(first)
    start, end = _month(first), _month(last)
    if first[:4] == last[:4]:
        start = start.split(NO_BREAK)[0]
    return f"{_from(start)} à {end}"


def fit_word(fit: float) -> Literal["complète", "forte", "partielle", "faible", "aucune"]:
    """How well a criterion fits (0 to 1), in a word."""
    if fit >= 0.995:
        return "complète"
    if fit >= 0.7:
        return "forte"
    if fit >= 0.4:
        return "partielle"
    return "faible" if fit > 0 else "aucune"


def _talent(card: ProfileCard, words: Nomenclature) -> Talent:
    return Talent(
        occupation=occupation_words(card.occupation, words),
        skills=labels_of("skill", card.skills, words),
        experience=EXPERIENCE[card.experience],
        availability=months(card.available_from, card.available_to),
        area=area_words(card.area, words),
        mobility=f"jusqu’à {card.radius_km}{NO_BREAK}km",
        working_time=WORKING_TIME[card.working_time],
        shifts=", ".join(SHIFTS[shift] for shift in card.shifts),
    )


def _need(card: DemandCard, words: Nomenclature) -> Need:
    return Need(
        occupation=occupation_words(card.occupation, words),
        must_skills=labels_of("skill", card.must_skills, words),
        wished_skills=labels_of("skill", card.wished_skills, words),
        experience=EXPERIENCE[card.experience],
        period=months(card.first_month, card.last_month),
        area=area_words(card.area, words),
        working_time=WORKING_TIME[card.working_time],
        shift=SHIFTS[card.shift],
        headcount=f"{card.headcount}{NO_BREAK}poste{'s' if card.headcount > 1 else ''}",
    )


def _reason(criterion: Criterion, words: Nomenclature) -> Reason:
    name = CRITERIA[criterion.name]
    text = criterion.text.removeprefix(f"{name}{NO_BREAK}: ")
    asked = tuple(_asked(code, words) for code in criterion.missing)
    return Reason(
        criterion=name,
        fit=fit_word(criterion.fit),
        weight_percent=_percent(criterion.weight),
        words=text[:1].upper() + text[1:],
        missing=tuple(label for label in asked if label not in text),
    )


def _percent(share: float) -> int:
    return round(share * 100)


def _month(value: str) -> str:
    year, month = value.split("-")
    return f"{MONTHS[int(month) - 1]}{NO_BREAK}{year}"


def _from(month: str) -> str:
    return f"d’{month}" if month[0] in "ao" else f"de {month}"


def label_of(kind: str, code: str, words: Nomenclature) -> str:
    """The label of a code; a code that the nomenclature does not hold is shown as itself."""
    try:
        return words.label(kind, code)
    except UnknownCode:
        return code


def _asked(code: str, words: Nomenclature) -> str:
    if code in _HOURS:
        return _HOURS[code]
    skill = label_of("skill", code, words)
    return label_of("trade", code, words) if skill == code else skill


def labels_of(kind: str, codes: tuple[str, ...], words: Nomenclature) -> tuple[str, ...]:
    """The labels of codes of one kind, in their order."""
    return tuple(label_of(kind, code, words) for code in codes)


def occupation_words(code: str, words: Nomenclature) -> str:
    """An occupation by its label and its ROME code."""
    label = label_of("trade", code, words)
    return label if label == code else f"{label} (ROME{NO_BREAK}{code})"


def area_words(area: Area, words: Nomenclature) -> str:
    """A masked place by its label and what kind of place it is."""
    return f"{label_of(AREA_KINDS[area.level], area.code, words)} ({AREAS[area.level]})"
