"""The cost of a loan, simulated from the term sheet or from figures asked for. Euro cents."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from legality.dates import add_months
from passerelle.contracts.terms import Cents, CostBase, TermSheet
from passerelle.problems import Malformed

COST_QUERY: Final = (
    "monthly_gross",
    "bonuses",
    "paid_leave",
    "contribution_rate",
    "expenses_ceiling",
    "vat_rate",
    "months",
)
_MOST_MONTHS = 36


class CostLine(BaseModel):
    """One line of the cost base."""

    type: Literal["WAGES", "BONUS", "PAID_LEAVE", "CHARGES", "EXPENSES"]
    label: str
    cents: Cents


class CostView(BaseModel):
    """What a loan costs at cost, and so what may be billed in R1. Euro cents; contributions rounded half up."""

    lines: Annotated[tuple[CostLine, ...], Field(description="Of one full month.")]
    monthly: Annotated[int, Field(description="One full month, without VAT.")]
    months: int
    total: Annotated[int, Field(description="All months, without VAT.")]
    vat: int
    total_with_vat: int


def simulated(query: Mapping[str, str], terms: TermSheet | None) -> tuple[CostBase, int]:
    """The cost base to simulate and its months: the sheet's, with the figures asked for instead of its own.

    Raises `Malformed` for figures that cannot be, or that are missing while there is no term sheet.
    """
    figures: dict[str, int] = terms.cost.model_dump() if terms else {}
    months = _months(terms) if terms else 1
    for name, text in query.items():
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise Malformed(
                f"{name} is a whole number.", remedy="Amounts are euro cents, rates hundredths of a percent."
            )
        if name == "months":
            months = int(text)
        else:
            figures[name] = int(text)
    try:
        if not 1 <= months <= _MOST_MONTHS:
            raise ValueError
        return CostBase.model_validate(figures | {"billed": figures.get("billed", 0)}), months
    except ValueError:
        raise Malformed(
            "These figures make no cost base.",
            remedy=f"Give monthly_gross and contribution_rate at least; 1 to {_MOST_MONTHS} months.",
        ) from None


def _months(terms: TermSheet) -> int:
    """Months of the loan counted date to date, a month begun counted whole."""
    months = 1
    while months < _MOST_MONTHS and add_months(terms.start_date, months) <= terms.end_date:
        months += 1
    return months


def cost_view(cost: CostBase, months: int) -> CostView:
    """The cost of so many full months."""
    wages = cost.monthly_gross + cost.bonuses + cost.paid_leave
    amounts = {
        "WAGES": ("Salaire brut", cost.monthly_gross),
        "BONUS": ("Primes et 13e mois", cost.bonuses),
        "PAID_LEAVE": ("Congés payés", cost.paid_leave),
        "CHARGES": ("Cotisations patronales", cost.monthly_cost - wages - cost.expenses_ceiling),
        "EXPENSES": ("Frais professionnels de la mission", cost.expenses_ceiling),
    }
    vat = (cost.monthly_cost * cost.vat_rate + 5_000) // 10_000 * months
    total = cost.monthly_cost * months
    return CostView(
        lines=tuple(
            CostLine.model_validate({"type": kind, "label": label, "cents": cents})
            for kind, (label, cents) in amounts.items()
        ),
        monthly=cost.monthly_cost,
        months=months,
        total=total,
        vat=vat,
        total_with_vat=total + vat,
    )
