"""The terms of a loan: what the blind term sheet says, and what the agreement repeats with names.

Masked: a place is an area, the parties are sides. The cost base has three heads and no other (article L8241-1).
Amounts are whole euro cents, rates are in hundredths of a percent.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.cards import Area, Shift, WorkingTime

Cents = Annotated[int, Field(ge=0, le=100_000_000, description="Euro cents.")]
Headcounts = Literal["0-10", "11-49", "50-249", "250-4999", "5000+"]


class Regime(StrEnum):
    """The regime of the loan (law.md §1.1); a loan has exactly one."""

    ORDINARY = "R1_ORDINARY"
    LARGE_TO_SME = "R2_LARGE_TO_SME"
    GENERAL_INTEREST = "R3_GENERAL_INTEREST"


class ContractType(StrEnum):
    """The employee's contract with the lender."""

    PERMANENT = "CDI"
    FIXED_TERM = "CDD"
    APPRENTICE = "APPRENTICE"
    TEMP = "TEMP"


class Workforce(BaseModel):
    """What the law asks of a company's size: a band, and whether it has a works council (CSE)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    headcount: Headcounts
    has_cse: bool


class CostBase(BaseModel):
    """What is re-billed for one full month, at cost: wages, the contributions on them, and mission expenses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    monthly_gross: Cents
    bonuses: Annotated[Cents, Field(description="Monthly share of bonuses and 13th month.")] = 0
    paid_leave: Annotated[Cents, Field(description="Monthly share of paid leave acquired.")] = 0
    contribution_rate: Annotated[
        int, Field(ge=0, le=10_000, description="Employer contributions net of reliefs, in 0.01 %.")
    ]
    expenses_ceiling: Annotated[Cents, Field(description="Mission expenses reimbursed, at most, a month.")] = 0
    billed: Annotated[Cents, Field(description="What the host is billed for a full month, without VAT.")]
    vat_rate: Annotated[int, Field(ge=0, le=10_000, description="In 0.01 %; 2000 is 20 %.")] = 2000

    @property
    def monthly_cost(self) -> int:
        """Cost of one full month in cents, contributions rounded to the cent, half up; expenses at their ceiling."""
        wages = self.monthly_gross + self.bonuses + self.paid_leave
        contributions = (wages * self.contribution_rate + 5_000) // 10_000
        return wages + contributions + self.expenses_ceiling


class TermSheet(BaseModel):
    """The blind term sheet: the contract until whose third signature nobody is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    regime: Regime = Regime.ORDINARY
    occupation: Annotated[str, Field(description="ROME code of the post.")]
    tasks: Annotated[str, Field(min_length=10, max_length=1000)]
    post_characteristics: Annotated[str, Field(max_length=600)] = ""
    area: Annotated[Area, Field(description="Where the work is, masked.")]
    start_date: date
    end_date: date
    weekly_hours: Annotated[int, Field(ge=1, le=60, description="Hours a week.")]
    daily_hours: Annotated[int, Field(ge=1, le=12, description="Hours a day, at most.")]
    daily_rest_hours: Annotated[int, Field(ge=0, le=24)] = 11
    working_time: WorkingTime
    shift: Shift
    probation_days: Annotated[int | None, Field(ge=1, le=90, description="Probation of the loan, in days.")] = None
    contract_type: ContractType
    contract_end: Annotated[date | None, Field(description="Of a fixed-term contract.")] = None
    pay_changed: bool = False
    contract_hours_changed: bool = False
    day_night_switch: bool = False
    qualification_changed: bool = False
    outside_geographic_sector: bool = False
    risk_post: Annotated[bool, Field(description="On the host's list of posts with particular risks (L4154-2).")] = (
        False
    )
    sir_post: Annotated[bool, Field(description="Reinforced individual monitoring (R4624-23).")] = False
    replaces_strikers: bool = False
    purpose: Annotated[
        Literal["QUALIFICATION", "TRANSITION", "PARTNERSHIP"] | None, Field(description="R2 and R3.")
    ] = None
    cost: CostBase
