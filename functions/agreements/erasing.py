"""The erasure of a person here: what all have signed is kept for as long as the law wants it, the rest goes.

A signed agreement names nobody: it holds terms, ids, and the evidence of the signatures (law.md §1.10).
"""

from datetime import date, datetime, timedelta
from typing import Final, Protocol

from functions.agreements.model.agreement import Agreement, agreement_id
from functions.agreements.model.signatures import Code
from legality.dates import add_months
from passerelle import clock
from passerelle.consuming import NotYet
from passerelle.contracts.agreements import AgreementsErased, Party
from passerelle.contracts.erasure import Kept, LoanFile, Pair
from passerelle.contracts.introductions import IntroductionsErased
from passerelle.store import Key, Stored, Transaction

ARCHIVE_MONTHS: Final = 6 * 12
"""Six years after the mission: civil prescription is five, that of the offences of L8241-1 and L8231-1 six."""

NEVER_AGAIN: Final = timedelta(days=400)
"""How long a disclosure that comes late makes no agreement: longer than any message is kept."""


class Agreements(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def by_id(self, agreement_id: str) -> Stored[Agreement] | None: ...
    def ended_before(self, agreement_id: str) -> bool: ...
    def remember_end(self, transaction: Transaction, agreement_id: str, until: datetime) -> None: ...
    def save(self, transaction: Transaction, agreement: Agreement, version: int) -> Key: ...
    def remove(self, transaction: Transaction, stored: Stored[Agreement], until: datetime) -> int: ...
    def code(self, agreement: Agreement, party: Party) -> Stored[Code] | None: ...
    def forget_identity(self, transaction: Transaction, tenant: str, subject_id: str) -> int: ...
    def forget_facts(self, key: Key) -> tuple[int, bool]: ...


def erase(agreements: Agreements, transaction: Transaction, gone: IntroductionsErased) -> None:
    """Archive the signed agreements of these introductions and delete the others, each in its own transaction.

    A signed mission still starts: that its employee was named in the papers stays known.

    Cut off, it goes on where it stopped. Raises `NotYet` while a fact about a deleted one is still to be published.
    """
    files: list[LoanFile] = []
    deleted = 0
    for pair in gone.pairs:
        wanted = agreement_id(pair.introduction_id)
        file = LoanFile(introduction_id=pair.introduction_id, host=pair.host, agreement_id=wanted)
        stored = agreements.by_id(wanted)
        if stored is not None and stored.value.signed_at is not None:
            signed = tuple(sorted(stored.value.documents.values()))
            file = file.model_copy(update={"documents": signed, "until": _archived(agreements, stored)})
        else:
            deleted += _deleted(agreements, gone.lender, pair, stored)
        files.append(file)
    if all(file.until is None for file in files):
        deleted += agreements.forget_identity(transaction, gone.lender, gone.person_id)
    erased = AgreementsErased(
        case_id=gone.case_id,
        person_id=gone.person_id,
        lender=gone.lender,
        deleted=deleted,
        kept=tuple(Kept(what="signed_loan", until=file.until) for file in files if file.until is not None),
        files=tuple(files),
    )
    transaction.emit(Key(gone.lender, "erasure", gone.case_id), erased, sequence=1)


def _archived(agreements: Agreements, stored: Stored[Agreement]) -> date:
    """Until when a signed agreement is kept, written on it once."""
    agreement = stored.value
    if agreement.kept_until is not None:
        return agreement.kept_until
    until = add_months(agreement.draft.terms.end_date, ARCHIVE_MONTHS)
    transaction = agreements.begin()
    agreements.save(transaction, agreement.model_copy(update={"kept_until": until}), stored.version + 1)
    transaction.commit()
    return until


def _deleted(agreements: Agreements, lender: str, pair: Pair, stored: Stored[Agreement] | None) -> int:
    wanted = agreement_id(pair.introduction_id)
    told = [agreements.forget_facts(Key(tenant, "agreement", wanted)) for tenant in (lender, pair.host)]
    if any(some_remain for _, some_remain in told):
        raise NotYet
    transaction = agreements.begin()
    removed = 0
    if stored is not None:
        removed = agreements.remove(transaction, stored, clock.now() + NEVER_AGAIN)
    elif not agreements.ended_before(wanted):
        agreements.remember_end(transaction, wanted, clock.now() + NEVER_AGAIN)
    transaction.commit()
    return removed + sum(count for count, _ in told)
