"""What companies do here: register, show their right to act, describe themselves, leave."""

from datetime import timedelta
from typing import Protocol

from functions.companies.model import (
    BETWEEN_CODES,
    MOST_PENDING,
    Act,
    Action,
    ApiKey,
    Code,
    Company,
    Facts,
    Memberships,
    Mover,
    State,
    asking_for_code,
    checked_code,
    may_receive_code,
    with_identity,
)
from passerelle import clock
from passerelle.contracts.companies import (
    ActivationCodeRequested,
    CompanyActivated,
    CompanyClosed,
    CompanyRegistered,
    CompanySuspended,
    CompanyUpdated,
)
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.notifications import ActivationCodeIssued
from passerelle.http import found
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.problems import Problem, Refused, invalid_field
from passerelle.store import Key, Stored, Transaction
from passerelle.tokens import digest


class Companies(Protocol):
    """What the use cases need of the store."""

    def find(self, company_id: str) -> Stored[Company] | None: ...
    def save(self, transaction: Transaction, company: Company, version: int) -> Key: ...
    def claim_siren(self, transaction: Transaction, company: Company) -> None: ...
    def release_siren(self, transaction: Transaction, company: Company) -> None: ...
    def memberships(self, user: str) -> Stored[Memberships]: ...
    def add_membership(self, transaction: Transaction, user: str, company_id: str) -> None: ...
    def save_key(self, transaction: Transaction, key: ApiKey, version: int) -> None: ...


def register(
    companies: Companies,
    transaction: Transaction,
    nomenclature: Nomenclature,
    user: str,
    siren_mark: str,
    facts: Facts,
    acts: tuple[Act, ...] = (),
) -> Company:
    """Enter a company as pending, with the caller as its first member; a known SIREN is not told.

    `acts` are what an adviser did for it before. Raises `Refused` when too many registrations of the caller's wait.
    """
    company = Company(
        id=clock.new_id("cmp"),
        state=State.PENDING,
        founder=user,
        siren_mark=siren_mark,
        facts=facts,
        territory=department(nomenclature, facts.municipality),
        acts=acts,
    )
    key = companies.save(transaction, company, 1)
    companies.add_membership(transaction, user, company.id)
    _check_room(companies, user)
    transaction.emit(key, CompanyRegistered(company_id=company.id), sequence=1, territory=company.territory)
    return company


def _check_room(companies: Companies, user: str) -> None:
    """Raise `Refused` when too many registrations of this user wait: each may have a code mailed to whom he names."""
    known = (companies.find(company_id) for company_id in companies.memberships(user).value.companies)
    waiting = [one for one in known if one and one.value.founder == user and one.value.state is State.PENDING]
    if len(waiting) >= MOST_PENDING:
        raise Refused(
            f"{MOST_PENDING} of your registrations wait to be finished.",
            code="too-many-pending",
            remedy="Finish one with its code, or with your adviser.",
        )


def describe(
    companies: Companies,
    transaction: Transaction,
    nomenclature: Nomenclature,
    stored: Stored[Company],
    facts: Facts,
) -> Company:
    """Replace what the company says of itself; matching learns of it when the company is active."""
    if stored.value.state is State.CLOSED:
        raise Refused("The company is closed.", remedy="Register again.")
    territory = department(nomenclature, facts.municipality)
    company = stored.value.model_copy(update={"facts": facts, "territory": territory})
    key = companies.save(transaction, company, stored.version + 1)
    if company.state is State.ACTIVE:
        updated = CompanyUpdated(
            company_id=company.id, marks=company.marks, denied=company.facts.denied, workforce=company.workforce
        )
        transaction.emit(key, updated, sequence=stored.version + 1, territory=territory)
    return company


def note_identity(companies: Companies, transaction: Transaction, recorded: IdentityRecorded, sequence: int) -> None:
    """The vault holds the company's identity: when it agrees with the registration, ask for the code to be mailed; when
    it does so no longer, what the company published is hidden."""
    stored = companies.find(recorded.subject_id)
    if stored is None:
        return
    company = with_identity(stored.value, recorded, sequence)
    if company == stored.value:
        return
    if company.state is not stored.value.state:
        _announce_suspended(companies, transaction, company, stored.version + 1)
        return
    _save_and_request_code(companies, transaction, company, stored.version + 1)


def request_code(companies: Companies, transaction: Transaction, stored: Stored[Company]) -> Company:
    """Mail another code, at most once a day."""
    company = stored.value
    if not may_receive_code(company):
        raise Refused(
            "No code can be sent for this company.", remedy="Record its identity with a contact at its own domain."
        )
    if company.code_requested_at is not None and clock.now() < company.code_requested_at + BETWEEN_CODES:
        raise Refused(
            "A code was sent less than a day ago.", code="too-soon", remedy="Look into your mail, or try tomorrow."
        )
    return _save_and_request_code(companies, transaction, company, stored.version + 1)


def note_code(companies: Companies, transaction: Transaction, issued: ActivationCodeIssued) -> None:
    """Keep the digest of the code that was mailed; the latest one counts."""
    stored = companies.find(issued.company_id)
    if stored is None or stored.value.state is not State.PENDING:
        return
    present = stored.value.code
    if present is not None and present.expires_at >= issued.expires_at:
        return
    code = Code(digest=issued.digest, expires_at=issued.expires_at)
    companies.save(transaction, stored.value.model_copy(update={"code": code}), stored.version + 1)


