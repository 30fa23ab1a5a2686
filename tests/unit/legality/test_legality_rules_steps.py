"""What must be agreed, written, asked and paid: every rule where it fires and where it does not."""

from typing import Any

import pytest

from tests.unit.legality.files import met, said

Case = tuple[str, str, dict[str, Any], str]

CONSENT: list[Case] = [
    ("PMO-11", "G1", {"employee.optIn": False}, "BLOCK"),
    ("PMO-11", "G1", {"employee.optIn": True}, "OK"),
    ("PMO-11", "G1", {"employee.agreement": False}, "UNKNOWN employee.optIn"),
    ("PMO-11", "G4", {"employee.agreement": False}, "BLOCK"),
    ("PMO-11", "G4", {"employee.agreement": True}, "OK"),
    *(("PMO-12", gate, {"employee.refused": True}, "REQUIRE") for gate in ("G1", "G2", "G3", "G4")),
    ("PMO-12", "G1", {"employee.refused": False}, "OK"),
    (
        "PMO-18",
        "G4",
        {"regime": "R1", "mission.modifiesEssentialElement": True, "amendment.probationClause": False},
        "BLOCK",
    ),
    (
        "PMO-18",
        "G4",
        {"regime": "R2", "mission.modifiesEssentialElement": True, "amendment.probationClause": False},
        "OK",
    ),
    ("PMO-18", "G4", {"regime": "R1", "mission.modifiesEssentialElement": False}, "OK"),
    ("PMO-18", "G4", {"regime": "R1", "amendment.probationClause": True}, "OK"),
    ("PMO-19", "G4", {"mission.modifiesEssentialElement": False}, "INFO"),
    ("PMO-19", "G4", {"mission.modifiesEssentialElement": True}, "OK"),
    ("PMO-20", "G6", {"mission.endedInProbation": True}, "REQUIRE"),
    ("PMO-20", "G6", {"mission.endedInProbation": False}, "OK"),
    ("PMO-49", "G4", {"employee.hasMandate": True}, "REQUIRE"),
    ("PMO-49", "G4", {"employee.hasMandate": False}, "OK"),
    ("PMO-61", "G7", {}, "REQUIRE"),
    ("PMO-62", "G7", {"employee.reviewDue": True}, "REQUIRE"),
    ("PMO-62", "G7", {"employee.reviewDue": False}, "OK"),
    ("PMO-69", "G4", {"employee.termsChangedSinceAgreement": True}, "BLOCK"),
    ("PMO-69", "G4", {"employee.termsChangedSinceAgreement": False}, "OK"),
    *(("PMO-70", f"G{number}", {"override.used": True}, "REQUIRE") for number in range(1, 8)),
    ("PMO-70", "G4", {"override.used": False}, "OK"),
]

R1_MENTIONS = ["DURATION", "IDENTITY", "QUALIFICATION", "WAGES", "CHARGES", "EXPENSES"]
R2_MENTIONS = ["DURATION", "IDENTITY", "QUALIFICATION", "PURPOSE", "MISSIONS"]
AMENDMENT = ["TASKS", "HOURS", "PLACE", "CHARACTERISTICS"]
SIGNED = {
    "regime": "R1",
    "amendment.contents": AMENDMENT,
    "amendment.signedOn": "2027-01-03",
    "mission.start": "2027-01-04",
}


def without(mentions: list[str], mention: str) -> list[str]:
    return [other for other in mentions if other != mention]


