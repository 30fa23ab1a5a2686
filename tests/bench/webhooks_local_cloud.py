"""The measurement on the local cloud: real functions, tables and queues, and receivers over HTTP on loopback.

Each fact is laid in the slice's queue as the bus would lay it; its delay ends when a receiver has verified its
signature. One receiver may take 14 s to answer, and one accept the connection and never answer: 15 s, then it is cut.
Ten processes of the function that tries are at hand, as many as the simulation has. The sweep runs once a minute.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from cdk.conformance.receiver import Receiver, serve
from cdk.demo.player import Player
from cdk.local.assembly import synthesise
from cdk.local.cloud import LocalCloud
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.agreements import MissionStarted
from passerelle.nomenclature import load_starter
from tests.bench.webhooks_simulation import HEALTHY, NEVER, WORKERS
from tests.support.surroundings import a_partner
from tests.support.world import STAGE

SWEEP = f"passerelle-{STAGE}-webhooks-sweep"
QUEUE = f"passerelle-{STAGE}-webhooks"
FIRST, LAST = date(2026, 12, 1), date(2027, 3, 31)
PATIENCE = 600.0
"""Seconds in which at least one healthy endpoint has to be told something, or the run is given up."""


class Endpoint(Receiver):
    """The sample receiver, which notes when it was told what; once it is `live` it takes its time to answer."""

    def __init__(self, takes: float) -> None:
        super().__init__("whsec_bm9uZSB5ZXQ=")
        self.takes, self.live, self.requests = takes, threading.Event(), 0
        self.came: dict[str, float] = {}

    def receive(self, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if self.live.is_set():
            self.requests += 1
            time.sleep(self.takes if self.takes < NEVER else NEVER + 1)
            if self.takes >= NEVER:
                raise SystemExit  # ends this connection's thread alone; its caller has gone
        return super().receive(headers, body)

    def handle(self, event: dict[str, Any]) -> None:
        super().handle(event)
        self.came[event["id"]] = time.monotonic()


@dataclass
class Waited:
    """What one run found: the seconds each healthy endpoint waited for each fact, and how many requests were made."""

    waits: list[float]
    requests: int


def measured(events: int, takes: Mapping[str, float], seconds_between: float) -> Waited:
    """Tell so many facts to endpoints that take so long to answer, until every healthy one has all of them."""
    with LocalCloud(synthesise(STAGE), concurrency=WORKERS) as cloud, ExitStack() as open_ones:
        player = Player(cloud, load_starter())
        endpoints = [Endpoint(seconds) for seconds in takes.values()]
        _registered(player, endpoints, open_ones)
        open_ones.enter_context(_swept(player))
        sent = _told(player, events, seconds_between)
        healthy = [one for one in endpoints if one.takes == HEALTHY]
        _until_all_have(healthy, events)
        waits = [one.came[name] - moment for one in healthy for name, moment in sent.items()]
        return Waited(waits, sum(one.requests for one in endpoints))


def _registered(player: Player, endpoints: Sequence[Endpoint], open_ones: ExitStack) -> None:
    """Each endpoint behind HTTP, registered and verified, and one fact told so that every process is warm."""
    partner = a_partner(player)
    for one in endpoints:
        server = serve(one)
        server.handle_error = _ignored  # a sick one answers when its caller has gone
        threading.Thread(target=server.serve_forever, daemon=True).start()
        open_ones.callback(server.shutdown)
        made = partner.post("/webhooks/endpoints", {"url": f"http://127.0.0.1:{server.server_address[1]}/hooks"})
        one.webhook = type(one.webhook)(made["secret"])
        partner.post(f"/webhooks/endpoints/{made['id']}/verification")
    _told(player, 1, 0)
    player.cloud.settle()
    for one in endpoints:
        one.came.clear()
        one.live.set()


def _ignored(*_connection: Any) -> None:
    """Say nothing on the terminal."""


def _told(player: Player, events: int, seconds_between: float) -> dict[str, float]:
    """Lay facts in the queue, one after the other; when each was laid there."""
    queues, begun, sent = player.cloud.boto("sqs"), time.monotonic(), {}
    url = queues.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    for number in range(events):
        time.sleep(max(0.0, begun + number * seconds_between - time.monotonic()))
        fact = _fact()
        sent[fact.id] = time.monotonic()
        queues.send_message(QueueUrl=url, MessageBody=json.dumps({"detail": json.loads(fact.model_dump_json())}))
    return sent


def _fact() -> Envelope:
    mission = clock.new_id("agr")
    event = MissionStarted(agreement_id=mission, lender="cmp_lender", host="cmp_host", start_date=FIRST, end_date=LAST)
    return Envelope(
        id=clock.new_id("evt"),
        type="MissionStarted",
        version=1,
        occurred_at=clock.now(),
        correlation_id="req_bench",
        causation_id="req_bench",
        tenant="cmp_lender",
        subject=mission,
        sequence=1,
        data=event.model_dump(mode="json"),
    )


@contextmanager
def _swept(player: Player) -> Iterator[None]:
    """The minute's schedule, in real time."""
    done = threading.Event()

    def every_minute() -> None:
        while not done.wait(60):
            player.cloud.schedule.fire(SWEEP)

    sweeping = threading.Thread(target=every_minute, daemon=True)
    sweeping.start()
    try:
        yield
    finally:
        done.set()
        sweeping.join()


def _until_all_have(endpoints: Sequence[Endpoint], events: int) -> None:
    told, since = 0, time.monotonic()
    while told < events * len(endpoints):
        now = sum(len(one.came) for one in endpoints)
        if now > told:
            told, since = now, time.monotonic()
        elif time.monotonic() > since + PATIENCE:
            raise TimeoutError(
                f"nothing for {PATIENCE:.0f} s: {sorted(len(one.came) for one in endpoints)} of {events}"
            )
        time.sleep(0.2)
