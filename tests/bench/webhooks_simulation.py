"""The measurement without a machine in it: the slice's own use cases on a simulated queue, table and clock.

The queue gives each endpoint a lane of its own, as a FIFO queue does by message group, and hands over to ten functions
at a time; five facts arrive each second. Time is simulated; what runs is `functions.webhooks.logic`. A try reads the
state when it begins and writes when it ends; no other try of the same endpoint runs in between.
`tests/unit/webhooks/test_webhooks_simulation.py` runs it on the slice's own table as well, to the same figures.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from functions.webhooks.logic import Due, Ports, sweeping, telling, trying
from functions.webhooks.model.deliveries import Answer, Delivery
from functions.webhooks.model.endpoints import Endpoint, Health, State
from functions.webhooks.model.notices import Entry, Notice, Placed, position_of
from functions.webhooks.model.remits import Filters, Remit
from passerelle import clock
from passerelle.store import Key, Stored, VersionConflict

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORKERS = 10
PER_SECOND = 5
OVERHEAD = 0.02
PARTNER = "ptn_1"
HEALTHY, SLOW, NEVER = 0.05, 14.0, 15.0


class Change:
    """A transaction: what it writes is written together, or not at all when a version differs."""

    def __init__(self, store: Memory) -> None:
        self._store = store
        self._writes: list[tuple[dict[str, Stored[Any]], str, Any, int]] = []

    def put(self, rows: dict[str, Stored[Any]], name: str, value: Any, version: int) -> None:
        self._writes.append((rows, name, value, version))

    def emit(self, *_fact: Any, **_more: Any) -> None:
        """Facts go nowhere here."""

    def commit(self) -> None:
        for rows, name, _, version in self._writes:
            if (rows[name].version if name in rows else 0) != version - 1:
                raise VersionConflict(name)
        for rows, name, value, version in self._writes:
            rows[name] = Stored(value, version)
            if isinstance(value, Delivery):
                self._store.note_due(name, value)


@dataclass
class Memory:
    """The slice's table in memory: what `logic.Store` asks for, less what this run does not use."""

    all_endpoints: dict[str, Stored[Any]] = field(default_factory=dict)
    healths: dict[str, Stored[Any]] = field(default_factory=dict)
    known: dict[str, Stored[Any]] = field(default_factory=dict)
    remits: dict[str, Stored[Any]] = field(default_factory=dict)
    entries: dict[str, Stored[Any]] = field(default_factory=dict)
    deliveries: dict[str, Stored[Any]] = field(default_factory=dict)
    dues: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)

    def begin(self) -> Change:
        return Change(self)

    def endpoint(self, _partner: str, endpoint_id: str) -> Stored[Endpoint] | None:
        return self.all_endpoints.get(endpoint_id)

    def endpoints(self) -> Iterator[Stored[Endpoint]]:
        return iter(list(self.all_endpoints.values()))

    def save_endpoint(self, change: Change, endpoint: Endpoint, version: int) -> Key:
        change.put(self.all_endpoints, endpoint.id, endpoint, version)
        return Key(endpoint.partner, "endpoint", endpoint.id)

    def remit(self, partner: str) -> Stored[Remit]:
        return self.remits.get(partner) or Stored(Remit(partner=partner), 0)

    def save_remit(self, change: Change, remit: Remit, version: int) -> None:
        change.put(self.remits, remit.partner, remit, version)

    def health(self, endpoint_id: str) -> Stored[Health]:
        return self.healths.get(endpoint_id) or Stored(Health(), 0)

    def save_health(self, change: Change, endpoint_id: str, health: Health, version: int) -> None:
        change.put(self.healths, endpoint_id, health, version)

    def resource(self, subject: str) -> Stored[Any] | None:
        return self.known.get(subject)

    def save_resource(self, change: Change, resource: Any, replacing: int) -> None:
        change.put(self.known, resource.notice.subject, resource, replacing + 1)

    def held(self) -> Sequence[Any]:
        return ()

    def replays(self) -> Sequence[Any]:
        return ()

    def owe(self, endpoint: Endpoint, placed: Placed, now: datetime) -> tuple[Delivery, bool]:
        notice = placed.notice
        name = f"{endpoint.id}/{notice.id}"
        delivery = Delivery(endpoint_id=endpoint.id, notice_id=notice.id, due=now).leased(now)
        if name in self.entries:
            return delivery, False
        change = self.begin()
        change.put(
            self.entries, name, Entry(notice=notice, places=placed.places, position=position_of(now, notice.id)), 1
        )
        change.put(self.deliveries, name, delivery, 1)
        change.commit()
        return delivery, True

    def entry(self, endpoint_id: str, notice_id: str) -> Entry | None:
        stored = self.entries.get(f"{endpoint_id}/{notice_id}")
        return stored.value if stored else None

    def delivery(self, endpoint_id: str, notice_id: str) -> Stored[Delivery] | None:
        return self.deliveries.get(f"{endpoint_id}/{notice_id}")

    def save_delivery(self, change: Change, delivery: Delivery, version: int) -> None:
        change.put(self.deliveries, f"{delivery.endpoint_id}/{delivery.notice_id}", delivery, version)

    def note_due(self, name: str, delivery: Delivery) -> None:
        if delivery.due is not None:
            heapq.heappush(self.dues.setdefault(delivery.endpoint_id, []), (delivery.due, name))

    def due(self, endpoint_id: str, limit: int) -> list[Stored[Delivery]]:
        """The soonest due; a row that has moved since is dropped on the way."""
        heap, found, kept = self.dues.get(endpoint_id, []), [], []
        while heap and len(found) < limit:
            due, name = heapq.heappop(heap)
            if self.deliveries[name].value.due == due:
                found.append(self.deliveries[name])
                kept.append((due, name))
        for one in kept:
            heapq.heappush(heap, one)
        return found

    def log(self, *_line: Any) -> None:
        """The log is not read here."""


