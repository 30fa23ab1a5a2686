"""The erasure of a person here: his card leaves, and of what was said about it only ids and answers stay.

An approach keeps that two companies were spoken to, by whom and when; the adviser's note goes, and so do the facts that
carried the card.
"""

from collections.abc import Iterator
from typing import Protocol

from functions.desk.model.approaches import Approach
from functions.desk.model.cards import Card
from functions.desk.model.reviews import Review
from passerelle.consuming import NotYet
from passerelle.contracts.desk import DeskErased
from passerelle.contracts.profiles import ProfileErased
from passerelle.store import Key, Stored, Transaction, VersionConflict

_ATTEMPTS = 10


class Desk(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def approach(self, approach_id: str) -> Stored[Approach] | None: ...
    def approaches_of(self, profile_id: str) -> Iterator[Approach]: ...
    def save_approach(self, transaction: Transaction, approach: Approach, version: int) -> Key: ...
    def forget_facts(self, approach_id: str) -> tuple[int, bool]: ...
    def review(self, profile_id: str) -> Stored[Review] | None: ...
    def drop_review(self, transaction: Transaction, stored: Stored[Review]) -> None: ...


def erase(desk: Desk, transaction: Transaction, gone: ProfileErased) -> None:
    """Blank every approach of the profile, each in a transaction of its own, and its review; answer how much went.

    Cut off, it goes on where it stopped. Raises `NotYet` while a fact about an approach is still to be published.
    """
    deleted = (
        0 if gone.profile_id is None else sum(_blanked(desk, one.id) for one in desk.approaches_of(gone.profile_id))
    )
    review = None if gone.profile_id is None else desk.review(gone.profile_id)
    if review is not None:
        desk.drop_review(transaction, review)
        deleted += 1
    erased = DeskErased(case_id=gone.case_id, person_id=gone.person_id, lender=gone.lender, deleted=deleted)
    transaction.emit(Key(gone.lender, "erasure", gone.case_id), erased, sequence=1)


def left(gone: ProfileErased, profile_id: str) -> Card:
    """The news that the profile is gone, at a version above all it had."""
    return Card(id=profile_id, kind="profile", tenant=gone.lender, sequence=gone.ended_at)


def _blanked(desk: Desk, approach_id: str) -> int:
    """Take the note and the facts of an approach; how many went."""
    facts, some_remain = desk.forget_facts(approach_id)
    if some_remain:
        raise NotYet
    for _ in range(_ATTEMPTS):
        stored = desk.approach(approach_id)
        if stored is None or stored.value.note is None:
            return facts
        transaction = desk.begin()
        desk.save_approach(transaction, stored.value.model_copy(update={"note": None}), stored.version + 1)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return facts + 1
    raise NotYet
