"""Entry points of the sessions slice: its routes, its events, and the hourly look at what is over or may not stand."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from functions.sessions.logic import Ports, booking, listing, organising, own, readable
from functions.sessions.model import Session
from functions.sessions.model.holders import Registration, Right
from functions.sessions.model.offers import faults
from functions.sessions.publishing import Publisher
from functions.sessions.requests import (
    FILTERS,
    SHEET,
    AttendanceView,
    NewRegistration,
    NewSession,
    RegistrationList,
    RegistrationView,
    RevisedSession,
    SessionList,
    SessionView,
    attendance_view,
    registration_view,
    session_view,
    wanted,
)
from functions.sessions.settings import Settings
from functions.sessions.store import Sessions
from passerelle import clock, imports
from passerelle.access import company, organisation
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts import Envelope
from passerelle.contracts.base import Programme
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.partners import (
    CandidateRegistered,
    CandidateUnregistered,
    CandidateWithdrew,
    PartnerEnded,
    SessionAnnounced,
    SessionCalledOff,
)
from passerelle.contracts.sessions import SessionImportAdvanced
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
    sessions: Sessions
    ports: Ports


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    sessions = Sessions(table)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        sessions=sessions,
        ports=Ports(sessions, Publisher(sessions, current())),
    )


api = Api("sessions", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)

_READING = organisation("sessions:read")


@api.post(
    "/sessions",
    allow=company("sessions:write"),
    body=NewSession,
    answer=SessionView,
    status=HTTPStatus.CREATED,
    summary="Open a session to all; your company is named to those who register alone.",
)
def post_session(request: Request[NewSession]) -> Answer:
    made = _offered(request.transaction, request.actor.tenant, request.body)
    where = f"/sessions/{made.value.id}"
    return Answer(session_view(made, request.actor.tenant), HTTPStatus.CREATED, version=made.version, location=where)


@api.get(
    "/sessions",
    allow=_READING,
    answer=SessionList,
    query=(*FILTERS, "limit", "cursor"),
    summary="The open sessions of all organisers, who are not named; those that start first come first.",
    sheet=SHEET,
)
def list_sessions(request: Request[NoBody]) -> Answer:
    looked_for = wanted(request.query)
    found, cursor = listing.page(wire().ports, looked_for, request.limit(), request.query.get("cursor"))
    return _listed(request, found, cursor)


@api.get(
    "/sessions/mine",
    allow=_READING,
    answer=SessionList,
    query=("limit", "cursor"),
    summary="The sessions that you organise.",
    sheet=SHEET,
)
def list_own_sessions(request: Request[NoBody]) -> Answer:
    page = wire().sessions.page_of(request.actor.tenant, request.limit(), request.query.get("cursor"))
    return _listed(request, page.items, page.cursor)


@api.get(
    "/sessions/registrations",
    allow=company("sessions:read", active=False),
    answer=RegistrationList,
    query=("limit", "cursor"),
    summary="What your company is registered for, and with whom.",
)
def list_own_registrations(request: Request[NoBody]) -> Answer:
    page = wire().sessions.registrations(request.actor.tenant, request.limit(), request.query.get("cursor"))
    items = tuple(_registration(stored.value) for stored in page.items)
    return Answer(RegistrationList(items=items, cursor=page.cursor))


@api.post(
    "/sessions/registrations/{session_id}/withdrawal",
    allow=company("sessions:write", active=False),
    answer=RegistrationView,
    summary="Give your places in a session back; neither side reads the other any more.",
)
def withdraw(request: Request[NoBody]) -> Answer:
    stored = booking.own_registration(wire().ports, request.actor.tenant, request.path["session_id"])
    request.require_version(stored.version)
    withdrawn = booking.withdraw(wire().ports, request.transaction, stored)
    return Answer(registration_view(withdrawn.value, None), version=withdrawn.version)


def _offered(transaction: Transaction, tenant: str, said: NewSession) -> Stored[Session]:
    return organising.offer(wire().ports, transaction, tenant, said.programme, said.offer())


def _faults(said: NewSession) -> list[FieldError]:
    return faults(said.offer(), wire().ports.publisher.nomenclature, clock.today())


imports.serve(
    api,
    events,
    imports.Imported(
        path="/sessions",
        writing=company("sessions:write"),
        reading=company("sessions:read", active=False),
        sheet=SHEET,
        due=SessionImportAdvanced,
        faults=_faults,
        create=lambda transaction, tenant, _by, said: _offered(transaction, tenant, said).value.id,
    ),
)


@api.get(
    "/sessions/{session_id}",
    allow=_READING,
    answer=SessionView,
    summary="An open session, one of yours, or one that you registered for: then its organiser is named.",
)
def get_session(request: Request[NoBody]) -> Answer:
    return _viewed(request, readable(wire().ports, request.actor.tenant, request.path["session_id"]))


@api.put(
    "/sessions/{session_id}",
    allow=company("sessions:write"),
    body=RevisedSession,
    answer=SessionView,
    needs_version=True,
    summary="Say anew what you offer; never fewer places than are taken.",
)
def put_session(request: Request[RevisedSession]) -> Answer:
    return _viewed(request, organising.revise(wire().ports, request.transaction, _own(request), request.body.offer()))


@api.post(
    "/sessions/{session_id}/cancellation",
    allow=company("sessions:write", active=False),
    answer=SessionView,
    summary="Call your session off; those registered are told.",
)
def cancel(request: Request[NoBody]) -> Answer:
    return _viewed(request, organising.cancel(wire().ports, request.transaction, _own(request)))


@api.post(
    "/sessions/{session_id}/registrations",
    allow=company("sessions:write"),
    body=NewRegistration,
    answer=RegistrationView,
    status=HTTPStatus.CREATED,
    summary="Take places; with it, you and the organiser may read each other's id, and not before.",
)
def register(request: Request[NewRegistration]) -> Answer:
    session_id, places = request.path["session_id"], request.body.places
    made, session = booking.register(wire().ports, request.transaction, request.actor.tenant, session_id, places)
    return Answer(registration_view(made.value, session), HTTPStatus.CREATED, version=made.version)


@api.get(
    "/sessions/{session_id}/registrations",
    allow=_READING,
    answer=AttendanceView,
    summary="Who takes part in a session of yours; nobody else reads it.",
)
def list_registrations(request: Request[NoBody]) -> Answer:
    stored = own(wire().ports, request.actor.tenant, request.path["session_id"])
    return Answer(attendance_view(stored.value), version=stored.version)


@events.on(CompanyActivated)
def on_company_activated(delivery: Delivery[CompanyActivated]) -> None:
    _note_right(delivery.envelope, delivery.event.company_id, Right.ACTIVE)


@events.on(CompanySuspended)
def on_company_suspended(delivery: Delivery[CompanySuspended]) -> None:
    _note_right(delivery.envelope, delivery.event.company_id, Right.SUSPENDED)


@events.on(CompanyClosed)
def on_company_closed(delivery: Delivery[CompanyClosed]) -> None:
    _note_right(delivery.envelope, delivery.event.company_id, Right.GONE)


@events.on(PartnerEnded)
def on_partner_ended(delivery: Delivery[PartnerEnded]) -> None:
    _note_right(delivery.envelope, delivery.event.partner_id, Right.GONE)


@events.on(SessionAnnounced)
def on_session_announced(delivery: Delivery[SessionAnnounced]) -> None:
    organising.announce(
        wire().ports,
        delivery.transaction,
        delivery.event,
        _programme(delivery.envelope),
        delivery.envelope.sequence,
    )


@events.on(SessionCalledOff)
def on_session_called_off(delivery: Delivery[SessionCalledOff]) -> None:
    event, told = delivery.event, delivery.envelope
    organising.call_off(
        wire().ports, delivery.transaction, event.partner_id, event.session_id, _programme(told), told.sequence
    )


@events.on(CandidateRegistered)
def on_candidate_registered(delivery: Delivery[CandidateRegistered]) -> None:
    booking.send(
        wire().ports,
        delivery.transaction,
        delivery.event,
        _programme(delivery.envelope),
        delivery.envelope.sequence,
    )


@events.on(CandidateUnregistered)
def on_candidate_unregistered(delivery: Delivery[CandidateUnregistered]) -> None:
    event, sequence = delivery.event, delivery.envelope.sequence
    booking.call_back(
        wire().ports, delivery.transaction, event.partner_id, event.candidate_id, event.session_id, sequence
    )


@events.on(CandidateWithdrew)
def on_candidate_withdrew(delivery: Delivery[CandidateWithdrew]) -> None:
    event, sequence = delivery.event, delivery.envelope.sequence
    booking.forget(wire().ports, delivery.transaction, event.partner_id, event.candidate_id, sequence)


def expire(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 -- Lambda passes both
    """End the sessions whose last day is over, and have the others follow what their organisers may; run by the
    schedule, answers how many it ended."""
    run = clock.new_id("run")
    with caused_by(run, run):
        ended = organising.end_overdue(wire().ports, clock.today())
        organising.follow_rights(wire().ports)
        return {"ended": ended}


def _note_right(told: Envelope, organiser: str, right: Right) -> None:
    organising.note_right(wire().ports, organiser, told.sequence, right)


def _registration(registration: Registration) -> RegistrationView:
    stored = wire().sessions.find(registration.session_id)
    return registration_view(registration, None if stored is None else stored.value)


def _programme(told: Envelope) -> Programme:
    return cast(Programme, told.programme)


def _own(request: Request[Any]) -> Stored[Session]:
    """The caller's own session, to be changed: as it read it, if it says so."""
    stored = own(wire().ports, request.actor.tenant, request.path["session_id"])
    request.require_version(stored.version)
    return stored


def _listed(request: Request[Any], found: tuple[Stored[Session], ...], cursor: str | None) -> Answer:
    items = tuple(session_view(stored, request.actor.tenant) for stored in found)
    return Answer(SessionList(items=items, cursor=cursor))


def _viewed(request: Request[Any], stored: Stored[Session]) -> Answer:
    return Answer(session_view(stored, request.actor.tenant), version=stored.version)
