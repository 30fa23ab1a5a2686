"""A partnership agreement: its parties, term, numbered axes and indicators, from draft to end (law.md §2.16). Pure."""

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.partners.model.organisations import PARTNER_ID, Partner, PartnerState
from passerelle.contracts.base import Programme
from passerelle.problems import FieldError, Refused

LONGEST: Final = timedelta(days=6 * 366)
"""The longest term; beyond it an agreement is renewed by another one."""

Unit = Literal["people", "missions", "days", "sessions", "companies", "dossiers", "jobs", "euros", "percent"]
Source = Literal["platform", "declared"]
Frequency = Literal["monthly", "quarterly", "yearly", "at_end"]


class AgreementState(StrEnum):
    """Where an agreement stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    ENDED = "ended"


class Action(StrEnum):
    """What may be done to an agreement."""

    REVISE = "revise"
    ACTIVATE = "activate"
    DECLARE = "declare"
    END = "end"
    EXPIRE = "expire"


class Mover(StrEnum):
    """Who does it."""

    OPERATOR = "operator"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Transition:
    """One row of the table: where it leads from where (None: it stays), who takes it, and who is told what."""

    target: AgreementState | None
    sources: frozenset[AgreementState]
    mover: Mover
    told: str


_DRAFT, _ACTIVE = frozenset({AgreementState.DRAFT}), frozenset({AgreementState.ACTIVE})

TRANSITIONS: Final[dict[Action, Transition]] = {
    Action.REVISE: Transition(None, _DRAFT, Mover.OPERATOR, "parties: nothing before it is active"),
    Action.ACTIVATE: Transition(
        AgreementState.ACTIVE, _DRAFT, Mover.OPERATOR, "parties: read it, and its figures from then on"
    ),
    Action.DECLARE: Transition(
        None, _ACTIVE | {AgreementState.ENDED}, Mover.OPERATOR, "parties: the figure, at the next count"
    ),
    Action.END: Transition(
        AgreementState.ENDED, _ACTIVE, Mover.OPERATOR, "parties: read it; what is later counts no more"
    ),
    Action.EXPIRE: Transition(AgreementState.ENDED, _ACTIVE, Mover.PLATFORM, "parties: read it as ended"),
}


class Counter(StrEnum):
    """The facts that the platform counts by itself."""

    CANDIDATES_INFORMED = "candidates_informed"
    CANDIDATES_PRESELECTED = "candidates_preselected"
    CANDIDATES_REGISTERED = "candidates_registered"
    CANDIDATES_MET = "candidates_met"
    CANDIDATES_TRAINED = "candidates_trained"
    CANDIDATES_HIRED = "candidates_hired"
    MISSIONS_STARTED = "missions_started"
    DAYS_LENT = "days_lent"

    @property
    def unit(self) -> Unit:
        """What one of it is."""
        if self.of_candidates:
            return "people"
        return "missions" if self is Counter.MISSIONS_STARTED else "days"

    @property
    def of_candidates(self) -> bool:
        """Whether it counts what partners tell of candidates; else missions of the programme `lending`."""
        return self.value.startswith("candidates_")


class Axis(BaseModel):
    """One objective, by its number in the agreement."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    number: Annotated[int, Field(ge=1, le=20, strict=True, examples=[4])]
    label: Annotated[
        str,
        Field(min_length=3, max_length=200, examples=["Placement des candidats présélectionnés par les conseillers"]),
    ]


class Indicator(BaseModel):
    """What is measured against which target."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$", examples=["embauches"])]
    label: Annotated[str, Field(min_length=3, max_length=200, examples=["Candidats embauchés"])]
    unit: Annotated[Unit, Field(examples=["people"])]
    counts: Annotated[
        Counter | None,
        Field(
            description="The fact that the platform counts; null where the parties declare.",
            examples=["candidates_hired"],
        ),
    ] = None
    axis: Annotated[int | None, Field(ge=1, le=20, strict=True, description="Null: all axes.", examples=[4])] = None
    target: Annotated[int, Field(ge=1, le=100_000_000, strict=True, description="In the unit.", examples=[50])]
    source: Annotated[Source, Field(examples=["platform"])]
    frequency: Annotated[Frequency, Field(description="How often the parties look at it.", examples=["quarterly"])]


class Terms(BaseModel):
    """What the parties agreed on."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: Annotated[str, Field(min_length=3, max_length=200, examples=["Convention de placement en Normandie"])]
    programme: Annotated[Programme, Field(examples=["placement"])]
    parties: Annotated[
        tuple[Annotated[str, Field(pattern=PARTNER_ID)], ...],
        Field(min_length=1, max_length=20, examples=[["ptn_w4hx7kq2zm5tb3nvd6fc"]]),
    ]
    start: Annotated[date, Field(strict=True, description="First day of the term.", examples=["2026-12-01"])]
    end: Annotated[date, Field(strict=True, description="Last day of the term.", examples=["2029-11-30"])]
    axes: Annotated[tuple[Axis, ...], Field(min_length=1, max_length=20)]
    indicators: Annotated[tuple[Indicator, ...], Field(max_length=60)] = ()


class Declared(BaseModel):
    """What the parties say of an indicator that the platform cannot count."""

    model_config = ConfigDict(frozen=True)

    value: int
    as_of: date
    by: str
    at: datetime


