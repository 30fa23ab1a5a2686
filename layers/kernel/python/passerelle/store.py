"""One table per slice, and the one way to write to it: a transaction that carries the change and the facts about it.

`Table` reads. `Transaction` gathers aggregates, event rows (the outbox) and the marks that make a delivery or a request
happen once, and writes them together or not at all. The kernel opens and commits the transaction around each request
and each event; use cases only add to it.

Rows: `pk` = `<tenant>#<noun>#<id>`, `sk` = `STATE` for the aggregate (its JSON in `state`, its version in `version`) or
`EVENT#<event id>` for a fact about it (`unpublished` until the relay has sent it).
"""

import base64
import binascii
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import BaseModel

from passerelle import clock
from passerelle.contracts import Envelope, Event
from passerelle.contracts.base import Programme
from passerelle.observability import cause

M = TypeVar("M", bound=BaseModel)

STATE = "STATE"
LISTING_INDEX = "listing"
UNPUBLISHED_INDEX = "unpublished"
_LARGEST_TRANSACTION = 100
REMEMBERED = timedelta(days=30)
"""How long the answer to a request is kept for the same request again, and that an event was consumed."""

_ATTEMPTS = 4
_LONGEST_POSITION = 1024
"""Bytes of a sort key; DynamoDB fails on a longer one."""

_CURSOR_REMEDY = "Take the cursor from the answer of the page before."


class StoreError(Exception):
    """Base of what can go wrong between a slice and its table."""


class VersionConflict(StoreError):
    """Somebody else changed the aggregate since it was read: read it again and decide again."""


class AlreadyDone(StoreError):
    """This request or this event has already had its effect."""


class Busy(StoreError):
    """The table refuses work for the moment; trying later may succeed."""


class BadCursor(StoreError):
    """The caller's cursor is not one that this list gave out."""


@dataclass(frozen=True)
class Key:
    """Where an aggregate lives. The tenant comes first: without it nothing is found."""

    tenant: str
    noun: str
    id: str

    @property
    def pk(self) -> str:
        """The partition key."""
        return f"{self.tenant}#{self.noun}#{self.id}"


