"""Keeping nobody longer than the schedule says: a clock for each person, moved by news, read once a day.

Whoever is due is erased as if he had asked: one way for data to go, one certificate.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol

from functions.identities import erasing
from functions.identities.model.erasure import Ground
from functions.identities.model.retention import LONGEST_LOAN, Clock, Report
from passerelle import clock
from passerelle.consuming import NotYet
from passerelle.contracts.identities import ConfirmationDue
from passerelle.observability import logger
from passerelle.problems import NotFound
from passerelle.store import Key, Stored, Transaction, VersionConflict


class Clocks(erasing.Cases, Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def clock(self, tenant: str, person_id: str) -> Stored[Clock] | None: ...
    def save_clock(self, transaction: Transaction, known: Clock, version: int) -> Key: ...
    def clocks(self) -> Iterator[Clock]: ...
    def owner(self, tenant: str, thing_id: str) -> str | None: ...
    def save_owner(self, transaction: Transaction, tenant: str, thing_id: str, person_id: str) -> None: ...
    def add_report(self, report: Report) -> None: ...


def note_person(
    clocks: Clocks, transaction: Transaction, tenant: str, person_id: str, at: datetime, profile_id: str | None = None
) -> None:
    """A person was recorded, was first asked, or said yes: his time counts from then on."""
    if clocks.erasure(tenant, person_id) is not None:
        return
    if profile_id is not None:
        clocks.save_owner(transaction, tenant, profile_id, person_id)
    day = _day(at)
    stored = clocks.clock(tenant, person_id)
    before = stored.value if stored else Clock(tenant=tenant, person_id=person_id, confirmed_on=day)
    _save(clocks, transaction, stored, before.confirmed(day))


def note_withdrawal(clocks: Clocks, transaction: Transaction, tenant: str, profile_id: str, at: datetime) -> None:
    """A profile was withdrawn. Raises `NotYet` while it is not known whose it is."""
    stored = _clock_of(clocks, tenant, profile_id)
    if stored is not None:
        _save(clocks, transaction, stored, stored.value.withdrawn(_day(at)))


def note_signature(
    clocks: Clocks, transaction: Transaction, tenant: str, profile_id: str, agreement_id: str, at: datetime
) -> None:
    """An agreement is signed by all: the person stays for as long as the mission may last."""
    stored = _clock_of(clocks, tenant, profile_id)
    if stored is not None:
        clocks.save_owner(transaction, tenant, agreement_id, stored.value.person_id)
        _save(clocks, transaction, stored, stored.value.lent(agreement_id, _day(at) + LONGEST_LOAN, known=False))


def note_start(clocks: Clocks, transaction: Transaction, tenant: str, agreement_id: str, last_day: date) -> None:
    """A mission started: it ends on this day. Raises `NotYet` while its signature is not known."""
    stored = _clock_of(clocks, tenant, agreement_id)
    if stored is not None:
        _save(clocks, transaction, stored, stored.value.lent(agreement_id, last_day, known=True))


def note_no_mission(clocks: Clocks, transaction: Transaction, tenant: str, profile_id: str, agreement_id: str) -> None:
    """An agreement will not be signed or started."""
    stored = _clock_of(clocks, tenant, profile_id)
    if stored is not None:
        _save(clocks, transaction, stored, stored.value.not_lent(agreement_id))


def run(clocks: Clocks, today: date, by: str) -> Report:
    """Erase everybody who is due, or ask whether his yes still holds, each in a transaction of its own; cut off, the
    next run goes on."""
    opened: Counter[Ground] = Counter()
    asked_again = 0
    for due in clocks.clocks():
        if due.due > today:
            break
        if due.end[0] > today:
            asked_again += _ask_one(clocks, due, today)
        else:
            ground = _erase_one(clocks, due, today, by)
            opened.update([ground] if ground else [])
    report = Report(run_at=clock.now(), erased=dict(opened), asked_again=asked_again)
    clocks.add_report(report)
    logger.info("retention executed", erased={ground.value: count for ground, count in opened.items()})
    return report


def _ask_one(clocks: Clocks, listed: Clock, today: date) -> bool:
    """Have one person asked again if that is still due. Whether it was: the list is a moment behind what is written."""
    stored = clocks.clock(listed.tenant, listed.person_id)
    if stored is None or stored.value.due > today or stored.value.end[0] <= today:
        return False
    transaction = clocks.begin()
    key = clocks.save_clock(transaction, stored.value.asked_again(today), stored.version + 1)
    due = ConfirmationDue(person_id=listed.person_id, until=stored.value.end[0])
    transaction.emit(key, due, sequence=stored.version + 1)
    try:
        transaction.commit()
    except VersionConflict:
        logger.info("a clock moved meanwhile", person_id=listed.person_id)
        return False
    return True


def _erase_one(clocks: Clocks, listed: Clock, today: date, by: str) -> Ground | None:
    """Erase one person if he is still due: the list is a moment behind what is written."""
    stored = clocks.clock(listed.tenant, listed.person_id)
    if stored is None:
        return None
    day, ground = stored.value.end
    if day > today:
        return None
    transaction = clocks.begin()
    try:
        erasing.request(clocks, transaction, listed.tenant, listed.person_id, ground, by)
        transaction.commit()
    except (NotFound, VersionConflict):
        logger.warning("a clock without an identity, or moved meanwhile", person_id=listed.person_id)
        return None
    return ground


def _clock_of(clocks: Clocks, tenant: str, thing_id: str) -> Stored[Clock] | None:
    """The clock of the person whose thing this is; None once he was erased."""
    person_id = clocks.owner(tenant, thing_id)
    if person_id is None:
        raise NotYet
    if clocks.erasure(tenant, person_id) is not None:
        return None
    return clocks.clock(tenant, person_id)


def _save(clocks: Clocks, transaction: Transaction, stored: Stored[Clock] | None, after: Clock) -> None:
    if stored is None or after != stored.value:
        clocks.save_clock(transaction, after, stored.version + 1 if stored else 1)


def _day(at: datetime) -> date:
    return at.astimezone(clock.PARIS).date()
