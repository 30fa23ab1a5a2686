"""The people of a company: who may act for it, in which role, and who is invited to.

Pure. A person is known here by his user id, an invited one by the keyed digest of his mail address; names and addresses
are in the vault alone, under the member's id.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.companies.model import Company
from passerelle.access import MemberRole
from passerelle.problems import Forbidden, NotFound, Problem, Refused

MEMBER_PREFIX: Final = "mbr_"
LARGEST_TEAM: Final = 50
BETWEEN_MAILS: Final = timedelta(days=1)
UNANSWERED: Final = timedelta(days=30)
"""How long an invitation is kept that can no longer be accepted: then the vault forgets whom it was for."""


class Standing(StrEnum):
    """Where a line of the team stands."""

    UNNAMED = "unnamed"
    INVITED = "invited"
    LAPSED = "lapsed"
    DUPLICATE = "duplicate"
    MEMBER = "member"


class Member(BaseModel):
    """A person of the company, or an invitation."""

    model_config = ConfigDict(frozen=True)

    id: str
    role: MemberRole
    invited_at: datetime | None = None
    user: Annotated[str | None, Field(description="Once he accepted; the founder from the start.")] = None
    joined_at: datetime | None = None
    mark: Annotated[str | None, Field(description="Keyed digest of the mail address that the vault holds.")] = None
    identity_sequence: int = 0
    link: Annotated[str | None, Field(description="Digest of the token of the latest link.")] = None
    link_expires_at: datetime | None = None


class Team(BaseModel):
    """Everybody who may act for a company or is invited to: one aggregate, so that it never loses its last owner."""

    model_config = ConfigDict(frozen=True)

    company_id: str
    members: tuple[Member, ...]
    mailed: Annotated[
        dict[str, datetime], Field(description="When each address was last written to, by its mark.")
    ] = {}

    def of(self, user: str) -> Member | None:
        """The member this user is, or None."""
        return next((member for member in self.members if member.user == user), None)

    def member(self, member_id: str) -> Member | None:
        """The line of this id, or None."""
        return next((member for member in self.members if member.id == member_id), None)

    def standing(self, member: Member, at: datetime) -> Standing:
        """Where a line stands. Of two lines with one address the first counts; without it, the second does."""
        if member.user is not None:
            return Standing.MEMBER
        if member.mark is None:
            return Standing.UNNAMED
        first = next(other for other in self.members if other.mark == member.mark)
        if first.id != member.id:
            return Standing.DUPLICATE
        over = member.link_expires_at is not None and member.link_expires_at <= at
        return Standing.LAPSED if over else Standing.INVITED

    def lapsed(self, at: datetime) -> tuple[Member, ...]:
        """The invitations that nobody can accept any more, and nobody sent again for long."""
        return tuple(
            member
            for member in self.members
            if member.user is None and (member.link_expires_at or member.invited_at or at) + UNANSWERED <= at
        )

    def inviting(self, member_id: str, role: MemberRole, at: datetime) -> "Team":
        """The team with one more invitation. Raises `Refused` when it is full."""
        if len(self.members) >= LARGEST_TEAM:
            raise Refused(
                f"A company has at most {LARGEST_TEAM} members and invitations.",
                code="team-full",
                remedy="Remove a member or an invitation first.",
            )
        return self._with(Member(id=member_id, role=role, invited_at=at))

    def naming(self, member: Member, mark: str, sequence: int) -> "Team":
        """The team once the vault knows the address behind a line; older news than it holds changes nothing.

        A new address ends the links sent to the former one.
        """
        if sequence <= member.identity_sequence:
            return self
        known = {"mark": mark, "identity_sequence": sequence}
        if mark != member.mark:
            known |= {"link": None, "link_expires_at": None}
        return self._with(member.model_copy(update=known))

    def mailing(self, member: Member, at: datetime) -> "Team":
        """The team once the link is on its way to the invited one. Raises `Refused` when none may be sent now."""
        refused = self.no_mail(member, at)
        if refused is not None or member.mark is None:
            raise refused or Refused("Nobody is named yet.")
        return self.model_copy(update={"mailed": {**self._mailed_since(at - BETWEEN_MAILS), member.mark: at}})

    def no_mail(self, member: Member, at: datetime) -> Problem | None:
        """Why no link may be sent now, or None."""
        match self.standing(member, at):
            case Standing.MEMBER:
                return already_accepted()
            case Standing.DUPLICATE:
                return Refused(
                    "Another line has the same mail address.", code="already-invited", remedy="Remove one of the two."
                )
            case Standing.UNNAMED:
                return Refused(
                    "Nobody is named yet.", code="no-identity", remedy="Record the identity of whom you invite first."
                )
        recent = self._mailed_since(at - BETWEEN_MAILS)
        if member.mark in recent:
            return Refused(
                "This person was written to less than a day ago.", code="too-soon", remedy="Try again tomorrow."
            )
        if len(recent) >= LARGEST_TEAM:
            return Refused(
                f"A company writes to at most {LARGEST_TEAM} addresses a day.",
                code="too-soon",
                remedy="Try again tomorrow.",
            )
        return None

    def linking(self, member: Member, digest: str, expires_at: datetime) -> "Team":
        """The team once a link was sent; the latest one counts, whatever the order of the news."""
        latest = member.link_expires_at is None or member.link_expires_at < expires_at
        if member.user is not None or not latest:
            return self
        return self._with(member.model_copy(update={"link": digest, "link_expires_at": expires_at}))

    def joining(self, member: Member, user: str, mark: str, at: datetime) -> "Team":
        """The team once the invited one accepted; the same one again changes nothing.

        Raises `Forbidden` for somebody else, `Refused` when the invitation was used or he is a member already.
        """
        if mark != member.mark:
            raise Forbidden(
                "This invitation was sent to another mail address than yours.",
                code="another-address",
                remedy="Sign in with the address the invitation was sent to.",
            )
        if member.user == user:
            return self
        if member.user is not None:
            raise already_accepted()
        if self.of(user) is not None:
            raise Refused(
                "You are a member of this company already.",
                code="already-member",
                remedy="Ask an owner to change your role, and decline this invitation.",
            )
        return self._with(member.model_copy(update={"user": user, "joined_at": at}))

    def with_role(self, member: Member, role: MemberRole) -> "Team":
        """The team with another role for a line. Raises `Refused` when no owner would be left."""
        return self._with(member.model_copy(update={"role": role}))._owned()

    def without(self, member: Member, *, closed: bool) -> "Team":
        """The team without a line. Raises `Refused` when no owner would be left, unless the company is closed."""
        others = self.model_copy(update={"members": tuple(other for other in self.members if other.id != member.id)})
        return others if closed else others._owned()

    def _mailed_since(self, at: datetime) -> dict[str, datetime]:
        return {mark: when for mark, when in self.mailed.items() if when > at}

    def _with(self, member: Member) -> "Team":
        if self.member(member.id) is None:
            return self.model_copy(update={"members": (*self.members, member)})
        lines = tuple(member if other.id == member.id else other for other in self.members)
        return self.model_copy(update={"members": lines})

    def _owned(self) -> "Team":
        if any(member.user is not None and member.role is MemberRole.OWNER for member in self.members):
            return self
        raise Refused(
            "A company keeps at least one owner.",
            code="last-owner",
            remedy="Make another member an owner first, or close the company.",
        )


class Invitation(BaseModel):
    """What an invitation's link opens, by the digest of its token."""

    model_config = ConfigDict(frozen=True)

    company_id: str
    member_id: str


def founders(company: Company) -> Team:
    """The team of a company before anybody was invited: whoever registered it."""
    founder = Member(
        id=f"{MEMBER_PREFIX}{company.id.removeprefix('cmp_')}", role=MemberRole.OWNER, user=company.founder
    )
    return Team(company_id=company.id, members=(founder,))


def already_accepted() -> Problem:
    """The problem of an invitation that was used."""
    return Refused(
        "This invitation was accepted already.",
        code="already-accepted",
        remedy="Sign in and name the company by X-Company.",
    )


def link_not_valid() -> Problem:
    """One answer for every link that does not work: unknown, altered, expired or revoked read the same."""
    return NotFound(
        "This link does not work, or no longer.",
        code="link-not-valid",
        remedy="Open the link in the latest mail once more, or ask who invited you for another one.",
    )
