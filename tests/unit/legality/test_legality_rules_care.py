"""Works councils, working time, health, accidents and what is shown: every rule where it fires, and to the day."""

from typing import Any

import pytest

from legality.evaluation import examine
from legality.registry import facts_of
from legality.rule import Gate
from legality.rules import RULES
from tests.unit.legality.files import met, said

Case = tuple[str, str, dict[str, Any], str]
RULE_OF = {"lender": "PMO-21", "host": "PMO-22"}


def consulted(party: str, **changes: Any) -> dict[str, Any]:
    """A party of 60 whose council was told on 2 March 2026, without expert, agreement or opinion."""
    steps = {
        "hasCse": True,
        "headcount": 60,
        "cseInformedOn": "2026-03-02",
        "cseOpinionOn": None,
        "cseExpertLevels": 0,
        "cseAgreedDays": None,
    }
    return {"regime": "R1"} | {f"{party}.{name}": value for name, value in (steps | changes).items() if value != "?"}


def closed_on(party: str, last_day_blocked: str, first_day: str, **changes: Any) -> list[Case]:
    file, rule = consulted(party, **changes), RULE_OF[party]
    return [
        (rule, "G5", file | {"mission.start": last_day_blocked}, "BLOCK"),
        (rule, "G5", file | {"mission.start": first_day}, "OK"),
        (rule, "G4", file | {"gate.date": last_day_blocked}, "WARN"),
        (rule, "G4", file | {"gate.date": first_day}, "OK"),
    ]


CONSULTATIONS: list[Case] = [
    case
    for party in ("lender", "host")
    for case in (
        *closed_on(party, "2026-04-02", "2026-04-03"),
        *closed_on(party, "2026-05-02", "2026-05-03", cseExpertLevels=1),
        *closed_on(party, "2026-06-02", "2026-06-03", cseExpertLevels=2),
        *closed_on(party, "2026-06-02", "2026-06-03", cseExpertLevels=3),
        *closed_on(party, "2026-02-28", "2026-03-01", cseInformedOn="2026-01-31"),
        *closed_on(party, "2028-02-29", "2028-03-01", cseInformedOn="2028-01-31"),
        *closed_on(party, "2026-03-17", "2026-03-18", cseAgreedDays=15),
        *closed_on(party, "2026-07-10", "2026-07-11", cseAgreedDays=130),
        *closed_on(party, "2026-03-10", "2026-03-11", cseOpinionOn="2026-03-10"),
        *closed_on(party, "2026-04-02", "2026-04-03", cseOpinionOn="2026-04-20"),
        *closed_on(party, "2026-05-02", "2026-05-03", headcount=50, cseExpertLevels=1),
        *closed_on(party, "2026-04-02", "2026-04-03", headcount=49, cseExpertLevels=1, cseAgreedDays=100),
        (RULE_OF[party], "G5", consulted(party, cseInformedOn=None) | {"mission.start": "2099-01-01"}, "BLOCK"),
        (
            RULE_OF[party],
            "G5",
            consulted(party, cseInformedOn=None, cseOpinionOn="2026-03-10") | {"mission.start": "2099-01-01"},
            "BLOCK",
        ),
        (
            RULE_OF[party],
            "G5",
            consulted(party, cseInformedOn=None, cseAgreedDays=3) | {"mission.start": "2099-01-01"},
            "BLOCK",
        ),
        (
            RULE_OF[party],
            "G5",
            consulted(party, cseInformedOn="2026-03-12", cseOpinionOn="2026-03-10") | {"mission.start": "2026-03-12"},
            "BLOCK",
        ),
        (RULE_OF[party], "G5", consulted(party, cseAgreedDays="?") | {"mission.start": "2026-03-02"}, "BLOCK"),
        (RULE_OF[party], "G5", consulted(party, cseInformedOn=None), "BLOCK"),
        (RULE_OF[party], "G5", {"regime": "R1", f"{party}.hasCse": False}, "OK"),
        (RULE_OF[party], "G4", {"regime": "R1", f"{party}.hasCse": False}, "OK"),
        (RULE_OF[party], "G5", consulted(party, cseInformedOn=None) | {"regime": "R2"}, "OK"),
        (RULE_OF[party], "G4", consulted(party, cseInformedOn=None) | {"regime": "R3"}, "OK"),
        (RULE_OF[party], "G5", consulted(party, cseExpertLevels="?") | {"mission.start": "2026-04-02"}, "BLOCK"),
        (
            RULE_OF[party],
            "G5",
            consulted(party, cseExpertLevels="?") | {"mission.start": "2026-04-03"},
            f"UNKNOWN {party}.cseExpertLevels",
        ),
        (RULE_OF[party], "G5", consulted(party, cseExpertLevels="?") | {"mission.start": "2026-06-03"}, "OK"),
        (RULE_OF[party], "G5", consulted(party, headcount="?") | {"mission.start": "2026-04-03"}, "OK"),
        (
            RULE_OF[party],
            "G5",
            consulted(party, headcount="?", cseExpertLevels=1) | {"mission.start": "2026-04-03"},
            f"UNKNOWN {party}.headcount",
        ),
        (
            RULE_OF[party],
            "G5",
            consulted(party, cseAgreedDays="?", cseExpertLevels="?", headcount=49) | {"mission.start": "2026-04-03"},
            "OK",
        ),
        (
            RULE_OF[party],
            "G5",
            consulted(party, cseAgreedDays="?") | {"mission.start": "2026-04-03"},
            f"UNKNOWN {party}.cseAgreedDays",
        ),
    )
]

