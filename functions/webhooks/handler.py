"""Entry points of the webhooks slice: its routes for partners, public events, tries of deliveries, and the sweep."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from functions.webhooks.logic import Due, Ports, serving, sweeping, telling, trying
from functions.webhooks.model.deliveries import Delivery
from functions.webhooks.model.endpoints import Endpoint
from functions.webhooks.model.notices import (
    SETTLED,
    TEST_TYPE,
    Entry,
    Placed,
    notice_of,
    places_of,
    position_of,
    territory_of,
)
from functions.webhooks.model.remits import Remit
from functions.webhooks.requests import (
    DeliveryDetail,
    DeliveryList,
    DeliveryView,
    EndpointFacts,
    EndpointList,
    EndpointView,
    Feed,
    NewEndpoint,
    NewReplay,
    ReplayView,
    Snapshot,
    attempt_view,
    delivery_view,
    endpoint_view,
    notice_view,
)
from functions.webhooks.settings import Settings
from functions.webhooks.signing import Signer
from functions.webhooks.store import Webhooks
from functions.webhooks.transport import AttemptQueue, BadUrl, Transport, check_url
from passerelle import clock
from passerelle.access import partner
from passerelle.consuming import Consumer, Queues
from passerelle.consuming import Delivery as Arrival
from passerelle.contracts import Envelope, Event, event_class
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned, MissionStarted
from passerelle.contracts.demands import DemandClosed, DemandOpened
from passerelle.contracts.introductions import IntroductionBecameMutual
from passerelle.contracts.partners import PartnerEnded, PartnerRecorded
from passerelle.contracts.profiles import ProfilePublished, ProfileWithdrawn
from passerelle.contracts.sessions import SessionEnded, SessionOpened
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.nomenclature import Nomenclature
from passerelle.observability import caused_by, logger
from passerelle.problems import invalid_field
from passerelle.store import Stored, Table, cursor_after
from passerelle.vocabulary import current, while_current

PUBLIC: tuple[type[Event], ...] = (
    ProfilePublished,
    ProfileWithdrawn,
    DemandOpened,
    DemandClosed,
    IntroductionBecameMutual,
    AgreementSigned,
    MissionStarted,
    AgreementEnded,
    SessionOpened,
    SessionEnded,
)
KINDS = {event.__name__: event.source_slice for event in PUBLIC}


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    webhooks: Webhooks
    signer: Signer
    ports: Ports
    nomenclature: Nomenclature
    trusted_host: str


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    webhooks, signer = Webhooks(table), Signer(settings.secrets_key_id)
    transport = Transport(settings.trusted_host)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        webhooks=webhooks,
        signer=signer,
        ports=Ports(webhooks, transport, signer, AttemptQueue(settings.attempts_queue_url)),
        nomenclature=current(),
        trusted_host=settings.trusted_host,
    )


api = Api("webhooks", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.post(
    "/webhooks/endpoints",
    allow=partner("webhooks:write"),
    body=NewEndpoint,
    answer=EndpointView,
    status=HTTPStatus.CREATED,
    summary="Register an endpoint; its secret is in this answer alone, and it is told nothing before it is verified.",
)
def register(request: Request[NewEndpoint]) -> Answer:
    _check(request.body)
    webhooks, partner_id, endpoint_id = wire().webhooks, request.actor.tenant, clock.new_id("whe")
    registry = webhooks.registry(partner_id)
    webhooks.save_registry(request.transaction, partner_id, registry.value.entered(endpoint_id), registry.version + 1)
    sealed, shown = wire().signer.new_secret(endpoint_id, request.body.signature)
    endpoint = Endpoint(
        id=endpoint_id,
        partner=partner_id,
        url=request.body.url,
        filters=request.body.wanted.filters(),
        scheme=request.body.signature,
        secrets=(sealed,),
    )
    webhooks.save_endpoint(request.transaction, endpoint, 1)
    return _with_secret(endpoint, shown, 1, HTTPStatus.CREATED)


@api.get(
    "/webhooks/endpoints",
    allow=partner("webhooks:read"),
    answer=EndpointList,
    summary="Your endpoints.",
)
def list_endpoints(request: Request[NoBody]) -> Answer:
    mine = (one.value for one in wire().webhooks.endpoints() if one.value.partner == request.actor.tenant)
    return Answer(EndpointList(items=tuple(_view(endpoint) for endpoint in mine)))


@api.get(
    "/webhooks/endpoints/{endpoint_id}",
    allow=partner("webhooks:read"),
    answer=EndpointView,
    summary="An endpoint, and how it answers of late.",
)
def get_endpoint(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    return Answer(_view(stored.value), version=stored.version)


@api.put(
    "/webhooks/endpoints/{endpoint_id}",
    allow=partner("webhooks:write"),
    body=EndpointFacts,
    answer=EndpointView,
    needs_version=True,
    summary="Change the address or what is asked for; another address has to be verified first.",
)
def put_endpoint(request: Request[EndpointFacts]) -> Answer:
    stored = _own(request)
    _check(request.body)
    changed = stored.value.described(request.body.url, request.body.wanted.filters())
    wire().webhooks.save_endpoint(request.transaction, changed, stored.version + 1)
    return Answer(_view(changed), version=stored.version + 1)


@api.delete(
    "/webhooks/endpoints/{endpoint_id}",
    allow=partner("webhooks:write"),
    status=HTTPStatus.NO_CONTENT,
    summary="Remove an endpoint; it is told nothing more.",
)
def remove_endpoint(request: Request[NoBody]) -> Answer:
    webhooks, stored = wire().webhooks, _own(request)
    registry = webhooks.registry(stored.value.partner)
    left = registry.value.removed(stored.value.id)
    webhooks.save_registry(request.transaction, stored.value.partner, left, registry.version + 1)
    webhooks.remove_endpoint(request.transaction, stored)
    return Answer(status=HTTPStatus.NO_CONTENT)


@api.post(
    "/webhooks/endpoints/{endpoint_id}/verification",
    allow=partner("webhooks:write"),
    answer=EndpointView,
    summary="Show that the endpoint is yours, twice a minute at most: it gives back a signed challenge. Wakes it, too.",
)
def verify(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    verified = serving.verify(wire().ports, request.transaction, stored)
    return Answer(endpoint_view(verified, 0, None), version=stored.version + 1)


@api.post(
    "/webhooks/endpoints/{endpoint_id}/secrets",
    allow=partner("webhooks:write"),
    answer=EndpointView,
    status=HTTPStatus.CREATED,
    summary="Make a fresh secret; the one before it still signs beside it for a day.",
)
def rotate(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    sealed, shown = wire().signer.new_secret(stored.value.id, stored.value.scheme)
    rotated = stored.value.rotated(sealed, clock.now())
    wire().webhooks.save_endpoint(request.transaction, rotated, stored.version + 1)
    return _with_secret(rotated, shown, stored.version + 1, HTTPStatus.CREATED)


@api.post(
    "/webhooks/endpoints/{endpoint_id}/tests",
    allow=partner("webhooks:write"),
    answer=DeliveryView,
    status=HTTPStatus.ACCEPTED,
    summary="Have a test event delivered; it tells nothing.",
)
def send_test(request: Request[NoBody]) -> Answer:
    endpoint = _own(request).value
    notice = telling.here(endpoint.id, TEST_TYPE)
    delivery = telling.owe(wire().ports, endpoint, Placed(notice=notice))
    return Answer(delivery_view(notice, delivery), HTTPStatus.ACCEPTED)


@api.get(
    "/webhooks/endpoints/{endpoint_id}/feed",
    allow=partner("webhooks:read"),
    answer=Feed,
    query=("limit", "cursor"),
    summary="The same events to be fetched, the oldest first, up to a minute ago.",
)
def get_feed(request: Request[NoBody]) -> Answer:
    endpoint = _own(request).value
    entries, cursor = serving.feed(wire().ports, endpoint, request.limit(), request.query.get("cursor"))
    return Answer(Feed(items=tuple(notice_view(entry.notice) for entry in entries), cursor=cursor))


@api.get(
    "/webhooks/endpoints/{endpoint_id}/snapshot",
    allow=partner("webhooks:read"),
    answer=Snapshot,
    query=("limit", "cursor"),
    summary="The latest event of every resource, to start from; then the feed goes on.",
)
def get_snapshot(request: Request[NoBody]) -> Answer:
    endpoint, cursor = _own(request).value, request.query.get("cursor")
    begins = cursor_after(position_of(clock.now() - SETTLED)) if cursor is None else None
    notices, following = serving.snapshot(wire().ports, endpoint, KINDS, request.limit(), cursor)
    return Answer(Snapshot(items=tuple(map(notice_view, notices)), cursor=following, feed_cursor=begins))


@api.get(
    "/webhooks/endpoints/{endpoint_id}/deliveries",
    allow=partner("webhooks:read"),
    answer=DeliveryList,
    query=("limit", "cursor"),
    summary="The delivery log of an endpoint, the oldest first.",
)
def list_deliveries(request: Request[NoBody]) -> Answer:
    endpoint, webhooks = _own(request).value, wire().webhooks
    page = webhooks.feed(endpoint.id, request.limit(), request.query.get("cursor"))
    remit = webhooks.remit(endpoint.partner).value
    notices = [stored.value.notice for stored in page.items if remit.admits(stored.value)]
    read = [(notice, webhooks.delivery(endpoint.id, notice.id)) for notice in notices]
    items = tuple(delivery_view(notice, stored.value) for notice, stored in read if stored is not None)
    return Answer(DeliveryList(items=items, cursor=page.cursor))


@api.get(
    "/webhooks/endpoints/{endpoint_id}/deliveries/{delivery_id}",
    allow=partner("webhooks:read"),
    answer=DeliveryDetail,
    summary="One delivery: what was sent, and every try.",
)
def get_delivery(request: Request[NoBody]) -> Answer:
    entry, stored = _own_delivery(request)
    attempts = wire().webhooks.attempts(stored.value.endpoint_id, entry.notice.id)
    seen = delivery_view(entry.notice, stored.value).model_dump()
    lines = tuple(map(attempt_view, attempts))
    return Answer(DeliveryDetail(**seen, attempts=lines, notice=notice_view(entry.notice)), version=stored.version)


@api.post(
    "/webhooks/endpoints/{endpoint_id}/deliveries/{delivery_id}/resend",
    allow=partner("webhooks:write"),
    answer=DeliveryView,
    status=HTTPStatus.ACCEPTED,
    summary="Tell one event again: same id, new timestamp, within a minute.",
)
def resend(request: Request[NoBody]) -> Answer:
    entry, stored = _own_delivery(request)
    request.require_version(stored.version)
    again = serving.resend(wire().ports, request.transaction, _own(request, checked=False).value, stored)
    return Answer(delivery_view(entry.notice, again), HTTPStatus.ACCEPTED)


@api.post(
    "/webhooks/endpoints/{endpoint_id}/replay",
    allow=partner("webhooks:write"),
    body=NewReplay,
    answer=ReplayView,
    status=HTTPStatus.ACCEPTED,
    summary="Tell everything since a moment again, at most fourteen days back.",
)
def replay(request: Request[NewReplay]) -> Answer:
    endpoint = _own(request).value
    serving.replay(wire().ports, request.transaction, endpoint.id, request.body.since)
    return Answer(ReplayView(endpoint_id=endpoint.id, since=request.body.since), HTTPStatus.ACCEPTED)


def on_public_fact(arrival: Arrival[Event]) -> None:
    """Every public fact is told in the same way."""
    kind, envelope = event_class(arrival.envelope.type), arrival.envelope
    places = _places(envelope)
    notice = notice_of(envelope, kind, territory_of(places))
    telling.tell(wire().ports, arrival.transaction, Placed(notice=notice, places=places), kind.batched)


for _event in PUBLIC:
    events.on(_event)(on_public_fact)


@events.on(PartnerRecorded)
def on_partner_recorded(arrival: Arrival[PartnerRecorded]) -> None:
    said = arrival.event
    remit = Remit(
        partner=said.partner_id,
        programmes=said.programmes,
        territories=tuple(f"{one.level}:{one.code}" for one in said.territories),
        sequence=arrival.envelope.sequence,
    )
    telling.note_remit(wire().ports, arrival.transaction, remit)


@events.on(PartnerEnded)
def on_partner_ended(arrival: Arrival[PartnerEnded]) -> None:
    remit = Remit(partner=arrival.event.partner_id, ended=True, sequence=arrival.envelope.sequence)
    telling.note_remit(wire().ports, arrival.transaction, remit)


def attempt(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Try the deliveries that the queue hands over; answers which messages failed and come again."""
    failed = [record["messageId"] for record in event["Records"] if not _tried(record)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def sweep(_event: dict[str, Any], context: Any) -> None:
    """The minute's schedule: batches, replays, and whatever is due."""
    cause = clock.new_id("run")
    with caused_by(cause, cause):
        sweeping.sweep(wire().ports, _seconds_left(context))


def _tried(record: Mapping[str, Any]) -> bool:
    try:
        said = json.loads(record["body"])
        cause = clock.new_id("try")
        with caused_by(cause, cause):
            trying.attempt(wire().ports, Due(said["partner"], said["endpoint"], said["notice"], said["tries"]))
    except Exception:
        logger.exception("a delivery failed on our side, it comes again", message_id=record["messageId"])
        return False
    return True


def _seconds_left(context: Any) -> Callable[[], float]:
    if context is None:
        return lambda: math.inf
    return lambda: context.get_remaining_time_in_millis() / 1000


def _own(request: Request[Any], *, checked: bool = True) -> Stored[Endpoint]:
    stored: Stored[Endpoint] = found(wire().webhooks.endpoint(request.actor.tenant, request.path["endpoint_id"]))
    if checked:
        request.require_version(stored.version)
    return stored


def _own_delivery(request: Request[Any]) -> tuple[Entry, Stored[Delivery]]:
    endpoint, delivery_id = _own(request, checked=False).value, request.path["delivery_id"]
    entry: Entry = found(wire().webhooks.entry(endpoint.id, delivery_id))
    found(entry if wire().webhooks.remit(endpoint.partner).value.admits(entry) else None)
    return entry, found(wire().webhooks.delivery(endpoint.id, delivery_id))


def _view(endpoint: Endpoint) -> EndpointView:
    health = wire().webhooks.health(endpoint.id).value
    return endpoint_view(endpoint, health.failures, health.open_until)


def _with_secret(endpoint: Endpoint, shown: str, version: int, status: HTTPStatus) -> Answer:
    hidden = _view(endpoint)
    body = hidden.model_copy(update={"secret": shown})
    where = f"/webhooks/endpoints/{endpoint.id}"
    return Answer(body, status, version=version, location=where, remembered=hidden)


def _check(facts: EndpointFacts) -> None:
    try:
        check_url(facts.url, wire().trusted_host)
    except BadUrl as error:
        raise invalid_field("/url", f"{error}.", "Give a public https address.") from None
    unknown = sorted(facts.wanted.types - set(KINDS))
    if unknown:
        raise invalid_field("/wanted/types", "A type is not one of ours.", f"Known ones: {', '.join(sorted(KINDS))}.")


def _places(envelope: Envelope) -> tuple[str, ...]:
    """Every area that holds the thing whole: by the card that the fact shows, by its municipality where it is no masked
    one, or else by its envelope."""
    shown, municipality = (envelope.data.get("card") or {}).get("area"), envelope.data.get("municipality")
    level, code = (shown["level"], shown["code"]) if shown else ("department", envelope.territory)
    if municipality:
        level, code = "municipality", municipality
    if code is None:
        return ()
    return places_of((level, code), (one.areas for one in wire().nomenclature.municipalities))
