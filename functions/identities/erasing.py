"""Erasing a person: the request, the destruction of the key, the answers of the slices, the certificate.

Each step is one transaction and may come twice. The key is destroyed by the reaction to the request, not by the
request itself: whoever is killed in between, the event is still there and comes again.
"""

from datetime import datetime
from typing import Protocol

from functions.identities.model import PERSON_PREFIX, Sealed, kind_of
from functions.identities.model.erasure import Erasure, Ground, Recovery, SliceName, check_person
from passerelle import clock
from passerelle.contracts.erasure import Erased as Answered
from passerelle.contracts.identities import ErasureRequested, PersonErased
from passerelle.http import found
from passerelle.observability import logger
from passerelle.store import Key, Stored, Transaction


class Cases(Protocol):
    """What is needed of the store."""

    def find(self, tenant: str, subject_id: str) -> Stored[Sealed] | None: ...
    def remove(self, transaction: Transaction, tenant: str, stored: Stored[Sealed]) -> None: ...
    def erasure(self, tenant: str, person_id: str) -> Stored[Erasure] | None: ...
    def drop_clock(self, transaction: Transaction, tenant: str, person_id: str) -> None: ...
    def save_erasure(self, transaction: Transaction, tenant: str, erasure: Erasure, version: int) -> Key: ...


class Vault(Protocol):
    """What is needed of the vault's lock: it can destroy a key without being able to use one."""

    def forget(self, tenant: str, subject: str) -> datetime: ...


def request(
    cases: Cases, transaction: Transaction, tenant: str, person_id: str, ground: Ground, by: str
) -> Stored[Erasure]:
    """Open the one case of a person; again finds the same one.

    Raises `NotFound` for somebody the vault never knew here, `Refused` for a company.
    """
    stored = cases.erasure(tenant, person_id)
    if stored is not None:
        return stored
    found(cases.find(tenant, person_id))
    check_person(kind_of(person_id))
    case = Erasure(
        id=clock.new_id("era"), person_id=person_id, ground=ground, requested_at=clock.now(), requested_by=by
    )
    cases.drop_clock(transaction, tenant, person_id)
    key = cases.save_erasure(transaction, tenant, case, 1)
    asked = ErasureRequested(case_id=case.id, person_id=person_id, lender=tenant)
    transaction.emit(key, asked, sequence=1)
    return Stored(case, 1)


def destroy_key(
    cases: Cases, vault: Vault, transaction: Transaction, recovery: Recovery, asked: ErasureRequested
) -> None:
    """Destroy the person's key and delete what was sealed with it."""
    assert asked.person_id.startswith(PERSON_PREFIX)
    destroyed_at = vault.forget(asked.lender, asked.person_id)
    sealed = cases.find(asked.lender, asked.person_id)
    if sealed is not None:
        cases.remove(transaction, asked.lender, sealed)
    stored: Stored[Erasure] = found(cases.erasure(asked.lender, asked.person_id))
    _save(cases, transaction, asked.lender, stored, stored.value.with_key_destroyed(destroyed_at), recovery)


def forget_member(cases: Cases, vault: Vault, transaction: Transaction, tenant: str, member_id: str) -> None:
    """Destroy the key of somebody who is no longer a member or invited, and delete what was sealed with it.

    He is named nowhere else, so that there is no case to wait for; nothing can be recorded under his id any more.
    """
    vault.forget(tenant, member_id)
    sealed = cases.find(tenant, member_id)
    if sealed is not None:
        cases.remove(transaction, tenant, sealed)


def note_answer(cases: Cases, transaction: Transaction, recovery: Recovery, name: SliceName, said: Answered) -> None:
    """A slice has erased the person. With the last one, the case is certified."""
    stored = cases.erasure(said.lender, said.person_id)
    if stored is None or stored.value.id != said.case_id:
        logger.warning("answer to no case of ours", case_id=said.case_id, slice=name)
        return
    _save(cases, transaction, said.lender, stored, stored.value.with_answer(name, said), recovery)


def read(cases: Cases, tenant: str, person_id: str) -> Stored[Erasure]:
    """The case of a person, or `NotFound`."""
    stored: Stored[Erasure] = found(cases.erasure(tenant, person_id))
    return stored


def _save(
    cases: Cases,
    transaction: Transaction,
    tenant: str,
    stored: Stored[Erasure],
    changed: Erasure,
    recovery: Recovery,
) -> None:
    after = changed.certified(recovery, clock.now(), clock.today())
    if after == stored.value:
        return
    version = stored.version + 1
    key = cases.save_erasure(transaction, tenant, after, version)
    if after.certificate is not None and stored.value.certificate is None:
        done = PersonErased(case_id=after.id, person_id=after.person_id, lender=tenant)
        transaction.emit(key, done, sequence=version)
        logger.info("person erased", case_id=after.id, kept=len(after.certificate.kept))
