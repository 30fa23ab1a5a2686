"""What callers say to the agreements slice, and what they hear. Persons appear by their functions, never by name."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from functions.agreements.model.agreement import Agreement
from functions.agreements.model.drafts import Draft
from functions.agreements.model.signatures import PARTIES, SIGNED_BY
from functions.agreements.model.states import NOT_PROCEEDING, SIGNABLE, Act, RefusalReason, Side
from functions.agreements.model.steps import HostSteps, LenderSteps
from legality.start import EarliestStart as Start
from passerelle.contracts.agreements import Party
from passerelle.contracts.documents import DocumentKind
from passerelle.http import Body
from passerelle.tokens import digest

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Standing = Literal[
    "drafting",
    "ready_to_sign",
    "partially_signed",
    "signed",
    "active",
    "ended",
    "assessed",
    "closed",
    "not_proceeding",
]


class Redraft(Body, Draft):
    """The terms, whole: they replace the present ones."""

    def drafted(self) -> Draft:
        """The draft said."""
        return Draft.model_validate(self.model_dump())


class Steps(Body):
    """What your own side has done; it replaces what your side recorded before."""

    lender: LenderSteps | None = None
    host: HostSteps | None = None


class Refusal(Body):
    """Why you go no further. Only your side reads it again; the other reads that it does not proceed."""

    reason: Annotated[RefusalReason, Field(examples=["dates"])]


_Documents = Annotated[
    dict[DocumentKind, Sha256],
    Field(description="Each document you sign, by its SHA-256.", examples=[{"employee_agreement": "0" * 64}]),
]
_TypedCode = Annotated[
    str, Field(min_length=1, max_length=40, description="The one-time code of the mail.", examples=["KX4R7M2PQ9"])
]


class NewSignature(Body):
    """Your signature of every document of yours, in the present version."""

    documents: _Documents
    code: _TypedCode


class OpenedLink(Body):
    """The token of a personal link, from the part of its address behind `#`."""

    token: Annotated[str, Field(max_length=200, examples=["a-token-of-43-characters"])]


class SignatureByLink(OpenedLink):
    """The employee's signature, on the words and the documents before him."""

    documents: _Documents
    code: _TypedCode
    text_sha256: Annotated[Sha256, Field(description="Of the words by which he signs.", examples=["0" * 64])]


class DocumentView(BaseModel):
    """One document of the present version."""

    kind: DocumentKind
    label: Annotated[str, Field(examples=["Convention de mise à disposition"])]
    sha256: Annotated[str | None, Field(description="None while it is being made.")]
    signed_by: tuple[Party, ...]
    awaits: tuple[Party, ...]


class SignatureView(BaseModel):
    """That a party signed the present version."""

    party: Party
    at: datetime


class Reason(BaseModel):
    """One step that the first day must wait for."""

    rule: str
    article: str
    text: str
    day: date


class EarliestStart(BaseModel):
    """The earliest lawful first day, as seen today."""

    day: date
    reasons: tuple[Reason, ...]
    missing: Annotated[tuple[str, ...], Field(description="Facts nobody told: counted at their longest.")]


class AgreementView(BaseModel):
    """An agreement as one side sees it."""

    id: Annotated[str, Field(examples=["agr_k3vq2m7xw5ndbt4jyhza"])]
    introduction_id: str
    side: Side
    state: Standing
    state_text: Annotated[str, Field(description="The same in French.")]
    version: Annotated[int, Field(description="Of the terms; a material change makes the next. Not the ETag.")]
    may: Annotated[tuple[str, ...], Field(description="What you may do now.")]
    draft: Draft
    lender_steps: Annotated[LenderSteps | None, Field(description="If you are the lender.")] = None
    host_steps: Annotated[HostSteps | None, Field(description="If you are the host.")] = None
    documents: tuple[DocumentView, ...]
    signatures: tuple[SignatureView, ...]
    to_sign: Annotated[dict[DocumentKind, str], Field(description="What you sign now: kind and SHA-256.")]
    statement: Annotated[str | None, Field(description="The words by which you sign, in French.")] = None
    earliest_start: EarliestStart
    refusal: Annotated[RefusalReason | None, Field(description="Your own reason, if you refused.")] = None
    started_on: date | None = None


