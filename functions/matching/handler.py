"""Entry points of the matching slice: its routes, the events it follows, and what the operator invokes."""

import base64
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from functions.matching import clearing as territories
from functions.matching import erasing, rebuilding
from functions.matching.index import ProfileIndex, connect
from functions.matching.logic.proposing import Matching
from functions.matching.logic.showing import Showing
from functions.matching.model.formula import WEIGHTS, Knowledge
from functions.matching.model.ranking import MOST_PROPOSED, Company
from functions.matching.requests import (
    CombinationView,
    Formula,
    MatchList,
    MatchView,
    NewProposal,
    OfferList,
    WeightView,
    combination_view,
    match_view,
    offer_view,
)
from functions.matching.settings import Settings
from functions.matching.store import Matches
from functions.matching.wording import HARD_FACTS, NAMES, PRINCIPLE, RULES
from passerelle.access import company, public
from passerelle.classes import Classes
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended, CompanyUpdated
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.contracts.profiles import ProfileErased, ProfilePublished, ProfileReferred, ProfileWithdrawn
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.nomenclature import Nomenclature
from passerelle.store import BadCursor, Table, dynamodb_client
from passerelle.vocabulary import current, while_current

_POSITION = re.compile(r"^([^/]{1,80})/(-?\d{1,7})/([a-z0-9_]{1,40})$")


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    matching: Matching
    showing: Showing
    rows: Matches
    index: ProfileIndex
    gate: Classes
    knowledge: Knowledge
    nomenclature: Nomenclature


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    client = dynamodb_client()
    table = Table(settings.table_name, client)
    knowledge = Knowledge(current())
    index = ProfileIndex(connect(settings.search_endpoint), settings.search_index, knowledge)
    rows = Matches(table, client)
    gate = Classes.opened(settings)
    edges = rows, index, gate, knowledge
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        matching=Matching(*edges),
        showing=Showing(*edges),
        rows=rows,
        index=index,
        gate=gate,
        knowledge=knowledge,
        nomenclature=knowledge.nomenclature,
    )


api = Api("matching", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/matching/demands/{demand_id}/matches",
    allow=company("matching:read"),
    answer=MatchList,
    query=("limit", "cursor"),
    summary="Everyone who passes the hard facts of your demand, best first, each explained.",
)
def list_matches(request: Request[NoBody]) -> Answer:
    wiring = wire()
    after = _position(request.query.get("cursor"), wiring.nomenclature)
    shown, following = wiring.showing.people_for(
        request.transaction, request.actor.tenant, request.path["demand_id"], request.limit(), after
    )
    items = tuple(match_view(one, wiring.nomenclature) for one in shown)
    return Answer(MatchList(items=items, cursor=_cursor(following, wiring.nomenclature)))


@api.get(
    "/matching/demands/{demand_id}/combination",
    allow=company("matching:read"),
    answer=CombinationView,
    summary="Several people who cover your demand together, side by side or one after the other, each explained.",
)
def show_combination(request: Request[NoBody]) -> Answer:
    wiring = wire()
    found = wiring.showing.combination_for(request.transaction, request.actor.tenant, request.path["demand_id"])
    return Answer(combination_view(found, wiring.nomenclature))


@api.get(
    "/matching/profiles/{profile_id}/demands",
    allow=company("matching:read"),
    answer=OfferList,
    query=("limit", "cursor"),
    summary="Every masked demand that no hard fact parts from your volunteer, best first, each explained.",
)
def list_demands(request: Request[NoBody]) -> Answer:
    wiring = wire()
    after = _position(request.query.get("cursor"), wiring.nomenclature)
    offers, following = wiring.showing.demands_for(
        request.transaction, request.actor.tenant, request.path["profile_id"], request.limit(), after
    )
    items = tuple(offer_view(one, wiring.nomenclature) for one in offers)
    return Answer(OfferList(items=items, cursor=_cursor(following, wiring.nomenclature)))


@api.get(
    "/matching/profiles/{profile_id}/near-misses",
    allow=company("matching:read"),
    answer=OfferList,
    query=("limit", "cursor"),
    summary="Masked demands that one change of dates or of distance would open to your volunteer, best first.",
)
def list_near_misses(request: Request[NoBody]) -> Answer:
    wiring = wire()
    after = _position(request.query.get("cursor"), wiring.nomenclature)
    offers, following = wiring.showing.near_misses_of(
        request.transaction, request.actor.tenant, request.path["profile_id"], request.limit(), after
    )
    items = tuple(offer_view(one, wiring.nomenclature) for one in offers)
    return Answer(OfferList(items=items, cursor=_cursor(following, wiring.nomenclature)))


@api.post(
    "/matching/demands/{demand_id}/proposals",
    allow=company("matching:write"),
    body=NewProposal,
    answer=MatchView,
    status=HTTPStatus.ACCEPTED,
    summary="Ask to be introduced to one profile of the list; the introduction follows.",
)
def ask_for_introduction(request: Request[NewProposal]) -> Answer:
    wiring = wire()
    asked = wiring.matching.ask_for(
        request.transaction, request.actor.tenant, request.path["demand_id"], request.body.profile_id
    )
    return Answer(match_view(asked, wiring.nomenclature), HTTPStatus.ACCEPTED)


