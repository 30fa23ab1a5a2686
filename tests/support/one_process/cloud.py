"""The whole platform in this process: every slice's own handlers, wired by their pages, over stores kept in memory.

It stands in for the local cloud where thousands of steps are played: a step takes milliseconds. Requests pass the real
authorizer's decision, the real routes and the real access rules; facts go from each slice's outbox to every slice whose
page subscribes to them, in the order they were written. Time and ids are counted, not drawn: two worlds in which the
same happens give the same ids at the same instants. What it stands in for is held against the local cloud by a journey
that ends alike on both (tests/journeys).

    with one_process() as cloud:
        world = cloud.world                     # what is kept: may be copied, set aside and taken up again
"""

import hashlib
import importlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
import requests

from cdk.constructs.function import environment_of
from cdk.constructs.slice import Slice
from cdk.local.mailbox import Mail
from cdk.settings import stage_settings
from cdk.slices import pages
from functions.companies.authorizing import Unauthorized
from passerelle import clock, consuming
from passerelle.contracts import Envelope
from passerelle.observability import logger
from tests.support.one_process.engine import Documents, Engine
from tests.support.one_process.rows import Rows, Tables
from tests.support.one_process.services import Door, Files, Keys, Outside, Post, Queues, Secrets

START = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
_STAGE = stage_settings("local")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_TRIES = 5
_NOBODY: Mapping[str, Any] = {}
"""Whom the authorizer refused: the gateway answers him."""


