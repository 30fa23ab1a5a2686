"""Where the sending of each mail is noted, at once and on its own: what was sent must not depend on what follows."""

from datetime import timedelta

from functions.notifications.model import Posting
from passerelle.store import Key, Stored, Table

_KEPT = timedelta(days=90)


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
            expires_at=posting.issued_at + _KEPT,
        )
        transaction.commit()


def _posting(tenant: str, event_id: str) -> Key:
    return Key(tenant, "posting", event_id)
