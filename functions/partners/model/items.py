"""What partners put into the inbox: envelopes and their items, which name nobody, and why one is refused. Pure.

Whatever is kept of an item comes from a closed list (codes, dates, numbers), and the one text, the partner's own
reference of the candidate, is turned into a keyed digest. A result names a position, a code and a field of ours, never
what was sent.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from functions.partners.model.agreements import Agreement
from functions.partners.model.organisations import Partner
from passerelle import strict_json
from passerelle.contracts.base import Programme
from passerelle.contracts.cards import ExperienceBand
from passerelle.contracts.partners import HiringContract, Outcome
from passerelle.identifiers import MunicipalityCode, RomeCode, SkillCode
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.screening import screened

MOST_ITEMS: Final = 100
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DRAWN = re.compile(r"([A-Za-z]+[0-9]+){2,}[A-Za-z]*|([0-9]+[A-Za-z]+){2,}[0-9]*")
"""Letters and digits by turns: drawn by a machine, whatever a name-like run of letters in it looks like."""


class Code(StrEnum):
    """Why a delivery or an item was taken or refused: the error table of both guides, which a test compares."""

    APPLIED = "applied"
    WAITING = "waiting-for-candidate"
    REPEATED = "repeated"
    OUTDATED = "outdated"
    BROKEN_JSON = "broken-json"
    TOO_MANY_ITEMS = "too-many-items"
    BAD_ENVELOPE = "bad-envelope"
    TYPE_UNKNOWN = "type-not-understood"
    UNKNOWN_FIELD = "unknown-field"
    MISSING_FIELD = "missing-field"
    BAD_VALUE = "bad-value"
    REFERENCE_NOT_OPAQUE = "reference-not-opaque"
    CODE_UNKNOWN = "code-unknown"
    DATE_IMPOSSIBLE = "date-impossible"
    CONTRACT_MISPLACED = "contract-misplaced"
    OUTSIDE_PROGRAMME = "outside-programme"
    OUTSIDE_TERRITORY = "outside-territory"
    AXIS_NOT_AGREED = "axis-not-agreed"
    TOO_MANY_OUTCOMES = "too-many-outcomes"
    CANDIDATE_WITHDRAWN = "candidate-withdrawn"

    @property
    def accepted(self) -> bool:
        """Whether nothing is to be corrected."""
        return self in {Code.APPLIED, Code.WAITING, Code.REPEATED, Code.OUTDATED}


ItemType = Literal["candidate.preselected", "candidate.outcome", "candidate.withdrawn"]


@dataclass(frozen=True)
class Fault:
    """Why something is refused; `field` is one of ours, or None."""

    code: Code
    field: str | None = None


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PreselectedData(_Said):
    """A candidate whom the partner's advisers chose, with his consent, for an axis of an agreement. It names nobody."""

    candidate: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9._-]{1,64}$",
            description="Your own opaque reference of the person; no part of his name.",
            examples=["c-7f31"],
        ),
    ]
    programme: Annotated[Programme, Field(examples=["placement"])]
    axis: Annotated[int, Field(ge=1, le=20, examples=[4])]
    occupation: Annotated[RomeCode, Field(description="ROME code.", examples=["H2913"])]
    skills: Annotated[
        tuple[SkillCode, ...], Field(max_length=15, description="Official codes.", examples=[["100007"]], strict=False)
    ] = ()
    experience: Annotated[ExperienceBand, Field(description="Years in the occupation.", examples=["3-5"])]
    municipality: Annotated[MunicipalityCode, Field(description="INSEE code.", examples=["76384"])]
    consented_on: Annotated[date, Field(examples=["2026-11-16"])]
    preselected_on: Annotated[date, Field(examples=["2026-11-20"])]


class OutcomeData(_Said):
    """What became of a candidate on a day, for an axis."""

    candidate: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", examples=["c-7f31"])]
    outcome: Annotated[Outcome, Field(examples=["hired"])]
    on: Annotated[date, Field(examples=["2026-11-21"])]
    axis: Annotated[int, Field(ge=1, le=20, examples=[4])]
    contract: Annotated[HiringContract | None, Field(description="With `hired`, and then alone.", examples=["CDI"])] = (
        None
    )


class WithdrawnData(_Said):
    """A candidate who takes his consent back, or asks to be forgotten: nothing of him stays but that he withdrew."""

    candidate: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", examples=["c-7f31"])]


Data = PreselectedData | OutcomeData | WithdrawnData


class _Envelope(_Said):
    type: Annotated[str, Field(max_length=64)]
    occurred_at: AwareDatetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Item:
    """An item that could be read."""

    said_at: datetime
    data: Data


_KINDS: Final[dict[str, type[PreselectedData] | type[OutcomeData] | type[WithdrawnData]]] = {
    "candidate.preselected": PreselectedData,
    "candidate.outcome": OutcomeData,
    "candidate.withdrawn": WithdrawnData,
}


