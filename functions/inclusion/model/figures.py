"""What of the counts may be shown: nothing from which one person could be told (law.md §3.2, `SMALL_CELL`).

A group of fewer than ten persons is hidden, and with a single one the next smallest too, so that it is no difference;
the total is then rounded to five. Of a group shown, fewer than five selected, or all but fewer than five, are not told,
nor any ratio that they could be worked out from. What a comparison says (`ok`, `watch`, `alarm`) is always told.
"""

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.inclusion.model.counting import Counts, Stage
from functions.inclusion.model.fairness import Comparison, Group, Status, compared
from passerelle.smallcells import hidden

FEWEST_PEOPLE: Final = 10
SMALL_CELL: Final = 5
ROUNDED_TO: Final = 5


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class GroupFigures(_Figures):
    """One group at one stage; null where a figure would tell of too few."""

    group: str
    considered: int | None
    selected: int | None
    selection_rate: Annotated[float | None, Field(description="Selected of considered, 0 to 1.")]
    impact_ratio: Annotated[float | None, Field(description="Its rate over the highest one.")]
    p_value: Annotated[float | None, Field(description="Fisher's exact test against that group, two-sided.")]
    status: Status


class StageFigures(_Figures):
    """All groups of an attribute at one stage."""

    stage: Stage
    groups: tuple[GroupFigures, ...]


class Exposure(_Figures):
    """A group's share of the places among the ten shown, beside its share of the persons considered."""

    group: str
    share_of_places: float
    share_of_people: float


class AttributeFigures(_Figures):
    """One attribute that may lawfully be compared."""

    attribute: str
    people: Annotated[int, Field(description="How many persons are counted; rounded to 5 if a group is hidden.")]
    rounded: bool
    stages: tuple[StageFigures, ...]
    exposure: Annotated[tuple[Exposure, ...], Field(description="Empty while any group is too small.")]


class Watch(_Figures):
    """The fairness watch as it was last measured, over the twelve months before."""

    measured_on: Annotated[date | None, Field(description="Null before the first measurement.")] = None
    attributes: tuple[AttributeFigures, ...] = ()

    @property
    def alarms(self) -> int:
        """How many comparisons alarm."""
        told = (group for one in self.attributes for stage in one.stages for group in stage.groups)
        return sum(group.status is Status.ALARM for group in told)


def shown(counts: Counts) -> AttributeFigures:
    """What may be shown of an attribute. A group of nobody hides nobody, and yet is not told from one of a few."""
    people = {group.name: group.considered for group in counts.stages[Stage.SHOWN]}
    hides = hidden(people, {name for name in people if people[name] < FEWEST_PEOPLE})
    total = sum(people.values())
    return AttributeFigures(
        attribute=counts.attribute,
        people=ROUNDED_TO * ((total + ROUNDED_TO // 2) // ROUNDED_TO) if hides else total,
        rounded=bool(hides),
        stages=tuple(
            StageFigures(stage=stage, groups=tuple(_figures(one, hides) for one in compared(groups)))
            for stage, groups in counts.stages.items()
        ),
        exposure=() if hides else _exposure(people, counts),
    )


def _figures(one: Comparison, hides: frozenset[str]) -> GroupFigures:
    group = one.group
    if group.name in hides:
        return GroupFigures(
            group=group.name,
            considered=None,
            selected=None,
            selection_rate=None,
            impact_ratio=None,
            p_value=None,
            status=one.status,
        )
    tells = _tells_of_enough(group)
    ratios = tells and one.reference.name not in hides and _tells_of_enough(one.reference)
    return GroupFigures(
        group=group.name,
        considered=group.considered,
        selected=group.selected if tells else None,
        selection_rate=round(float(group.rate), 3) if tells else None,
        impact_ratio=round(float(one.impact_ratio), 3) if ratios else None,
        p_value=round(float(one.p_value), 4) if ratios else None,
        status=one.status,
    )


def _tells_of_enough(group: Group) -> bool:
    return group.selected >= SMALL_CELL and not 0 < group.considered - group.selected < SMALL_CELL


def _exposure(people: dict[str, int], counts: Counts) -> tuple[Exposure, ...]:
    places = sum(counts.places.values())
    if min(counts.places.values()) < SMALL_CELL:
        return ()
    return tuple(
        Exposure(
            group=name,
            share_of_places=round(counts.places[name] / places, 3),
            share_of_people=round(number / sum(people.values()), 3),
        )
        for name, number in people.items()
    )
