"""The erasure of a person here: what was noted of the mails that went to him. Addresses and texts were never kept."""

from typing import Protocol

from passerelle.contracts.identities import ErasureRequested
from passerelle.contracts.notifications import PostingsErased
from passerelle.store import Key, Transaction


class Postings(Protocol):
    """What is needed of the store."""

    def forget(self, transaction: Transaction, tenant: str, subject_id: str) -> int: ...


def erase(postings: Postings, transaction: Transaction, asked: ErasureRequested) -> None:
    """Delete the person's postings. One of a mail just going out may remain: it holds ids alone, for ninety days."""
    erased = PostingsErased(
        case_id=asked.case_id,
        person_id=asked.person_id,
        lender=asked.lender,
        deleted=postings.forget(transaction, asked.lender, asked.person_id),
    )
    transaction.emit(Key(asked.lender, "erasure", asked.case_id), erased, sequence=1)
