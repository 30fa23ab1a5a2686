"""Entry points of the agreements slice: the companies' routes, the employee's link, its events, and the daily start."""

from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from functions.agreements import erasing, exporting, gates, logic, pages, rendering
from functions.agreements.model import NOT_PROCEEDING, Act, Agreement, Side, agreement_id
from functions.agreements.requests import (
    AgreementList,
    AgreementSummary,
    AgreementView,
    Checks,
    CodeSent,
    EarliestStart,
    Evidence,
    NewSignature,
    OpenedLink,
    Reason,
    Redraft,
    Refusal,
    SheetDocument,
    SheetLine,
    SignatureByLink,
    SignatureView,
    SigningSheet,
    Steps,
    allowed,
    document_views,
    evidence_of,
    held_rules,
    sheet_state,
    standing,
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
from passerelle.nomenclature import Nomenclature, load_starter
from passerelle.observability import caused_by, logger
from passerelle.store import Stored, Table
from passerelle.tokens import digest


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    agreements: Agreements
    nomenclature: Nomenclature
    signing: logic.Signing


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        agreements=Agreements(table),
        nomenclature=load_starter(),
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
    items = tuple(_summary(stored.value, tenant) for stored in page.items)
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
    after = logic.redraft(
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
    after = logic.record(wire().agreements, request.transaction, stored, side, said.lender, said.host)
    return _answer(request, after)


@api.get(
    "/agreements/{agreement_id}/checks",
    allow=company("agreements:read"),
    answer=Checks,
    summary="What still holds the signature and the start: each rule, its article, its remedy, who must act.",
)
def get_checks(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    side, known = _side(request, stored), logic.facts(wire().agreements, stored.value)
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
    return _answer(request, logic.make_ready(wire().agreements, request.transaction, stored, _side(request, stored)))


@api.post(
    "/agreements/{agreement_id}/signing-codes",
    allow=company_users(),
    answer=CodeSent,
    status=HTTPStatus.ACCEPTED,
    summary="Have a one-time code mailed to your company's contact, to sign with.",
)
def request_code(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    side = _side(request, stored)
    logic.request_code(wire().agreements, request.transaction, stored, side)
    return Answer(CodeSent(party=side), HTTPStatus.ACCEPTED)


@api.post(
    "/agreements/{agreement_id}/signatures",
    allow=company_users(),
    body=NewSignature,
    answer=AgreementView,
    summary="Sign your documents of the present version, with the code of the mail.",
)
def sign(request: Request[NewSignature]) -> Answer:
    stored, said, wiring = _own(request), request.body, wire()
    after, problem = logic.sign(
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
    return _answer(request, logic.refuse(wire().agreements, request.transaction, stored, side, request.body.reason))


@api.post(
    "/agreements/{agreement_id}/start",
    allow=company("agreements:write"),
    answer=AgreementView,
    summary="Let the mission begin, on its first day or after, if the start gate is open.",
)
def start_mission(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    return _answer(request, logic.start(wire().agreements, request.transaction, stored, _side(request, stored)))


@api.get(
    "/agreements/{agreement_id}/evidence",
    allow=company("agreements:read"),
    answer=Evidence,
    summary="The evidence of every signature, void ones included.",
)
def get_evidence(request: Request[NoBody]) -> Answer:
    return Answer(evidence_of(_own(request).value))


@api.get(
    "/agreements/sign",
    allow=public(),
    media_type="text/html",
    summary="The page an employee's signing link opens; opening it uses nothing up.",
)
def show_sign_page(_: Request[NoBody]) -> Answer:
    return Answer(page=pages.sign())


@api.get("/agreements/sign/page.js", allow=public(), media_type="text/javascript", summary="The script of that page.")
def show_sign_script(_: Request[NoBody]) -> Answer:
    return Answer(page=pages.script())


@api.get("/agreements/sign/page.css", allow=public(), media_type="text/css", summary="The style of that page.")
def show_sign_style(_: Request[NoBody]) -> Answer:
    return Answer(page=pages.style())


@api.post(
    "/agreements/sign/sheet",
    allow=public(),
    body=OpenedLink,
    answer=SigningSheet,
    summary="What the employee who holds this link is asked to sign.",
)
def show_sheet(request: Request[OpenedLink]) -> Answer:
    return Answer(_sheet(logic.open_link(wire().agreements, request.body.token).value))


@api.post(
    "/agreements/sign/code",
    allow=public(),
    body=OpenedLink,
    answer=CodeSent,
    status=HTTPStatus.ACCEPTED,
    summary="Have a one-time code mailed to the employee, to sign with.",
)
def request_employee_code(request: Request[OpenedLink]) -> Answer:
    stored = logic.open_link(wire().agreements, request.body.token)
    logic.request_code(wire().agreements, request.transaction, stored, "employee")
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
    stored = logic.open_link(wiring.agreements, said.token)
    after, problem = logic.sign(
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
    stored = logic.open_link(wire().agreements, request.body.token)
    return Answer(_sheet(logic.refuse(wire().agreements, request.transaction, stored, "employee").value))


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
    logic.begin(wire().agreements, delivery.transaction, delivery.event)


@events.on(IntroductionEnded)
def on_introduction_ended(delivery: Delivery[IntroductionEnded]) -> None:
    logic.end_with_introduction(wire().agreements, delivery.transaction, delivery.event.introduction_id)


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
    envelope = delivery.envelope
    logic.note_identity(wire().agreements, delivery.transaction, envelope.tenant, envelope.sequence, delivery.event)


@events.on(DocumentIssued)
def on_document_issued(delivery: Delivery[DocumentIssued]) -> None:
    logic.note_document(wire().agreements, delivery.transaction, delivery.event)


@events.on(SigningCodeIssued)
def on_signing_code_issued(delivery: Delivery[SigningCodeIssued]) -> None:
    logic.note_code(wire().agreements, delivery.transaction, delivery.event)


@events.on(PersonalLinkIssued)
def on_personal_link_issued(delivery: Delivery[PersonalLinkIssued]) -> None:
    if delivery.event.purpose == "employee_signature":
        logic.note_link(wire().agreements, delivery.transaction, delivery.event)


def start(_event: dict[str, Any], _context: Any) -> None:
    """The daily schedule: start every mission whose first day has come and whose gate is open."""
    run = clock.new_id("run")
    with caused_by(run, run):
        started = logic.start_due(wire().agreements, clock.today())
        logger.info("missions started", count=started)


def _note_company(delivery: Delivery[Any]) -> None:
    event, sequence = delivery.event, delivery.envelope.sequence
    logic.note_company(
        wire().agreements, delivery.transaction, event.company_id, sequence, event.workforce, event.marks
    )


def _own(request: Request[Any]) -> Stored[Agreement]:
    stored = logic.own(wire().agreements, request.actor.tenant, request.path["agreement_id"])
    request.require_version(stored.version)
    return stored


def _side(request: Request[Any], stored: Stored[Agreement]) -> Side:
    return stored.value.side_of(request.actor.tenant)


def _answer(request: Request[Any], stored: Stored[Agreement]) -> Answer:
    return Answer(_view(stored.value, _side(request, stored)), version=stored.version)


def _state_text(agreement: Agreement) -> str:
    return rendering.STATES.get(agreement.state, rendering.NOT_PROCEEDING)


def _summary(agreement: Agreement, tenant: str) -> AgreementSummary:
    terms = agreement.draft.terms
    return AgreementSummary(
        id=agreement.id,
        introduction_id=agreement.introduction_id,
        side=agreement.side_of(tenant),
        state=standing(agreement),
        state_text=_state_text(agreement),
        version=agreement.version,
        start_date=terms.start_date,
        end_date=terms.end_date,
    )


def _view(agreement: Agreement, side: Side) -> AgreementView:
    earliest = gates.earliest_start(logic.facts(wire().agreements, agreement), clock.today())
    signable = "signatures" in (may := allowed(agreement, side))
    return AgreementView(
        id=agreement.id,
        introduction_id=agreement.introduction_id,
        side=side,
        state=standing(agreement),
        state_text=_state_text(agreement),
        version=agreement.version,
        may=may,
        draft=agreement.draft,
        lender_steps=agreement.lender_steps if side == "lender" else None,
        host_steps=agreement.host_steps if side == "host" else None,
        documents=document_views(agreement, rendering.LABELS),
        signatures=tuple(SignatureView(party=each.party, at=each.at) for each in agreement.signatures),
        to_sign=agreement.documents_of(side) if signable else {},
        statement=rendering.statement(agreement, side) if signable else None,
        earliest_start=EarliestStart(
            day=earliest.day,
            reasons=tuple(
                Reason(rule=each.rule, article=each.article, text=each.text, day=each.day) for each in earliest.reasons
            ),
            missing=earliest.missing,
        ),
        refusal=agreement.refusal if agreement.ended_by == side else None,
        started_on=agreement.started_on,
    )


def _sheet(agreement: Agreement) -> SigningSheet:
    text = rendering.statement(agreement, "employee")
    mine = agreement.signature_of("employee")
    over = agreement.state in NOT_PROCEEDING
    return SigningSheet(
        state=sheet_state(agreement),
        may_refuse=agreement.may(Act.REJECTION, "employee"),
        version=agreement.version,
        terms=()
        if over
        else tuple(
            SheetLine(label=line.label, value=line.value)
            for line in rendering.terms_in_words(agreement, wire().nomenclature)
        ),
        documents=tuple(
            SheetDocument(kind=kind, label=rendering.LABELS[kind], sha256=sha256)
            for kind, sha256 in agreement.documents_of("employee").items()
            if not over
        ),
        statement=text,
        text_sha256=digest(text),
        signed_at=mine.at if mine else None,
    )
