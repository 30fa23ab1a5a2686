"""What happens to agreements: drafted from a disclosure, made ready, signed by three, started; or not going on.

Every function writes into the transaction it is given and nowhere else, but `start_due`, which takes one for each
agreement. The law speaks through `gates`; what holds a gate is answered with rule, article, remedy and who must act.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from functions.agreements import gates
from functions.agreements.model import (
    NOT_PROCEEDING,
    Act,
    Agreement,
    Code,
    Company,
    Draft,
    Due,
    HostSteps,
    Known,
    LenderSteps,
    Link,
    Named,
    RefusalReason,
    Side,
    Signature,
    State,
    Who,
    agreement_id,
    asked_of,
    future_days,
)
from legality.evaluation import Finding
from legality.facts import Facts
from passerelle import clock
from passerelle.consuming import NotYet
from passerelle.contracts.agreements import (
    AgreementEnded,
    AgreementReady,
    AgreementSigned,
    EmployeeSignatureRequested,
    MissionStarted,
    Party,
    SigningCodeRequested,
)
from passerelle.contracts.documents import DocumentIssued, DocumentKind
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.introductions import IntroductionDisclosed
from passerelle.contracts.notifications import PersonalLinkIssued, SigningCodeIssued
from passerelle.contracts.terms import Workforce
from passerelle.http import found
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.observability import cause, logger
from passerelle.problems import Blocked, FieldError, Invalid, NotFound, Problem, Refused
from passerelle.store import Key, Page, Stored, Transaction, VersionConflict
from passerelle.tokens import digest

CODE_PAUSE: Final = timedelta(minutes=1)
"""Least time between two codes mailed to one party."""

_END_REMEMBERED = timedelta(days=31)
_ATTEMPTS = 10
_SIDES: Final[tuple[Side, Side]] = ("lender", "host")
_OUTCOMES: Final = {State.REJECTED: "rejected", State.CANCELLED: "cancelled", State.SUPERSEDED: "superseded"}


class Agreements(Protocol):
    """What the use cases need of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, agreement_id: str) -> Stored[Agreement] | None: ...
    def by_id(self, agreement_id: str) -> Stored[Agreement] | None: ...
    def ended_before(self, agreement_id: str) -> bool: ...
    def remember_end(self, transaction: Transaction, agreement_id: str, until: datetime) -> None: ...
    def page(self, tenant: str, limit: int, cursor: str | None) -> Page[Agreement]: ...
    def add(self, transaction: Transaction, agreement: Agreement) -> Key: ...
    def save(self, transaction: Transaction, agreement: Agreement, version: int) -> Key: ...
    def employee_key(self, agreement: Agreement) -> Key: ...
    def company(self, company_id: str) -> Stored[Company] | None: ...
    def save_company(
        self, transaction: Transaction, company_id: str, company: Company, *, version: int, replacing: int
    ) -> None: ...
    def identity(self, tenant: str, subject_id: str) -> Stored[Known] | None: ...
    def save_identity(
        self, transaction: Transaction, tenant: str, subject_id: str, known: Known, *, version: int, replacing: int
    ) -> None: ...
    def code(self, agreement: Agreement, party: Party) -> Stored[Code] | None: ...
    def save_code(
        self, transaction: Transaction, agreement: Agreement, party: Party, code: Code, version: int
    ) -> None: ...
    def code_key(self, agreement: Agreement, party: Party) -> Key: ...
    def link(self, digest: str) -> Link | None: ...
    def add_link(self, transaction: Transaction, digest: str, link: Link) -> None: ...
    def due(self) -> Iterator[Due]: ...
    def put_due(self, transaction: Transaction, agreement: Agreement) -> None: ...
    def drop_due(self, transaction: Transaction, agreement: Agreement) -> None: ...


class Signing(Protocol):
    """How a signature is proved, and how strong it is (law.md §4)."""

    @property
    def level(self) -> str: ...
    def proof(self, agreement: Agreement, party: Party, typed: str) -> str: ...
    def accepts(self, code: Code | None, proof: str, at: datetime) -> bool: ...


Statement = Callable[[Agreement, Party], str]


def own(agreements: Agreements, tenant: str, wanted: str) -> Stored[Agreement]:
    """The agreement, for a side of it; `NotFound` for anybody else."""
    stored: Stored[Agreement] = found(agreements.find(tenant, wanted))
    return stored


