"""The erasure of a person here: what was noted of the mails that went to him. Addresses and texts were never kept.

That he called mails to an address unwanted outlives him, by the address's mark alone: else the next one who records it
would write to him again.
"""

from typing import Protocol

from functions.notifications.model.returning import Channel
from passerelle.contracts.erasure import Kept
from passerelle.contracts.identities import ErasureRequested
from passerelle.contracts.notifications import PostingsErased
from passerelle.store import Key, Stored, Transaction


class Channels(Protocol):
    """What is needed of the store about whom mails reach."""

    def find(self, tenant: str, subject_id: str) -> Stored[Channel] | None: ...
    def forget(self, transaction: Transaction, tenant: str, subject_id: str) -> None: ...


class Readers(Protocol):
    """What is needed of the store about what addressees chose."""

    def forget(self, transaction: Transaction, company_id: str, subject_id: str) -> None: ...


class Postings(Protocol):
    """What is needed of the store."""

    def forget(self, transaction: Transaction, tenant: str, subject_id: str) -> int: ...


def forget_member(
    postings: Postings,
    channels: Channels,
    readers: Readers,
    transaction: Transaction,
    company_id: str,
    member_id: str,
) -> None:
    """A membership or an invitation is over: forget what was chosen, what was sent, and whether mails arrived.

    A mail that returns later is nobody's: its posting is gone.
    """
    postings.forget(transaction, company_id, member_id)
    readers.forget(transaction, company_id, member_id)
    channels.forget(transaction, company_id, member_id)


def erase(postings: Postings, channels: Channels, transaction: Transaction, asked: ErasureRequested) -> None:
    """Delete the person's postings, and whether mails arrived; that an address of his wants none stays.

    What is noted of a mail just going out or coming back may remain: it holds ids alone, for ninety days.
    """
    channel = channels.find(asked.lender, asked.person_id)
    objected = channel.value.objected if channel else None
    channels.forget(transaction, asked.lender, asked.person_id)
    erased = PostingsErased(
        case_id=asked.case_id,
        person_id=asked.person_id,
        lender=asked.lender,
        deleted=postings.forget(transaction, asked.lender, asked.person_id),
        kept=(Kept(what="mail_objection", until=objected.date()),) if objected else (),
    )
    transaction.emit(Key(asked.lender, "erasure", asked.case_id), erased, sequence=1)
