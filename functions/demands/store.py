"""Where demands live: `<host>#demand#<id>`, a row for each open one, listed by the day it expires,
and one for each that waits for its class."""

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from functions.demands.model import Demand, Standing, State, last_day_open
from passerelle.classes import Classes, Member
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction

_OPEN_DEMANDS = "open_demands"
_WAITING = "waiting_demands"


class _Mark(BaseModel):
    tenant: str
    demand_id: str
    last_day: date


class Demands:
    """The demands of all hosts; the host comes first in every key."""

    def __init__(self, table: Table, classes: Classes) -> None:
        self._table = table
        self._classes = classes

    def find(self, tenant: str, demand_id: str) -> Stored[Demand] | None:
        """A host's demand, or None when it has none of this id."""
        return self._table.read(_key(tenant, demand_id), Demand)

    def page(self, tenant: str, limit: int, cursor: str | None) -> Page[Demand]:
        """One page of a host's demands, in the order of their ids, which tells nothing."""
        return self._table.list(_heading(tenant), Demand, limit=limit, cursor=cursor)

    def all_of(self, tenant: str) -> Iterator[Stored[Demand]]:
        """All demands of a host, each read afresh."""
        for listed in self._table.all(_heading(tenant), Demand):
            stored = self.find(tenant, listed.value.id)
            if stored is not None:
                yield stored

    def overdue(self, today: date) -> Iterator[Stored[Demand]]:
        """The open demands of all hosts whose last day is over, each read afresh, the longest overdue first."""
        for listed in self._table.all(_OPEN_DEMANDS, _Mark):
            if listed.value.last_day >= today:
                return
            stored = self.find(listed.value.tenant, listed.value.demand_id)
            if stored is not None and stored.value.state is State.OPEN:
                yield stored

    def save(self, transaction: Transaction, demand: Demand, version: int, *, before: Demand | None = None) -> Key:
        """Write a demand as this version, count its card in its class or no longer, and keep the lists of the open ones
        and of those that wait for a class; returns its key for the facts about it. `before` is None for a new one."""
        key = _key(demand.tenant, demand.id)
        transaction.save(key, demand, version=version, listing=Listing(_heading(demand.tenant), demand.id))
        self._classes.move(
            transaction, None if before is None else before.shown, demand.shown, Member(demand.tenant, demand.id)
        )
        was_open = before is not None and before.state is State.OPEN
        last = last_day_open(demand.need)
        _mark(transaction, _OPEN_DEMANDS, demand, version, was_open, demand.state is State.OPEN, last.isoformat())
        waited = before is not None and before.waits_for_class
        _mark(transaction, _WAITING, demand, version, waited, demand.waits_for_class, "")
        return key

    def key(self, demand: Demand) -> Key:
        """Where a demand lives, for facts about it that change nothing of it."""
        return _key(demand.tenant, demand.id)

    def waiting(self) -> Iterator[Stored[Demand]]:
        """The demands of all hosts whose card waits for its class, each read afresh."""
        for listed in self._table.all(_WAITING, _Mark):
            stored = self.find(listed.value.tenant, listed.value.demand_id)
            if stored is not None and stored.value.waits_for_class:
                yield stored

    def standing(self, tenant: str) -> Stored[Standing] | None:
        """What was last heard of the host's right to look for people; None when nothing was."""
        return self._table.read(_standing(tenant), Standing)

    def save_standing(
        self, transaction: Transaction, tenant: str, standing: Standing, *, version: int, replacing: int
    ) -> None:
        """Write the host's standing as of this version of the company."""
        transaction.save(_standing(tenant), standing, version=version, replacing=replacing)

    def begin(self) -> Transaction:
        """A transaction of its own, for work that one transaction cannot hold."""
        return self._table.begin()


def _mark(
    transaction: Transaction, heading: str, demand: Demand, version: int, was: bool, now: bool, order: str
) -> None:
    """Keep the row that lists a demand under a heading, for as long as it belongs there."""
    key = Key(demand.tenant, heading, demand.id)
    if now:
        mark = _Mark(tenant=demand.tenant, demand_id=demand.id, last_day=last_day_open(demand.need))
        listing = Listing(heading, f"{order}#{demand.id}")
        transaction.save(key, mark, version=version, replacing=version - 1 if was else 0, listing=listing)
    elif was:
        transaction.delete(key, version=version - 1)


def _key(tenant: str, demand_id: str) -> Key:
    return Key(tenant, "demand", demand_id)


def _standing(tenant: str) -> Key:
    return Key(tenant, "standing", tenant)


def _heading(tenant: str) -> str:
    return f"{tenant}#demands"