def begin(agreements: Agreements, transaction: Transaction, event: IntroductionDisclosed) -> None:
    """Draft the agreement of a disclosed introduction, once, unless the introduction ended meanwhile."""
    wanted = agreement_id(event.introduction_id)
    if agreements.by_id(wanted) is not None or agreements.ended_before(wanted):
        logger.info("no agreement to begin", introduction_id=event.introduction_id)
        return
    agreements.add(
        transaction,
        Agreement(
            id=wanted,
            introduction_id=event.introduction_id,
            demand_id=event.demand_id,
            profile_id=event.profile_id,
            person_id=event.person_id,
            lender=event.lender,
            host=event.host,
            sheet_sha256=event.sha256,
            draft=Draft(terms=event.terms),
        ),
    )


def end_with_introduction(agreements: Agreements, transaction: Transaction, introduction_id: str) -> None:
    """The introduction does not proceed: what is not signed by all does not either."""
    wanted = agreement_id(introduction_id)
    stored = agreements.by_id(wanted)
    if stored is not None:
        if stored.value.may(Act.REJECTION, "platform"):
            _end(agreements, transaction, stored, stored.value.moved(Act.REJECTION, "platform", ended_by="platform"))
    elif not agreements.ended_before(wanted):
        agreements.remember_end(transaction, wanted, clock.now() + _END_REMEMBERED)


def redraft(
    agreements: Agreements,
    transaction: Transaction,
    nomenclature: Nomenclature,
    stored: Stored[Agreement],
    side: Side,
    draft: Draft,
) -> Stored[Agreement]:
    """Change the terms. A material change clears documents and signatures; the same terms again change nothing.

    Raises `Invalid` for codes and dates that cannot be, and for a regime or contract that nobody agreed on.
    """
    if draft == stored.value.draft:
        return stored
    _refuse(_faults(draft, stored.value.draft, nomenclature))
    after = stored.value.redrafted(draft, side)
    if stored.value.state is State.SIGNED and after.state is State.DRAFTING:
        agreements.drop_due(transaction, after)
    return _saved(agreements, transaction, stored, after)


def record(
    agreements: Agreements,
    transaction: Transaction,
    stored: Stored[Agreement],
    side: Side,
    lender: LenderSteps | None,
    host: HostSteps | None,
) -> Stored[Agreement]:
    """A side records what it has done, in place of what it recorded before. Raises `Invalid` for the other's steps."""
    given: Mapping[Side, LenderSteps | HostSteps | None] = {"lender": lender, "host": host}
    steps = given[side]
    faults = [
        FieldError(f"/{other}", "these steps are the other company's", "Leave them out.")
        for other in _SIDES
        if other != side and given[other] is not None
    ]
    if steps is None:
        faults.append(FieldError(f"/{side}", "your steps are missing", "Give them all: they replace the earlier ones."))
    else:
        faults += future_days(steps, clock.today(), f"/{side}")
    _refuse(faults)
    after = stored.value.moved(Act.RECORDING, side, **{f"{side}_steps": steps})
    return stored if after == stored.value else _saved(agreements, transaction, stored, after)


def make_ready(
    agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], side: Side
) -> Stored[Agreement]:
    """Have the documents made, once the law lets this be signed; again changes nothing.

    Raises `Refused` while something is missing from the terms, `Blocked` while the gate of signing (G4) is held.
    """
    agreement = stored.value
    if agreement.state is State.READY_TO_SIGN:
        return stored
    after = agreement.moved(Act.READINESS, side)
    gaps = agreement.draft.gaps()
    if gaps:
        raise Refused(
            "The terms are not complete.",
            code="agreement-incomplete",
            remedy="Complete the fields below, then ask again.",
            fields=gaps,
        )
    _pass(gates.signing(facts(agreements, agreement)), side)
    version = stored.version + 1
    draft = agreement.draft
    key = agreements.save(transaction, after, version)
    ready = AgreementReady(
        agreement_id=after.id,
        introduction_id=after.introduction_id,
        terms_version=after.version,
        lender=after.lender,
        host=after.host,
        person_id=after.person_id,
        terms=draft.terms,
        workplace=draft.workplace or "",
        signers=(draft.lender_signer or "", draft.host_signer or ""),
        supervisor=draft.supervisor or "",
    )
    transaction.emit(key, ready, sequence=version)
    return Stored(after, version)


