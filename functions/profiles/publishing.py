"""Which cards hosts may read, and how coarse: each profile that was agreed to gets its place in a class, or an adviser.

A place is given when the volunteer says yes, or with the next batch where the stage publishes in batches; it is given
anew when a class became too thin. What holds at the very moment of reading is decided by whoever shows a card, on the
ledger of classes: this only sees to it that as many as possible have a class that protects them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from functions.profiles.model.cards import applicant, exact_card, given_place
from functions.profiles.model.profile import Profile
from passerelle.classes import Budgets, Reopened, Thinned
from passerelle.contracts import Event
from passerelle.contracts.profiles import ProfilePublished, ProfileReferred
from passerelle.masking import Census, placed
from passerelle.nomenclature import Nomenclature
from passerelle.observability import logger
from passerelle.store import Key, Stored, Transaction, VersionConflict


class Profiles(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, profile_id: str) -> Stored[Profile] | None: ...
    def waiting(self) -> Iterator[Stored[Profile]]: ...
    def save(self, transaction: Transaction, profile: Profile, version: int, *, before: Profile) -> Key: ...


class Ledger(Protocol):
    """What is needed of the ledger of classes."""

    @property
    def budgets(self) -> Budgets: ...
    def counted(self, names: Collection[str]) -> Mapping[str, Census]: ...
    def reopened(self, kind: Literal["profile", "demand"]) -> Reopened: ...
    def settled(self, thinned: tuple[Thinned, ...]) -> None: ...


@dataclass(frozen=True)
class Publisher:
    """Gives places: by which codes, by which ledger, and whether at once or with the next batch."""

    profiles: Profiles
    nomenclature: Nomenclature
    ledger: Ledger
    at_once: bool

    def agreed(self, transaction: Transaction, stored: Stored[Profile], profile: Profile) -> Stored[Profile]:
        """Write a profile whose volunteer has just said yes; `stored` is what it was before."""
        if not self.at_once:
            return saved(self.profiles, transaction, stored, profile)
        steps = placed([applicant(profile, self.nomenclature)], self.ledger.counted, self.ledger.budgets.profile)
        return self._saved(transaction, stored, given_place(profile, steps.get(profile.id), self.nomenclature))

    def publish_waiting(self) -> int:
        """Give every profile that waits its place, and those whose class became too thin another; each in a transaction
        of its own. Returns how many cards changed. One that changes meanwhile is left for the next time."""
        reopened = self.ledger.reopened("profile")
        stored = {one.value.id: one for one in self._unplaced(reopened)}
        applicants = [applicant(one.value, self.nomenclature) for one in stored.values()]
        steps = placed(applicants, reopened.counted, self.ledger.budgets.profile)
        changed = sum(
            self._given(one, given_place(one.value, steps.get(key), self.nomenclature)) for key, one in stored.items()
        )
        self.ledger.settled(reopened.looked_at)
        return changed

    def _unplaced(self, reopened: Reopened) -> Iterator[Stored[Profile]]:
        yield from self.profiles.waiting()
        for member in reopened.members:
            stored = self.profiles.find(member.owner, member.id)
            if stored is not None and stored.value.shown is not None:
                yield stored

    def _given(self, stored: Stored[Profile], profile: Profile) -> bool:
        if profile == stored.value:
            return False
        transaction = self.profiles.begin()
        self._saved(transaction, stored, profile)
        try:
            transaction.commit()
        except VersionConflict:
            logger.info("profile changed while it was given its place", profile_id=profile.id)
            return False
        return True

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
