"""Entry points of the introductions slice: its routes, the events it follows, and the daily end of those unanswered."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from functions.introductions import logic
from functions.introductions.model import Introduction, Standing
from functions.introductions.requests import IntroductionList, IntroductionView, Refusal, introduction_view
from functions.introductions.settings import Settings
from functions.introductions.store import Introductions
from passerelle import clock
from passerelle.access import company
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.demands import DemandClosed
from passerelle.contracts.matching import MatchesProposed
from passerelle.contracts.profiles import ProfileWithdrawn
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.nomenclature import Nomenclature, load_starter
from passerelle.observability import caused_by, logger
from passerelle.problems import Malformed
from passerelle.store import Stored, Table


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    introductions: Introductions
    nomenclature: Nomenclature


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        introductions=Introductions(table),
        nomenclature=load_starter(),
    )


api = Api("introductions", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/introductions",
    allow=company("introductions:read"),
    answer=IntroductionList,
    query=("state", "limit", "cursor"),
    summary="Your introductions on either side, those to be answered soonest first.",
)
def list_introductions(request: Request[NoBody]) -> Answer:
    tenant = request.actor.tenant
    standing = _standing(request.query.get("state"))
    page = logic.list_own(wire().introductions, tenant, standing, request.limit(), request.query.get("cursor"))
    items = tuple(introduction_view(stored, tenant, wire().nomenclature) for stored in page.items)
    return Answer(IntroductionList(items=items, cursor=page.cursor))


@api.get(
    "/introductions/{introduction_id}",
    allow=company("introductions:read"),
    answer=IntroductionView,
    summary="One introduction: the other's masked card, why it was proposed, and where it stands.",
)
def get_introduction(request: Request[NoBody]) -> Answer:
    return _answer(request, _own(request))


@api.post(
    "/introductions/{introduction_id}/interest",
    allow=company("introductions:write"),
    answer=IntroductionView,
    summary="Say that you are interested; the other side learns it.",
)
def express_interest(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    request.require_version(stored.version)
    after = logic.express_interest(wire().introductions, request.transaction, stored, request.actor.tenant)
    return _answer(request, after)


@api.post(
    "/introductions/{introduction_id}/refusal",
    allow=company("introductions:write"),
    body=Refusal,
    answer=IntroductionView,
    summary="Say that you do not wish to go on; the other side learns only that it does not proceed.",
)
def refuse(request: Request[Refusal]) -> Answer:
    stored = _own(request)
    request.require_version(stored.version)
    after = logic.refuse(wire().introductions, request.transaction, stored, request.actor.tenant, request.body.reason)
    return _answer(request, after)


@events.on(MatchesProposed)
def on_matches_proposed(delivery: Delivery[MatchesProposed]) -> None:
    logic.propose(wire().introductions, delivery.transaction, delivery.event, clock.today())


@events.on(ProfileWithdrawn)
def on_profile_withdrawn(delivery: Delivery[ProfileWithdrawn]) -> None:
    envelope = delivery.envelope
    logic.end_all(wire().introductions, "profile", envelope.tenant, delivery.event.profile_id, envelope.sequence)


@events.on(DemandClosed)
def on_demand_closed(delivery: Delivery[DemandClosed]) -> None:
    envelope = delivery.envelope
    logic.end_all(wire().introductions, "demand", envelope.tenant, delivery.event.demand_id, envelope.sequence)


def expire(_event: dict[str, Any], _context: Any) -> None:
    """The daily schedule: end what nobody answered in time."""
    cause = clock.new_id("run")
    with caused_by(cause, cause):
        ended = logic.expire(wire().introductions, clock.today())
        logger.info("introductions expired", count=ended)


def _own(request: Request[Any]) -> Stored[Introduction]:
    return logic.own(wire().introductions, request.actor.tenant, request.path["introduction_id"])


def _answer(request: Request[Any], stored: Stored[Introduction]) -> Answer:
    view = introduction_view(stored, request.actor.tenant, wire().nomenclature)
    return Answer(view, version=stored.version)


def _standing(asked: str | None) -> Standing | None:
    if asked is None:
        return None
    if asked not in set(Standing):
        raise Malformed("state is not one of ours.", remedy=f"Known ones: {', '.join(Standing)}.")
    return Standing(asked)
