"""What holds of any facts: an answer always, the same each time, never changed by learning more; and where the law is
monotone, so are the rules."""

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from legality import facts as types
from legality.evaluation import blocks, evaluate, examine
from legality.regime import resolve
from legality.registry import REGISTRY, facts_of
from legality.rule import Gate, Output
from legality.rules import RULES
from legality.start import earliest_lawful_start
from tests.unit.legality.files import NOMINAL, said

RAW = dict[str, Any]
PARTLY_KNOWN = {"mission.hours", "host.headcount5y"}
"""Facts of which a part may be given, so that they are still missing."""

# For each type, values on both sides of every threshold of the law.
DAYS = ["2018-12-31", "2026-03-02", "2026-04-02", "2026-04-03", "2027-01-04", "2027-04-02", "2030-05-04"]
POOLS: dict[types.FactType, list[Any]] = {
    types.BOOLEAN: [True, False],
    types.COUNT: [0, 1, 2, 3, 5, 10, 11, 49, 50, 249, 250, 4999, 5000],
    types.COUNTS: [[30], [250] * 5, [250] * 4, [], [249, 250, 250, 250, 250]],
    types.NUMBER: [0, 20, 60, 60.5],
    types.AMOUNT: [0, -1, 4199.99, 4200, 4200.02, 5000, 4410, 6000],
    types.POSITIVE_AMOUNT: [0, 100_000, 200_000, 300_000, 300_001],
    types.DATE: list(DAYS),
    types.MOMENT: ["2027-02-01T10:00", "2027-02-02T10:00", "2027-02-08T10:00"],
    types.TEXT: ["Rouen"],
    types.TASKS: [["Soudure"]],
    types.WORD: ["PARTNERSHIP", "PROFIT"],
    types.WORDS: [[], ["ROME"], ["AGE"]],
    types.COUNTRY: ["FR", "DE"],
    types.LINES: [
        [],
        [{"type": "WAGES", "amount": 4200}],
        [{"type": "WAGES", "amount": 42}] * 100,
        [{"type": "WAGES", "amount": 1}, {"type": "MARGIN", "amount": 1}],
        [{"type": "MANAGEMENT_FEE", "amount": 1}],
        [{"type": "CONSULTING", "amount": 1}],
    ],
    types.HOURS: [35, 49, {"perDay": 8, "perWeek": 35, "rest": 12}, {"perDay": 11}],
}
OF_THEIR_OWN: dict[str, list[Any]] = {
    "regime": ["R1", "R2", "R3"],
    "lender.kind": ["COMPANY", "ETT"],
    "host.kind": ["COMPANY", "PUBLIC"],
    "employee.contractType": ["CDI", "CDD", "APPRENTICE", "TEMP"],
    "convention.contents": [
        [],
        ["DURATION", "IDENTITY", "QUALIFICATION", "WAGES", "CHARGES", "EXPENSES"],
        ["DURATION", "IDENTITY", "QUALIFICATION", "PURPOSE", "MISSIONS"],
        ["DURATION", "IDENTITY", "QUALIFICATION", "PURPOSE", "MISSIONS", "WAGES", "CHARGES", "EXPENSES"],
    ],
    "amendment.contents": [["TASKS"], ["TASKS", "HOURS", "PLACE", "CHARACTERISTICS"]],
}


def pool(name: str) -> list[Any]:
    fact = REGISTRY[name]
    return (OF_THEIR_OWN.get(name) or POOLS[fact.type]) + ([None] if fact.null else [])


wide: dict[types.FactType, st.SearchStrategy[Any]] = {
    types.COUNT: st.integers(0, types.MOST_PEOPLE),
    types.COUNTS: st.lists(st.integers(0, types.MOST_PEOPLE), max_size=12),
    types.NUMBER: st.decimals(-(10**12), 10**12),
    types.AMOUNT: st.decimals(-(10**12), 10**12) | st.integers(-(10**12), 10**12),
    types.POSITIVE_AMOUNT: st.decimals(0, 10**12),
    types.DATE: st.dates().map(str),
    types.MOMENT: st.datetimes().map(str),
    types.TEXT: st.text().filter(str.strip),
    types.WORD: st.text().filter(str.strip),
    types.COUNTRY: st.text().filter(str.strip),
}


def a_value(name: str) -> st.SearchStrategy[Any]:
    chosen = st.sampled_from(pool(name))
    kind = REGISTRY[name].type
    return chosen | wide[kind] if name not in OF_THEIR_OWN and kind in wide else chosen


some_facts: st.SearchStrategy[RAW] = st.lists(st.sampled_from(sorted(REGISTRY)), unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: a_value(name) for name in names})
)
most_facts: st.SearchStrategy[RAW] = st.fixed_dictionaries({name: a_value(name) for name in REGISTRY})


