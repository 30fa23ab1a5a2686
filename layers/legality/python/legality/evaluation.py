"""Rules against facts: what each rule of a gate answers, always, and in the order of the rules.

Total: it answers on any facts that could be read. Deterministic: the same facts, the same findings. Monotone: one more
known fact may settle an UNKNOWN, never change another answer.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from legality.facts import Facts
from legality.rule import Clause, Gate, Output, Rule, Who
from legality.rules import RULES


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule answers at one gate, and about which party where it looks at each apart.

    `missing` names the facts that could still settle an UNKNOWN. `met`, of a REQUIRE, says whether the facts show that
    what it asks for is done; None where they do not tell.
    """

    rule: Rule
    gate: Gate
    output: Output
    missing: tuple[str, ...] = ()
    party: Who | None = None
    met: bool | None = None
    overridable: bool = False

    def as_line(self) -> dict[str, Any]:
        """The finding as a JSON object, the four keys that matter first."""
        return {
            "rule": self.rule.id,
            "output": self.output,
            "gate": self.gate,
            "missing": list(self.missing),
            "text": self.rule.text,
            "article": self.rule.article,
            "remedy": self.rule.remedy,
            "who": self.party or self.rule.who,
            "nature": self.rule.nature,
            "met": self.met,
            "overridable": self.overridable,
        }


def evaluate(facts: Facts, gate: Gate) -> tuple[Finding, ...]:
    """The findings of every rule of a gate: one for each rule, or one for each party to which it applies."""
    return tuple(finding for rule in RULES.values() if gate in rule.gates for finding in examine(rule, gate, facts))


def blocks(findings: Iterable[Finding], overridden: Collection[str] = ()) -> tuple[Finding, ...]:
    """The findings that forbid to pass. `overridden` lifts rules by id, only where the rule may be lifted at all."""
    return tuple(
        finding
        for finding in findings
        if finding.output is Output.BLOCK and not (finding.overridable and finding.rule.id in overridden)
    )


def examine(rule: Rule, gate: Gate, facts: Facts) -> list[Finding]:
    """The findings of one rule at one of its gates: an unknown party first, then those to which it applies."""
    at_gate = [clause for clause in rule.clauses if gate in clause.gates]
    parties = dict.fromkeys(clause.party for clause in at_gate)
    each = [_finding(rule, gate, facts, [clause for clause in at_gate if clause.party is who]) for who in parties]
    unknown = [finding for finding in each if finding.output is Output.UNKNOWN]
    firing = [finding for finding in each if finding.output not in {Output.UNKNOWN, Output.OK}]
    missing = tuple(sorted({name for finding in unknown for name in finding.missing}))
    first = [Finding(rule, gate, Output.UNKNOWN, missing)] if unknown else []
    return first + firing or [Finding(rule, gate, Output.OK)]


def _finding(rule: Rule, gate: Gate, facts: Facts, clauses: list[Clause]) -> Finding:
    """The first clause that holds speaks; one that may hold leaves its output possible and lets the next be read."""
    possible: list[Clause] = []
    missing: frozenset[str] = frozenset()
    settled = False
    for clause in clauses:
        answer = clause.when(facts)
        if answer.value is not False:
            possible.append(clause)
            missing |= answer.missing
        if answer.value:
            settled = True
            break
    outputs = {clause.output for clause in possible} | (set() if settled else {Output.OK})
    party = clauses[0].party
    if len(outputs) > 1:
        return Finding(rule, gate, Output.UNKNOWN, tuple(sorted(missing)), party)
    met = possible[0].met(facts).value if len(possible) == 1 and possible[0].met else None
    overridable = bool(possible) and all(clause.overridable for clause in possible)
    return Finding(rule, gate, outputs.pop(), (), party, met, overridable)