def activate_by_code(
    companies: Companies, transaction: Transaction, stored: Stored[Company], typed: str
) -> tuple[Company, Problem | None]:
    """Activate with the mailed code. A wrong one costs a try, which is written: its problem is returned, not raised."""
    stored.value.moved(Action.ACTIVATE, Mover.COMPANY)
    company, problem = checked_code(stored.value, typed, clock.now())
    if problem is None:
        return _activate(companies, transaction, stored, Mover.COMPANY, by="code"), None
    if company != stored.value:
        companies.save(transaction, company, stored.version + 1)
    return company, problem


def activate_by_adviser(companies: Companies, transaction: Transaction, stored: Stored[Company], act: Act) -> Company:
    """Activate on the word of an adviser who checked the right to act. The vault must hold an agreeing identity."""
    _check_identity(stored.value)
    return _activate(companies, transaction, stored, Mover.STAFF, by=act.user, act=act)


def suspend(companies: Companies, transaction: Transaction, stored: Stored[Company], act: Act) -> Company:
    """Hide what the company published and stop it from acting."""
    company = stored.value.moved(Action.SUSPEND, Mover.STAFF, act)
    _announce_suspended(companies, transaction, company, stored.version + 1)
    return company


def reinstate(companies: Companies, transaction: Transaction, stored: Stored[Company], act: Act) -> Company:
    """Let a suspended company act again. The vault must hold an agreeing identity."""
    company = stored.value.moved(Action.REINSTATE, Mover.STAFF, act)
    _check_identity(company)
    return _announce_active(companies, transaction, company, stored.version + 1)


def close(companies: Companies, transaction: Transaction, stored: Stored[Company]) -> Company:
    """The company leaves; its SIREN may be registered again."""
    company = stored.value.moved(Action.CLOSE, Mover.COMPANY)
    key = companies.save(transaction, company, stored.version + 1)
    companies.release_siren(transaction, company)
    transaction.emit(
        key, CompanyClosed(company_id=company.id), sequence=stored.version + 1, territory=company.territory
    )
    return company


def make_key(
    companies: Companies,
    transaction: Transaction,
    prefix: str,
    tenant: str,
    label: str,
    scopes: frozenset[str],
    days: int,
) -> tuple[ApiKey, str]:
    """A new API key, valid for so many days, and the credential with its secret, which is kept nowhere.

    `prefix` is the stage's: it begins the credential.
    """
    secret = clock.new_secret()
    key = ApiKey(
        id=clock.new_id("key"),
        tenant=tenant,
        label=label,
        scopes=scopes,
        digest=digest(secret),
        expires_at=clock.now() + timedelta(days=days),
    )
    companies.save_key(transaction, key, 1)
    return key, f"{prefix}.{tenant}.{key.id}.{secret}"


def rotate_key(
    companies: Companies, transaction: Transaction, prefix: str, stored: Stored[ApiKey], days: int, overlap: timedelta
) -> tuple[ApiKey, str]:
    """A key in the place of another, with its label and scopes; the former one stays good for the overlap."""
    old = stored.value
    key, credential = make_key(companies, transaction, prefix, old.tenant, old.label, old.scopes, days)
    companies.save_key(transaction, old.rotated(key.id, clock.now(), overlap), stored.version + 1)
    return key, credential


def own_company(companies: Companies, company_id: str, tenant: str) -> Stored[Company]:
    """The caller's own company, or `NotFound`."""
    stored: Stored[Company] = found(companies.find(company_id) if company_id == tenant else None)
    return stored


def _activate(
    companies: Companies,
    transaction: Transaction,
    stored: Stored[Company],
    mover: Mover,
    *,
    by: str,
    act: Act | None = None,
) -> Company:
    moved = stored.value.moved(Action.ACTIVATE, mover, act)
    company = moved.model_copy(update={"activated_by": by, "code": None})
    companies.claim_siren(transaction, company)
    return _announce_active(companies, transaction, company, stored.version + 1)


def _announce_active(companies: Companies, transaction: Transaction, company: Company, version: int) -> Company:
    key = companies.save(transaction, company, version)
    activated = CompanyActivated(
        company_id=company.id, marks=company.marks, denied=company.facts.denied, workforce=company.workforce
    )
    transaction.emit(key, activated, sequence=version, territory=company.territory)
    return company


def _announce_suspended(companies: Companies, transaction: Transaction, company: Company, version: int) -> None:
    key = companies.save(transaction, company, version)
    transaction.emit(key, CompanySuspended(company_id=company.id), sequence=version, territory=company.territory)


def _check_identity(company: Company) -> None:
    if company.identity_agrees is not True:
        raise Refused("The vault holds no identity that agrees with the registration.", remedy="Record it first.")


def _save_and_request_code(companies: Companies, transaction: Transaction, company: Company, version: int) -> Company:
    asking = asking_for_code(company, clock.now())
    key = companies.save(transaction, asking, version)
    if asking != company:
        requested = ActivationCodeRequested(company_id=company.id)
        transaction.emit(key, requested, sequence=version, territory=company.territory)
    return asking


def department(nomenclature: Nomenclature, municipality: str) -> str:
    """The département of a municipality. Raises `Invalid` for one that the nomenclature does not know."""
    try:
        return nomenclature.municipality(municipality).departement
    except UnknownCode as error:
        remedy = f"Use the INSEE code, not the postcode; near ones: {', '.join(error.suggestions) or 'none'}."
        raise invalid_field("/municipality", "This municipality is not in the nomenclature.", remedy) from error
