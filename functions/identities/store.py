"""Where sealed identities, disclosures and the access log are kept."""

from datetime import timedelta

from functions.identities.model import Access, Approached, Disclosure, Marked, Sealed
from passerelle import clock
from passerelle.store import Key, Listing, Stored, Table, Transaction

_ACCESS_KEPT = timedelta(days=365)
_CLOSED_KEPT = timedelta(days=90)
"""How long an end is remembered, longer than any message may be late."""


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

    def disclosure(self, tenant: str, introduction_id: str) -> Stored[Disclosure] | None:
        """What an introduction disclosed, if this company is a side of it."""
        return self._table.read(_disclosure(tenant, introduction_id), Disclosure)

    def save_disclosure(
        self, transaction: Transaction, disclosure: Disclosure, *, version: int, replacing: int
    ) -> None:
        """Write it under both companies, as of this version of the introduction."""
        for tenant in (disclosure.lender, disclosure.host):
            key = _disclosure(tenant, disclosure.introduction_id)
            until = None if disclosure.open else clock.now() + _CLOSED_KEPT
            transaction.save(key, disclosure, version=version, replacing=replacing, expires_at=until)

    def approached(self, company_id: str, approach_id: str) -> Stored[Approached] | None:
        """What is known of an approach, if this company is a side of it."""
        return self._table.read(_approached(company_id, approach_id), Approached)

    def save_approached(
        self,
        transaction: Transaction,
        companies: tuple[str, str],
        approached: Approached,
        *,
        version: int,
        replacing: int,
    ) -> None:
        """Write it under both companies, as of this version of the approach."""
        until = None if approached.open else clock.now() + _CLOSED_KEPT
        for company_id in companies:
            key = _approached(company_id, approached.approach_id)
            transaction.save(key, approached, version=version, replacing=replacing, expires_at=until)

    def is_disclosed(self, tenant: str, subject_id: str) -> bool:
        """Whether a subject was ever disclosed to somebody."""
        return self._table.read(_marked(tenant, subject_id), Marked) is not None

    def mark_disclosed(self, transaction: Transaction, tenant: str, subject_id: str, introduction_id: str) -> None:
        """Note that a subject is disclosed."""
        transaction.save(_marked(tenant, subject_id), Marked(introduction_id=introduction_id), version=1)


def _identity(tenant: str, subject_id: str) -> Key:
    return Key(tenant, "identity", subject_id)


def _disclosure(tenant: str, introduction_id: str) -> Key:
    return Key(tenant, "disclosure", introduction_id)


def _approached(company_id: str, approach_id: str) -> Key:
    return Key(company_id, "approached", approach_id)


def _marked(tenant: str, subject_id: str) -> Key:
    return Key(tenant, "disclosed", subject_id)
