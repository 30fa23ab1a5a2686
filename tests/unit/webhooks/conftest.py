"""The webhooks slice with partners who answer as the test says, a queue that is worked off by hand, and a clock."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import boto3
import pytest
from standardwebhooks import Webhook

from functions.webhooks.model.deliveries import Answer
from passerelle import clock
from passerelle.access import Actor, Role
from passerelle.contracts import Envelope, Event
from passerelle.contracts.base import Programme
from passerelle.contracts.cards import Area, DemandCard, ExperienceBand, Shift, WorkingTime
from passerelle.contracts.demands import DemandClosed, DemandOpened
from passerelle.contracts.partners import PartnerEnded, PartnerRecorded, Territory
from tests.support.slices import Slice, a_slice, an_envelope

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PROGRAMMES = get_args(Programme)
HERE, OTHER_PARTNER = "ptn_territory", "ptn_other"
AREAS = {
    "76": Area(level="department", code="76"),
    "27": Area(level="department", code="27"),
    "Le Havre": Area(level="epci", code="200084952"),
    "Rouen": Area(level="epci", code="200023414"),
    "Normandie": Area(level="region", code="28"),
}


def a_partner(tenant: str = HERE, *scopes: str) -> Actor:
    """A partner organisation's key, with every scope unless some are named."""
    return Actor(Role.PARTNER, "key_1", tenant, True, frozenset(scopes or ("webhooks:read", "webhooks:write")))


@dataclass
class Message:
    """One message as an endpoint received it."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass
class Outside:
    """The partners' endpoints: what each received, and how each answers (200 unless the test says otherwise)."""

    messages: list[Message] = field(default_factory=list)
    answers: dict[str, Callable[[Message], Answer]] = field(default_factory=dict)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        message = Message(url, dict(headers), body, clock.now())
        self.messages.append(message)
        if url in self.answers:
            return self.answers[url](message)
        if message.said["type"] == "EndpointVerification":
            return Answer(status=200, body=json.dumps({"challenge": message.said["data"]["challenge"]}).encode())
        return Answer(status=204)

    def answer(self, url: str, answer: Answer | None) -> None:
        """From now on this endpoint gives this answer; None: as usual."""
        if answer is None:
            self.answers.pop(url, None)
        else:
            self.answers[url] = lambda _message: answer

    def told(self, url: str) -> list[Message]:
        """The facts this endpoint was told, challenges left out."""
        return [one for one in self.messages if one.url == url and one.said["type"] != "EndpointVerification"]

    def ids(self, url: str) -> list[str]:
        return [one.id for one in self.told(url)]


@dataclass
class House:
    """The slice, the outside and the clock."""

    slice: Slice
    outside: Outside
    queue_url: str
    time: datetime = START

    def endpoint(self, url: str, *, actor: Actor | None = None, verified: bool = True, **other: Any) -> dict[str, Any]:
        """A registered endpoint as its partner sees it, secret included."""
        actor = actor or a_partner()
        made = self.slice.call("POST", "/webhooks/endpoints", actor=actor, body={"url": url, **other})
        assert made.status == 201, made.text
        if verified:
            done = self.call("POST", made.body["id"], "/verification", actor=actor)
            assert done.status == 200, done.text
        return dict(made.body)

    def call(self, method: str, endpoint_id: str, path: str = "", *, actor: Actor | None = None, **how: Any) -> Any:
        return self.slice.call(method, f"/webhooks/endpoints/{endpoint_id}{path}", actor=actor or a_partner(), **how)

    def tell(self, *envelopes: Envelope) -> None:
        """Facts arrive, and what they lead to is tried."""
        assert self.slice.deliver(*envelopes) == []
        self.work()

    def work(self) -> int:
        """Work off the queue; returns how many deliveries it handed over."""
        done = 0
        while self.work_one():
            done += 1
        return done

    def work_one(self) -> bool:
        """Try what the queue hands over first, if it has anything."""
        sqs = boto3.client("sqs")
        found = sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=1, VisibilityTimeout=600)
        for message in found.get("Messages", ()):
            record = {"messageId": message["MessageId"], "body": message["Body"]}
            assert self.slice.handler.attempt({"Records": [record]}, None) == {"batchItemFailures": []}
            sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return "Messages" in found

    def pass_time(self, step: timedelta = timedelta(minutes=1), times: int = 1) -> None:
        """Time passes in steps; after each the sweep runs, and what it hands over is tried."""
        for _ in range(times):
            self.time += step
            self.slice.handler.sweep({}, None)
            self.work()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    outside = Outside()
    monkeypatch.setattr("functions.webhooks.handler.Transport", lambda _host: outside)
    with a_slice("webhooks", attempts_queue_url="later", secrets_key_id="alias/test-webhooks") as one:
        key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        boto3.client("kms").create_alias(AliasName="alias/test-webhooks", TargetKeyId=key)
        queue = boto3.client("sqs").create_queue(QueueName="attempts.fifo", Attributes={"FifoQueue": "true"})
        monkeypatch.setenv("ATTEMPTS_QUEUE_URL", queue["QueueUrl"])
        one.handler.wire.cache_clear()
        found = House(one, outside, queue["QueueUrl"])
        monkeypatch.setattr(clock, "now", lambda: found.time)
        assert one.deliver(recorded(HERE, 1), recorded(OTHER_PARTNER, 1)) == []
        yield found


def recorded(partner: str, sequence: int, *territories: str, programmes: tuple[str, ...] = PROGRAMMES) -> Envelope:
    """That an organisation acts in these programmes (all unless said) and territories, `level:code` (none: all)."""
    places = tuple(Territory(level=level, code=code) for level, code in (one.split(":") for one in territories))
    fact = PartnerRecorded(partner_id=partner, programmes=programmes, territories=places)
    return an_envelope(fact, tenant=partner, subject=partner, sequence=sequence)


def ended(partner: str, sequence: int) -> Envelope:
    return an_envelope(PartnerEnded(partner_id=partner), tenant=partner, subject=partner, sequence=sequence)


def a_card(place: str = "76") -> DemandCard:
    return DemandCard(
        occupation="H2909",
        must_skills=(),
        wished_skills=(),
        experience=ExperienceBand.FROM_3_TO_5,
        area=AREAS[place],
        first_month="2027-01",
        last_month="2027-04",
        working_time=WorkingTime.FULL_TIME,
        shift=Shift.DAY,
        headcount=1,
    )


def opened(demand_id: str = "dem_1", sequence: int = 2, place: str = "76", **other: Any) -> Envelope:
    return told(DemandOpened(demand_id=demand_id, card=a_card(place)), demand_id, sequence, **other)


def closed(demand_id: str = "dem_1", sequence: int = 3, **other: Any) -> Envelope:
    return told(DemandClosed(demand_id=demand_id, outcome="filled"), demand_id, sequence, **other)


def told(event: Event, subject: str, sequence: int = 1, **other: Any) -> Envelope:
    when = {"occurred_at": clock.now(), "correlation_id": "req_story"}
    return an_envelope(event, tenant="cmp_secret_tenant", subject=subject, sequence=sequence, **(when | other))


def verified_by_the_official_library(secret: str, message: Message, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the `standardwebhooks` package makes of a message; its own clock is set to the house's."""
    moment = message.at

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "datetime":
            return moment

    with monkeypatch.context() as patch:
        patch.setattr("standardwebhooks.webhooks.datetime", Then)
        return Webhook(secret).verify(message.body, dict(message.headers))