def note_document(agreements: Agreements, transaction: Transaction, event: DocumentIssued) -> None:
    """A document was made; with the last of this version the employee is asked. The first of a kind counts."""
    if event.agreement_id is None or event.kind not in asked_kinds():
        return
    stored = agreements.by_id(event.agreement_id)
    if stored is None:
        logger.warning("document of no agreement of ours", agreement_id=event.agreement_id)
        return
    agreement = stored.value
    if agreement.state is not State.READY_TO_SIGN or event.terms_version != agreement.version:
        logger.info("document of another version", agreement_id=agreement.id, version=event.terms_version)
        return
    if event.kind in agreement.documents:
        if agreement.documents[event.kind] != event.sha256:
            logger.warning("a second document of this kind and version", agreement_id=agreement.id, kind=event.kind)
        return
    after = agreement.model_copy(update={"documents": {**agreement.documents, event.kind: event.sha256}})
    version = stored.version + 1
    agreements.save(transaction, after, version)
    if after.complete:
        asked = EmployeeSignatureRequested(
            agreement_id=after.id, person_id=after.person_id, terms_version=after.version
        )
        transaction.emit(agreements.employee_key(after), asked, sequence=version)


def note_company(
    agreements: Agreements,
    transaction: Transaction,
    company_id: str,
    sequence: int,
    workforce: Workforce | None,
    marks: tuple[str, ...],
) -> None:
    """A company told its size and marks. What is older than what is known changes nothing."""
    known = agreements.company(company_id)
    if known is None or known.version < sequence:
        agreements.save_company(
            transaction,
            company_id,
            Company(workforce=workforce, marks=marks),
            version=sequence,
            replacing=known.version if known else 0,
        )


def note_identity(
    agreements: Agreements, transaction: Transaction, tenant: str, sequence: int, event: IdentityRecorded
) -> None:
    """The vault can name a company or a person. What is older than what is known changes nothing."""
    known = agreements.identity(tenant, event.subject_id)
    if known is None or known.version < sequence:
        agreements.save_identity(
            transaction,
            tenant,
            event.subject_id,
            Known(mark=event.mark),
            version=sequence,
            replacing=known.version if known else 0,
        )


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
    _pass(gates.signing(facts(agreements, agreement)), party)
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
        agreements.put_due(transaction, after)
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


def refuse(
    agreements: Agreements,
    transaction: Transaction,
    stored: Stored[Agreement],
    party: Party,
    reason: RefusalReason | None = None,
) -> Stored[Agreement]:
    """A party goes no further: before all have signed it is rejected, after that cancelled. Again changes nothing."""
    agreement = stored.value
    if agreement.state in NOT_PROCEEDING and agreement.ended_by == party:
        return stored
    act = Act.CANCELLATION if agreement.may(Act.CANCELLATION, party) else Act.REJECTION
    return _end(agreements, transaction, stored, agreement.moved(act, party, ended_by=party, refusal=reason))


def start(agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], who: Who) -> Stored[Agreement]:
    """Let the mission begin, on its first day or after. Started already, nothing changes.

    Raises `Blocked` while the start gate (G5) is held, `Refused` before the first day and after the last.
    """
    agreement, today = stored.value, clock.today()
    if agreement.state is State.ACTIVE:
        return stored
    after = agreement.moved(Act.START, who, started_on=today)
    _pass(gates.start(facts(agreements, agreement)), "host" if who == "host" else "lender")
    terms = agreement.draft.terms
    if today < terms.start_date:
        raise Refused("The first day has not come.", code="too-early", remedy=f"Start on {terms.start_date} or after.")
    if today > terms.end_date:
        raise Refused("The last day has passed.", code="too-late", remedy="Agree on other dates and sign them.")
    version = stored.version + 1
    key = agreements.save(transaction, after, version)
    agreements.drop_due(transaction, after)
    started = MissionStarted(
        agreement_id=after.id,
        lender=after.lender,
        host=after.host,
        start_date=terms.start_date,
        end_date=terms.end_date,
    )
    transaction.emit(key, started, sequence=version)
    return Stored(after, version)


def start_due(agreements: Agreements, today: date) -> int:
    """Start every mission whose first day has come and whose gate is open; returns how many. The others wait."""
    started = 0
    for due in agreements.due():
        if due.start_date > today:
            break
        started += _start_one(agreements, due.host, due.agreement_id)
    return started


