"""What becomes of a mail that came back: its subject is written to no more until its address was corrected.

The address is never seen here. SES is told the posting when a mail is handed over, and names it when the mail returns.
"""

from datetime import datetime
from typing import Protocol

from functions.notifications.model import Posting
from functions.notifications.model.returning import Channel, Returned
from passerelle.contracts.notifications import AddresseeBlocked
from passerelle.observability import logger
from passerelle.store import Key, Stored, Transaction


class Postings(Protocol):
    """What is needed of the store about what was sent."""

    def find(self, tenant: str, event_id: str) -> Stored[Posting] | None: ...


class Channels(Protocol):
    """What is needed of the store about whom mails reach."""

    def find(self, tenant: str, subject_id: str) -> Stored[Channel] | None: ...
    def save(self, transaction: Transaction, channel: Channel, version: int) -> Key: ...


def note_return(postings: Postings, channels: Channels, transaction: Transaction, returned: Returned) -> None:
    """Count what may pass; block the subject of what will not, and tell it once. The same news twice counts once."""
    posting = postings.find(returned.tenant, returned.posting)
    if posting is None:
        logger.warning("a mail came back that nobody here remembers", event_id=returned.posting)
        return
    before = _channel(channels, returned.tenant, posting.value.subject_id)
    after = before.value.after(returned)
    if after == before.value:
        return
    transaction.consume(returned.id)
    key = channels.save(transaction, after, before.version + 1)
    if after.blocked is not None:
        blocked = AddresseeBlocked(subject_id=after.subject_id, reason=after.blocked)
        transaction.emit(key, blocked, sequence=before.version + 1)


def note_correction(
    channels: Channels, transaction: Transaction, tenant: str, subject_id: str, recorded_at: datetime
) -> None:
    """An address was put into the vault: mails go to it, and what comes back from the former one counts no more."""
    before = _channel(channels, tenant, subject_id)
    after = before.value.corrected_at(recorded_at)
    if after != before.value:
        channels.save(transaction, after, before.version + 1)


def _channel(channels: Channels, tenant: str, subject_id: str) -> Stored[Channel]:
    return channels.find(tenant, subject_id) or Stored(Channel(tenant=tenant, subject_id=subject_id), 0)
