"""A mail comes back: its subject is written to no more until its address was corrected, and no address is kept."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.companies import MemberInvited, MemberRemoved
from passerelle.contracts.identities import ErasureRequested
from passerelle.contracts.notifications import AddresseeBlocked
from tests.support.slices import a_company, an_adviser, an_envelope
from tests.unit.notifications.conftest import EMPLOYEE, HOST, LENDER, Post
from tests.unit.notifications.facts import ended, interest, mutual, opt_in_requested, recorded

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def told(kind: str, posting: str, *, tenant: str = "cmp_lender", sent_at: datetime = NOW, **other: str) -> str:
    """What the rule on SES's news lets through."""
    said = {"id": "0f3c-1", "kind": kind, "sent_at": sent_at.isoformat(), "tenant": tenant, "posting": posting}
    return json.dumps(said | other)


def returns(post: Post, *bodies: str) -> list[str]:
    records = [{"messageId": f"msg-{number}", "body": body} for number, body in enumerate(bodies)]
    answer = post.slice.handler.returned({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def mailed(post: Post, envelope: Envelope) -> str:
    """The posting of the mail that this event caused."""
    assert post.slice.deliver(envelope) == []
    return post.mailer.sent[-1].reference


def unreachable(post: Post) -> list[dict[str, str]]:
    items: list[dict[str, str]] = post.slice.call("GET", "/notifications/unreachable", actor=an_adviser()).body["items"]
    return items


@pytest.mark.parametrize(("kind", "reason"), [("Permanent", "bounced"), ("Complaint", "complained")])
def test_a_subject_whose_mail_came_back_is_written_to_no_more(post: Post, kind: str, reason: str) -> None:
    posting = mailed(post, interest())

    assert returns(post, told(kind, posting, tenant="cmp_host")) == []
    post.slice.deliver(mutual(), ended())

    assert [mail.to for mail in post.mailer.sent] == [HOST, LENDER, LENDER]
    assert post.slice.facts(AddresseeBlocked) == [AddresseeBlocked(subject_id="cmp_host", reason=reason)]
    assert unreachable(post) == [{"tenant": "cmp_host", "subject_id": "cmp_host", "reason": reason}]
    mine = post.slice.call("GET", "/notifications/preferences/contact", actor=a_company("cmp_host"))
    assert mine.body["reachable"] is False


def test_the_same_news_twice_and_more_of_it_is_told_once(post: Post) -> None:
    posting = mailed(post, interest())
    bounced = told("Permanent", posting, tenant="cmp_host")

    assert returns(post, bounced, bounced, told("Complaint", posting, tenant="cmp_host", id="0f3c-2")) == []

    assert len(post.slice.facts(AddresseeBlocked)) == 1
    assert [one["reason"] for one in unreachable(post)] == ["bounced"]


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_what_may_pass_is_counted_and_blocks_nothing(post: Post, kind: str) -> None:
    posting = mailed(post, interest())
    first, second = (told(kind, posting, tenant="cmp_host", id=f"0f3c-{number}") for number in (1, 2))

    assert returns(post, first, first, second) == []
    post.slice.deliver(mutual())

    (channel,) = (row for row in post.slice.rows() if "#channel#" in row["pk"]["S"])
    assert json.loads(channel["state"]["S"])["passing"] == 2
    assert len(post.mailer.to(HOST)) == 2
    assert post.slice.facts(AddresseeBlocked) == []
    assert unreachable(post) == []


def test_a_link_for_somebody_unreachable_is_set_aside_and_goes_out_when_redriven(post: Post) -> None:
    returns(post, told("Permanent", mailed(post, opt_in_requested())))
    again = opt_in_requested()

    assert post.slice.deliver(again) == []
    assert len(post.slice.set_aside()) == 1
    assert len(post.mailer.to(EMPLOYEE)) == 1

    post.slice.deliver(recorded("per_ana", NOW + timedelta(hours=1)))
    assert post.slice.deliver(again) == []

    assert len(post.mailer.to(EMPLOYEE)) == 2
    assert unreachable(post) == []


def test_news_of_the_former_address_does_not_block_the_corrected_one(post: Post) -> None:
    posting = mailed(post, interest())
    post.slice.deliver(recorded("cmp_host", NOW + timedelta(hours=1), "cmp_host", "company"))

    assert returns(post, told("Permanent", posting, tenant="cmp_host")) == []
    post.slice.deliver(mutual())

    assert len(post.mailer.to(HOST)) == 2


def test_an_address_recorded_before_the_mail_was_sent_lifts_nothing(post: Post) -> None:
    posting = mailed(post, interest())
    returns(post, told("Permanent", posting, tenant="cmp_host"))

    post.slice.deliver(recorded("cmp_host", NOW - timedelta(hours=1), "cmp_host", "company"))

    assert len(unreachable(post)) == 1


def test_the_one_who_recorded_an_address_is_asked_to_correct_it(post: Post) -> None:
    returns(post, told("Permanent", mailed(post, opt_in_requested())))
    (fact,) = post.slice.envelopes(AddresseeBlocked)

    assert post.slice.deliver(fact, times=2) == []

    (mail,) = post.mailer.to(LENDER)
    assert mail.subject == "Passerelle\u00a0: une adresse est à corriger"
    assert "per_ana" in mail.text
    assert not any(name in mail.text + mail.html for name in ("Zéphyrine", "Quatrebarbes", "@"))


@pytest.mark.parametrize(
    ("kind", "envelope", "tenant"),
    [("Complaint", opt_in_requested(), "cmp_lender"), ("Permanent", interest(), "cmp_host")],
    ids=["a volunteer who complained", "the contact himself"],
)
def test_nobody_but_staff_learns_of(post: Post, kind: str, envelope: Envelope, tenant: str) -> None:
    returns(post, told(kind, mailed(post, envelope), tenant=tenant))
    (fact,) = post.slice.envelopes(AddresseeBlocked)
    before = len(post.mailer.sent)

    assert post.slice.deliver(fact) == []

    assert len(post.mailer.sent) == before
    assert len(unreachable(post)) == 1


def test_another_tenant_s_posting_is_nobody_s(post: Post, logged: io.StringIO) -> None:
    posting = mailed(post, interest())

    assert returns(post, told("Permanent", posting, tenant="cmp_lender"), told("Permanent", "", tenant="")) == []

    assert unreachable(post) == []
    assert "nobody here remembers" in logged.getvalue()


@pytest.mark.parametrize("body", ["{}", "not json", told("Mystery", "evt_1"), told("Permanent", "evt_1", to=EMPLOYEE)])
def test_what_is_not_understood_comes_again_and_names_nobody(post: Post, body: str, logged: io.StringIO) -> None:
    assert returns(post, body, told("Permanent", "evt_1")) == ["msg-0"]
    assert EMPLOYEE not in logged.getvalue()


def test_a_person_who_is_erased_leaves_no_channel(post: Post) -> None:
    returns(post, told("Permanent", mailed(post, opt_in_requested())))
    asked = ErasureRequested(case_id="era_1", person_id="per_ana", lender="cmp_lender")

    assert post.slice.deliver(an_envelope(asked, tenant="cmp_lender", subject="per_ana"), times=2) == []

    assert not any("#channel#" in row["pk"]["S"] for row in post.slice.rows() if row["sk"]["S"] == "STATE")
    assert unreachable(post) == []


def test_a_member_who_is_removed_leaves_no_channel(post: Post) -> None:
    post.slice.deliver(recorded("mbr_1", NOW, "cmp_host", "member"))
    removed: Any = MemberRemoved(company_id="cmp_host", member_id="mbr_1", how="left")

    post.slice.deliver(an_envelope(removed, tenant="cmp_host", subject="mbr_1"))

    assert not any("#channel#" in row["pk"]["S"] for row in post.slice.rows())


def test_a_mail_that_returns_after_its_member_left_is_nobody_s(post: Post) -> None:
    invited = MemberInvited(company_id="cmp_host", member_id="mbr_1", role="reader")
    post.vault.subjects["mbr_1"] = {"kind": "member", "given_name": "C", "family_name": "P", "email": "c@e.example"}
    posting = mailed(post, an_envelope(invited, tenant="cmp_host", subject="mbr_1"))
    removed = MemberRemoved(company_id="cmp_host", member_id="mbr_1", how="expired")
    post.slice.deliver(an_envelope(removed, tenant="cmp_host", subject="mbr_1"))

    assert returns(post, told("Permanent", posting, tenant="cmp_host")) == []

    assert unreachable(post) == []
    assert post.slice.facts(AddresseeBlocked) == []
    assert not any("mbr_1" in row.get("state", {}).get("S", "") for row in post.slice.rows())
