"""Members of a company through HTTP: an invitation's whole life, roles at the very next request, the last owner."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.companies.model import Company
from functions.companies.model.members import LARGEST_TEAM, Team
from functions.companies.store import Companies
from passerelle import clock
from passerelle.access import SCOPES_OF, MemberRole, Role
from passerelle.contracts.companies import MemberInvited, MemberJoined, MemberRemoved, MemberRoleChanged
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.store import Stored, Transaction
from passerelle.tokens import digest
from tests.support.slices import Slice, an_adviser, an_envelope, an_operator
from tests.unit.companies.people import (
    GUEST,
    OWNER,
    a_house,
    accept,
    an_account,
    invite,
    invited,
    joined,
    mail_link,
    name,
    seen_as,
    standings,
)


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: moment)


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


def test_accepting_twice_changes_nothing(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))
    guest = an_account(GUEST)

    once, again = accept(companies, guest, token), accept(companies, guest, token)

    assert (once.status, again.status) == (200, 200)
    assert again.body == once.body
    assert len(companies.facts(MemberJoined)) == 1


def test_the_same_request_is_recognised_although_it_changed_whom_its_sender_acts_for(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))
    guest = an_account(GUEST)
    first, second = (
        companies.call(
            "POST", "/companies/memberships", actor=seen_as(companies, guest), body={"token": token}, key="the-same-key"
        )
        for _ in range(2)
    )

    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_link_in_the_wrong_hands_makes_nobody_a_member(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))
    thief, unverified = an_account("thief@elsewhere.example"), an_account(GUEST, verified=False)

    answers = [accept(companies, user, token) for user in (thief, unverified)]

    codes = [(reply.status, reply.body["type"].rsplit(":", 1)[1]) for reply in answers]
    assert codes == [(403, "another-address"), (403, "address-not-verified")]
    assert companies.facts(MemberJoined) == []


def test_the_address_is_the_same_in_whatever_case_it_is_written(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner), mail="Guest@Ateliers.Example")

    assert accept(companies, an_account("guest@ateliers.example"), token).status == 200


@pytest.mark.parametrize("actor", [an_adviser(), an_operator()], ids=["adviser", "operator"])
def test_staff_join_no_company(companies: Slice, actor: object) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))

    reply = companies.call("POST", "/companies/memberships", actor=actor, body={"token": token})  # type: ignore[arg-type]

    assert reply.status == 403


def test_a_member_already_is_told_so(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner), mail=OWNER)

    reply = accept(companies, owner, token)

    assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (409, "already-member")


def revoked(companies: Slice, company: str, owner: str, member: str) -> None:
    reply = companies.call("DELETE", f"/companies/{company}/members/{member}", actor=seen_as(companies, owner))
    assert reply.status == 204


def declined(companies: Slice, company: str, owner: str, member: str) -> None:
    reply = companies.call("POST", "/companies/invitation/refusal", body={"token": f"token-of-{member}"})
    assert (reply.status, reply.body["state"]) == (200, "declined")


def renamed(companies: Slice, company: str, owner: str, member: str) -> None:
    name(companies, company, member, "somebody@ateliers.example", sequence=2)


def sent_again(companies: Slice, company: str, owner: str, member: str) -> None:
    mail_link(companies, company, member, "a-token-of-tomorrow", timedelta(days=15))


def closed(companies: Slice, company: str, owner: str, member: str) -> None:
    assert companies.call("POST", f"/companies/{company}/closure", actor=seen_as(companies, owner)).status == 200


@pytest.mark.parametrize("end", [revoked, declined, renamed, sent_again, closed])
def test_a_link_stops_with_what_it_was_for(companies: Slice, end: Callable[..., None]) -> None:
    company, owner = a_house(companies)
    member, token = invited(companies, company, seen_as(companies, owner))
    guest = an_account(GUEST)

    end(companies, company, owner, member)

    answers = [
        accept(companies, guest, token),
        companies.call("POST", "/companies/invitation/sheet", body={"token": token}),
        companies.call("POST", "/companies/invitation/refusal", body={"token": token}),
    ]
    unknown = accept(companies, guest, "x" * 43)
    for reply in answers:
        assert (reply.status, reply.body["type"]) == (404, "urn:passerelle:problem:link-not-valid")
        assert {**reply.body, "instance": ""} == {**unknown.body, "instance": ""}
    assert companies.facts(MemberJoined) == []


def test_a_link_stops_with_its_term(companies: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))
    guest = an_account(GUEST)

    later(monkeypatch, timedelta(days=14, seconds=1))

    assert accept(companies, guest, token).status == 404


def test_a_used_invitation_is_neither_declined_nor_used_by_another_account(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))
    accept(companies, an_account(GUEST), token)
    sheet = companies.call("POST", "/companies/invitation/sheet", body={"token": token})

    reply = companies.call("POST", "/companies/invitation/refusal", body={"token": token})

    assert sheet.body["state"] == "accepted"
    assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (409, "already-accepted")


def test_the_sheet_says_what_the_role_allows_and_names_no_company(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner), role="reader")

    reply = companies.call("POST", "/companies/invitation/sheet", body={"token": token})

    assert (reply.status, reply.body["state"], reply.body["role"]) == (200, "open", "reader")
    assert company not in reply.text
    assert token not in reply.text


def test_nobody_is_written_to_before_the_vault_knows_whom(companies: Slice) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    member = invite(companies, company, me)
    again = f"/companies/{company}/members/{member}/invitation"

    reply = companies.call("POST", again, actor=me)

    assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (409, "no-identity")
    assert companies.facts(MemberInvited) == []
    assert standings(companies, company, me)[member] == ("editor", "unnamed")


def test_the_same_person_is_written_to_at_most_once_a_day(companies: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    member, _ = invited(companies, company, me)
    where = f"/companies/{company}/members/{member}"

    soon = companies.call("POST", f"{where}/invitation", actor=me)
    companies.call("DELETE", where, actor=me)
    fresh = invite(companies, company, me)
    name(companies, company, fresh, GUEST)

    assert (soon.status, soon.body["type"].rsplit(":", 1)[1]) == (409, "too-soon")
    assert [fact.member_id for fact in companies.facts(MemberInvited)] == [member]
    later(monkeypatch, timedelta(days=1))
    assert companies.call("POST", f"/companies/{company}/members/{fresh}/invitation", actor=me).status == 202
    assert {fact.member_id for fact in companies.facts(MemberInvited)} == {member, fresh}


def test_a_corrected_address_is_written_to_at_once_and_the_former_one_no_more(companies: Slice) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    member, _ = invited(companies, company, me, mail="gest@ateliers.example")

    name(companies, company, member, GUEST, sequence=3)
    name(companies, company, member, "gest@ateliers.example", sequence=2)

    assert [fact.member_id for fact in companies.facts(MemberInvited)] == [member, member]
    token = mail_link(companies, company, member, "the-second-token-of-all")
    assert accept(companies, an_account("gest@ateliers.example"), token).status == 403
    assert accept(companies, an_account(GUEST), token).status == 200


def test_a_line_renamed_over_and_over_writes_to_no_more_people_than_a_team_has(companies: Slice) -> None:
    company, owner = a_house(companies)
    member = invite(companies, company, seen_as(companies, owner))

    for number in range(1, LARGEST_TEAM + 3):
        name(companies, company, member, f"guest-{number}@ateliers.example", sequence=number)

    assert len(companies.facts(MemberInvited)) == LARGEST_TEAM


def test_an_invitation_submitted_twice_is_one_and_the_second_line_of_an_address_a_duplicate(
    companies: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    where = f"/companies/{company}/members"
    once, again = (
        companies.call("POST", where, actor=me, body={"role": "reader"}, key="the-same-key") for _ in range(2)
    )
    other = invite(companies, company, me)

    name(companies, company, once.body["id"], GUEST)
    name(companies, company, other, GUEST)

    assert again.body == once.body
    assert standings(companies, company, me)[other] == ("editor", "duplicate")
    assert [fact.member_id for fact in companies.facts(MemberInvited)] == [once.body["id"]]
    resent = companies.call("POST", f"{where}/{other}/invitation", actor=me)
    assert (resent.status, resent.body["type"].rsplit(":", 1)[1]) == (409, "already-invited")
    companies.call("DELETE", f"{where}/{once.body['id']}", actor=me)
    assert standings(companies, company, me)[other] == ("editor", "invited")
    later(monkeypatch, timedelta(days=1))
    assert companies.call("POST", f"{where}/{other}/invitation", actor=me).status == 202


def test_news_that_come_twice_late_or_about_nobody_change_nothing(companies: Slice) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    member, token = invited(companies, company, me)
    before = standings(companies, company, me)

    name(companies, company, member, GUEST)
    name(companies, company, "mbr_nobody", GUEST)
    mail_link(companies, company, "mbr_nobody", "a-token-of-nobody-at-all")
    mail_link(companies, company, member, "an-earlier-token-late", timedelta(days=13))
    go = PersonalLinkIssued(purpose="go", subject_id=member, digest=digest("go"), expires_at=clock.now())
    companies.deliver(an_envelope(go, tenant=company, subject=member))

    assert standings(companies, company, me) == before
    assert len(companies.facts(MemberInvited)) == 1
    assert accept(companies, an_account(GUEST), token).status == 200


def test_a_team_has_a_largest_size(companies: Slice) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    for _ in range(49):
        invite(companies, company, me, "reader")

    reply = companies.call("POST", f"/companies/{company}/members", actor=me, body={"role": "reader"})

    assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (409, "team-full")


@pytest.mark.parametrize("body", [{}, {"role": "admin"}, {"role": "editor", "email": GUEST}, {"role": 1}])
def test_an_invitation_names_a_role_and_nobody(companies: Slice, body: dict[str, object]) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)

    reply = companies.call("POST", f"/companies/{company}/members", actor=me, body=body)

    assert reply.status == 422
    assert len(standings(companies, company, me)) == 1


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


def test_an_invitation_that_nobody_answers_ends_by_itself(companies: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    _, stays = joined(companies, company, me, "second@ateliers.example", "owner")
    unnamed = invite(companies, company, me)
    invited_one, _ = invited(companies, company, me)
    founder = f"mbr_{company[4:]}"

    def left_after(days: int) -> set[str]:
        later(monkeypatch, timedelta(days=days))
        for _ in "ab":
            companies.handler.expire({}, None)
        return set(standings(companies, company, me))

    assert left_after(29) == {founder, stays, unnamed, invited_one}
    assert left_after(2) == {founder, stays, invited_one}
    assert left_after(14) == {founder, stays}
    assert [(fact.member_id, fact.how) for fact in companies.facts(MemberRemoved)] == [
        (unnamed, "expired"),
        (invited_one, "expired"),
    ]


def test_a_team_that_changes_while_an_invitation_ends_is_left_to_the_next_run(
    companies: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    member = invite(companies, company, me)
    later(monkeypatch, timedelta(days=31))
    begin, waiting = Companies.begin, [True]

    def interrupted(self: Companies) -> Transaction:
        if waiting:
            waiting.pop()
            monkeypatch.setattr(Companies, "team", stale(Companies.team, lambda: invite(companies, company, me)))
        return begin(self)

    monkeypatch.setattr(Companies, "begin", interrupted)

    assert companies.handler.expire({}, None) == {"expired": 0}
    assert companies.handler.expire({}, None) == {"expired": 1}
    assert member not in standings(companies, company, me)


def stale(read: Callable[..., Stored[Team]], meanwhile: Callable[[], object]) -> Callable[..., Stored[Team]]:
    """A reading after which somebody else writes, once."""
    waiting = [True]

    def team(self: Companies, company: Company) -> Stored[Team]:
        stored = read(self, company)
        if waiting:
            waiting.pop()
            meanwhile()
        return stored

    return team
