"""Where the sending of each mail is noted, at once and on its own: what was sent must not depend on what follows."""

from datetime import timedelta

from functions.notifications.model import Posting
from passerelle.store import Key, Listing, Stored, Table, Transaction

_KEPT = timedelta(days=90)
_AT_ONCE = 90


class Postings:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, tenant: str, event_id: str) -> Stored[Posting] | None:
        """The sending of the mail that this event caused to this tenant's addressee, or None."""
        return self._table.read(_posting(tenant, event_id), Posting)

    def write(self, posting: Posting, version: int) -> None:
        """Write it now as this version. Raises `VersionConflict` when somebody else wrote it first."""
        transaction = self._table.begin()
        transaction.save(
            _posting(posting.tenant, posting.event_id),
            posting,
            version=version,
            listing=Listing(_addressee(posting.tenant, posting.subject_id), posting.event_id),
            expires_at=posting.issued_at + _KEPT,
        )
        transaction.commit()

    def forget(self, transaction: Transaction, tenant: str, subject_id: str) -> int:
        """Delete up to ninety of what was noted of the mails to this subject; returns how many."""
        page = self._table.list(_addressee(tenant, subject_id), Posting, limit=_AT_ONCE)
        for stored in page.items:
            transaction.delete(_posting(tenant, stored.value.event_id), version=stored.version)
        return len(page.items)


def _posting(tenant: str, event_id: str) -> Key:
    return Key(tenant, "posting", event_id)


def _addressee(tenant: str, subject_id: str) -> str:
    return f"{tenant}#postings#{subject_id}"
