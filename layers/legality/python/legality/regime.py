"""Which regime a loan is in: the one the lender asks for, the one its price suggests, what to propose when it fails.

The price suggests: at cost R1; below it R3 towards a body of article 238 bis CGI, else R2. The lender alone chooses; a
regime that fails its tests (PMO-03 to PMO-07) is never switched in silence: R1 at full cost is proposed.
"""

from dataclasses import dataclass
from typing import Any, Final

from legality.conditions import BELOW_COST, holds
from legality.evaluation import blocks, evaluate
from legality.facts import Facts
from legality.rule import Gate

TESTS: Final = frozenset({"PMO-03", "PMO-04", "PMO-05", "PMO-06", "PMO-07"})


@dataclass(frozen=True, slots=True)
class Resolution:
    """`requested` by the lender and `suggested` by the price ("R1", "R2", "R3"; None while unknown). `failed` holds the
    rules that forbid the requested regime; `proposed` is then R1, to be billed at full cost, and None otherwise."""

    requested: str | None
    suggested: str | None
    failed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def proposed(self) -> str | None:
        """What to offer the lender instead of a regime that fails."""
        return "R1" if self.failed else None


def resolve(facts: Facts) -> Resolution:
    """The regime of a loan; it changes no fact."""
    suggested, missing = _suggested(facts)
    failing = [finding.rule.id for gate in (Gate.G2, Gate.G4) for finding in blocks(evaluate(facts, gate))]
    failed = tuple(rule for rule in failing if rule in TESTS)
    requested: Any = facts.get("regime")
    return Resolution(requested, suggested, failed, missing)


def _suggested(facts: Facts) -> tuple[str | None, tuple[str, ...]]:
    below, general_interest = BELOW_COST(facts), holds("host.isArt238bis")(facts)
    if below.value is False:
        return "R1", ()
    if below.value and general_interest.value is not None:
        return ("R3" if general_interest.value else "R2"), ()
    return None, tuple(sorted(below.missing or general_interest.missing))
