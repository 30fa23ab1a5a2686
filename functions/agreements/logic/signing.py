"""Each of three signs every document of his at once: by his account or his link, and a code that was mailed."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from functions.agreements import gates
from functions.agreements.logic import Agreements
from functions.agreements.logic.knowing import facts, require_open
from functions.agreements.model.agreement import Agreement
from functions.agreements.model.signatures import Code, Link, Signature
from functions.agreements.model.states import NOT_PROCEEDING, Act, State
from passerelle import clock
from passerelle.contracts.agreements import AgreementSigned, Party, SigningCodeRequested
from passerelle.contracts.documents import DocumentKind
from passerelle.contracts.notifications import PersonalLinkIssued, SigningCodeIssued
from passerelle.observability import cause, logger
from passerelle.problems import NotFound, Problem, Refused
from passerelle.store import Stored, Transaction
from passerelle.tokens import digest

CODE_PAUSE: Final = timedelta(minutes=1)
"""Least time between two codes mailed to one party."""


class Signing(Protocol):
    """How a signature is proved, and how strong it is (law.md §4)."""

    @property
    def level(self) -> str: ...
    def proof(self, agreement: Agreement, party: Party, typed: str) -> str: ...
    def accepts(self, code: Code | None, proof: str, at: datetime) -> bool: ...


Statement = Callable[[Agreement, Party], str]


def request_code(agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], party: Party) -> None:
    """Have a one-time code mailed to a party that is about to sign; at most one a minute."""
    agreement = stored.value
    _ready_for(agreement, party)
    held = agreements.code(agreement, party)
    now = clock.now()
    if held is not None and now - held.value.requested_at < CODE_PAUSE:
        raise Refused(
            "A code was just sent.", code="code-just-sent", remedy="Look at your mail; ask again in a minute."
        )
    version = held.version + 1 if held else 1
    earlier = held.value if held else Code(requested_at=now)
    agreements.save_code(transaction, agreement, party, earlier.model_copy(update={"requested_at": now}), version)
    addressee = agreement.person_id if party == "employee" else getattr(agreement, party)
    requested = SigningCodeRequested(
        agreement_id=agreement.id, party=party, tenant_or_person=addressee, lender=agreement.lender
    )
    transaction.emit(agreements.code_key(agreement, party), requested, sequence=version)


def note_code(agreements: Agreements, transaction: Transaction, event: SigningCodeIssued) -> None:
    """A code was mailed: it takes the place of an earlier one, spent or not. One that expires earlier is older."""
    stored = agreements.by_id(event.agreement_id)
    if stored is None:
        logger.warning("code of no agreement of ours", agreement_id=event.agreement_id)
        return
    held = agreements.code(stored.value, event.party)
    if held is None:
        logger.warning("code that nobody asked for", agreement_id=event.agreement_id)
        return
    if held.value.expires_at is not None and held.value.expires_at >= event.expires_at:
        logger.info("an older code", agreement_id=event.agreement_id)
        return
    issued = Code(requested_at=held.value.requested_at, digest=event.digest, expires_at=event.expires_at)
    agreements.save_code(transaction, stored.value, event.party, issued, held.version + 1)


def note_link(agreements: Agreements, transaction: Transaction, event: PersonalLinkIssued) -> None:
    """The employee was mailed his link: keep the digest of its token, so that it opens his documents."""
    if agreements.by_id(event.subject_id) is None:
        logger.warning("link to no agreement of ours", agreement_id=event.subject_id)
        return
    if agreements.link(event.digest) is None:
        agreements.add_link(transaction, event.digest, Link(agreement_id=event.subject_id, expires_at=event.expires_at))


def open_link(agreements: Agreements, token: str) -> Stored[Agreement]:
    """The agreement a personal link opens; opening uses nothing up. One problem for all links that do not work."""
    link = agreements.link(digest(token))
    stored = None if link is None or link.expires_at <= clock.now() else agreements.by_id(link.agreement_id)
    if stored is None:
        raise NotFound(
            "This link does not work, or no longer.",
            code="link-not-valid",
            remedy="Open the link in the mail once more, or ask your employer to have a new one sent to you.",
        )
    return stored


def sign(
    agreements: Agreements,
    signing: Signing,
    statement: Statement,
    transaction: Transaction,
    stored: Stored[Agreement],
    party: Party,
    subject: str,
    documents: Mapping[DocumentKind, str],
    typed: str,
    text_sha256: str | None = None,
) -> tuple[Stored[Agreement], Problem | None]:
    """Sign every document of a party at once, on the digests it was shown; the same signature again changes nothing.

    Returns the problem of a wrong code instead of raising it, so that the try is counted. Raises `Refused` when the
    documents (or the words of signing) are not the present ones, `Blocked` while the gate of signing (G4) is held.
    """
    agreement = stored.value
    given = agreement.signature_of(party)
    if given is not None and given.documents == dict(documents) and agreement.state not in NOT_PROCEEDING:
        return stored, None
    _ready_for(agreement, party)
    text = statement(agreement, party)
    if dict(documents) != agreement.documents_of(party) or text_sha256 not in (None, digest(text)):
        raise Refused(
            "These are not the documents to be signed now.",
            code="documents-changed",
            remedy="Read the agreement again: name each of your documents with its present SHA-256.",
        )
    require_open(gates.signing(facts(agreements, agreement)), party)
    held = agreements.code(agreement, party)
    now = clock.now()
    proof = signing.proof(agreement, party, typed)
    if not signing.accepts(held.value if held else None, proof, now):
        if held is not None and not held.value.spent:
            tried = held.value.model_copy(update={"tries": held.value.tries + 1})
            agreements.save_code(transaction, agreement, party, tried, held.version + 1)
        return stored, Refused(
            "This code is not valid, or no longer.",
            code="code-not-valid",
            remedy="Type the code of the last mail, or ask for a new one.",
        )
    assert held is not None
    agreements.save_code(transaction, agreement, party, held.value.model_copy(update={"spent": True}), held.version + 1)
    signature = Signature(
        party=party,
        version=agreement.version,
        documents=dict(documents),
        at=now,
        level=signing.level,
        channel="personal_link" if party == "employee" else "account",
        subject=subject,
        code_digest=proof,
        text=text,
        text_sha256=digest(text),
        request_id=cause().correlation_id,
    )
    after = agreement.with_signature(signature)
    version = stored.version + 1
    key = agreements.save(transaction, after, version)
    if after.state is State.SIGNED:
        agreements.put_due(transaction, after, "start", after.draft.terms.start_date)
        transaction.emit(
            key,
            AgreementSigned(
                agreement_id=after.id,
                introduction_id=after.introduction_id,
                demand_id=after.demand_id,
                profile_id=after.profile_id,
                lender=after.lender,
                host=after.host,
                terms_version=after.version,
                signed_at=now,
            ),
            sequence=version,
        )
    return Stored(after, version), None


def _ready_for(agreement: Agreement, party: Party) -> None:
    if not agreement.may(Act.SIGNATURE, party):
        agreement.moved(Act.SIGNATURE, party)
    if agreement.signature_of(party) is not None:
        raise Refused("You have signed this version.", code="already-signed", remedy="Nothing more to do for you now.")
    if not agreement.complete:
        raise Refused(
            "The documents are being made.", code="documents-awaited", remedy="Read the agreement again in a moment."
        )
