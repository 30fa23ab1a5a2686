"""The documents of a loan in French words (law.md §2.2 to 2.7): what each holds, field by field.

Pure. The masked ones are built from the blind term sheet and the two masked cards and have no field for a name; those
of an agreement add the parties, whom the vault has just named. What a person typed (tasks, characteristics, functions)
is carried as it is: templates print it and never read it. Amounts are euro cents until they become words here.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.documents.model import (
    EXPERIENCE,
    SHIFTS,
    Kind,
    area_words,
    day,
    label_of,
    labels_of,
    months,
    occupation_words,
)
from passerelle.contracts.agreements import AgreementReady
from passerelle.contracts.cards import ProfileCard
from passerelle.contracts.introductions import TermSheetReady
from passerelle.contracts.terms import ContractType, CostBase, Regime, TermSheet
from passerelle.french import NO_BREAK, WORKING_TIME
from passerelle.identifiers import Siren, Siret
from passerelle.nomenclature import Nomenclature

THIN: Final = "\N{NARROW NO-BREAK SPACE}"

REGIMES: Final[dict[Regime, str]] = {
    Regime.ORDINARY: (
        "prêt de main-d’œuvre à but non lucratif de droit commun (articles L8241-1 et L8241-2 du code du travail)"
    ),
    Regime.LARGE_TO_SME: (
        "prêt de main-d’œuvre d’une grande entreprise à une jeune, petite ou moyenne entreprise "
        "(articles L8241-3, R8241-1 et R8241-2 du code du travail)"
    ),
    Regime.GENERAL_INTEREST: (
        "prêt de main-d’œuvre à un organisme d’intérêt général "
        "(articles L8241-3, R8241-1 et R8241-2 du code du travail, article 238 bis du code général des impôts)"
    ),
}

PURPOSES: Final[dict[str, str]] = {
    "QUALIFICATION": "améliorer la qualification de la main-d’œuvre de l’entreprise utilisatrice",
    "TRANSITION": "favoriser les transitions professionnelles",
    "PARTNERSHIP": "constituer un partenariat d’affaires ou d’intérêt commun",
}

CONTRACTS: Final[dict[ContractType, str]] = {
    ContractType.PERMANENT: "contrat à durée indéterminée",
    ContractType.FIXED_TERM: "contrat à durée déterminée",
    ContractType.APPRENTICE: "contrat d’apprentissage",
    ContractType.TEMP: "contrat de mission",
}

Side = Literal["lender", "host"]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class CompanyIdentity(_Facts):
    """A company as the vault names it for an agreement."""

    name: str
    siren: Siren
    siret: Siret
    address: str
    contact_name: str


class PersonIdentity(_Facts):
    """An employee as the vault names him for an agreement."""

    given_name: str
    family_name: str


class CostLine(_Facts):
    """One line of the monthly cost: what it is, how it is reckoned, how much."""

    item: str
    basis: str
    amount: str


class Cost(_Facts):
    """What a full month costs the lender, and what the host is billed for it."""

    lines: tuple[CostLine, ...]
    contribution_rate: str
    expenses_ceiling: str
    total: str
    billed: str
    difference: Annotated[str, Field(description="Cost less what is billed; nil in R1.")]
    free: bool
    without_vat: bool
    vat_rate: str
    vat: str
    billed_with_vat: str


class Post(_Facts):
    """The work: what, when, how long, under which conditions. No place and no name."""

    occupation: str
    tasks: str
    characteristics: str
    first_day: str
    last_day: str
    days: str
    weekly_hours: str
    daily_hours: str
    daily_rest: str
    working_time: str
    shift: str
    risk: bool
    reinforced_monitoring: bool
    changed: Annotated[tuple[str, ...], Field(description="Essential elements of the contract that the loan changes.")]
    probation: Annotated[str, Field(description="Its length, or nothing.")]


class Loan(_Facts):
    """What every document of a loan says. `regime` is R1, R2 or R3."""

    reference: str
    issued_at: datetime
    issued_on: str
    regime: Literal["R1", "R2", "R3"]
    regime_words: str
    purpose: str
    contract: str
    post: Post
    cost: Cost


class MaskedPaper(Loan):
    """The blind term sheet and the papers for the two works councils: nobody is named."""

    terms_sha256: str
    area: str
    qualification: str
    skills: tuple[str, ...]
    home_area: Annotated[str, Field(description="Where the volunteer is, masked.")]
    headcount: Annotated[str, Field(description="Posts that the host asked for.")]
    need_period: str
    earliest_start: Annotated[str, Field(description="First lawful day, or nothing where it cannot be told.")]


class Party(_Facts):
    """A company as a party: who it is and who signs for it."""

    name: str
    siren: str
    siret: str
    address: str
    represented_by: str
    capacity: str


class AgreementPaper(Loan):
    """The documents of an agreement: the parties and the employee are named."""

    version: int
    introduction: str
    lender: Party
    host: Party
    employee: str
    qualification: str
    skills: tuple[str, ...]
    workplace: str
    supervisor: str


MASKED: Final[tuple[Kind, ...]] = (
    Kind.TERM_SHEET,
    Kind.LENDER_CSE_SUMMONS,
    Kind.LENDER_CSE_NOTE,
    Kind.HOST_CSE_SUMMONS,
    Kind.HOST_CSE_NOTE,
)
"""What is made of a term sheet, before anybody is named."""

NAMED: Final[tuple[Kind, ...]] = (
    Kind.SECONDMENT_AGREEMENT,
    Kind.CONTRACT_AMENDMENT,
    Kind.EMPLOYEE_AGREEMENT,
    Kind.FINANCIAL_SCHEDULE,
)
"""What is made of an agreement that is ready to sign."""

COMPANY_READERS: Final[Mapping[Kind, tuple[Side, ...]]] = {
    Kind.TERM_SHEET: ("lender", "host"),
    Kind.LENDER_CSE_SUMMONS: ("lender",),
    Kind.LENDER_CSE_NOTE: ("lender",),
    Kind.HOST_CSE_SUMMONS: ("host",),
    Kind.HOST_CSE_NOTE: ("host",),
    Kind.SECONDMENT_AGREEMENT: ("lender", "host"),
    Kind.CONTRACT_AMENDMENT: ("lender",),
    Kind.EMPLOYEE_AGREEMENT: ("lender",),
    Kind.FINANCIAL_SCHEDULE: ("lender", "host"),
}
"""Which companies read which document. The employment contract and the employee's own word are not the host's."""

EMPLOYEE_READS: Final[tuple[Kind, ...]] = (
    Kind.SECONDMENT_AGREEMENT,
    Kind.CONTRACT_AMENDMENT,
    Kind.EMPLOYEE_AGREEMENT,
)
"""What the employee reads by his link: what he signs, and the contract about him, of which he receives a copy."""


def masked_paper(ready: TermSheetReady, issued_at: datetime, issued_on: date, words: Nomenclature) -> MaskedPaper:
    """The facts of the term sheet and of the four papers for the works councils, all masked."""
    terms, profile, demand = ready.terms, ready.profile_card, ready.demand_card
    return MaskedPaper(
        **_loan(ready.introduction_id, terms, issued_at, issued_on, words),
        terms_sha256=ready.sha256,
        area=area_words(terms.area, words),
        qualification=qualification(profile, words),
        skills=labels_of("skill", profile.skills, words),
        home_area=area_words(profile.area, words),
        headcount=f"{demand.headcount}{NO_BREAK}poste{'s' if demand.headcount > 1 else ''}",
        need_period=months(demand.first_month, demand.last_month),
        earliest_start=day(ready.earliest_start) if ready.earliest_start else "",
    )


def agreement_paper(
    ready: AgreementReady,
    lender: CompanyIdentity,
    host: CompanyIdentity,
    employee: PersonIdentity,
    profile: ProfileCard,
    issued_at: datetime,
    issued_on: date,
    words: Nomenclature,
) -> AgreementPaper:
    """The facts of the four documents of an agreement, with the names that the vault gave for them."""
    return AgreementPaper(
        **_loan(ready.agreement_id, ready.terms, issued_at, issued_on, words),
        version=ready.terms_version,
        introduction=ready.introduction_id,
        lender=_party(lender, ready.signers[0]),
        host=_party(host, ready.signers[1]),
        employee=f"{employee.given_name} {employee.family_name}",
        qualification=qualification(profile, words),
        skills=labels_of("skill", profile.skills, words),
        workplace=label_of("municipality", ready.workplace, words),
        supervisor=ready.supervisor,
    )


def qualification(card: ProfileCard, words: Nomenclature) -> str:
    """Occupation and band of experience: what the law calls the employee's qualification."""
    return f"{occupation_words(card.occupation, words)}, expérience {_of(EXPERIENCE[card.experience])}"


