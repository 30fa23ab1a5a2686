"""What the webhooks slice does: tells partners public facts, once each or more, and loses none.

A fact enters the feed of every endpoint that asks for it, with a delivery that is owed; the queue is only a hint to try
it now, and the sweep finds whatever the queue forgot. A try is made outside of any transaction; what came of it is
written under the version that was read.

What a partner organisation may be told is asked when a fact is entered, and again whenever it is told or shown: a remit
that was narrowed, or has ended, holds for what was entered before.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Final, Literal, Protocol

from functions.webhooks.model import (
    CHALLENGE_TYPE,
    MOST_ENDPOINTS,
    REPLAYABLE,
    SETTLED,
    Answer,
    Attempt,
    Delivery,
    Endpoint,
    Entry,
    Health,
    Held,
    Notice,
    Outcome,
    Placed,
    Remit,
    Replay,
    Resource,
    State,
    batch_after,
    position_of,
)
from passerelle import clock
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from passerelle.observability import cause, logger
from passerelle.problems import Invalid, Refused
from passerelle.store import Key, Page, Stored, Transaction, VersionConflict, cursor_after

MOST_AT_ONCE: Final = 500
"""Deliveries of one endpoint that one sweep hands over."""
_PAGE: Final = 25
_PAGES_AT_ONCE: Final = 20
"""Pages of one replay that one sweep goes through, so that there is time for the others."""
_PAGE_OF_RESOURCES: Final = 200
_ATTEMPTS: Final = 5


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
    def replay(self, endpoint_id: str) -> Stored[Replay] | None: ...
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
    """A delivery as the queue hands it over; it is stale once the delivery is due at another time."""

    partner: str
    endpoint_id: str
    notice_id: str
    due: datetime


def check_room(ports: Ports, partner: str) -> None:
    """Raise `Refused` when an organisation has as many endpoints as it may."""
    if sum(stored.value.partner == partner for stored in ports.store.endpoints()) >= MOST_ENDPOINTS:
        raise Refused(
            f"You have {MOST_ENDPOINTS} endpoints already.",
            code="too-many-endpoints",
            remedy="Remove one that you no longer use, or change its address.",
        )


def note_remit(ports: Ports, transaction: Transaction, remit: Remit) -> None:
    """Keep what an organisation may be told, unless something later is known."""
    stored = ports.store.remit(remit.partner)
    if remit.sequence > stored.value.sequence:
        ports.store.save_remit(transaction, remit, stored.version + 1)


def tell(ports: Ports, transaction: Transaction, placed: Placed, batched: bool) -> None:
    """Take in a public fact: enter it into the feeds now, or with the next batch."""
    if batched:
        held = Held(notice=placed.notice, places=placed.places, until=batch_after(clock.now()))
        ports.store.hold(transaction, held)
    else:
        enter(ports, transaction, placed)


def enter(ports: Ports, transaction: Transaction, placed: Placed) -> None:
    """Enter a fact into the feed of every endpoint that asks for it and may be told. Again, it adds nothing.

    The latest fact of a resource is kept for the snapshot. The fact that tells where a resource is may come after the
    latest one: that one then reaches the endpoints that ask for the place.
    """
    notice = placed.notice
    stored = ports.store.resource(notice.subject)
    after = (stored.value if stored else Resource(notice=notice)).after(placed)
    if stored is None or after != stored.value:
        ports.store.save_resource(transaction, after, stored.version if stored else 0)
    for one in {after.notice.id: after.notice, notice.id: notice}.values():
        _owe_to_all(ports, Placed(notice=one, places=after.places))


def attempt(ports: Ports, due: Due) -> None:
    """Try one delivery, unless it was tried since, its endpoint is not to be told, or its circuit is open.

    What the organisation may not be told, or no more, is given up, and so is what is kept no longer.
    """
    stored = ports.store.delivery(due.endpoint_id, due.notice_id)
    endpoint = ports.store.endpoint(due.partner, due.endpoint_id)
    entry = ports.store.entry(due.endpoint_id, due.notice_id)
    if stored is None or endpoint is None or stored.value.due != due.due:
        return
    if entry is None or not ports.store.remit(due.partner).value.admits(entry):
        _write(ports, stored.value.withheld(), stored.version + 1)
        return
    open_to_it = ports.store.health(due.endpoint_id).value.lets_through(clock.now())
    if endpoint.value.state is not State.ACTIVE or not open_to_it:
        return
    body = entry.notice.body
    headers = ports.signer.headers(endpoint.value, entry.notice.id, body, clock.now())
    answer = ports.sender.post(endpoint.value.url, headers, body)
    _record(ports, due, answer)


def sweep(ports: Ports, seconds_left: Callable[[], float], enough: float = 20.0) -> None:
    """Every minute: hand over what is due to be tried, enter the batches that are due, go on with replays.

    An endpoint whose circuit is open is passed over; once its pause is over, one delivery tries it. Those of an
    organisation that has ended are disabled. What goes wrong for one stops no other; it is raised at the end.
    """
    failed = 0
    for step in _steps(ports):
        if seconds_left() <= enough:
            logger.warning("out of time: the next sweep goes on")
            break
        try:
            step()
        except Exception:
            logger.exception("a step of the sweep failed, the others go on")
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} step{'s' * (failed > 1)} of the sweep failed")


def _steps(ports: Ports) -> Iterator[Callable[[], None]]:
    """What a sweep has to do, the most urgent first; it begins with another endpoint each time, by chance."""
    active = [one for one in ports.store.endpoints() if one.value.state is State.ACTIVE]
    first = int(clock.jitter(len(active)))
    for stored in (*active[first:], *active[:first]):
        yield partial(_hand_over_due, ports, stored)
    for held in ports.store.held():
        if held.until > clock.now():
            break
        yield partial(_release, ports, held)
    for replaying in ports.store.replays():
        yield partial(_replay_on, ports, replaying)


def verify(ports: Ports, transaction: Transaction, stored: Stored[Endpoint]) -> Endpoint:
    """Show that the endpoint is its owner's: it gives back a signed challenge. Raises `Invalid` saying what it did."""
    challenge = clock.new_secret()
    message_id = clock.new_id("chl")
    body = json.dumps({"id": message_id, "type": CHALLENGE_TYPE, "data": {"challenge": challenge}}).encode()
    headers = ports.signer.headers(stored.value, message_id, body, clock.now())
    answer = ports.sender.post(stored.value.url, headers, body)
    if not answer.ok or _echoed(answer.body) != challenge:
        raise Invalid(
            f"The endpoint did not give the challenge back ({_in_words(answer)}).",
            code="verification-failed",
            remedy='Check the signature, then answer 200 with {"challenge": "…"}, the same as in `data`.',
        )
    verified = stored.value.verified()
    ports.store.save_endpoint(transaction, verified, stored.version + 1)
    health = ports.store.health(verified.id)
    if health.version:
        ports.store.save_health(transaction, verified.id, Health(), health.version + 1)
    return verified


