"""`passerelle legality`: the rules of lending from a terminal, one JSON object of facts in, one line for each rule out.

It reads, asks and prints; what the law says is in `legality`. Exit codes: 0 answered, 2 the facts cannot be understood.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TextIO

from legality import LAW_AS_OF
from legality.evaluation import evaluate
from legality.facts import BadFacts, Fact
from legality.registry import REGISTRY, facts_of
from legality.rule import GATES_IN_FRENCH, Gate
from legality.rules import RULES

GATE = "gate"


def check(stream_in: TextIO, stream_out: TextIO) -> int:
    """Prints what every rule of a gate answers; the gate is the key `gate`, all other keys are facts."""
    try:
        raw = _read_object(stream_in.read())
        gate = _read_gate(raw.pop(GATE, None))
        facts = facts_of(raw)
    except BadFacts as error:
        print("\n".join(f"passerelle legality: {fault}" for fault in error.faults), file=sys.stderr)
        return 2
    _tell(facts.unrecognised)
    for finding in evaluate(facts, gate):
        print(json.dumps(finding.as_line(), ensure_ascii=False), file=stream_out)
    return 0


def facts(stream_out: TextIO) -> int:
    """Prints every fact on a line: name, type and unit, meaning in French and English, what null says, who reads it."""
    print(f"# law as of {LAW_AS_OF}; an absent fact is unknown", file=stream_out)
    gates = ", ".join(f"{gate} {french}" for gate, french in GATES_IN_FRENCH.items())
    print(f"{GATE} — one of {', '.join(Gate)} — étape examinée ({gates}) / gate to examine", file=stream_out)
    for fact in REGISTRY.values():
        print(_described(fact), file=stream_out)
    return 0


def _described(fact: Fact) -> str:
    unit = f", {fact.unit}" if fact.unit else ""
    null = f" (null: {fact.null})" if fact.null else ""
    readers = ", ".join(rule.id for rule in RULES.values() if fact.name in rule.facts) or "no rule"
    return f"{fact.name} — {fact.type.form}{unit} — {fact.french} / {fact.english}{null} — read by {readers}"


def _read_object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text, parse_float=Decimal, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        fault = error.faults if isinstance(error, BadFacts) else (f"standard input is not JSON: {error}.",)
        raise BadFacts(list(fault)) from None
    if not isinstance(read, dict):
        raise BadFacts(['standard input is not one JSON object. Write {"gate": "G1", …}.'])
    return read


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadFacts([f"{name}: given twice. Give it once." for name in read if names.count(name) > 1])
    return read


def _read_gate(given: object) -> Gate:
    try:
        return Gate(str(given).strip().upper())
    except ValueError:
        raise BadFacts([f"{GATE}: which gate? Write one of {', '.join(Gate)}."]) from None


def _tell(notes: Iterable[str]) -> None:
    for note in notes:
        print(f"passerelle legality: {note}", file=sys.stderr)
