"""Invitations: the line, the link and its mail, accepting and declining, and how each of them ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.companies.model import Company
from functions.companies.model.members import LARGEST_TEAM, Team
from functions.companies.store import Companies
from passerelle import clock
from passerelle.contracts.companies import MemberInvited, MemberJoined, MemberRemoved
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.store import Stored, Transaction
from passerelle.tokens import digest
from tests.support.slices import Slice, an_envelope
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


def test_a_member_already_is_told_so(companies: Slice) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner), mail=OWNER)

    reply = accept(companies, owner, token)

    assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (409, "already-member")


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


@pytest.mark.parametrize("body", [{}, {"role": "admin"}, {"role": "editor", "email": GUEST}, {"role": 1}])
def test_an_invitation_names_a_role_and_nobody(companies: Slice, body: dict[str, object]) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)

    reply = companies.call("POST", f"/companies/{company}/members", actor=me, body=body)

    assert reply.status == 422
    assert len(standings(companies, company, me)) == 1


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


def test_a_link_that_nobody_opened_in_time_is_said_and_can_be_sent_again(
    companies: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    member, token = invited(companies, company, me)

    def line() -> dict[str, object]:
        items = companies.call("GET", f"/companies/{company}/members", actor=me).body["items"]
        found: dict[str, object] = next(item for item in items if item["id"] == member)
        return found

    until = line()["link_until"]
    later(monkeypatch, timedelta(days=15))

    assert until is not None
    assert (line()["standing"], line()["link_until"]) == ("lapsed", until)
    assert "renvoyez-le" in str(line()["next_step"])
    assert accept(companies, an_account(GUEST), token).status == 404
    assert companies.call("POST", f"/companies/{company}/members/{member}/invitation", actor=me).status == 202


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