DOCUMENTS: list[Case] = [
    ("PMO-13", "G4", {"convention.employeeCount": 2}, "BLOCK"),
    ("PMO-13", "G4", {"convention.employeeCount": 1}, "OK"),
    ("PMO-14", "G4", {"regime": "R1", "convention.contents": R1_MENTIONS}, "OK"),
    *(
        ("PMO-14", "G4", {"regime": "R1", "convention.contents": without(R1_MENTIONS, mention)}, "BLOCK")
        for mention in R1_MENTIONS
    ),
    ("PMO-14", "G4", {"regime": "R2", "convention.contents": []}, "OK"),
    ("PMO-15", "G4", {"regime": "R2", "convention.contents": R2_MENTIONS, "billing.total": 0}, "OK"),
    *(
        ("PMO-15", "G4", {"regime": regime, "convention.contents": without(R2_MENTIONS, mention)}, "BLOCK")
        for mention in R2_MENTIONS
        for regime in ("R2", "R3")
    ),
    ("PMO-15", "G4", {"regime": "R2", "convention.contents": R2_MENTIONS, "billing.total": 1}, "BLOCK"),
    ("PMO-15", "G4", {"regime": "R2", "convention.contents": R2_MENTIONS}, "UNKNOWN billing.total"),
    *(
        (
            "PMO-15",
            "G4",
            {
                "regime": "R2",
                "convention.contents": [*R2_MENTIONS, *without(["WAGES", "CHARGES", "EXPENSES"], mode)],
                "billing.total": 1,
            },
            "BLOCK",
        )
        for mode in ("WAGES", "CHARGES", "EXPENSES")
    ),
    ("PMO-15", "G4", {"regime": "R2", "convention.contents": [*R2_MENTIONS, *R1_MENTIONS], "billing.total": 1}, "OK"),
    ("PMO-15", "G4", {"regime": "R1", "convention.contents": []}, "OK"),
    ("PMO-16", "G5", SIGNED, "OK"),
    *(
        ("PMO-16", "G5", {"regime": "R1", "amendment.contents": without(AMENDMENT, mention)}, "BLOCK")
        for mention in AMENDMENT
    ),
    ("PMO-16", "G5", SIGNED | {"amendment.signedOn": "2027-01-04"}, "BLOCK"),
    ("PMO-16", "G5", SIGNED | {"amendment.signedOn": None}, "BLOCK"),
    ("PMO-16", "G5", SIGNED | {"regime": "R2", "amendment.signedOn": None}, "OK"),
    (
        "PMO-17",
        "G5",
        {"regime": "R2", "amendment.signedOn": None, "employee.changesInformedOn": None, "mission.start": "2027-01-04"},
        "REQUIRE",
    ),
    (
        "PMO-17",
        "G5",
        {
            "regime": "R3",
            "amendment.signedOn": None,
            "employee.changesInformedOn": "2027-01-05",
            "mission.start": "2027-01-04",
        },
        "REQUIRE",
    ),
    (
        "PMO-17",
        "G5",
        {
            "regime": "R2",
            "amendment.signedOn": None,
            "employee.changesInformedOn": "2027-01-04",
            "mission.start": "2027-01-04",
        },
        "WARN",
    ),
    ("PMO-17", "G5", {"regime": "R2", "amendment.signedOn": "2027-01-03"}, "OK"),
    ("PMO-17", "G5", {"regime": "R1", "amendment.signedOn": None}, "OK"),
    (
        "PMO-17",
        "G5",
        {"regime": "R2", "amendment.signedOn": None, "employee.changesInformedOn": None},
        "REQUIRE",
    ),
    (
        "PMO-17",
        "G5",
        {"regime": "R2", "amendment.signedOn": None, "mission.start": "2027-01-04"},
        "UNKNOWN employee.changesInformedOn",
    ),
    ("PMO-58", "G6", {"change.effectiveOn": "2027-02-01"}, "REQUIRE"),
    ("PMO-58", "G6", {"change.effectiveOn": None}, "OK"),
    ("PMO-59", "G6", {"extension.requested": True}, "REQUIRE"),
    ("PMO-59", "G6", {"extension.requested": False}, "OK"),
]

