"""Where sealed identities, disclosures and the access log are kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from functions.identities.model import Access, Approached, Attended, CalledOff, Disclosure, Marked, Sealed
from functions.identities.model.erasure import Erasure
from functions.identities.model.retention import LONGEST_LOAN, Clock, Owner, Report
from passerelle import clock
from passerelle.store import Key, Listing, Stored, Table, Transaction

_ACCESS_KEPT = timedelta(days=365)
_CLOSED_KEPT = timedelta(days=90)
_CALLED_OFF_KEPT = timedelta(days=4 * 366)
"""Longer than anybody may be called about a session: it begins two years ahead at most, and lasts a year at most."""
"""How long an end is remembered, longer than any message may be late."""
_REPORTS_KEPT = timedelta(days=3 * 365)
_CLOCKS: Final = "clocks"
_REPORTS: Final = "retention"
_END_OF_TIME: Final = 1e10
"""Seconds since 1970, in the year 2286: what is counted backwards from it lists the latest first."""


class Identities:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, tenant: str, subject_id: str) -> Stored[Sealed] | None:
        """The sealed identity, or None."""
        return self._table.read(_identity(tenant, subject_id), Sealed)

    def save(self, transaction: Transaction, tenant: str, sealed: Sealed, version: int) -> Key:
        """Write the identity as this version; returns the key to emit its facts under."""
        key = _identity(tenant, sealed.subject_id)
        transaction.save(key, sealed, version=version)
        return key

    def remove(self, transaction: Transaction, tenant: str, stored: Stored[Sealed]) -> None:
        """Delete what was sealed of a subject."""
        transaction.delete(_identity(tenant, stored.value.subject_id), version=stored.version)

    def erasure(self, tenant: str, person_id: str) -> Stored[Erasure] | None:
        """The erasure of a person, if there is one."""
        return self._table.read(_erasure(tenant, person_id), Erasure)

    def save_erasure(self, transaction: Transaction, tenant: str, erasure: Erasure, version: int) -> Key:
        """Write the case as this version; returns the key to emit its facts under."""
        key = _erasure(tenant, erasure.person_id)
        transaction.save(key, erasure, version=version)
        return key

    def clock(self, tenant: str, person_id: str) -> Stored[Clock] | None:
        """What the retention schedule knows of a person."""
        return self._table.read(_clock(tenant, person_id), Clock)

    def save_clock(self, transaction: Transaction, known: Clock, version: int) -> Key:
        """Write it as this version, listed by the day it is due; returns its key, to emit facts under."""
        key = _clock(known.tenant, known.person_id)
        listing = Listing(_CLOCKS, f"{known.due}#{known.person_id}")
        transaction.save(key, known, version=version, listing=listing)
        return key

    def drop_clock(self, transaction: Transaction, tenant: str, person_id: str) -> None:
        """Forget what the schedule knew of a person, if it did."""
        held = self.clock(tenant, person_id)
        if held is not None:
            transaction.delete(_clock(tenant, person_id), version=held.version)

    def clocks(self) -> Iterator[Clock]:
        """Every clock, the one due soonest first."""
        return (stored.value for stored in self._table.all(_CLOCKS, Clock))

    def owner(self, tenant: str, thing_id: str) -> str | None:
        """Whose profile or agreement this is."""
        stored = self._table.read(Key(tenant, "owner", thing_id), Owner)
        return None if stored is None else stored.value.person_id

    def save_owner(self, transaction: Transaction, tenant: str, thing_id: str, person_id: str) -> None:
        """Note whose it is, once; forgotten after the longest there is."""
        if self.owner(tenant, thing_id) is None:
            owner = Owner(person_id=person_id)
            over = clock.now() + 2 * LONGEST_LOAN
            transaction.save(Key(tenant, "owner", thing_id), owner, version=1, expires_at=over)

    def add_report(self, report: Report) -> None:
        """Keep the report of a run for as long as the audit log."""
        transaction = self._table.begin()
        report_id, over = clock.new_id("ret"), clock.now() + _REPORTS_KEPT
        listing = Listing(_REPORTS, f"{_END_OF_TIME - report.run_at.timestamp():017.6f}#{report_id}")
        transaction.save(Key(_REPORTS, "report", report_id), report, version=1, listing=listing, expires_at=over)
        transaction.commit()

    def reports(self, limit: int) -> list[Report]:
        """The latest reports, the last one first."""
        return [stored.value for stored in self._table.list(_REPORTS, Report, limit=limit).items]

    def begin(self) -> Transaction:
        """A transaction of its own, for work that one transaction cannot hold."""
        return self._table.begin()

    def note(self, transaction: Transaction, tenant: str, access: Access) -> None:
        """Add a line to the subject's access log, kept for a year (CNIL, recommendation on logging of 2021)."""
        transaction.save(
            Key(tenant, "access", access.id),
            access,
            version=1,
            listing=Listing(f"{tenant}#access#{access.subject_id}", f"{access.at.isoformat()}#{access.id}"),
            expires_at=access.at + _ACCESS_KEPT,
        )

    def accesses(self, tenant: str, subject_id: str) -> Iterator[Access]:
        """Every line of a subject's access log, the oldest first."""
        return (stored.value for stored in self._table.all(f"{tenant}#access#{subject_id}", Access))

    def disclosure(self, tenant: str, introduction_id: str) -> Stored[Disclosure] | None:
        """What an introduction disclosed, if this company is a side of it."""
        return self._table.read(_disclosure(tenant, introduction_id), Disclosure)

    def save_disclosure(
        self, transaction: Transaction, disclosure: Disclosure, *, version: int, replacing: int
    ) -> None:
        """Write it under both companies, as of this version of the introduction."""
        for tenant in (disclosure.lender, disclosure.host):
            key = _disclosure(tenant, disclosure.introduction_id)
            until = None if disclosure.open else clock.now() + _CLOSED_KEPT
            transaction.save(key, disclosure, version=version, replacing=replacing, expires_at=until)

    def approached(self, company_id: str, approach_id: str) -> Stored[Approached] | None:
        """What is known of an approach, if this company is a side of it."""
        return self._table.read(_approached(company_id, approach_id), Approached)

    def save_approached(
        self,
        transaction: Transaction,
        companies: tuple[str, str],
        approached: Approached,
        *,
        version: int,
        replacing: int,
    ) -> None:
        """Write it under both companies, as of this version of the approach."""
        until = None if approached.open else clock.now() + _CLOSED_KEPT
        for company_id in companies:
            key = _approached(company_id, approached.approach_id)
            transaction.save(key, approached, version=version, replacing=replacing, expires_at=until)

    def attended(self, reader: str, session_id: str, other: str) -> Stored[Attended] | None:
        """What is known of a registration, if these two are its sides."""
        return self._table.read(_attended(reader, session_id, other), Attended)

    def save_attended(self, transaction: Transaction, attended: Attended, *, version: int, replacing: int) -> None:
        """Write it under organiser and company, as of this version of the registration."""
        until = datetime.combine(attended.until, time(), UTC) if attended.until else clock.now()
        for reader, other in (
            (attended.organiser, attended.company),
            (attended.company, attended.organiser),
        ):
            key = _attended(reader, attended.session_id, other)
            transaction.save(key, attended, version=version, replacing=replacing, expires_at=until + _CLOSED_KEPT)

    def called_off(self, organiser: str, session_id: str) -> Stored[CalledOff] | None:
        """When a session of this organiser was called off last, or None."""
        return self._table.read(_called_off(organiser, session_id), CalledOff)

    def save_called_off(self, transaction: Transaction, called_off: CalledOff, replacing: int) -> None:
        """Write it as of this version of the session."""
        key = _called_off(called_off.organiser, called_off.session_id)
        until, version = clock.now() + _CALLED_OFF_KEPT, called_off.session_version
        transaction.save(key, called_off, version=version, replacing=replacing, expires_at=until)

    def is_disclosed(self, tenant: str, subject_id: str) -> bool:
        """Whether a subject was ever disclosed to somebody."""
        return self._table.read(_marked(tenant, subject_id), Marked) is not None

    def mark_disclosed(self, transaction: Transaction, tenant: str, subject_id: str, introduction_id: str) -> None:
        """Note that a subject is disclosed."""
        transaction.save(_marked(tenant, subject_id), Marked(introduction_id=introduction_id), version=1)


def _identity(tenant: str, subject_id: str) -> Key:
    return Key(tenant, "identity", subject_id)


def _clock(tenant: str, person_id: str) -> Key:
    return Key(tenant, "clock", person_id)


def _erasure(tenant: str, person_id: str) -> Key:
    return Key(tenant, "erasure", person_id)


def _disclosure(tenant: str, introduction_id: str) -> Key:
    return Key(tenant, "disclosure", introduction_id)


def _approached(company_id: str, approach_id: str) -> Key:
    return Key(company_id, "approached", approach_id)


def _attended(reader: str, session_id: str, other: str) -> Key:
    return Key(reader, "attended", f"{session_id}.{other}")


def _called_off(organiser: str, session_id: str) -> Key:
    return Key(organiser, "called_off", session_id)


def _marked(tenant: str, subject_id: str) -> Key:
    return Key(tenant, "disclosed", subject_id)
