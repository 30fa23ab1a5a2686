"""What is done with the people of a company: invite, name, accept, decline, change a role, revoke, leave."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from functions.companies.model import Company, State
from functions.companies.model.members import MEMBER_PREFIX, Invitation, Member, Team, link_not_valid
from passerelle import clock
from passerelle.access import MemberRole
from passerelle.contracts import Event
from passerelle.contracts.companies import MemberInvited, MemberJoined, MemberRemoved, MemberRoleChanged, RemovedBy
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.http import found
from passerelle.observability import logger
from passerelle.problems import Refused
from passerelle.store import Key, Stored, Transaction, VersionConflict
from passerelle.tokens import digest


class Teams(Protocol):
    """What the use cases need of the store."""

    def find(self, company_id: str) -> Stored[Company] | None: ...
    def team(self, company: Company) -> Stored[Team]: ...
    def save_team(self, transaction: Transaction, team: Team, version: int) -> None: ...
    def add_membership(self, transaction: Transaction, user: str, company_id: str) -> None: ...
    def drop_membership(self, transaction: Transaction, user: str, company_id: str) -> None: ...
    def inviting(self) -> Iterator[str]: ...
    def begin(self) -> Transaction: ...
    def invitation(self, digest: str) -> Invitation | None: ...
    def add_invitation(
        self, transaction: Transaction, digest: str, invitation: Invitation, expires_at: datetime
    ) -> None: ...


def invite(
    teams: Teams, transaction: Transaction, company: Company, stored: Stored[Team], role: MemberRole
) -> tuple[Member, Team]:
    """Make room for one more person; he is written to once the vault knows who he is."""
    _check_open(company)
    member_id = clock.new_id(MEMBER_PREFIX.rstrip("_"))
    team = stored.value.inviting(member_id, role, clock.now())
    teams.save_team(transaction, team, stored.version + 1)
    return _line(team, member_id), team


def note_identity(
    teams: Teams, transaction: Transaction, tenant: str, recorded: IdentityRecorded, sequence: int
) -> None:
    """The vault knows the address of a line: an invited person is written to, unless it was done within a day."""
    known = _known(teams, tenant, recorded.subject_id)
    if known is None or recorded.mark is None:
        return
    company, stored, member = known
    team = stored.value.naming(member, recorded.mark, sequence)
    if team == stored.value:
        return
    named, at = _line(team, member.id), clock.now()
    asked = company.state is State.ACTIVE and named.mark != member.mark and team.no_mail(named, at) is None
    team = team.mailing(named, at) if asked else team
    teams.save_team(transaction, team, stored.version + 1)
    if asked:
        _tell(transaction, company, named, _invited(company, named), stored.version + 1)


def invite_again(
    teams: Teams, transaction: Transaction, company: Company, stored: Stored[Team], member_id: str
) -> tuple[Member, Team]:
    """Send another link to an invited person, at most once a day; the former one stops when it goes out."""
    _check_open(company)
    member: Member = found(stored.value.member(member_id))
    team = stored.value.mailing(member, clock.now())
    teams.save_team(transaction, team, stored.version + 1)
    _tell(transaction, company, member, _invited(company, member), stored.version + 1)
    return member, team


def note_link(teams: Teams, transaction: Transaction, tenant: str, issued: PersonalLinkIssued) -> None:
    """The invited person was mailed his link: keep the digest of its token."""
    known = _known(teams, tenant, issued.subject_id)
    if known is None:
        return
    _, stored, member = known
    team = stored.value.linking(member, issued.digest, issued.expires_at)
    if team == stored.value:
        return
    teams.save_team(transaction, team, stored.version + 1)
    invitation = Invitation(company_id=tenant, member_id=member.id)
    teams.add_invitation(transaction, issued.digest, invitation, issued.expires_at)


def open_invitation(teams: Teams, token: str, at: datetime) -> tuple[Company, Stored[Team], Member]:
    """What an invitation's link opens, accepted or not; opening uses nothing up.

    Raises the one problem of links that do not work.
    """
    marked = digest(token)
    invitation = teams.invitation(marked)
    known = None if invitation is None else _known(teams, invitation.company_id, invitation.member_id)
    if known is None:
        raise link_not_valid()
    company, stored, member = known
    expired = member.link_expires_at is None or member.link_expires_at <= at
    if member.link != marked or expired or company.state is State.CLOSED:
        raise link_not_valid()
    return company, stored, member


def accept(
    teams: Teams, transaction: Transaction, token: str, user: str, mark_of: Callable[[str], str]
) -> tuple[Company, Member]:
    """The invited person becomes a member; again by the same person changes nothing.

    `mark_of` gives the mark of a user's verified address.
    """
    company, stored, member = open_invitation(teams, token, clock.now())
    team = stored.value.joining(member, user, mark_of(user), clock.now())
    if team != stored.value:
        teams.save_team(transaction, team, stored.version + 1)
        teams.add_membership(transaction, user, company.id)
        joined = MemberJoined(company_id=company.id, member_id=member.id, role=member.role.value)
        _tell(transaction, company, member, joined, stored.version + 1)
    return company, _line(team, member.id)


def decline(teams: Teams, transaction: Transaction, token: str) -> Member:
    """The invited person wants no part of it: the line goes, and the vault forgets him."""
    company, stored, member = open_invitation(teams, token, clock.now())
    if member.user is not None:
        raise Refused(
            "This invitation was accepted already.", code="already-accepted", remedy="Sign in, and leave the company."
        )
    _remove(teams, transaction, company, stored, member, "declined")
    return member


def change_role(
    teams: Teams, transaction: Transaction, company: Company, stored: Stored[Team], member_id: str, role: MemberRole
) -> tuple[Member, Team]:
    """Give a member, or an invited person, another role; it is felt at the very next request."""
    member: Member = found(stored.value.member(member_id))
    team = stored.value.with_role(member, role)
    teams.save_team(transaction, team, stored.version + 1)
    changed = MemberRoleChanged(company_id=company.id, member_id=member_id, role=role.value)
    _tell(transaction, company, member, changed, stored.version + 1)
    return _line(team, member_id), team


def revoke(teams: Teams, transaction: Transaction, company: Company, stored: Stored[Team], member_id: str) -> None:
    """End a membership or an invitation; it is felt at the very next request."""
    member: Member = found(stored.value.member(member_id))
    _remove(teams, transaction, company, stored, member, "revoked")


def leave(teams: Teams, transaction: Transaction, company: Company, stored: Stored[Team], user: str) -> None:
    """A member leaves by himself; of a closed company everybody may."""
    member: Member = found(stored.value.of(user))
    _remove(teams, transaction, company, stored, member, "left")


def expire(teams: Teams, at: datetime) -> int:
    """End every invitation that nobody answered for long; returns how many. A team that changes meanwhile is left to
    the next run."""
    ended = 0
    for company_id in list(teams.inviting()):
        company = teams.find(company_id)
        if company is None:
            continue
        for member in teams.team(company.value).value.lapsed(at):
            transaction, stored = teams.begin(), teams.team(company.value)
            if member not in stored.value.lapsed(at):
                continue
            _remove(teams, transaction, company.value, stored, member, "expired")
            try:
                transaction.commit()
            except VersionConflict:
                logger.info("team changed while an invitation expired", company_id=company_id)
            else:
                ended += 1
    return ended


def _remove(
    teams: Teams, transaction: Transaction, company: Company, stored: Stored[Team], member: Member, how: RemovedBy
) -> None:
    team = stored.value.without(member, closed=company.state is State.CLOSED)
    teams.save_team(transaction, team, stored.version + 1)
    if member.user is not None:
        teams.drop_membership(transaction, member.user, company.id)
    removed = MemberRemoved(company_id=company.id, member_id=member.id, how=how)
    _tell(transaction, company, member, removed, stored.version + 1)


def _invited(company: Company, member: Member) -> MemberInvited:
    return MemberInvited(company_id=company.id, member_id=member.id, role=member.role.value)


def _tell(transaction: Transaction, company: Company, member: Member, fact: Event, version: int) -> None:
    key = Key(company.id, "member", member.id)
    transaction.emit(key, fact, sequence=version, territory=company.territory)


def _known(teams: Teams, company_id: str, member_id: str) -> tuple[Company, Stored[Team], Member] | None:
    company = teams.find(company_id)
    stored = None if company is None else teams.team(company.value)
    member = None if stored is None else stored.value.member(member_id)
    if company is None or stored is None or member is None:
        logger.info("no member of ours", company_id=company_id, member_id=member_id)
        return None
    return company.value, stored, member


def _line(team: Team, member_id: str) -> Member:
    member: Member = found(team.member(member_id))
    return member


def _check_open(company: Company) -> None:
    if company.state is State.CLOSED:
        raise Refused("The company is closed.", remedy="Register again.")
