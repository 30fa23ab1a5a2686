"""What identities do here: take a name, show it to those who gave it or to whom it is disclosed, tell it for a purpose.

Each access is noted, whatever came of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import ConfigDict, TypeAdapter

from functions.identities.model import (
    COMPANY_REACHED,
    COMPANY_SHOWN,
    DISCLOSED_LEVEL,
    DISCLOSURE_READ,
    MEDIATION_LEVEL,
    MEDIATION_READ,
    NAMED_ONCE_DISCLOSED,
    NOT_DISCLOSED,
    OWN_READ,
    PERSON_SHOWN,
    RIGHTS_EXPORT,
    SESSION_READ,
    Access,
    Approached,
    Attended,
    CalledOff,
    Disclosure,
    Erased,
    Identity,
    Inquiry,
    Known,
    Member,
    Outcome,
    Person,
    Sealed,
    check_subject,
    disclosure,
    grant_for,
    kind_of,
    told,
)
from passerelle import clock
from passerelle.access import Actor
from passerelle.contracts.desk import ApproachClosed, ApproachOpened
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded
from passerelle.contracts.sessions import PlacesGivenBack, PlacesTaken
from passerelle.http import found
from passerelle.observability import cause
from passerelle.problems import NotFound, PreconditionMissing, Stale
from passerelle.store import Key, Stored, Transaction

_IDENTITY: TypeAdapter[Known] = TypeAdapter(Identity, config=ConfigDict(hide_input_in_errors=True))


class Identities(Protocol):
    """What the use cases need of the store."""

    def find(self, tenant: str, subject_id: str) -> Stored[Sealed] | None: ...
    def save(self, transaction: Transaction, tenant: str, sealed: Sealed, version: int) -> Key: ...
    def note(self, transaction: Transaction, tenant: str, access: Access) -> None: ...
    def disclosure(self, tenant: str, introduction_id: str) -> Stored[Disclosure] | None: ...
    def save_disclosure(
        self, transaction: Transaction, disclosure: Disclosure, *, version: int, replacing: int
    ) -> None: ...
    def approached(self, company_id: str, approach_id: str) -> Stored[Approached] | None: ...
    def save_approached(
        self,
        transaction: Transaction,
        companies: tuple[str, str],
        approached: Approached,
        *,
        version: int,
        replacing: int,
    ) -> None: ...
    def attended(self, reader: str, session_id: str, other: str) -> Stored[Attended] | None: ...
    def save_attended(self, transaction: Transaction, attended: Attended, *, version: int, replacing: int) -> None: ...
    def called_off(self, organiser: str, session_id: str) -> Stored[CalledOff] | None: ...
    def save_called_off(self, transaction: Transaction, called_off: CalledOff, replacing: int) -> None: ...
    def is_disclosed(self, tenant: str, subject_id: str) -> bool: ...
    def mark_disclosed(self, transaction: Transaction, tenant: str, subject_id: str, introduction_id: str) -> None: ...


class Vault(Protocol):
    """What the use cases need of the vault's lock. Both raise `Erased` for a subject whose key was destroyed."""

    def seal(self, tenant: str, subject: str, plain: bytes) -> str: ...
    def open(self, tenant: str, subject: str, sealed: str) -> bytes: ...


@dataclass(frozen=True)
class Ports:
    """What every use case here stands on; the marks are keyed digests, of a SIREN and of a mail address."""

    identities: Identities
    vault: Vault
    mark: Callable[[str], str]
    mail_mark: Callable[[str], str]