def euros(cents: int) -> str:
    """An amount as French letters write it, kept on one line: « 4 200,00 € »."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", THIN) + f",{rest:02d}{NO_BREAK}€"


def rate(hundredths: int) -> str:
    """A rate given in hundredths of a percent: « 42,50 % »."""
    return f"{hundredths // 100},{hundredths % 100:02d}{NO_BREAK}%"


def cost(base: CostBase) -> Cost:
    """The monthly cost, line by line; contributions rounded to the cent as `CostBase.monthly_cost` rounds them."""
    wages = base.monthly_gross + base.bonuses + base.paid_leave
    contributions = base.monthly_cost - wages - base.expenses_ceiling
    vat = (base.billed * base.vat_rate + 5_000) // 10_000
    lines = (
        CostLine(item="Salaire brut", basis="Salaire mensuel du contrat de travail", amount=euros(base.monthly_gross)),
        CostLine(
            item="Primes et treizième mois",
            basis="Part mensuelle, au prorata de la durée de la mise à disposition",
            amount=euros(base.bonuses),
        ),
        CostLine(
            item="Congés payés",
            basis="Part mensuelle des congés acquis pendant la mise à disposition",
            amount=euros(base.paid_leave),
        ),
        CostLine(
            item="Charges sociales patronales",
            basis=f"{rate(base.contribution_rate)} de {euros(wages)}, réductions et aides déduites",
            amount=euros(contributions),
        ),
        CostLine(
            item="Frais professionnels remboursés",
            basis="Plafond mensuel, sur justificatifs",
            amount=euros(base.expenses_ceiling),
        ),
    )
    return Cost(
        lines=lines,
        contribution_rate=rate(base.contribution_rate),
        expenses_ceiling=euros(base.expenses_ceiling),
        total=euros(base.monthly_cost),
        billed=euros(base.billed),
        difference=euros(base.monthly_cost - base.billed),
        free=base.billed == 0,
        without_vat=base.vat_rate == 0,
        vat_rate=rate(base.vat_rate),
        vat=euros(vat),
        billed_with_vat=euros(base.billed + vat),
    )


def _loan(
    reference: str, terms: TermSheet, issued_at: datetime, issued_on: date, words: Nomenclature
) -> dict[str, object]:
    return {
        "reference": reference,
        "issued_at": issued_at.astimezone(UTC),
        "issued_on": day(issued_on),
        "regime": terms.regime.value[:2],
        "regime_words": REGIMES[terms.regime],
        "purpose": PURPOSES[terms.purpose] if terms.purpose else "",
        "contract": _contract(terms),
        "post": _post(terms, words),
        "cost": cost(terms.cost),
    }


def _post(terms: TermSheet, words: Nomenclature) -> Post:
    days = (terms.end_date - terms.start_date).days + 1
    return Post(
        occupation=occupation_words(terms.occupation, words),
        tasks=terms.tasks,
        characteristics=terms.post_characteristics,
        first_day=day(terms.start_date),
        last_day=day(terms.end_date),
        days=f"{days}{NO_BREAK}jour{'s' if days > 1 else ''} calendaire{'s' if days > 1 else ''}",
        weekly_hours=f"{terms.weekly_hours}{NO_BREAK}heures par semaine",
        daily_hours=f"{terms.daily_hours}{NO_BREAK}heures par jour au plus",
        daily_rest=f"{terms.daily_rest_hours}{NO_BREAK}heures de repos quotidien",
        working_time=WORKING_TIME[terms.working_time],
        shift=SHIFTS[terms.shift],
        risk=terms.risk_post,
        reinforced_monitoring=terms.sir_post,
        changed=_changed(terms),
        probation="" if terms.probation_days is None else _calendar_days(terms.probation_days),
    )


def _changed(terms: TermSheet) -> tuple[str, ...]:
    elements = (
        (terms.pay_changed, "la rémunération"),
        (terms.contract_hours_changed, "la durée contractuelle du travail"),
        (terms.day_night_switch, "le passage d’un horaire de jour à un horaire de nuit, ou l’inverse"),
        (terms.qualification_changed, "la qualification ou les fonctions"),
        (terms.outside_geographic_sector, "le lieu de travail, hors du secteur géographique habituel"),
    )
    return tuple(element for changes, element in elements if changes)


def _contract(terms: TermSheet) -> str:
    kind = CONTRACTS[terms.contract_type]
    return f"{kind}, dont le terme est fixé au {day(terms.contract_end)}" if terms.contract_end else kind


def _party(company: CompanyIdentity, capacity: str) -> Party:
    return Party(
        name=company.name,
        siren=_grouped(company.siren),
        siret=f"{_grouped(company.siret[:9])}{NO_BREAK}{company.siret[9:]}",
        address=", ".join(line.strip() for line in company.address.splitlines() if line.strip()),
        represented_by=company.contact_name,
        capacity=capacity,
    )


def _grouped(number: str) -> str:
    return NO_BREAK.join(number[place : place + 3] for place in range(0, len(number), 3))


def _calendar_days(count: int) -> str:
    return f"{count}{NO_BREAK}jour{'s' if count > 1 else ''} calendaire{'s' if count > 1 else ''}"


def _of(band: str) -> str:
    return band if band.startswith(("de ", "jusqu")) else f"de {band}"
