"""Where introductions are kept: the same row under the host and under the lender, written together.

Each side thus reads and lists its own with one read, under its own tenant, and another company finds nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from functions.introductions.model.go import Link, Look, Looked
from functions.introductions.model.ledger import Ledger
from functions.introductions.model.pair import Introduction
from functions.introductions.model.reminders import Deadline, next_look
from functions.introductions.model.sheet import CompanySize
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction

Thing = Literal["profile", "demand"]

_DEADLINES: Final = "deadlines"
_LINKS: Final = "link"
_LINK_KEPT: Final = timedelta(days=365)
_LOOKS_KEPT: Final = timedelta(days=365)


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
        """Write both rows as this version; returns the host's key, to emit facts under."""
        order = f"{introduction.answer_by}#{introduction.id}"
        for tenant in (introduction.lender, introduction.host):
            listing = Listing(f"{tenant}#introductions", order)
            transaction.save(_key(tenant, introduction.id), introduction, version=version, listing=listing)
        return _key(introduction.host, introduction.id)

    def lender_key(self, introduction: Introduction) -> Key:
        """The lender's key: facts about the employee are emitted under it, whose identity is kept there."""
        return _key(introduction.lender, introduction.id)

    def ledger(self, thing: Thing, tenant: str, thing_id: str) -> Stored[Ledger]:
        """The ledger of a profile or a demand; an empty one at version 0 when there is none."""
        return self._table.read(Key(tenant, thing, thing_id), Ledger) or Stored(Ledger(), 0)

    def save_ledger(
        self, transaction: Transaction, thing: Thing, tenant: str, thing_id: str, ledger: Ledger, version: int
    ) -> None:
        """Write a ledger as this version."""
        transaction.save(Key(tenant, thing, thing_id), ledger, version=version)

    def add_deadline(self, transaction: Transaction, introduction: Introduction, today: date) -> None:
        """Note when an introduction is to be looked at again for the first time."""
        deadline = Deadline(introduction_id=introduction.id, host=introduction.host, due=next_look(introduction, today))
        self._write_deadline(transaction, deadline, 1)

    def deadlines(self) -> Iterator[Deadline]:
        """All deadlines, the soonest first."""
        return (stored.value for stored in self._table.all(_DEADLINES, Deadline))

    def move_deadline(self, transaction: Transaction, deadline: Deadline, due: date | None) -> None:
        """Look again on this day, or never again; if the deadline is still there."""
        held = self._table.read(_deadline(deadline), Deadline)
        if held is None:
            return
        if due is None:
            transaction.delete(_deadline(deadline), version=held.version)
        else:
            self._write_deadline(transaction, deadline.model_copy(update={"due": due}), held.version + 1)

    def workforce(self, company_id: str) -> Stored[CompanySize]:
        """What is known of a company's workforce, as of the version of the company that said so; 0 for nothing."""
        return self._table.read(_size(company_id), CompanySize) or Stored(CompanySize(), 0)

    def save_workforce(
        self, transaction: Transaction, company_id: str, size: CompanySize, *, version: int, replacing: int
    ) -> None:
        """Write a company's workforce as of this version of the company."""
        transaction.save(_size(company_id), size, version=version, replacing=replacing)

    def link(self, digest: str) -> Link | None:
        """What the link whose token has this digest opens."""
        stored = self._table.read(Key(_LINKS, "go", digest), Link)
        return None if stored is None else stored.value

    def add_link(self, transaction: Transaction, digest: str, link: Link) -> None:
        """Keep a link beyond its term, so that what it opened may still be stopped."""
        key = Key(_LINKS, "go", digest)
        transaction.save(key, link, version=1, expires_at=link.expires_at + _LINK_KEPT)

    def looked(self, host: str, day: date) -> Stored[Looked]:
        """Whose cards a host looked at on a day."""
        return self._table.read(_looked(host, day), Looked) or Stored(Looked(), 0)

    def save_looks(
        self,
        transaction: Transaction,
        host: str,
        looks: Sequence[Introduction],
        looked: Looked,
        version: int,
        day: date,
    ) -> None:
        """Note these looks under the profile, and in the host's list of the day."""
        until = datetime.combine(day, time(), UTC) + _LOOKS_KEPT
        transaction.save(_looked(host, day), looked, version=version, expires_at=until)
        for one in looks:
            listing = Listing(_looks(one.lender, one.match.profile_id), f"{day}#{one.id}")
            look = Look(introduction_id=one.id, on=day)
            transaction.save(_look(one.lender, look), look, version=1, listing=listing, expires_at=until)

    def looks(self, lender: str, profile_id: str) -> Iterator[Look]:
        """Who looked at a profile's card, the oldest first."""
        return (stored.value for stored in self._table.all(_looks(lender, profile_id), Look))

    def drop_look(self, transaction: Transaction, lender: str, look: Look) -> None:
        """Delete one look, which is written once."""
        transaction.delete(_look(lender, look), version=1)

    def forget_facts(self, key: Key) -> tuple[int, bool]:
        """Delete the facts told under this key: how many, and whether some are still to be published."""
        return self._table.forget_facts(key)

    def _write_deadline(self, transaction: Transaction, deadline: Deadline, version: int) -> None:
        listing = Listing(_DEADLINES, f"{deadline.due}#{deadline.introduction_id}")
        transaction.save(_deadline(deadline), deadline, version=version, listing=listing)


def _key(tenant: str, introduction_id: str) -> Key:
    return Key(tenant, "introduction", introduction_id)


def _deadline(deadline: Deadline) -> Key:
    return Key(deadline.host, "deadline", deadline.introduction_id)


def _size(company_id: str) -> Key:
    return Key(company_id, "size", company_id)


def _looked(host: str, day: date) -> Key:
    return Key(host, "looked", day.isoformat())


def _looks(lender: str, profile_id: str) -> str:
    return f"{lender}#looks#{profile_id}"


def _look(lender: str, look: Look) -> Key:
    return Key(lender, "look", f"{look.introduction_id}.{look.on}")
