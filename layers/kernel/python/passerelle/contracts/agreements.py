"""Facts about agreements: one loan of one employee, from its draft to its start. Ids, codes and terms, no names."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.erasure import Erased, LoanFile
from passerelle.contracts.terms import TermSheet

Party = Literal["lender", "host", "employee"]


class AgreementReady(Event):
    """The terms hold the law of signing: the documents of this version are to be made, with names."""

    source_slice: ClassVar[str] = "agreements"

    agreement_id: str
    introduction_id: str
    terms_version: Annotated[int, Field(ge=1, description="A material change makes a new version.")]
    lender: str
    host: str
    person_id: str
    terms: TermSheet
    workplace: Annotated[str, Field(description="INSEE code of the municipality; both sides know each other by now.")]
    signers: Annotated[tuple[str, str], Field(description="Functions of those who sign for lender and host.")]
    supervisor: Annotated[str, Field(description="Function of the one who directs the work at the host.")]


class SigningCodeRequested(Event):
    """A party is about to sign: a one-time code is to be mailed to it."""

    source_slice: ClassVar[str] = "agreements"

    agreement_id: str
    party: Party
    tenant_or_person: Annotated[str, Field(description="Vault subject of the addressee: a company id or a person id.")]
    lender: Annotated[str, Field(description="Tenant under which a person's identity is kept.")]


class EmployeeSignatureRequested(Event):
    """The employee's documents are ready: he is to be asked, by his own link."""

    source_slice: ClassVar[str] = "agreements"

    agreement_id: str
    person_id: str
    terms_version: int


class AgreementReminded(Event):
    """A company has not signed the present version for 3, 7 or 15 days. An employee is never reminded."""

    source_slice: ClassVar[str] = "agreements"

    agreement_id: str
    waiting_for: Annotated[tuple[str, ...], Field(description="Tenants that have not signed.")]
    days: int


class AgreementSigned(Event):
    """Everybody signed every document of this version."""

    source_slice: ClassVar[str] = "agreements"
    public_fields: ClassVar[tuple[str, ...]] = ("agreement_id", "introduction_id")

    agreement_id: str
    introduction_id: str
    demand_id: str
    profile_id: str
    lender: str
    host: str
    terms_version: int
    signed_at: datetime


class MissionStarted(Event):
    """The start gate let the mission begin."""

    source_slice: ClassVar[str] = "agreements"
    public_fields: ClassVar[tuple[str, ...]] = ("agreement_id",)

    agreement_id: str
    lender: str
    host: str
    start_date: date
    end_date: date


class AgreementEnded(Event):
    """The agreement will not be signed or started; both companies read the same words."""

    source_slice: ClassVar[str] = "agreements"
    public_fields: ClassVar[tuple[str, ...]] = ("agreement_id", "outcome")

    agreement_id: str
    introduction_id: str
    demand_id: str
    profile_id: str
    lender: str
    host: str
    outcome: Literal["rejected", "cancelled", "superseded"]


class AgreementsErased(Erased, Event):
    """The agreements of an erased person are gone, but for the signed ones, which the law keeps."""

    source_slice: ClassVar[str] = "agreements"

    files: tuple[LoanFile, ...] = ()
