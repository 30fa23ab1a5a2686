"""What an addressee of a company chooses, reads and forgets of his choice."""

from typing import Protocol

from functions.notifications.model.choosing import EVERYTHING, NOTHING, Choices, Preferences
from passerelle.store import Stored, Transaction


class Readers(Protocol):
    """What is needed of the store."""

    def find(self, company_id: str, subject_id: str) -> Stored[Preferences] | None: ...
    def save(self, transaction: Transaction, company_id: str, preferences: Preferences, version: int) -> None: ...
    def forget(self, transaction: Transaction, company_id: str, subject_id: str) -> None: ...


def read(readers: Readers, company_id: str, subject_id: str) -> Stored[Preferences]:
    """What he chose; before he did, at version 0, everything at once for the contact and nothing for a member."""
    untold = Preferences(subject_id=subject_id, choices=EVERYTHING if subject_id == company_id else NOTHING)
    return readers.find(company_id, subject_id) or Stored(untold, 0)


def choose(
    readers: Readers, transaction: Transaction, company_id: str, present: Stored[Preferences], choices: Choices
) -> Stored[Preferences]:
    """Replace what he chose. What already waits for his digest stays there, unless he wants to hear of it no more."""
    chosen = present.value.model_copy(update={"choices": choices})
    readers.save(transaction, company_id, chosen, present.version + 1)
    return Stored(chosen, present.version + 1)
