"""The routes about the people of a company, and about an invitation in the hand of the invited person."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from functions.companies import logic, pages
from functions.companies.accounts import Accounts
from functions.companies.logic import members as people
from functions.companies.model import Company
from functions.companies.model.members import Member, Standing, Team
from functions.companies.requests.members import (
    InvitationSheet,
    InvitationToken,
    MemberList,
    MemberRoleChange,
    MembershipView,
    MemberView,
    NewMember,
)
from functions.companies.store import Companies
from passerelle import clock
from passerelle.access import MemberRole, Role, company_users, members, public, users
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.identifiers import mail_mark
from passerelle.pages import serve as serve_page
from passerelle.problems import Forbidden
from passerelle.store import Stored

_STAFF: Final = frozenset({Role.ADVISER, Role.OPERATOR})
_NEXT: Final[dict[Standing, str]] = {
    Standing.UNNAMED: "Enregistrez le nom et l’adresse de cette personne : l’invitation partira par courriel.",
    Standing.INVITED: "La personne invitée ouvre le lien reçu et accepte ; le lien se renvoie une fois par jour.",
    Standing.LAPSED: "Le lien n’est plus valable : renvoyez-le, ou retirez cette ligne.",
    Standing.DUPLICATE: "Cette adresse figure déjà dans l’équipe : retirez l’une des deux lignes.",
    Standing.MEMBER: "Rien à faire.",
}
_ALLOWS: Final[dict[MemberRole, tuple[str, ...]]] = {
    MemberRole.OWNER: (
        "Tout lire et tout modifier pour l’entreprise.",
        "Inviter et retirer des membres, créer des clés d’accès, fermer le compte de l’entreprise.",
    ),
    MemberRole.EDITOR: (
        "Lire et modifier profils, demandes et mises en relation de l’entreprise, et signer pour elle.",
        "Ni membres, ni clés d’accès.",
    ),
    MemberRole.READER: ("Lire ce que l’entreprise a publié et reçu, sans rien modifier.",),
}


@dataclass(frozen=True)
class Office:
    """What the routes stand on."""

    companies: Companies
    accounts: Accounts
    mark_secret: str

    def mark_of(self, user: str) -> str:
        """The keyed digest of the address that a user has shown to be his. Raises `Forbidden` while he has not."""
        return mail_mark(self.mark_secret, self.accounts.verified_mail(user))


def serve(api: Api, office: Callable[[], Office]) -> None:
    """Declare the routes on the slice's API."""

    @api.get(
        "/companies/{company_id}/members",
        allow=company_users("companies:read", active=False),
        answer=MemberList,
        summary="Who may act for your company and who is invited to, by ids; the names are in the vault.",
    )
    def list_members(request: Request[NoBody]) -> Answer:
        _, stored = team(request)
        return Answer(_list(stored.value, request.actor.subject), version=stored.version)

    @api.post(
        "/companies/{company_id}/members",
        allow=company_users("companies:manage"),
        body=NewMember,
        answer=MemberView,
        status=HTTPStatus.CREATED,
        summary="Invite a person; the link is mailed once you recorded who it is: PUT /identities/{id}, kind member.",
    )
    def invite(request: Request[NewMember]) -> Answer:
        company, stored = team(request)
        member, after = people.invite(office().companies, request.transaction, company, stored, request.body.role)
        location = f"/companies/{company.id}/members/{member.id}"
        return Answer(
            _view(after, member, request.actor.subject),
            HTTPStatus.CREATED,
            version=stored.version + 1,
            location=location,
        )

    @api.post(
        "/companies/{company_id}/members/{member_id}/invitation",
        allow=company_users("companies:manage"),
        answer=MemberView,
        status=HTTPStatus.ACCEPTED,
        summary="Have another link mailed to an invited person, at most once a day; the former one stops.",
    )
    def invite_again(request: Request[NoBody]) -> Answer:
        company, stored = team(request)
        member, after = people.invite_again(
            office().companies, request.transaction, company, stored, request.path["member_id"]
        )
        return Answer(_view(after, member, request.actor.subject), HTTPStatus.ACCEPTED, version=stored.version + 1)

    @api.put(
        "/companies/{company_id}/members/{member_id}",
        allow=company_users("companies:manage", active=False),
        body=MemberRoleChange,
        answer=MemberView,
        needs_version=True,
        summary="Give a member or an invited person another role; a company keeps at least one owner.",
    )
    def change_role(request: Request[MemberRoleChange]) -> Answer:
        company, stored = team(request)
        member, after = people.change_role(
            office().companies,
            request.transaction,
            company,
            stored,
            request.path["member_id"],
            request.body.role,
        )
        return Answer(_view(after, member, request.actor.subject), version=stored.version + 1)

    @api.delete(
        "/companies/{company_id}/members/{member_id}",
        allow=company_users("companies:manage", active=False),
        status=HTTPStatus.NO_CONTENT,
        summary="Revoke a member or an invitation, felt at once; a company keeps at least one owner.",
    )
    def revoke(request: Request[NoBody]) -> Answer:
        company, stored = team(request)
        people.revoke(office().companies, request.transaction, company, stored, request.path["member_id"])
        return Answer(status=HTTPStatus.NO_CONTENT)

    @api.post(
        "/companies/memberships",
        allow=users(),
        body=InvitationToken,
        answer=MembershipView,
        summary="Accept an invitation, signed in with the address it was sent to; again changes nothing.",
    )
    def accept(request: Request[InvitationToken]) -> Answer:
        if request.actor.role in _STAFF:
            raise Forbidden("Staff join no company.", remedy="Sign in as a person of the company.")
        company, member = people.accept(
            office().companies,
            request.transaction,
            request.body.token,
            request.actor.subject,
            office().mark_of,
        )
        told = f"Vous pouvez agir pour cette entreprise : nommez-la par l’en-tête X-Company ({company.id})."
        return Answer(MembershipView(company_id=company.id, member_id=member.id, role=member.role, next_step=told))

    @api.delete(
        "/companies/memberships/{company_id}",
        allow=members(),
        status=HTTPStatus.NO_CONTENT,
        summary="Leave a company; its last owner cannot, unless it is closed.",
    )
    def leave(request: Request[NoBody]) -> Answer:
        company, stored = team(request)
        people.leave(office().companies, request.transaction, company, stored, request.actor.subject)
        return Answer(status=HTTPStatus.NO_CONTENT)

    serve_page(api, pages.INVITATION)

    @api.post(
        "/companies/invitation/sheet",
        allow=public(),
        body=InvitationToken,
        answer=InvitationSheet,
        summary="What the holder of this link is invited to; reading it uses nothing up.",
    )
    def show_invitation(request: Request[InvitationToken]) -> Answer:
        _, _, member = people.open_invitation(office().companies, request.body.token, clock.now())
        return Answer(_sheet(member))

    @api.post(
        "/companies/invitation/refusal",
        allow=public(),
        body=InvitationToken,
        answer=InvitationSheet,
        summary="The holder of this link wants no part of it; the link stops, and his name is forgotten.",
    )
    def decline(request: Request[InvitationToken]) -> Answer:
        member = people.decline(office().companies, request.transaction, request.body.token)
        return Answer(_sheet(member).model_copy(update={"state": "declined", "until": None}))

    def team(request: Request[Any]) -> tuple[Company, Stored[Team]]:
        """The caller's own company and its team, at the version he names if he names one."""
        own = logic.own_company(office().companies, request.path["company_id"], request.actor.tenant)
        stored = office().companies.team(own.value)
        request.require_version(stored.version)
        return own.value, stored


def _list(team: Team, caller: str) -> MemberList:
    return MemberList(items=tuple(_view(team, member, caller) for member in team.members))


def _view(team: Team, member: Member, caller: str) -> MemberView:
    standing = team.standing(member, clock.now())
    return MemberView(
        id=member.id,
        role=member.role,
        standing=standing.value,
        you=member.user == caller,
        invited_at=member.invited_at,
        link_until=member.link_expires_at if member.user is None else None,
        joined_at=member.joined_at,
        next_step=_NEXT[standing],
    )


def _sheet(member: Member) -> InvitationSheet:
    accepted = member.user is not None
    return InvitationSheet(
        state="accepted" if accepted else "open",
        title="Une entreprise vous invite",
        role=member.role,
        allows=_ALLOWS[member.role],
        until=member.link_expires_at,
    )