@dataclass
class Simulation:
    """Simulated time, a lane for each endpoint, ten functions, and endpoints that take their time."""

    takes: Mapping[str, float]
    now: float = 0.0
    spent: float = 0.0
    store: Any = field(default_factory=lambda: Memory())
    lanes: dict[str, deque[Due]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    ready: deque[str] = field(default_factory=deque)
    agenda: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    arrived: dict[str, float] = field(default_factory=dict)
    waits: dict[str, list[float]] = field(default_factory=dict)
    requests: int = 0

    def at(self, moment: float, act: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (moment, next(self.order), act))

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.now + self.spent)

    def send(self, partner: str, deliveries: Sequence[Delivery]) -> None:
        for one in deliveries:
            assert one.due is not None
            lane = self.lanes.setdefault(one.endpoint_id, deque())
            lane.append(Due(partner, one.endpoint_id, one.notice_id, one.all_tries))
            if len(lane) == 1 and one.endpoint_id not in self.busy:
                self.ready.append(one.endpoint_id)

    def headers(self, *_message: Any) -> dict[str, str]:
        return {}

    def post(self, url: str, _headers: Mapping[str, str], body: bytes) -> Answer:
        self.requests += 1
        took = self.takes[url]
        self.spent = OVERHEAD + took
        if took >= NEVER:
            return Answer(error="timeout")
        notice_id = body[7 : body.index(b'"', 7)].decode()
        self.waits.setdefault(url, []).append(self.now + self.spent - self.arrived[notice_id])
        return Answer(status=204)

    def work(self, ports: Ports) -> None:
        """Begin as many tries as there are free functions and lanes that wait."""
        while self.ready and len(self.busy) < WORKERS:
            name = self.ready.popleft()
            self.spent = OVERHEAD
            trying.attempt(ports, self.lanes[name].popleft())
            self.busy.add(name)
            self.at(self.now + self.spent, lambda name=name: self._free(name))
            self.spent = 0.0

    def _free(self, name: str) -> None:
        self.busy.discard(name)
        if self.lanes[name]:
            self.ready.append(name)


def simulated(events: int, takes: Mapping[str, float], store: Any = None, until: float = 0.0) -> Simulation:
    """Tell so many events to these endpoints, and run until every healthy one has all of them and it is `until`.

    `store` is another table than the one in memory. Chance is held in the middle, so that two runs are alike.
    """
    one = Simulation(takes, store=store or Memory())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", one.clock)
        patch.setattr(clock, "jitter", lambda most: most / 2)
        _run(one, events, until)
    return one


def _run(one: Simulation, events: int, until: float) -> None:
    ports: Any = Ports(one.store, one, one, one)
    endpoints = one.store.begin()
    telling.note_remit(ports, endpoints, Remit(partner=PARTNER, programmes=("lending",), sequence=1))
    for name in one.takes:
        endpoint = Endpoint(
            id=name, partner=PARTNER, url=name, filters=Filters(), scheme="hmac", secrets=(), state=State.ACTIVE
        )
        one.store.save_endpoint(endpoints, endpoint, 1)
    endpoints.commit()

    def arrive(number: int) -> None:
        notice = Notice(
            id=f"evt_{number:08d}",
            type="DemandOpened",
            version=1,
            occurred_at=one.clock(),
            correlation_id="cor",
            causation_id="cau",
            programme="lending",
            territory="76",
            subject=f"dem_{number}",
            sequence=1,
            data={},
        )
        one.arrived[notice.id] = one.now
        change = one.store.begin()
        telling.tell(ports, change, Placed(notice=notice), False)
        change.commit()

    def minute() -> None:
        sweeping.sweep(ports, lambda: 1000.0)
        one.at(one.now + 60, minute)

    for number in range(events):
        one.at(number / PER_SECOND, lambda number=number: arrive(number))
    one.at(60, minute)
    healthy = [name for name, seconds in one.takes.items() if seconds == HEALTHY]
    while one.now < until or any(len(one.waits.get(name, ())) < events for name in healthy):
        one.now, _, act = heapq.heappop(one.agenda)
        act()
        one.work(ports)
