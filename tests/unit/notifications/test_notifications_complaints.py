"""Somebody called a mail unwanted: nothing goes to his address any more, whoever records it again."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from functions.notifications.model.returning import OBJECTION_KEPT
from passerelle import clock
from passerelle.contracts.erasure import Kept
from passerelle.contracts.identities import ErasureRequested
from passerelle.contracts.notifications import AddresseeBlocked, PostingsErased
from passerelle.contracts.profiles import OptInRequested
from tests.support.slices import an_envelope
from tests.unit.notifications.conftest import EMPLOYEE, HOST, Post
from tests.unit.notifications.facts import interest, mutual, opt_in_requested, recorded
from tests.unit.notifications.test_notifications_returns import mailed, returns, told, unreachable

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
OTHER = "z.quatrebarbes@autre.example"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def complains(post: Post) -> None:
    """The volunteer calls the mail that asks for his word unwanted."""
    assert returns(post, told("Complaint", mailed(post, opt_in_requested()))) == []


def record(post: Post, address: str, hours: int, subject_id: str = "per_ana", tenant: str = "cmp_lender") -> None:
    """A company saves an address of a person's."""
    person = {"kind": "person", "given_name": "Zéphyrine", "family_name": "Quatrebarbes", "email": address}
    post.vault.subjects[subject_id] = person
    assert post.slice.deliver(recorded(subject_id, NOW + timedelta(hours=hours), tenant)) == []


def asked(post: Post, person_id: str = "per_ana", tenant: str = "cmp_lender") -> int:
    """His word is asked for; how many mails went out."""
    before = len(post.mailer.sent)
    event = OptInRequested(profile_id=f"prf_{person_id[4:]}", person_id=person_id)
    assert post.slice.deliver(an_envelope(event, tenant=tenant, subject=event.profile_id)) == []
    return len(post.mailer.sent) - before


@pytest.mark.parametrize("address", [EMPLOYEE, EMPLOYEE.upper(), "Zq@Canari.Example"])
def test_the_same_address_saved_again_is_written_to_no_more(post: Post, address: str) -> None:
    complains(post)
    record(post, address, 1)

    went_out = asked(post)

    assert went_out == 0
    assert len(post.slice.set_aside()) == 1
    assert unreachable(post) == [{"tenant": "cmp_lender", "subject_id": "per_ana", "reason": "complained"}]
    assert [one.reason for one in post.slice.facts(AddresseeBlocked)] == ["complained"] * 2


def test_another_address_is_written_to_and_the_former_never_again(post: Post) -> None:
    complains(post)
    record(post, OTHER, 1)
    listed = unreachable(post)
    to_the_other = asked(post)
    record(post, EMPLOYEE, 2)
    to_the_former = asked(post)
    record(post, OTHER, 3)

    assert (listed, to_the_other, to_the_former) == ([], 1, 0)
    assert asked(post) == 1
    assert [mail.to for mail in post.mailer.sent] == [EMPLOYEE, OTHER, OTHER]


def test_a_link_that_was_set_aside_goes_out_once_another_address_is_there(post: Post) -> None:
    complains(post)
    record(post, EMPLOYEE, 1)
    again = opt_in_requested()
    post.slice.deliver(again)

    record(post, OTHER, 2)
    post.slice.deliver(again)

    assert [mail.to for mail in post.mailer.sent] == [EMPLOYEE, OTHER]


def test_the_same_address_under_another_subject_of_the_company_is_not_written_to(post: Post) -> None:
    complains(post)
    record(post, EMPLOYEE, 1, "per_again")
    record(post, EMPLOYEE, 1, "per_elsewhere", "cmp_host")

    assert asked(post, "per_again") == 0
    assert asked(post, "per_elsewhere", "cmp_host") == 1, "another company's mails he has not called unwanted"
    assert {one["subject_id"] for one in unreachable(post)} == {"per_ana", "per_again"}


def test_a_complaint_about_a_former_address_stops_that_one_alone(post: Post) -> None:
    posting = mailed(post, opt_in_requested())
    record(post, OTHER, 1)

    returns(post, told("Complaint", posting))

    assert asked(post) == 1
    record(post, EMPLOYEE, 2)
    assert asked(post) == 0


def test_a_notification_to_an_unwanted_address_is_let_go(post: Post) -> None:
    returns(post, told("Complaint", mailed(post, interest()), tenant="cmp_host"))
    post.slice.deliver(recorded("cmp_host", NOW + timedelta(hours=1), "cmp_host", "company"))

    post.slice.deliver(mutual())

    assert len(post.mailer.to(HOST)) == 1
    assert post.slice.set_aside() == []


def test_of_the_address_stays_a_mark_alone_that_two_companies_do_not_share(post: Post) -> None:
    complains(post)
    record(post, EMPLOYEE, 1, "per_elsewhere", "cmp_host")
    event = OptInRequested(profile_id="prf_2", person_id="per_elsewhere")
    returns(
        post,
        told(
            "Complaint", mailed(post, an_envelope(event, tenant="cmp_host", subject="prf_2")), tenant="cmp_host", id="2"
        ),
    )

    rows = [row for row in post.slice.rows() if "#complaint#" in row["pk"]["S"]]
    marks = {json.loads(row["state"]["S"])["mark"] for row in rows}
    assert (len(rows), len(marks)) == (2, 2)
    assert all(int(row["expires_at"]["N"]) == (NOW + OBJECTION_KEPT).timestamp() for row in rows)
    assert "canari.example" not in json.dumps(post.slice.rows())


@pytest.mark.parametrize("corrected", [False, True])
def test_an_erasure_says_that_the_objection_stays_and_it_does(post: Post, corrected: bool) -> None:
    complains(post)
    if corrected:
        record(post, OTHER, 1)
    erasure = ErasureRequested(case_id="era_1", person_id="per_ana", lender="cmp_lender")
    post.slice.deliver(an_envelope(erasure, tenant="cmp_lender", subject="per_ana"))

    record(post, EMPLOYEE, 2, "per_again")

    (erased,) = post.slice.facts(PostingsErased)
    assert erased.kept == (Kept(what="mail_objection", until=date(2029, 2, 28)),)
    assert asked(post, "per_again") == 0
    assert not any("per_ana" in row["state"]["S"] for row in post.slice.rows() if "#complaint#" in row["pk"]["S"])


def test_who_did_not_complain_is_told_that_nothing_stays(post: Post) -> None:
    returns(post, told("Permanent", mailed(post, opt_in_requested())))
    erasure = ErasureRequested(case_id="era_1", person_id="per_ana", lender="cmp_lender")

    post.slice.deliver(an_envelope(erasure, tenant="cmp_lender", subject="per_ana"))

    assert [one.kept for one in post.slice.facts(PostingsErased)] == [()]


def test_the_same_complaint_again_changes_nothing(post: Post) -> None:
    complaint = told("Complaint", mailed(post, opt_in_requested()))
    returns(post, complaint)
    before = post.slice.rows()

    assert returns(post, complaint, complaint) == []

    assert post.slice.rows() == before
