"""What a rule is: data. An identifier, its articles, what it says and asks of whom, and the clauses that make it fire.

A clause says: at these gates, when this condition holds, the rule gives this output. Clauses are read in order and the
first that holds speaks; where none does, the rule gives OK. Clauses of different parties are read apart.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from legality.three_valued import ALWAYS, Condition


class Gate(StrEnum):
    """The steps of a loan at which rules are examined, in order."""

    G1 = "G1"
    G2 = "G2"
    G3 = "G3"
    G4 = "G4"
    G5 = "G5"
    G6 = "G6"
    G7 = "G7"


GATES_IN_FRENCH: Final = {
    Gate.G1: "publier le profil",
    Gate.G2: "ouvrir le contact",
    Gate.G3: "révéler l'identité",
    Gate.G4: "signer",
    Gate.G5: "commencer la mission",
    Gate.G6: "pendant la mission",
    Gate.G7: "terminer la mission",
}


class Output(StrEnum):
    """What a rule answers at a gate. UNKNOWN is never fine: it says which facts are missing."""

    BLOCK = "BLOCK"
    REQUIRE = "REQUIRE"
    WARN = "WARN"
    INFO = "INFO"
    OK = "OK"
    UNKNOWN = "UNKNOWN"


class Who(StrEnum):
    """Who must act."""

    LENDER = "lender"
    HOST = "host"
    BOTH = "lender and host"
    EMPLOYEE = "employee"
    PLATFORM = "platform"


class Nature(StrEnum):
    """Where a rule comes from: a text of law, a reading of it to be confirmed, or a decision of the platform."""

    LAW = "law"
    READING = "reading"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Clause:
    """At `gates`, when `when` holds, give `output`. `met` says whether what is required has been done."""

    output: Output
    gates: tuple[Gate, ...]
    when: Condition
    party: Who | None = None
    met: Condition | None = None
    overridable: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it says (`text`), what lifts or settles it (`remedy`), both in French, and who must do so."""

    id: str
    article: str
    text: str
    remedy: str
    who: Who
    clauses: tuple[Clause, ...]
    nature: Nature = Nature.LAW

    @property
    def gates(self) -> tuple[Gate, ...]:
        """Where it is examined, in order."""
        return tuple(gate for gate in Gate if any(gate in clause.gates for clause in self.clauses))

    @property
    def facts(self) -> frozenset[str]:
        """Every fact it may look at."""
        asked = [condition for clause in self.clauses for condition in (clause.when, clause.met) if condition]
        return frozenset(name for condition in asked for name in condition.reads)


def block(*gates: Gate, when: Condition, overridable: bool = False) -> Clause:
    """The clause that forbids to pass; `overridable` where a named person may lift it with a recorded legal review."""
    return Clause(Output.BLOCK, gates, when, overridable=overridable)


def require(*gates: Gate, when: Condition = ALWAYS, met: Condition | None = None, party: Who | None = None) -> Clause:
    """The clause that asks for a document or a step; it keeps firing once that is done, and `met` then says so."""
    return Clause(Output.REQUIRE, gates, when, party, met)


def warn(*gates: Gate, when: Condition, party: Who | None = None) -> Clause:
    """The clause that asks a person to confirm."""
    return Clause(Output.WARN, gates, when, party)


def info(*gates: Gate, when: Condition, party: Who | None = None) -> Clause:
    """The clause that only tells."""
    return Clause(Output.INFO, gates, when, party)