def outputs(raw: RAW) -> dict[tuple[Gate, str, str], set[str]]:
    """What is said of each rule at each gate, and of each party."""
    facts = facts_of(raw)
    said_of: dict[tuple[Gate, str, str], set[str]] = {}
    for gate in Gate:
        for finding in evaluate(facts, gate):
            said_of.setdefault((gate, finding.rule.id, finding.party or ""), set()).add(finding.output)
    return said_of


@given(some_facts)
@settings(max_examples=60)
def test_every_rule_of_every_gate_answers_on_any_facts(raw: RAW):
    facts = facts_of(raw)

    for gate in Gate:
        findings = evaluate(facts, gate)
        told = [finding.rule.id for finding in findings]
        assert sorted(set(told)) == [rule.id for rule in RULES.values() if gate in rule.gates]
        assert told == sorted(told)
        assert findings == evaluate(facts_of(dict(reversed(raw.items()))), gate)
        for finding in findings:
            assert bool(finding.missing) == (finding.output is Output.UNKNOWN)
            assert set(finding.missing) <= finding.rule.facts - (set(facts) - PARTLY_KNOWN)
            assert json_line(finding.as_line())
    assert resolve(facts)
    assert earliest_lawful_start(facts, date(2027, 1, 4))


def json_line(line: dict[str, Any]) -> bool:
    return all(isinstance(value, str | bool | list | None) for value in line.values())


@given(most_facts, st.sets(st.sampled_from(sorted(REGISTRY))))
def test_learning_a_fact_never_changes_what_was_decided(raw: RAW, forgotten: set[str]):
    known = {name: value for name, value in raw.items() if name not in forgotten}
    before, after = outputs(known), outputs(raw)

    for place, said_before in before.items():
        if "UNKNOWN" not in said_before and (said_before != {"OK"} or place in after):
            assert said_before == after[place], place


@given(most_facts, st.sets(st.sampled_from(sorted(REGISTRY))))
def test_learning_a_fact_never_undoes_what_is_met(raw: RAW, forgotten: set[str]):
    known = facts_of({name: value for name, value in raw.items() if name not in forgotten})

    for gate in Gate:
        after = {(each.rule.id, each.party): each.met for each in evaluate(facts_of(raw), gate)}
        for finding in evaluate(known, gate):
            if finding.met is not None:
                assert after[finding.rule.id, finding.party] == finding.met


# Days and amounts wide enough for every delay and ceiling of the law to be kept or not, whatever the known ones are.
SPREAD: dict[types.FactType, list[Any]] = {
    types.DATE: [
        *("2000-01-01", "2018-06-01", "2023-06-01", "2025-11-20", "2026-06-01", "2026-11-20", "2026-12-31", None),
        *(
            "2027-01-01",
            "2027-01-02",
            "2027-01-20",
            "2027-02-15",
            "2027-03-10",
            "2027-05-01",
            "2029-01-01",
            "2034-01-01",
        ),
    ],
    types.AMOUNT: [*POOLS[types.AMOUNT], -10, 10_000],
}
EXAMINED = [(rule, gate) for rule in RULES.values() for gate in rule.gates if rule.facts]


@given(st.data())
@settings(max_examples=200)
def test_what_is_missing_matters(data: st.DataObject):
    """Of an UNKNOWN, some values of what is missing lead to one answer and others to another."""
    rule, gate = data.draw(st.sampled_from(EXAMINED))
    forgotten = data.draw(st.sets(st.sampled_from(sorted(rule.facts)), min_size=1, max_size=2))
    known = {
        name: data.draw(st.sampled_from(["2027-01-01"] if REGISTRY[name].type is types.DATE else pool(name)), name)
        for name in sorted(rule.facts - forgotten)
    }
    (answer, *_) = examine(rule, gate, facts_of(known))
    assume(answer.output is Output.UNKNOWN and not set(answer.missing) & PARTLY_KNOWN)
    others = {name: pool(name)[0] for name in forgotten - set(answer.missing)}
    completions = itertools.product(*(SPREAD.get(REGISTRY[name].type, pool(name)) for name in answer.missing))
    found = {
        said(rule.id, gate, known | others | dict(zip(answer.missing, values, strict=True))) for values in completions
    }

    assert len(found) > 1


def test_what_was_not_known_can_be_decided():
    assert all("UNKNOWN" not in said_of for said_of in outputs(NOMINAL).values())


# Where the law is monotone

amounts = st.decimals(0, 10_000, places=2)
days = st.dates(date(2026, 1, 1), date(2029, 12, 31))


