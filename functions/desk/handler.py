"""Entry points of the desk slice: the adviser's routes, the operator's log, and the cards that come and go."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from functions.desk import erasing, logic, reviewing
from functions.desk.model.approaches import STANDING, Approach, Recorded
from functions.desk.model.cards import Card, Company, Kind
from functions.desk.model.reviews import Review
from functions.desk.model.suiting import Candidate, Places
from functions.desk.rendering import APPROACH_LIMITS, CARD_LIMITS, REASONS, REVIEW_LIMITS, STATES, French
from functions.desk.requests import (
    ApproachView,
    CandidateView,
    CardLine,
    Contacts,
    DeskCard,
    Log,
    NewAnswer,
    NewApproach,
    NewReviewAnswer,
    Queue,
    Reviews,
    ReviewView,
    WaitingCard,
)
from functions.desk.settings import Settings
from functions.desk.store import Desk
from passerelle import clock
from passerelle.access import advisers, operators
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.companies import CompanyActivated, CompanyUpdated
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.contracts.profiles import (
    ProfileErased,
    ProfilePublished,
    ProfileReferred,
    ProfileWithdrawn,
    ReviewAsked,
)
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.problems import Malformed
from passerelle.store import Stored, Table
from passerelle.vocabulary import current, while_current


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    desk: Desk
    places: Places
    french: French


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        desk=Desk(table),
        places=Places(current()),
        french=French(current()),
    )


api = Api("desk", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/desk/queue",
    allow=advisers(),
    answer=Queue,
    query=("limit", "cursor"),
    summary="The cards that cannot be shown, the oldest first; every reading is noted.",
)
def read_queue(request: Request[NoBody]) -> Answer:
    limit, cursor = request.limit(), request.query.get("cursor")
    page = logic.read_queue(wire().desk, request.transaction, request.actor, limit, cursor)
    items = (WaitingCard.model_validate(_waiting(stored.value)) for stored in page.items)
    return Answer(Queue(items=tuple(items), cursor=page.cursor))


@api.get(
    "/desk/cards/{card_id}",
    allow=advisers(),
    answer=DeskCard,
    summary="A card that waits, in words, and those of the other side that may suit it; every reading is noted.",
)
def read_card(request: Request[NoBody]) -> Answer:
    read = logic.read_card(wire().desk, request.transaction, request.actor, wire().places, request.path["card_id"])
    view = DeskCard(
        **_waiting(read.card),
        lines=_lines(found(read.card.card)),
        candidates=tuple(_candidate(one) for one in read.candidates),
        limits=CARD_LIMITS,
    )
    return Answer(view)


@api.post(
    "/desk/approaches",
    allow=advisers(),
    body=NewApproach,
    answer=ApproachView,
    status=HTTPStatus.CREATED,
    summary="Begin to speak to both companies of a pair; their contacts can be read while it is open.",
)
def open_approach(request: Request[NewApproach]) -> Answer:
    said = request.body
    opened = logic.open_approach(
        wire().desk, request.transaction, request.actor, said.profile_id, said.demand_id, said.note
    )
    location = f"/desk/approaches/{opened.value.id}"
    return Answer(_approach(opened.value), HTTPStatus.CREATED, version=opened.version, location=location)


@api.get(
    "/desk/approaches/{approach_id}",
    allow=advisers(),
    answer=ApproachView,
    summary="An approach: what each side said, and where it stands; every reading is noted.",
)
def read_approach(request: Request[NoBody]) -> Answer:
    stored = logic.read_approach(wire().desk, request.transaction, request.actor, request.path["approach_id"])
    return Answer(_approach(stored.value), version=stored.version)


@api.post(
    "/desk/approaches/{approach_id}/answers",
    allow=advisers(),
    body=NewAnswer,
    answer=ApproachView,
    summary="Record what a side said: two yeses make the pair mutual, one no ends the approach and is told to nobody.",
)
def record_answer(request: Request[NewAnswer]) -> Answer:
    stored: Stored[Approach] = found(wire().desk.approach(request.path["approach_id"]))
    request.require_version(stored.version)
    said = Recorded(**request.body.model_dump(), adviser=request.actor.subject, recorded_at=clock.now())
    after = logic.record_answer(wire().desk, request.transaction, request.actor, current(), stored, said)
    return Answer(_approach(after.value), version=after.version)


@api.get(
    "/desk/reviews",
    allow=advisers(),
    answer=Reviews,
    query=("limit", "cursor"),
    summary="What volunteers ask a human being to look at again, the most urgent first; every reading is noted.",
)
def read_reviews(request: Request[NoBody]) -> Answer:
    limit, cursor = request.limit(), request.query.get("cursor")
    items, following = reviewing.read_reviews(wire().desk, request.transaction, request.actor, limit, cursor)
    return Answer(Reviews(items=tuple(_review(*one) for one in items), cursor=following))


@api.post(
    "/desk/reviews/{profile_id}/answer",
    allow=advisers(),
    body=NewReviewAnswer,
    answer=ReviewView,
    summary="Tell a volunteer what you found; his employer is not told.",
)
def answer_review(request: Request[NewReviewAnswer]) -> Answer:
    profile_id, outcome = request.path["profile_id"], request.body.outcome
    return Answer(_review(*reviewing.answer(wire().desk, request.transaction, request.actor, profile_id, outcome)))


@api.get(
    "/desk/log",
    allow=operators(),
    answer=Log,
    query=("day", "limit", "cursor"),
    summary="What advisers read and did on a day (YYYY-MM-DD, today unless given), in order.",
)
def read_log(request: Request[NoBody]) -> Answer:
    day = _day(request.query.get("day"))
    page = wire().desk.log(day, request.limit(), request.query.get("cursor"))
    return Answer(Log(day=day, items=tuple(stored.value for stored in page.items), cursor=page.cursor))


@events.on(ProfileReferred)
def on_profile_referred(delivery: Delivery[ProfileReferred]) -> None:
    event = delivery.event
    _note_card(delivery, event.profile_id, "profile", event.card, person_id=event.person_id, with_adviser=True)


@events.on(ProfilePublished)
def on_profile_published(delivery: Delivery[ProfilePublished]) -> None:
    event = delivery.event
    _note_card(delivery, event.profile_id, "profile", event.card, person_id=event.person_id)


@events.on(ProfileWithdrawn)
def on_profile_withdrawn(delivery: Delivery[ProfileWithdrawn]) -> None:
    _note_card(delivery, delivery.event.profile_id, "profile", None)


@events.on(ProfileErased)
def on_profile_erased(delivery: Delivery[ProfileErased]) -> None:
    event, desk = delivery.event, wire().desk
    erasing.erase(desk, delivery.transaction, event)
    if event.profile_id is not None:
        logic.note_card(desk, delivery.transaction, erasing.left(event, event.profile_id))


@events.on(ReviewAsked)
def on_review_asked(delivery: Delivery[ReviewAsked]) -> None:
    envelope, event = delivery.envelope, delivery.event
    asked = Review(
        **event.model_dump(), lender=envelope.tenant, sequence=envelope.sequence, asked_at=envelope.occurred_at
    )
    reviewing.note_review(wire().desk, delivery.transaction, asked)


@events.on(DemandReferred)
def on_demand_referred(delivery: Delivery[DemandReferred]) -> None:
    _note_card(delivery, delivery.event.demand_id, "demand", delivery.event.card, with_adviser=True)


@events.on(DemandOpened)
def on_demand_opened(delivery: Delivery[DemandOpened]) -> None:
    _note_card(delivery, delivery.event.demand_id, "demand", delivery.event.card)


@events.on(DemandClosed)
def on_demand_closed(delivery: Delivery[DemandClosed]) -> None:
    _note_card(delivery, delivery.event.demand_id, "demand", None)


@events.on(CompanyActivated)
def on_company_activated(delivery: Delivery[CompanyActivated]) -> None:
    _note_company(delivery)


@events.on(CompanyUpdated)
def on_company_updated(delivery: Delivery[CompanyUpdated]) -> None:
    _note_company(delivery)


Came = Delivery[ProfileReferred] | Delivery[ProfilePublished] | Delivery[DemandReferred] | Delivery[DemandOpened]
Left = Delivery[ProfileWithdrawn] | Delivery[DemandClosed]


def _note_card(
    delivery: Came | Left,
    card_id: str,
    kind: Kind,
    card: ProfileCard | DemandCard | None,
    *,
    person_id: str = "",
    with_adviser: bool = False,
) -> None:
    envelope = delivery.envelope
    news = Card(
        id=card_id,
        kind=kind,
        tenant=envelope.tenant,
        sequence=envelope.sequence,
        card=card,
        with_adviser=with_adviser,
        since=envelope.occurred_at if with_adviser else None,
        person_id=person_id,
    )
    logic.note_card(wire().desk, delivery.transaction, news)


def _note_company(delivery: Delivery[CompanyActivated] | Delivery[CompanyUpdated]) -> None:
    event = delivery.event
    company = Company(sequence=delivery.envelope.sequence, marks=frozenset(event.marks), denied=frozenset(event.denied))
    logic.note_company(wire().desk, delivery.transaction, event.company_id, company)


def _waiting(card: Card) -> dict[str, object]:
    held = found(card.card)
    return {
        "id": card.id,
        "kind": card.kind,
        "since": card.since,
        "trade": wire().french.trade(held),
        "place": wire().french.place(held),
        "approaches": card.approaches,
    }


def _candidate(one: Candidate) -> CandidateView:
    return CandidateView(
        id=one.card.id,
        with_adviser=one.card.with_adviser,
        lines=_lines(found(one.card.card)),
        reasons=wire().french.reasons(one.suit),
    )


def _lines(card: ProfileCard | DemandCard) -> tuple[CardLine, ...]:
    return tuple(
        CardLine(field=field, label=label, values=values) for field, label, values in wire().french.lines(card)
    )


def _review(review: Review, card: Card | None) -> ReviewView:
    return ReviewView(
        profile_id=review.profile_id,
        reason=review.reason,
        reason_text=REASONS[review.reason],
        asked_at=review.asked_at,
        answer_by=review.answer_by,
        outcome=review.outcome,
        adviser=review.adviser,
        lines=() if card is None or card.card is None else _lines(card.card),
        limits=REVIEW_LIMITS,
    )


def _approach(approach: Approach) -> ApproachView:
    contacts = {
        side: f"/identities/contacts/{company}?approach={approach.id}"
        for side, company in (("lender", approach.lender), ("host", approach.host))
    }
    return ApproachView(
        id=approach.id,
        state=approach.state,
        state_text=STATES[approach.state],
        profile_id=approach.profile_id,
        demand_id=approach.demand_id,
        opened_by=approach.opened_by,
        opened_on=approach.opened_on,
        until=approach.until,
        note=approach.note,
        answers=approach.answers,
        contacts=Contacts(**contacts) if approach.state in STANDING else None,
        limits=APPROACH_LIMITS,
    )


def _day(asked: str | None) -> date:
    if asked is None:
        return clock.today()
    try:
        return date.fromisoformat(asked)
    except ValueError:
        raise Malformed("day is not a day.", remedy="Give it as YYYY-MM-DD.") from None
