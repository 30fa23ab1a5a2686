"""Whether groups are selected alike: selection rates, impact ratio, and Fisher's exact test (law.md §3.10).

The four-fifths rule is a screening signal and no law; here it alarms only together with significance and enough people.
All arithmetic is exact until the last division.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import comb
from typing import Final

FOUR_FIFTHS: Final = Fraction(4, 5)
SIGNIFICANCE: Final = Fraction(5, 100)
ENOUGH_PEOPLE: Final = 30


class Status(StrEnum):
    """What a comparison says."""

    OK = "ok"
    WATCH = "watch"
    ALARM = "alarm"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True)
class Group:
    """People of one group: how many were considered, and how many of them selected."""

    name: str
    considered: int
    selected: int

    def __post_init__(self) -> None:
        if not 0 <= self.selected <= self.considered:
            raise ValueError(f"{self.name}: {self.selected} selected of {self.considered}")

    @property
    def rate(self) -> Fraction:
        """The share that was selected; 0 of nobody."""
        return Fraction(self.selected, self.considered) if self.considered else Fraction(0)


@dataclass(frozen=True)
class Comparison:
    """One group against the one with the highest rate."""

    group: Group
    reference: Group
    impact_ratio: Fraction
    p_value: Fraction
    comparable: bool

    @property
    def status(self) -> Status:
        """Alarm: under four fifths and significant, where there are enough people to compare at all."""
        if not self.comparable:
            return Status.INSUFFICIENT
        if self.impact_ratio >= FOUR_FIFTHS:
            return Status.OK
        return Status.ALARM if self.p_value < SIGNIFICANCE else Status.WATCH


def compared(groups: Sequence[Group]) -> tuple[Comparison, ...]:
    """Each group against the one with the highest rate. With two or more groups of at least thirty people, these are
    compared with each other; whatever is smaller, or alone, is not comparable."""
    if not groups:
        return ()
    large = [group for group in groups if group.considered >= ENOUGH_PEOPLE]
    several = len(large) > 1
    reference = max(large if several else groups, key=lambda group: group.rate)
    return tuple(_comparison(group, reference, comparable=several and group in large) for group in groups)


def fisher_two_sided(one: Group, other: Group) -> Fraction:
    """The probability, were both selected alike, of a table at most as likely as this one (both margins fixed)."""
    selected = one.selected + other.selected
    lowest, highest = max(0, selected - other.considered), min(selected, one.considered)

    def ways(count: int) -> int:
        return comb(one.considered, count) * comb(other.considered, selected - count)

    observed = ways(one.selected)
    as_rare = sum(each for count in range(lowest, highest + 1) if (each := ways(count)) <= observed)
    return Fraction(as_rare, comb(one.considered + other.considered, selected))


def _comparison(group: Group, reference: Group, *, comparable: bool) -> Comparison:
    ratio = group.rate / reference.rate if reference.rate else Fraction(1)
    return Comparison(group, reference, ratio, fisher_two_sided(group, reference), comparable)
