"""Facts from JSON: the forms a person would write are understood, everything else is refused by name."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from legality.facts import BadFacts
from legality.registry import facts_of

MOMENT = datetime.fromisoformat

UNDERSTOOD: list[tuple[str, Any, Any]] = [
    ("regime", "r2_large_to_sme", "R2"),
    ("regime", "R1_ORDINARY", "R1"),
    ("requestedRegime", "R3", "R3"),
    ("lender.headcount", 120, 120),
    ("lender.headcount", Decimal("120.0"), 120),
    ("lender.headcount", 0, 0),
    ("lender.headcount", 10_000_000, 10_000_000),
    ("lender.kind", " sme ", "COMPANY"),
    ("lender.country", "France", "FR"),
    ("lender.country", "FRA", "FR"),
    ("lender.country", "gp", "FR"),
    ("lender.country", "de", "DE"),
    ("lender.groupHeadcount", None, None),
    ("host.headcount5y", [240, 250], (240, 250)),
    ("host.headcount5y[]", [], ()),
    ("host.headcount5y", (250,) * 100, (250,) * 100),
    ("host.kind", "public-body", "PUBLIC"),
    ("employee.contractType", "permanent", "CDI"),
    ("employee.contractType", "INTERIM", "TEMP"),
    ("mission.start", "2027-01-04", date(2027, 1, 4)),
    ("mission.start", "2027-01-04T23:30:00Z", date(2027, 1, 4)),
    ("mission.start", date(2027, 1, 4), date(2027, 1, 4)),
    ("mission.start", MOMENT("2027-01-04T12:00"), date(2027, 1, 4)),
    ("mission.end", None, None),
    ("mission.hours", 35, {"perWeek": 35}),
    ("mission.hours", {"perDay": 7.5, "rest": 12}, {"perDay": Decimal("7.5"), "rest": 12}),
    ("mission.hours", "8 h – 16 h", {}),
    ("mission.tasks", "Soudure", ("Soudure",)),
    ("mission.tasks", ["Soudure", "Meulage"], ("Soudure", "Meulage")),
    ("billing.lines", [{"type": "wages", "amount": "1.10"}], (("WAGES", Decimal("1.10")),)),
    ("billing.lines[]", [], ()),
    ("billing.total", 4200.1, Decimal("4200.1")),
    ("billing.total", "-4200.10", Decimal("-4200.10")),
    ("billing.total", 10**12, Decimal(10**12)),
    ("host.deMinimisReceived", 0, 0),
    ("convention.purpose", "partnership", "PARTNERSHIP"),
    ("convention.contents", ["wages"], frozenset({"WAGES"})),
    ("profile.fields", ["birth date"], frozenset({"BIRTH_DATE"})),
    ("sameGroup", False, False),
    ("accident.hostKnewAt", "2027-02-01T10:00", MOMENT("2027-02-01T10:00")),
    ("accident.hostKnewAt", "2027-02-01T10:00Z", MOMENT("2027-02-01T11:00")),
    ("accident.hostKnewAt", "2027-07-01T10:00Z", MOMENT("2027-07-01T12:00")),
    ("accident.hostKnewAt", MOMENT("2027-07-01T10:00"), MOMENT("2027-07-01T10:00")),
]
REFUSED: list[tuple[str, Any]] = [
    ("regime", "R4"),
    ("regime", 1),
    ("lender.headcount", -1),
    ("lender.headcount", 10_000_001),
    ("lender.headcount", 1.5),
    ("lender.headcount", "120"),
    ("lender.headcount", True),
    ("lender.headcount", float("nan")),
    ("lender.headcount", 10**400),
    ("lender.kind", ""),
    ("lender.country", 33),
    ("host.headcount5y", 250),
    ("host.headcount5y", [250.5]),
    ("host.headcount5y", [250] * 101),
    ("mission.start", "4 janvier 2027"),
    ("mission.start", "2027-02-29"),
    ("mission.start", 20270104),
    ("mission.hours", []),
    ("mission.hours", " "),
    ("mission.hours", {"daily": 8}),
    ("mission.hours", {"perDay": "8"}),
    ("mission.place", "  "),
    ("mission.tasks", 3),
    ("billing.lines", {"type": "WAGES", "amount": 1}),
    ("billing.lines", ["WAGES"]),
    ("billing.lines", [{"type": "WAGES"}]),
    ("billing.lines", [{"type": "WAGES", "amount": 1, "note": "x"}]),
    ("billing.lines", [{"type": 1, "amount": 1}]),
    ("billing.total", "a lot"),
    ("billing.total", "NaN"),
    ("billing.total", float("inf")),
    ("billing.total", 10**12 + 1),
    ("host.deMinimisReceived", -1),
    ("convention.contents", ["PRICE"]),
    ("profile.fields", "AGE"),
    ("profile.fields", [1]),
    ("sameGroup", "yes"),
    ("sameGroup", 0),
    ("accident.hostKnewAt", "yesterday"),
    ("accident.hostKnewAt", "9999-12-31T23:59:59-23:59"),
]


@pytest.mark.parametrize(("name", "written", "meant"), UNDERSTOOD)
def test_a_natural_form_is_understood(name: str, written: Any, meant: Any):
    facts = facts_of({name: written})

    assert list(facts.values()) == [meant]
    assert facts.unrecognised == ()


@pytest.mark.parametrize(("name", "written"), REFUSED)
def test_another_form_is_refused_with_the_fact_and_what_to_write(name: str, written: Any):
    with pytest.raises(BadFacts) as refused:
        facts_of({name: written})

    (fault,) = refused.value.faults
    assert fault.startswith(f"{name}: ")
    assert ". Write " in fault


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(BadFacts, match=r"host\.head_count: no such fact\. Did you mean host\.headcount\?"):
        facts_of({"host.head_count": 3})
    with pytest.raises(BadFacts, match=r"zzzzzz: no such fact\. `passerelle legality facts` lists them\."):
        facts_of({"zzzzzz": 3})


def test_a_fact_given_by_two_names_is_refused():
    with pytest.raises(BadFacts, match="requestedRegime: says the same thing as regime"):
        facts_of({"regime": "R1", "requestedRegime": "R1"})


def test_all_faults_are_told_at_once():
    with pytest.raises(BadFacts) as refused:
        facts_of({"regime": "R9", "sameGroup": 1, "nonsense": None})

    assert [fault.split(":")[0] for fault in refused.value.faults] == ["regime", "sameGroup", "nonsense"]


def test_null_says_nothing_unless_the_fact_gives_it_a_meaning():
    assert dict(facts_of({"lender.headcount": None, "sameGroup": None, "employee.contractEnd": None})) == {}
    assert dict(facts_of({"mission.end": None, "host.cseOpinionOn": None})) == {
        "mission.end": None,
        "host.cseOpinionOn": None,
    }


@pytest.mark.parametrize("name", ["lender.kind", "host.kind", "employee.contractType"])
def test_a_word_nobody_knows_leaves_its_fact_unknown_and_is_told(name: str):
    facts = facts_of({name: "SOMETHING_ELSE"})

    assert len(facts) == 0
    (note,) = facts.unrecognised
    assert note.startswith(f"{name}: ")


def test_what_json_reads_is_understood():
    facts = facts_of(json.loads('{"billing.total": 4200.10, "lender.headcount": 12.0}', parse_float=Decimal))

    assert facts["billing.total"] == Decimal("4200.10")
    assert facts["lender.headcount"] == 12
