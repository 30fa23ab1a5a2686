"""What the items of the inbox say, type by type: codes, days, numbers and opaque references. Pure."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.base import Programme
from passerelle.contracts.cards import ExperienceBand
from passerelle.contracts.partners import HiringContract, Outcome
from passerelle.contracts.sessions import SessionKind
from passerelle.identifiers import MunicipalityCode, RomeCode, SkillCode

ItemType = Literal[
    "candidate.preselected",
    "candidate.outcome",
    "candidate.withdrawn",
    "candidate.registered",
    "candidate.unregistered",
    "session.announced",
    "session.cancelled",
]

_REFERENCE: Final = r"^[A-Za-z0-9._-]{1,64}$"
CandidateReference = Annotated[
    str,
    Field(
        pattern=_REFERENCE,
        description="Your own opaque reference of the person; no part of his name.",
        examples=["c-7f31"],
    ),
]
OwnSession = Annotated[
    str,
    Field(
        pattern=_REFERENCE,
        description="Your own opaque reference of the session; ids of the platform, `ses_…`, are none.",
        examples=["s-2026-118"],
    ),
]
AnySession = Annotated[
    str,
    Field(
        pattern=_REFERENCE,
        description="Your own reference of a session of yours, or the platform's id of any session.",
        examples=["ses_k4hx7wq2zm5tb3nvd6fc"],
    ),
]
Axis = Annotated[int, Field(ge=1, le=20, examples=[4])]
Place = Annotated[MunicipalityCode, Field(description="INSEE code.", examples=["76384"])]


class Said(BaseModel):
    """The data of an item: nothing but what its type knows."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PreselectedData(Said):
    """A candidate whom the partner's advisers chose, with his consent, for an axis of an agreement. It names nobody."""

    candidate: CandidateReference
    programme: Annotated[Programme, Field(examples=["placement"])]
    axis: Axis
    occupation: Annotated[RomeCode, Field(description="ROME code.", examples=["H2913"])]
    skills: Annotated[
        tuple[SkillCode, ...], Field(max_length=15, description="Official codes.", examples=[["100007"]], strict=False)
    ] = ()
    experience: Annotated[ExperienceBand, Field(description="Years in the occupation.", examples=["3-5"])]
    municipality: Place
    consented_on: Annotated[date, Field(examples=["2026-11-16"])]
    preselected_on: Annotated[date, Field(examples=["2026-11-20"])]


class OutcomeData(Said):
    """What became of a candidate on a day, for an axis."""

    candidate: CandidateReference
    outcome: Annotated[Outcome, Field(examples=["hired"])]
    on: Annotated[date, Field(examples=["2026-11-21"])]
    axis: Axis
    contract: Annotated[HiringContract | None, Field(description="With `hired`, and then alone.", examples=["CDI"])] = (
        None
    )


class WithdrawnData(Said):
    """A candidate who takes his consent back, or asks to be forgotten: nothing of him stays but that he withdrew."""

    candidate: CandidateReference


class RegisteredData(Said):
    """A candidate who takes a place in a session, yours or another one on the platform."""

    candidate: CandidateReference
    session: AnySession
    on: Annotated[date, Field(description="The day he registered.", examples=["2026-11-21"])]


class UnregisteredData(Said):
    """A candidate who gives his place in a session back."""

    candidate: CandidateReference
    session: AnySession


class AnnouncedData(Said):
    """A session that you open; said anew, it replaces the whole."""

    session: OwnSession
    programme: Annotated[Programme, Field(examples=["placement"])]
    axis: Annotated[Axis | None, Field(description="Of your agreement, if the session serves one.")] = None
    kind: Annotated[SessionKind, Field(examples=["serious_game"])]
    starts_on: Annotated[date, Field(description="The first day.", examples=["2027-01-12"])]
    ends_on: Annotated[date, Field(description="The last day.", examples=["2027-01-13"])]
    municipality: Place
    occupations: Annotated[
        tuple[RomeCode, ...],
        Field(max_length=5, description="ROME codes it is about.", examples=[["H2913"]], strict=False),
    ] = ()
    places: Annotated[int, Field(ge=1, le=500, examples=[12])]
    register_until: Annotated[
        date | None, Field(description="The last day to register; unless said, the first day.", examples=["2027-01-05"])
    ] = None


class CancelledData(Said):
    """A session of yours that does not take place."""

    session: OwnSession


Data = PreselectedData | OutcomeData | WithdrawnData | RegisteredData | UnregisteredData | AnnouncedData | CancelledData

KINDS: Final[dict[str, type[Data]]] = {
    "candidate.preselected": PreselectedData,
    "candidate.outcome": OutcomeData,
    "candidate.withdrawn": WithdrawnData,
    "candidate.registered": RegisteredData,
    "candidate.unregistered": UnregisteredData,
    "session.announced": AnnouncedData,
    "session.cancelled": CancelledData,
}
"""The types an item may have: those of `ItemType`."""
