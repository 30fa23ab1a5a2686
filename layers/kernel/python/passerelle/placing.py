"""Cards that wait are given their place in a class, and those of a class that became too thin another one.

One course for profiles and demands: what holds for the one protects the other (law.md §3.2, decision 0007).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from passerelle.classes import Budgets, Reopened, Thinned
from passerelle.masking import Applicant, Budget, Census, Step, placed
from passerelle.observability import logger
from passerelle.store import Stored, Transaction, VersionConflict

P = TypeVar("P", bound=BaseModel)


class Postings(Protocol[P]):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, posted_id: str, /) -> Stored[P] | None: ...
    def waiting(self) -> Iterator[Stored[P]]: ...


class Ledger(Protocol):
    """What is needed of the ledger of classes."""

    @property
    def budgets(self) -> Budgets: ...
    def counted(self, names: Collection[str]) -> Mapping[str, Census]: ...
    def reopened(self, kind: Literal["profile", "demand"]) -> Reopened: ...
    def settled(self, thinned: tuple[Thinned, ...]) -> None: ...


@dataclass(frozen=True)
class Placing(Generic[P]):
    """Gives places.

    `applicant` is a posting as one that waits, `is_shown` whether it has a card now, `given` the posting once its step
    is decided (None: no step protects it), `save` writes it as its next version.
    """

    kind: Literal["profile", "demand"]
    postings: Postings[P]
    ledger: Ledger
    applicant: Callable[[P], Applicant]
    is_shown: Callable[[P], bool]
    given: Callable[[P, Step | None], P]
    save: Callable[[Transaction, Stored[P], P], object]

    def at_once(self, posted: P) -> P:
        """The posting in the place it has without waiting for others."""
        one = self.applicant(posted)
        return self.given(posted, placed([one], self.ledger.counted, self._budget).get(one.id))

    def all_waiting(self) -> int:
        """Give every posting that waits its place, and those whose class became too thin another; each in a transaction
        of its own. Returns how many cards changed. One that changes meanwhile is left for the next time."""
        reopened = self.ledger.reopened(self.kind)
        waiting = {one.id: (one, stored) for one, stored in self._unplaced(reopened)}
        steps = placed([one for one, _ in waiting.values()], reopened.counted, self._budget)
        changed = sum(self._written(key, stored, steps.get(key)) for key, (_, stored) in waiting.items())
        self.ledger.settled(reopened.looked_at)
        return changed

    @property
    def _budget(self) -> Budget:
        return self.ledger.budgets.profile if self.kind == "profile" else self.ledger.budgets.demand

    def _unplaced(self, reopened: Reopened) -> Iterator[tuple[Applicant, Stored[P]]]:
        for stored in self.postings.waiting():
            yield self.applicant(stored.value), stored
        for member in reopened.members:
            found = self.postings.find(member.owner, member.id)
            if found is not None and self.is_shown(found.value):
                yield self.applicant(found.value), found

    def _written(self, key: str, stored: Stored[P], step: Step | None) -> bool:
        posted = self.given(stored.value, step)
        if posted == stored.value:
            return False
        transaction = self.postings.begin()
        self.save(transaction, stored, posted)
        try:
            transaction.commit()
        except VersionConflict:
            logger.info("a card changed while it was given its place", kind=self.kind, id=key)
            return False
        return True
