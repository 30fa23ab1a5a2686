"""Facts about matches: pairs the matcher proposes, each with its explanation as data."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.base import Event
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.erasure import Erased

CriterionName = Literal["occupation", "must_skills", "wished_skills", "distance", "period", "hours", "experience"]


class Criterion(BaseModel):
    """One line of an explanation: what was compared, how well it fits, and what it counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: CriterionName
    fit: Annotated[float, Field(ge=0, le=1, description="How well this criterion fits, 0 to 1.")]
    weight: Annotated[float, Field(ge=0, le=1, description="Its share of the score; the weights add up to 1.")]
    met: Annotated[
        tuple[str, ...], Field(description="Codes that fit (skills, shifts), or () where codes do not apply.")
    ] = ()
    missing: Annotated[tuple[str, ...], Field(description="Codes asked for and not there.")] = ()
    value: Annotated[float | None, Field(description="The measured value: km for distance, months for period.")] = None
    text: Annotated[str, Field(description="The same in French, for people.")]


class Match(BaseModel):
    """One profile ranked for one demand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile_id: str
    profile_tenant: Annotated[str, Field(description="The lender. Internal: never in an answer to a host.")]
    person_id: str
    score: Annotated[float, Field(ge=0, le=1)]
    criteria: tuple[Criterion, ...]
    card: ProfileCard
    profile_sequence: Annotated[
        int, Field(ge=0, description="Version of the profile that this is about: news of a later one defeats it.")
    ] = 0


class Run(BaseModel):
    """How a proposal came about: which engine on which lists, and whom it looked at, in its order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Annotated[str, Field(description="Version of the hard facts and the formula.")]
    nomenclature: Annotated[str, Field(description="Version of the code lists.")]
    asked_by_host: Annotated[
        bool, Field(description="A human chose this profile from the list; the engine did not propose it.")
    ] = False
    considered: Annotated[
        tuple[str, ...],
        Field(description="Profiles that pass the hard facts, best first: the first 200; the one asked for."),
    ] = ()
    pool: Annotated[int, Field(ge=0, description="How many pass the hard facts.")] = 0


class MatchesProposed(Event):
    """The matcher proposes these profiles for one demand, best first. Its rows are the matching log (law.md §3.6)."""

    source_slice: ClassVar[str] = "matching"
    recorded_for: ClassVar[timedelta] = timedelta(days=2 * 365)

    demand_id: str
    demand_tenant: str
    demand_card: DemandCard
    demand_sequence: Annotated[
        int, Field(ge=0, description="Version of the demand that this is about: news of a later one defeats it.")
    ] = 0
    matches: tuple[Match, ...]
    run: Annotated[Run | None, Field(description="None in facts older than the decision log.")] = None


class MatchingErased(Erased, Event):
    """An erased person is in no index and no ranking any more."""

    source_slice: ClassVar[str] = "matching"
