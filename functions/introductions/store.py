"""Where introductions are kept: the same row under the host and under the lender, written together.

Each side thus reads and lists its own with one read, under its own tenant, and another company finds nothing.
"""

from collections.abc import Iterator
from typing import Final, Literal

from functions.introductions.model import Deadline, Introduction, Ledger
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction

Thing = Literal["profile", "demand"]

_DEADLINES: Final = "deadlines"


class Introductions:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self) -> Transaction:
        """A transaction of its own for one introduction or one ledger."""
        return self._table.begin()

    def find(self, tenant: str, introduction_id: str) -> Stored[Introduction] | None:
        """The introduction, if this company is a side of it."""
        return self._table.read(_key(tenant, introduction_id), Introduction)

    def page(self, tenant: str, limit: int, cursor: str | None) -> Page[Introduction]:
        """A company's introductions, those to be answered soonest first."""
        return self._table.list(f"{tenant}#introductions", Introduction, limit=limit, cursor=cursor)

    def save(self, transaction: Transaction, introduction: Introduction, version: int) -> Key:
        """Write both rows as this version; returns the key to emit facts under."""
        order = f"{introduction.answer_by}#{introduction.id}"
        for tenant in (introduction.lender, introduction.host):
            listing = Listing(f"{tenant}#introductions", order)
            transaction.save(_key(tenant, introduction.id), introduction, version=version, listing=listing)
        return _key(introduction.host, introduction.id)

    def ledger(self, thing: Thing, tenant: str, thing_id: str) -> Stored[Ledger]:
        """The ledger of a profile or a demand; an empty one at version 0 when there is none."""
        return self._table.read(Key(tenant, thing, thing_id), Ledger) or Stored(Ledger(), 0)

    def save_ledger(
        self, transaction: Transaction, thing: Thing, tenant: str, thing_id: str, ledger: Ledger, version: int
    ) -> None:
        """Write a ledger as this version."""
        transaction.save(Key(tenant, thing, thing_id), ledger, version=version)

    def add_deadline(self, transaction: Transaction, introduction: Introduction) -> None:
        """Note until when an introduction is to be answered."""
        deadline = Deadline(introduction_id=introduction.id, host=introduction.host, answer_by=introduction.answer_by)
        listing = Listing(_DEADLINES, f"{deadline.answer_by}#{deadline.introduction_id}")
        transaction.save(_deadline(deadline), deadline, version=1, listing=listing)

    def deadlines(self) -> Iterator[Deadline]:
        """All deadlines, the soonest first."""
        return (stored.value for stored in self._table.all(_DEADLINES, Deadline))

    def drop_deadline(self, transaction: Transaction, deadline: Deadline) -> None:
        """Forget a deadline that has passed, if it is still there."""
        held = self._table.read(_deadline(deadline), Deadline)
        if held is not None:
            transaction.delete(_deadline(deadline), version=held.version)


def _key(tenant: str, introduction_id: str) -> Key:
    return Key(tenant, "introduction", introduction_id)


def _deadline(deadline: Deadline) -> Key:
    return Key(deadline.host, "deadline", deadline.introduction_id)
