"""Each addressee chooses for himself; what a right or a deadline hangs on is sent whatever he chose."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.notifications.model import Template
from functions.notifications.model.choosing import CHOOSABLE
from passerelle import clock
from passerelle.access import Actor, MemberRole
from passerelle.contracts.agreements import AgreementReminded
from passerelle.contracts.companies import MemberRemoved
from passerelle.contracts.introductions import IntroductionReminded
from tests.support.slices import a_company, a_machine, a_user, an_adviser, an_envelope, an_operator
from tests.unit.identities.disclosing import disclosed
from tests.unit.notifications.conftest import HOST, LENDER, Post
from tests.unit.notifications.facts import ended, interest, mutual
from tests.unit.notifications.test_notifications_committing import sheet_ready

OWN, CONTACT = "/notifications/preferences", "/notifications/preferences/contact"
NOTHING = {"answer_awaited": "never", "mutual": "never", "term_sheet": "never"}
EVERYTHING = dict.fromkeys(NOTHING, "at_once")
CLAUDE = {"kind": "member", "given_name": "Claude", "family_name": "Petit", "email": "claude@accueil.example"}
NEWS = {
    "answer_awaited": interest,
    "mutual": mutual,
    "term_sheet": lambda: sheet_ready("lender"),
}
ALWAYS = {
    "reminder": lambda: an_envelope(
        IntroductionReminded(introduction_id="int_1", waiting_for=("cmp_host",), days=7), tenant="cmp_host", subject="i"
    ),
    "signature awaited": lambda: an_envelope(
        AgreementReminded(agreement_id="agr_1", waiting_for=("cmp_host",), days=7), tenant="cmp_host", subject="agr_1"
    ),
    "ended": ended,
    "disclosed": disclosed,
}


@pytest.fixture(autouse=True)
def _a_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))


def at_host(role: MemberRole = MemberRole.OWNER, member: str = "mbr_claude") -> Actor:
    return a_company("cmp_host", subject=f"usr_{member}", role=role, member=member)


def choose(post: Post, path: str, choices: dict[str, str], actor: Actor) -> Any:
    answer = post.slice.call("PUT", path, body=choices, actor=actor)
    assert answer.status == 200, answer.text
    return answer


def test_before_anybody_chose_the_contact_is_told_at_once_and_a_member_nothing(post: Post) -> None:
    contact, own = (post.slice.call("GET", path, actor=at_host()) for path in (CONTACT, OWN))

    assert contact.body == {**EVERYTHING, "reachable": True}
    assert own.body == {**NOTHING, "reachable": True}
    assert post.slice.rows() == []


@pytest.mark.parametrize("kind", list(NEWS))
def test_the_contact_chooses_each_kind_of_news_for_himself(post: Post, kind: str) -> None:
    choose(post, CONTACT, EVERYTHING | {kind: "never"}, at_host())

    for tell in NEWS.values():
        post.slice.deliver(tell())

    told = [mail.subject for mail in post.mailer.to(HOST)]
    assert len(told) == len(NEWS) - 1
    post.mailer.sent.clear()
    post.slice.deliver(NEWS[kind]())
    assert post.mailer.to(HOST) == []


@pytest.mark.parametrize("kind", list(ALWAYS))
def test_what_a_right_or_a_deadline_hangs_on_is_sent_whatever_was_chosen(post: Post, kind: str) -> None:
    choose(post, CONTACT, NOTHING, at_host())

    assert post.slice.deliver(ALWAYS[kind]()) == []

    assert len(post.mailer.to(HOST)) == 1


def test_only_news_may_be_chosen() -> None:
    assert set(CHOOSABLE) == {Template.ANSWER_AWAITED, Template.MUTUAL, Template.TERM_SHEET}
    assert {kind.value for kind in CHOOSABLE} == set(NEWS)


def test_two_of_one_company_choose_differently(post: Post) -> None:
    post.vault.subjects["mbr_claude"] = CLAUDE
    choose(post, OWN, NOTHING | {"mutual": "at_once"}, at_host(MemberRole.READER))
    choose(post, CONTACT, NOTHING | {"answer_awaited": "at_once"}, at_host())

    assert post.slice.deliver(interest(), mutual(), times=2) == []

    assert [mail.subject for mail in post.mailer.to(HOST)] == ["Passerelle\u00a0: une réponse vous attend"]
    (own,) = post.mailer.to(CLAUDE["email"])
    assert own.subject == "Passerelle\u00a0: une mise en relation avance"
    assert "Bonjour Claude Petit," in own.text
    assert not any(name in own.text + own.html for name in ("Sacha", "Roy", "Dominique", "Morel", "Canari"))
    assert len(post.mailer.to(LENDER)) == 1


def test_a_choice_is_of_one_company_and_one_person(post: Post) -> None:
    choose(post, OWN, EVERYTHING, at_host())

    other, elsewhere = at_host(member="mbr_other"), a_company("cmp_lender", member="mbr_claude")
    assert post.slice.call("GET", OWN, actor=other).body == {**NOTHING, "reachable": True}
    assert post.slice.call("GET", OWN, actor=elsewhere).body == {**NOTHING, "reachable": True}


def test_a_stale_choice_is_refused(post: Post) -> None:
    first = choose(post, OWN, EVERYTHING, at_host())
    choose(post, OWN, NOTHING, at_host())

    stale = post.slice.call("PUT", OWN, body=EVERYTHING, actor=at_host(), headers={"If-Match": first.headers["ETag"]})

    assert stale.status == 412
    assert post.slice.call("GET", OWN, actor=at_host()).body["mutual"] == "never"


@pytest.mark.parametrize(
    ("actor", "own", "contact"),
    [
        (at_host(MemberRole.READER), 200, 403),
        (at_host(MemberRole.EDITOR), 200, 200),
        (a_company("cmp_host", active=False), 200, 200),
        (a_machine("cmp_host", "introductions:write"), 403, 403),
        (a_user(), 403, 403),
        (an_adviser(), 403, 403),
        (None, 401, 401),
    ],
    ids=["reader", "editor", "not active", "key", "no company", "adviser", "nobody"],
)
def test_who_may_choose(post: Post, actor: Actor | None, own: int, contact: int) -> None:
    answers = [post.slice.call("PUT", path, body=NOTHING, actor=actor).status for path in (OWN, CONTACT)]

    assert answers == [own, contact]


@pytest.mark.parametrize("body", [{}, NOTHING | {"mutual": "weekly"}, NOTHING | {"opt_in": "never"}])
def test_a_choice_names_every_kind_of_news_and_nothing_else(post: Post, body: dict[str, str]) -> None:
    assert post.slice.call("PUT", CONTACT, body=body, actor=at_host()).status == 422


def test_who_left_is_told_no_more_and_his_choice_is_forgotten(post: Post) -> None:
    post.vault.subjects["mbr_claude"] = CLAUDE
    choose(post, OWN, EVERYTHING, at_host())
    removed = MemberRemoved(company_id="cmp_host", member_id="mbr_claude", how="left")

    assert post.slice.deliver(an_envelope(removed, tenant="cmp_host", subject="mbr_claude"), times=2) == []
    post.slice.deliver(mutual())

    assert post.mailer.to(CLAUDE["email"]) == []
    assert "mbr_claude" not in json.dumps([row for row in post.slice.rows() if "envelope" not in row])


@pytest.mark.parametrize("actor", [an_adviser(), an_operator()], ids=["adviser", "operator"])
def test_staff_read_who_cannot_be_reached_and_nobody_else_does(post: Post, actor: Actor) -> None:
    assert post.slice.call("GET", "/notifications/unreachable", actor=actor).body == {"items": [], "cursor": None}
    assert post.slice.call("GET", "/notifications/unreachable", actor=at_host()).status == 403