class AgreementSummary(BaseModel):
    """An agreement in a list."""

    id: Annotated[str, Field(examples=["agr_k3vq2m7xw5ndbt4jyhza"])]
    introduction_id: str
    side: Side
    state: Standing
    state_text: str
    version: int
    start_date: date
    end_date: date


class AgreementList(BaseModel):
    """One page of your agreements."""

    items: tuple[AgreementSummary, ...]
    cursor: str | None = None


class HeldRule(BaseModel):
    """One rule that holds a gate."""

    rule: Annotated[str, Field(examples=["PMO-21"])]
    output: Annotated[str, Field(examples=["BLOCK"])]
    article: str
    text: str
    remedy: str
    who: str
    missing: tuple[str, ...]


class Checks(BaseModel):
    """What holds the gates of signing (G4) and of the start (G5), as seen today."""

    signing: tuple[HeldRule, ...]
    start: tuple[HeldRule, ...]


class SignatureEvidence(BaseModel):
    """Everything kept about one signature."""

    party: Party
    version: int
    valid: Annotated[bool, Field(description="False for a signature of an earlier version.")]
    at: datetime
    level: Annotated[str, Field(description="Of regulation (EU) 910/2014; the built-in one is simple.")]
    channel: Literal["account", "personal_link"]
    subject: str
    documents: dict[DocumentKind, str]
    code_digest: str
    text: str
    text_sha256: str
    request_id: str


class Evidence(BaseModel):
    """The evidence file of an agreement."""

    agreement_id: Annotated[str, Field(examples=["agr_k3vq2m7xw5ndbt4jyhza"])]
    term_sheet_sha256: str
    version: int
    signed_at: datetime | None
    signatures: tuple[SignatureEvidence, ...]


class SheetLine(BaseModel):
    """One line of the terms, in words."""

    label: str
    value: str


class SheetDocument(BaseModel):
    """One document the employee signs."""

    kind: DocumentKind
    label: str
    sha256: str


class SigningSheet(BaseModel):
    """What the employee reads before he signs."""

    state: Annotated[
        Literal["to_sign", "not_ready", "signed_by_you", "signed", "not_proceeding"], Field(examples=["to_sign"])
    ]
    may_refuse: bool
    version: int
    terms: tuple[SheetLine, ...]
    documents: tuple[SheetDocument, ...]
    statement: str
    text_sha256: str
    signed_at: datetime | None = None


class CodeSent(BaseModel):
    """A code is on its way by mail."""

    party: Party


def standing(agreement: Agreement) -> Standing:
    """The state as both companies read it: every end reads the same."""
    return "not_proceeding" if agreement.state in NOT_PROCEEDING else agreement.state.value  # type: ignore[return-value]


def allowed(agreement: Agreement, side: Side) -> tuple[str, ...]:
    """What a side may do now, by the last part of the paths."""
    acts: Mapping[str, Act] = {
        "terms": Act.REVISION,
        "steps": Act.RECORDING,
        "readiness": Act.READINESS,
        "start": Act.START,
    }
    found = [word for word, act in acts.items() if agreement.may(act, side)]
    if agreement.may(Act.SIGNATURE, side) and agreement.complete and agreement.signature_of(side) is None:
        found += ["signing-codes", "signatures"]
    if agreement.may(Act.REJECTION, side) or agreement.may(Act.CANCELLATION, side):
        found.append("refusal")
    return tuple(found)


def agreement_summary(agreement: Agreement, tenant: str, state_text: str) -> AgreementSummary:
    """An agreement in a company's list."""
    terms = agreement.draft.terms
    return AgreementSummary(
        id=agreement.id,
        introduction_id=agreement.introduction_id,
        side=agreement.side_of(tenant),
        state=standing(agreement),
        state_text=state_text,
        version=agreement.version,
        start_date=terms.start_date,
        end_date=terms.end_date,
    )


