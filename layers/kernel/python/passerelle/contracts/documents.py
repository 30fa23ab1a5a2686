"""Facts about documents: which file exists for which introduction, by its digest."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.erasure import Erased

DocumentKind = Literal[
    "proposal_letter",
    "term_sheet",
    "lender_cse_summons",
    "lender_cse_note",
    "host_cse_summons",
    "host_cse_note",
    "secondment_agreement",
    "contract_amendment",
    "employee_agreement",
    "financial_schedule",
]


class DocumentIssued(Event):
    """A document was made and stored; its key ends with its SHA-256."""

    source_slice: ClassVar[str] = "documents"

    document_id: str
    kind: DocumentKind
    introduction_id: str
    agreement_id: Annotated[str | None, Field(description="For the documents of an agreement.")] = None
    terms_version: Annotated[int, Field(ge=1, description="Version of the terms it was made from.")] = 1
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    readers: Annotated[tuple[str, ...], Field(description="Tenants that may fetch it.")]


class DocumentsErased(Erased, Event):
    """The documents about an erased person are gone, but for the file of a signed loan, which is in the archive."""

    source_slice: ClassVar[str] = "documents"
