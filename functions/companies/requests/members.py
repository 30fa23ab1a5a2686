"""What is said and heard about the people of a company."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from passerelle.access import MemberRole
from passerelle.http import Body

_Role = Annotated[
    MemberRole, Field(description="owner: everything; editor: writes; reader: reads.", examples=["editor"])
]


class NewMember(Body):
    """An invitation. Whom it is for goes to the vault next, under the id that the answer gives."""

    role: Annotated[_Role, Field(strict=False)]


class MemberRoleChange(Body):
    """Another role for a member or an invited person."""

    role: Annotated[_Role, Field(strict=False)]


class InvitationToken(Body):
    """The token of an invitation's link."""

    token: Annotated[str, Field(max_length=200, description="The token.", examples=["a-token-of-43-characters"])]


class MemberView(BaseModel):
    """A member, or an invitation. Names are in the vault: `GET /identities/{id}`; every reading is noted."""

    id: Annotated[str, Field(examples=["mbr_q4kx7zn2mw5hb3tvd6fc"])]
    role: _Role
    standing: Annotated[
        Literal["unnamed", "invited", "lapsed", "duplicate", "member"],
        Field(
            description="unnamed: the vault does not know him yet; lapsed: nobody opened the link in time; duplicate: "
            "another line has his mail address."
        ),
    ]
    you: Annotated[bool, Field(description="Whether it is the caller.")]
    invited_at: datetime | None = None
    link_until: Annotated[datetime | None, Field(description="Until when the link of an invitation works.")] = None
    joined_at: datetime | None = None
    next_step: Annotated[str, Field(description="What is to be done, in French.", examples=["Rien à faire."])]


class MemberList(BaseModel):
    """Everybody who may act for the company, or is invited to."""

    items: tuple[MemberView, ...]


class MembershipView(BaseModel):
    """What you may do in a company from now on."""

    company_id: str
    member_id: Annotated[str, Field(examples=["mbr_q4kx7zn2mw5hb3tvd6fc"])]
    role: _Role
    next_step: Annotated[str, Field(examples=["Rien à faire."])]


class InvitationSheet(BaseModel):
    """What the invited person reads; the company is not named before he has shown who he is."""

    state: Annotated[Literal["open", "accepted", "declined"], Field(examples=["open"])]
    title: Annotated[str, Field(examples=["Une entreprise vous invite"])]
    role: _Role
    allows: Annotated[tuple[str, ...], Field(description="What the role allows, in French.")]
    until: Annotated[datetime | None, Field(description="End of the link.")]
