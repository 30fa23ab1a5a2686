"""A slice on its own: its handlers called as Lambda would call them, on a table in moto.

with a_slice("demands", stage="test") as demands:          # table, queues, environment
    answer = demands.call("POST", "/demands", body={...}, actor=a_company("cmp_a"))
    demands.deliver(an_envelope(DemandOpened(...), tenant="cmp_a", subject="dem_1"))
    assert demands.facts(DemandOpened)                      # what it recorded in its outbox
"""

import base64
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from passerelle import clock
from passerelle.access import SCOPES_OF, Actor, MemberRole, Role
from passerelle.classes import Classes, budgets
from passerelle.contracts import Envelope, Event
from tests.support.aws import client, mocked_aws

CLASSES = "passerelle-test-classes"
NOMENCLATURES = "passerelle-test-nomenclatures"
EDITIONS = "passerelle-test-vocabulary"
UNMASKED = {
    "CLASSES_TABLE_NAME": CLASSES,
    "MIN_MEMBERS": "0",
    "MIN_LENDERS": "0",
    "MAX_LENDER_SHARE": "100",
    "PUBLICATION_HOURS": "0",
}
"""A slice alone has nobody to count: every class is large enough, unless a test says what it must be."""

UNHURRIED = {"requests_per_second": "1000", "requests_at_once": "10000"}
"""A pace that no test reaches unless it says so."""


def a_company(
    tenant: str = "cmp_lender",
    *,
    active: bool = True,
    subject: str = "usr_1",
    role: MemberRole = MemberRole.OWNER,
    member: str = "mbr_1",
) -> Actor:
    """A user acting for a company, as its owner unless said otherwise."""
    return Actor(Role.COMPANY, subject, tenant, active, SCOPES_OF[role], member=member)


def a_machine(tenant: str = "cmp_lender", *scopes: str, active: bool = True) -> Actor:
    """A company's machine with these scopes."""
    return Actor(Role.MACHINE, "key_1", tenant, active, frozenset(scopes))


def a_user(subject: str = "usr_1") -> Actor:
    """A signed-in person without a company."""
    return Actor(Role.USER, subject)


def an_adviser(subject: str = "usr_adviser") -> Actor:
    """An adviser of the territory."""
    return Actor(Role.ADVISER, subject)


def an_operator(subject: str = "usr_operator") -> Actor:
    """An operator of the platform."""
    return Actor(Role.OPERATOR, subject)


def an_envelope(event: Event, *, tenant: str, subject: str, sequence: int = 1, **other: Any) -> Envelope:
    """An event as it would arrive."""
    values: dict[str, Any] = {
        "id": clock.new_id("evt"),
        "type": type(event).__name__,
        "version": event.version,
        "occurred_at": datetime.now(UTC),
        "correlation_id": "req_test",
        "causation_id": "req_test",
        "tenant": tenant,
        "subject": subject,
        "sequence": sequence,
        "data": event.model_dump(mode="json"),
    }
    return Envelope(**(values | other))


