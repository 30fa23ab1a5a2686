"""An SQS queue read on behalf of a function: batches, partial failures, and what is left to the redrive policy.

A FIFO queue is read side by side as often as its function may have processes: of one group one message at a time.
"""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from cdk.local.deployment import MappingSpec
from cdk.local.faults import Faults
from cdk.local.lambda_runtime import Runtime
from cdk.local.moto_server import Moto

RETRY_SECONDS = 0.05
INVISIBLE_SECONDS = 43_200


class QueueSource:
    """Delivers the messages of one queue. A message that failed comes back after RETRY_SECONDS instead of the
    visibility timeout, unless the function set another one itself; the queue's redrive policy counts its receptions."""

    needed = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

    def __init__(
        self, spec: MappingSpec, moto: Moto, region: str, runtime: Runtime, faults: Faults, processes: int = 1
    ) -> None:
        self.spec = spec
        self.readers = processes if spec.source.endswith(".fifo") else 1
        self.name = spec.source.rpartition(":")[2]
        self._moto = moto
        self._backend = moto.backend("sqs", region)
        self._queue = self._backend.get_queue(self.name)
        self._region = region
        self._runtime = runtime
        self._faults = faults
        self._delayed: set[str] = set()

    def due(self) -> int:
        """For how many readers there is a message now. Called under moto's lock."""
        return len({message.group_id for message in self._queue.messages} - self._taken_groups())

    def next_due(self) -> float | None:
        """When a message now hidden appears, as seconds since the epoch. Called under moto's lock."""
        taken, now = self._taken_groups(), time.time() * 1000
        instants = [max(message.visible_at, message.delayed_until) for message in self._queue._messages]
        if taken:  # what waits behind a message of its group is looked at again when that one is done
            instants = [instant for instant in instants if instant > now]
        return min(instants) / 1000 if instants else None

    def backlog(self) -> int:
        """How many messages are not yet handled, hidden ones included. Called under moto's lock."""
        return len(self._queue._messages)

    def work(self) -> None:
        """Delivers until no message is visible."""
        while messages := self._receive():
            records = [self._record(message) for message in messages]
            failed = self._deliver(records)
            if self._faults.duplicates_batch():
                self._deliver(records)
            self._settle(messages, failed)

    def _taken_groups(self) -> set[str]:
        """The message groups of which another reader has a message in hand; none where the queue is not FIFO."""
        if not self._queue.fifo_queue:
            return set()
        return {message.group_id for message in self._queue.pending_messages if not message.visible}

    def _receive(self) -> list[Any]:
        with self._moto.lock:
            for message in self._queue.messages:
                if message.id not in self._delayed and (delay := self._faults.delay()):
                    self._delayed.add(message.id)
                    message.visible_at = (time.time() + delay) * 1000
            received: list[Any] = self._backend.receive_message(
                self.name, self.spec.batch_size, 0, INVISIBLE_SECONDS, ["All"]
            )
            return received

    def _deliver(self, records: list[dict[str, Any]]) -> set[str]:
        """The ids of the messages that have to come back."""
        everything = {record["messageId"] for record in records}
        outcome = self._runtime.invoke(self.spec.function, json.dumps({"Records": records}).encode())
        if outcome.failed:
            return everything
        return failed_items(outcome.payload, everything) if self.spec.partial_failures else set()

    def _settle(self, messages: list[Any], failed: set[str]) -> None:
        with self._moto.lock:
            for message in messages:
                if message.id not in failed:
                    self._queue.delete_message(message.receipt_handle)
            now = time.time()
            for message in self._queue._messages:
                untouched = message.visible_at > (now + INVISIBLE_SECONDS / 2) * 1000
                if message.id in failed and untouched:
                    message.visible_at = (now + RETRY_SECONDS) * 1000

    def _record(self, message: Any) -> dict[str, Any]:
        attributes = {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        }
        if message.group_id is not None:
            attributes |= {"MessageGroupId": message.group_id, "SequenceNumber": str(message.sequence_number)}
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": attributes,
            "messageAttributes": {name: _attribute(value) for name, value in message.message_attributes.items()},
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": self.spec.source,
            "awsRegion": self._region,
        }


def failed_items(payload: bytes, everything: set[str]) -> set[str]:
    """The identifiers a function reports as failed; an answer Lambda cannot make sense of fails the whole batch."""
    answer = json.loads(payload)
    if answer in (None, "", {}):
        return set()
    if not isinstance(answer, dict):
        return everything
    try:
        failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or ()}
    except (KeyError, TypeError):
        return everything
    return min(failed, everything)


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    binary = value.get("BinaryValue")
    return {
        "dataType": value["DataType"],
        "stringValue": value.get("StringValue"),
        "binaryValue": base64.b64encode(binary).decode() if isinstance(binary, bytes) else binary,
        "stringListValues": [],
        "binaryListValues": [],
    }
