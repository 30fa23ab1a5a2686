"""The outbox on two tables, with a bus that tests can make fail, and everything it logs."""

import io
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from passerelle.contracts.companies import CompanyRegistered
from passerelle.observability import logger
from passerelle.store import Key, Table
from tests.support.aws import mocked_aws
from tests.support.slices import Slice, a_slice, make_table

TABLES = ("passerelle-test-companies", "passerelle-test-demands")


@dataclass
class FakeEvents:
    """A bus. `answer` decides per entry: an error code, or None to take it; it may raise for a whole call."""

    answer: Callable[[dict[str, Any]], str | None] = lambda entry: None
    calls: list[list[dict[str, Any]]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls.append(Entries)
        codes = [self.answer(entry) for entry in Entries]
        self.taken += [entry for entry, code in zip(Entries, codes, strict=True) if code is None]
        return {"Entries": [{"EventId": "x"} if code is None else {"ErrorCode": code} for code in codes]}

    @property
    def ids(self) -> Counter[str]:
        """How often each event was taken."""
        return Counter(json.loads(entry["Detail"])["id"] for entry in self.taken)


@dataclass
class Outbox:
    """The slice under test, its tables and its bus."""

    slice: Slice
    bus: FakeEvents

    def emit(self, count: int = 1, table: str = TABLES[0], note: str = "") -> list[str]:
        """Write event rows as a slice does; returns the event ids in that order."""
        ids = []
        for number in range(count):
            transaction = Table(table).begin()
            key = Key("cmp_a", "company", f"cmp_{number}")
            ids.append(transaction.emit(key, CompanyRegistered(company_id="cmp_a" + note), sequence=1).id)
            transaction.commit()
        return ids

    def rows(self, table: str = TABLES[0]) -> dict[str, dict[str, Any]]:
        """Event rows by event id."""
        pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        return {item["sk"]["S"].removeprefix("EVENT#"): item for page in pages for item in page["Items"]}

    def waiting(self, table: str = TABLES[0]) -> set[str]:
        """Ids of the event rows that are not cleared."""
        return {event_id for event_id, row in self.rows(table).items() if "unpublished" in row}

    def records(self, *ids: str, table: str = TABLES[0]) -> list[dict[str, Any]]:
        """The stream records of these rows, numbered from 1."""
        rows = self.rows(table)
        stream = f"arn:aws:dynamodb:eu-west-3:123456789012:table/{table}/stream/2026-03-01T00:00:00.000"
        return [
            {
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "eventSourceARN": stream,
                "dynamodb": {
                    "Keys": {"pk": rows[event_id]["pk"], "sk": rows[event_id]["sk"]},
                    "NewImage": rows[event_id],
                    "SequenceNumber": str(number),
                },
            }
            for number, event_id in enumerate(ids, start=1)
        ]

    def relay(self, records: list[dict[str, Any]], context: Any = None) -> list[str]:
        """Deliver a stream batch; returns the sequence numbers reported as failed."""
        answer = self.slice.handler.relay({"Records": records}, context)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def sweep(self, context: Any = None) -> None:
        """Run the sweep."""
        self.slice.handler.sweep({}, context)


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outbox]:
    monkeypatch.setattr("functions.outbox.transport.time.sleep", lambda _: None)
    with mocked_aws(), a_slice("outbox", bus_name="passerelle-test", table_names=", ".join(TABLES)) as running:
        for table in TABLES:
            make_table(table)
        bus = FakeEvents()
        running.handler.wire().bus._client = bus
        yield Outbox(running, bus)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, of any library, at the level that is deployed."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logger.registered_formatter)
    roots = (logging.getLogger(), logging.getLogger(logger.service))
    for root in roots:
        root.addHandler(handler)
    try:
        yield text
    finally:
        for root in roots:
            root.removeHandler(handler)