def facts(agreements: Agreements, agreement: Agreement) -> Facts:
    """What is known of an agreement today, as the law's facts."""
    lender, host = agreements.company(agreement.lender), agreements.company(agreement.host)
    person = agreements.identity(agreement.lender, agreement.person_id)
    named = Named(
        lender=_is_named(agreements, agreement.lender, lender),
        host=_is_named(agreements, agreement.host, host),
        employee=person is not None,
    )
    return gates.facts_about(
        agreement, lender.value if lender else None, host.value if host else None, named, clock.today()
    )


def asked_kinds() -> frozenset[str]:
    """The kinds of documents an agreement needs."""
    return frozenset(kind for party in ("lender", "host", "employee") for kind in asked_of(party))


def _is_named(agreements: Agreements, company_id: str, company: Stored[Company] | None) -> bool:
    """Whether documents can name a company: the vault holds the SIREN that the company was activated with."""
    identity = agreements.identity(company_id, company_id)
    return company is not None and identity is not None and identity.value.mark in company.value.marks


def _ready_for(agreement: Agreement, party: Party) -> None:
    if not agreement.may(Act.SIGNATURE, party):
        agreement.moved(Act.SIGNATURE, party)
    if agreement.signature_of(party) is not None:
        raise Refused("You have signed this version.", code="already-signed", remedy="Nothing more to do for you now.")
    if not agreement.complete:
        raise Refused(
            "The documents are being made.", code="documents-awaited", remedy="Read the agreement again in a moment."
        )


def _pass(held: tuple[Finding, ...], party: Party) -> None:
    if held:
        raise Blocked(
            "The law does not allow this step yet.",
            remedy="Each rule below says what lifts it and who must act.",
            rules=gates.told(held, party),
        )


def _end(
    agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], after: Agreement
) -> Stored[Agreement]:
    version = stored.version + 1
    key = agreements.save(transaction, after, version)
    agreements.drop_due(transaction, after)
    ended = AgreementEnded.model_validate(
        {
            "agreement_id": after.id,
            "introduction_id": after.introduction_id,
            "demand_id": after.demand_id,
            "profile_id": after.profile_id,
            "lender": after.lender,
            "host": after.host,
            "outcome": _OUTCOMES[after.state],
        }
    )
    transaction.emit(key, ended, sequence=version)
    return Stored(after, version)


def _start_one(agreements: Agreements, host: str, wanted: str) -> bool:
    for _ in range(_ATTEMPTS):
        stored = agreements.find(host, wanted)
        if stored is None or stored.value.state is not State.SIGNED:
            return False
        transaction = agreements.begin()
        try:
            start(agreements, transaction, stored, "platform")
            transaction.commit()
        except VersionConflict:
            continue
        except Blocked as held:
            logger.info("start held", agreement_id=wanted, rules=[rule["rule"] for rule in held.rules])
            return False
        except Refused as refused:
            logger.info("start refused", agreement_id=wanted, reason=refused.code)
            return False
        return True
    raise NotYet


def _faults(draft: Draft, present: Draft, nomenclature: Nomenclature) -> list[FieldError]:
    terms, before = draft.terms, present.terms
    faults = [
        FieldError(f"/terms/{name}", "all three agreed on another one", "Start a new introduction to change it.")
        for name in ("regime", "contract_type")
        if getattr(terms, name) != getattr(before, name)
    ]
    if terms.end_date < terms.start_date:
        faults.append(FieldError("/terms/end_date", "before the first day", "Give a last day after the first."))
    lookups: list[tuple[str, Callable[[str], object], str | None]] = [
        ("/workplace", nomenclature.municipality, draft.workplace),
        ("/terms/occupation", nomenclature.occupation, terms.occupation),
    ]
    for pointer, lookup, code in lookups:
        try:
            if code is not None:
                lookup(code)
        except UnknownCode as unknown:
            near = f" Near ones: {', '.join(unknown.suggestions)}." if unknown.suggestions else ""
            faults.append(
                FieldError(pointer, "not a code of the nomenclature", f"Take one from GET /vocabulary.{near}")
            )
    return faults


def _refuse(faults: list[FieldError]) -> None:
    if faults:
        raise Invalid("Some fields are wrong; nothing was changed.", fields=faults)


def _saved(
    agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], after: Agreement
) -> Stored[Agreement]:
    agreements.save(transaction, after, stored.version + 1)
    return Stored(after, stored.version + 1)
