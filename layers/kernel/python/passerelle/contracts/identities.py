"""Facts about the vault: that an identity is there, never what it says."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event


class IdentityRecorded(Event):
    """The identity of a person or a company was put into the vault (or rectified)."""

    source_slice: ClassVar[str] = "identities"

    subject_id: Annotated[str, Field(description="Company id, or person id of a profile.")]
    kind: Literal["person", "company"]
    mark: Annotated[
        str | None, Field(description="Companies only: keyed digest of the SIREN given, `siren:<digest>`.")
    ] = None
    contact_kind: Annotated[
        Literal["company", "free_mail"] | None,
        Field(
            description="Companies only: whether the contact's mail domain is the company's own or a public provider."
        ),
    ] = None


class ConfirmationDue(Event):
    """A person said yes half a year ago and nothing came of it: he is to be asked whether it still holds."""

    source_slice: ClassVar[str] = "identities"

    person_id: str
    until: Annotated[date, Field(description="The day on which he is erased if he says nothing.")]


class ErasureRequested(Event):
    """A person is to be forgotten: his key is destroyed, and every slice erases what it holds of him."""

    source_slice: ClassVar[str] = "identities"

    case_id: str
    person_id: str
    lender: Annotated[str, Field(description="Tenant under which the person was recorded.")]


class PersonErased(Event):
    """Every slice has erased the person: the certificate is there."""

    source_slice: ClassVar[str] = "identities"

    case_id: str
    person_id: str
    lender: str