@dataclass(frozen=True)
class Stored(Generic[M]):
    """An aggregate as read, with the version to hold against when it is written back."""

    value: M
    version: int


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of a list; `cursor` asks for the next one, None at the end."""

    items: tuple[Stored[M], ...]
    cursor: str | None


@dataclass(frozen=True)
class Listing:
    """Under which heading an aggregate is listed, and by what it is sorted there (unique within the heading)."""

    heading: str
    order: str


@dataclass(frozen=True)
class Repeat:
    """How a request is recognised when it comes again: who asked, his key, and a fingerprint of what he asked."""

    owner: str
    key: str
    fingerprint: str

    @property
    def pk(self) -> str:
        """Where the remembered answer lives."""
        return f"{self.owner}#idempotency#{self.key}"


@dataclass(frozen=True)
class Remembered:
    """The answer given to an earlier request with the same key."""

    fingerprint: str
    answer: str


def dynamodb_client() -> Any:
    """A DynamoDB client with time limits that fit a request of 29 seconds."""
    return boto3.client(
        "dynamodb", config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
    )


class Table:
    """The slice's table, read with strong consistency except for lists."""

    def __init__(self, name: str, client: Any = None) -> None:
        self.name = name
        self._client = client or dynamodb_client()

    def read(self, key: Key, model: type[M]) -> Stored[M] | None:
        """The aggregate at this key, or None."""
        item = self._item(key.pk, STATE)
        return None if item is None else _stored(item, model)

    def list(self, heading: str, model: type[M], *, limit: int = 50, cursor: str | None = None) -> Page[M]:
        """One page of what is listed under a heading, in its order; each item is seen once however the list grows.

        Raises `BadCursor` for a cursor that no page gave out.
        """
        condition = "gsi_pk = :heading"
        values = {":heading": {"S": heading}}
        if cursor is not None:
            condition += " AND gsi_sk > :after"
            values[":after"] = {"S": order_in(cursor)}
        answer = self._client.query(
            TableName=self.name,
            IndexName=LISTING_INDEX,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            Limit=limit,
        )
        items = answer["Items"]
        following = cursor_after(items[-1]["gsi_sk"]["S"]) if "LastEvaluatedKey" in answer else None
        return Page(tuple(_stored(item, model) for item in items), following)

    def all(self, heading: str, model: type[M]) -> Iterator[Stored[M]]:
        """Everything listed under a heading, page after page."""
        cursor: str | None = None
        while True:
            page = self.list(heading, model, cursor=cursor)
            yield from page.items
            if page.cursor is None:
                return
            cursor = page.cursor

    def facts(self, key: Key) -> Sequence[Envelope]:
        """The facts recorded about an aggregate: its audit trail, in the order of its versions."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues={":pk": {"S": key.pk}, ":event": {"S": "EVENT#"}},
            ConsistentRead=True,
        )
        found = [Envelope.from_json(item["envelope"]["S"]) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda envelope: envelope.sequence)

    def forget_facts(self, key: Key) -> tuple[int, bool]:
        """Delete the facts recorded about an aggregate: how many, and whether some are still to be published and stay.

        For the erasure of a person. Not part of a transaction: again changes nothing.
        """
        pages = self._client.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues={":pk": {"S": key.pk}, ":event": {"S": "EVENT#"}},
            ConsistentRead=True,
        )
        items = [item for page in pages for item in page["Items"]]
        published = [item for item in items if "unpublished" not in item]
        for item in published:
            self._client.delete_item(TableName=self.name, Key=_row_key(key.pk, item["sk"]["S"]))
        return len(published), len(published) < len(items)

    def remembered(self, repeat: Repeat) -> Remembered | None:
        """The answer already given to this request, or None."""
        item = self._item(repeat.pk, STATE)
        return None if item is None else Remembered(item["fingerprint"]["S"], item["state"]["S"])

    def begin(self) -> "Transaction":
        """A new, empty transaction on this table."""
        return Transaction(self.name, self._client)

    def _item(self, pk: str, sk: str) -> Mapping[str, Any] | None:
        answer: Mapping[str, Any] = self._client.get_item(
            TableName=self.name, Key=_row_key(pk, sk), ConsistentRead=True
        )
        return answer.get("Item")


class Transaction:
    """Changes that are written together. Nothing reaches the table before `commit`."""

    def __init__(self, table_name: str, client: Any) -> None:
        self._table_name = table_name
        self._client = client
        self._writes: list[tuple[dict[str, Any], Exception]] = []

    def save(
        self,
        key: Key,
        value: BaseModel,
        *,
        version: int,
        replacing: int | None = None,
        listing: Listing | None = None,
        expires_at: datetime | None = None,
    ) -> None:
        """Write an aggregate as `version`, provided the table still holds the version it replaces.

        `replacing` is that version: by default the one before; 0 says that nothing may be there yet.
        """
        expected = version - 1 if replacing is None else replacing
        item: dict[str, Any] = {
            **_row_key(key.pk, STATE),
            "version": {"N": str(version)},
            "state": {"S": value.model_dump_json()},
        }
        if listing is not None:
            item |= {"gsi_pk": {"S": listing.heading}, "gsi_sk": {"S": listing.order}}
        if expires_at is not None:
            item["expires_at"] = {"N": str(int(expires_at.timestamp()))}
        self._put({"Item": item, **_held(expected)}, VersionConflict(key.pk))

    def delete(self, key: Key, *, version: int) -> None:
        """Remove an aggregate, provided the table still holds this version of it."""
        delete = {"TableName": self._table_name, "Key": _row_key(key.pk, STATE), **_held(version)}
        self._writes.append(({"Delete": delete}, VersionConflict(key.pk)))

    def require(self, key: Key, *, version: int) -> None:
        """Write nothing unless the table still holds this version of an aggregate that is only read; 0 says that none
        is there. One that is written too may not be required: DynamoDB takes a row once in a transaction."""
        check = {"TableName": self._table_name, "Key": _row_key(key.pk, STATE), **_held(version)}
        self._writes.append(({"ConditionCheck": check}, VersionConflict(key.pk)))

    def claim(self, key: Key, value: BaseModel, taken: Exception) -> None:
        """Write a row that may exist only once; `taken` is raised at commit when it already does."""
        item = {**_row_key(key.pk, STATE), "version": {"N": "1"}, "state": {"S": value.model_dump_json()}}
        self._put({"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}, taken)

    def emit(
        self,
        key: Key,
        event: Event,
        *,
        sequence: int,
        territory: str | None = None,
        programme: Programme = "lending",
    ) -> Envelope:
        """Record a fact about the aggregate at `key`; the relay publishes it once this transaction is written."""
        origin = cause()
        envelope = Envelope(
            id=clock.new_id("evt"),
            type=type(event).__name__,
            version=event.version,
            occurred_at=clock.now(),
            correlation_id=origin.correlation_id,
            causation_id=origin.causation_id,
            programme=programme,
            territory=territory,
            tenant=key.tenant,
            subject=key.id,
            sequence=sequence,
            data=event.model_dump(mode="json"),
        )
        item = {
            **_row_key(key.pk, f"EVENT#{envelope.id}"),
            "source": {"S": event.source()},
            "envelope": {"S": envelope.model_dump_json()},
            "unpublished": {"S": "1"},
            **_forgotten_after(event.recorded_for),
        }
        self._put({"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}, VersionConflict(key.pk))
        return envelope

    def consume(self, event_id: str) -> None:
        """Mark an event as having had its effect here; `AlreadyDone` at commit when it has had it before."""
        item = _row_key(f"CONSUMED#{event_id}", STATE) | _forgotten_after(REMEMBERED)
        self._put({"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}, AlreadyDone(event_id))

    def remember(self, repeat: Repeat, answer: str) -> None:
        """Keep the answer to a request for the same request again; `AlreadyDone` at commit when one is kept."""
        item = {
            **_row_key(repeat.pk, STATE),
            "fingerprint": {"S": repeat.fingerprint},
            "state": {"S": answer},
            **_forgotten_after(REMEMBERED),
        }
        self._put({"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}, AlreadyDone(repeat.key))

    def include(self, write: dict[str, Any], refused: Exception) -> None:
        """Add a write to another ledger, as DynamoDB takes it; `refused` is raised when its condition does not hold."""
        self._writes.append((write, refused))

    def commit(self) -> None:
        """Write everything, or raise the error of the first condition that does not hold and write nothing."""
        if not self._writes:
            return
        if len(self._writes) > _LARGEST_TRANSACTION:
            raise ValueError(f"a transaction holds {_LARGEST_TRANSACTION} writes, this one has {len(self._writes)}")
        for attempt in range(_ATTEMPTS):
            try:
                self._client.transact_write_items(TransactItems=[write for write, _ in self._writes])
            except ClientError as error:
                self._raise_failed_condition(error)
                time.sleep(clock.jitter(0.05 * 2**attempt))
            else:
                return
        raise Busy(self._table_name)

    def _put(self, put: dict[str, Any], refused: Exception) -> None:
        self._writes.append(({"Put": {"TableName": self._table_name, **put}}, refused))

    def _raise_failed_condition(self, error: ClientError) -> None:
        if error.response["Error"]["Code"] != "TransactionCanceledException":
            raise error
        reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])
        failed = [
            refused
            for (_, refused), reason in zip(self._writes, reasons, strict=True)
            if reason.get("Code") == "ConditionalCheckFailed"
        ]
        done = next((refused for refused in failed if isinstance(refused, AlreadyDone)), None)
        if failed:
            raise done or failed[0] from error
        if not any(reason.get("Code") in {"TransactionConflict", "ThrottlingError"} for reason in reasons):
            raise error


def _row_key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _held(version: int) -> dict[str, Any]:
    """The condition that a row holds this version; 0: that there is none."""
    if version == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :expected",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":expected": {"N": str(version)}},
    }


def _forgotten_after(period: timedelta) -> dict[str, Any]:
    return {"expires_at": {"N": str(int((clock.now() + period).timestamp()))}}


def _stored(item: Mapping[str, Any], model: type[M]) -> Stored[M]:
    return Stored(model.model_validate_json(item["state"]["S"]), int(item["version"]["N"]))


def cursor_after(order: str) -> str:
    """The cursor that continues a list after the thing that is sorted there by `order`."""
    return base64.urlsafe_b64encode(order.encode()).rstrip(b"=").decode()


def order_in(cursor: str) -> str:
    """What the cursor continues a list after. Raises `BadCursor` when it is none."""
    try:
        position = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise BadCursor(_CURSOR_REMEDY) from error
    if not 0 < len(position.encode()) <= _LONGEST_POSITION:
        raise BadCursor(_CURSOR_REMEDY)
    return position
