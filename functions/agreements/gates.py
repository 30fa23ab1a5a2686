"""What the law says of an agreement at its two gates: signing (G4) and the start of the mission (G5).

Pure. It turns terms, steps and sizes into the facts of the `legality` package and reads its findings. A gate is held by
what the law forbids, by what it requires and is not shown to be done, and by what is not known: unknown is never fine.
What says something about the employee's person is told to the lender alone.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from functions.agreements.model.agreement import Agreement
from functions.agreements.model.known import Company, Named
from functions.agreements.model.states import Side
from legality.dates import add_months
from legality.essential import modifies_essential_element
from legality.evaluation import Finding, blocks, evaluate
from legality.facts import Facts
from legality.registry import REGISTRY, facts_of
from legality.rule import Gate, Output
from legality.start import EarliestStart, earliest_lawful_start
from passerelle.clock import PARIS
from passerelle.contracts.agreements import Party
from passerelle.contracts.terms import Headcounts, TermSheet

DUE_AFTER_THE_GATE: Final = frozenset({"PMO-24", "PMO-26", "PMO-54"})
"""What may still be done once the gate is passed: at the CSE's next meeting, at the yearly BDESE, on the first day."""

MONEY: Final = frozenset({"PMO-29", "PMO-30", "PMO-32"})
"""Rules on invoices that already hold of the agreed price."""

PRIVATE: Final = frozenset({"PMO-40", "PMO-43", "PMO-48", "PMO-49"})
"""Rules whose answer would tell the host about the employee's health, nationality, mandate or short-time work."""

PRIVATE_LINE: Final[Mapping[str, Any]] = {
    "rule": "PMO-40/43/48/49",
    "output": "REQUIRE",
    "missing": [],
    "article": "Article 5, 1, c du RGPD (minimisation)",
    "text": "Une condition propre à la prêteuse n’est pas encore remplie.",
    "remedy": "La prêteuse en lit le détail dans son propre dossier et complète ses étapes.",
    "who": "lender",
    "nature": "law",
    "met": None,
    "overridable": False,
}

_SMALLEST: Final[Mapping[Headcounts, int]] = {"0-10": 0, "11-49": 11, "50-249": 50, "250-4999": 250, "5000+": 5000}
"""The least of each band: every threshold of the law is the least of one."""

_MANDATORY: Final = frozenset({Output.BLOCK, Output.REQUIRE})


def signing(facts: Facts) -> tuple[Finding, ...]:
    """What holds the signature: gate G4 as a whole, and what earlier gates and the invoice already forbid."""
    forbidden = [finding for gate in (Gate.G1, Gate.G2) for finding in blocks(evaluate(facts, gate))]
    forbidden += [finding for finding in blocks(evaluate(facts, Gate.G6)) if finding.rule.id in MONEY]
    return (*forbidden, *(finding for finding in evaluate(facts, Gate.G4) if holds(finding)))


def start(facts: Facts) -> tuple[Finding, ...]:
    """What holds the start of the mission: gate G5."""
    return tuple(finding for finding in evaluate(facts, Gate.G5) if holds(finding))


def holds(finding: Finding) -> bool:
    """Whether a finding keeps its gate shut."""
    if finding.output is Output.BLOCK:
        return True
    if finding.rule.id in DUE_AFTER_THE_GATE:
        return False
    if finding.output is Output.REQUIRE:
        return finding.met is not True
    possible = {clause.output for clause in finding.rule.clauses if finding.gate in clause.gates}
    return finding.output is Output.UNKNOWN and bool(possible & _MANDATORY)


def told(findings: Iterable[Finding], party: Party) -> list[dict[str, Any]]:
    """Findings as lines for one party: rule, article, text, remedy, who. Only the lender reads the private ones."""
    lines, private = [], False
    for finding in findings:
        if finding.rule.id in PRIVATE and party != "lender":
            private = True
            continue
        line = finding.as_line()
        if finding.missing:
            asked = " ; ".join(REGISTRY[name].french for name in finding.missing)
            line["remedy"] = f"{line['remedy']} À renseigner : {asked}."
        lines.append(line)
    if private:
        lines.append(dict(PRIVATE_LINE))
    return lines


def earliest_start(facts: Facts, today: date) -> EarliestStart:
    """The earliest lawful first day as seen today, with its reasons."""
    return earliest_lawful_start(facts, today)


def facts_about(agreement: Agreement, lender: Company | None, host: Company | None, named: Named, today: date) -> Facts:
    """The facts of an agreement. What nobody told is left out, and so unknown."""
    terms = agreement.draft.terms
    employee = agreement.signature_of("employee")
    return facts_of(
        {
            "regime": terms.regime.value,
            "gate.date": today,
            "lender.identified": named.lender,
            "host.identified": named.host,
            "employee.identified": named.employee,
            "employee.agreement": named.host and named.employee,
            "employee.refused": agreement.ended_by == "employee",
            "employee.termsChangedSinceAgreement": False,
            "amendment.signedOn": employee.at.astimezone(PARIS).date() if employee else None,
            "override.used": False,
            **_size("lender", lender),
            **_size("host", host),
            **_councils(agreement),
            **_lender(agreement),
            **_host(agreement),
            **_mission(agreement),
            **_money(terms),
            **_contents(agreement, named),
        }
    )


def _size(side: Side, company: Company | None) -> dict[str, Any]:
    workforce = company.workforce if company else None
    if workforce is None:
        return {}
    return {f"{side}.headcount": _SMALLEST[workforce.headcount], f"{side}.hasCse": workforce.has_cse}


