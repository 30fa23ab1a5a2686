"""Questions that several rules ask of the facts, and the few forms in which every question is written.

A name of a fact that is not in the registry fails when the rules are loaded.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from legality.dates import OPINION_MONTHS, add_days, add_months
from legality.registry import REGISTRY
from legality.three_valued import Condition, Tri, if_else

SMALL_CSE: Final = 50
"""From so many employees the works council has the powers, and the delays, of a full consultation (L2312-1)."""

LARGE_LENDER: Final = 5_000
"""Employees of a lender or its group from which a loan below cost is open (R8241-1, II)."""


def where(test: Callable[..., bool | None], *names: str) -> Condition:
    """Whether `test` holds of the values of these facts; unknown while one is missing, or when it answers None."""
    reads = frozenset(REGISTRY[name].name for name in names)

    def ask(facts: object) -> Tri:
        known = facts if isinstance(facts, dict) else dict(facts)  # type: ignore[call-overload]
        absent = reads - known.keys()
        answer = None if absent else test(*(known[name] for name in names))
        return Tri(answer) if answer is not None else Tri(None, absent or reads)

    return Condition(reads, ask)
