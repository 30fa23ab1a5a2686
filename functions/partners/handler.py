"""Entry points of the partners slice: its routes, the inbox, what the inbox and missions bring, and the daily count."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from functions.partners import partnerships
from functions.partners.logic import agreements, inbox, organisations
from functions.partners.model.organisations import Partner
from functions.partners.requests import (
    InboxDeliveryList,
    InboxMessage,
    InboxReceipt,
    NewPartner,
    PartnerFacts,
    PartnerList,
    PartnerView,
    SecretView,
    delivery_view,
    partner_view,
)
from functions.partners.settings import Settings
from functions.partners.store import Partners
from functions.partners.vault import References, Vault
from passerelle import clock
from passerelle.access import Role, operators, partner_or_operator, public
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.agreements import MissionStarted
from passerelle.contracts.partners import InboxDeliveryReceived
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.nomenclature import Nomenclature
from passerelle.observability import caused_by, logger
from passerelle.pacing import Buckets, Pace
from passerelle.store import Stored, Table, dynamodb_client
from passerelle.vocabulary import current, while_current


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    settings: Settings
    table: Table
    queues: Queues
    partners: Partners
    vault: Vault
    nomenclature: Nomenclature
    inbox: inbox.Ports


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table, nomenclature = Table(settings.table_name), current()
    partners, vault = Partners(table, settings.inbox_days), Vault(settings.vault_key_id)
    pace = Pace(settings.requests_per_second, settings.requests_at_once)
    return Wiring(
        settings=settings,
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        partners=partners,
        vault=vault,
        nomenclature=nomenclature,
        inbox=inbox.Ports(
            partners,
            vault,
            References(settings.mark_secret_id),
            nomenclature,
            Buckets(settings.table_name, dynamodb_client(), pace),
        ),
    )


api = Api("partners", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)
partnerships.serve(api, lambda: wire().partners)


@api.post(
    "/partners",
    allow=operators(),
    body=NewPartner,
    answer=PartnerView,
    status=HTTPStatus.CREATED,
    summary="Record a partner organisation, under the id of its API key if it has one.",
)
def record_partner(request: Request[NewPartner]) -> Answer:
    said = request.body
    made = organisations.record(
        wire().partners, request.transaction, wire().nomenclature, said.partner_id, said.facts()
    )
    return Answer(partner_view(made), HTTPStatus.CREATED, version=1, location=f"/partners/{made.id}")


@api.get(
    "/partners",
    allow=operators(),
    answer=PartnerList,
    query=("limit", "cursor"),
    summary="The partner organisations, ended ones included.",
)
def list_partners(request: Request[NoBody]) -> Answer:
    page = wire().partners.page(request.limit(), request.query.get("cursor"))
    return Answer(PartnerList(items=tuple(partner_view(stored.value) for stored in page.items), cursor=page.cursor))


@api.post(
    "/partners/inbox/{partner_id}",
    allow=public(),
    signed=True,
    body=InboxMessage,
    answer=InboxReceipt,
    status=HTTPStatus.ACCEPTED,
    summary="A partner's signed message: candidates, sessions, outcomes. Sent too fast, 429: send it again later.",
)
def receive(request: Request[NoBody]) -> Answer:
    stored = inbox.receive(wire().inbox, request.transaction, request.path["partner_id"], request.headers, request.raw)
    return Answer(InboxReceipt(message_id=stored.message_id), HTTPStatus.ACCEPTED)


@api.get(
    "/partners/{partner_id}",
    allow=partner_or_operator("partners:read"),
    answer=PartnerView,
    summary="A partner organisation; a partner reads itself.",
)
def get_partner(request: Request[NoBody]) -> Answer:
    stored = _partner(request)
    return Answer(partner_view(stored.value), version=stored.version)


@api.put(
    "/partners/{partner_id}",
    allow=operators(),
    body=PartnerFacts,
    answer=PartnerView,
    needs_version=True,
    summary="Replace what is recorded of an organisation.",
)
def put_partner(request: Request[PartnerFacts]) -> Answer:
    stored = _partner(request)
    facts = request.body.facts()
    changed = organisations.change(wire().partners, request.transaction, wire().nomenclature, stored, facts)
    return Answer(partner_view(changed), version=stored.version + 1)


@api.post(
    "/partners/{partner_id}/ending",
    allow=operators(),
    answer=PartnerView,
    summary="End an organisation for good: its inbox is closed, its keys open nothing, its endpoints are told nothing.",
)
def end_partner(request: Request[NoBody]) -> Answer:
    stored = _partner(request)
    ended = organisations.end(wire().partners, request.transaction, stored)
    return Answer(partner_view(ended), version=stored.version + 1)


@api.post(
    "/partners/{partner_id}/secrets",
    allow=operators(),
    answer=SecretView,
    status=HTTPStatus.CREATED,
    summary="Make a fresh secret for the inbox, in this answer alone; the one before still holds for a week.",
)
def make_secret(request: Request[NoBody]) -> Answer:
    stored = _partner(request)
    rotated, shown = organisations.rotate(wire().partners, wire().vault, request.transaction, stored)
    former = rotated.secrets[1].until if len(rotated.secrets) > 1 else None
    hidden = SecretView(partner_id=rotated.id, former_until=former)
    body = hidden.model_copy(update={"secret": shown})
    return Answer(
        body,
        HTTPStatus.CREATED,
        version=stored.version + 1,
        location=f"/partners/{rotated.id}",
        remembered=hidden,
    )


@api.get(
    "/partners/{partner_id}/inbox",
    allow=partner_or_operator("partners:read"),
    answer=InboxDeliveryList,
    query=("limit", "cursor"),
    summary="What was delivered to a partner's inbox and what became of each item, the oldest first.",
)
def list_deliveries(request: Request[NoBody]) -> Answer:
    partner_id = _partner(request).value.id
    page = wire().partners.deliveries(partner_id, request.limit(), request.query.get("cursor"))
    return Answer(
        InboxDeliveryList(items=tuple(delivery_view(stored.value) for stored in page.items), cursor=page.cursor)
    )


@events.on(InboxDeliveryReceived)
def on_inbox_delivery_received(delivery: Delivery[InboxDeliveryReceived]) -> None:
    inbox.process(wire().inbox, delivery.event.partner_id, delivery.event.delivery_id)


@events.on(MissionStarted)
def on_mission_started(delivery: Delivery[MissionStarted]) -> None:
    agreements.note_mission(wire().partners, delivery.transaction, delivery.event)


def count(_event: dict[str, Any], _context: Any) -> None:
    """The daily schedule: end what is over, count what is in force."""
    run = clock.new_id("run")
    with caused_by(run, run):
        counted = agreements.count(wire().partners, wire().settings.small_cell, clock.today())
        logger.info("agreements counted", agreements=counted)


def _partner(request: Request[Any]) -> Stored[Partner]:
    asked, actor = request.path["partner_id"], request.actor
    its_own = actor.role is Role.OPERATOR or actor.tenant == asked
    stored: Stored[Partner] = found(wire().partners.find(asked) if its_own else None)
    request.require_version(stored.version)
    return stored