COUNCILS: list[Case] = [
    *(
        case
        for party in ("lender", "host")
        for case in (
            ("PMO-23", "G4", {f"{party}.cseMeetingOn": "2026-03-12", f"{party}.cseAgendaSentOn": "2026-03-10"}, "WARN"),
            ("PMO-23", "G4", {f"{party}.cseMeetingOn": "2026-03-12", f"{party}.cseAgendaSentOn": None}, "WARN"),
            ("PMO-27", "G5", {f"{party}.headcount": 11, f"{party}.hasCse": False}, "REQUIRE"),
            ("PMO-28", "G5", {f"{party}.headcount": 10}, "INFO"),
            ("PMO-63", "G1", {"matching.newOrChanged": True, f"{party}.hasCse": True}, "REQUIRE"),
            ("PMO-63", "G2", {"matching.newOrChanged": True, f"{party}.hasCse": True}, "REQUIRE"),
        )
    ),
    (
        "PMO-23",
        "G4",
        {"lender.cseMeetingOn": "2026-03-12", "lender.cseAgendaSentOn": "2026-03-09", "host.cseMeetingOn": None}
        | {"host.cseAgendaSentOn": None},
        "OK",
    ),
    ("PMO-24", "G5", {"regime": "R1", "lender.hasCse": True}, "REQUIRE"),
    ("PMO-24", "G6", {"regime": "R1", "lender.hasCse": True}, "REQUIRE"),
    ("PMO-24", "G6", {"regime": "R1", "lender.hasCse": False}, "OK"),
    ("PMO-24", "G6", {"regime": "R2", "lender.hasCse": True}, "OK"),
    ("PMO-25", "G5", {"mission.riskPost": True, "lender.hasCse": True}, "REQUIRE"),
    ("PMO-25", "G5", {"mission.riskPost": True, "lender.hasCse": False}, "OK"),
    ("PMO-25", "G5", {"mission.riskPost": False, "lender.hasCse": True}, "OK"),
    ("PMO-26", "G4", {"regime": "R2", "lender.headcount": 50}, "REQUIRE"),
    ("PMO-26", "G4", {"regime": "R3", "lender.headcount": 50}, "REQUIRE"),
    ("PMO-26", "G4", {"regime": "R2", "lender.headcount": 49}, "OK"),
    ("PMO-26", "G4", {"regime": "R1", "lender.headcount": 50}, "OK"),
    ("PMO-27", "G5", {"lender.headcount": 10, "host.hasCse": True}, "OK"),
    ("PMO-27", "G5", {"lender.hasCse": True, "host.headcount": 10}, "OK"),
    ("PMO-28", "G5", {"lender.headcount": 11, "host.headcount": 11}, "OK"),
    ("PMO-28", "G5", {"lender.headcount": 8, "host.headcount": 9}, "INFO INFO"),
    ("PMO-28", "G5", {}, "UNKNOWN host.headcount lender.headcount"),
    ("PMO-63", "G1", {"matching.newOrChanged": False}, "OK"),
    ("PMO-63", "G2", {"lender.hasCse": False, "host.hasCse": False}, "OK"),
]