def resend(ports: Ports, transaction: Transaction, endpoint: Endpoint, stored: Stored[Delivery]) -> Delivery:
    """Tell one notice again: same id, new timestamp."""
    if endpoint.state is not State.ACTIVE:
        raise Refused("The endpoint is not active.", code="endpoint-not-active", remedy="Verify it first.")
    again = stored.value.again(clock.now())
    ports.store.save_delivery(transaction, again, stored.version + 1)
    return again


def replay(ports: Ports, transaction: Transaction, endpoint_id: str, since: datetime) -> Replay:
    """Begin to tell everything since then again; the sweep goes on with it. At most `REPLAYABLE` back."""
    now = clock.now()
    if not now - REPLAYABLE <= since <= now:
        raise Invalid(
            "A replay goes back fourteen days at most.", code="replay-too-old", remedy="Take the snapshot instead."
        )
    present = ports.store.replay(endpoint_id)
    if present is not None:
        raise Refused("A replay is under way.", code="replay-under-way", remedy="Wait until it is done.")
    begun = Replay(endpoint_id=endpoint_id, position=position_of(since), until=position_of(now))
    ports.store.save_replay(transaction, begun, 1)
    return begun


def feed(ports: Ports, endpoint: Endpoint, limit: int, cursor: str | None) -> tuple[tuple[Entry, ...], str | None]:
    """A page of the feed, up to a minute ago, and the cursor that goes on from there whenever it is asked.

    What the organisation may not be told any more is left out, so that a page may hold fewer than asked for.
    """
    page, remit = ports.store.feed(endpoint.id, limit, cursor), ports.store.remit(endpoint.partner).value
    settled = position_of(clock.now() - SETTLED)
    entries = tuple(stored.value for stored in page.items if stored.value.position < settled)
    following = cursor_after(entries[-1].position) if entries else cursor
    return tuple(filter(remit.admits, entries)), following


