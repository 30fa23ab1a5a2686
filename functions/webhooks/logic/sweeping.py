"""Every minute: what is due is handed over, batches are entered, replays go on."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from functions.webhooks.logic import ATTEMPTS, Ports, committed, disable, write
from functions.webhooks.logic.telling import enter
from functions.webhooks.model.deliveries import Delivery, Replay
from functions.webhooks.model.endpoints import Endpoint, Health, State
from functions.webhooks.model.notices import Held
from passerelle import clock
from passerelle.observability import logger
from passerelle.store import Stored, VersionConflict, cursor_after

MOST_AT_ONCE: Final = 500
"""Deliveries of one endpoint that one sweep hands over."""
_PAGE: Final = 25
_PAGES_AT_ONCE: Final = 20
"""Pages of one replay that one sweep goes through, so that there is time for the others."""


def sweep(ports: Ports, seconds_left: Callable[[], float], enough: float = 20.0) -> None:
    """Every minute: hand over what is due to be tried, enter the batches that are due, go on with replays.

    An endpoint whose circuit is open is passed over; once its pause is over, one delivery tries it. Those that failed
    for too long are disabled, also when nothing is due to them, and those of an organisation that has ended. What goes
    wrong for one stops no other; it is raised at the end.
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


def _hand_over_due(ports: Ports, stored: Stored[Endpoint]) -> None:
    endpoint, now = stored.value, clock.now()
    if ports.store.remit(endpoint.partner).value.ended:
        _end(ports, stored)
        return
    health = ports.store.health(endpoint.id)
    if health.value.is_beyond_patience(now):
        _give_up(ports, stored, health)
        return
    if not health.value.lets_through(now):
        return
    waiting = ports.store.due(endpoint.id, 1 if health.value.is_probing else MOST_AT_ONCE)
    leased = [_leased(ports, one, now) for one in waiting if one.value.due and one.value.due <= now]
    ports.queue.send(endpoint.partner, [one for one in leased if one is not None])


def _end(ports: Ports, stored: Stored[Endpoint]) -> None:
    """Disable an endpoint whose organisation has ended; nobody is written to. A conflict is left to the next sweep."""
    transaction = ports.store.begin()
    ports.store.save_endpoint(transaction, stored.value.disabled("ended"), stored.version + 1)
    committed(transaction)


def _give_up(ports: Ports, stored: Stored[Endpoint], health: Stored[Health]) -> None:
    """Disable an endpoint that kept failing, unless it answers meanwhile, which changes its health."""
    transaction = ports.store.begin()
    ports.store.save_health(transaction, stored.value.id, health.value, health.version + 1)
    disable(ports, transaction, stored, "failing")
    committed(transaction)


def _leased(ports: Ports, stored: Stored[Delivery], now: datetime) -> Delivery | None:
    leased = stored.value.leased(now)
    return leased if write(ports, leased, stored.version + 1) else None


def _release(ports: Ports, held: Held) -> None:
    transaction = ports.store.begin()
    ports.store.release(transaction, held)
    try:
        enter(ports, held)
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
            _tell_again(ports, replaying, entry.notice.id)
        transaction, is_done = ports.store.begin(), page.cursor is None or len(covered) < len(page.items)
        if is_done:
            ports.store.end_replay(transaction, stored)
        else:
            further = replaying.model_copy(update={"position": covered[-1].position})
            ports.store.save_replay(transaction, further, stored.version + 1)
            stored = Stored(further, stored.version + 1)
        if not committed(transaction) or is_done:
            return


def _tell_again(ports: Ports, replaying: Replay, notice_id: str) -> None:
    for _ in range(ATTEMPTS):
        stored = ports.store.delivery(replaying.endpoint_id, notice_id)
        if stored is None or not replaying.covers(stored.value.outcome):
            return
        if write(ports, stored.value.again(clock.now()), stored.version + 1):
            return
