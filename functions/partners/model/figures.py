"""Where each indicator of an agreement stands against its target, as its parties may read it. Pure.

The cells of a counter are its counts by axis. A cell is told when it is about enough candidates, and when whoever told
of most of them learns of none or of enough others by subtracting his own; with a single cell hidden the next smallest
is hidden too (`passerelle.smallcells`). The count over all axes is the sum of the cells that are told, and says when it
is only a lower bound: what is told is the same whatever a hidden cell holds, so nobody can work it out.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.partners.model.agreements import Agreement, Counter, Frequency, Indicator, Source, Unit
from functions.partners.model.candidates import Candidate
from passerelle.smallcells import hidden

Cells = Mapping[int, Mapping[str, int]]
"""By axis: how many candidates each partner told of."""

_OUTCOMES: Final = {
    Counter.CANDIDATES_INFORMED: "informed",
    Counter.CANDIDATES_PRESELECTED: "preselected",
    Counter.CANDIDATES_MET: "met",
    Counter.CANDIDATES_TRAINED: "trained",
    Counter.CANDIDATES_HIRED: "hired",
}
_OF_FEW: Final[frozenset[Unit]] = frozenset({"people", "missions", "jobs", "dossiers"})
"""Units whose small counts are about somebody."""


class Mission(BaseModel):
    """A loan that began, by its days alone."""

    model_config = ConfigDict(frozen=True)

    start: date
    end: date


class IndicatorFigure(BaseModel):
    """An indicator and where it stands."""

    model_config = ConfigDict(frozen=True)

    code: Annotated[str, Field(examples=["embauches"])]
    label: Annotated[str, Field(examples=["Candidats embauchés"])]
    unit: Annotated[Unit, Field(examples=["people"])]
    counts: Annotated[Counter | None, Field(examples=["candidates_hired"])]
    source: Annotated[Source, Field(examples=["platform"])]
    frequency: Annotated[Frequency, Field(examples=["quarterly"])]
    target: Annotated[int, Field(examples=[50])]
    count: Annotated[int | None, Field(description="Null: too few to be told, or not known yet.", examples=[42])]
    at_least: Annotated[
        bool, Field(description="That axes too small to be told come on top of the count.", examples=[False])
    ] = False
    percent: Annotated[int | None, Field(description="Of the target, rounded down.", examples=[84])] = None
    as_of: Annotated[date | None, Field(description="Day of what was declared.", examples=[None])] = None


class AxisFigures(BaseModel):
    """The indicators of an axis; without a number, those of the whole agreement."""

    model_config = ConfigDict(frozen=True)

    number: Annotated[int | None, Field(examples=[4])]
    label: Annotated[str, Field(examples=["Placement des candidats présélectionnés par les conseillers"])]
    indicators: tuple[IndicatorFigure, ...]


class PartnershipFigures(BaseModel):
    """All indicators of an agreement as of a day."""

    model_config = ConfigDict(frozen=True)

    counted_on: Annotated[date | None, Field(description="Null before the first count.", examples=["2026-11-22"])] = (
        None
    )
    axes: tuple[AxisFigures, ...] = ()
    rule: Annotated[str, Field(description="How to read them, in French.")] = (
        "Comptés une fois par jour ; un candidat non embauché, sans nouvelle depuis deux ans, ne l’est plus. "
        "Un nombre trop petit n’est pas dit, ni un second s’il permettait de le calculer ; "
        "un total dit alors « au moins »."
    )


def stand(
    agreement: Agreement, candidates: Iterable[Candidate], missions: Iterable[Mission], on: date, fewest: int
) -> PartnershipFigures:
    """Where the agreement stands on a day. `fewest` is the smallest count of people that is told."""
    people, loans = list(candidates), list(missions)
    told = {
        counter: told_cells(cells(agreement, people, counter), fewest) for counter in Counter if counter.of_candidates
    }

    def figure(one: Indicator) -> IndicatorFigure:
        count, at_least, as_of = None, False, None
        if one.counts is None:
            count, as_of = _declared(agreement, one, fewest)
        elif one.counts.of_candidates:
            count, at_least = _of_cells(told[one.counts], one.axis)
        else:
            count = _lent(agreement, loans, one.counts, on, fewest)
        percent = None if count is None else count * 100 // one.target
        said = one.model_dump(exclude={"axis"})
        return IndicatorFigure(**said, count=count, at_least=at_least, percent=percent, as_of=as_of)

    headings = [(None, "Ensemble de la convention"), *((axis.number, axis.label) for axis in agreement.terms.axes)]
    groups = [
        AxisFigures(
            number=number,
            label=label,
            indicators=tuple(figure(one) for one in agreement.terms.indicators if one.axis == number),
        )
        for number, label in headings
    ]
    return PartnershipFigures(counted_on=on, axes=tuple(one for one in groups if one.indicators))


def cells(agreement: Agreement, candidates: Iterable[Candidate], counter: Counter) -> Cells:
    """How many candidates of each party reached this, by axis, within the term."""
    found: dict[int, Tally[str]] = {axis.number: Tally() for axis in agreement.terms.axes}
    for one in candidates:
        for axis in _axes_reached(agreement, one, counter) & found.keys():
            found[axis][one.partner] += 1
    return found


def told_cells(counted: Cells, fewest: int) -> dict[int, int | None]:
    """The counts by axis that may be told; None for the others."""
    sizes = {str(axis): sum(by_partner.values()) for axis, by_partner in counted.items()}
    small = {str(axis) for axis, by_partner in counted.items() if not _is_enough(by_partner, fewest)}
    hides = hidden(sizes, small)
    return {axis: None if str(axis) in hides else sizes[str(axis)] for axis in counted}


def _axes_reached(agreement: Agreement, candidate: Candidate, counter: Counter) -> set[int]:
    here = candidate.preselection
    if here is None or here.programme != agreement.terms.programme or candidate.partner not in agreement.terms.parties:
        return set()
    reached = {
        one.axis for one in candidate.outcomes if one.outcome == _OUTCOMES.get(counter) and agreement.in_term(one.on)
    }
    days = {
        Counter.CANDIDATES_PRESELECTED: [here.preselected_on],
        Counter.CANDIDATES_REGISTERED: [one.on for one in candidate.registrations if one.on is not None],
    }
    if any(agreement.in_term(on) for on in days.get(counter, [])):
        reached.add(here.axis)
    return reached


def _is_enough(by_partner: Mapping[str, int], fewest: int) -> bool:
    total = sum(by_partner.values())
    others = total - max(by_partner.values(), default=0)
    return total >= fewest and (others == 0 or others >= fewest)


def _of_cells(told: Mapping[int, int | None], axis: int | None) -> tuple[int | None, bool]:
    if axis is not None:
        return told[axis], False
    known = [count for count in told.values() if count is not None]
    return (sum(known) if known else None), bool(known) and len(known) < len(told)


def _declared(agreement: Agreement, one: Indicator, fewest: int) -> tuple[int | None, date | None]:
    said = agreement.declared.get(one.code)
    if said is None:
        return None, None
    return (None if one.unit in _OF_FEW and said.value < fewest else said.value), said.as_of


def _lent(agreement: Agreement, missions: Iterable[Mission], counter: Counter, on: date, fewest: int) -> int | None:
    """Missions that began within the term, or the days of them that have gone by, first and last included."""
    begun = [one for one in missions if agreement.in_term(one.start) and one.start <= on]
    if len(begun) < fewest:
        return None
    if counter is Counter.MISSIONS_STARTED:
        return len(begun)
    return sum((min(one.end, on) - one.start).days + 1 for one in begun)
