"""What each slice answers when a person is erased: how much is gone, and what the law keeps, until when.

An erasure goes from the vault to the profile, on to its introductions, their agreements, and the documents of all of
them; matching and notifications follow on the way. Ids, codes and days only.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

KeptKind = Literal["consent_evidence", "matching_log", "signed_loan", "access_log", "mail_objection"]
"""What may survive an erasure; the certificate names the law of each (law.md §1.10, §3.6)."""


class Kept(BaseModel):
    """One thing that the law keeps, and the last day on which it does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: KeptKind
    until: date


class Pair(BaseModel):
    """One introduction of the erased person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    introduction_id: str
    host: Annotated[str, Field(description="Tenant of the demand.")]


class LoanFile(BaseModel):
    """The file of one introduction and of the agreement that came, or would have come, of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    introduction_id: str
    host: str
    agreement_id: str
    documents: Annotated[tuple[str, ...], Field(description="SHA-256 of each signed document: what is kept.")] = ()
    until: Annotated[date | None, Field(description="Last day on which the law keeps it; None: nothing is kept.")] = (
        None
    )


class Erased(BaseModel):
    """What every slice says once it has erased a person. `deleted` counts rows, index entries and files."""

    case_id: str
    person_id: str
    lender: Annotated[str, Field(description="Tenant under which the person was recorded.")]
    deleted: Annotated[int, Field(ge=0)]
    kept: tuple[Kept, ...] = ()