def record(
    ports: Ports,
    transaction: Transaction,
    actor: Actor,
    subject_id: str,
    identity: Known,
    expected_version: int | None,
) -> Stored[Sealed]:
    """Put an identity into the vault, or rectify the one that is there; what is sealed and its new version.

    What is there already is not written again: a caller that never got his answer may repeat his request. Raises
    `PreconditionMissing` when there is one and the caller did not say which version he read, `Stale` when it is not
    that version, `Erased` when it was erased.
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


def read_own(ports: Ports, transaction: Transaction, actor: Actor, subject_id: str) -> tuple[Known, int]:
    """An identity for the company that recorded it, and its version; the access is noted in the transaction.

    Raises `NotFound` when the company recorded none, or it was erased.
    """
    stored: Stored[Sealed] = found(ports.identities.find(actor.tenant, subject_id))
    identity: Known = found(_opened(ports, actor.tenant, stored.value))
    access = _access(subject_id, actor.subject, OWN_READ, 0, Outcome.ANSWERED)
    ports.identities.note(transaction, actor.tenant, access)
    return identity, stored.version


def read_for_the_person(
    ports: Ports, transaction: Transaction, operator: str, tenant: str, person_id: str
) -> Known | None:
    """An identity for the person himself, by the hand of an operator; None once it was erased. The access is noted."""
    stored = ports.identities.find(tenant, person_id)
    identity = _opened(ports, tenant, stored.value) if stored else None
    outcome = Outcome.UNKNOWN if identity is None else Outcome.ANSWERED
    ports.identities.note(transaction, tenant, _access(person_id, operator, RIGHTS_EXPORT, 0, outcome))
    return identity


def note_disclosure(ports: Ports, transaction: Transaction, event: IntroductionDisclosed, sequence: int) -> None:
    """The third signature was given: both companies may now read each other and the person. An end that came first, or
    comes later, closes it."""
    stored = ports.identities.disclosure(event.host, event.introduction_id)
    if stored is None:
        ports.identities.save_disclosure(transaction, disclosure(event), version=sequence, replacing=0)
    elif stored.version < sequence:
        ports.identities.save_disclosure(transaction, disclosure(event), version=sequence, replacing=stored.version)
    for tenant, subject in ((event.lender, event.lender), (event.host, event.host), (event.lender, event.person_id)):
        if not ports.identities.is_disclosed(tenant, subject):
            ports.identities.mark_disclosed(transaction, tenant, subject, event.introduction_id)


def note_end(ports: Ports, transaction: Transaction, event: IntroductionEnded, sequence: int) -> None:
    """An introduction does not proceed: what it disclosed is no longer shown."""
    stored = ports.identities.disclosure(event.host, event.introduction_id)
    if stored is not None and stored.version >= sequence:
        return
    closed = Disclosure(
        introduction_id=event.introduction_id,
        lender=event.lender,
        host=event.host,
        person_id=stored.value.person_id if stored else "",
        open=False,
    )
    ports.identities.save_disclosure(transaction, closed, version=sequence, replacing=stored.version if stored else 0)


def read_disclosure(
    ports: Ports, transaction: Transaction, actor: Actor, introduction_id: str
) -> tuple[Disclosure, dict[str, str], dict[str, str]]:
    """Who the other company and the person of a disclosed introduction are, for its two companies.

    Each reading is noted in the log of each subject. Raises `NotFound` for anybody else, before the third signature,
    after the end, and once a name was erased.
    """
    stored: Stored[Disclosure] = found(ports.identities.disclosure(actor.tenant, introduction_id))
    disclosed = stored.value
    if not disclosed.open:
        raise NotFound("Nothing is disclosed here.", remedy="Look at your introductions.")
    other = disclosed.host if disclosed.side_of(actor.tenant) == "lender" else disclosed.lender
    shown = (
        _shown(ports, transaction, actor, other, other, COMPANY_SHOWN),
        _shown(ports, transaction, actor, disclosed.lender, disclosed.person_id, PERSON_SHOWN),
    )
    return disclosed, *shown


def note_approach(
    ports: Ports, transaction: Transaction, event: ApproachOpened | ApproachClosed, sequence: int
) -> None:
    """An adviser begins to approach two companies, or has ended; older news than what is known change nothing."""
    stored = ports.identities.approached(event.host, event.approach_id)
    known = stored.version if stored else 0
    if sequence <= known:
        return
    opened = isinstance(event, ApproachOpened)
    approached = Approached(
        approach_id=event.approach_id,
        until=event.open_until if isinstance(event, ApproachOpened) else None,
        open=opened,
    )
    ports.identities.save_approached(
        transaction, (event.lender, event.host), approached, version=sequence, replacing=known
    )


def read_contact(
    ports: Ports, transaction: Transaction, actor: Actor, company_id: str, approach_id: str
) -> dict[str, str]:
    """Whom an adviser calls at a company that he approaches; the reading is noted in the company's log.

    Raises `NotFound` for a company that this approach is not about, once the approach is over, and without an identity.
    """
    stored: Stored[Approached] = found(ports.identities.approached(company_id, approach_id))
    if not stored.value.allows(clock.today()):
        raise NotFound("This approach is over.", remedy="Look at your open approaches.")
    return _reached(ports, transaction, company_id, actor.subject, MEDIATION_READ, MEDIATION_LEVEL)


def note_attendance(
    ports: Ports, transaction: Transaction, event: PlacesTaken | PlacesGivenBack, sequence: int
) -> None:
    """A company registered for a session, or is registered no more; older news than what is known change nothing."""
    stored = ports.identities.attended(event.organiser_id, event.session_id, event.company_id)
    known = stored.version if stored else 0
    if sequence <= known:
        return
    attended = Attended(
        session_id=event.session_id,
        organiser=event.organiser_id,
        company=event.company_id,
        until=event.open_until if isinstance(event, PlacesTaken) else None,
        open=isinstance(event, PlacesTaken),
        session_version=event.session_version if isinstance(event, PlacesTaken) else 0,
    )
    ports.identities.save_attended(transaction, attended, version=sequence, replacing=known)


def note_called_off(ports: Ports, transaction: Transaction, called_off: CalledOff) -> None:
    """A session was called off; older news than what is known change nothing."""
    known = ports.identities.called_off(called_off.organiser, called_off.session_id)
    replacing = known.version if known else 0
    if called_off.session_version > replacing:
        ports.identities.save_called_off(transaction, called_off, replacing)


def read_attendee(
    ports: Ports, transaction: Transaction, actor: Actor, session_id: str, organisation_id: str
) -> dict[str, str]:
    """Whom the organiser and a registered company of a session call at the other; the reading is noted there.

    Raises `NotFound` for anybody else, once the places were given back or the time is over, and without an identity.
    """
    stored: Stored[Attended] = found(ports.identities.attended(actor.tenant, session_id, organisation_id))
    called_off = ports.identities.called_off(stored.value.organiser, session_id)
    if not stored.value.after(called_off.value if called_off else None).allows(clock.today()):
        raise NotFound("Nobody is to be called here any more.", remedy="Look at your sessions and registrations.")
    reader = f"{actor.tenant}/{actor.subject}"
    return _reached(ports, transaction, organisation_id, reader, SESSION_READ, DISCLOSED_LEVEL)


def reveal(ports: Ports, transaction: Transaction, inquiry: Inquiry) -> dict[str, str]:
    """What a slice may know of a subject for its purpose; `error` when that is nothing: `unknown`, `refused`, or
    `not_disclosed`, which may change.

    The access is noted in the transaction, whatever came of it: commit before answering.
    """
    answer, outcome = _told(ports, inquiry)
    access = _access(inquiry.subject, inquiry.caller, inquiry.purpose, inquiry.level, outcome)
    ports.identities.note(transaction, inquiry.tenant, access)
    return answer


def _reached(
    ports: Ports, transaction: Transaction, company_id: str, reader: str, purpose: str, level: int
) -> dict[str, str]:
    sealed: Stored[Sealed] = found(ports.identities.find(company_id, company_id))
    identity: Known = found(_opened(ports, company_id, sealed.value))
    ports.identities.note(transaction, company_id, _access(company_id, reader, purpose, level, Outcome.ANSWERED))
    return told(identity, COMPANY_REACHED)


def _shown(
    ports: Ports, transaction: Transaction, actor: Actor, tenant: str, subject_id: str, fields: tuple[str, ...]
) -> dict[str, str]:
    stored: Stored[Sealed] = found(ports.identities.find(tenant, subject_id))
    identity: Known = found(_opened(ports, tenant, stored.value))
    reader = f"{actor.tenant}/{actor.subject}"
    access = _access(subject_id, reader, DISCLOSURE_READ, DISCLOSED_LEVEL, Outcome.ANSWERED)
    ports.identities.note(transaction, tenant, access)
    return told(identity, fields)


def _told(ports: Ports, inquiry: Inquiry) -> tuple[dict[str, str], Outcome]:
    stored = ports.identities.find(inquiry.tenant, inquiry.subject)
    grant = grant_for(inquiry.purpose, kind_of(inquiry.subject), inquiry.level, inquiry.caller)
    if grant is None:
        return {"error": "refused"}, Outcome.REFUSED
    if inquiry.purpose in NAMED_ONCE_DISCLOSED and not ports.identities.is_disclosed(inquiry.tenant, inquiry.subject):
        return {"error": NOT_DISCLOSED}, Outcome.REFUSED
    identity = _opened(ports, inquiry.tenant, stored.value) if stored else None
    if identity is None:
        return {"error": "unknown"}, Outcome.UNKNOWN
    return told(identity, grant.fields), Outcome.ANSWERED


def _opened(ports: Ports, tenant: str, sealed: Sealed) -> Known | None:
    try:
        return _IDENTITY.validate_json(ports.vault.open(tenant, sealed.subject_id, sealed.sealed))
    except Erased:
        return None


def _recorded(ports: Ports, subject_id: str, identity: Known) -> IdentityRecorded:
    if isinstance(identity, Person):
        return IdentityRecorded(subject_id=subject_id, kind="person")
    if isinstance(identity, Member):
        return IdentityRecorded(subject_id=subject_id, kind="member", mark=ports.mail_mark(identity.email))
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