class Agreement(BaseModel):
    """The aggregate. `ended_on` is the last day that counts, once it has ended."""

    model_config = ConfigDict(frozen=True)

    id: str
    state: AgreementState = AgreementState.DRAFT
    terms: Terms
    declared: Mapping[str, Declared] = {}
    ended_on: date | None = None

    def covers(self, partner_id: str, programme: Programme | None, axis: int, on: date) -> bool:
        """Whether what this party says of this axis on this day is agreed on; None stands for any programme."""
        terms = self.terms
        return (
            self.state is not AgreementState.DRAFT
            and partner_id in terms.parties
            and programme in (None, terms.programme)
            and any(one.number == axis for one in terms.axes)
            and self.in_term(on)
        )

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.ended_on or self.terms.end

    def in_term(self, on: date) -> bool:
        """Whether a day counts."""
        return self.terms.start <= on <= self.last_day

    def counts_with(self, other: "Agreement") -> bool:
        """Whether a party of both may find the same facts counted in both: subtracted from each other, their figures
        would tell of a few."""
        ours, theirs = self.terms, other.terms
        same_axis = {axis.number for axis in ours.axes} & {axis.number for axis in theirs.axes}
        return (
            ours.programme == theirs.programme
            and not set(ours.parties).isdisjoint(theirs.parties)
            and (ours.programme == "lending" or bool(same_axis))
            and max(ours.start, theirs.start) <= min(self.last_day, other.last_day)
        )


class InForce(BaseModel):
    """Which agreements were ever put into force: one aggregate, so that two that count the same never both are."""

    model_config = ConfigDict(frozen=True)

    ids: tuple[str, ...] = ()


def moved(agreement: Agreement, action: Action, **changes: object) -> Agreement:
    """The agreement after an action, with further changes. Raises `Refused` when its state does not allow it."""
    transition = TRANSITIONS[action]
    if agreement.state not in transition.sources:
        raise Refused(_NOT_NOW[agreement.state], remedy="Relisez la convention avant de recommencer.")
    return agreement.model_copy(update={"state": transition.target or agreement.state, **changes})


_NOT_NOW: Final = {
    AgreementState.DRAFT: "La convention est un projet : activez-la d’abord.",
    AgreementState.ACTIVE: "La convention est en vigueur : elle ne se modifie plus.",
    AgreementState.ENDED: "La convention a pris fin.",
}


def faults(terms: Terms, parties: Mapping[str, Partner]) -> list[FieldError]:
    """Everything wrong with the terms, in French, each with what to do. `parties` are the organisations found."""
    return [*_term_faults(terms), *_party_faults(terms, parties), *_axis_faults(terms), *_indicator_faults(terms)]


def _term_faults(terms: Terms) -> Iterator[FieldError]:
    if terms.end < terms.start:
        yield FieldError("/end", "La fin précède le début.", "Donnez une date de fin après celle du début.")
    elif terms.end - terms.start > LONGEST:
        yield FieldError("/end", "La convention dure plus de six ans.", "Renouvelez-la par une autre convention.")


def _party_faults(terms: Terms, parties: Mapping[str, Partner]) -> Iterator[FieldError]:
    for at, party in enumerate(terms.parties):
        pointer, known = f"/parties/{at}", parties.get(party)
        if terms.parties.index(party) < at:
            yield FieldError(pointer, "Cette partie vient deux fois.", "Gardez-la une seule fois.")
        elif known is None or known.state is PartnerState.ENDED:
            yield FieldError(
                pointer, "Cette partie n’est pas un partenaire actif.", "Enregistrez-la d’abord par `POST /partners`."
            )
        elif terms.programme not in known.facts.programmes:
            yield FieldError(
                pointer,
                "Cette partie n’agit pas dans le programme de la convention.",
                "Ajoutez le programme au partenaire, ou changez celui de la convention.",
            )


def _axis_faults(terms: Terms) -> Iterator[FieldError]:
    numbers = Tally(axis.number for axis in terms.axes)
    for at, axis in enumerate(terms.axes):
        if numbers[axis.number] > 1:
            yield FieldError(f"/axes/{at}/number", "Deux axes portent ce numéro.", "Donnez à chaque axe son numéro.")


def _indicator_faults(terms: Terms) -> Iterator[FieldError]:
    codes = Tally(one.code for one in terms.indicators)
    axes = {axis.number for axis in terms.axes}
    for at, one in enumerate(terms.indicators):
        here = f"/indicators/{at}"
        if codes[one.code] > 1:
            yield FieldError(f"{here}/code", "Deux indicateurs portent ce code.", "Donnez à chacun son propre code.")
        if one.axis is not None and one.axis not in axes:
            yield FieldError(
                f"{here}/axis", "La convention n’a pas cet axe.", "Reprenez le numéro d’un axe, ou rien pour tous."
            )
        if (one.source == "platform") != (one.counts is not None):
            yield FieldError(
                f"{here}/counts",
                "La source et ce qui est compté ne s’accordent pas.",
                "Source `platform` : dites ce qui est compté ; source `declared` : laissez `counts` vide.",
            )
        elif one.counts is not None:
            yield from _counting_faults(here, one.counts, one.unit, terms.programme)


def _counting_faults(here: str, counts: Counter, unit: Unit, programme: Programme) -> Iterator[FieldError]:
    if unit != counts.unit:
        yield FieldError(f"{here}/unit", "L’unité n’est pas celle de ce qui est compté.", f"Mettez `{counts.unit}`.")
    if counts.of_candidates == (programme == "lending"):
        yield FieldError(
            f"{here}/counts",
            "Ce fait n’existe pas dans ce programme.",
            "Missions et jours prêtés se comptent dans `lending`, les candidats dans les autres programmes.",
        )
