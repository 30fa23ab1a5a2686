"""The erasure of a person here: out of the index and the rankings; the matching log stays, under ids alone."""

from typing import Protocol

from passerelle import clock
from passerelle.contracts.erasure import Kept
from passerelle.contracts.matching import MatchesProposed, MatchingErased
from passerelle.contracts.profiles import ProfileErased
from passerelle.store import Key, Transaction


class Withdrawing(Protocol):
    """What is needed of the use cases."""

    def withdraw(self, tenant: str, sequence: int, profile_id: str) -> None: ...


def erase(matching: Withdrawing, transaction: Transaction, gone: ProfileErased) -> None:
    """Withdraw the profile at a version above all it had, so that no late news brings it back."""
    kept: tuple[Kept, ...] = ()
    if gone.profile_id is not None:
        matching.withdraw(gone.lender, gone.ended_at, gone.profile_id)
        kept = (Kept(what="matching_log", until=clock.today() + MatchesProposed.recorded_for),)
    erased = MatchingErased(
        case_id=gone.case_id,
        person_id=gone.person_id,
        lender=gone.lender,
        deleted=0 if gone.profile_id is None else 1,
        kept=kept,
    )
    transaction.emit(Key(gone.lender, "erasure", gone.case_id), erased, sequence=1)
