"""The cost simulator: the cost base of the law, to the cent, and the ledgers of what is not billed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legality.cost import LedgerEntry, Month, Payroll, ledger_entry, monthly_cost, simulate
from legality.registry import facts_of
from legality.vocabulary import COST_LINES
from tests.unit.legality.files import said

EUROS = Decimal
WELDER = Payroll(
    monthly_gross=EUROS(2400),
    contribution_percent=EUROS(42),
    yearly_bonuses=EUROS(2400),
    monthly_reductions=EUROS(100),
)


def amounts(payroll: Payroll, month: Month) -> dict[str, str]:
    return {line.type: str(line.amount) for line in monthly_cost(payroll, month).lines}


def test_a_full_month():
    assert amounts(WELDER, Month(21, 21, expenses=EUROS("150.50"))) == {
        "WAGES": "2400.00",
        "BONUS": "200.00",
        "PAID_LEAVE": "240.00",
        "CHARGES": "1092.80",
        "EXPENSES": "150.50",
    }
    assert monthly_cost(WELDER, Month(21, 21, expenses=EUROS("150.50"))).total == EUROS("4083.30")


def test_half_a_month_costs_half_and_expenses_are_what_they_are():
    assert amounts(WELDER, Month(10, 20, expenses=EUROS(30))) == {
        "WAGES": "1200.00",
        "BONUS": "100.00",
        "PAID_LEAVE": "120.00",
        "CHARGES": "546.40",
        "EXPENSES": "30.00",
    }


def test_each_line_is_rounded_half_up():
    payroll = Payroll(EUROS("100.05"), EUROS(0), paid_leave_percent=EUROS(10))

    assert amounts(payroll, Month(1, 2)) == {"WAGES": "50.03", "PAID_LEAVE": "5.00"}
    assert amounts(Payroll(EUROS(100), EUROS(0), paid_leave_percent=EUROS(0)), Month(1, 3)) == {"WAGES": "33.33"}


def test_no_day_on_mission_costs_nothing():
    assert monthly_cost(WELDER, Month(0, 21)).lines == ()
    assert monthly_cost(WELDER, Month(0, 21)).total == 0


def test_a_whole_loan_with_its_tax():
    loan = simulate(WELDER, [Month(21, 21), Month(10, 20)])

    assert [month.total for month in loan.months] == [EUROS("3932.80"), EUROS("1966.40")]
    assert loan.total == EUROS("5899.20")
    assert loan.vat == EUROS("1179.84")
    assert loan.total_with_vat == EUROS("7079.04")
    assert simulate(WELDER, [Month(21, 21)], vat_percent=EUROS(0)).vat == 0


def test_tax_is_rounded_month_by_month():
    payroll = Payroll(EUROS("0.03"), EUROS(0), paid_leave_percent=EUROS(0))

    assert simulate(payroll, [Month(20, 20)] * 3).vat == EUROS("0.03")


@pytest.mark.parametrize(
    ("payroll", "month"),
    [
        (WELDER, Month(22, 21)),
        (WELDER, Month(-1, 21)),
        (WELDER, Month(0, 0)),
        (WELDER, Month(1, 21, EUROS("-0.01"))),
        (Payroll(EUROS(-1), EUROS(42)), Month(1, 21)),
        (Payroll(EUROS(1), EUROS(-1)), Month(1, 21)),
        (Payroll(EUROS(1), EUROS(1), yearly_bonuses=EUROS(-1)), Month(1, 21)),
        (Payroll(EUROS(1), EUROS(1), monthly_reductions=EUROS(-1)), Month(1, 21)),
        (Payroll(EUROS(1), EUROS(1), paid_leave_percent=EUROS(-1)), Month(1, 21)),
        (Payroll(EUROS(1000), EUROS(10), monthly_reductions=EUROS("110.01")), Month(21, 21)),
    ],
)
def test_figures_that_cannot_be_are_refused(payroll: Payroll, month: Month):
    with pytest.raises(ValueError):
        monthly_cost(payroll, month)


def test_reductions_may_eat_all_contributions():
    assert "CHARGES" not in amounts(Payroll(EUROS(1000), EUROS(10), monthly_reductions=EUROS(110)), Month(21, 21))


@pytest.mark.parametrize(
    ("regime", "billed", "expected"),
    [
        ("R2", "0", LedgerEntry("DE_MINIMIS", EUROS(4200))),
        ("R2", "4199.99", LedgerEntry("DE_MINIMIS", EUROS("0.01"))),
        ("R3", "1200", LedgerEntry("SPONSORSHIP", EUROS(3000))),
        ("R3", "4200", None),
        ("R1", "4200", None),
        ("R1", "0", None),
    ],
)
def test_what_is_not_billed_goes_to_its_ledger(regime: str, billed: str, expected: LedgerEntry | None):
    assert ledger_entry(regime, EUROS(4200), EUROS(billed)) == expected


@pytest.mark.parametrize("billed", ["-0.01", "4200.01"])
def test_a_bill_outside_the_law_has_no_ledger(billed: str):
    with pytest.raises(ValueError):
        ledger_entry("R2", EUROS(4200), EUROS(billed))


money = st.decimals(0, 20_000, places=2)


@given(money, st.decimals(0, 80, places=2), money, st.integers(0, 23), money)
def test_billing_the_simulated_cost_is_always_lawful(
    gross: Decimal, percent: Decimal, bonuses: Decimal, days: int, expenses: Decimal
):
    cost = monthly_cost(Payroll(gross, percent, bonuses), Month(days, 23, expenses))
    lines = [{"type": line.type, "amount": line.amount} for line in cost.lines]
    bill: dict[str, Any] = {
        "regime": "R1",
        "billing.lines": lines,
        "billing.total": cost.total,
        "cost.total": cost.total,
    }

    assert {line.type for line in cost.lines} <= COST_LINES
    assert [said(rule, "G6", bill) for rule in ("PMO-29", "PMO-30", "PMO-32")] == ["OK", "OK", "OK"]
    assert len(facts_of(bill)) == 4
