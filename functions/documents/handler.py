"""Entry points of the documents slice: what is proposed becomes a letter, and its readers fetch it."""

import re
from dataclasses import dataclass
from functools import cache

from functions.documents import logic
from functions.documents.files import Files
from functions.documents.rendering import Press
from functions.documents.requests import DocumentEntry, DocumentList, DocumentView
from functions.documents.settings import Settings
from functions.documents.store import Documents
from passerelle.access import company
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.introductions import IntroductionProposed
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.nomenclature import Nomenclature, load_starter
from passerelle.problems import Malformed
from passerelle.store import Table

_ID = re.compile(r"[A-Za-z0-9_]{1,64}")


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    documents: Documents
    files: Files
    press: Press
    nomenclature: Nomenclature


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        documents=Documents(table),
        files=Files(settings.bucket_name),
        press=Press(),
        nomenclature=load_starter(),
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
    items = tuple(DocumentEntry(**stored.value.model_dump(exclude={"file"})) for stored in page.items)
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
        wiring.documents, wiring.files, actor.tenant, actor.subject, request.path["document_id"]
    )
    return Answer(DocumentView(**document.model_dump(exclude={"file"}), **address.model_dump()))


@events.on(IntroductionProposed)
def on_introduction_proposed(delivery: Delivery[IntroductionProposed]) -> None:
    wiring = wire()
    logic.issue_proposal_letter(
        wiring.documents,
        wiring.files,
        wiring.press,
        wiring.nomenclature,
        delivery.transaction,
        delivery.envelope,
        delivery.event,
    )
