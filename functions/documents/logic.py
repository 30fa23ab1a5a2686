"""What documents do here: seal what a proposal, a term sheet or an agreement calls for; hand it to its readers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from functions.documents.model import (
    Address,
    Document,
    EmployeeFile,
    Kind,
    Link,
    ProposalLetter,
    Qualification,
    ShownCards,
    letter_hidden,
    link_not_valid,
    proposal_letter,
)
from functions.documents.model.loan import (
    COMPANY_READERS,
    EMPLOYEE_READS,
    MASKED,
    NAMED,
    CompanyIdentity,
    Loan,
    PersonIdentity,
    agreement_paper,
    masked_paper,
)
from passerelle import clock
from passerelle.consuming import NotYet
from passerelle.contracts import Envelope
from passerelle.contracts.agreements import AgreementReady
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.documents import DocumentIssued
from passerelle.contracts.introductions import IntroductionProposed, TermSheetReady
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.http import found
from passerelle.nomenclature import Nomenclature
from passerelle.observability import logger
from passerelle.store import Key, Page, Stored, Transaction
from passerelle.tokens import digest


class Documents(Protocol):
    """What the use cases need of the store."""

    def find(self, reader: str, document_id: str) -> Stored[Document] | None: ...
    def of_introduction(self, reader: str, introduction_id: str, limit: int, cursor: str | None) -> Page[Document]: ...
    def give(self, transaction: Transaction, reader: str, document: Document) -> Key: ...
    def employee_file(self, agreement_id: str) -> Stored[EmployeeFile] | None: ...
    def give_employee(
        self, transaction: Transaction, agreement_id: str, held: EmployeeFile, replacing: int
    ) -> None: ...
    def link(self, digest: str) -> Link | None: ...
    def add_link(self, transaction: Transaction, digest: str, link: Link) -> None: ...
    def qualification(self, lender: str, introduction_id: str) -> Stored[Qualification] | None: ...
    def keep_qualification(
        self,
        transaction: Transaction,
        lender: str,
        introduction_id: str,
        qualification: Qualification,
        *,
        version: int,
        replacing: int,
    ) -> None: ...


class Files(Protocol):
    """What the use cases need of the bucket."""

    def put(self, key: str, content: bytes) -> None: ...
    def address(self, key: str, file_name: str) -> Address: ...


class Press(Protocol):
    """What sets a document: the same facts always give the same bytes."""

    def proposal_letter(self, letter: ProposalLetter) -> bytes: ...
    def loan_document(self, kind: Kind, facts: Loan) -> bytes: ...


class Gate(Protocol):
    """What may be shown at this moment, on the ledger of classes."""

    def protect(self, cards: Sequence[ProfileCard | DemandCard]) -> Sequence[bool]: ...


class Reveal(Protocol):
    """Who the parties of an agreement are, told by the vault for that purpose."""

    def company(self, tenant: str) -> CompanyIdentity: ...
    def person(self, tenant: str, person_id: str) -> PersonIdentity: ...


@dataclass(frozen=True)
class Office:
    """What every use case that seals a document stands on."""

    documents: Documents
    files: Files
    press: Press
    words: Nomenclature


def issue_proposal_letter(
    office: Office, transaction: Transaction, envelope: Envelope, proposed: IntroductionProposed
) -> Document:
    """Seal the masked letter of an introduction and give it to lender and host.

    Its bytes depend on the event alone, so a redelivered event writes the same object under the same key.
    """
    at = envelope.occurred_at
    letter = proposal_letter(proposed, at, _day_in_france(at), office.words)
    content = office.press.proposal_letter(letter)
    shows = ShownCards(profile=proposed.match.card, demand=proposed.demand_card)
    document = _sealed(office, Kind.PROPOSAL_LETTER, content, at, proposed.introduction_id, shows=shows)
    _issue(office, transaction, document, (envelope.tenant, proposed.match.profile_tenant), envelope.territory)
    return document


def issue_masked_papers(
    office: Office, transaction: Transaction, envelope: Envelope, ready: TermSheetReady
) -> Sequence[Document]:
    """Seal the term sheet for both companies and, for each, the summons and the note of its works council.

    They name nobody, and their bytes depend on the event alone. The masked profile is kept for the agreement.
    """
    at, tenants = envelope.occurred_at, {"lender": ready.lender, "host": ready.host}
    facts = masked_paper(ready, at, _day_in_france(at), office.words)
    issued = []
    for kind in MASKED:
        content = office.press.loan_document(kind, facts)
        document = _sealed(office, kind, content, at, ready.introduction_id)
        readers = tuple(tenants[side] for side in COMPANY_READERS[kind])
        _issue(office, transaction, document, readers, envelope.territory)
        issued.append(document)
    _keep_qualification(office.documents, transaction, envelope.sequence, ready)
    return issued


def issue_agreement(
    office: Office, vault: Reveal, transaction: Transaction, envelope: Envelope, ready: AgreementReady
) -> Sequence[Document]:
    """Seal the documents of an agreement's version, with names, and give them to their readers.

    Raises `NotYet` while the term sheet that says the employee's qualification has not arrived.
    """
    profile = office.documents.qualification(ready.lender, ready.introduction_id)
    if profile is None:
        raise NotYet
    at, tenants = envelope.occurred_at, {"lender": ready.lender, "host": ready.host}
    facts = agreement_paper(
        ready,
        vault.company(ready.lender),
        vault.company(ready.host),
        vault.person(ready.lender, ready.person_id),
        profile.value.card,
        at,
        _day_in_france(at),
        office.words,
    )
    issued = []
    for kind in NAMED:
        content = office.press.loan_document(kind, facts)
        document = _sealed(
            office,
            kind,
            content,
            at,
            ready.introduction_id,
            agreement_id=ready.agreement_id,
            version=ready.terms_version,
        )
        readers = tuple(tenants[side] for side in COMPANY_READERS[kind])
        _issue(office, transaction, document, readers, envelope.territory)
        issued.append(document)
    _give_employee(office.documents, transaction, ready, issued)
    return issued


def note_link(documents: Documents, transaction: Transaction, issued: PersonalLinkIssued) -> None:
    """The employee was mailed the link by which he signs: it opens his documents too. Other links open nothing here."""
    if issued.purpose == "employee_signature" and documents.link(issued.digest) is None:
        documents.add_link(
            transaction, issued.digest, Link(agreement_id=issued.subject_id, expires_at=issued.expires_at)
        )


def open_personal(documents: Documents, files: Files, token: str, at: datetime) -> Sequence[tuple[Document, Address]]:
    """The employee's documents of the latest version, each with an address; opening uses nothing up.

    Raises the one problem of links that do not work. The log keeps that it was he.
    """
    link = documents.link(digest(token))
    if link is None or link.expires_at <= at:
        raise link_not_valid()
    held = documents.employee_file(link.agreement_id)
    if held is None:
        return ()
    for document in held.value.documents:
        logger.info("document handed out", document_id=document.id, reader="employee", caller="personal link")
    return [(document, _address(files, document)) for document in held.value.documents]


def open_document(
    documents: Documents, files: Files, gate: Gate, reader: str, caller: str, document_id: str
) -> tuple[Document, Address]:
    """The document and an address to read it at, for a reader of it; `NotFound` for anybody else. The log keeps who.

    A letter shows masked cards: it is refused (`card-hidden`) while no class protects them.
    """
    stored: Stored[Document] = found(documents.find(reader, document_id))
    document = stored.value
    if document.shows is not None and not all(gate.protect([document.shows.profile, document.shows.demand])):
        raise letter_hidden()
    logger.info("document handed out", document_id=document.id, reader=reader, caller=caller)
    return document, _address(files, document)


def _sealed(
    office: Office,
    kind: Kind,
    content: bytes,
    issued_at: datetime,
    introduction_id: str,
    *,
    agreement_id: str | None = None,
    version: int = 1,
    shows: ShownCards | None = None,
) -> Document:
    sha256 = hashlib.sha256(content).hexdigest()
    document = Document(
        id=clock.new_id("doc"),
        kind=kind,
        introduction_id=introduction_id,
        agreement_id=agreement_id,
        version=version,
        sha256=sha256,
        file=f"{kind.folder}/{agreement_id or introduction_id}/{sha256}.pdf",
        issued_at=issued_at,
        shows=shows,
    )
    office.files.put(document.file, content)
    return document


def _issue(
    office: Office, transaction: Transaction, document: Document, readers: tuple[str, ...], territory: str | None
) -> None:
    key, *_ = [office.documents.give(transaction, reader, document) for reader in readers]
    issued = DocumentIssued(
        document_id=document.id,
        kind=document.kind.value,
        introduction_id=document.introduction_id,
        agreement_id=document.agreement_id,
        terms_version=document.version,
        sha256=document.sha256,
        readers=readers,
    )
    transaction.emit(key, issued, sequence=1, territory=territory)


def _keep_qualification(documents: Documents, transaction: Transaction, sequence: int, ready: TermSheetReady) -> None:
    stored = documents.qualification(ready.lender, ready.introduction_id)
    present = stored.version if stored else 0
    if sequence > present:
        documents.keep_qualification(
            transaction,
            ready.lender,
            ready.introduction_id,
            Qualification(card=ready.profile_card),
            version=sequence,
            replacing=present,
        )


def _give_employee(
    documents: Documents, transaction: Transaction, ready: AgreementReady, issued: Sequence[Document]
) -> None:
    stored = documents.employee_file(ready.agreement_id)
    present = stored.version if stored else 0
    if ready.terms_version > present:
        own = tuple(document for document in issued if document.kind in EMPLOYEE_READS)
        held = EmployeeFile(version=ready.terms_version, documents=own)
        documents.give_employee(transaction, ready.agreement_id, held, replacing=present)


def _address(files: Files, document: Document) -> Address:
    return files.address(document.file, f"{document.kind.dashed}-{document.id}.pdf")


def _day_in_france(instant: datetime) -> date:
    return instant.astimezone(clock.PARIS).date()