@dataclass(frozen=True)
class Reply:
    """An HTTP answer of a slice."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        """The JSON inside."""
        return json.loads(self.text)


@dataclass
class Slice:
    """One slice under test."""

    name: str
    handler: Any
    table_name: str
    dead_letters: str
    _keys: int = field(default=0)

    def call(
        self,
        method: str,
        path: str,
        *,
        actor: Actor | None = None,
        body: Any = None,
        raw: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Reply:
        """One HTTP request, with a fresh Idempotency-Key for a POST unless one is given. Raw bytes travel in base64."""
        self._keys += 1
        sent = {"Content-Type": "application/json"}
        if method == "POST":
            sent["Idempotency-Key"] = key or f"test-key-{self._keys:06d}"
        sent |= headers or {}
        text = raw if raw is not None else None if body is None else json.dumps(body)
        in_base64 = isinstance(text, bytes)
        event = {
            "resource": "/{proxy+}",
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": dict(query) if query else None,
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} if query else None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "requestId": "test",
                "path": path,
                "httpMethod": method,
                "stage": "test",
                "identity": {"sourceIp": "127.0.0.1"},
                "authorizer": _context(actor),
            },
            "body": base64.b64encode(text).decode() if isinstance(text, bytes) else text,
            "isBase64Encoded": in_base64,
        }
        answer = self.handler.api(event, None)
        answered = dict(answer.get("headers") or {})
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            answered.setdefault(name, values[0])
        return Reply(answer["statusCode"], answered, answer.get("body") or "")

    def deliver(self, *envelopes: Envelope, times: int = 1) -> list[str]:
        """Deliver events through the queue entry; returns the ids of messages that failed and would come again."""
        failed: list[str] = []
        for _ in range(times):
            records = [
                {
                    "messageId": envelope.id,
                    "receiptHandle": "AQEB",
                    "body": json.dumps({"detail": json.loads(envelope.model_dump_json())}),
                    "attributes": {"ApproximateReceiveCount": "1"},
                    "messageAttributes": {},
                    "eventSource": "aws:sqs",
                    "eventSourceARN": f"arn:aws:sqs:eu-west-3:123456789012:{self.name}",
                    "awsRegion": "eu-west-3",
                }
                for envelope in envelopes
            ]
            answer = self.handler.events({"Records": records}, None)
            failed += [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        return failed

    def envelopes(self, event: type[Event] | None = None) -> list[Envelope]:
        """What the slice recorded in its outbox, of this class if given, oldest version first."""
        rows = client("dynamodb").scan(TableName=self.table_name)["Items"]
        found = [Envelope.from_json(row["envelope"]["S"]) for row in rows if "envelope" in row]
        chosen = [envelope for envelope in found if event is None or envelope.type == event.__name__]
        return sorted(chosen, key=lambda envelope: (envelope.occurred_at, envelope.sequence))

    def facts(self, event: type[Event]) -> list[Any]:
        """The typed events of this class that the slice recorded."""
        return [envelope.event() for envelope in self.envelopes(event)]

    def rows(self) -> list[dict[str, Any]]:
        """Every row of the table, as DynamoDB holds it."""
        return list(client("dynamodb").scan(TableName=self.table_name)["Items"])

    def publish(self) -> None:
        """What the relay does: nothing of the outbox waits any more."""
        dynamodb = client("dynamodb")
        for row in self.rows():
            if "unpublished" in row:
                key = {"pk": row["pk"], "sk": row["sk"]}
                dynamodb.update_item(TableName=self.table_name, Key=key, UpdateExpression="REMOVE unpublished")

    def set_aside(self) -> list[dict[str, Any]]:
        """The messages in the dead-letter queue, with their reasons."""
        answer = client("sqs").receive_message(
            QueueUrl=self.dead_letters, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return list(answer.get("Messages", []))


def _context(actor: Actor | None) -> dict[str, Any] | None:
    if actor is None or actor.role is Role.PUBLIC:
        return None
    return {
        "role": actor.role.value,
        "subject": actor.subject,
        "tenant": actor.tenant,
        "active": "true" if actor.active else "false",
        "scopes": " ".join(sorted(actor.scopes)),
        "wait": str(actor.wait),
        "member": actor.member,
    }


def the_classes() -> Classes:
    """The ledger of classes of the slice under test."""
    return Classes(CLASSES, budgets(5, 3, 60))


@contextmanager
def a_slice(name: str, **environment: str) -> Iterator[Slice]:
    """A slice with a table, a queue and a dead-letter queue in moto; further environment variables by name."""
    with mocked_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
        table_name = f"passerelle-test-{name}"
        make_table(table_name)
        if CLASSES not in client("dynamodb").list_tables()["TableNames"]:
            make_table(CLASSES)
            make_table(NOMENCLATURES)
        sqs = client("sqs")
        queue = sqs.create_queue(QueueName=f"passerelle-test-{name}")["QueueUrl"]
        dead_letters = sqs.create_queue(QueueName=f"passerelle-test-{name}-dlq")["QueueUrl"]
        defaults = {
            "STAGE": "test",
            "TABLE_NAME": table_name,
            "QUEUE_URL": queue,
            "DEAD_LETTER_QUEUE_URL": dead_letters,
            **UNMASKED,
            "VOCABULARY_TABLE": NOMENCLATURES,
            "VOCABULARY_BUCKET": EDITIONS,
        }
        for variable, value in (defaults | {key.upper(): value for key, value in environment.items()}).items():
            patch.setenv(variable, value)
        yield Slice(name, fresh_handler(name), table_name, dead_letters)


def fresh_handler(name: str) -> Any:
    """The slice's handler module with nothing wired yet."""
    module = importlib.import_module(f"functions.{name}.handler")
    module.wire.cache_clear()
    consuming = sys.modules.get("passerelle.consuming")
    if consuming is not None:
        consuming._sqs.cache_clear()
    return module


def make_table(table_name: str) -> None:
    """A table of the one shape that all slices share."""
    client("dynamodb").create_table(
        TableName=table_name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in ("pk", "sk", "gsi_pk", "gsi_sk", "unpublished")
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "listing",
                "KeySchema": [
                    {"AttributeName": "gsi_pk", "KeyType": "HASH"},
                    {"AttributeName": "gsi_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "unpublished",
                "KeySchema": [
                    {"AttributeName": "unpublished", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
