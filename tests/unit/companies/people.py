"""The people of a company in the tests of this slice: accounts of the pool, invitations, and their links."""

from datetime import timedelta

from passerelle import clock
from passerelle.access import Actor, actor_from
from passerelle.contracts.companies import MemberInvited
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.identifiers import mail_mark
from passerelle.tokens import digest
from tests.support.aws import client
from tests.support.slices import Reply, Slice, an_envelope
from tests.unit.companies.registering import SECRET, activated

ARN = "arn:aws:execute-api:eu-west-3:123456789012:api/stage/GET/companies"
OWNER, GUEST = "owner@ateliers.example", "guest@ateliers.example"


def an_account(mail: str, *, verified: bool = True) -> str:
    """Somebody with an account; returns his user id."""
    accounts = client("cognito-idp")
    pool = accounts.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    made = accounts.admin_create_user(
        UserPoolId=pool,
        Username=mail,
        UserAttributes=[
            {"Name": "email", "Value": mail},
            {"Name": "email_verified", "Value": "true" if verified else "false"},
        ],
    )["User"]
    return f"usr_{next(each['Value'] for each in made['Attributes'] if each['Name'] == 'sub')}"


def seen_as(companies: Slice, user: str, company: str = "") -> Actor:
    """Whom the authorizer takes this user for, who names this company."""
    headers = {"Authorization": f"Bearer sub-{user.removeprefix('usr_')}"} | ({"X-Company": company} if company else {})
    return actor_from(companies.handler.authorize({"headers": headers, "methodArn": ARN}, None)["context"])


def a_house(companies: Slice, mail: str = OWNER) -> tuple[str, str]:
    """An active company and its owner's user id."""
    owner = an_account(mail)
    return activated(companies, owner), owner


def invite(companies: Slice, company: str, actor: Actor, role: str = "editor") -> str:
    """A line for one more person; returns its id."""
    reply = companies.call("POST", f"/companies/{company}/members", actor=actor, body={"role": role})
    assert reply.status == 201, reply.text
    return str(reply.body["id"])


def name(companies: Slice, company: str, member: str, mail: str, sequence: int = 1) -> None:
    """The vault knows whom a line is for."""
    recorded = IdentityRecorded(subject_id=member, kind="member", mark=mail_mark(SECRET, mail))
    companies.deliver(an_envelope(recorded, tenant=company, subject=member, sequence=sequence))


def mail_link(companies: Slice, company: str, member: str, token: str, life: timedelta = timedelta(days=14)) -> str:
    """The link is on its way to the invited person; returns its token."""
    issued = PersonalLinkIssued(
        purpose="invitation", subject_id=member, digest=digest(token), expires_at=clock.now() + life
    )
    companies.deliver(an_envelope(issued, tenant=company, subject=member))
    return token


def invited(companies: Slice, company: str, actor: Actor, mail: str = GUEST, role: str = "editor") -> tuple[str, str]:
    """Somebody who holds his link; the id of his line and the token."""
    member = invite(companies, company, actor, role)
    name(companies, company, member, mail)
    assert member in [fact.member_id for fact in companies.facts(MemberInvited)]
    return member, mail_link(companies, company, member, f"token-of-{member}")


def accept(companies: Slice, user: str, token: str, company: str = "") -> Reply:
    """A signed-in user accepts."""
    return companies.call(
        "POST", "/companies/memberships", actor=seen_as(companies, user, company), body={"token": token}
    )


def joined(companies: Slice, company: str, actor: Actor, mail: str, role: str) -> tuple[str, str]:
    """A further member of this role: his user id, and the id of his line."""
    member, token = invited(companies, company, actor, mail, role)
    user = an_account(mail)
    reply = accept(companies, user, token)
    assert reply.status == 200, reply.text
    return user, member


def standings(companies: Slice, company: str, actor: Actor) -> dict[str, tuple[str, str]]:
    """Role and standing of every line, by id."""
    items = companies.call("GET", f"/companies/{company}/members", actor=actor).body["items"]
    return {item["id"]: (item["role"], item["standing"]) for item in items}
