"""Entry points of the demands slice: its routes, its events, and the daily end of what is overdue."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from functions.demands import logic
from functions.demands.model import Demand, exact_card, faults
from functions.demands.publishing import Publisher
from functions.demands.requests import SHEET, Closure, DemandList, DemandView, NewDemand, RevisedDemand
from functions.demands.settings import Settings
from functions.demands.store import Demands
from passerelle import clock, imports
from passerelle.access import company
from passerelle.classes import Classes
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.demands import DemandClosed, DemandImportAdvanced, DemandOpened, DemandReferred
from passerelle.contracts.introductions import IntroductionBecameMutual
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.observability import caused_by
from passerelle.problems import FieldError
from passerelle.store import Stored, Table, Transaction
from passerelle.vocabulary import current, while_current


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    demands: Demands
    publisher: Publisher


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    queues = Queues(settings.queue_url, settings.dead_letter_queue_url)
    classes = Classes.opened(settings)
    demands = Demands(table, classes)
    publisher = Publisher(demands, current(), classes, at_once=settings.publication_hours == 0)
    return Wiring(table, queues, demands, publisher)


api = Api("demands", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.post(
    "/demands",
    allow=company("demands:write"),
    body=NewDemand,
    answer=DemandView,
    status=HTTPStatus.CREATED,
    summary="Post a demand; its masked card is open to lenders at once, unless it is a draft.",
)
def post_demand(request: Request[NewDemand]) -> Answer:
    posted = _posted(request.transaction, request.actor.tenant, request.actor.subject, request.body)
    answer = _view(posted)
    return Answer(answer, HTTPStatus.CREATED, version=posted.version, location=f"/demands/{answer.id}")


@api.get(
    "/demands",
    allow=company("demands:read", active=False),
    answer=DemandList,
    query=("limit", "cursor"),
    summary="Your demands.",
    sheet=SHEET,
)
def list_demands(request: Request[NoBody]) -> Answer:
    page = wire().demands.page(request.actor.tenant, request.limit(), request.query.get("cursor"))
    return Answer(DemandList(items=tuple(_view(stored) for stored in page.items), cursor=page.cursor))


def _posted(transaction: Transaction, tenant: str, by: str, said: NewDemand) -> Stored[Demand]:
    return logic.post(
        wire().demands,
        transaction,
        wire().publisher,
        Demand(id=clock.new_id("dem"), tenant=tenant, need=said.need()),
        confirmed_by=by if said.confirm_length else None,
        opens=not said.draft,
    )


def _faults(said: NewDemand) -> list[FieldError]:
    today = clock.today()
    nomenclature = wire().publisher.nomenclature
    return faults(said.need(), nomenclature, today, not_before=today, confirmed=said.confirm_length)


imports.serve(
    api,
    events,
    imports.Imported(
        path="/demands",
        writing=company("demands:write"),
        reading=company("demands:read", active=False),
        sheet=SHEET,
        due=DemandImportAdvanced,
        faults=_faults,
        create=lambda transaction, tenant, by, said: _posted(transaction, tenant, by, said).value.id,
    ),
)


@api.get(
    "/demands/{demand_id}",
    allow=company("demands:read", active=False),
    answer=DemandView,
    summary="One of your demands, with the card that lenders see.",
)
def get_demand(request: Request[NoBody]) -> Answer:
    return _viewed(_own(request))


@api.put(
    "/demands/{demand_id}",
    allow=company("demands:write"),
    body=RevisedDemand,
    answer=DemandView,
    needs_version=True,
    summary="Say anew what you need; lenders see the new card when the demand is open.",
)
def put_demand(request: Request[RevisedDemand]) -> Answer:
    revised = logic.revise(
        request.transaction,
        wire().publisher,
        _own(request),
        request.body.need(),
        confirmed_by=request.actor.subject if request.body.confirm_length else None,
    )
    return _viewed(revised)


@api.post(
    "/demands/{demand_id}/opening",
    allow=company("demands:write"),
    answer=DemandView,
    summary="Show a draft to lenders.",
)
def open_demand(request: Request[NoBody]) -> Answer:
    return _viewed(logic.open_draft(wire().demands, request.transaction, wire().publisher, _own(request)))


@api.post(
    "/demands/{demand_id}/closure",
    allow=company("demands:write", active=False),
    body=Closure,
    answer=DemandView,
    summary="End an open demand: filled, or no longer needed.",
)
def close_demand(request: Request[Closure]) -> Answer:
    stored = _own(request)
    return _viewed(logic.close(request.transaction, wire().publisher, stored, request.body.outcome))


@events.on(CompanyActivated)
def on_company_activated(delivery: Delivery[CompanyActivated]) -> None:
    _note_standing(delivery, active=True)


@events.on(CompanySuspended)
def on_company_suspended(delivery: Delivery[CompanySuspended]) -> None:
    _note_standing(delivery, active=False)


@events.on(CompanyClosed)
def on_company_closed(delivery: Delivery[CompanyClosed]) -> None:
    _note_standing(delivery, active=False)


@events.on(IntroductionBecameMutual)
def on_introduction_became_mutual(delivery: Delivery[IntroductionBecameMutual]) -> None:
    event = delivery.event
    logic.refine_card(
        wire().demands, delivery.transaction, wire().publisher, event.host, event.demand_id, event.introduction_id
    )


@events.on(DemandOpened)
def on_demand_opened(_: Delivery[DemandOpened]) -> None:
    _publish_at_once()


@events.on(DemandReferred)
def on_demand_referred(_: Delivery[DemandReferred]) -> None:
    _publish_at_once()


@events.on(DemandClosed)
def on_demand_closed(_: Delivery[DemandClosed]) -> None:
    _publish_at_once()


def publish(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 -- Lambda passes both
    """Publish the batch: every card that waits gets its place; run by the schedule, answers how many changed."""
    run = clock.new_id("run")
    with caused_by(run, run):
        return {"changed": wire().publisher.placing.all_waiting()}


def expire(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 -- Lambda passes both
    """End the demands whose last day is over; run by the schedule, answers how many it ended."""
    run = clock.new_id("run")
    with caused_by(run, run):
        return {"expired": logic.expire_overdue(wire().demands, wire().publisher, clock.today())}


def _publish_at_once() -> None:
    """A card came or went: another may have its class now, or have lost it."""
    if wire().publisher.at_once:
        wire().publisher.placing.all_waiting()


def _note_standing(
    delivery: Delivery[CompanyActivated] | Delivery[CompanySuspended] | Delivery[CompanyClosed], *, active: bool
) -> None:
    logic.note_standing(
        wire().demands,
        wire().publisher,
        delivery.event.company_id,
        delivery.envelope.sequence,
        active=active,
    )


def _own(request: Request[Any]) -> Stored[Demand]:
    stored = logic.own_demand(wire().demands, request.actor.tenant, request.path["demand_id"])
    request.require_version(stored.version)
    return stored


def _viewed(stored: Stored[Demand]) -> Answer:
    return Answer(_view(stored), version=stored.version)


def _view(stored: Stored[Demand]) -> DemandView:
    demand = stored.value
    return DemandView(
        id=demand.id,
        version=stored.version,
        state=demand.state,
        need=demand.need,
        length_confirmed=demand.length_confirmed is not None,
        card=exact_card(demand, wire().publisher.nomenclature),
        shown=demand.shown,
        with_adviser=demand.with_adviser,
    )
