"""Members of a company through HTTP: what each may do, roles at the very next request, the last owner."""

import pytest

from passerelle.access import SCOPES_OF, MemberRole, Role
from passerelle.contracts.companies import MemberJoined, MemberRemoved, MemberRoleChanged
from tests.support.slices import Slice, an_adviser, an_operator
from tests.unit.companies.people import (
    GUEST,
    OWNER,
    a_house,
    accept,
    an_account,
    invite,
    invited,
    joined,
    seen_as,
    standings,
)


def test_an_invited_person_accepts_and_may_do_what_his_role_allows(companies: Slice) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    member, token = invited(companies, company, me, role="editor")
    guest = an_account(GUEST)
    assert seen_as(companies, guest, company).role is Role.USER

    reply = accept(companies, guest, token)

    assert (reply.status, reply.body["company_id"], reply.body["role"]) == (200, company, "editor")
    now = seen_as(companies, guest)
    assert (now.role, now.tenant, now.scopes) == (Role.COMPANY, company, SCOPES_OF[MemberRole.EDITOR])
    assert standings(companies, company, me)[member] == ("editor", "member")
    assert [fact.member_id for fact in companies.facts(MemberJoined)] == [member]


def test_nothing_here_names_anybody(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))
    accept(companies, an_account(GUEST), token)

    everything = str(companies.rows())

    assert GUEST not in everything
    assert OWNER not in everything
    assert token not in everything


def test_a_person_of_several_companies_names_the_one_he_acts_for(companies: Slice) -> None:
    first, owner = a_house(companies)
    companies.call("POST", f"/companies/{first}/closure", actor=seen_as(companies, owner))
    second, other = a_house(companies, "other@scierie.example")
    _, token = invited(companies, second, seen_as(companies, other), mail=OWNER, role="reader")

    assert accept(companies, owner, token).status == 200

    assert seen_as(companies, owner).role is Role.USER
    assert seen_as(companies, owner, first).scopes == SCOPES_OF[MemberRole.OWNER]
    assert seen_as(companies, owner, second).scopes == SCOPES_OF[MemberRole.READER]
    listed = companies.call("GET", "/companies", actor=seen_as(companies, owner)).body["items"]
    assert {item["id"] for item in listed} == {first, second}


@pytest.mark.parametrize("named", ["cmp_other", "a#b", "x" * 99, "ptn_x"])
def test_naming_a_company_one_is_no_member_of_gives_nothing(companies: Slice, named: str) -> None:
    _, owner = a_house(companies)

    assert seen_as(companies, owner, named).role is Role.USER


def test_a_revoked_members_very_next_request_is_refused(companies: Slice) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    guest, member = joined(companies, company, me, GUEST, "owner")
    assert seen_as(companies, guest, company).role is Role.COMPANY

    reply = companies.call("DELETE", f"/companies/{company}/members/{member}", actor=me)

    assert reply.status == 204
    assert seen_as(companies, guest, company).role is Role.USER
    assert companies.call("GET", f"/companies/{company}", actor=seen_as(companies, guest, company)).status == 403
    assert companies.call("GET", "/companies", actor=seen_as(companies, guest)).body["items"] == []
    assert [(fact.member_id, fact.how) for fact in companies.facts(MemberRemoved)] == [(member, "revoked")]


def test_another_role_is_felt_at_the_very_next_request(companies: Slice) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    guest, member = joined(companies, company, me, GUEST, "editor")
    where, members = f"/companies/{company}/members/{member}", f"/companies/{company}/members"
    etag = companies.call("GET", members, actor=me).headers["ETag"]

    assert companies.call("PUT", where, actor=me, body={"role": "reader"}).status == 428
    changed = companies.call("PUT", where, actor=me, body={"role": "reader"}, headers={"If-Match": etag})
    stale = companies.call("PUT", where, actor=me, body={"role": "owner"}, headers={"If-Match": etag})

    assert (changed.status, changed.body["role"], stale.status) == (200, "reader", 412)
    assert seen_as(companies, guest).scopes == SCOPES_OF[MemberRole.READER]
    assert [fact.role for fact in companies.facts(MemberRoleChanged)] == ["reader"]


