"""What becomes of a mail that came back: its subject is written to no more until another address is recorded.

The address is never seen here. SES is told the posting when a mail is handed over, and names it when the mail returns;
the posting knows the address by its mark.
"""

from datetime import datetime
from typing import Protocol

from functions.notifications.model import Posting
from functions.notifications.model.returning import Channel, Complaint, Kind, Returned
from passerelle.contracts.notifications import AddresseeBlocked
from passerelle.observability import logger
from passerelle.store import Key, Stored, Transaction


class Postings(Protocol):
    """What is needed of the store about what was sent."""

    def find(self, tenant: str, event_id: str) -> Stored[Posting] | None: ...


class Channels(Protocol):
    """What is needed of the store about whom mails reach."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, subject_id: str) -> Stored[Channel] | None: ...
    def save(self, transaction: Transaction, channel: Channel, version: int) -> Key: ...


class Complaints(Protocol):
    """What is needed of the store about addresses to which nothing is wanted."""

    def find(self, tenant: str, mark: str) -> Complaint | None: ...
    def add(self, transaction: Transaction, complaint: Complaint) -> None: ...


def note_return(
    postings: Postings, channels: Channels, complaints: Complaints, transaction: Transaction, returned: Returned
) -> None:
    """Count what may pass; block the subject of what will not, and tell it once. The same news twice counts once.

    A complaint is kept for the address that the mail had gone to, also when another one is recorded by now.
    """
    posting = postings.find(returned.tenant, returned.posting)
    if posting is None:
        logger.warning("a mail came back that nobody here remembers", event_id=returned.posting)
        return
    before = _channel(channels, returned.tenant, posting.value.subject_id)
    after = before.value.after(returned)
    if returned.kind is Kind.COMPLAINT and (mark := posting.value.mark):
        complaint = Complaint(tenant=returned.tenant, mark=mark, sent_at=returned.sent_at)
        after = after.objecting(complaint)
        if complaints.find(returned.tenant, mark) is None:
            complaints.add(transaction, complaint)
    if after == before.value:
        return
    transaction.consume(returned.id)
    _save(channels, transaction, before, after)


def block_if_unwanted(channels: Channels, complaints: Complaints, tenant: str, subject_id: str, mark: str) -> bool:
    """Whether nothing may be sent to this address, which is now recorded for a subject; then he is blocked, at once."""
    complaint = complaints.find(tenant, mark)
    if complaint is None:
        return False
    before, transaction = _channel(channels, tenant, subject_id), channels.begin()
    _save(channels, transaction, before, before.value.refused(complaint))
    transaction.commit()
    return True


def note_correction(
    channels: Channels, transaction: Transaction, tenant: str, subject_id: str, recorded_at: datetime
) -> None:
    """An address was put into the vault: mails go to it, and what comes back from the former one counts no more."""
    before = _channel(channels, tenant, subject_id)
    after = before.value.corrected_at(recorded_at)
    if after != before.value:
        channels.save(transaction, after, before.version + 1)


def _save(channels: Channels, transaction: Transaction, before: Stored[Channel], after: Channel) -> None:
    """Write a channel, and tell that it is blocked if it was not."""
    key = channels.save(transaction, after, before.version + 1)
    if after.blocked is not None and after.blocked != before.value.blocked:
        blocked = AddresseeBlocked(subject_id=after.subject_id, reason=after.blocked)
        transaction.emit(key, blocked, sequence=before.version + 1)


def _channel(channels: Channels, tenant: str, subject_id: str) -> Stored[Channel]:
    return channels.find(tenant, subject_id) or Stored(Channel(tenant=tenant, subject_id=subject_id), 0)
