"""Facts about documents: which file exists for which introduction, by its digest."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event


class DocumentIssued(Event):
    """A document was made and stored; its key ends with its SHA-256."""

    source_slice: ClassVar[str] = "documents"

    document_id: str
    kind: Literal["proposal_letter"]
    introduction_id: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    readers: Annotated[tuple[str, ...], Field(description="Tenants that may fetch it.")]
