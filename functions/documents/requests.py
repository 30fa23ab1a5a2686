"""What callers hear from the documents slice; all they send it is the token of a personal link."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from functions.documents.model import Kind
from passerelle.http import Body


class DocumentEntry(BaseModel):
    """A document that the caller's company may read."""

    id: Annotated[str, Field(examples=["doc_wq3m5zk7ha2fxc4nbt6d"])]
    kind: Annotated[Kind, Field(examples=[Kind.PROPOSAL_LETTER])]
    introduction_id: Annotated[str, Field(examples=["int_b7dkx2wq5mzt3hfa6ncv"])]
    agreement_id: Annotated[
        str | None, Field(description="For the documents of an agreement.", examples=["agr_c7dkx2wq5mzt3hfa6ncv"])
    ] = None
    version: Annotated[int, Field(description="Version of the terms it was made from.", examples=[1])] = 1
    sha256: Annotated[
        str,
        Field(
            description="Digest of the file's bytes, hexadecimal: compare it with what you downloaded.",
            examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
        ),
    ]
    issued_at: Annotated[datetime, Field(examples=["2026-11-22T09:30:00Z"])]


class DocumentList(BaseModel):
    """The documents of one introduction."""

    items: tuple[DocumentEntry, ...]
    cursor: Annotated[str | None, Field(description="Ask for the next page with it; null at the end.")] = None


class DocumentView(DocumentEntry):
    """A document with an address to read it at, once."""

    url: Annotated[
        str,
        Field(
            description="Reads the PDF until `expires_at`; ask again for a fresh one, never store it.",
            examples=["https://passerelle-live-documents-333333333333.s3.eu-west-3.amazonaws.com/proposal-letters/…"],
        ),
    ]
    expires_at: Annotated[datetime, Field(examples=["2026-11-22T09:31:00Z"])]


class OpenedLink(Body):
    """The token of a personal link, from the part of its address behind `#`."""

    token: Annotated[str, Field(max_length=200, description="The token.", examples=["a-token-of-43-characters"])]


class PersonalDocument(BaseModel):
    """A document of the employee's own, with an address to read it at, once."""

    kind: Annotated[Kind, Field(examples=[Kind.EMPLOYEE_AGREEMENT])]
    version: Annotated[int, Field(description="Version of the terms it was made from.", examples=[1])]
    sha256: Annotated[
        str,
        Field(
            description="Digest of the file's bytes, hexadecimal: what is signed.",
            examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
        ),
    ]
    url: Annotated[
        str,
        Field(
            description="Reads the PDF until `expires_at`; ask again for a fresh one, never store it.",
            examples=["https://passerelle-live-documents-333333333333.s3.eu-west-3.amazonaws.com/employee-agreement/…"],
        ),
    ]
    expires_at: Annotated[datetime, Field(examples=["2026-11-22T09:31:00Z"])]


class PersonalFile(BaseModel):
    """What the employee of an agreement may read; empty until it is made."""

    items: tuple[PersonalDocument, ...]
