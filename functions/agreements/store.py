"""Where agreements are kept: the same row under the host and under the lender, written together.

Each side reads its own under its own tenant, and another company finds nothing. Events and links, which name no tenant,
find an agreement by a row that says whose it is. What the table knows of companies and identities are projections.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from pydantic import BaseModel, ConfigDict

from functions.agreements.model.agreement import Agreement, Awaited, Due
from functions.agreements.model.known import Company, Known
from functions.agreements.model.signatures import PARTIES, Code, Link
from passerelle.contracts.agreements import Party
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction


class Pointer(BaseModel):
    """Under which tenant an agreement is read; None: its introduction ended before the disclosure was heard of here."""

    model_config = ConfigDict(frozen=True)

    host: str | None


class Agreements:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self) -> Transaction:
        """A transaction of its own for one agreement."""
        return self._table.begin()

    def find(self, tenant: str, agreement_id: str) -> Stored[Agreement] | None:
        """The agreement, if this company is a side of it."""
        return self._table.read(_key(tenant, agreement_id), Agreement)

    def by_id(self, agreement_id: str) -> Stored[Agreement] | None:
        """The agreement, for an event or a link that names no company."""
        pointer = self._pointer(agreement_id)
        return None if pointer is None or pointer.host is None else self.find(pointer.host, agreement_id)

    def ended_before(self, agreement_id: str) -> bool:
        """Whether there will never be an agreement of this id, since its introduction ended."""
        pointer = self._pointer(agreement_id)
        return pointer is not None and pointer.host is None

    def remember_end(self, transaction: Transaction, agreement_id: str, until: datetime) -> None:
        """Note that there will be none, for a disclosure that may still be on its way."""
        transaction.save(_pointer(agreement_id), Pointer(host=None), version=1, expires_at=until)

    def page(self, tenant: str, limit: int, cursor: str | None) -> Page[Agreement]:
        """A company's agreements, in the order of their ids, which tells nothing."""
        return self._table.list(f"{tenant}#agreements", Agreement, limit=limit, cursor=cursor)

    def add(self, transaction: Transaction, agreement: Agreement) -> Key:
        """Write a new agreement, and the row that finds it by its id alone."""
        transaction.save(_pointer(agreement.id), Pointer(host=agreement.host), version=1)
        return self.save(transaction, agreement, 1)

    def save(self, transaction: Transaction, agreement: Agreement, version: int) -> Key:
        """Write both rows as this version; returns the key to emit facts under."""
        until = agreement.kept_until
        over = None if until is None else datetime.combine(until, time.max, UTC)
        for tenant in (agreement.lender, agreement.host):
            listing = Listing(f"{tenant}#agreements", agreement.id)
            transaction.save(_key(tenant, agreement.id), agreement, version=version, listing=listing, expires_at=over)
        return _key(agreement.host, agreement.id)

    def remove(self, transaction: Transaction, stored: Stored[Agreement], until: datetime) -> int:
        """Delete an agreement and its codes; until then none of its id begins. Returns how many rows went."""
        one = stored.value
        for tenant in (one.lender, one.host):
            transaction.delete(_key(tenant, one.id), version=stored.version)
        held = self._table.read(_pointer(one.id), Pointer)
        version = held.version if held else 0
        transaction.save(_pointer(one.id), Pointer(host=None), version=version + 1, expires_at=until)
        codes = [(self.code_key(one, party), self.code(one, party)) for party in PARTIES]
        for key, code in codes:
            if code is not None:
                transaction.delete(key, version=code.version)
        self.drop_due(transaction, one)
        return 2 + sum(1 for _, code in codes if code is not None)

    def forget_facts(self, key: Key) -> tuple[int, bool]:
        """Delete the facts told under this key: how many, and whether some are still to be published."""
        return self._table.forget_facts(key)

    def employee_key(self, agreement: Agreement) -> Key:
        """Where facts are emitted about the employee, whose identity the lender keeps."""
        return _key(agreement.lender, agreement.id)

    def company(self, company_id: str) -> Stored[Company] | None:
        """What is known of a company; None before it was active."""
        return self._table.read(Key(company_id, "company", company_id), Company)

    def save_company(
        self, transaction: Transaction, company_id: str, company: Company, *, version: int, replacing: int
    ) -> None:
        """Write what is known of a company as of this version of it."""
        key = Key(company_id, "company", company_id)
        transaction.save(key, company, version=version, replacing=replacing)

    def identity(self, tenant: str, subject_id: str) -> Stored[Known] | None:
        """That the vault holds this tenant's identity of a subject."""
        return self._table.read(Key(tenant, "identity", subject_id), Known)

    def save_identity(
        self, transaction: Transaction, tenant: str, subject_id: str, known: Known, *, version: int, replacing: int
    ) -> None:
        """Write that it does, as of this version of the identity."""
        transaction.save(Key(tenant, "identity", subject_id), known, version=version, replacing=replacing)

    def forget_identity(self, transaction: Transaction, tenant: str, subject_id: str) -> int:
        """The vault holds this identity no more; returns how many rows went."""
        held = self.identity(tenant, subject_id)
        if held is None:
            return 0
        transaction.delete(Key(tenant, "identity", subject_id), version=held.version)
        return 1

    def code(self, agreement: Agreement, party: Party) -> Stored[Code] | None:
        """The last one-time code asked for by a party."""
        return self._table.read(self.code_key(agreement, party), Code)

    def save_code(self, transaction: Transaction, agreement: Agreement, party: Party, code: Code, version: int) -> None:
        """Write a party's code as this version."""
        transaction.save(self.code_key(agreement, party), code, version=version)

    def code_key(self, agreement: Agreement, party: Party) -> Key:
        """Where a party's code is, under the tenant that keeps the party's identity."""
        tenant = agreement.host if party == "host" else agreement.lender
        return Key(tenant, "signing_code", f"{agreement.id}.{party}")

    def link(self, digest: str) -> Link | None:
        """The employee's link whose token has this digest."""
        stored = self._table.read(Key("link", "employee_signature", digest), Link)
        return None if stored is None else stored.value

    def add_link(self, transaction: Transaction, digest: str, link: Link) -> None:
        """Keep a link until it expires."""
        key = Key("link", "employee_signature", digest)
        transaction.save(key, link, version=1, expires_at=link.expires_at)

    def due(self, awaited: Awaited) -> Iterator[Due]:
        """Agreements that wait for this, those to look at soonest first."""
        return (stored.value for stored in self._table.all(_heading(awaited), Due))

    def put_due(self, transaction: Transaction, agreement: Agreement, awaited: Awaited, on: date) -> None:
        """Note what an agreement waits for now, and when to look at it again."""
        due = Due(agreement_id=agreement.id, host=agreement.host, on=on)
        listing = Listing(_heading(awaited), f"{due.on}#{due.agreement_id}")
        held = self._table.read(_due(agreement), Due)
        transaction.save(_due(agreement), due, version=held.version + 1 if held else 1, listing=listing)

    def drop_due(self, transaction: Transaction, agreement: Agreement) -> None:
        """It waits for nothing any more."""
        held = self._table.read(_due(agreement), Due)
        if held is not None:
            transaction.delete(_due(agreement), version=held.version)

    def _pointer(self, agreement_id: str) -> Pointer | None:
        stored = self._table.read(_pointer(agreement_id), Pointer)
        return None if stored is None else stored.value


def _key(tenant: str, agreement_id: str) -> Key:
    return Key(tenant, "agreement", agreement_id)


def _pointer(agreement_id: str) -> Key:
    return Key("pointer", "agreement", agreement_id)


def _due(agreement: Agreement) -> Key:
    return Key(agreement.host, "due", agreement.id)


def _heading(awaited: Awaited) -> str:
    return f"awaited#{awaited}"
