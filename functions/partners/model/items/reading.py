"""A body and its items, read. What cannot be says why by a code and a field of ours, never by what was sent. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from functions.partners.model.items.codes import Code, Fault
from functions.partners.model.items.data import (
    KINDS,
    AnnouncedData,
    CancelledData,
    Data,
    ItemType,
    OutcomeData,
    RegisteredData,
    Said,
    UnregisteredData,
)
from functions.partners.model.items.references import CLAIMED, is_of_platform, is_opaque
from passerelle import strict_json

MOST_ITEMS: Final = 100

_REFERENCES: Final = {"candidate", "session"}


class _Envelope(Said):
    type: Annotated[str, Field(max_length=64)]
    occurred_at: AwareDatetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Item:
    """An item that could be read."""

    said_at: datetime
    data: Data


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
        known = named if isinstance(named, str) and named in KINDS else None
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
    kind = KINDS.get(envelope.type)
    if kind is None:
        return Fault(Code.TYPE_UNKNOWN)
    try:
        data = kind.model_validate_json(json.dumps(envelope.data))
    except ValidationError as error:
        return _fault(error)
    return _own_fault(data) or Item(envelope.occurred_at, data)


def _own_fault(data: Data) -> Fault | None:
    """What is wrong with an item whatever else is known."""
    if not isinstance(data, AnnouncedData | CancelledData) and not is_opaque(data.candidate):
        return Fault(Code.REFERENCE_NOT_OPAQUE, "candidate")
    if isinstance(data, OutcomeData) and (data.outcome == "hired") != (data.contract is not None):
        return Fault(Code.CONTRACT_MISPLACED, "contract")
    if isinstance(data, AnnouncedData | CancelledData):
        return _session_fault(data.session, may_be_ours=False)
    if isinstance(data, RegisteredData | UnregisteredData):
        return _session_fault(data.session, may_be_ours=True)
    return None


def _session_fault(reference: str, *, may_be_ours: bool) -> Fault | None:
    if reference.startswith(CLAIMED):
        return None if may_be_ours and is_of_platform(reference) else Fault(Code.BAD_VALUE, "session")
    return None if is_opaque(reference) else Fault(Code.REFERENCE_NOT_OPAQUE, "session")


def _fault(error: ValidationError) -> Fault:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if any(one["type"] == "extra_forbidden" for one in found):
        return Fault(Code.UNKNOWN_FIELD)
    field = str(found[0]["loc"][0])
    if found[0]["type"] == "missing":
        return Fault(Code.MISSING_FIELD, field)
    return Fault(Code.REFERENCE_NOT_OPAQUE if field in _REFERENCES else Code.BAD_VALUE, field)
