"""Where sealed identities and the access log are kept."""

from datetime import timedelta

from functions.identities.model import Access, Sealed
from passerelle.store import Key, Listing, Stored, Table, Transaction

_ACCESS_KEPT = timedelta(days=365)


class Identities:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, tenant: str, subject_id: str) -> Stored[Sealed] | None:
        """The sealed identity, or None."""
        return self._table.read(_identity(tenant, subject_id), Sealed)

    def save(self, transaction: Transaction, tenant: str, sealed: Sealed, version: int) -> Key:
        """Write the identity as this version; returns the key to emit its facts under."""
        key = _identity(tenant, sealed.subject_id)
        transaction.save(key, sealed, version=version)
        return key

    def note(self, transaction: Transaction, tenant: str, access: Access) -> None:
        """Add a line to the subject's access log, kept for a year (CNIL, recommendation on logging of 2021)."""
        transaction.save(
            Key(tenant, "access", access.id),
            access,
            version=1,
            listing=Listing(f"{tenant}#access#{access.subject_id}", f"{access.at.isoformat()}#{access.id}"),
            expires_at=access.at + _ACCESS_KEPT,
        )


def _identity(tenant: str, subject_id: str) -> Key:
    return Key(tenant, "identity", subject_id)
