"""Facts about companies. The company itself is never named: marks are keyed digests and public activity codes."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.terms import Workforce

MemberRoleName = Literal["owner", "editor", "reader"]
RemovedBy = Literal["revoked", "left", "declined", "expired"]


class CompanyRegistered(Event):
    """A company asked to take part; nobody has shown yet that the person may act for it."""

    source_slice: ClassVar[str] = "companies"

    company_id: str


class ActivationCodeRequested(Event):
    """The company's identity is in the vault and agrees with the registration: a code may be mailed to its contact."""

    source_slice: ClassVar[str] = "companies"

    company_id: str


class CompanyActivated(Event):
    """The right to act was shown: the company may publish and look."""

    source_slice: ClassVar[str] = "companies"

    company_id: str
    marks: Annotated[
        tuple[str, ...],
        Field(description="Tokens by which others may refuse it: siren:<digest>, naf:29.32Z, naf:29, idcc:3248."),
    ]
    denied: Annotated[tuple[str, ...], Field(description="Tokens of the companies it refuses to be matched with.")]
    workforce: Annotated[Workforce | None, Field(description="What the law asks of its size.")] = None


class CompanyUpdated(Event):
    """An active company changed its activity codes, its deny-list or its size."""

    source_slice: ClassVar[str] = "companies"

    company_id: str
    marks: tuple[str, ...]
    denied: tuple[str, ...]
    workforce: Workforce | None = None


class CompanySuspended(Event):
    """An active company may no longer publish or look; what it published is hidden."""

    source_slice: ClassVar[str] = "companies"

    company_id: str


class CompanyClosed(Event):
    """The company left the platform."""

    source_slice: ClassVar[str] = "companies"

    company_id: str


class MemberInvited(Event):
    """An owner invited somebody whose mail address is in the vault: his personal link may be mailed to him."""

    source_slice: ClassVar[str] = "companies"

    company_id: str
    member_id: Annotated[str, Field(description="Under which the vault knows the invited person.")]
    role: MemberRoleName


class MemberJoined(Event):
    """The invited person accepted: he may act for the company in this role."""

    source_slice: ClassVar[str] = "companies"

    company_id: str
    member_id: str
    role: MemberRoleName


class MemberRoleChanged(Event):
    """A member, or somebody invited, has another role."""

    source_slice: ClassVar[str] = "companies"

    company_id: str
    member_id: str
    role: MemberRoleName


class MemberRemoved(Event):
    """A membership or an invitation is over: nobody needs the person's name any more."""

    source_slice: ClassVar[str] = "companies"

    company_id: str
    member_id: str
    how: Annotated[
        RemovedBy,
        Field(description="By an owner; by the person, who left or declined; or by time, when nobody answered."),
    ]
