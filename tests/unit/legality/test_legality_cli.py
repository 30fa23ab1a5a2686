"""`passerelle legality`: one line for each rule, the facts it knows, and clear refusals."""

import io
import json
from typing import Any

import pytest

from cdk import legality_cli
from legality.registry import REGISTRY
from legality.rules import RULES
from tests.unit.legality.files import a_file


def check(given: Any) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    text = given if isinstance(given, str) else json.dumps(given)
    code = legality_cli.check(io.StringIO(text), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("gate", ["G1", "G2", "G3", "G4", "G5", "G6", "G7", " g4 "])
def test_one_line_for_each_rule_of_the_gate_in_order(gate: str):
    code, lines = check(a_file() | {"gate": gate})
    here = gate.strip().upper()

    assert code == 0
    assert [line["rule"] for line in lines] == [rule.id for rule in RULES.values() if here in rule.gates]
    assert {line["gate"] for line in lines} == {here}


def test_a_line_begins_with_the_four_keys_that_matter():
    _, lines = check({"gate": "G2", "sameGroup": True})

    assert list(lines[0])[:4] == ["rule", "output", "gate", "missing"]
    assert lines[0] == {
        "rule": "PMO-03",
        "output": "UNKNOWN",
        "gate": "G2",
        "missing": ["regime"],
        "text": RULES["PMO-03"].text,
        "article": RULES["PMO-03"].article,
        "remedy": RULES["PMO-03"].remedy,
        "who": "lender",
        "nature": "law",
        "met": None,
        "overridable": False,
    }


def test_a_rule_of_one_party_says_whose_it_is():
    _, lines = check(a_file({"lender.headcount": 8, "host.headcount": 9}) | {"gate": "G5"})

    assert [line["who"] for line in lines if line["rule"] == "PMO-28"] == ["lender", "host"]


def test_amounts_are_exact():
    bill = '{"gate": "G6", "regime": "R1", "billing.total": 0.3, "cost.total": 0.30000000000000004}'
    _, lines = check(bill)

    assert next(line for line in lines if line["rule"] == "PMO-30")["output"] == "BLOCK"
    assert next(line for line in lines if line["rule"] == "PMO-30")["overridable"] is True


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "standard input is not JSON"),
        ("{", "standard input is not JSON"),
        ("[]", "standard input is not one JSON object"),
        ("3", "standard input is not one JSON object"),
        ("[" * 100_000, "standard input is not JSON"),
        ('{"gate": "G1"} {"gate": "G1"}', "standard input is not JSON"),
        ('{"gate": "G1", "billing.total": ' + "9" * 5000 + "}", "standard input is not JSON"),
        ("{}", "gate: which gate? Write one of G1, G2, G3, G4, G5, G6, G7."),
        ('{"gate": "G9"}', "gate: which gate?"),
        ('{"gate": 4}', "gate: which gate?"),
        ('{"gate": "G1", "nonsense": 1}', "nonsense: no such fact."),
        ('{"gate": "G1", "sameGroup": "no"}', "sameGroup: not true or false. Write true or false."),
        ('{"gate": "G1", "sameGroup": true, "sameGroup": false}', "sameGroup: given twice. Give it once."),
        ('{"gate": "G6", "billing.lines": [{"type": "A", "type": "B", "amount": 1}]}', "type: given twice."),
        ('{"gate": "G1", "cost.total": NaN}', "cost.total: not a number"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_clear_line(
    given: str, told: str, capsys: pytest.CaptureFixture[str]
):
    code, lines = check(given)

    assert (code, lines) == (2, [])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"passerelle legality: {told}")


def test_a_word_nobody_knows_is_told_and_counts_as_unknown(capsys: pytest.CaptureFixture[str]):
    code, lines = check({"gate": "G1", "lender.kind": "ETTT"})

    assert code == 0
    assert next(line for line in lines if line["rule"] == "PMO-02")["missing"] == ["lender.kind"]
    assert "lender.kind: this word is not known here" in capsys.readouterr().err


def test_facts_lists_every_fact_on_one_readable_line():
    out = io.StringIO()

    assert legality_cli.facts(out) == 0
    header, gate, *lines = out.getvalue().splitlines()
    assert "2026-11-21" in header
    assert gate.startswith("gate — one of G1, G2, G3, G4, G5, G6, G7 — ")
    assert [line.split(" — ")[0] for line in lines] == list(REGISTRY)
    assert all(line.count(" — ") == 3 for line in lines)
    assert (
        "lender.groupHeadcount — a whole number, employees — effectif du groupe de la prêteuse au 31 décembre /"
        " headcount of the lender's group on 31 December (null: no group) — read by PMO-04"
    ) in lines
    assert any(line.startswith("regime — one of R1, R2, R3 (usual synonyms are understood) — ") for line in lines)
    assert "mission.place — a text — lieu de travail / place of work — read by no rule" in lines
