"""Where endpoints, feeds and deliveries are kept.

An endpoint's feed is a list of entries that never change; how each goes is the delivery beside it, listed under what is
due while it waits and under nothing once it is done: a sparse index, one heading for each endpoint.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from functions.webhooks.model.deliveries import KEPT, Attempt, Delivery, Outcome, Replay
from functions.webhooks.model.endpoints import BETWEEN_CHALLENGES, Challenge, Endpoint, Health, Registry
from functions.webhooks.model.notices import Entry, Held, Placed, Resource, listed_as, position_of
from functions.webhooks.model.remits import Remit
from passerelle import clock
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction, VersionConflict

_PLATFORM: Final = "platform"
_ENDPOINTS: Final = "endpoints"
_RESOURCES: Final = "resources"
_HELD: Final = "held"
_REPLAYS: Final = "replays"


class Webhooks:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self) -> Transaction:
        """A transaction of its own, for one delivery."""
        return self._table.begin()

    def endpoint(self, partner: str, endpoint_id: str) -> Stored[Endpoint] | None:
        """The partner's endpoint, or None."""
        return self._table.read(Key(partner, "endpoint", endpoint_id), Endpoint)

    def endpoints(self) -> Iterator[Stored[Endpoint]]:
        """Every endpoint of every partner."""
        return self._table.all(_ENDPOINTS, Endpoint)

    def save_endpoint(self, transaction: Transaction, endpoint: Endpoint, version: int) -> Key:
        """Write an endpoint as this version; returns the key to emit its facts under."""
        key = Key(endpoint.partner, "endpoint", endpoint.id)
        listing = Listing(_ENDPOINTS, f"{endpoint.partner}#{endpoint.id}")
        transaction.save(key, endpoint, version=version, listing=listing)
        return key

    def remove_endpoint(self, transaction: Transaction, stored: Stored[Endpoint]) -> None:
        """Forget an endpoint; what it was told goes with its term."""
        key = Key(stored.value.partner, "endpoint", stored.value.id)
        transaction.delete(key, version=stored.version)

    def registry(self, partner: str) -> Stored[Registry]:
        """Which endpoints an organisation has; none at version 0 when it has registered none yet."""
        return self._table.read(_registry(partner), Registry) or Stored(Registry(), 0)

    def save_registry(self, transaction: Transaction, partner: str, registry: Registry, version: int) -> None:
        """Write which endpoints an organisation has as this version."""
        transaction.save(_registry(partner), registry, version=version)

    def remit(self, partner: str) -> Stored[Remit]:
        """What an organisation may be told; nothing at version 0 when it is not recorded."""
        return self._table.read(_remit(partner), Remit) or Stored(Remit(partner=partner), 0)

    def save_remit(self, transaction: Transaction, remit: Remit, version: int) -> None:
        """Write what an organisation may be told as this version."""
        transaction.save(_remit(remit.partner), remit, version=version)

    def health(self, endpoint_id: str) -> Stored[Health]:
        """How the endpoint has answered of late; well at version 0 when nothing is written."""
        return self._table.read(_health(endpoint_id), Health) or Stored(Health(), 0)

    def save_health(self, transaction: Transaction, endpoint_id: str, health: Health, version: int) -> None:
        """Write how the endpoint answers as this version."""
        transaction.save(_health(endpoint_id), health, version=version)

    def challenge(self, endpoint_id: str) -> Stored[Challenge] | None:
        """When the endpoint was last asked to give a challenge back."""
        return self._table.read(_challenge(endpoint_id), Challenge)

    def save_challenge(self, transaction: Transaction, endpoint_id: str, challenge: Challenge, version: int) -> None:
        """Write as this version that the endpoint is asked."""
        expires_at = challenge.at + BETWEEN_CHALLENGES
        transaction.save(_challenge(endpoint_id), challenge, version=version, expires_at=expires_at)

    def resource(self, subject: str) -> Stored[Resource] | None:
        """The latest public fact about a thing."""
        return self._table.read(_resource(subject), Resource)

    def save_resource(self, transaction: Transaction, resource: Resource, replacing: int) -> None:
        """Keep this of its subject, in place of what was written as version `replacing`; 0 for nothing.

        What has ended is kept as long as the feed tells of it.
        """
        subject = resource.notice.subject
        transaction.save(
            _resource(subject),
            resource,
            version=replacing + 1,
            listing=Listing(_RESOURCES, listed_as(subject)),
            expires_at=clock.now() + KEPT if resource.has_ended else None,
        )

    def resources(self, limit: int, cursor: str | None) -> Page[Resource]:
        """A page of everything partners may know of, in the order of `listed_as`."""
        return self._table.list(_RESOURCES, Resource, limit=limit, cursor=cursor)

    def hold(self, transaction: Transaction, held: Held) -> None:
        """Keep a fact until its batch."""
        listing = Listing(_HELD, position_of(held.until, held.notice.id))
        transaction.save(_held(held), held, version=1, listing=listing)

    def held(self) -> Iterator[Held]:
        """The facts that wait for their batch, the soonest first."""
        return (stored.value for stored in self._table.all(_HELD, Held))

    def release(self, transaction: Transaction, held: Held) -> None:
        """The fact's batch has come."""
        transaction.delete(_held(held), version=1)

    def owe(self, endpoint: Endpoint, placed: Placed, now: datetime) -> tuple[Delivery, bool]:
        """Enter a notice into an endpoint's feed with a delivery leased to the queue, unless it is there already.

        Returns the delivery, and whether it is new. Raises `passerelle.store.Busy`.
        """
        notice = placed.notice
        key, transaction = Key(endpoint.id, "entry", notice.id), self.begin()
        delivery = Delivery(endpoint_id=endpoint.id, notice_id=notice.id, due=now).leased(now)
        entry = Entry(notice=notice, places=placed.places, position=position_of(now, notice.id))
        listing = Listing(_feed(endpoint.id), entry.position)
        transaction.save(key, entry, version=1, listing=listing, expires_at=now + KEPT)
        self.save_delivery(transaction, delivery, 1)
        try:
            transaction.commit()
        except VersionConflict:
            return delivery, False
        return delivery, True

    def entry(self, endpoint_id: str, notice_id: str) -> Entry | None:
        """A notice of an endpoint's feed."""
        stored = self._table.read(Key(endpoint_id, "entry", notice_id), Entry)
        return None if stored is None else stored.value

    def feed(self, endpoint_id: str, limit: int, cursor: str | None) -> Page[Entry]:
        """A page of an endpoint's feed, the oldest first."""
        return self._table.list(_feed(endpoint_id), Entry, limit=limit, cursor=cursor)

    def delivery(self, endpoint_id: str, notice_id: str) -> Stored[Delivery] | None:
        """How the delivery of a notice goes."""
        return self._table.read(Key(endpoint_id, "delivery", notice_id), Delivery)

    def save_delivery(self, transaction: Transaction, delivery: Delivery, version: int) -> None:
        """Write a delivery as this version, listed under what is due while it waits."""
        waits = delivery.outcome is Outcome.WAITING and delivery.due is not None
        order = position_of(delivery.due, delivery.notice_id) if delivery.due else ""
        transaction.save(
            Key(delivery.endpoint_id, "delivery", delivery.notice_id),
            delivery,
            version=version,
            listing=Listing(_due(delivery.endpoint_id), order) if waits else None,
            expires_at=clock.now() + KEPT,
        )

    def due(self, endpoint_id: str, limit: int) -> tuple[Stored[Delivery], ...]:
        """The deliveries that wait, the soonest due first."""
        return self._table.list(_due(endpoint_id), Delivery, limit=limit).items

    def log(self, transaction: Transaction, delivery: Delivery, attempt: Attempt) -> None:
        """Add a line to the log of a delivery."""
        name = f"{delivery.notice_id}.{attempt.number}"
        listing = Listing(_attempts(delivery.endpoint_id, delivery.notice_id), f"{attempt.number:06d}")
        key = Key(delivery.endpoint_id, "attempt", name)
        transaction.save(key, attempt, version=1, listing=listing, expires_at=attempt.at + KEPT)

    def attempts(self, endpoint_id: str, notice_id: str) -> Iterator[Attempt]:
        """The log of a delivery, the first try first."""
        return (stored.value for stored in self._table.all(_attempts(endpoint_id, notice_id), Attempt))

    def replay(self, endpoint_id: str, *, missed: bool = False) -> Stored[Replay] | None:
        """The replay under way for an endpoint: the one it asked for, or the one of what it missed."""
        return self._table.read(_replay(endpoint_id, missed), Replay)

    def replays(self) -> Iterator[Stored[Replay]]:
        """Every replay under way."""
        return self._table.all(_REPLAYS, Replay)

    def save_replay(self, transaction: Transaction, replay: Replay, version: int) -> None:
        """Write how far a replay has come as this version."""
        key = _replay(replay.endpoint_id, replay.missed)
        transaction.save(key, replay, version=version, listing=Listing(_REPLAYS, key.pk))

    def end_replay(self, transaction: Transaction, stored: Stored[Replay]) -> None:
        """The replay is done."""
        transaction.delete(_replay(stored.value.endpoint_id, stored.value.missed), version=stored.version)


def _registry(partner: str) -> Key:
    return Key(partner, "endpoints", "now")


def _remit(partner: str) -> Key:
    return Key(partner, "remit", "now")


def _health(endpoint_id: str) -> Key:
    return Key(endpoint_id, "health", "now")


def _challenge(endpoint_id: str) -> Key:
    return Key(endpoint_id, "challenge", "now")


def _resource(subject: str) -> Key:
    return Key(_PLATFORM, "resource", subject)


def _held(held: Held) -> Key:
    return Key(_PLATFORM, "held", held.notice.id)


def _replay(endpoint_id: str, missed: bool) -> Key:
    return Key(endpoint_id, "replay", "missed" if missed else "now")


def _feed(endpoint_id: str) -> str:
    return f"feed#{endpoint_id}"


def _due(endpoint_id: str) -> str:
    return f"due#{endpoint_id}"


def _attempts(endpoint_id: str, notice_id: str) -> str:
    return f"attempts#{endpoint_id}#{notice_id}"