def snapshot(
    ports: Ports, endpoint: Endpoint, kinds: Mapping[str, str], limit: int, cursor: str | None
) -> tuple[tuple[Notice, ...], str | None]:
    """A page of the latest facts of the resources that the endpoint asks for and may be told of; the next cursor.

    `kinds` says of each event type which slice speaks; an endpoint that asks for a type gets that slice's resources.
    Pages are full and a cursor names the last one shown, so that neither tells of what is not shown.
    """
    wanted = {kinds[name] for name in endpoint.filters.types if name in kinds}
    remit = ports.store.remit(endpoint.partner).value
    chosen: list[Notice] = []
    for one in _resources(ports, cursor):
        admitted = endpoint.filters.admit_place(one) and remit.admits(one)
        if admitted and (not wanted or kinds.get(one.notice.type) in wanted):
            if len(chosen) == limit:
                return tuple(chosen), cursor_after(chosen[-1].subject)
            chosen.append(one.notice)
    return tuple(chosen), None


def _resources(ports: Ports, cursor: str | None) -> Iterator[Resource]:
    while True:
        page = ports.store.resources(_PAGE_OF_RESOURCES, cursor)
        yield from (stored.value for stored in page.items)
        if (cursor := page.cursor) is None:
            return


def here(endpoint_id: str, notice_type: str) -> Notice:
    """A notice of ours about the endpoint itself, such as a test."""
    now, origin = clock.now(), cause()
    return Notice(
        id=clock.new_id("evt"),
        type=notice_type,
        version=1,
        occurred_at=now,
        correlation_id=origin.correlation_id,
        causation_id=origin.causation_id,
        programme="lending",
        territory=None,
        subject=endpoint_id,
        sequence=1,
        data={"endpoint_id": endpoint_id},
    )


def _owe_to_all(ports: Ports, placed: Placed) -> None:
    remit = cache(ports.store.remit)
    for stored in ports.store.endpoints():
        if stored.value.filters.admit(placed) and remit(stored.value.partner).value.admits(placed):
            owe(ports, stored.value, placed)


def owe(ports: Ports, endpoint: Endpoint, placed: Placed) -> Delivery:
    """Enter a notice into one feed, and hand it over to be tried now if the endpoint is told at present."""
    now = clock.now()
    delivery, is_new = ports.store.owe(endpoint, placed, now)
    if is_new and endpoint.state is State.ACTIVE:
        ports.queue.send(endpoint.partner, [delivery])
    return delivery


def _record(ports: Ports, due: Due, answer: Answer) -> None:
    """Write what came of a try. Another writer makes it read again; the try itself is never repeated for that."""
    for _ in range(_ATTEMPTS):
        stored = ports.store.delivery(due.endpoint_id, due.notice_id)
        endpoint = ports.store.endpoint(due.partner, due.endpoint_id)
        if stored is None or endpoint is None:
            return
        now, transaction = clock.now(), ports.store.begin()
        after = stored.value.after(answer, now, clock.jitter(1.0))
        ports.store.save_delivery(transaction, after, stored.version + 1)
        ports.store.log(transaction, after, Attempt(number=after.all_tries, at=now, answer=answer))
        before = ports.store.health(due.endpoint_id)
        health = before.value.after(answer, now)
        if health != before.value:
            ports.store.save_health(transaction, due.endpoint_id, health, before.version + 1)
        if answer.is_gone or health.is_beyond_patience(now):
            _disable(ports, transaction, endpoint, answer)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return
    logger.warning("a try could not be recorded: it is made again", notice=due.notice_id, endpoint=due.endpoint_id)


