"""Where the sending of each mail is noted, at once and on its own: what was sent must not depend on what follows; and
what addressees chose, what waits for their digests, and whom mails reach.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from functions.notifications.model import Posting
from functions.notifications.model.choosing import EVERYTHING, Held, Preferences
from functions.notifications.model.returning import Channel, Complaint
from passerelle.store import AlreadyDone, Key, Listing, Page, Stored, Table, Transaction

_KEPT: Final = timedelta(days=90)
_AT_ONCE: Final = 90
_HELD: Final = "held"
_BLOCKED: Final = "blocked"


class Postings:
    """The postings, in the slice's words."""

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
        """Delete what was noted of the mails to this subject; returns how many. What one transaction cannot hold goes
        before it, in transactions of its own."""
        deleted, cursor = 0, None
        while True:
            page = self._table.list(_addressee(tenant, subject_id), Posting, limit=_AT_ONCE, cursor=cursor)
            deleting = self._table.begin() if page.cursor else transaction
            for stored in page.items:
                deleting.delete(_posting(tenant, stored.value.event_id), version=stored.version)
            deleted, cursor = deleted + len(page.items), page.cursor
            if cursor is None:
                return deleted
            deleting.commit()


class Channels:
    """Whom mails reach, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self) -> Transaction:
        """A transaction of its own, for what must hold before a mail goes out."""
        return self._table.begin()

    def find(self, tenant: str, subject_id: str) -> Stored[Channel] | None:
        """How mails to a subject fare, or None while nothing is known."""
        return self._table.read(_channel(tenant, subject_id), Channel)

    def save(self, transaction: Transaction, channel: Channel, version: int) -> Key:
        """Write it as this version: listed while it is blocked, and else kept as long as a mail may still come back, or
        one is known to be unwanted."""
        key, blocked = _channel(channel.tenant, channel.subject_id), channel.blocked is not None
        listing = Listing(_BLOCKED, f"{channel.tenant}#{channel.subject_id}") if blocked else None
        last = channel.corrected or channel.returned
        ends = [end for end in (last and last + _KEPT, channel.objected) if end is not None]
        expires_at = max(ends) if ends and not blocked else None
        transaction.save(key, channel, version=version, listing=listing, expires_at=expires_at)
        return key

    def blocked(self, limit: int, cursor: str | None) -> Page[Channel]:
        """Those to whom nothing is sent."""
        return self._table.list(_BLOCKED, Channel, limit=limit, cursor=cursor)

    def forget(self, transaction: Transaction, tenant: str, subject_id: str) -> None:
        """Delete what is known of a subject, if anything is."""
        stored = self.find(tenant, subject_id)
        if stored is not None:
            transaction.delete(_channel(tenant, subject_id), version=stored.version)


class Complaints:
    """The addresses to which nothing is wanted, in the slice's words; each is its mark alone."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, tenant: str, mark: str) -> Complaint | None:
        """What a reader at this address said of the mails of a tenant's subject, or None."""
        stored = self._table.read(_complaint(tenant, mark), Complaint)
        return None if stored is None else stored.value

    def add(self, transaction: Transaction, complaint: Complaint) -> None:
        """Write that nothing is wanted there, for as long as it is known."""
        key = _complaint(complaint.tenant, complaint.mark)
        transaction.save(key, complaint, version=1, expires_at=complaint.until)


class Readers:
    """What the addressees of a company chose, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, company_id: str, subject_id: str) -> Stored[Preferences] | None:
        """What one addressee chose, or None."""
        return self._table.read(_preferences(company_id, subject_id), Preferences)

    def of(self, company_id: str) -> list[Preferences]:
        """The contact and the members who chose something, with what they chose."""
        chosen = [stored.value for stored in self._table.all(_readers(company_id), Preferences)]
        if any(each.subject_id == company_id for each in chosen):
            return chosen
        return [Preferences(subject_id=company_id, choices=EVERYTHING), *chosen]

    def save(self, transaction: Transaction, company_id: str, preferences: Preferences, version: int) -> None:
        """Write what an addressee chose as this version."""
        key = _preferences(company_id, preferences.subject_id)
        listing = Listing(_readers(company_id), preferences.subject_id)
        transaction.save(key, preferences, version=version, listing=listing)

    def forget(self, transaction: Transaction, company_id: str, subject_id: str) -> None:
        """Delete what an addressee chose, if he did."""
        stored = self.find(company_id, subject_id)
        if stored is not None:
            transaction.delete(_preferences(company_id, subject_id), version=stored.version)


class Digests:
    """The news that waits for a digest, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def hold(self, held: Held) -> None:
        """Keep a piece of news, now and on its own, until it was sent to all who wait for it; again adds nothing, not
        even once it was sent."""
        transaction = self._table.begin()
        transaction.consume(f"{held.event_id}#{held.tenant}")
        self._write(transaction, held, 1)
        try:
            transaction.commit()
        except AlreadyDone:
            return

    def waiting(self) -> Iterator[Stored[Held]]:
        """Everything that waits, company after company."""
        return self._table.all(_HELD, Held)

    def sent(self, held: Stored[Held], subject_id: str) -> None:
        """Note now that one addressee had it. Raises `VersionConflict` when somebody else changed it meanwhile."""
        key = _held(held.value)
        present = self._table.read(key, Held)
        if present is None:
            return
        transaction, left = self._table.begin(), present.value.without(subject_id)
        if left.subjects:
            self._write(transaction, left, present.version + 1)
        else:
            transaction.delete(key, version=present.version)
        transaction.commit()

    def _write(self, transaction: Transaction, held: Held, version: int) -> None:
        listing = Listing(_HELD, f"{held.tenant}#{held.event_id}")
        transaction.save(_held(held), held, version=version, listing=listing, expires_at=held.at + _KEPT)


def _posting(tenant: str, event_id: str) -> Key:
    return Key(tenant, "posting", event_id)


def _addressee(tenant: str, subject_id: str) -> str:
    return f"{tenant}#postings#{subject_id}"


def _channel(tenant: str, subject_id: str) -> Key:
    return Key(tenant, "channel", subject_id)


def _complaint(tenant: str, mark: str) -> Key:
    return Key(tenant, "complaint", mark)


def _preferences(company_id: str, subject_id: str) -> Key:
    return Key(company_id, "preferences", subject_id)


def _readers(company_id: str) -> str:
    return f"{company_id}#readers"


def _held(held: Held) -> Key:
    return Key(held.tenant, "held", held.event_id)
