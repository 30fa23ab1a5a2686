"""What documents do here: seal a proposal letter when an introduction is proposed, and hand it to its two readers."""

import hashlib
from datetime import date, datetime
from typing import Protocol

from functions.documents.model import Address, Document, Kind, ProposalLetter, proposal_letter
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.documents import DocumentIssued
from passerelle.contracts.introductions import IntroductionProposed
from passerelle.http import found
from passerelle.nomenclature import Nomenclature
from passerelle.observability import logger
from passerelle.store import Key, Page, Stored, Transaction


class Documents(Protocol):
    """What the use cases need of the store."""

    def find(self, reader: str, document_id: str) -> Stored[Document] | None: ...
    def of_introduction(self, reader: str, introduction_id: str, limit: int, cursor: str | None) -> Page[Document]: ...
    def give(self, transaction: Transaction, reader: str, document: Document) -> Key: ...


class Files(Protocol):
    """What the use cases need of the bucket."""

    def put(self, key: str, content: bytes) -> None: ...
    def address(self, key: str, file_name: str) -> Address: ...


class Press(Protocol):
    """What sets a letter: the same letter always gives the same bytes."""

    def proposal_letter(self, letter: ProposalLetter) -> bytes: ...


def issue_proposal_letter(
    documents: Documents,
    files: Files,
    press: Press,
    words: Nomenclature,
    transaction: Transaction,
    envelope: Envelope,
    proposed: IntroductionProposed,
) -> Document:
    """Seal the masked letter of an introduction and give it to lender and host.

    Its bytes depend on the event alone, so a redelivered event writes the same object under the same key.
    """
    letter = proposal_letter(proposed, envelope.occurred_at, _day_in_france(envelope.occurred_at), words)
    content = press.proposal_letter(letter)
    sha256 = hashlib.sha256(content).hexdigest()
    document = Document(
        id=clock.new_id("doc"),
        kind=Kind.PROPOSAL_LETTER,
        introduction_id=proposed.introduction_id,
        sha256=sha256,
        file=f"proposal-letters/{proposed.introduction_id}/{sha256}.pdf",
        issued_at=envelope.occurred_at,
    )
    files.put(document.file, content)
    host, lender = envelope.tenant, proposed.match.profile_tenant
    key = documents.give(transaction, host, document)
    documents.give(transaction, lender, document)
    issued = DocumentIssued(
        document_id=document.id,
        kind=document.kind.value,
        introduction_id=document.introduction_id,
        sha256=sha256,
        readers=(host, lender),
    )
    transaction.emit(key, issued, sequence=1, territory=envelope.territory)
    return document


def open_document(
    documents: Documents, files: Files, reader: str, caller: str, document_id: str
) -> tuple[Document, Address]:
    """The document and an address to read it at, for a reader of it; `NotFound` for anybody else. The log keeps who."""
    stored: Stored[Document] = found(documents.find(reader, document_id))
    document = stored.value
    logger.info("document handed out", document_id=document.id, reader=reader, caller=caller)
    return document, files.address(document.file, f"{document.kind.value.replace('_', '-')}-{document.id}.pdf")


def _day_in_france(instant: datetime) -> date:
    return instant.astimezone(clock.PARIS).date()
