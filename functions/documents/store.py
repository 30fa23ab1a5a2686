"""Where it is written which documents a company may read: one row per reader, under the reader's own tenant."""

from functions.documents.model import Document
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction


class Documents:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, reader: str, document_id: str) -> Stored[Document] | None:
        """The document as this reader holds it, or None: somebody else's is not there either."""
        return self._table.read(_key(reader, document_id), Document)

    def of_introduction(self, reader: str, introduction_id: str, limit: int, cursor: str | None) -> Page[Document]:
        """What this reader holds about an introduction."""
        return self._table.list(_heading(reader, introduction_id), Document, limit=limit, cursor=cursor)

    def give(self, transaction: Transaction, reader: str, document: Document) -> Key:
        """Write the document for one reader; returns its key there."""
        key = _key(reader, document.id)
        listing = Listing(_heading(reader, document.introduction_id), document.id)
        transaction.save(key, document, version=1, listing=listing)
        return key


def _key(reader: str, document_id: str) -> Key:
    return Key(reader, "document", document_id)


def _heading(reader: str, introduction_id: str) -> str:
    return f"{reader}#documents#{introduction_id}"