def blocked(rule: str, gate: str, raw: RAW) -> bool:
    return rule in {finding.rule.id for finding in blocks(evaluate(facts_of(raw), Gate(gate)))}


@given(amounts, amounts, amounts, st.integers(0, 9000), st.integers(0, 9000), st.booleans())
def test_a_lower_price_never_lifts_the_block_on_prices_below_cost(
    one: Any, other: Any, cost: Any, lender: int, group: int, general_interest: bool
):
    lower, higher = sorted((one, other))
    facts = {
        "cost.total": cost,
        "lender.headcount": lender,
        "lender.groupHeadcount": group,
        "host.isArt238bis": general_interest,
    }

    assert blocked("PMO-04", "G2", facts | {"billing.total": lower}) >= blocked(
        "PMO-04", "G2", facts | {"billing.total": higher}
    )


@given(amounts, amounts, amounts, st.integers(0, 5))
def test_a_lower_bill_never_exceeds_the_cost_more(one: Any, other: Any, cost: Any, count: int):
    lower, higher = sorted((one, other))
    facts = {"cost.total": cost, "billing.lines": [{"type": "WAGES", "amount": 1}] * count}

    assert blocked("PMO-29", "G6", facts | {"billing.total": lower}) <= blocked(
        "PMO-29", "G6", facts | {"billing.total": higher}
    )


@given(amounts, amounts)
def test_in_r1_only_the_exact_cost_is_never_blocked(billed: Any, cost: Any):
    facts = {"regime": "R1", "billing.total": billed, "cost.total": cost, "billing.lines": []}
    blocking = [rule for rule in ("PMO-29", "PMO-30") if blocked(rule, "G6", facts)]

    assert (blocking == []) == (cost <= billed <= cost + types.Decimal("0.01"))


@given(days, days, st.integers(1, 400), st.sampled_from([0, 1, 2]), st.sampled_from(["lender", "host"]))
def test_more_days_of_notice_never_add_a_block(informed: date, start: date, more: int, levels: int, party: str):
    rule = {"lender": "PMO-21", "host": "PMO-22"}[party]
    council = {
        "regime": "R1",
        "mission.start": start,
        f"{party}.hasCse": True,
        f"{party}.headcount": 60,
        f"{party}.cseOpinionOn": None,
        f"{party}.cseExpertLevels": levels,
        f"{party}.cseAgreedDays": None,
    }
    earlier = date.fromordinal(informed.toordinal() - more)

    assert blocked(rule, "G5", council | {f"{party}.cseInformedOn": earlier}) <= blocked(
        rule, "G5", council | {f"{party}.cseInformedOn": informed}
    )


@given(st.lists(st.integers(0, 600), min_size=5, max_size=5), st.integers(0, 4), st.integers(0, 600))
def test_a_smaller_host_is_never_less_of_an_sme(yearly: list[int], year: int, fewer: int):
    assume(fewer <= yearly[year])
    facts = {"regime": "R2", "host.registeredOn": "2000-01-01", "mission.start": "2027-01-04"}
    smaller = [*yearly[:year], fewer, *yearly[year + 1 :]]

    assert blocked("PMO-05", "G2", facts | {"host.headcount5y": smaller}) <= blocked(
        "PMO-05", "G2", facts | {"host.headcount5y": yearly}
    )


@given(days, days, days, st.sampled_from(["R2", "R3"]))
def test_a_shorter_loan_is_never_too_long(start: date, one: date, other: date, regime: str):
    shorter, longer = sorted((one, other))
    facts = {"regime": regime, "mission.start": start}

    assert blocked("PMO-06", "G4", facts | {"mission.end": shorter}) <= blocked(
        "PMO-06", "G4", facts | {"mission.end": longer}
    )


@given(
    st.sets(st.sampled_from(sorted(REGISTRY["convention.contents"].type.read(["WAGES"]) | {"DURATION", "IDENTITY"})))
)
def test_writing_more_in_a_convention_never_adds_a_block(mentions: set[str]):
    facts = {"regime": "R1"}

    assert blocked("PMO-14", "G4", facts | {"convention.contents": [*mentions, "CHARGES"]}) <= blocked(
        "PMO-14", "G4", facts | {"convention.contents": sorted(mentions)}
    )


@pytest.mark.parametrize("forgotten", sorted(NOMINAL))
def test_forgetting_a_fact_of_the_nominal_loan_blocks_nothing(forgotten: str):
    known = {name: value for name, value in NOMINAL.items() if name != forgotten}

    assert {output for said_of in outputs(known).values() for output in said_of} <= {"OK", "REQUIRE", "INFO", "UNKNOWN"}
