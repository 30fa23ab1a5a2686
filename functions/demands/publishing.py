"""Which cards lenders may read, and how coarse: each open demand gets its place in a class, or an adviser.

A place is given when the demand opens or changes, or with the next batch where the stage publishes in batches; it is
given anew when a class became too thin. What holds at the very moment of reading is decided by whoever shows a card, on
the ledger of classes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from functions.demands.model import ENDINGS, Demand, applicant, exact_card, given_place
from passerelle.contracts import Event
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.nomenclature import Nomenclature
from passerelle.placing import Ledger, Placing
from passerelle.store import Key, Stored, Transaction


class Demands(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, demand_id: str, /) -> Stored[Demand] | None: ...
    def waiting(self) -> Iterator[Stored[Demand]]: ...
    def save(self, transaction: Transaction, demand: Demand, version: int, *, before: Demand | None = None) -> Key: ...


@dataclass(frozen=True)
class Publisher:
    """Gives places: by which codes, by which ledger, and whether at once or with the next batch."""

    demands: Demands
    nomenclature: Nomenclature
    ledger: Ledger
    at_once: bool

    @property
    def placing(self) -> Placing[Demand]:
        """How places are given."""
        return Placing(
            "demand",
            self.demands,
            self.ledger,
            lambda demand: applicant(demand, self.nomenclature),
            lambda demand: demand.shown is not None,
            lambda demand, step: given_place(demand, step, self.nomenclature),
            self.saved,
        )

    def opened(self, transaction: Transaction, stored: Stored[Demand], demand: Demand) -> Stored[Demand]:
        """Write a demand that has just opened or changed while open; `stored` is what it was before."""
        if self.at_once:
            demand = self.placing.at_once(demand)
        elif stored.value.shown is not None:
            demand = given_place(demand, None, self.nomenclature)
        return self.saved(transaction, stored, demand)

    def saved(self, transaction: Transaction, stored: Stored[Demand], demand: Demand) -> Stored[Demand]:
        """Write a demand as its next version, with the fact about it, if there is one."""
        version = stored.version + 1
        before = stored.value if stored.version else None
        key = self.demands.save(transaction, demand, version, before=before)
        fact = self._fact(demand)
        if fact is not None:
            transaction.emit(key, fact, sequence=version)
        return Stored(demand, version)

    def _fact(self, demand: Demand) -> Event | None:
        if demand.state in ENDINGS:
            return DemandClosed(demand_id=demand.id, outcome=ENDINGS[demand.state])
        if demand.shown is not None:
            return DemandOpened(demand_id=demand.id, card=demand.shown)
        if demand.with_adviser:
            return DemandReferred(demand_id=demand.id, card=exact_card(demand, self.nomenclature))
        return None
