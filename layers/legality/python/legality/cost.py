"""What a loan costs, and so what may be billed: wages, related social charges, professional expenses, and nothing else.

A simulator: it promises the same lines as the monthly statement from the same payroll figures, each line rounded to the
cent, half up, and totals that are the sums of their lines. It refuses negative figures and any line of margin or fee.
Basis: L8241-1 du code du travail; the content of each head is a reading to be confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)
MONTHS_A_YEAR: Final = 12
VAT_PERCENT: Final = Decimal(20)
"""A re-billing at cost is taxable on the whole (CJEU C-94/19)."""
PAID_LEAVE_PERCENT: Final = Decimal(10)
"""Paid leave accrues at a tenth of wages (L3141-24)."""


@dataclass(frozen=True, slots=True)
class Payroll:
    """What the employee costs in a full month, in euros; rates in percent.

    `yearly_bonuses` holds every bonus and the 13th month, spread over twelve months. `contribution_percent` is the
    employer's rate on wages, bonuses and paid leave; `monthly_reductions` are the reliefs and aids to deduct from it.
    """

    monthly_gross: Decimal
    contribution_percent: Decimal
    yearly_bonuses: Decimal = Decimal(0)
    monthly_reductions: Decimal = Decimal(0)
    paid_leave_percent: Decimal = PAID_LEAVE_PERCENT


@dataclass(frozen=True, slots=True)
class Month:
    """A payroll month: days on mission out of its working days, and the mission's reimbursed expenses in euros."""

    days_on_mission: int
    working_days: int
    expenses: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of cost, by its type in `billing.lines`; euros, to the cent."""

    type: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MonthlyCost:
    """The cost of one month: what is billed in R1, exactly."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines, without VAT."""
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Simulation:
    """The cost of a whole loan, month by month. `vat` is rounded month by month, as the invoices will be."""

    months: tuple[MonthlyCost, ...]
    vat_percent: Decimal

    @property
    def total(self) -> Decimal:
        """All months, without VAT: the value of the contract."""
        return sum((month.total for month in self.months), Decimal(0))

    @property
    def vat(self) -> Decimal:
        """The VAT of all months."""
        return sum((_cents(month.total * self.vat_percent / HUNDRED) for month in self.months), Decimal(0))

    @property
    def total_with_vat(self) -> Decimal:
        """What the host pays."""
        return self.total + self.vat


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The part of a month's cost that was not billed, and the ledger it belongs to."""

    ledger: str
    amount: Decimal


def monthly_cost(payroll: Payroll, month: Month) -> MonthlyCost:
    """The lines of one month, in proportion to the days on mission. Raises `ValueError` on figures that cannot be."""
    _check(payroll, month)
    share = Decimal(month.days_on_mission) / Decimal(month.working_days)
    wages = payroll.monthly_gross * share
    bonus = payroll.yearly_bonuses / MONTHS_A_YEAR * share
    leave = wages * payroll.paid_leave_percent / HUNDRED
    charges = (wages + bonus + leave) * payroll.contribution_percent / HUNDRED - payroll.monthly_reductions * share
    if charges < 0:
        raise ValueError("the reductions exceed the contributions: deduct at most what is due")
    amounts = {"WAGES": wages, "BONUS": bonus, "PAID_LEAVE": leave, "CHARGES": charges, "EXPENSES": month.expenses}
    return MonthlyCost(tuple(Line(kind, _cents(amount)) for kind, amount in amounts.items() if amount))


def simulate(payroll: Payroll, months: Sequence[Month], *, vat_percent: Decimal = VAT_PERCENT) -> Simulation:
    """The cost of a loan over its months. Raises `ValueError` on figures that cannot be."""
    return Simulation(tuple(monthly_cost(payroll, month) for month in months), vat_percent)


def ledger_entry(regime: str, cost: Decimal, billed: Decimal) -> LedgerEntry | None:
    """Where the difference of a loan below cost is written: `DE_MINIMIS` in R2, `SPONSORSHIP` in R3 (PMO-31).

    None in R1, and where nothing was left unbilled. Raises `ValueError` where the bill is negative or exceeds the cost.
    """
    if not 0 <= billed <= cost:
        raise ValueError("a bill is between zero and the cost")
    ledger = {"R2": "DE_MINIMIS", "R3": "SPONSORSHIP"}.get(regime)
    return LedgerEntry(ledger, cost - billed) if ledger and billed < cost else None


def _check(payroll: Payroll, month: Month) -> None:
    if not 0 <= month.days_on_mission <= month.working_days or month.working_days == 0:
        raise ValueError("days on mission are between zero and the month's working days")
    figures = (
        *(payroll.monthly_gross, payroll.contribution_percent, payroll.yearly_bonuses),
        *(payroll.monthly_reductions, payroll.paid_leave_percent, month.expenses),
    )
    if min(figures) < 0:
        raise ValueError("amounts and rates are zero or more")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
