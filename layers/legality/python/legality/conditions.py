"""Questions that several rules ask of the facts, and the few forms in which every question is written.

A name of a fact that is not in the registry fails when the rules are loaded.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from legality.dates import OPINION_MONTHS, add_days, add_months, add_years
from legality.facts import MOST_ENTRIES
from legality.registry import REGISTRY
from legality.three_valued import Condition, Tri, if_else

SMALL_CSE: Final = 50
"""From so many employees the works council has the powers, and the delays, of a full consultation (L2312-1)."""

LARGE_LENDER: Final = 5_000
"""Employees of a lender or its group from which a loan below cost is open (R8241-1, II)."""

SME_HEADCOUNT: Final = 250
SME_YEARS: Final = 5
"""A host stops being an SME once it has had `SME_HEADCOUNT` employees in each of so many years (L130-1 CSS)."""

YOUNG_YEARS: Final = 8
"""A host registered for less than so many years is a young enterprise (R8241-1, I)."""

CENT: Final = Decimal("0.01")


def where(test: Callable[..., bool | None], *names: str) -> Condition:
    """Whether `test` holds of the values of these facts; unknown while one is missing, or when it answers None."""
    reads = frozenset(REGISTRY[name].name for name in names)

    def ask(facts: Mapping[str, Any]) -> Tri:
        absent = frozenset(name for name in names if name not in facts)
        answer = None if absent else test(*(facts[name] for name in names))
        return Tri(None, absent or reads) if answer is None else Tri(answer)

    return Condition(reads, ask)


def holds(name: str) -> Condition:
    """Whether a fact is true."""
    return where(bool, name)


def done(name: str) -> Condition:
    """Whether a step has happened, or a thing exists: its fact is not `null`."""
    return where(lambda value: value is not None, name)


def done_by(name: str, limit: str) -> Condition:
    """Whether a step happened on or before a day that is another fact."""
    return done(name) & where(lambda day, last: None not in (day, last) and day <= last, name, limit)


def done_before(name: str, limit: str) -> Condition:
    """Whether a step happened strictly before a day that is another fact."""
    return done(name) & where(lambda day, last: None not in (day, last) and day < last, name, limit)


def is_one_of(name: str, *words: str) -> Condition:
    """Whether a fact is one of these words."""
    return where(lambda value: value in words, name)


def contains_all(name: str, words: Collection[str]) -> Condition:
    """Whether a list holds all these words."""
    return where(lambda value: value.issuperset(words), name)


R1: Final = is_one_of("regime", "R1")
R2: Final = is_one_of("regime", "R2")
R3: Final = is_one_of("regime", "R3")
BELOW_COST_REGIME: Final = is_one_of("regime", "R2", "R3")

BELOW_COST: Final = where(lambda billed, cost: billed < cost, "billing.total", "cost.total")

SMALL_LENDER: Final = where(lambda count: count < LARGE_LENDER, "lender.headcount") & where(
    lambda count: count is None or count < LARGE_LENDER, "lender.groupHeadcount"
)

YOUNG_HOST: Final = where(
    lambda registered, start: start < add_years(registered, YOUNG_YEARS), "host.registeredOn", "mission.start"
)


def _past_sme(yearly: tuple[int, ...]) -> bool | None:
    last = yearly[-SME_YEARS:]
    if any(count < SME_HEADCOUNT for count in last):
        return False
    return True if len(last) == SME_YEARS else None


PAST_SME: Final = where(_past_sme, "host.headcount5y")
"""A downward crossing counts at once, an upward one after five consecutive calendar years."""

MISSION_PAST_THREE_YEARS: Final = where(
    lambda start, end: end is None or end > add_years(start, 3), "mission.start", "mission.end"
)


def _more_than(excess: Decimal) -> Condition:
    return where(lambda billed, cost: billed > cost + excess, "billing.total", "cost.total")


OVER_COST: Final = _more_than(CENT) & (
    _more_than(CENT * MOST_ENTRIES)
    | where(
        lambda billed, cost, lines: billed > cost + CENT * max(1, len(lines)),
        "billing.total",
        "cost.total",
        "billing.lines",
    )
)
"""Above the cost by more than a cent for each line: rounding is no profit."""


def _delay_over(party: str, by: str) -> Condition:
    informed = f"{party}.cseInformedOn"

    def months_over(months: int) -> Condition:
        return where(lambda day, limit: day is not None and add_months(day, months) < limit, informed, by)

    def at_most(levels: int) -> Condition:
        return where(lambda count: count <= levels, f"{party}.cseExpertLevels")

    one, two, three = (months_over(months) for months in OPINION_MONTHS)
    agreed = where(
        lambda day, days, limit: None not in (day, days) and add_days(day, days) < limit,
        informed,
        f"{party}.cseAgreedDays",
        by,
    )
    legal = one & (two | at_most(0)) & (three | at_most(1))
    small = where(lambda count: count < SMALL_CSE, f"{party}.headcount")
    return if_else(small, one, if_else(done(f"{party}.cseAgreedDays"), agreed, legal))


def consultation_closed(party: str, by: str) -> Condition:
    """Whether a party's works council was informed, and then answered or let its delay run out, strictly before a day.

    The delay is that of the company agreement, else one month, two with an expert, three with experts at two levels,
    date to date (L2312-16, R2312-6). Under 50 employees no text presumes an opinion: one month, a platform decision.
    """
    answered = done_before(f"{party}.cseOpinionOn", by)
    return done_before(f"{party}.cseInformedOn", by) & (answered | _delay_over(party, by))


def within_months(name: str, months: int, reference: str) -> Condition:
    """Whether a document is dated on or before a reference day and less than so many months before it."""

    def fresh(day: date | None, on: date) -> bool:
        return day is not None and day <= on < add_months(day, months)

    return where(fresh, name, reference)
