"""The erasure of a person here: what was noted of the mails that went to him. Addresses and texts were never kept."""

from typing import Protocol

from passerelle.contracts.identities import ErasureRequested
from passerelle.contracts.notifications import PostingsErased
from passerelle.store import Key, Transaction


class Channels(Protocol):
    """What is needed of the store about whom mails reach."""

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
    """Delete the person's postings, and whether mails arrived.

    What is noted of a mail just going out or coming back may remain: it holds ids alone, for ninety days.
    """
    channels.forget(transaction, asked.lender, asked.person_id)
    erased = PostingsErased(
        case_id=asked.case_id,
        person_id=asked.person_id,
        lender=asked.lender,
        deleted=postings.forget(transaction, asked.lender, asked.person_id),
    )
    transaction.emit(Key(asked.lender, "erasure", asked.case_id), erased, sequence=1)