SAFE = {"perDay": 10, "perWeek": 48, "rest": 11}
HEALTH: list[Case] = [
    *(("PMO-50", gate, {"mission.hours": SAFE}, "OK") for gate in ("G4", "G6")),
    *(("PMO-50", gate, {"mission.hours": SAFE | {"perDay": 10.01}}, "BLOCK") for gate in ("G4", "G6")),
    ("PMO-50", "G4", {"mission.hours": SAFE | {"perWeek": 48.5}}, "BLOCK"),
    ("PMO-50", "G4", {"mission.hours": SAFE | {"rest": 10.9}}, "BLOCK"),
    ("PMO-50", "G4", {"mission.hours": 49}, "BLOCK"),
    ("PMO-50", "G4", {"mission.hours": {"perDay": 11}}, "BLOCK"),
    ("PMO-50", "G4", {"mission.hours": {"rest": 10}}, "BLOCK"),
    ("PMO-50", "G4", {"mission.hours": 35}, "UNKNOWN mission.hours"),
    ("PMO-50", "G4", {"mission.hours": {"perWeek": 35, "rest": 12}}, "UNKNOWN mission.hours"),
    ("PMO-50", "G4", {"mission.hours": "8 h – 16 h"}, "UNKNOWN mission.hours"),
    (
        "PMO-51",
        "G5",
        {"mission.sirPost": True, "employee.aptitudeExamOn": None, "mission.start": "2027-01-04"},
        "BLOCK",
    ),
    (
        "PMO-51",
        "G5",
        {"mission.sirPost": True, "employee.aptitudeExamOn": "2027-01-04", "mission.start": "2027-01-04"},
        "BLOCK",
    ),
    (
        "PMO-51",
        "G5",
        {"mission.sirPost": True, "employee.aptitudeExamOn": "2027-01-03", "mission.start": "2027-01-04"},
        "OK",
    ),
    ("PMO-51", "G5", {"mission.sirPost": False}, "OK"),
    ("PMO-51", "G5", {"mission.sirPost": True, "employee.aptitudeExamOn": None}, "BLOCK"),
    ("PMO-52", "G6", {"mission.sirPost": True}, "OK"),
    ("PMO-52", "G6", {"mission.sirPost": False, "mission.sameJob": False}, "REQUIRE"),
    ("PMO-52", "G6", {"mission.sirPost": False, "employee.lastVipOn": None, "mission.start": "2027-01-04"}, "REQUIRE"),
    (
        "PMO-52",
        "G6",
        {"mission.sirPost": False, "employee.lastVipOn": "2022-01-03", "mission.start": "2027-01-04"},
        "REQUIRE",
    ),
    (
        "PMO-52",
        "G6",
        {
            "mission.sirPost": False,
            "employee.lastVipOn": "2022-01-04",
            "mission.start": "2027-01-04",
            "mission.sameJob": True,
        },
        "OK",
    ),
    ("PMO-53", "G5", {"mission.riskPost": True}, "REQUIRE"),
    ("PMO-53", "G5", {"mission.riskPost": False}, "OK"),
    ("PMO-54", "G5", {}, "REQUIRE"),
    ("PMO-55", "G4", {"mission.customPpe": True}, "REQUIRE"),
    ("PMO-55", "G4", {"mission.customPpe": False}, "OK"),
    ("PMO-56", "G6", {"accident.hostKnewAt": "2027-02-01T10:00"}, "REQUIRE"),
    ("PMO-56", "G6", {"accident.hostKnewAt": None}, "OK"),
    ("PMO-57", "G6", {"accident.lenderKnewAt": "2027-02-01T10:00"}, "REQUIRE"),
    ("PMO-57", "G6", {"accident.lenderKnewAt": None}, "OK"),
    ("PMO-60", "G6", {"mission.start": "2027-01-04", "mission.end": "2028-01-04"}, "INFO"),
    ("PMO-60", "G6", {"mission.start": "2027-01-04", "mission.end": "2028-01-03"}, "OK"),
    ("PMO-60", "G6", {"mission.start": "2027-01-04", "mission.end": None}, "INFO"),
]

