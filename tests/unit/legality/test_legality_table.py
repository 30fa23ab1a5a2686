"""The decision table as a whole: which rule is examined where and may say what, and that every rule can be read."""

import re

import pytest

from legality import LAW_AS_OF, REVIEWED_BY_A_LAWYER
from legality.registry import REGISTRY
from legality.rule import GATES_IN_FRENCH, Gate
from legality.rules import RULES, THEMES

# Copied by hand from the decision table: at each gate, what a rule may say besides OK and UNKNOWN.
TABLE = {
    "PMO-01": {"G4": "BLOCK"},
    "PMO-02": {"G1": "BLOCK"},
    "PMO-03": {"G2": "BLOCK"},
    "PMO-04": {"G2": "BLOCK WARN"},
    "PMO-05": {"G2": "BLOCK"},
    "PMO-06": {"G4": "BLOCK"},
    "PMO-07": {"G4": "BLOCK"},
    "PMO-08": {"G4": "REQUIRE"},
    "PMO-09": {"G4": "BLOCK"},
    "PMO-10": {"G1": "WARN"},
    "PMO-11": {"G1": "BLOCK", "G4": "BLOCK"},
    "PMO-12": {"G1": "REQUIRE", "G2": "REQUIRE", "G3": "REQUIRE", "G4": "REQUIRE"},
    "PMO-13": {"G4": "BLOCK"},
    "PMO-14": {"G4": "BLOCK"},
    "PMO-15": {"G4": "BLOCK"},
    "PMO-16": {"G5": "BLOCK"},
    "PMO-17": {"G5": "REQUIRE WARN"},
    "PMO-18": {"G4": "BLOCK"},
    "PMO-19": {"G4": "INFO"},
    "PMO-20": {"G6": "REQUIRE"},
    "PMO-21": {"G4": "WARN", "G5": "BLOCK"},
    "PMO-22": {"G4": "WARN", "G5": "BLOCK"},
    "PMO-23": {"G4": "WARN"},
    "PMO-24": {"G5": "REQUIRE", "G6": "REQUIRE"},
    "PMO-25": {"G5": "REQUIRE"},
    "PMO-26": {"G4": "REQUIRE"},
    "PMO-27": {"G5": "REQUIRE"},
    "PMO-28": {"G5": "INFO"},
    "PMO-29": {"G6": "BLOCK"},
    "PMO-30": {"G6": "BLOCK"},
    "PMO-31": {"G6": "WARN"},
    "PMO-32": {"G6": "BLOCK WARN"},
    "PMO-33": {"G6": "WARN"},
    "PMO-34": {"G4": "REQUIRE", "G6": "REQUIRE"},
    "PMO-35": {"G4": "BLOCK"},
    "PMO-36": {"G1": "BLOCK"},
    "PMO-37": {"G1": "BLOCK"},
    "PMO-38": {"G4": "BLOCK"},
    "PMO-39": {"G1": "WARN"},
    "PMO-40": {"G1": "BLOCK", "G5": "BLOCK"},
    "PMO-41": {"G1": "BLOCK"},
    "PMO-42": {"G2": "BLOCK"},
    "PMO-43": {"G4": "BLOCK"},
    "PMO-44": {"G1": "BLOCK"},
    "PMO-45": {"G2": "BLOCK"},
    "PMO-46": {"G2": "WARN"},
    "PMO-47": {"G2": "BLOCK"},
    "PMO-48": {"G4": "REQUIRE", "G6": "REQUIRE"},
    "PMO-49": {"G4": "REQUIRE"},
    "PMO-50": {"G4": "BLOCK", "G6": "BLOCK"},
    "PMO-51": {"G5": "BLOCK"},
    "PMO-52": {"G6": "REQUIRE"},
    "PMO-53": {"G5": "REQUIRE"},
    "PMO-54": {"G5": "REQUIRE"},
    "PMO-55": {"G4": "REQUIRE"},
    "PMO-56": {"G6": "REQUIRE"},
    "PMO-57": {"G6": "REQUIRE"},
    "PMO-58": {"G6": "REQUIRE"},
    "PMO-59": {"G6": "REQUIRE"},
    "PMO-60": {"G6": "INFO"},
    "PMO-61": {"G7": "REQUIRE"},
    "PMO-62": {"G7": "REQUIRE"},
    "PMO-63": {"G1": "REQUIRE", "G2": "REQUIRE"},
    "PMO-64": {"G1": "REQUIRE"},
    "PMO-65": {"G1": "BLOCK"},
    "PMO-66": {"G1": "REQUIRE"},
    "PMO-67": {"G3": "BLOCK"},
    "PMO-68": {"G3": "REQUIRE"},
    "PMO-69": {"G4": "BLOCK"},
    "PMO-70": dict.fromkeys(("G1", "G2", "G3", "G4", "G5", "G6", "G7"), "REQUIRE"),
}
OVERRIDABLE = {"PMO-30", "PMO-32"}
NOT_READ = {"mission.place", "mission.tasks"}
LISTED = {
    *("regime", "lender.headcount", "lender.groupHeadcount", "lender.kind"),
    *("lender.country", "lender.hasCse", "host.headcount", "host.headcount5y"),
    *("host.registeredOn", "host.kind", "host.isArt238bis", "host.hasCse"),
    *("sameGroup", "employee.contractType", "employee.contractEnd", "employee.inTrialPeriod"),
    *("employee.contractSuspended", "employee.minor", "employee.foreignNational", "employee.workPermitScopeOk"),
    *("employee.hasMandate", "employee.onPartialActivity", "mission.start", "mission.end"),
    *("mission.country", "mission.hours", "mission.place", "mission.tasks"),
    *("mission.riskPost", "mission.sirPost", "mission.modifiesEssentialElement", "mission.replacesStrikers"),
    *("billing.lines", "billing.total", "cost.total", "billing.vatRate"),
    *("contract.valueExclVat", "convention.purpose"),
}