@pytest.mark.parametrize("role", ["owner", "editor", "reader"])
def test_a_member_leaves_by_himself(companies: Slice, role: str) -> None:
    company, owner = a_house(companies)
    guest, member = joined(companies, company, seen_as(companies, owner), GUEST, role)

    reply = companies.call("DELETE", f"/companies/memberships/{company}", actor=seen_as(companies, guest))

    assert reply.status == 204
    assert seen_as(companies, guest, company).role is Role.USER
    assert [(fact.member_id, fact.how) for fact in companies.facts(MemberRemoved)] == [(member, "left")]


@pytest.mark.parametrize("invites", [False, True])
def test_the_last_owner_stays(companies: Slice, invites: bool) -> None:
    """Neither another member nor an invited owner is an owner who could take over."""
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    joined(companies, company, me, GUEST, "editor")
    if invites:
        invited(companies, company, me, "second@ateliers.example", "owner")
    mine = next(item for item in standings(companies, company, me) if item == f"mbr_{company[4:]}")
    where = f"/companies/{company}/members/{mine}"
    etag = companies.call("GET", f"/companies/{company}/members", actor=me).headers["ETag"]

    refused = [
        companies.call("DELETE", f"/companies/memberships/{company}", actor=me),
        companies.call("DELETE", where, actor=me),
        companies.call("PUT", where, actor=me, body={"role": "editor"}, headers={"If-Match": etag}),
    ]

    for reply in refused:
        assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (409, "last-owner")
        assert "owner" in reply.body["remedy"]
    assert seen_as(companies, owner).scopes == SCOPES_OF[MemberRole.OWNER]


def test_of_a_closed_company_the_last_owner_leaves_too(companies: Slice) -> None:
    company, owner = a_house(companies)
    companies.call("POST", f"/companies/{company}/closure", actor=seen_as(companies, owner))

    left = companies.call("DELETE", f"/companies/memberships/{company}", actor=seen_as(companies, owner))

    assert left.status == 204, left.text
    assert [fact.how for fact in companies.facts(MemberRemoved)] == ["left"]
    assert seen_as(companies, owner, company).role is Role.USER


@pytest.mark.parametrize("actor", [an_adviser(), an_operator()], ids=["adviser", "operator"])
def test_staff_join_no_company(companies: Slice, actor: object) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))

    reply = companies.call("POST", "/companies/memberships", actor=actor, body={"token": token})  # type: ignore[arg-type]

    assert reply.status == 403


def test_a_team_has_a_largest_size(companies: Slice) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    for _ in range(49):
        invite(companies, company, me, "reader")

    reply = companies.call("POST", f"/companies/{company}/members", actor=me, body={"role": "reader"})

    assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (409, "team-full")


def test_another_companys_members_read_as_nothing(companies: Slice) -> None:
    company, owner = a_house(companies)
    member, _ = invited(companies, company, seen_as(companies, owner))
    companies.call("POST", f"/companies/{company}/closure", actor=seen_as(companies, owner))
    _, other = a_house(companies, "other@scierie.example")
    stranger = seen_as(companies, other)
    where = f"/companies/{company}/members"

    answers = [
        companies.call("GET", where, actor=stranger),
        companies.call("POST", where, actor=stranger, body={"role": "owner"}),
        companies.call("DELETE", f"{where}/{member}", actor=stranger),
        companies.call("POST", f"{where}/{member}/invitation", actor=stranger),
        companies.call("PUT", f"{where}/{member}", actor=stranger, body={"role": "owner"}, headers={"If-Match": '"1"'}),
        companies.call("DELETE", f"/companies/memberships/{company}", actor=stranger),
    ]

    assert [reply.status for reply in answers] == [404] * 6
