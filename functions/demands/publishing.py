"""Which cards lenders may read, and how coarse: each open demand gets its place in a class, or an adviser.

A place is given when the demand opens or changes, or with the next batch where the stage publishes in batches; it is
given anew when a class became too thin. What holds at the very moment of reading is decided by whoever shows a card, on
the ledger of classes.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from functions.demands.model import ENDINGS, Demand, applicant, exact_card, given_place
from passerelle.classes import Budgets, Reopened, Thinned
from passerelle.contracts import Event
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.masking import Census, placed
from passerelle.nomenclature import Nomenclature
from passerelle.observability import logger
from passerelle.store import Key, Stored, Transaction, VersionConflict


class Demands(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, demand_id: str) -> Stored[Demand] | None: ...
    def waiting(self) -> Iterator[Stored[Demand]]: ...
    def save(self, transaction: Transaction, demand: Demand, version: int, *, before: Demand | None = None) -> Key: ...


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

    demands: Demands
    nomenclature: Nomenclature
    ledger: Ledger
    at_once: bool

    def opened(self, transaction: Transaction, stored: Stored[Demand], demand: Demand) -> Stored[Demand]:
        """Write a demand that has just opened or changed while open; `stored` is what it was before."""
        if self.at_once:
            budget = self.ledger.budgets.demand
            step = placed([applicant(demand, self.nomenclature)], self.ledger.counted, budget).get(demand.id)
        elif stored.value.shown is None:
            return self.saved(transaction, stored, demand)
        else:
            step = None
        return self.saved(transaction, stored, given_place(demand, step, self.nomenclature))

    def publish_waiting(self) -> int:
        """Give every demand that waits its place, and those whose class became too thin another; each in a transaction
        of its own. Returns how many cards changed. One that changes meanwhile is left for the next time."""
        reopened = self.ledger.reopened("demand")
        stored = {one.value.id: one for one in self._unplaced(reopened)}
        applicants = [applicant(one.value, self.nomenclature) for one in stored.values()]
        steps = placed(applicants, reopened.counted, self.ledger.budgets.demand)
        changed = sum(
            self._given(one, given_place(one.value, steps.get(key), self.nomenclature)) for key, one in stored.items()
        )
        self.ledger.settled(reopened.looked_at)
        return changed

    def saved(self, transaction: Transaction, stored: Stored[Demand], demand: Demand) -> Stored[Demand]:
        """Write a demand as its next version, with the fact about it, if there is one."""
        version = stored.version + 1
        before = stored.value if stored.version else None
        key = self.demands.save(transaction, demand, version, before=before)
        fact = self._fact(demand)
        if fact is not None:
            transaction.emit(key, fact, sequence=version)
        return Stored(demand, version)

    def _unplaced(self, reopened: Reopened) -> Iterator[Stored[Demand]]:
        yield from self.demands.waiting()
        for member in reopened.members:
            stored = self.demands.find(member.owner, member.id)
            if stored is not None and stored.value.shown is not None:
                yield stored

    def _given(self, stored: Stored[Demand], demand: Demand) -> bool:
        if demand == stored.value:
            return False
        transaction = self.demands.begin()
        self.saved(transaction, stored, demand)
        try:
            transaction.commit()
        except VersionConflict:
            logger.info("demand changed while it was given its place", demand_id=demand.id)
            return False
        return True

    def _fact(self, demand: Demand) -> Event | None:
        if demand.state in ENDINGS:
            return DemandClosed(demand_id=demand.id, outcome=ENDINGS[demand.state])
        if demand.shown is not None:
            return DemandOpened(demand_id=demand.id, card=demand.shown)
        if demand.with_adviser:
            return DemandReferred(demand_id=demand.id, card=exact_card(demand, self.nomenclature))
        return None
