"""Entry points of the documents slice: what is proposed and agreed becomes documents, and their readers fetch them."""

import re
from dataclasses import dataclass
from typing import Any

from functions.documents import erasing, logic
from functions.documents.files import Files
from functions.documents.rendering import Press
from functions.documents.requests import (
    DocumentEntry,
    DocumentList,
    DocumentView,
    OpenedLink,
    PersonalDocument,
    PersonalFile,
)
from functions.documents.settings import Settings
from functions.documents.store import Documents
from functions.documents.vault import VaultPort
from passerelle import clock
from passerelle.access import company, public
from passerelle.classes import Classes
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.agreements import AgreementReady, AgreementsErased
from passerelle.contracts.introductions import IntroductionProposed, TermSheetReady
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.observability import caused_by
from passerelle.problems import Malformed
from passerelle.store import Table
from passerelle.vocabulary import current, while_current

_ID = re.compile(r"[A-Za-z0-9_]{1,64}")


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    documents: Documents
    files: Files
    classes: Classes
    office: logic.Office
    vault: VaultPort


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    documents, files = Documents(table), Files(settings.bucket_name)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        documents=documents,
        files=files,
        classes=Classes.opened(settings),
        office=logic.Office(documents, files, Press(), current()),
        vault=VaultPort(settings.reveal_function_name),
    )


api = Api("documents", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/documents",
    allow=company("documents:read"),
    answer=DocumentList,
    query=("introduction", "cursor", "limit"),
    summary="List the documents of one of your introductions.",
)
def get_documents(request: Request[NoBody]) -> Answer:
    introduction = request.query.get("introduction", "")
    if not _ID.fullmatch(introduction):
        raise Malformed("This list is of one introduction.", remedy="Name it: ?introduction=int_…")
    page = wire().documents.of_introduction(
        request.actor.tenant, introduction, request.limit(), request.query.get("cursor")
    )
    items = tuple(DocumentEntry(**stored.value.model_dump(exclude={"file", "shows"})) for stored in page.items)
    return Answer(DocumentList(items=items, cursor=page.cursor))


@api.get(
    "/documents/{document_id}",
    allow=company("documents:read"),
    answer=DocumentView,
    summary="Read a document: its digest, and an address that holds for a minute.",
)
def get_document(request: Request[NoBody]) -> Answer:
    wiring, actor = wire(), request.actor
    document, address = logic.open_document(
        wiring.documents, wiring.files, wiring.classes, actor.tenant, actor.subject, request.path["document_id"]
    )
    return Answer(DocumentView(**document.model_dump(exclude={"file", "shows"}), **address.model_dump()))


@api.post(
    "/documents/personal",
    allow=public(),
    body=OpenedLink,
    answer=PersonalFile,
    summary="The employee who holds this link reads the documents of his agreement.",
)
def open_personal_documents(request: Request[OpenedLink]) -> Answer:
    opened = logic.open_personal(wire().documents, wire().files, request.body.token, clock.now())
    items = tuple(
        PersonalDocument(kind=document.kind, version=document.version, sha256=document.sha256, **address.model_dump())
        for document, address in opened
    )
    return Answer(PersonalFile(items=items))


@events.on(IntroductionProposed)
def on_introduction_proposed(delivery: Delivery[IntroductionProposed]) -> None:
    if not wire().documents.is_closed(delivery.event.introduction_id):
        logic.issue_proposal_letter(wire().office, delivery.transaction, delivery.envelope, delivery.event)


@events.on(TermSheetReady)
def on_term_sheet_ready(delivery: Delivery[TermSheetReady]) -> None:
    if not wire().documents.is_closed(delivery.event.introduction_id):
        logic.issue_masked_papers(wire().office, delivery.transaction, delivery.envelope, delivery.event)


@events.on(AgreementReady)
def on_agreement_ready(delivery: Delivery[AgreementReady]) -> None:
    if not wire().documents.is_closed(delivery.event.introduction_id):
        logic.issue_agreement(wire().office, wire().vault, delivery.transaction, delivery.envelope, delivery.event)


@events.on(PersonalLinkIssued)
def on_personal_link_issued(delivery: Delivery[PersonalLinkIssued]) -> None:
    logic.note_link(wire().documents, delivery.transaction, delivery.event)


@events.on(AgreementsErased)
def on_agreements_erased(delivery: Delivery[AgreementsErased]) -> None:
    erasing.erase(wire().documents, wire().files, delivery.transaction, delivery.event)


def retain(_event: dict[str, Any], _context: Any) -> None:
    """The daily schedule: destroy the files of the archive that the law no longer keeps."""
    run = clock.new_id("run")
    with caused_by(run, run):
        erasing.empty_archive(wire().documents, wire().files, clock.today())
