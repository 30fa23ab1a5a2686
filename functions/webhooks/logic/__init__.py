"""What the webhooks slice does: tells partners public facts, once each or more, and loses none.

A fact enters the feed of every endpoint that asks for it (`telling`), with a delivery that is owed; the queue is only a
hint to try it now (`trying`), and the sweep finds whatever the queue forgot (`sweeping`). A try is made outside of any
transaction; what came of it is written under the version that was read. `serving` is what partners ask for.

What a partner organisation may be told is asked when a fact is entered, and again whenever it is told or shown: a remit
that was narrowed, or has ended, holds for what was entered before. Here is what all of it stands on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from functions.webhooks.model.deliveries import KEPT, Answer, Attempt, Delivery, Replay
from functions.webhooks.model.endpoints import Challenge, Endpoint, Health
from functions.webhooks.model.notices import Entry, Held, Placed, Resource, position_of
from functions.webhooks.model.remits import Remit
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from passerelle.store import Key, Page, Stored, Transaction, VersionConflict

ATTEMPTS: Final = 5


class Store(Protocol):
    """What the use cases need of the table."""

    def begin(self) -> Transaction: ...
    def endpoint(self, partner: str, endpoint_id: str) -> Stored[Endpoint] | None: ...
    def endpoints(self) -> Iterable[Stored[Endpoint]]: ...
    def save_endpoint(self, transaction: Transaction, endpoint: Endpoint, version: int) -> Key: ...
    def remit(self, partner: str) -> Stored[Remit]: ...
    def save_remit(self, transaction: Transaction, remit: Remit, version: int) -> None: ...
    def health(self, endpoint_id: str) -> Stored[Health]: ...
    def save_health(self, transaction: Transaction, endpoint_id: str, health: Health, version: int) -> None: ...
    def challenge(self, endpoint_id: str) -> Stored[Challenge] | None: ...
    def save_challenge(
        self, transaction: Transaction, endpoint_id: str, challenge: Challenge, version: int
    ) -> None: ...
    def resource(self, subject: str) -> Stored[Resource] | None: ...
    def save_resource(self, transaction: Transaction, resource: Resource, replacing: int) -> None: ...
    def resources(self, limit: int, cursor: str | None) -> Page[Resource]: ...
    def hold(self, transaction: Transaction, held: Held) -> None: ...
    def held(self) -> Iterable[Held]: ...
    def release(self, transaction: Transaction, held: Held) -> None: ...
    def owe(self, endpoint: Endpoint, placed: Placed, now: datetime) -> tuple[Delivery, bool]: ...
    def entry(self, endpoint_id: str, notice_id: str) -> Entry | None: ...
    def feed(self, endpoint_id: str, limit: int, cursor: str | None) -> Page[Entry]: ...
    def delivery(self, endpoint_id: str, notice_id: str) -> Stored[Delivery] | None: ...
    def save_delivery(self, transaction: Transaction, delivery: Delivery, version: int) -> None: ...
    def due(self, endpoint_id: str, limit: int) -> Sequence[Stored[Delivery]]: ...
    def log(self, transaction: Transaction, delivery: Delivery, attempt: Attempt) -> None: ...
    def replay(self, endpoint_id: str, *, missed: bool = False) -> Stored[Replay] | None: ...
    def replays(self) -> Iterable[Stored[Replay]]: ...
    def save_replay(self, transaction: Transaction, replay: Replay, version: int) -> None: ...
    def end_replay(self, transaction: Transaction, stored: Stored[Replay]) -> None: ...


class Sender(Protocol):
    """What the use cases need of the way out."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


class Signs(Protocol):
    """What the use cases need of the secrets."""

    def headers(self, endpoint: Endpoint, message_id: str, body: bytes, now: datetime) -> Mapping[str, str]: ...


class Queue(Protocol):
    """Where deliveries are handed over to be tried now."""

    def send(self, partner: str, deliveries: Sequence[Delivery]) -> None: ...


@dataclass(frozen=True)
class Ports:
    """What the use cases stand on."""

    store: Store
    sender: Sender
    signer: Signs
    queue: Queue


@dataclass(frozen=True)
class Due:
    """A delivery as the queue hands it over, however late; it is stale once a try more than `tries` was made."""

    partner: str
    endpoint_id: str
    notice_id: str
    tries: int


def write(ports: Ports, delivery: Delivery, version: int) -> bool:
    """Write a delivery by itself; whether nobody else did."""
    transaction = ports.store.begin()
    ports.store.save_delivery(transaction, delivery, version)
    return committed(transaction)


def committed(transaction: Transaction) -> bool:
    """Commit; whether nobody else changed the same meanwhile."""
    try:
        transaction.commit()
    except VersionConflict:
        return False
    return True


def disable(
    ports: Ports, transaction: Transaction, stored: Stored[Endpoint], reason: Literal["gone", "failing"]
) -> None:
    """Leave an endpoint alone until it is verified again; its organisation's contact is written to."""
    disabled = stored.value.disabled(reason)
    key = ports.store.save_endpoint(transaction, disabled, stored.version + 1)
    fact = WebhookEndpointDisabled(endpoint_id=disabled.id, partner_id=disabled.partner, reason=reason)
    transaction.emit(key, fact, sequence=stored.version + 1)


def owe_what_was_missed(ports: Ports, transaction: Transaction, endpoint_id: str, now: datetime) -> None:
    """Begin to owe again what an endpoint was given up on, as far back as anything is kept; the sweep goes on with it.

    Again while it is under way, it begins anew.
    """
    under_way = ports.store.replay(endpoint_id, missed=True)
    begun = Replay(endpoint_id=endpoint_id, position=position_of(now - KEPT), until=position_of(now), missed=True)
    ports.store.save_replay(transaction, begun, under_way.version + 1 if under_way else 1)
