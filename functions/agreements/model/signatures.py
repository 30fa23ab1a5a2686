"""Who signs which document, a signature with its evidence, and the one-time code and link that lead to it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.agreements import Party
from passerelle.contracts.documents import DocumentKind
from passerelle.tokens import same

PARTIES: Final[tuple[Party, ...]] = get_args(Party)
MOST_TRIES: Final = 5
"""So many wrong codes spend the code."""

SIGNED_BY: Final[Mapping[DocumentKind, tuple[Party, ...]]] = {
    "secondment_agreement": ("lender", "host"),
    "contract_amendment": ("lender", "employee"),
    "employee_agreement": ("employee",),
    "financial_schedule": ("lender", "host"),
}
"""The documents of an agreement, and who signs each (law.md §2.1, 2.2 to 2.4, 2.7); in any order."""


class Signature(BaseModel):
    """One party's simple electronic signature, with its evidence (law.md §4). It is never called advanced."""

    model_config = ConfigDict(frozen=True)

    party: Party
    version: int
    documents: Annotated[dict[DocumentKind, str], Field(description="SHA-256 of each document signed.")]
    at: datetime
    level: str
    channel: Literal["account", "personal_link"]
    subject: Annotated[str, Field(description="Id of the user, or of the person by his own link.")]
    code_digest: Annotated[str, Field(description="Digest of the one-time code that was typed.")]
    text: Annotated[str, Field(description="The words by which the party signed, exactly.")]
    text_sha256: str
    request_id: str


class Code(BaseModel):
    """The one-time code of one party, by its digest."""

    model_config = ConfigDict(frozen=True)

    requested_at: datetime
    digest: str | None = None
    expires_at: datetime | None = None
    tries: int = 0
    spent: bool = False

    def opens(self, typed: str, at: datetime) -> bool:
        """Whether the digest of what was typed is this code's: in time, once, and not after too many tries."""
        in_time = self.expires_at is not None and at < self.expires_at
        return in_time and not self.spent and self.tries < MOST_TRIES and same(typed, self.digest or "")


class Link(BaseModel):
    """The employee's personal link, by the digest of its token."""

    model_config = ConfigDict(frozen=True)

    agreement_id: str
    expires_at: datetime


def asked_of(party: Party) -> tuple[DocumentKind, ...]:
    """The documents that a party signs."""
    return tuple(kind for kind, parties in SIGNED_BY.items() if party in parties)