MONEY: list[Case] = [
    (
        "PMO-35",
        "G4",
        {"regime": "R2", "billing.total": 0, "cost.total": 4200, "host.deMinimisThisLoan": "300000.01"},
        "BLOCK",
    ),
    (
        "PMO-35",
        "G4",
        {"regime": "R2", "billing.total": 0, "cost.total": 4200, "host.deMinimisThisLoan": 300_000},
        "UNKNOWN host.deMinimisReceived",
    ),
    ("PMO-29", "G6", {"billing.total": "4200.00", "cost.total": 4200}, "OK"),
    ("PMO-29", "G6", {"billing.total": "4200.01", "cost.total": 4200}, "OK"),
    ("PMO-29", "G6", {"billing.total": "4200.02", "cost.total": 4200}, "UNKNOWN billing.lines"),
    ("PMO-29", "G6", {"billing.total": "4201.00", "cost.total": 4200}, "UNKNOWN billing.lines"),
    ("PMO-29", "G6", {"billing.total": "4201.01", "cost.total": 4200}, "BLOCK"),
    ("PMO-29", "G6", {"billing.total": "4200.02", "cost.total": 4200, "billing.lines": []}, "BLOCK"),
    (
        "PMO-29",
        "G6",
        {"billing.total": "4200.01", "cost.total": 4200, "billing.lines": [{"type": "WAGES", "amount": "4200.01"}]},
        "OK",
    ),
    (
        "PMO-29",
        "G6",
        {"billing.total": "4200.02", "cost.total": 4200, "billing.lines": [{"type": "WAGES", "amount": "4200.02"}]},
        "BLOCK",
    ),
    (
        "PMO-29",
        "G6",
        {
            "billing.total": "4200.02",
            "cost.total": 4200,
            "billing.lines": [{"type": "WAGES", "amount": "4100.02"}, {"type": "EXPENSES", "amount": 100}],
        },
        "OK",
    ),
    ("PMO-29", "G6", {"billing.total": 0, "cost.total": 4200}, "OK"),
    ("PMO-30", "G6", {"regime": "R1", "billing.total": "4199.99", "cost.total": 4200}, "BLOCK"),
    ("PMO-30", "G6", {"regime": "R1", "billing.total": 4200, "cost.total": 4200}, "OK"),
    ("PMO-30", "G6", {"regime": "R2", "billing.total": 0, "cost.total": 4200}, "OK"),
    ("PMO-31", "G6", {"regime": "R2", "billing.total": 0}, "OK"),
    ("PMO-31", "G6", {"regime": "R3", "billing.total": 4200}, "OK"),
    ("PMO-31", "G6", {"regime": "R2", "billing.total": "-0.01"}, "WARN"),
    ("PMO-31", "G6", {"regime": "R1", "billing.total": -1}, "OK"),
    ("PMO-31", "G6", {"billing.total": 0}, "OK"),
    *(
        ("PMO-32", "G6", {"billing.lines": [{"type": kind, "amount": 1}]}, "BLOCK")
        for kind in ("MARGIN", "MANAGEMENT_FEE", "RECRUITMENT_FEE", "PLATFORM_FEE", "platform fee")
    ),
    *(
        ("PMO-32", "G6", {"billing.lines": [{"type": kind, "amount": 1}]}, "OK")
        for kind in (
            *("WAGES", "BONUS", "PAID_LEAVE", "OVERTIME", "CHARGES", "SOCIAL_CHARGES", "CONTRIBUTIONS", "EXPENSES"),
        )
    ),
    ("PMO-32", "G6", {"billing.lines": [{"type": "WAGES", "amount": 1}, {"type": "MARGIN", "amount": 0}]}, "BLOCK"),
    ("PMO-32", "G6", {"billing.lines": [{"type": "WAGES", "amount": 1}, {"type": "CONSULTING", "amount": 1}]}, "WARN"),
    ("PMO-32", "G6", {"billing.lines": []}, "OK"),
    ("PMO-33", "G6", {"lender.vatLiable": True, "billing.vatRate": 0, "billing.total": 1}, "WARN"),
    ("PMO-33", "G6", {"lender.vatLiable": True, "billing.vatRate": 0, "billing.total": 0}, "OK"),
    ("PMO-33", "G6", {"lender.vatLiable": True, "billing.vatRate": 20, "billing.total": 1}, "OK"),
    ("PMO-33", "G6", {"lender.vatLiable": False, "billing.vatRate": 0, "billing.total": 1}, "OK"),
    *(("PMO-34", gate, {"contract.valueExclVat": 5000}, "REQUIRE") for gate in ("G4", "G6")),
    ("PMO-34", "G4", {"contract.valueExclVat": "4999.99"}, "OK"),
    (
        "PMO-35",
        "G4",
        {
            "regime": "R2",
            "billing.total": 0,
            "cost.total": 4200,
            "host.deMinimisReceived": 200_000,
            "host.deMinimisThisLoan": "100000.01",
        },
        "BLOCK",
    ),
    (
        "PMO-35",
        "G4",
        {
            "regime": "R2",
            "billing.total": 0,
            "cost.total": 4200,
            "host.deMinimisReceived": 200_000,
            "host.deMinimisThisLoan": 100_000,
        },
        "OK",
    ),
    (
        "PMO-35",
        "G4",
        {"regime": "R2", "billing.total": 0, "cost.total": 4200, "host.deMinimisReceived": "300000.01"},
        "BLOCK",
    ),
    (
        "PMO-35",
        "G4",
        {"regime": "R2", "billing.total": 0, "cost.total": 4200, "host.deMinimisReceived": 300_000},
        "UNKNOWN host.deMinimisThisLoan",
    ),
    (
        "PMO-35",
        "G4",
        {"regime": "R2", "billing.total": 4200, "cost.total": 4200, "host.deMinimisReceived": 400_000},
        "OK",
    ),
    ("PMO-35", "G4", {"regime": "R3", "billing.total": 0, "cost.total": 1, "host.deMinimisReceived": 400_000}, "OK"),
    *(("PMO-48", gate, {"employee.onPartialActivity": True}, "REQUIRE") for gate in ("G4", "G6")),
    ("PMO-48", "G4", {"employee.onPartialActivity": False}, "OK"),
]