SHOWN = {"profile.classSize": 5, "profile.classLenders": 3, "profile.classLargestShare": 60}
COMMITTED = {
    "introduction.mutualInterest": True,
    "termSheet.signedByLender": True,
    "termSheet.signedByHost": True,
    "termSheet.employeeGo": True,
}
PRIVACY: list[Case] = [
    ("PMO-64", "G1", {"matching.used": True}, "REQUIRE"),
    ("PMO-64", "G1", {"matching.used": False}, "OK"),
    ("PMO-65", "G1", {"profile.fields": ["ROME", "AGE"]}, "BLOCK"),
    ("PMO-65", "G1", {"profile.protectedTerms": ["enceinte"]}, "BLOCK"),
    ("PMO-65", "G1", {"profile.fields": ["ROME"], "profile.protectedTerms": []}, "OK"),
    ("PMO-65", "G1", {"profile.fields": ["ROME"]}, "UNKNOWN profile.protectedTerms"),
    ("PMO-66", "G1", SHOWN, "OK"),
    ("PMO-66", "G1", {"profile.classSize": 4}, "REQUIRE"),
    ("PMO-66", "G1", {"profile.classLenders": 2}, "REQUIRE"),
    ("PMO-66", "G1", {"profile.classLargestShare": 60.1}, "REQUIRE"),
    ("PMO-67", "G3", COMMITTED, "OK"),
    *(("PMO-67", "G3", {fact: False}, "BLOCK") for fact in COMMITTED),
    *(("PMO-67", "G3", {other: True for other in COMMITTED if other != fact}, f"UNKNOWN {fact}") for fact in COMMITTED),
    ("PMO-68", "G3", {"host.cseNotePrepared": True}, "REQUIRE"),
    ("PMO-68", "G3", {"host.cseNotePrepared": False}, "OK"),
]

Met = tuple[str, str, dict[str, Any], bool | None]
START = {"mission.start": "2027-01-04"}
DONE: list[Met] = [
    ("PMO-24", "G5", {"regime": "R1", "lender.hasCse": True, "lender.cseInformedOfConventionOn": "2027-01-20"}, True),
    ("PMO-24", "G5", {"regime": "R1", "lender.hasCse": True, "lender.cseInformedOfConventionOn": None}, False),
    (
        "PMO-25",
        "G5",
        START | {"mission.riskPost": True, "lender.hasCse": True, "lender.cseInformedOfRiskPostOn": "2027-01-04"},
        True,
    ),
    (
        "PMO-25",
        "G5",
        START | {"mission.riskPost": True, "lender.hasCse": True, "lender.cseInformedOfRiskPostOn": "2027-01-05"},
        False,
    ),
    ("PMO-26", "G4", {"regime": "R2", "lender.headcount": 50, "lender.bdeseLine": True}, True),
    (
        "PMO-27",
        "G5",
        {"lender.headcount": 11, "lender.hasCse": False, "lender.carenceRecord": True, "host.hasCse": True},
        True,
    ),
    (
        "PMO-27",
        "G5",
        {"host.headcount": 11, "host.hasCse": False, "host.carenceRecord": False, "lender.hasCse": True},
        False,
    ),
    (
        "PMO-63",
        "G1",
        {
            "matching.newOrChanged": True,
            "host.hasCse": True,
            "host.cseInformedOfMatching": True,
            "lender.hasCse": False,
        },
        True,
    ),
    (
        "PMO-63",
        "G1",
        {
            "matching.newOrChanged": True,
            "lender.hasCse": True,
            "lender.cseInformedOfMatching": False,
            "host.hasCse": False,
        },
        False,
    ),
    ("PMO-53", "G5", START | {"mission.riskPost": True, "host.safetyTrainingOn": "2027-01-04"}, True),
    ("PMO-53", "G5", START | {"mission.riskPost": True, "host.safetyTrainingOn": "2027-01-05"}, False),
    ("PMO-54", "G5", START | {"host.safetyInductionOn": "2027-01-04", "host.ppeList": True}, True),
    ("PMO-54", "G5", START | {"host.safetyInductionOn": "2027-01-05", "host.ppeList": True}, False),
    ("PMO-54", "G5", START | {"host.ppeList": False}, False),
    ("PMO-55", "G4", {"mission.customPpe": True, "convention.customPpeClause": True}, True),
    (
        "PMO-56",
        "G6",
        {"accident.hostKnewAt": "2027-02-01T10:00", "accident.hostNoticeAt": "2027-02-02T10:00"},
        True,
    ),
    (
        "PMO-56",
        "G6",
        {"accident.hostKnewAt": "2027-02-01T10:00", "accident.hostNoticeAt": "2027-02-02T10:01"},
        False,
    ),
    ("PMO-56", "G6", {"accident.hostKnewAt": "2027-02-01T10:00", "accident.hostNoticeAt": None}, False),
    # A Friday: the Sunday does not count.
    ("PMO-57", "G6", {"accident.lenderKnewAt": "2027-02-05T10:00", "accident.declaredAt": "2027-02-08T10:00"}, True),
    ("PMO-57", "G6", {"accident.lenderKnewAt": "2027-02-05T10:00", "accident.declaredAt": "2027-02-08T10:01"}, False),
    ("PMO-57", "G6", {"accident.lenderKnewAt": "2027-02-05T10:00", "accident.declaredAt": None}, False),
    ("PMO-64", "G1", {"matching.used": True, "employee.matchingNotice": True}, True),
    ("PMO-68", "G3", {"host.cseNotePrepared": True, "host.cseNoteMasked": False}, False),
]


