"""Which cards hosts may read, and how coarse: each profile that was agreed to gets its place in a class, or an adviser.

A place is given when the volunteer says yes, or with the next batch where the stage publishes in batches; it is given
anew when a class became too thin. What holds at the very moment of reading is decided by whoever shows a card, on the
ledger of classes: this only sees to it that as many as possible have a class that protects them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from functions.profiles.model.cards import applicant, exact_card, given_place
from functions.profiles.model.profile import Profile
from passerelle.contracts import Event
from passerelle.contracts.profiles import ProfilePublished, ProfileReferred
from passerelle.nomenclature import Nomenclature
from passerelle.placing import Ledger, Placing
from passerelle.store import Key, Stored, Transaction


class Profiles(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, profile_id: str, /) -> Stored[Profile] | None: ...
    def waiting(self) -> Iterator[Stored[Profile]]: ...
    def save(self, transaction: Transaction, profile: Profile, version: int, *, before: Profile) -> Key: ...


@dataclass(frozen=True)
class Publisher:
    """Gives places: by which codes, by which ledger, and whether at once or with the next batch."""

    profiles: Profiles
    nomenclature: Nomenclature
    ledger: Ledger
    at_once: bool

    @property
    def placing(self) -> Placing[Profile]:
        """How places are given."""
        return Placing(
            "profile",
            self.profiles,
            self.ledger,
            lambda profile: applicant(profile, self.nomenclature),
            lambda profile: profile.shown is not None,
            lambda profile, step: given_place(profile, step, self.nomenclature),
            self._saved,
        )

    def agreed(self, transaction: Transaction, stored: Stored[Profile], profile: Profile) -> Stored[Profile]:
        """Write a profile whose volunteer has just said yes; `stored` is what it was before."""
        if not self.at_once:
            return saved(self.profiles, transaction, stored, profile)
        return self._saved(transaction, stored, self.placing.at_once(profile))

    def _saved(self, transaction: Transaction, stored: Stored[Profile], profile: Profile) -> Stored[Profile]:
        return saved(self.profiles, transaction, stored, profile, self._fact(profile))

    def _fact(self, profile: Profile) -> Event:
        if profile.shown is not None:
            return ProfilePublished(profile_id=profile.id, person_id=profile.person_id, card=profile.shown)
        card = exact_card(profile, self.nomenclature)
        return ProfileReferred(profile_id=profile.id, person_id=profile.person_id, card=card)


def saved(
    profiles: Profiles, transaction: Transaction, stored: Stored[Profile], profile: Profile, fact: Event | None = None
) -> Stored[Profile]:
    """Write a profile as its next version, with the fact about it."""
    version = stored.version + 1
    key = profiles.save(transaction, profile, version, before=stored.value)
    if fact is not None:
        transaction.emit(key, fact, sequence=version)
    return Stored(profile, version)
