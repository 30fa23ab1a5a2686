"""What a partner asks for: an endpoint shown to be its own, the feed and the snapshot, a notice or a time again."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from functions.webhooks.logic import Ports, owe_what_was_missed
from functions.webhooks.model.deliveries import KEPT, REPLAYABLE, Answer, Delivery, Replay
from functions.webhooks.model.endpoints import Challenge, Endpoint, Health, State
from functions.webhooks.model.notices import CHALLENGE_TYPE, SETTLED, Entry, Notice, listed_as, position_of
from passerelle import clock
from passerelle.observability import cause
from passerelle.problems import Invalid, Malformed, Refused
from passerelle.store import BadCursor, Stored, Transaction, cursor_after, order_in

IDLE: Final = timedelta(days=1)
"""How far behind the present the cursor of a feed stays in which nothing comes: long past, nothing is entered there."""
_NOT_OF_THE_FEED: Final = "Take the cursor from a page of the feed or from the snapshot."
_LISTED: Final = re.compile("[0-9a-f]{64}")
MOST_READ: Final = 500
"""Resources that one request for the snapshot looks at, shown or not."""


def verify(ports: Ports, transaction: Transaction, stored: Stored[Endpoint]) -> Endpoint:
    """Show that the endpoint is its owner's: it gives back a signed challenge. Raises `Invalid` saying what it did.

    Raises `Exhausted` when it was asked a moment ago; that it is asked is written down first, whatever comes of it.
    One that failed, or was disabled, is then told what was given up meanwhile.
    """
    _note_challenge(ports, stored.value.id)
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
    if health.value.failing_since is not None or stored.value.state is State.DISABLED:
        owe_what_was_missed(ports, transaction, verified.id, clock.now())
    if health.version:
        ports.store.save_health(transaction, verified.id, Health(), health.version + 1)
    return verified


def _note_challenge(ports: Ports, endpoint_id: str) -> None:
    last, transaction = ports.store.challenge(endpoint_id), ports.store.begin()
    present = Challenge(at=clock.now(), request=cause().correlation_id)
    if last is not None:
        last.value.check_rest(present.at, present.request)
    ports.store.save_challenge(transaction, endpoint_id, present, last.version + 1 if last else 1)
    transaction.commit()


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

    What the organisation may not be told any more is left out, so that a page may hold fewer than asked for. Raises
    `Malformed` for a cursor older than what is kept: facts after it are gone. While nothing comes the cursor moves on
    with the time, a day behind it, so that whoever keeps reading never holds such a one.
    """
    now = clock.now()
    if cursor is not None and _moment_in(cursor) < now - KEPT:
        raise Malformed(
            "Events after this cursor are kept no longer.",
            code="cursor-too-old",
            remedy="Start again from the snapshot, then go on from its feed_cursor.",
        )
    page, remit = ports.store.feed(endpoint.id, limit, cursor), ports.store.remit(endpoint.partner).value
    settled = position_of(now - SETTLED)
    entries = tuple(stored.value for stored in page.items if stored.value.position < settled)
    following = entries[-1].position if entries else order_in(cursor) if cursor else None
    if following is not None and (page.cursor is None or len(entries) < len(page.items)):
        following = max(following, position_of(now - IDLE))
    return tuple(filter(remit.admits, entries)), None if following is None else cursor_after(following)


def snapshot(
    ports: Ports, endpoint: Endpoint, kinds: Mapping[str, str], limit: int, cursor: str | None
) -> tuple[tuple[Notice, ...], str | None]:
    """A page of the latest facts of the resources that the endpoint asks for and may be told of; the next cursor.

    `kinds` says of each event type which slice speaks; an endpoint that asks for a type gets that slice's resources.
    A page may hold fewer than asked for, and none; its cursor goes past what was looked at and is not shown, by a
    digest that tells nobody which that was.
    """
    wanted = {kinds[name] for name in endpoint.filters.types if name in kinds}
    remit = ports.store.remit(endpoint.partner).value
    chosen: list[Notice] = []
    if cursor is not None and not _LISTED.fullmatch(order_in(cursor)):
        raise BadCursor("Start again without a cursor.")
    page = ports.store.resources(MOST_READ, cursor)
    for notice, placed in ((one.value.notice, one.value.placing(one.value.notice)) for one in page.items):
        if len(chosen) == limit:
            return tuple(chosen), cursor_after(listed_as(chosen[-1].subject))
        admitted = endpoint.filters.admit_place(placed) and remit.admits(placed)
        if admitted and (not wanted or kinds.get(notice.type) in wanted):
            chosen.append(notice)
    return tuple(chosen), page.cursor


def _moment_in(cursor: str) -> datetime:
    """When what a cursor of the feed stands after was entered. Raises `BadCursor` when it is none of the feed."""
    try:
        moment = datetime.fromisoformat(order_in(cursor).partition("#")[0])
    except ValueError:
        raise BadCursor(_NOT_OF_THE_FEED) from None
    if moment.tzinfo is None:
        raise BadCursor(_NOT_OF_THE_FEED)
    return moment


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
