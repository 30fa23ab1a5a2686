"""A DynamoDB stream read on behalf of a function: filters, retries, bisection, and the record of what was given up.

A batch that fails blocks those behind it until it succeeds, is bisected, or has used up its retries, as on AWS.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

from cdk.local.deployment import MappingSpec
from cdk.local.faults import Faults
from cdk.local.filters import matches
from cdk.local.lambda_runtime import Runtime
from cdk.local.moto_server import Moto
from cdk.local.queues import failed_items

FIRST_BACKOFF = 0.02
LONGEST_BACKOFF = 0.5


class StreamSource:
    """Delivers the records of one table's stream, oldest first. `off` stops it, as a disabled mapping does."""

    readers = 1
    needed = (
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:DescribeStream",
        "dynamodb:ListStreams",
    )

    def __init__(self, spec: MappingSpec, moto: Moto, region: str, runtime: Runtime, faults: Faults) -> None:
        self.spec = spec
        self.name = spec.source.split("/")[1]
        self.off = False
        self._moto = moto
        self._region = region
        self._shard = moto.backend("dynamodb", region).get_table(self.name).stream_shard
        self._backend = moto.backend("sqs", region)
        self._runtime = runtime
        self._faults = faults
        self._position = 0
        self._closed = False

    def due(self) -> int:
        """For how many readers records wait: one at most. Called under moto's lock."""
        return int(not self.off and self._position < len(self._shard.items))

    def next_due(self) -> float | None:
        """Streams have no hidden records."""
        return None

    def backlog(self) -> int:
        """How many records wait or are being handled; none when the stream is off."""
        return 0 if self.off else len(self._shard.items) - self._position

    def lose(self) -> int:
        """Drops what waits, as a stream does after 24 hours; how many records that was."""
        with self._moto.lock:
            lost = len(self._shard.items) - self._position
            self._position = len(self._shard.items)
            return lost

    def close(self) -> None:
        """Gives up retrying."""
        self._closed = True

    def work(self) -> None:
        """Delivers until the end of the stream."""
        while not self.off and (batch := self._next_batch()):
            if delay := self._faults.delay():
                time.sleep(delay)
                batch = self._next_batch() or batch  # whoever reads late reads more at once
            taken, records = batch
            ordered = self._faults.interleave(records, [json.dumps(r["dynamodb"]["Keys"]) for r in records])
            self._deliver(ordered)
            if ordered and self._faults.duplicates_batch():
                self._invoke(ordered)
            with self._moto.lock:
                self._position += taken

    def _next_batch(self) -> tuple[int, list[dict[str, Any]]] | None:
        """How many records of the stream are taken, and those of them that pass the filters."""
        with self._moto.lock:
            waiting = self._shard.items[self._position :]
            taken, records = 0, []
            for item in waiting:
                taken += 1
                record = self._record(item.record)
                if not self.spec.filters or any(matches(pattern, record) for pattern in self.spec.filters):
                    records.append(record)
                if len(records) == self.spec.batch_size:
                    break
        return (taken, records) if taken else None

    def _record(self, record: dict[str, Any]) -> dict[str, Any]:
        """moto's record as Lambda hands it over."""
        created: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
        return {
            **record,
            "eventVersion": "1.1",
            "awsRegion": self._region,
            "eventSourceARN": self.spec.source,
            "dynamodb": {**record["dynamodb"], "ApproximateCreationDateTime": int(created.timestamp())},
        }

    def _deliver(self, records: list[dict[str, Any]]) -> None:
        failures = 0
        while records and not self._closed and not self.off:
            first_failed = self._invoke(records)
            if first_failed is None:
                return
            records = records[first_failed:]
            if self.spec.bisect and len(records) > 1:
                middle = len(records) // 2
                self._deliver(records[:middle])
                self._deliver(records[middle:])
                return
            failures += 1
            if 0 <= self.spec.retries < failures:
                self._give_up(records, failures)
                return
            time.sleep(min(FIRST_BACKOFF * 2**failures, LONGEST_BACKOFF))

    def _invoke(self, records: list[dict[str, Any]]) -> int | None:
        """The position of the first record that failed, or None."""
        if not records:
            return None
        outcome = self._runtime.invoke(self.spec.function, json.dumps({"Records": records}).encode())
        if outcome.failed:
            return 0
        if not self.spec.partial_failures:
            return None
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        failed = failed_items(outcome.payload, set(numbers))
        return min(map(numbers.index, failed)) if failed else None

    def _give_up(self, records: list[dict[str, Any]], attempts: int) -> None:
        """Sends the metadata of abandoned records, never the records, to the failure destination."""
        if self.spec.failure_queue is None:
            return
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        body = {
            "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": attempts},
            "version": "1.0",
            "DDBStreamBatchInfo": {
                "shardId": self._shard.id,
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(records),
                "streamArn": self.spec.source,
            },
        }
        with self._moto.lock:
            self._backend.send_message(self.spec.failure_queue.rpartition(":")[2], json.dumps(body))
