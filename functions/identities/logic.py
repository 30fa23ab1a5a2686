"""What identities do here: take a name, show it to those who gave it, tell it for a purpose; and note each access."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import ConfigDict, TypeAdapter

from functions.identities.model import (
    OWN_READ,
    Access,
    Company,
    Erased,
    Identity,
    Inquiry,
    Outcome,
    Person,
    Sealed,
    check_subject,
    disclosed,
    grant_for,
    kind_of,
)
from passerelle import clock
from passerelle.access import Actor
from passerelle.contracts.identities import IdentityRecorded
from passerelle.http import found
from passerelle.observability import cause
from passerelle.problems import PreconditionMissing, Stale
from passerelle.store import Key, Stored, Transaction

_IDENTITY: TypeAdapter[Person | Company] = TypeAdapter(Identity, config=ConfigDict(hide_input_in_errors=True))


class Identities(Protocol):
    """What the use cases need of the store."""

    def find(self, tenant: str, subject_id: str) -> Stored[Sealed] | None: ...
    def save(self, transaction: Transaction, tenant: str, sealed: Sealed, version: int) -> Key: ...
    def note(self, transaction: Transaction, tenant: str, access: Access) -> None: ...


class Vault(Protocol):
    """What the use cases need of the vault's lock. Both raise `Erased` for a subject whose key was destroyed."""

    def seal(self, tenant: str, subject: str, plain: bytes) -> str: ...
    def open(self, tenant: str, subject: str, sealed: str) -> bytes: ...


@dataclass(frozen=True)
class Ports:
    """What every use case here stands on; `mark` gives the keyed digest of a SIREN."""

    identities: Identities
    vault: Vault
    mark: Callable[[str], str]


def record(
    ports: Ports,
    transaction: Transaction,
    actor: Actor,
    subject_id: str,
    identity: Person | Company,
    expected_version: int | None,
) -> Stored[Sealed]:
    """Put an identity into the vault, or rectify the one that is there; what is sealed and its new version.

    What is there already is not written again: a caller that never got his answer may repeat his request. Raises `PreconditionMissing` when there is one and the caller did not say which version he read, `Stale` when it is
    not that version, `Erased` when it was erased.
    """
    check_subject(actor, subject_id, identity.kind)
    stored = ports.identities.find(actor.tenant, subject_id)
    present = stored.version if stored else 0
    if stored is not None and _opened(ports, actor.tenant, stored.value) == identity:
        return stored
    if stored is not None and expected_version is None:
        raise PreconditionMissing(
            "An identity is already recorded; a change names the version it changes.",
            remedy="Read it, and send If-Match with the ETag you read.",
        )
    if expected_version not in (None, present):
        raise Stale("Another change came first.", remedy="Read it again, and repeat your change.")
    sealed = Sealed(
        subject_id=subject_id,
        kind=identity.kind,
        sealed=ports.vault.seal(actor.tenant, subject_id, identity.model_dump_json().encode()),
        recorded_at=clock.now(),
    )
    key = ports.identities.save(transaction, actor.tenant, sealed, present + 1)
    transaction.emit(key, _recorded(ports, subject_id, identity), sequence=present + 1)
    return Stored(sealed, present + 1)


def read_own(ports: Ports, transaction: Transaction, actor: Actor, subject_id: str) -> tuple[Person | Company, int]:
    """An identity for the company that recorded it, and its version; the access is noted in the transaction.

    Raises `NotFound` when the company recorded none, or it was erased.
    """
    stored: Stored[Sealed] = found(ports.identities.find(actor.tenant, subject_id))
    identity: Person | Company = found(_opened(ports, actor.tenant, stored.value))
    access = _access(subject_id, actor.subject, OWN_READ, 0, Outcome.ANSWERED)
    ports.identities.note(transaction, actor.tenant, access)
    return identity, stored.version


def reveal(ports: Ports, transaction: Transaction, inquiry: Inquiry) -> dict[str, str]:
    """What a slice may know of a subject for its purpose; `error` = `unknown` or `refused` when that is nothing.

    The access is noted in the transaction, whatever came of it: commit before answering.
    """
    answer, outcome = _told(ports, inquiry)
    access = _access(inquiry.subject, inquiry.caller, inquiry.purpose, inquiry.level, outcome)
    ports.identities.note(transaction, inquiry.tenant, access)
    return answer


def _told(ports: Ports, inquiry: Inquiry) -> tuple[dict[str, str], Outcome]:
    stored = ports.identities.find(inquiry.tenant, inquiry.subject)
    grant = grant_for(inquiry.purpose, kind_of(inquiry.subject), inquiry.level)
    if grant is None:
        return {"error": "refused"}, Outcome.REFUSED
    identity = _opened(ports, inquiry.tenant, stored.value) if stored else None
    if identity is None:
        return {"error": "unknown"}, Outcome.UNKNOWN
    return disclosed(identity, grant), Outcome.ANSWERED


def _opened(ports: Ports, tenant: str, sealed: Sealed) -> Person | Company | None:
    try:
        return _IDENTITY.validate_json(ports.vault.open(tenant, sealed.subject_id, sealed.sealed))
    except Erased:
        return None


def _recorded(ports: Ports, subject_id: str, identity: Person | Company) -> IdentityRecorded:
    if isinstance(identity, Person):
        return IdentityRecorded(subject_id=subject_id, kind="person")
    return IdentityRecorded(
        subject_id=subject_id, kind="company", mark=ports.mark(identity.siren), contact_kind=identity.contact_kind
    )


def _access(subject_id: str, reader: str, purpose: str, level: int, outcome: Outcome) -> Access:
    at: datetime = clock.now()
    return Access(
        id=clock.new_id("acc"),
        subject_id=subject_id,
        reader=reader,
        purpose=purpose,
        level=level,
        outcome=outcome,
        at=at,
        correlation_id=cause().correlation_id,
    )