Met = tuple[str, str, dict[str, Any], bool | None]
ENDED = {
    "mission.end": "2027-04-02",
    "employee.returnConfirmedOn": "2027-04-05",
    "mission.endCertificateOn": "2027-04-02",
    "mission.finalStatementOn": "2027-05-02",
}
VIGILANT = {
    "contract.valueExclVat": 5000,
    "lender.registrationProof": True,
    "lender.urssafCertificateOn": "2026-07-01",
    "gate.date": "2026-12-31",
}

DONE: list[Met] = [
    ("PMO-12", "G1", {"employee.refused": True}, None),
    ("PMO-20", "G6", {"mission.endedInProbation": True}, None),
    ("PMO-20", "G6", {"mission.endedInProbation": True, "mission.returnNoticeOn": "2027-01-20"}, True),
    ("PMO-20", "G6", {"mission.endedInProbation": True, "mission.returnNoticeOn": None}, False),
    (
        "PMO-49",
        "G4",
        {"employee.hasMandate": True, "convention.mandateClause": True, "employee.secondAgreement": True},
        True,
    ),
    ("PMO-49", "G4", {"employee.hasMandate": True, "convention.mandateClause": False}, False),
    ("PMO-49", "G4", {"employee.hasMandate": True, "employee.secondAgreement": False}, False),
    ("PMO-61", "G7", ENDED, True),
    ("PMO-61", "G7", ENDED | {"employee.returnConfirmedOn": "2027-04-06"}, False),
    ("PMO-61", "G7", ENDED | {"employee.returnConfirmedOn": None}, False),
    ("PMO-61", "G7", ENDED | {"mission.endCertificateOn": None}, False),
    ("PMO-61", "G7", ENDED | {"mission.finalStatementOn": "2027-05-03"}, False),
    ("PMO-61", "G7", ENDED | {"mission.finalStatementOn": None}, False),
    ("PMO-61", "G7", ENDED | {"mission.end": None}, False),
    ("PMO-62", "G7", {"employee.reviewDue": True, "employee.neutralAppraisal": True}, True),
    ("PMO-62", "G7", {"employee.reviewDue": True, "employee.neutralAppraisal": False}, False),
    ("PMO-70", "G4", {"override.used": True, "override.recorded": True}, True),
    ("PMO-70", "G4", {"override.used": True, "override.recorded": False}, False),
    ("PMO-58", "G6", {"change.effectiveOn": "2027-02-01", "change.writtenOn": "2027-02-01"}, True),
    ("PMO-58", "G6", {"change.effectiveOn": "2027-02-01", "change.writtenOn": "2027-02-02"}, False),
    ("PMO-58", "G6", {"change.effectiveOn": "2027-02-01", "change.writtenOn": None}, False),
    (
        "PMO-59",
        "G6",
        {"extension.requested": True, "extension.signedOn": "2027-04-01", "mission.end": "2027-04-02"},
        True,
    ),
    (
        "PMO-59",
        "G6",
        {"extension.requested": True, "extension.signedOn": "2027-04-02", "mission.end": "2027-04-02"},
        False,
    ),
    ("PMO-34", "G4", VIGILANT, True),
    ("PMO-34", "G4", VIGILANT | {"gate.date": "2027-01-01"}, False),
    ("PMO-34", "G4", VIGILANT | {"gate.date": "2026-07-01"}, True),
    ("PMO-34", "G4", VIGILANT | {"gate.date": "2026-06-30"}, False),
    ("PMO-34", "G4", VIGILANT | {"lender.registrationProof": False}, False),
    ("PMO-34", "G6", VIGILANT | {"lender.urssafCertificateOn": None}, False),
    ("PMO-48", "G4", {"employee.onPartialActivity": True, "lender.partialActivityDeclared": True}, True),
    ("PMO-48", "G4", {"employee.onPartialActivity": True, "lender.partialActivityDeclared": False}, False),
]


@pytest.mark.parametrize(("rule", "gate", "facts", "expected"), CONSENT + DOCUMENTS + MONEY)
def test_rule(rule: str, gate: str, facts: dict[str, Any], expected: str):
    assert said(rule, gate, facts) == expected


@pytest.mark.parametrize(("rule", "gate", "facts", "expected"), DONE)
def test_what_is_required_is_shown_to_be_done(rule: str, gate: str, facts: dict[str, Any], expected: bool | None):
    assert met(rule, gate, facts) is expected