class Result(BaseModel):
    """What became of one item."""

    model_config = ConfigDict(frozen=True)

    position: int
    type: ItemType | None
    code: Code
    field: str | None = None

    @classmethod
    def of(cls, position: int, raw: object, found: Fault) -> Self:
        """Why the item at this position, which was sent so, is taken or refused."""
        named = raw.get("type") if isinstance(raw, dict) else None
        known = named if isinstance(named, str) and named in _KINDS else None
        return cls.model_validate({"position": position, "type": known, "code": found.code, "field": found.field})


def envelopes(raw: bytes) -> list[object] | Fault:
    """The items of a body, unread: one envelope, or a list of up to `MOST_ITEMS`."""
    try:
        document = strict_json.read(raw)
    except ValueError:
        return Fault(Code.BROKEN_JSON)
    found = document if isinstance(document, list) else [document]
    return Fault(Code.TOO_MANY_ITEMS) if len(found) > MOST_ITEMS else found


def read(raw: object) -> Item | Fault:
    """One item, or why it cannot be read."""
    try:
        envelope = _Envelope.model_validate_json(json.dumps(raw))
    except ValidationError:
        return Fault(Code.BAD_ENVELOPE)
    kind = _KINDS.get(envelope.type)
    if kind is None:
        return Fault(Code.TYPE_UNKNOWN)
    try:
        data = kind.model_validate_json(json.dumps(envelope.data))
    except ValidationError as error:
        return _fault(error)
    return _own_fault(data) or Item(envelope.occurred_at, data)


def objection(
    item: Item,
    partner: Partner,
    agreements: Iterable[Agreement],
    nomenclature: Nomenclature,
    now: datetime,
    today: date,
) -> Fault | None:
    """Why an item that could be read is refused all the same; None when it is taken.

    `today` is the day in France. Of an outcome the programme is the candidate's, which may come later: any of the
    partner's programmes will do. Whoever withdraws may always.
    """
    data = item.data
    if item.said_at > now + CLOCKS_DIFFER_BY:
        return Fault(Code.DATE_IMPOSSIBLE, "occurred_at")
    if isinstance(data, WithdrawnData):
        return None
    if isinstance(data, OutcomeData):
        if data.on > today:
            return Fault(Code.DATE_IMPOSSIBLE, "on")
        programme, on = None, data.on
    else:
        found = _objection_to_candidate(data, partner, nomenclature, today)
        if found is not None:
            return found
        programme, on = data.programme, data.preselected_on
    if not any(one.covers(partner.id, programme, data.axis, on) for one in agreements):
        return Fault(Code.AXIS_NOT_AGREED, "axis")
    return None


def _objection_to_candidate(
    data: PreselectedData, partner: Partner, nomenclature: Nomenclature, today: date
) -> Fault | None:
    unknown = _unknown_code(data, nomenclature)
    if unknown is not None:
        return Fault(Code.CODE_UNKNOWN, unknown)
    if data.preselected_on > today:
        return Fault(Code.DATE_IMPOSSIBLE, "preselected_on")
    if data.consented_on > data.preselected_on:
        return Fault(Code.DATE_IMPOSSIBLE, "consented_on")
    if data.programme not in partner.facts.programmes:
        return Fault(Code.OUTSIDE_PROGRAMME, "programme")
    if not partner.acts_in(data.municipality, nomenclature):
        return Fault(Code.OUTSIDE_TERRITORY, "municipality")
    return None


def _unknown_code(data: PreselectedData, nomenclature: Nomenclature) -> str | None:
    for field, look_up, codes in (
        ("occupation", nomenclature.occupation, (data.occupation,)),
        ("skills", nomenclature.skill, data.skills),
        ("municipality", nomenclature.municipality, (data.municipality,)),
    ):
        for code in codes:
            try:
                look_up(code)
            except UnknownCode:
                return field
    return None


def _own_fault(data: Data) -> Fault | None:
    """What is wrong with an item whatever else is known."""
    if not _is_opaque(data.candidate):
        return Fault(Code.REFERENCE_NOT_OPAQUE, "candidate")
    if isinstance(data, OutcomeData) and (data.outcome == "hired") != (data.contract is not None):
        return Fault(Code.CONTRACT_MISPLACED, "contract")
    return None


def _is_opaque(reference: str) -> bool:
    """Whether a reference is no name, number or address of a person; what was drawn at random passes."""
    if _UUID.fullmatch(reference):
        return True
    written = [part for part in re.split(r"[._-]+", reference) if not _DRAWN.fullmatch(part)]
    return not (screened(" ".join(written)) or (len(written) > 1 and screened("-".join(written))))


def _fault(error: ValidationError) -> Fault:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if any(one["type"] == "extra_forbidden" for one in found):
        return Fault(Code.UNKNOWN_FIELD)
    field = str(found[0]["loc"][0])
    if found[0]["type"] == "missing":
        return Fault(Code.MISSING_FIELD, field)
    return Fault(Code.REFERENCE_NOT_OPAQUE if field == "candidate" else Code.BAD_VALUE, field)
