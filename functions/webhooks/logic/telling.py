"""A fact is entered into the feeds of those who ask for it and may be told, and owed to them."""

from functools import cache

from functions.webhooks.logic import Ports
from functions.webhooks.model.deliveries import Delivery
from functions.webhooks.model.endpoints import Endpoint, State
from functions.webhooks.model.notices import Held, Notice, Placed, Resource, batch_after
from functions.webhooks.model.remits import Remit
from passerelle import clock
from passerelle.observability import cause
from passerelle.store import Transaction


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
        enter(ports, placed)


def enter(ports: Ports, placed: Placed) -> None:
    """Enter a fact into the feed of every endpoint that asks for it and may be told. Again, it adds nothing.

    The latest fact of a resource is kept for the snapshot. The fact that tells where a resource is may come after the
    latest one: that one then reaches the endpoints that ask for the place. An end, which tells no place itself,
    reaches whoever acts in a place where the resource ever was, though it is there no more: it says id and outcome.

    The resource is written down first, by itself. So a snapshot either holds the fact, or was taken before it entered
    any feed and finds it there, however late the rest of the entering succeeds. Raises `VersionConflict` when another
    fact about it came in between.
    """
    notice = placed.notice
    stored = ports.store.resource(notice.subject)
    after = (stored.value if stored else Resource(notice=notice)).after(placed)
    if stored is None or after != stored.value:
        transaction = ports.store.begin()
        ports.store.save_resource(transaction, after, stored.version if stored else 0)
        transaction.commit()
    for one in {after.notice.id: after.notice, notice.id: notice}.values():
        _owe_to_all(ports, after.placing(one))


def owe(ports: Ports, endpoint: Endpoint, placed: Placed) -> Delivery:
    """Enter a notice into one feed, and hand it over to be tried now if the endpoint is told at present."""
    now = clock.now()
    delivery, is_new = ports.store.owe(endpoint, placed, now)
    if is_new and endpoint.state is State.ACTIVE:
        ports.queue.send(endpoint.partner, [delivery])
    return delivery


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
    """Owe a notice to every endpoint that asks for it and may be told."""
    remit = cache(ports.store.remit)
    for stored in ports.store.endpoints():
        endpoint = stored.value
        if endpoint.filters.admit(placed) and remit(endpoint.partner).value.admits(placed):
            owe(ports, endpoint, placed)