def agreement_view(
    agreement: Agreement,
    side: Side,
    earliest: Start,
    state_text: str,
    statement: str,
    labels: Mapping[DocumentKind, str],
) -> AgreementView:
    """An agreement as one side reads it; the words by which it signs are there once it may sign."""
    signable = "signatures" in (may := allowed(agreement, side))
    return AgreementView(
        id=agreement.id,
        introduction_id=agreement.introduction_id,
        side=side,
        state=standing(agreement),
        state_text=state_text,
        version=agreement.version,
        may=may,
        draft=agreement.draft,
        lender_steps=agreement.lender_steps if side == "lender" else None,
        host_steps=agreement.host_steps if side == "host" else None,
        documents=document_views(agreement, labels),
        signatures=tuple(SignatureView(party=each.party, at=each.at) for each in agreement.signatures),
        to_sign=agreement.documents_of(side) if signable else {},
        statement=statement if signable else None,
        earliest_start=EarliestStart(
            day=earliest.day,
            reasons=tuple(
                Reason(rule=each.rule, article=each.article, text=each.text, day=each.day) for each in earliest.reasons
            ),
            missing=earliest.missing,
        ),
        refusal=agreement.refusal if agreement.ended_by == side else None,
        started_on=agreement.started_on,
    )


def signing_sheet(
    agreement: Agreement, lines: Iterable[tuple[str, str]], statement: str, labels: Mapping[DocumentKind, str]
) -> SigningSheet:
    """What the employee reads before he signs: the terms in words, his documents, and what he declares."""
    mine = agreement.signature_of("employee")
    over = agreement.state in NOT_PROCEEDING
    documents = {} if over else agreement.documents_of("employee")
    return SigningSheet(
        state=sheet_state(agreement),
        may_refuse=agreement.may(Act.REJECTION, "employee"),
        version=agreement.version,
        terms=() if over else tuple(SheetLine(label=label, value=value) for label, value in lines),
        documents=tuple(
            SheetDocument(kind=kind, label=labels[kind], sha256=sha256) for kind, sha256 in documents.items()
        ),
        statement=statement,
        text_sha256=digest(statement),
        signed_at=mine.at if mine else None,
    )


def document_views(agreement: Agreement, labels: Mapping[DocumentKind, str]) -> tuple[DocumentView, ...]:
    """The documents of the present version, with who signed and who is awaited."""
    signed = {party for party in PARTIES if agreement.signature_of(party)}
    return tuple(
        DocumentView(
            kind=kind,
            label=labels[kind],
            sha256=agreement.documents.get(kind),
            signed_by=tuple(party for party in parties if party in signed),
            awaits=tuple(party for party in parties if party not in signed),
        )
        for kind, parties in SIGNED_BY.items()
    )


def evidence_of(agreement: Agreement) -> Evidence:
    """The evidence file, the signatures in their order, void ones first."""
    kept = [(each, False) for each in agreement.void_signatures] + [(each, True) for each in agreement.signatures]
    return Evidence(
        agreement_id=agreement.id,
        term_sheet_sha256=agreement.sheet_sha256,
        version=agreement.version,
        signed_at=agreement.signed_at,
        signatures=tuple(SignatureEvidence(valid=valid, **each.model_dump()) for each, valid in kept),
    )


def sheet_state(agreement: Agreement) -> Literal["to_sign", "not_ready", "signed_by_you", "signed", "not_proceeding"]:
    """Where the agreement stands for the employee."""
    if agreement.state in NOT_PROCEEDING:
        return "not_proceeding"
    if agreement.signature_of("employee"):
        return "signed_by_you" if agreement.state in SIGNABLE else "signed"
    return "to_sign" if agreement.state in SIGNABLE and agreement.complete else "not_ready"


def held_rules(lines: list[dict[str, Any]]) -> tuple[HeldRule, ...]:
    """Findings as views."""
    return tuple(HeldRule.model_validate({key: line[key] for key in HeldRule.model_fields}) for line in lines)
