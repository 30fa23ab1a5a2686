"""One delivery is tried, and what came of it is written down."""

from functions.webhooks.logic import ATTEMPTS, Due, Ports, disable, owe_what_was_missed, write
from functions.webhooks.model.deliveries import Answer, Attempt
from functions.webhooks.model.endpoints import State
from passerelle import clock
from passerelle.observability import logger
from passerelle.store import VersionConflict


def attempt(ports: Ports, due: Due) -> None:
    """Try one delivery, unless it was tried since, its endpoint is not to be told, or its circuit is open.

    What the organisation may not be told, or no more, is given up, and so is what is kept no longer.
    """
    stored = ports.store.delivery(due.endpoint_id, due.notice_id)
    endpoint = ports.store.endpoint(due.partner, due.endpoint_id)
    entry = ports.store.entry(due.endpoint_id, due.notice_id)
    if stored is None or endpoint is None or stored.value.due is None or stored.value.all_tries != due.tries:
        return
    if entry is None or not ports.store.remit(due.partner).value.admits(entry):
        write(ports, stored.value.withheld(), stored.version + 1)
        return
    open_to_it = ports.store.health(due.endpoint_id).value.lets_through(clock.now())
    if endpoint.value.state is not State.ACTIVE or not open_to_it:
        return
    body = entry.notice.body
    headers = ports.signer.headers(endpoint.value, entry.notice.id, body, clock.now())
    answer = ports.sender.post(endpoint.value.url, headers, body)
    _record(ports, due, answer)


def _record(ports: Ports, due: Due, answer: Answer) -> None:
    """Write what came of a try. Another writer makes it read again; the try itself is never repeated for that."""
    for _ in range(ATTEMPTS):
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
        if answer.ok and before.value.has_outlasted_tries(now):
            owe_what_was_missed(ports, transaction, due.endpoint_id, now)
        if endpoint.value.state is State.ACTIVE and (answer.is_gone or health.is_beyond_patience(now)):
            disable(ports, transaction, endpoint, "gone" if answer.is_gone else "failing")
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return
    logger.warning("a try could not be recorded: it is made again", notice=due.notice_id, endpoint=due.endpoint_id)