def _disable(ports: Ports, transaction: Transaction, stored: Stored[Endpoint], answer: Answer) -> None:
    if stored.value.state is not State.ACTIVE:
        return
    reason: Literal["gone", "failing"] = "gone" if answer.is_gone else "failing"
    disabled = stored.value.disabled(reason)
    key = ports.store.save_endpoint(transaction, disabled, stored.version + 1)
    fact = WebhookEndpointDisabled(endpoint_id=disabled.id, partner_id=disabled.partner, reason=reason)
    transaction.emit(key, fact, sequence=stored.version + 1)


def _hand_over_due(ports: Ports, stored: Stored[Endpoint]) -> None:
    endpoint, now = stored.value, clock.now()
    if ports.store.remit(endpoint.partner).value.ended:
        _end(ports, stored)
        return
    health = ports.store.health(endpoint.id).value
    if not health.lets_through(now):
        return
    waiting = ports.store.due(endpoint.id, 1 if health.is_probing else MOST_AT_ONCE)
    leased = [_leased(ports, one, now) for one in waiting if one.value.due and one.value.due <= now]
    ports.queue.send(endpoint.partner, [one for one in leased if one is not None])


def _end(ports: Ports, stored: Stored[Endpoint]) -> None:
    """Disable an endpoint whose organisation has ended; nobody is written to. A conflict is left to the next sweep."""
    transaction = ports.store.begin()
    ports.store.save_endpoint(transaction, stored.value.disabled("ended"), stored.version + 1)
    _committed(transaction)


def _leased(ports: Ports, stored: Stored[Delivery], now: datetime) -> Delivery | None:
    leased = stored.value.leased(now)
    return leased if _write(ports, leased, stored.version + 1) else None


def _write(ports: Ports, delivery: Delivery, version: int) -> bool:
    """Write a delivery by itself; whether nobody else did."""
    transaction = ports.store.begin()
    ports.store.save_delivery(transaction, delivery, version)
    return _committed(transaction)


def _committed(transaction: Transaction) -> bool:
    try:
        transaction.commit()
    except VersionConflict:
        return False
    return True


def _release(ports: Ports, held: Held) -> None:
    transaction = ports.store.begin()
    enter(ports, transaction, held)
    ports.store.release(transaction, held)
    try:
        transaction.commit()
    except VersionConflict:
        logger.info("a batched fact is taken up again", notice=held.notice.id)


def _replay_on(ports: Ports, stored: Stored[Replay]) -> None:
    """Make some of what a replay covers due again, a page at a time; each page is written down before the next."""
    for _ in range(_PAGES_AT_ONCE):
        replaying = stored.value
        page = ports.store.feed(replaying.endpoint_id, _PAGE, cursor_after(replaying.position))
        covered = [one.value for one in page.items if one.value.position <= replaying.until]
        for entry in covered:
            _tell_again(ports, replaying.endpoint_id, entry.notice.id)
        transaction, is_done = ports.store.begin(), page.cursor is None or len(covered) < len(page.items)
        if is_done:
            ports.store.end_replay(transaction, stored)
        else:
            further = replaying.model_copy(update={"position": covered[-1].position})
            ports.store.save_replay(transaction, further, stored.version + 1)
            stored = Stored(further, stored.version + 1)
        if not _committed(transaction) or is_done:
            return


def _tell_again(ports: Ports, endpoint_id: str, notice_id: str) -> None:
    for _ in range(_ATTEMPTS):
        stored = ports.store.delivery(endpoint_id, notice_id)
        if stored is None or stored.value.outcome is Outcome.WAITING:
            return
        if _write(ports, stored.value.again(clock.now()), stored.version + 1):
            return


def _echoed(body: bytes) -> object:
    try:
        answered = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answered.get("challenge") if isinstance(answered, dict) else None


def _in_words(answer: Answer) -> str:
    if answer.error is not None:
        return answer.error
    return f"it answered {answer.status}" if not answer.ok else "it answered something else"