@api.get("/matching/weights", allow=public(), answer=Formula, summary="The formula that ranks profiles, explained.")
def get_weights(_: Request[NoBody]) -> Answer:
    weights = tuple(
        WeightView(name=name, label=NAMES[name], weight=weight / 100, rule=RULES[name])
        for name, weight in WEIGHTS.items()
    )
    return Answer(Formula(weights=weights, hard_facts=HARD_FACTS, principle=PRINCIPLE, most_proposed=MOST_PROPOSED))


@events.on(CompanyActivated)
def on_company_activated(delivery: Delivery[CompanyActivated]) -> None:
    _learn_company(delivery, marks=delivery.event.marks, denied=delivery.event.denied)


@events.on(CompanyUpdated)
def on_company_updated(delivery: Delivery[CompanyUpdated]) -> None:
    _learn_company(delivery, marks=delivery.event.marks, denied=delivery.event.denied)


@events.on(CompanySuspended)
def on_company_suspended(delivery: Delivery[CompanySuspended]) -> None:
    _learn_company(delivery)


@events.on(CompanyClosed)
def on_company_closed(delivery: Delivery[CompanyClosed]) -> None:
    _learn_company(delivery)


@events.on(ProfilePublished)
def on_profile_published(delivery: Delivery[ProfilePublished]) -> None:
    envelope, event = delivery.envelope, delivery.event
    wire().matching.publish(envelope.tenant, envelope.sequence, event.profile_id, event.person_id, event.card)


@events.on(ProfileWithdrawn)
def on_profile_withdrawn(delivery: Delivery[ProfileWithdrawn]) -> None:
    wire().matching.withdraw(delivery.envelope.tenant, delivery.envelope.sequence, delivery.event.profile_id)


@events.on(ProfileReferred)
def on_profile_referred(delivery: Delivery[ProfileReferred]) -> None:
    wire().matching.withdraw(delivery.envelope.tenant, delivery.envelope.sequence, delivery.event.profile_id)


@events.on(ProfileErased)
def on_profile_erased(delivery: Delivery[ProfileErased]) -> None:
    erasing.erase(wire().matching, delivery.transaction, delivery.event)


@events.on(DemandOpened)
def on_demand_opened(delivery: Delivery[DemandOpened]) -> None:
    envelope, event = delivery.envelope, delivery.event
    wire().matching.open_demand(envelope.tenant, envelope.sequence, event.demand_id, event.card)


@events.on(DemandReferred)
def on_demand_referred(delivery: Delivery[DemandReferred]) -> None:
    envelope, demand_id = delivery.envelope, delivery.event.demand_id
    wire().matching.close_demand(delivery.transaction, envelope.tenant, envelope.sequence, demand_id, with_adviser=True)


@events.on(DemandClosed)
def on_demand_closed(delivery: Delivery[DemandClosed]) -> None:
    envelope = delivery.envelope
    wire().matching.close_demand(delivery.transaction, envelope.tenant, envelope.sequence, delivery.event.demand_id)


def rebuild(event: Any, _context: Any) -> dict[str, Any]:
    """One act of a rebuild of the index, for the operator alone: an `Order` in, what was `Done` out."""
    return rebuilding.rebuild(rebuilding.Order.model_validate(event), wire().rows, wire().index).model_dump()


def clearing(event: Any, _context: Any) -> dict[str, Any]:
    """The proposal for a `Territory`, for the operator alone."""
    territory = territories.Territory.model_validate(event)
    return territories.cleared(territory, wire().rows, wire().gate, wire().knowledge).model_dump(mode="json")


def _learn_company(
    delivery: Delivery[CompanyActivated]
    | Delivery[CompanyUpdated]
    | Delivery[CompanySuspended]
    | Delivery[CompanyClosed],
    *,
    marks: tuple[str, ...] | None = None,
    denied: tuple[str, ...] = (),
) -> None:
    learnt = Company(
        tenant=delivery.event.company_id,
        active=marks is not None,
        marks=frozenset(marks or ()),
        denied=frozenset(denied),
    )
    wire().matching.learn_company(learnt, delivery.envelope.sequence)


def _position(cursor: str | None, known: Nomenclature) -> tuple[int, str] | None:
    """Where a list goes on. A cursor holds for one nomenclature: another gives everybody another score, and whoever
    stood further down may stand further up now."""
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    match = _POSITION.match(text)
    if match is None:
        raise BadCursor("take the cursor from the answer of the page before")
    if match[1] != known.version:
        raise BadCursor("the nomenclature has changed since the page before, and the order with it")
    return int(match[2]), match[3]


def _cursor(position: tuple[int, str] | None, known: Nomenclature) -> str | None:
    if position is None:
        return None
    said = f"{known.version}/{position[0]}/{position[1]}"
    return base64.urlsafe_b64encode(said.encode()).rstrip(b"=").decode()
