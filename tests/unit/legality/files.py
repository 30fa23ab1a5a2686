"""Files of facts that tests start from. Written by hand: what a person would give the checker."""

from typing import Any

from legality.evaluation import examine
from legality.registry import facts_of
from legality.rule import Gate
from legality.rules import RULES

NOMINAL: dict[str, Any] = {
    "regime": "R1",
    "sameGroup": False,
    "gate.date": "2026-12-20",
    "lender.kind": "COMPANY",
    "lender.country": "FR",
    "lender.headcount": 120,
    "lender.groupHeadcount": None,
    "lender.identified": True,
    "lender.hasCse": True,
    "lender.carenceRecord": False,
    "lender.cseInformedOn": "2026-11-02",
    "lender.cseOpinionOn": "2026-11-16",
    "lender.cseExpertLevels": 0,
    "lender.cseAgreedDays": None,
    "lender.cseMeetingOn": "2026-11-16",
    "lender.cseAgendaSentOn": "2026-11-10",
    "lender.cseInformedOfMatching": True,
    "lender.cseInformedOfConventionOn": "2027-01-20",
    "lender.cseInformedOfRiskPostOn": None,
    "lender.bdeseLine": False,
    "lender.urssafCertificateOn": "2026-12-01",
    "lender.registrationProof": True,
    "lender.partialActivityDeclared": True,
    "lender.vatLiable": True,
    "host.kind": "COMPANY",
    "host.headcount": 60,
    "host.headcount5y": [55, 56, 58, 59, 60],
    "host.registeredOn": "2001-05-14",
    "host.isArt238bis": False,
    "host.art238bisProof": False,
    "host.identified": True,
    "host.hasCse": True,
    "host.carenceRecord": False,
    "host.cseInformedOn": "2026-11-02",
    "host.cseOpinionOn": None,
    "host.cseExpertLevels": 0,
    "host.cseAgreedDays": None,
    "host.cseMeetingOn": None,
    "host.cseAgendaSentOn": None,
    "host.cseInformedOfMatching": True,
    "host.deMinimisReceived": 0,
    "host.deMinimisThisLoan": 0,
    "host.safetyTrainingOn": None,
    "host.safetyInductionOn": "2027-01-04",
    "host.ppeList": True,
    "host.cseNotePrepared": True,
    "host.cseNoteMasked": True,
    "employee.identified": True,
    "employee.contractType": "CDI",
    "employee.inTrialPeriod": False,
    "employee.contractSuspended": False,
    "employee.minor": False,
    "employee.foreignNational": False,
    "employee.workPermitScopeOk": True,
    "employee.hasMandate": False,
    "employee.onPartialActivity": False,
    "employee.optIn": True,
    "employee.agreement": True,
    "employee.refused": False,
    "employee.termsChangedSinceAgreement": False,
    "employee.matchingNotice": True,
    "employee.aptitudeExamOn": None,
    "employee.lastVipOn": "2024-03-01",
    "employee.changesInformedOn": "2026-12-20",
    "employee.returnConfirmedOn": "2027-04-05",
    "employee.reviewDue": False,
    "mission.start": "2027-01-04",
    "mission.end": "2027-04-02",
    "mission.endIsCertainEvent": False,
    "mission.country": "FR",
    "mission.hours": {"perDay": 7.5, "perWeek": 37.5, "rest": 12},
    "mission.place": "Rouen",
    "mission.tasks": ["Soudure TIG"],
    "mission.riskPost": False,
    "mission.sirPost": False,
    "mission.modifiesEssentialElement": False,
    "mission.replacesStrikers": False,
    "mission.sameJob": True,
    "mission.customPpe": False,
    "mission.endedInProbation": False,
    "mission.endCertificateOn": "2027-04-02",
    "mission.finalStatementOn": "2027-04-20",
    "billing.lines": [
        {"type": "WAGES", "amount": "2900.00"},
        {"type": "CHARGES", "amount": "1200.00"},
        {"type": "EXPENSES", "amount": "100.00"},
    ],
    "billing.total": 4200,
    "cost.total": 4200,
    "billing.vatRate": 20,
    "contract.valueExclVat": 12600,
    "convention.purpose": "PARTNERSHIP",
    "convention.employeeCount": 1,
    "convention.contents": [
        *("IDENTITY", "QUALIFICATION", "DURATION", "PURPOSE", "MISSIONS"),
        *("WAGES", "CHARGES", "EXPENSES"),
    ],
    "amendment.contents": ["TASKS", "HOURS", "PLACE", "CHARACTERISTICS"],
    "amendment.signedOn": "2026-12-20",
    "amendment.probationClause": False,
    "change.effectiveOn": None,
    "extension.requested": False,
    "override.used": False,
    "accident.hostKnewAt": None,
    "accident.lenderKnewAt": None,
    "matching.used": True,
    "matching.newOrChanged": False,
    "profile.fields": ["ROME", "AREA", "EXPERIENCE"],
    "profile.protectedTerms": [],
    "profile.classSize": 8,
    "profile.classLenders": 4,
    "profile.classLargestShare": 40,
    "introduction.mutualInterest": True,
    "termSheet.signedByLender": True,
    "termSheet.signedByHost": True,
    "termSheet.employeeGo": True,
}
"""Golden case A: a nominal loan in R1, everything known and everything in order."""


def a_file(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The nominal file with some facts changed."""
    return NOMINAL | (changes or {})


FREE_LARGE_TO_SME = {
    "regime": "R2",
    "lender.groupHeadcount": 20_000,
    "host.registeredOn": "2024-01-04",
    "billing.total": 0,
    "billing.lines": [],
    "contract.valueExclVat": 0,
    "host.deMinimisReceived": 10_000,
    "host.deMinimisThisLoan": 100_800,
    "mission.end": "2029-01-04",
}
"""Golden case C: a group of 20,000 lends for nothing to a start-up, 24 months."""


def said(rule: str, gate: str, raw: dict[str, Any]) -> str:
    """What one rule answers at one gate: its outputs, and for an UNKNOWN the facts it misses."""
    assert Gate(gate) in RULES[rule].gates
    lines = examine(RULES[rule], Gate(gate), facts_of(raw))
    return " ".join(" ".join([finding.output, *finding.missing]) for finding in lines)


def met(rule: str, gate: str, raw: dict[str, Any]) -> bool | None:
    """Whether what one rule requires at one gate is shown to be done."""
    (finding,) = examine(RULES[rule], Gate(gate), facts_of(raw))
    assert finding.output == "REQUIRE"
    return finding.met