@dataclass
class World:
    """All that is kept, and what time it is."""

    tables: Tables
    documents: Documents = field(default_factory=dict)
    outside: Outside = field(default_factory=Outside)
    told: list[tuple[str, tuple[str, str]]] = field(default_factory=list)
    """Facts that nobody has been told yet: the table and the key of their rows."""
    events: list[Envelope] = field(default_factory=list)
    """Every fact told so far."""
    log: str = ""
    now: datetime = START
    drawn: int = 0
    users: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Subject and groups by token."""

    def copy(self) -> "World":
        """The same again, to go another way."""
        return World(
            {name: dict(rows) for name, rows in self.tables.items()},
            dict(self.documents),
            self.outside.copy(),
            list(self.told),
            list(self.events),
            self.log,
            self.now,
            self.drawn,
            dict(self.users),
        )


class Cloud:
    """The slices of the application. `world` is the one that they work on; another one may be put in its place."""

    def __init__(self) -> None:
        self._pages: dict[str, Slice] = {page.name: page for page in pages(_STAGE)}
        self.handlers: dict[str, ModuleType] = {
            name: importlib.import_module(f"functions.{name}.handler") for name in self._pages if name != "outbox"
        }
        self.world = World({name: {} for name in self._table_names()})
        self.api_url = "https://passerelle.example"
        self.users = SimpleNamespace(create=self._create_user)
        self.clock = SimpleNamespace(advance=self.advance)
        self.schedule = SimpleNamespace(fire=self.fire)
        self.mailbox = Mailbox(self)
        self.session = Session(self)

    def wire(self, patch: pytest.MonkeyPatch) -> None:
        """Open every slice's edges on the stores of this cloud."""
        rows = Rows(lambda: self.world.tables, self._written)
        clients = {
            "dynamodb": rows,
            "kms": Keys(lambda: self.world.outside),
            "s3": Files(lambda: self.world.outside),
            "sesv2": Post(lambda: self.world.outside),
            "sqs": Queues(lambda: self.world.outside),
            "lambda": Door(lambda question, context: self.handlers["identities"].reveal(question, context)),
            "secretsmanager": Secrets(),
        }
        patch.setattr(boto3, "client", lambda service, **_: clients[service])
        patch.setattr(self.handlers["matching"], "connect", lambda endpoint: Engine(lambda: self.world.documents))
        patch.setattr(clock, "now", lambda: self.world.now)
        patch.setattr(clock, "new_id", self._new_id)
        patch.setattr(clock, "new_secret", lambda: self._digits(43))
        consuming._sqs.cache_clear()
        for name, module in self.handlers.items():
            with pytest.MonkeyPatch.context() as environment:
                for variable, value in environment_of(self._pages[name], _STAGE).items():
                    environment.setenv(variable, value)
                if hasattr(module, "wire"):
                    module.wire.cache_clear()
                    module.wire()
        self.boto = lambda service: clients[service]

    def unwire(self) -> None:
        """Leave nothing wired behind."""
        consuming._sqs.cache_clear()
        for module in self.handlers.values():
            if hasattr(module, "wire"):
                module.wire.cache_clear()

    def settle(self) -> None:
        """Tell every fact that has not been told yet, to everybody who listens, until there is none."""
        again: Counter[tuple[str, str]] = Counter()
        waiting: list[tuple[str, Envelope]] = []
        while self.world.told or waiting:
            if self.world.told:
                for slice_name, envelope in self._relay():
                    self._deliver(slice_name, envelope, waiting, again)
            else:
                late, waiting = waiting, []
                for slice_name, envelope in late:
                    self._deliver(slice_name, envelope, waiting, again)

    def advance(self, **by: float) -> None:
        """Time goes by."""
        self.world.now += timedelta(**by)

    def fire(self, schedule: str) -> None:
        """One schedule comes round; it is named `<prefix>-<slice>-<entry>`."""
        _, _, name, entry = schedule.split("-")
        with self._logged():
            getattr(self.handlers[name], entry)({}, None)

    def run_schedules(self) -> None:
        """Everything that runs by the clock runs once."""
        for name, page in self._pages.items():
            for entry in page.entries:
                if entry.every and name not in ("outbox", "webhooks"):
                    with self._logged():
                        getattr(self.handlers[name], entry.name)({}, None)
        self.settle()

    def logs(self) -> str:
        """Everything that the functions wrote."""
        return self.world.log

    def call(self, method: str, url: str, sent: Mapping[str, str], body: Any, query: Mapping[str, Any]) -> Any:
        """One request through authorizer and routes: the proxy integration's answer."""
        self.advance(seconds=1)
        parts = urlsplit(url)
        given = {**dict(parse_qsl(parts.query)), **{name: str(value) for name, value in query.items()}}
        (_, slice_name, *_) = parts.path.split("/")
        slice_name = "portal" if slice_name in ("openapi.json", "") else slice_name
        text = None if body is None else json.dumps(body)
        headers = {**({"Content-Type": "application/json"} if text else {}), **sent}
        event = {
            "resource": "/{proxy+}",
            "path": parts.path,
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": given or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in given.items()} or None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "requestId": self._new_id("aws"),
                "path": parts.path,
                "httpMethod": method,
                "stage": "api",
                "identity": {"sourceIp": "127.0.0.1"},
                "authorizer": self._admitted(parts.path, headers),
            },
            "body": text,
            "isBase64Encoded": False,
        }
        if event["requestContext"]["authorizer"] is _NOBODY:
            return {"statusCode": 401, "headers": {}, "body": ""}
        with self._logged():
            return self.handlers[slice_name].api(event, None)

    def _admitted(self, path: str, headers: Mapping[str, str]) -> Mapping[str, Any] | None:
        if any(path == public or path.startswith(f"{public}/") for public in self._public()):
            return None
        companies = self.handlers["companies"]
        lower = {name.lower(): value for name, value in headers.items()}
        try:
            wired = companies.wire()
            tokens = SimpleNamespace(claims=self._claims)
            actor = companies.actor_of(lower, wired.companies, tokens, wired.key_prefix)
        except Unauthorized:
            return _NOBODY
        context: Mapping[str, Any] = companies.policy(actor, "api/stage")["context"]
        return context

    def _public(self) -> Iterator[str]:
        for page in self._pages.values():
            yield from page.public_paths

    def _claims(self, token: str) -> Mapping[str, Any]:
        subject, groups = self.world.users[token]
        return {"sub": subject, "cognito:groups": groups}

    def _create_user(self, email: str, groups: tuple[str, ...] = ()) -> SimpleNamespace:
        token = f"token-{len(self.world.users)}"
        self.world.users[token] = (f"user-{len(self.world.users)}", tuple(groups))
        return SimpleNamespace(email=email, access_token=token)

    def _relay(self) -> Iterator[tuple[str, Envelope]]:
        table, key = self.world.told.pop(0)
        row = self.world.tables[table].get(key)
        if row is None:
            return
        self.world.tables[table][key] = {name: value for name, value in row.items() if name != "unpublished"}
        envelope = Envelope.from_json(row["envelope"]["S"])
        self.world.events.append(envelope)
        for name, page in self._pages.items():
            if any(event.__name__ == envelope.type for event in page.subscriptions):
                yield name, envelope

    def _deliver(
        self, name: str, envelope: Envelope, waiting: list[tuple[str, Envelope]], again: Counter[tuple[str, str]]
    ) -> None:
        attempt = again[name, envelope.id] = again[name, envelope.id] + 1
        record = {
            "messageId": envelope.id,
            "receiptHandle": "AQEB",
            "body": json.dumps({"detail": json.loads(envelope.model_dump_json())}),
            "attributes": {"ApproximateReceiveCount": str(attempt)},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-west-3:123456789012:{name}",
            "awsRegion": "eu-west-3",
        }
        with self._logged():
            answer = self.handlers[name].events({"Records": [record]}, None)
        if not answer["batchItemFailures"]:
            return
        if attempt < _TRIES:
            waiting.append((name, envelope))
        else:
            self.world.outside.queued.append(f"{name}: {envelope.model_dump_json()}")

    def _written(self, table: str, row: Mapping[str, Any]) -> None:
        if "unpublished" in row:
            self.world.told.append((table, (row["pk"]["S"], row["sk"]["S"])))

    def _table_names(self) -> Iterator[str]:
        yield from map(_STAGE.table, ("classes", "identities-keys", "nomenclatures"))
        yield from (_STAGE.table(name) for name, page in self._pages.items() if page.has_table and name != "outbox")

    def _new_id(self, prefix: str) -> str:
        return f"{prefix}_{self._digits(20)}"

    def _digits(self, length: int) -> str:
        self.world.drawn += 1
        raw = hashlib.sha512(str(self.world.drawn).encode()).digest()
        return "".join(_ALPHABET[byte % 32] for byte in raw[:length])

    @contextmanager
    def _logged(self) -> Iterator[None]:
        """What functions print meanwhile, metrics included, is kept as their log."""
        heard = io.StringIO()
        handlers = [one for one in logger.handlers if hasattr(one, "setStream")]
        before = [one.setStream(heard) for one in handlers]
        try:
            with redirect_stdout(heard):
                yield
        finally:
            for one, stream in zip(handlers, before, strict=True):
                one.setStream(stream)
            self.world.log += heard.getvalue()


class Mailbox:
    """Every mail sent so far in the present world, as `cdk.local.mailbox` shows them."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def __iter__(self) -> Iterator[Mail]:
        return iter(list(self._cloud.world.outside.mails))

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self if address in mail.to]


class Session:
    """What `requests.Session` is to a caller: here a request is a call."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], json: Any = None, params: Any = None, **_: Any
    ) -> requests.Response:
        answer = self._cloud.call(method, url, headers, json, params or {})
        reply = requests.Response()
        reply.status_code = answer["statusCode"]
        reply._content = (answer.get("body") or "").encode()
        reply.encoding = "utf-8"
        reply.headers.update(answer.get("headers") or {})
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            reply.headers[name] = values[0]
        return reply


@contextmanager
def one_process() -> Iterator[Cloud]:
    """The platform, empty."""
    with pytest.MonkeyPatch.context() as patch:
        cloud = Cloud()
        cloud.wire(patch)
        try:
            yield cloud
        finally:
            cloud.unwire()