def other_party_settled(facts: dict[str, Any], rule: str) -> dict[str, Any]:
    """A rule that looks at both parties also tells of the other one: here it has nothing to tell."""
    quiet = {"hasCse": False, "headcount": 60, "carenceRecord": True, "cseMeetingOn": None, "cseAgendaSentOn": None}
    if rule == "PMO-27":
        quiet |= {"hasCse": True}
    for party in ("lender", "host"):
        if (
            rule in {"PMO-23", "PMO-27", "PMO-28", "PMO-63"}
            and facts
            and not any(name.startswith(party) for name in facts)
        ):
            return {f"{party}.{name}": value for name, value in quiet.items()} | facts
    return facts


@pytest.mark.parametrize(("rule", "gate", "facts", "expected"), CONSULTATIONS + COUNCILS + HEALTH + PRIVACY)
def test_rule(rule: str, gate: str, facts: dict[str, Any], expected: str):
    assert said(rule, gate, other_party_settled(facts, rule)) == expected


@pytest.mark.parametrize(("rule", "gate", "facts", "expected"), DONE)
def test_what_is_required_is_shown_to_be_done(rule: str, gate: str, facts: dict[str, Any], expected: bool | None):
    assert met(rule, gate, facts) is expected


@pytest.mark.parametrize(
    ("rule", "gate", "facts"),
    [
        ("PMO-23", "G4", {"cseMeetingOn": "2026-03-12", "cseAgendaSentOn": None}),
        ("PMO-27", "G5", {"headcount": 11, "hasCse": False}),
        ("PMO-28", "G5", {"headcount": 10}),
        ("PMO-63", "G1", {"hasCse": True}),
    ],
)
def test_a_rule_of_each_party_says_whose_it_is(rule: str, gate: str, facts: dict[str, Any]):
    both = {f"{party}.{name}": value for party in ("lender", "host") for name, value in facts.items()}
    findings = examine(RULES[rule], Gate(gate), facts_of(both | {"matching.newOrChanged": True}))

    assert [finding.party for finding in findings] == ["lender", "host"]


def test_an_unknown_party_is_told_before_the_one_to_which_a_rule_applies():
    assert said("PMO-28", "G5", {"lender.headcount": 8}) == "UNKNOWN host.headcount INFO"
    assert said("PMO-27", "G5", {"lender.headcount": 11, "lender.hasCse": False}).startswith("UNKNOWN host.")
