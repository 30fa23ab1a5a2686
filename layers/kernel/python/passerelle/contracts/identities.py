"""Facts about the vault: that an identity is there, never what it says."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event


class IdentityRecorded(Event):
    """The identity of a person, a company or a company's member was put into the vault (or rectified)."""

    source_slice: ClassVar[str] = "identities"

    subject_id: Annotated[str, Field(description="Company id, person id of a profile, or member id.")]
    kind: Literal["person", "company", "member"]
    mark: Annotated[
        str | None,
        Field(
            description="Keyed digest: of a company the SIREN given, `siren:<digest>`; of a member his mail address, "
            "`mail:<digest>`; of a person none."
        ),
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
