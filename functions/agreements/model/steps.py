"""What each side has done and declares before a mission. Pure."""

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from passerelle.problems import FieldError


class Council(BaseModel):
    """The consultation of a side's works council (CSE): what happened, on which day; None: it has not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    informed_on: Annotated[date | None, Field(description="Day the CSE received the full information.")] = None
    opinion_on: Annotated[date | None, Field(description="Day the CSE gave its opinion, whatever it was.")] = None
    expert_levels: Annotated[int, Field(ge=0, le=2, description="Levels of the CSE with an expert.")] = 0
    agreed_days: Annotated[
        int | None, Field(ge=1, le=365, description="Delay of a company agreement, in days; None: no such agreement.")
    ] = None
    meeting_on: Annotated[date | None, Field(description="Planned meeting.")] = None
    agenda_sent_on: Annotated[date | None, Field(description="Day its agenda was sent.")] = None


class LenderSteps(BaseModel):
    """What the lender has done and declares. What says something about the employee is shown to nobody else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cse: Council = Council()
    carence_record: bool | None = None
    urssaf_certificate_on: date | None = None
    registration_proof: bool = False
    bdese_line: bool | None = None
    cse_informed_of_convention_on: date | None = None
    cse_informed_of_risk_post_on: date | None = None
    in_trial_period: bool | None = None
    contract_suspended: bool | None = None
    work_permit_ok: Annotated[
        bool | None, Field(description="The permit covers post and place; true as well where none is needed.")
    ] = None
    on_partial_activity: bool | None = None
    partial_activity_declared: bool = False
    has_mandate: bool | None = None
    mandate_clause: bool = False
    second_agreement: Annotated[bool, Field(description="Second express agreement of an employee with a mandate.")] = (
        False
    )


class HostSteps(BaseModel):
    """What the host has done and declares."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cse: Council = Council()
    carence_record: bool | None = None
    aptitude_exam_on: Annotated[date | None, Field(description="Day of the aptitude examination, found fit.")] = None
    safety_training_on: date | None = None
    safety_induction_on: date | None = None
    ppe_list: bool = False
    custom_ppe: bool | None = None
    custom_ppe_clause: bool = False
    art238bis_proof: bool | None = None
    de_minimis_received: Annotated[int | None, Field(ge=0, description="Aid of three years, in euro cents.")] = None


_PLANNED: Final = frozenset({"meeting_on"})


def future_days(steps: LenderSteps | HostSteps, today: date, inside: str) -> list[FieldError]:
    """The days of steps said to have happened that have not come yet."""
    days = [(f"{inside}/{name}", value) for name, value in steps if isinstance(value, date)]
    days += [(f"{inside}/cse/{name}", value) for name, value in steps.cse if isinstance(value, date)]
    return [
        FieldError(pointer, "this day has not come yet", "Record the step once it is done.")
        for pointer, day in days
        if day > today and pointer.rpartition("/")[2] not in _PLANNED
    ]
