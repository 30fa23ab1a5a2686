"""Where it is written which documents a company may read: one row per reader, under the reader's own tenant.

The employee of an agreement has no tenant. His documents are found by the agreement's id, which only his link leads to.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from functions.documents.model import Archived, Closed, Document, EmployeeFile, Link, Qualification
from passerelle import clock
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction

_EMPLOYEES = "employee"
_LINKS = "link"
_ARCHIVE = "archive"
_CLOSED_FOR: Final = timedelta(days=400)
"""How long news of an erased person's introduction makes no document: longer than any message is kept."""


class Documents:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, reader: str, document_id: str) -> Stored[Document] | None:
        """The document as this reader holds it, or None: somebody else's is not there either."""
        return self._table.read(_key(reader, document_id), Document)

    def of_introduction(self, reader: str, introduction_id: str, limit: int, cursor: str | None) -> Page[Document]:
        """What this reader holds about an introduction and the agreement that came of it."""
        return self._table.list(_heading(reader, introduction_id), Document, limit=limit, cursor=cursor)

    def give(self, transaction: Transaction, reader: str, document: Document) -> Key:
        """Write the document for one reader; returns its key there."""
        key = _key(reader, document.id)
        listing = Listing(_heading(reader, document.introduction_id), document.id)
        transaction.save(key, document, version=1, listing=listing)
        return key

    def employee_file(self, agreement_id: str) -> Stored[EmployeeFile] | None:
        """What the employee of an agreement may read; its version is that of the terms."""
        return self._table.read(_employee(agreement_id), EmployeeFile)

    def give_employee(self, transaction: Transaction, agreement_id: str, held: EmployeeFile, replacing: int) -> None:
        """Write what the employee may read, in place of an earlier version (0 for none)."""
        transaction.save(_employee(agreement_id), held, version=held.version, replacing=replacing)

    def link(self, digest: str) -> Link | None:
        """The link whose token has this digest."""
        stored = self._table.read(_link(digest), Link)
        return None if stored is None else stored.value

    def add_link(self, transaction: Transaction, digest: str, link: Link) -> None:
        """Keep a link for as long as it opens."""
        transaction.save(_link(digest), link, version=1, expires_at=link.expires_at)

    def qualification(self, lender: str, introduction_id: str) -> Stored[Qualification] | None:
        """The masked profile of an introduction's last term sheet; its version is the introduction's."""
        return self._table.read(_qualification(lender, introduction_id), Qualification)

    def keep_qualification(
        self,
        transaction: Transaction,
        lender: str,
        introduction_id: str,
        qualification: Qualification,
        *,
        version: int,
        replacing: int,
    ) -> None:
        """Write the masked profile as of this version of the introduction."""
        key = _qualification(lender, introduction_id)
        transaction.save(key, qualification, version=version, replacing=replacing)

    def begin(self) -> Transaction:
        """A transaction of its own, for work that one transaction cannot hold."""
        return self._table.begin()

    def is_closed(self, introduction_id: str) -> bool:
        """Whether the person of an introduction was erased: nothing is made of it any more."""
        return self._table.read(_closed(introduction_id), Closed) is not None

    def close(self, transaction: Transaction, introduction_id: str) -> None:
        """Note that he was; again changes nothing."""
        if not self.is_closed(introduction_id):
            until = clock.now() + _CLOSED_FOR
            closed = Closed(introduction_id=introduction_id)
            transaction.save(_closed(introduction_id), closed, version=1, expires_at=until)

    def held(self, reader: str, introduction_id: str) -> Iterator[Stored[Document]]:
        """All that this reader holds about an introduction."""
        return self._table.all(_heading(reader, introduction_id), Document)

    def drop(self, transaction: Transaction, reader: str, stored: Stored[Document]) -> None:
        """This reader holds the document no more."""
        transaction.delete(_key(reader, stored.value.id), version=stored.version)

    def drop_projections(self, transaction: Transaction, lender: str, introduction_id: str, agreement_id: str) -> int:
        """Delete the masked profile of an introduction and what its employee may read; returns how many rows went."""
        qualification, own = self.qualification(lender, introduction_id), self.employee_file(agreement_id)
        if qualification is not None:
            transaction.delete(_qualification(lender, introduction_id), version=qualification.version)
        if own is not None:
            transaction.delete(_employee(agreement_id), version=own.version)
        return (qualification is not None) + (own is not None)

    def archive(self, transaction: Transaction, archived: Archived) -> None:
        """Note a file of the archive and its term; again changes nothing."""
        if self._table.read(_archived(archived), Archived) is None:
            listing = Listing(_ARCHIVE, f"{archived.until}#{archived.file}")
            transaction.save(_archived(archived), archived, version=1, listing=listing)

    def archived(self) -> Iterator[Stored[Archived]]:
        """Every file of the archive, those whose term is nearest first."""
        return self._table.all(_ARCHIVE, Archived)

    def drop_archived(self, transaction: Transaction, stored: Stored[Archived]) -> None:
        """The archive holds this file no more."""
        transaction.delete(_archived(stored.value), version=stored.version)


def _key(reader: str, document_id: str) -> Key:
    return Key(reader, "document", document_id)


def _employee(agreement_id: str) -> Key:
    return Key(_EMPLOYEES, "agreement", agreement_id)


def _link(digest: str) -> Key:
    return Key(_LINKS, "employee", digest)


def _qualification(lender: str, introduction_id: str) -> Key:
    return Key(lender, "qualification", introduction_id)


def _heading(reader: str, introduction_id: str) -> str:
    return f"{reader}#documents#{introduction_id}"


def _closed(introduction_id: str) -> Key:
    return Key(_ARCHIVE, "closed", introduction_id)


def _archived(archived: Archived) -> Key:
    return Key(_ARCHIVE, "file", archived.file)
