"""Facts about mail: that a secret went out to its one addressee, by its digest."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.erasure import Erased


class OptInLinkIssued(Event):
    """The employee was sent his personal link; only its digest is known outside the mail."""

    source_slice: ClassVar[str] = "notifications"

    profile_id: str
    digest: Annotated[str, Field(description="SHA-256 of the token, hexadecimal.")]
    expires_at: datetime


class ActivationCodeIssued(Event):
    """The company's contact was sent the code that activates it; only its digest is known outside the mail."""

    source_slice: ClassVar[str] = "notifications"

    company_id: str
    digest: Annotated[str, Field(description="SHA-256 of company id and code, hexadecimal.")]
    expires_at: datetime


class PersonalLinkIssued(Event):
    """A person was sent a personal link for one purpose; only its digest is known outside the mail."""

    source_slice: ClassVar[str] = "notifications"

    purpose: Annotated[
        Literal["go", "employee_signature", "invitation"], Field(description="What the link is good for.")
    ]
    subject_id: Annotated[
        str, Field(description="The introduction, the agreement or the company's member it is about.")
    ]
    digest: Annotated[str, Field(description="SHA-256 of the token, hexadecimal.")]
    expires_at: datetime


class SigningCodeIssued(Event):
    """A signer was sent a one-time code; only its digest is known outside the mail."""

    source_slice: ClassVar[str] = "notifications"

    agreement_id: str
    party: Literal["lender", "host", "employee"]
    digest: Annotated[str, Field(description="SHA-256 of agreement id, party and code, hexadecimal.")]
    expires_at: datetime


class AddresseeBlocked(Event):
    """Mails to a subject came back for good or were called unwanted: nothing is sent until its address is corrected."""

    source_slice: ClassVar[str] = "notifications"

    subject_id: Annotated[str, Field(description="A company (its contact), a volunteer, or a company's member.")]
    reason: Annotated[
        Literal["bounced", "complained"],
        Field(description="bounced: the address takes no mail; complained: its reader called one unwanted."),
    ]


class PostingsErased(Erased, Event):
    """What was noted of the mails to an erased person is gone."""

    source_slice: ClassVar[str] = "notifications"