def _councils(agreement: Agreement) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for side, cse in (("lender", agreement.lender_steps.cse), ("host", agreement.host_steps.cse)):
        facts |= {
            f"{side}.cseInformedOn": cse.informed_on,
            f"{side}.cseOpinionOn": cse.opinion_on,
            f"{side}.cseExpertLevels": cse.expert_levels,
            f"{side}.cseAgreedDays": cse.agreed_days,
            f"{side}.cseMeetingOn": cse.meeting_on,
            f"{side}.cseAgendaSentOn": cse.agenda_sent_on,
        }
    return facts


def _lender(agreement: Agreement) -> dict[str, Any]:
    steps = agreement.lender_steps
    return {
        "lender.carenceRecord": steps.carence_record,
        "lender.urssafCertificateOn": steps.urssaf_certificate_on,
        "lender.registrationProof": steps.registration_proof,
        "lender.bdeseLine": steps.bdese_line,
        "lender.cseInformedOfConventionOn": steps.cse_informed_of_convention_on,
        "lender.cseInformedOfRiskPostOn": steps.cse_informed_of_risk_post_on,
        "lender.partialActivityDeclared": steps.partial_activity_declared,
        "employee.inTrialPeriod": steps.in_trial_period,
        "employee.contractSuspended": steps.contract_suspended,
        "employee.workPermitScopeOk": steps.work_permit_ok,
        "employee.onPartialActivity": steps.on_partial_activity,
        "employee.hasMandate": steps.has_mandate,
        "employee.secondAgreement": steps.second_agreement,
        "convention.mandateClause": steps.mandate_clause,
    }


def _host(agreement: Agreement) -> dict[str, Any]:
    steps = agreement.host_steps
    received = steps.de_minimis_received
    return {
        "host.carenceRecord": steps.carence_record,
        "host.art238bisProof": steps.art238bis_proof,
        "host.safetyTrainingOn": steps.safety_training_on,
        "host.safetyInductionOn": steps.safety_induction_on,
        "host.ppeList": steps.ppe_list,
        "host.deMinimisReceived": None if received is None else _euros(received),
        "employee.aptitudeExamOn": steps.aptitude_exam_on,
        "mission.customPpe": steps.custom_ppe,
        "convention.customPpeClause": steps.custom_ppe_clause,
    }


def _mission(agreement: Agreement) -> dict[str, Any]:
    draft, terms = agreement.draft, agreement.draft.terms
    return {
        "employee.contractType": terms.contract_type.value,
        "employee.contractEnd": terms.contract_end,
        "mission.start": terms.start_date,
        "mission.end": terms.end_date,
        "mission.endIsCertainEvent": False,
        "mission.country": "FR",
        "mission.hours": {
            "perDay": terms.daily_hours,
            "perWeek": terms.weekly_hours,
            "rest": terms.daily_rest_hours,
        },
        "mission.place": draft.workplace,
        "mission.tasks": terms.tasks,
        "mission.riskPost": terms.risk_post,
        "mission.sirPost": terms.sir_post,
        "mission.replacesStrikers": terms.replaces_strikers,
        "mission.modifiesEssentialElement": modifies_essential_element(
            pay_changed=terms.pay_changed,
            contract_hours_changed=terms.contract_hours_changed,
            day_night_switch=terms.day_night_switch,
            qualification_changed=terms.qualification_changed,
            outside_geographic_sector=terms.outside_geographic_sector,
        ),
    }


def _money(terms: TermSheet) -> dict[str, Any]:
    cost = terms.cost
    months = months_begun(terms.start_date, terms.end_date)
    wages = cost.monthly_gross + cost.bonuses + cost.paid_leave
    lines = {
        "WAGES": cost.monthly_gross,
        "BONUS": cost.bonuses,
        "PAID_LEAVE": cost.paid_leave,
        "CHARGES": cost.monthly_cost - wages - cost.expenses_ceiling,
        "EXPENSES": cost.expenses_ceiling,
    }
    return {
        "billing.total": _euros(cost.billed),
        "cost.total": _euros(cost.monthly_cost),
        "billing.lines": [{"type": kind, "amount": _euros(cents)} for kind, cents in lines.items() if cents],
        "contract.valueExclVat": _euros(cost.billed * months),
        "host.deMinimisThisLoan": _euros(max(cost.monthly_cost - cost.billed, 0) * months),
    }


def _contents(agreement: Agreement, named: Named) -> dict[str, Any]:
    draft, terms = agreement.draft, agreement.draft.terms
    convention = {"DURATION", "QUALIFICATION", "MISSIONS", "WAGES", "CHARGES", "EXPENSES"}
    convention |= {"IDENTITY"} if named.employee else set()
    convention |= {"PURPOSE"} if terms.purpose else set()
    amendment = {"TASKS", "HOURS"}
    amendment |= {"PLACE"} if draft.workplace else set()
    amendment |= {"CHARACTERISTICS"} if terms.post_characteristics else set()
    return {
        "convention.employeeCount": 1,
        "convention.purpose": terms.purpose,
        "convention.contents": sorted(convention),
        "amendment.contents": sorted(amendment),
        "amendment.probationClause": terms.probation_days is not None,
    }


def months_begun(start_date: date, end_date: date) -> int:
    """Months of a period counted date to date, a month begun counted whole; at least one."""
    months = 1
    while add_months(start_date, months) <= end_date:
        months += 1
    return months


def _euros(cents: int) -> Decimal:
    return Decimal(cents) / 100
