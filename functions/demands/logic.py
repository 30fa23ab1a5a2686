"""What can be done with demands: post, revise, open, end; and what ends them without their host.

Every function writes into the transaction it is given and nowhere else, but `expire_overdue` and `end_all`, which must
reach any number of demands and take one transaction each, and `note_standing`, which is felt before
they are reached. Storage comes from the `Demands` port.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, Protocol

from functions.demands.model import (
    ENDINGS,
    TRANSITIONS,
    Action,
    Demand,
    LengthConfirmation,
    Need,
    Standing,
    State,
    faults,
    finer_card,
    length_is_usual,
    moved,
)
from functions.demands.publishing import Publisher
from passerelle import clock
from passerelle.contracts.demands import DemandCardRefined
from passerelle.http import found
from passerelle.observability import logger
from passerelle.problems import FieldError, Forbidden, Invalid
from passerelle.store import Key, Stored, Transaction, VersionConflict

_ENDING_ACTIONS: dict[Literal["filled", "closed"], Action] = {"filled": Action.FILL, "closed": Action.CLOSE}


class Demands(Protocol):
    """What is needed of the store."""

    def find(self, tenant: str, demand_id: str) -> Stored[Demand] | None: ...
    def key(self, demand: Demand) -> Key: ...
    def all_of(self, tenant: str) -> Iterator[Stored[Demand]]: ...
    def overdue(self, today: date) -> Iterator[Stored[Demand]]: ...
    def standing(self, tenant: str) -> Stored[Standing] | None: ...
    def save_standing(
        self, transaction: Transaction, tenant: str, standing: Standing, *, version: int, replacing: int
    ) -> None: ...
    def begin(self) -> Transaction: ...


def post(
    demands: Demands,
    transaction: Transaction,
    publisher: Publisher,
    draft: Demand,
    *,
    confirmed_by: str | None,
    opens: bool,
) -> Stored[Demand]:
    """Write a new demand, and open it unless it stays a draft. `confirmed_by` is who means an unusual length, or None.

    Raises `Invalid` naming every fault, `Forbidden` when the host may not look for people: not even draft it.
    """
    today = clock.today()
    _refuse(faults(draft.need, publisher.nomenclature, today, not_before=today, confirmed=confirmed_by is not None))
    demand = draft.model_copy(update={"length_confirmed": _confirmation(draft.need, confirmed_by)})
    _require_standing(demands, demand.tenant)
    if not opens:
        return publisher.saved(transaction, Stored(demand, 0), demand)
    return publisher.opened(transaction, Stored(demand, 0), moved(demand, Action.OPEN))


def revise(
    transaction: Transaction,
    publisher: Publisher,
    stored: Stored[Demand],
    need: Need,
    *,
    confirmed_by: str | None,
) -> Stored[Demand]:
    """Replace what is needed; lenders get the new card when the demand is open. The same need again changes nothing.

    Raises `Refused` once the demand has ended, `Invalid` naming every fault.
    """
    present = stored.value
    demand = moved(present, Action.REVISE, need=need)
    if need == present.need:
        return stored
    same_dates = (need.start_date, need.end_date) == (present.need.start_date, present.need.end_date)
    earlier = present.length_confirmed if same_dates else None
    today = clock.today()
    _refuse(
        faults(
            need,
            publisher.nomenclature,
            today,
            not_before=min(today, present.need.start_date) if present.state is State.OPEN else today,
            confirmed=confirmed_by is not None or earlier is not None,
        )
    )
    confirmation = earlier or _confirmation(need, confirmed_by)
    demand = demand.model_copy(update={"length_confirmed": confirmation})
    write = publisher.opened if demand.state is State.OPEN else publisher.saved
    return write(transaction, stored, demand)


def open_draft(
    demands: Demands, transaction: Transaction, publisher: Publisher, stored: Stored[Demand]
) -> Stored[Demand]:
    """Show a draft to lenders. Raises `Refused` when it is none, `Invalid` when its dates have become past."""
    demand = moved(stored.value, Action.OPEN)
    today = clock.today()
    _refuse(
        faults(
            demand.need, publisher.nomenclature, today, not_before=today, confirmed=demand.length_confirmed is not None
        )
    )
    _require_standing(demands, demand.tenant)
    return publisher.opened(transaction, stored, demand)


def close(
    transaction: Transaction,
    publisher: Publisher,
    stored: Stored[Demand],
    outcome: Literal["filled", "closed"],
) -> Stored[Demand]:
    """End an open demand. The same outcome again changes nothing. Raises `Refused` when it is not open."""
    if ENDINGS.get(stored.value.state) == outcome:
        return stored
    return publisher.saved(transaction, stored, moved(stored.value, _ENDING_ACTIONS[outcome]))


def expire_overdue(demands: Demands, publisher: Publisher, today: date) -> int:
    """End every open demand whose last day is over; returns how many. One that changes meanwhile is left for later."""
    expired = 0
    for stored in demands.overdue(today):
        transaction = demands.begin()
        publisher.saved(transaction, stored, moved(stored.value, Action.EXPIRE))
        try:
            transaction.commit()
        except VersionConflict:
            logger.info("demand changed while it expired", demand_id=stored.value.id)
        else:
            expired += 1
    return expired


def refine_card(
    demands: Demands, transaction: Transaction, publisher: Publisher, host: str, demand_id: str, introduction_id: str
) -> None:
    """Both sides of an introduction are interested: tell it the finer card, where it tells more than the one shown."""
    stored = demands.find(host, demand_id)
    if stored is None or stored.value.state is not State.OPEN:
        return
    card = finer_card(stored.value, publisher.nomenclature)
    if card != stored.value.shown:
        refined = DemandCardRefined(demand_id=demand_id, introduction_id=introduction_id, card=card)
        transaction.emit(demands.key(stored.value), refined, sequence=stored.version)


def note_standing(demands: Demands, publisher: Publisher, tenant: str, sequence: int, *, active: bool) -> None:
    """The host's right to look for people changed; without it, its open demands end.

    It is written before they end, so that whoever posts meanwhile opens none. News older than what is known changes
    nothing, so a suspension that arrives after its end closes nothing.
    """
    known = demands.standing(tenant)
    version = 0 if known is None else known.version
    if version > sequence:
        return
    if version < sequence:
        transaction = demands.begin()
        demands.save_standing(transaction, tenant, Standing(active=active), version=sequence, replacing=version)
        transaction.commit()
    if not active:
        end_all(demands, publisher, tenant)


def end_all(demands: Demands, publisher: Publisher, tenant: str) -> None:
    """Close every open demand of a host, each in a transaction of its own; again changes nothing."""
    for stored in demands.all_of(tenant):
        if stored.value.state in TRANSITIONS[Action.SUSPEND].sources:
            transaction = demands.begin()
            publisher.saved(transaction, stored, moved(stored.value, Action.SUSPEND))
            transaction.commit()


def own_demand(demands: Demands, tenant: str, demand_id: str) -> Stored[Demand]:
    """The caller's own demand, or `NotFound`."""
    stored: Stored[Demand] = found(demands.find(tenant, demand_id))
    return stored


def _confirmation(need: Need, confirmed_by: str | None) -> LengthConfirmation | None:
    if confirmed_by is None or length_is_usual(need):
        return None
    return LengthConfirmation(by=confirmed_by, at=clock.now())


def _require_standing(demands: Demands, tenant: str) -> None:
    standing = demands.standing(tenant)
    if standing is not None and not standing.value.active:
        raise Forbidden("Your company is not active.", code="company-not-active", remedy="Ask your adviser.")


def _refuse(faults_found: Sequence[FieldError]) -> None:
    if faults_found:
        raise Invalid("Some fields are wrong; nothing was changed.", fields=faults_found)