def test_the_rules_are_all_there_and_in_order():
    assert list(RULES) == [f"PMO-{number:02}" for number in range(1, 71)]
    assert sum(len(theme.RULES) for theme in THEMES) == len(RULES)


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_is_examined_where_the_table_says_and_says_what_it_says(rule: str):
    may_say = {
        gate.value: " ".join(sorted({clause.output for clause in RULES[rule].clauses if gate in clause.gates}))
        for gate in RULES[rule].gates
    }

    assert may_say == TABLE[rule]


def test_only_two_rules_can_be_lifted():
    assert {rule.id for rule in RULES.values() for clause in rule.clauses if clause.overridable} == OVERRIDABLE


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_can_be_read(rule: str):
    told = RULES[rule]

    assert min(len(told.text), len(told.remedy), len(told.article)) > 10
    assert told.text.endswith(".")
    assert told.remedy.endswith(".")
    assert told.nature == "policy" or re.search(r"[LRD]\d|[Aa]rticle \d|[Rr]èglement|CJUE", told.article)


def test_what_is_not_law_says_so():
    policies = {rule.id for rule in RULES.values() if rule.nature == "policy"}

    assert policies == {"PMO-10", "PMO-40", "PMO-41", "PMO-47", "PMO-66", "PMO-67", "PMO-68", "PMO-70"}


def test_the_law_is_dated_and_nobody_claims_that_a_lawyer_read_it():
    assert LAW_AS_OF.isoformat() == "2026-11-21"
    assert REVIEWED_BY_A_LAWYER is False


def test_every_gate_has_a_name_and_rules():
    assert set(GATES_IN_FRENCH) == set(Gate)
    assert all(any(gate in rule.gates for rule in RULES.values()) for gate in Gate)


def test_every_fact_is_read_by_a_rule():
    read = {name for rule in RULES.values() for name in rule.facts}

    assert set(REGISTRY) - read == NOT_READ


def test_the_facts_of_the_law_sheet_keep_their_names():
    assert set(REGISTRY) >= LISTED


@pytest.mark.parametrize("fact", REGISTRY)
def test_a_fact_can_be_read(fact: str):
    told = REGISTRY[fact]

    assert told.name == fact
    assert re.fullmatch(r"[a-zA-Z]+(\.[a-zA-Z0-9]+)?", fact)
    assert told.french != told.english
    assert min(len(told.french), len(told.english), len(told.type.form)) > 5
