"""The golden cases of the law sheet: the exact set of rules that block, over all gates, and what else they must say."""

from typing import Any

import pytest

from legality.evaluation import Finding, blocks, evaluate
from legality.registry import facts_of
from legality.rule import Gate, Output
from tests.unit.legality.files import FREE_LARGE_TO_SME, a_file

GOLDEN: dict[str, tuple[dict[str, Any], set[str]]] = {
    "A nominal": ({}, set()),
    "B free loan by a mid-size firm": (
        {"regime": "R2", "lender.headcount": 400, "host.headcount": 30, "billing.total": 0, "billing.lines": []},
        {"PMO-04"},
    ),
    "C large group to a start-up": (FREE_LARGE_TO_SME, set()),
    "D the same, 40 months": (FREE_LARGE_TO_SME | {"mission.end": "2030-05-04"}, {"PMO-06"}),
    "E a margin of 5 %, typed as wages": (
        {"billing.total": 4410, "billing.lines": [{"type": "WAGES", "amount": 4410}]},
        {"PMO-29"},
    ),
    "F night work is new": ({"mission.modifiesEssentialElement": True}, {"PMO-18"}),
    "G the host's council was not consulted": ({"host.cseInformedOn": None, "host.cseOpinionOn": None}, {"PMO-22"}),
    "H too small for a council": (
        {"lender.headcount": 8, "lender.hasCse": False, "host.headcount": 9, "host.hasCse": False},
        set(),
    ),
    "I2 a host of 250 for five years": (
        FREE_LARGE_TO_SME
        | {"host.headcount": 300, "host.headcount5y": [250, 260, 270, 280, 300], "host.registeredOn": "2001-05-14"},
        {"PMO-05"},
    ),
    "J ionising radiation without an examination": ({"mission.sirPost": True}, {"PMO-51"}),
    "K an apprentice": ({"employee.contractType": "APPRENTICE"}, {"PMO-36"}),
    "L two employees in one convention": ({"convention.employeeCount": 2}, {"PMO-13"}),
    "M free for a body of general interest": (
        {
            "regime": "R3",
            "lender.headcount": 40,
            "host.kind": "ASSOCIATION",
            "host.isArt238bis": True,
            "host.art238bisProof": True,
            "billing.total": 0,
            "billing.lines": [],
        },
        set(),
    ),
    "P the employee refuses": ({"employee.agreement": False}, {"PMO-11"}),
    "R a lender in Germany": ({"lender.country": "DE"}, {"PMO-44"}),
}
ALONE = {
    "B": ({"regime": "R2", "lender.headcount": 400, "lender.groupHeadcount": 400, "host.isArt238bis": False}, "PMO-04"),
    "D": ({"regime": "R2", "mission.start": "2027-01-04", "mission.end": "2030-05-04"}, "PMO-06"),
    "E": ({}, "PMO-29"),
    "F": (
        {"regime": "R1", "mission.modifiesEssentialElement": True, "amendment.probationClause": False},
        "PMO-18",
    ),
    "G": ({"regime": "R1", "host.hasCse": True, "host.headcount": 60, "host.cseInformedOn": None}, "PMO-22"),
    "J": ({"regime": "R1", "mission.sirPost": True, "employee.aptitudeExamOn": None}, "PMO-51"),
    "K": ({"employee.contractType": "APPRENTICE"}, "PMO-36"),
    "L": ({"convention.employeeCount": 2}, "PMO-13"),
    "P": ({"employee.agreement": False}, "PMO-11"),
    "R": ({"lender.country": "DE"}, "PMO-44"),
}
PRICES = {"B": {"billing.total": 0, "cost.total": 4200}, "E": {"billing.total": 4410, "cost.total": 4200}}
DATES = {"J": {"mission.start": "2027-01-04"}, "G": {"mission.start": "2027-01-04"}}


def findings(raw: dict[str, Any]) -> list[Finding]:
    facts = facts_of(raw)
    return [finding for gate in Gate for finding in evaluate(facts, gate)]


def ids(found: list[Finding], output: Output) -> list[str]:
    return [finding.rule.id for finding in found if finding.output is output]


@pytest.mark.parametrize("case", GOLDEN)
def test_the_exact_set_blocks(case: str):
    changes, expected = GOLDEN[case]

    assert set(ids(findings(a_file(changes)), Output.BLOCK)) == expected


@pytest.mark.parametrize("case", ALONE)
def test_the_facts_of_a_case_are_enough_to_block(case: str):
    facts, rule = ALONE[case]
    known = facts | PRICES.get(case, {}) | DATES.get(case, {})

    assert set(ids(findings(known), Output.BLOCK)) == {rule}


def test_the_nominal_loan_is_fully_known_and_its_requirements_are_met():
    found = findings(a_file())

    assert ids(found, Output.UNKNOWN) == []
    assert ids(found, Output.WARN) == []
    assert {(finding.rule.id, finding.met) for finding in found if finding.output is Output.REQUIRE} == {
        ("PMO-24", True),
        ("PMO-34", True),
        ("PMO-54", True),
        ("PMO-61", True),
        ("PMO-64", True),
        ("PMO-68", True),
    }


def test_a_free_loan_asks_for_the_line_in_the_data_base_and_may_write_its_ledger():
    found = findings(a_file(FREE_LARGE_TO_SME))

    assert "PMO-26" in ids(found, Output.REQUIRE)
    assert "PMO-31" in ids(found, Output.OK)


def test_two_small_parties_are_told_apart():
    small = GOLDEN["H too small for a council"][0]

    assert ids(findings(a_file(small)), Output.INFO) == ["PMO-19", "PMO-28", "PMO-28"]
    assert {finding.party for finding in findings(a_file(small)) if finding.rule.id == "PMO-28"} == {"lender", "host"}


def test_a_body_of_general_interest_with_its_proof_is_asked_for_nothing_more():
    assert "PMO-08" not in ids(findings(a_file(GOLDEN["M free for a body of general interest"][0])), Output.REQUIRE)


def test_nothing_blocks_when_nothing_is_known():
    found = findings({})

    assert ids(found, Output.BLOCK) == []
    assert set(ids(found, Output.OK)) == set()


@pytest.mark.parametrize(
    ("changes", "lifted", "left"),
    [
        ({"billing.total": 4100}, ["PMO-30"], []),
        ({"billing.total": 4410}, ["PMO-29"], ["PMO-29"]),
        ({"billing.lines": [{"type": "MANAGEMENT_FEE", "amount": 1}]}, ["PMO-32"], []),
        ({"billing.lines": [{"type": "MANAGEMENT_FEE", "amount": 1}]}, ["PMO-30"], ["PMO-32"]),
        (
            {"billing.lines": [{"type": "MANAGEMENT_FEE", "amount": 1}, {"type": "MARGIN", "amount": 1}]},
            ["PMO-32"],
            ["PMO-32"],
        ),
    ],
)
def test_an_override_lifts_only_what_may_be_lifted(changes: dict[str, Any], lifted: list[str], left: list[str]):
    found = evaluate(facts_of(a_file(changes)), Gate.G6)

    assert blocks(found)
    assert [finding.rule.id for finding in blocks(found, lifted)] == left
