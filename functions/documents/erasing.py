"""The erasure of a person here: every file about him goes, but the signed ones, which move to the archive.

The archive is a folder that this slice writes and empties and no function reads: only the break-glass role opens it.
Files are found by their folders, not by rows, so that one whose row is just being written is found too.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, Protocol

from functions.documents.model import Archived, Document, Kind
from passerelle.contracts.agreements import AgreementsErased
from passerelle.contracts.documents import DocumentsErased
from passerelle.contracts.erasure import LoanFile
from passerelle.observability import logger
from passerelle.store import Key, Stored, Transaction

ARCHIVE: Final = "archive"
_DIGEST: Final = re.compile(r"([0-9a-f]{64})\.pdf$")
_AT_ONCE: Final = 90


class Documents(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def close(self, transaction: Transaction, introduction_id: str) -> None: ...
    def held(self, reader: str, introduction_id: str) -> Iterator[Stored[Document]]: ...
    def drop(self, transaction: Transaction, reader: str, stored: Stored[Document]) -> None: ...
    def drop_projections(
        self, transaction: Transaction, lender: str, introduction_id: str, agreement_id: str
    ) -> int: ...
    def archive(self, transaction: Transaction, archived: Archived) -> None: ...
    def archived(self) -> Iterator[Stored[Archived]]: ...
    def drop_archived(self, transaction: Transaction, stored: Stored[Archived]) -> None: ...


class Files(Protocol):
    """What is needed of the bucket."""

    def under(self, folder: str) -> Sequence[str]: ...
    def copy(self, source: str, target: str) -> None: ...
    def destroy(self, folder: str) -> int: ...


def erase(documents: Documents, files: Files, transaction: Transaction, gone: AgreementsErased) -> None:
    """Erase the documents of each introduction in turn. Cut off, it goes on where it stopped; again changes nothing."""
    deleted = sum(_erase_one(documents, files, gone.lender, file) for file in gone.files)
    erased = DocumentsErased(case_id=gone.case_id, person_id=gone.person_id, lender=gone.lender, deleted=deleted)
    transaction.emit(Key(gone.lender, "erasure", gone.case_id), erased, sequence=1)


def empty_archive(documents: Documents, files: Files, today: date) -> int:
    """Destroy what the law no longer keeps; returns how many files that is. Cut off, it goes on the next time."""
    emptied = 0
    for stored in documents.archived():
        if stored.value.until >= today:
            break
        emptied += files.destroy(stored.value.file)
        transaction = documents.begin()
        documents.drop_archived(transaction, stored)
        transaction.commit()
    logger.info("archive emptied", files=emptied)
    return emptied


def _erase_one(documents: Documents, files: Files, lender: str, file: LoanFile) -> int:
    """Nothing is made of this introduction any more; then its files go, then the rows that name them."""
    transaction = documents.begin()
    documents.close(transaction, file.introduction_id)
    transaction.commit()
    folders = [f"{kind.folder}/{about}/" for kind in Kind for about in (file.introduction_id, file.agreement_id)]
    if file.until is not None:
        for folder in folders:
            _archive(documents, files, folder, file, file.until)
    return sum(files.destroy(folder) for folder in folders) + _drop_rows(documents, lender, file)


def _archive(documents: Documents, files: Files, folder: str, file: LoanFile, until: date) -> None:
    """Copy the signed files of a folder; the row that says until when is written first, so that none is forgotten."""
    for source in files.under(folder):
        named = _DIGEST.search(source)
        if named is None or named[1] not in file.documents:
            continue
        target = f"{ARCHIVE}/{file.agreement_id}/{named[1]}.pdf"
        transaction = documents.begin()
        documents.archive(transaction, Archived(file=target, agreement_id=file.agreement_id, until=until))
        transaction.commit()
        files.copy(source, target)


def _drop_rows(documents: Documents, lender: str, file: LoanFile) -> int:
    transaction = documents.begin()
    dropped = documents.drop_projections(transaction, lender, file.introduction_id, file.agreement_id)
    transaction.commit()
    rows = [(reader, row) for reader in (lender, file.host) for row in documents.held(reader, file.introduction_id)]
    for start in range(0, len(rows), _AT_ONCE):
        transaction = documents.begin()
        for reader, row in rows[start : start + _AT_ONCE]:
            documents.drop(transaction, reader, row)
        transaction.commit()
    return dropped + len(rows)
