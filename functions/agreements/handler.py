"""Entry points of the agreements slice: the companies' routes, the employee's link, its events, and the schedules."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from functions.agreements import erasing, exporting, gates, pages, rendering
from functions.agreements.logic import drafting, ending, knowing, readying, reminding, signing, starting
from functions.agreements.model.agreement import Agreement, agreement_id
from functions.agreements.model.states import Side
from functions.agreements.requests import (
    AgreementList,
    AgreementView,
    Checks,
    CodeSent,
    Evidence,
    NewSignature,
    OpenedLink,
    Redraft,
    Refusal,
    SignatureByLink,
    SigningSheet,
    Steps,
    agreement_summary,
    agreement_view,
    evidence_of,
    held_rules,
    signing_sheet,
)
from functions.agreements.settings import Settings
from functions.agreements.signing import SimpleSignature
from functions.agreements.store import Agreements
from passerelle import clock
from passerelle.access import company, company_users, operators, public
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.companies import CompanyActivated, CompanyUpdated
from passerelle.contracts.documents import DocumentIssued
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded, IntroductionsErased
from passerelle.contracts.notifications import PersonalLinkIssued, SigningCodeIssued
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.nomenclature import Nomenclature
from passerelle.observability import caused_by, logger
from passerelle.pages import serve
from passerelle.store import Stored, Table
from passerelle.vocabulary import current, while_current


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    agreements: Agreements
    nomenclature: Nomenclature
    signing: signing.Signing


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        agreements=Agreements(table),
        nomenclature=current(),
        signing=SimpleSignature(),
    )


api = Api("agreements", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/agreements",
    allow=company("agreements:read"),
    answer=AgreementList,
    query=("limit", "cursor"),
    summary="Your agreements on either side.",
)
def list_agreements(request: Request[NoBody]) -> Answer:
    tenant = request.actor.tenant
    page = wire().agreements.page(tenant, request.limit(), request.query.get("cursor"))
    items = tuple(agreement_summary(stored.value, tenant, _state_text(stored.value)) for stored in page.items)
    return Answer(AgreementList(items=items, cursor=page.cursor))


@api.get(
    "/agreements/{agreement_id}",
    allow=company("agreements:read"),
    answer=AgreementView,
    summary="One agreement: its terms, your steps, its documents, who signed, and the earliest lawful start.",
)
def get_agreement(request: Request[NoBody]) -> Answer:
    return _answer(request, _own(request))


@api.put(
    "/agreements/{agreement_id}/terms",
    allow=company("agreements:write"),
    body=Redraft,
    answer=AgreementView,
    needs_version=True,
    summary="Change the terms; a material change makes a new version and clears the signatures, a typo does not.",
)
def put_terms(request: Request[Redraft]) -> Answer:
    stored, wiring = _own(request), wire()
    draft = request.body.drafted()
    after = drafting.redraft(
        wiring.agreements, request.transaction, wiring.nomenclature, stored, _side(request, stored), draft
    )
    return _answer(request, after)


@api.put(
    "/agreements/{agreement_id}/steps",
    allow=company("agreements:write"),
    body=Steps,
    answer=AgreementView,
    needs_version=True,
    summary="Record what your own side has done: works council, certificates, examinations, declarations.",
)
def put_steps(request: Request[Steps]) -> Answer:
    stored, said = _own(request), request.body
    side = _side(request, stored)
    after = drafting.record(wire().agreements, request.transaction, stored, side, said.lender, said.host)
    return _answer(request, after)


@api.get(
    "/agreements/{agreement_id}/checks",
    allow=company("agreements:read"),
    answer=Checks,
    summary="What still holds the signature and the start: each rule, its article, its remedy, who must act.",
)
def get_checks(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    side, known = _side(request, stored), knowing.facts(wire().agreements, stored.value)
    signing, start = gates.told(gates.signing(known), side), gates.told(gates.start(known), side)
    return Answer(Checks(signing=held_rules(signing), start=held_rules(start)))


@api.post(
    "/agreements/{agreement_id}/readiness",
    allow=company("agreements:write"),
    answer=AgreementView,
    summary="Have the documents made for signature, once the law lets them be signed.",
)
def make_ready(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    return _answer(request, readying.make_ready(wire().agreements, request.transaction, stored, _side(request, stored)))


@api.post(
    "/agreements/{agreement_id}/signing-codes",
    allow=company_users("agreements:write"),
    answer=CodeSent,
    status=HTTPStatus.ACCEPTED,
    summary="Have a one-time code mailed to your company's contact, to sign with.",
)
def request_code(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    side = _side(request, stored)
    signing.request_code(wire().agreements, request.transaction, stored, side)
    return Answer(CodeSent(party=side), HTTPStatus.ACCEPTED)


@api.post(
    "/agreements/{agreement_id}/signatures",
    allow=company_users("agreements:write"),
    body=NewSignature,
    answer=AgreementView,
    summary="Sign your documents of the present version, with the code of the mail.",
)
def sign(request: Request[NewSignature]) -> Answer:
    stored, said, wiring = _own(request), request.body, wire()
    after, problem = signing.sign(
        wiring.agreements,
        wiring.signing,
        rendering.statement,
        request.transaction,
        stored,
        _side(request, stored),
        request.actor.subject,
        said.documents,
        said.code,
    )
    return Answer(problem=problem) if problem else _answer(request, after)


@api.post(
    "/agreements/{agreement_id}/refusal",
    allow=company("agreements:write"),
    body=Refusal,
    answer=AgreementView,
    summary="Go no further, before the mission starts; the others learn only that it does not proceed.",
)
def refuse(request: Request[Refusal]) -> Answer:
    stored = _own(request)
    side = _side(request, stored)
    return _answer(request, ending.refuse(wire().agreements, request.transaction, stored, side, request.body.reason))


@api.post(
    "/agreements/{agreement_id}/start",
    allow=company("agreements:write"),
    answer=AgreementView,
    summary="Let the mission begin, on its first day or after, if the start gate is open.",
)
def start_mission(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    return _answer(request, starting.start(wire().agreements, request.transaction, stored, _side(request, stored)))


@api.get(
    "/agreements/{agreement_id}/evidence",
    allow=company("agreements:read"),
    answer=Evidence,
    summary="The evidence of every signature, void ones included.",
)
def get_evidence(request: Request[NoBody]) -> Answer:
    return Answer(evidence_of(_own(request).value))


serve(api, pages.SIGN)


@api.post(
    "/agreements/sign/sheet",
    allow=public(),
    body=OpenedLink,
    answer=SigningSheet,
    summary="What the employee who holds this link is asked to sign.",
)
def show_sheet(request: Request[OpenedLink]) -> Answer:
    return Answer(_sheet(signing.open_link(wire().agreements, request.body.token).value))


@api.post(
    "/agreements/sign/code",
    allow=public(),
    body=OpenedLink,
    answer=CodeSent,
    status=HTTPStatus.ACCEPTED,
    summary="Have a one-time code mailed to the employee, to sign with.",
)
def request_employee_code(request: Request[OpenedLink]) -> Answer:
    stored = signing.open_link(wire().agreements, request.body.token)
    signing.request_code(wire().agreements, request.transaction, stored, "employee")
    return Answer(CodeSent(party="employee"), HTTPStatus.ACCEPTED)


@api.post(
    "/agreements/sign/signature",
    allow=public(),
    body=SignatureByLink,
    answer=SigningSheet,
    summary="The employee signs his documents, with the code of the mail.",
)
def sign_as_employee(request: Request[SignatureByLink]) -> Answer:
    said, wiring = request.body, wire()
    stored = signing.open_link(wiring.agreements, said.token)
    after, problem = signing.sign(
        wiring.agreements,
        wiring.signing,
        rendering.statement,
        request.transaction,
        stored,
        "employee",
        stored.value.person_id,
        said.documents,
        said.code,
        said.text_sha256,
    )
    return Answer(problem=problem) if problem else Answer(_sheet(after.value))


@api.post(
    "/agreements/sign/refusal",
    allow=public(),
    body=OpenedLink,
    answer=SigningSheet,
    summary="The employee refuses; both companies read only that it does not proceed.",
)
def refuse_as_employee(request: Request[OpenedLink]) -> Answer:
    stored = signing.open_link(wire().agreements, request.body.token)
    return Answer(_sheet(ending.refuse(wire().agreements, request.transaction, stored, "employee").value))


@api.get(
    "/agreements/rights/{company_id}/{introduction_id}",
    allow=operators(),
    answer=exporting.AgreementExport,
    summary="All that is kept here of a person who asks for it, explained to him in French.",
)
def export_agreement(request: Request[NoBody]) -> Answer:
    wanted = agreement_id(request.path["introduction_id"])
    return Answer(exporting.export(found(wire().agreements.find(request.path["company_id"], wanted)).value))


@events.on(IntroductionDisclosed)
def on_introduction_disclosed(delivery: Delivery[IntroductionDisclosed]) -> None:
    drafting.begin(wire().agreements, delivery.transaction, delivery.event)


@events.on(IntroductionEnded)
def on_introduction_ended(delivery: Delivery[IntroductionEnded]) -> None:
    ending.end_with_introduction(wire().agreements, delivery.transaction, delivery.event.introduction_id)


@events.on(IntroductionsErased)
def on_introductions_erased(delivery: Delivery[IntroductionsErased]) -> None:
    erasing.erase(wire().agreements, delivery.transaction, delivery.event)


@events.on(CompanyActivated)
def on_company_activated(delivery: Delivery[CompanyActivated]) -> None:
    _note_company(delivery)


@events.on(CompanyUpdated)
def on_company_updated(delivery: Delivery[CompanyUpdated]) -> None:
    _note_company(delivery)


@events.on(IdentityRecorded)
def on_identity_recorded(delivery: Delivery[IdentityRecorded]) -> None:
    if delivery.event.kind != "member":
        told = delivery.envelope
        knowing.note_identity(wire().agreements, delivery.transaction, told.tenant, told.sequence, delivery.event)


@events.on(DocumentIssued)
def on_document_issued(delivery: Delivery[DocumentIssued]) -> None:
    readying.note_document(wire().agreements, delivery.transaction, delivery.event)


@events.on(SigningCodeIssued)
def on_signing_code_issued(delivery: Delivery[SigningCodeIssued]) -> None:
    signing.note_code(wire().agreements, delivery.transaction, delivery.event)


@events.on(PersonalLinkIssued)
def on_personal_link_issued(delivery: Delivery[PersonalLinkIssued]) -> None:
    if delivery.event.purpose == "employee_signature":
        signing.note_link(wire().agreements, delivery.transaction, delivery.event)


def remind(_event: dict[str, Any], _context: Any) -> None:
    """The hourly schedule: remind companies of what waits for their signature."""
    run = clock.new_id("run")
    with caused_by(run, run):
        reminded = reminding.remind_due(wire().agreements, clock.today())
        logger.info("signatures reminded of", count=reminded)


def start(_event: dict[str, Any], _context: Any) -> None:
    """The hourly schedule: start every mission whose first day has come and whose gate is open."""
    run = clock.new_id("run")
    with caused_by(run, run):
        started = starting.start_due(wire().agreements, clock.today())
        logger.info("missions started", count=started)


def _note_company(delivery: Delivery[Any]) -> None:
    event, sequence = delivery.event, delivery.envelope.sequence
    knowing.note_company(
        wire().agreements, delivery.transaction, event.company_id, sequence, event.workforce, event.marks
    )


def _own(request: Request[Any]) -> Stored[Agreement]:
    stored = drafting.own(wire().agreements, request.actor.tenant, request.path["agreement_id"])
    request.require_version(stored.version)
    return stored


def _side(request: Request[Any], stored: Stored[Agreement]) -> Side:
    return stored.value.side_of(request.actor.tenant)


def _answer(request: Request[Any], stored: Stored[Agreement]) -> Answer:
    return Answer(_view(stored.value, _side(request, stored)), version=stored.version)


def _state_text(agreement: Agreement) -> str:
    return rendering.STATES.get(agreement.state, rendering.NOT_PROCEEDING)


def _view(agreement: Agreement, side: Side) -> AgreementView:
    earliest = gates.earliest_start(knowing.facts(wire().agreements, agreement), clock.today())
    statement = rendering.statement(agreement, side)
    return agreement_view(agreement, side, earliest, _state_text(agreement), statement, rendering.LABELS)


def _sheet(agreement: Agreement) -> SigningSheet:
    lines = rendering.terms_in_words(agreement, wire().nomenclature)
    statement = rendering.statement(agreement, "employee")
    return signing_sheet(agreement, [(line.label, line.value) for line in lines], statement, rendering.LABELS)
