"""Who reached which stage, and how many of each group did: persons of the last twelve months, each counted once.

A person and not a proposal is what is counted: persons are independent of each other, and small numbers are small
numbers of persons. Places among the ten shown are counted one by one: they are the exposure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from functions.inclusion.model.answers import CHOICES
from functions.inclusion.model.fairness import Group

WATCHED: Final = timedelta(days=365)
"""How far back the watch looks."""

PART_TIME: Final = "working_time"
"""The one group that the masked card tells itself."""

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    **{question.value: choices for question, choices in CHOICES.items()},
    PART_TIME: ("full_time", "part_time"),
}
"""What may lawfully be compared: by attribute, its groups."""


class Stage(StrEnum):
    """How far a person came: among the ten shown, wanted by a host, met, and signed with."""

    SHOWN = "shown"
    CONTACTED = "contacted"
    INTERVIEWED = "interviewed"
    SIGNED = "signed"


class Step(BaseModel):
    """What one fact says of persons, by the ids of their profiles."""

    model_config = ConfigDict(frozen=True)

    on: date
    demand_id: str
    considered: tuple[str, ...] = ()
    reached: dict[Stage, tuple[str, ...]] = {}


class Hours(BaseModel):
    """Whether a profile works full or part time, as its card tells."""

    model_config = ConfigDict(frozen=True)

    profile_id: str
    working_time: str


@dataclass(frozen=True)
class Reached:
    """The persons considered, those of them who reached each stage, and how many places each had among the ten."""

    considered: frozenset[str]
    stages: Mapping[Stage, frozenset[str]]
    places: Mapping[str, int]


@dataclass(frozen=True)
class Counts:
    """One attribute: its groups at each stage, and the places each group had among the ten shown."""

    attribute: str
    stages: Mapping[Stage, tuple[Group, ...]]
    places: Mapping[str, int]


def reached(steps: Iterable[Step], today: date) -> Reached:
    """What the steps of the watched time add up to, in whatever order and however often they were told."""
    recent = [step for step in steps if step.on > today - WATCHED]
    considered = frozenset(one for step in recent for one in step.considered)
    stages = {stage: considered & {one for step in recent for one in step.reached.get(stage, ())} for stage in Stage}
    pairs = {(step.demand_id, one) for step in recent for one in step.reached.get(Stage.SHOWN, ())}
    places: dict[str, int] = {}
    for _, one in pairs:
        places[one] = places.get(one, 0) + 1
    return Reached(considered, stages, places)


def counted(came: Reached, belonging: Mapping[str, Mapping[str, str]]) -> tuple[Counts, ...]:
    """The counts of every attribute. `belonging` says by attribute to which group a profile belongs; whoever told
    nothing is in none."""
    return tuple(_counts(attribute, came, belonging.get(attribute, {})) for attribute in GROUPS)


def _counts(attribute: str, came: Reached, group_of: Mapping[str, str]) -> Counts:
    members = {name: {one for one in came.considered if group_of.get(one) == name} for name in GROUPS[attribute]}
    return Counts(
        attribute,
        stages={
            stage: tuple(Group(name, len(people), len(people & came.stages[stage])) for name, people in members.items())
            for stage in Stage
        },
        places={name: sum(came.places.get(one, 0) for one in people) for name, people in members.items()},
    )
