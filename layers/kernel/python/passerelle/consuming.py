"""The queue edge of a slice: one Lambda entry point for all the events it listens to.

Each message is worked on in one transaction together with the mark that it was consumed, so a message delivered again
has no second effect. A message that can never succeed goes to the dead-letter queue at once with its reason; one that
may succeed later is reported as failed and comes again; its batch-mates are not disturbed.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

import boto3
from botocore.exceptions import ClientError
from pydantic import ValidationError

from passerelle import clock
from passerelle.contracts import Envelope, Event
from passerelle.observability import caused_by, logger
from passerelle.problems import Problem
from passerelle.store import AlreadyDone, Table, Transaction, VersionConflict

E = TypeVar("E", bound=Event)

_ATTEMPTS = 5
_PAUSE = 0.02
"""Seconds at most before what lost against another writer is tried again; twice as long each time."""


class Unprocessable(Exception):
    """A message that will never succeed, with the reason it is set aside for."""


class NotYet(Exception):
    """Something this event builds on has not arrived: the message comes again soon."""


@dataclass(frozen=True)
class Queues:
    """Where a slice's messages come from, and where the hopeless ones go (queue URLs)."""

    incoming: str
    dead_letters: str


@dataclass(frozen=True)
class Delivery(Generic[E]):
    """One event being consumed: its envelope, its typed data, and the transaction for its effect."""

    envelope: Envelope
    event: E
    transaction: Transaction


Reaction = Callable[[Delivery[Any]], None]


@dataclass
class Consumer:
    """The reactions of one slice by event class. `table` and `queues` are opened on first use."""

    table: Callable[[], Table]
    queues: Callable[[], Queues]
    reactions: dict[str, Reaction] = field(default_factory=dict)

    def on(self, event: type[E]) -> Callable[[Callable[[Delivery[E]], None]], Callable[[Delivery[E]], None]]:
        """Declare the reaction to an event."""

        def register(reaction: Callable[[Delivery[E]], None]) -> Callable[[Delivery[E]], None]:
            self.reactions[event.__name__] = reaction
            return reaction

        return register

    def __call__(self, event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
        """Consume one batch of the queue; answers which messages failed and come again."""
        failed = [record["messageId"] for record in event["Records"] if not self._done(record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _done(self, record: Mapping[str, Any]) -> bool:
        """Whether the message needs no more deliveries: it had its effect, or was set aside."""
        try:
            self._consume(_envelope(record["body"]))
        except Unprocessable as reason:
            self._set_aside(record, str(reason))
        except NotYet:
            self._wait(record)
            return False
        except Exception:
            logger.exception("event failed, it comes again", message_id=record["messageId"])
            return False
        return True

    def _set_aside(self, record: Mapping[str, Any], reason: str) -> None:
        logger.error("message set aside", reason=reason, message_id=record["messageId"])
        _sqs().send_message(
            QueueUrl=self.queues().dead_letters,
            MessageBody=record["body"],
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
        )

    def _wait(self, record: Mapping[str, Any]) -> None:
        try:
            _sqs().change_message_visibility(
                QueueUrl=self.queues().incoming,
                ReceiptHandle=record["receiptHandle"],
                VisibilityTimeout=_soon(int(record["attributes"]["ApproximateReceiveCount"])),
            )
        except ClientError:
            logger.warning("the message comes again after the queue's own time-out", message_id=record["messageId"])

    def _consume(self, envelope: Envelope) -> None:
        reaction = self.reactions.get(envelope.type)
        if reaction is None:
            raise Unprocessable(f"nobody here listens to {envelope.type}")
        with caused_by(envelope.correlation_id, envelope.id):
            try:
                event = envelope.event()
            except (KeyError, ValidationError) as error:
                raise Unprocessable(f"{envelope.type} {envelope.version} is not understood") from error
            for attempt in range(_ATTEMPTS):
                transaction = self.table().begin()
                transaction.consume(envelope.id)
                try:
                    reaction(Delivery(envelope, event, transaction))
                    transaction.commit()
                except AlreadyDone:
                    logger.info("event consumed before", event_id=envelope.id)
                except VersionConflict:
                    if attempt == _ATTEMPTS - 1:
                        raise
                    time.sleep(clock.jitter(_PAUSE * 2**attempt))
                    continue
                except Problem as problem:
                    raise Unprocessable(f"{envelope.type}: {problem.code}") from problem
                return


def _envelope(body: str) -> Envelope:
    try:
        return Envelope.model_validate(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unprocessable("the message is not an event of ours") from error


def _soon(receive_count: int) -> int:
    return int(min(2.0 ** (receive_count - 1), 300))


@cache
def _sqs() -> Any:
    return boto3.client("sqs")
