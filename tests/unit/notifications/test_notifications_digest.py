"""One mail a day for whoever chose so: counted, in French, naming nobody; never two, and never an empty one."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.notifications.model import Posting, State, Unreachable
from functions.notifications.store import Digests, Postings
from passerelle import clock
from passerelle.consuming import Unprocessable
from passerelle.contracts.companies import MemberRemoved
from tests.support.slices import a_company, an_envelope
from tests.unit.notifications.conftest import HOST, LENDER, Post
from tests.unit.notifications.facts import interest, mutual
from tests.unit.notifications.test_notifications_choices import CLAUDE, CONTACT, EVERYTHING, NOTHING, OWN, choose
from tests.unit.notifications.test_notifications_committing import sheet_ready

DAILY = dict.fromkeys(NOTHING, "daily")
SUBJECT = "Passerelle\u00a0: votre résumé du jour"
NOON = datetime(2026, 3, 1, 11, tzinfo=UTC)
NEXT = datetime(2026, 3, 2, 6, tzinfo=UTC)
"""Seven in the morning in France, when digests begin to go out."""


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOON)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def daily(post: Post, company: str = "cmp_host", path: str = CONTACT, member: str = "mbr_claude") -> None:
    choose(post, path, DAILY, a_company(company, member=member))


def run(post: Post) -> None:
    post.slice.handler.digest({}, None)


def waiting(post: Post) -> int:
    return sum("#held#" in row["pk"]["S"] for row in post.slice.rows())


def test_what_waited_goes_out_in_one_mail_the_next_morning(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    daily(post)
    assert post.slice.deliver(interest(), interest(), mutual(), sheet_ready("lender"), times=2) == []
    assert post.mailer.to(HOST) == []
    assert len(post.mailer.to(LENDER)) == 1

    at(monkeypatch, NEXT)
    run(post)

    (mail,) = post.mailer.to(HOST)
    assert mail.subject == SUBJECT
    for line in (
        "Réponses qui vous attendent\u00a0: 2",
        "Mises en relation où l’intérêt est partagé\u00a0: 1",
        "Propositions de conditions à lire\u00a0: 1",
    ):
        assert line in mail.text
        assert line in mail.html
    everything = mail.text + mail.html
    assert not any(word in everything for word in ("Dominique", "Morel", "Canari", "cmp_", "int_", "prf_", "dem_", "@"))
    assert waiting(post) == 0


@pytest.mark.parametrize("moment", [NEXT - timedelta(minutes=1), NOON], ids=["before seven", "the same day"])
def test_nothing_goes_out_before_its_morning(post: Post, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    daily(post)
    post.slice.deliver(mutual())

    at(monkeypatch, moment)
    run(post)

    assert post.mailer.to(HOST) == []
    assert waiting(post) == 1


def test_a_day_has_one_digest_however_often_it_is_run(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    daily(post)
    post.slice.deliver(mutual())
    at(monkeypatch, NEXT)
    run(post)
    post.slice.deliver(interest())
    run(post)
    at(monkeypatch, NEXT + timedelta(hours=5))
    run(post)
    assert len(post.mailer.to(HOST)) == 1

    at(monkeypatch, NEXT + timedelta(days=1))
    run(post)

    first, second = post.mailer.to(HOST)
    assert first.reference != second.reference
    assert "partagé" not in second.text


def test_without_news_there_is_no_digest(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    daily(post)
    at(monkeypatch, NEXT)

    run(post)

    assert post.mailer.sent == []


def test_each_reader_has_his_own(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.vault.subjects["mbr_claude"] = CLAUDE
    daily(post)
    daily(post, path=OWN)
    daily(post, "cmp_lender")
    post.slice.deliver(mutual())

    at(monkeypatch, NEXT)
    run(post)

    assert sorted(mail.to for mail in post.mailer.sent) == sorted([HOST, LENDER, CLAUDE["email"]])
    assert {mail.subject for mail in post.mailer.sent} == {SUBJECT}
    assert waiting(post) == 0


def test_killed_between_sending_and_forgetting_nobody_has_two(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    daily(post)
    daily(post, "cmp_lender")
    post.slice.deliver(mutual())
    at(monkeypatch, NEXT)
    with monkeypatch.context() as patch:
        patch.setattr(Digests, "sent", _dying)
        with pytest.raises(SystemExit):
            run(post)
    assert len(post.mailer.sent) == 1

    run(post)
    run(post)

    assert sorted(mail.to for mail in post.mailer.sent) == sorted([HOST, LENDER])
    assert waiting(post) == 0


def test_killed_before_noting_the_identical_digest_goes_out_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    daily(post)
    post.slice.deliver(mutual())
    at(monkeypatch, NEXT)
    write = Postings.write

    def dying(self: Postings, posting: Posting, version: int) -> None:
        if posting.state is State.SENT:
            raise SystemExit
        write(self, posting, version)

    with monkeypatch.context() as patch:
        patch.setattr(Postings, "write", dying)
        with pytest.raises(SystemExit):
            run(post)
    post.slice.deliver(interest())
    at(monkeypatch, NEXT + timedelta(hours=1))
    run(post)

    assert len(post.mailer.to(HOST)) == 2
    assert len(set(post.mailer.to(HOST))) == 1


def test_one_whose_mail_fails_keeps_no_other_from_being_told(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    daily(post)
    daily(post, "cmp_lender")
    post.slice.deliver(mutual())
    at(monkeypatch, NEXT)
    post.mailer.failures = [Unreachable("mail: ThrottlingException")]

    with pytest.raises(Unreachable):
        run(post)
    assert len(post.mailer.sent) == 1
    run(post)

    assert sorted(mail.to for mail in post.mailer.sent) == sorted([HOST, LENDER])


@pytest.mark.parametrize("failure", [Unprocessable("the mail was refused: MessageRejected"), Unreachable("mail: Busy")])
def test_a_mail_at_once_that_fails_keeps_nobody_from_his_digest(
    post: Post, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    daily(post)
    post.mailer.failures = [failure]
    news = mutual()
    post.slice.deliver(news)

    at(monkeypatch, NEXT)
    run(post)
    assert len(post.mailer.to(HOST)) == 1

    post.slice.deliver(news, times=2)
    at(monkeypatch, NEXT + timedelta(days=1))
    run(post)
    assert [mail.to for mail in post.mailer.sent] == [HOST, LENDER]
    assert waiting(post) == 0


def test_a_digest_refused_for_good_is_let_go(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    daily(post)
    post.slice.deliver(mutual())
    at(monkeypatch, NEXT)
    post.mailer.failures = [Unprocessable("the mail was refused: MessageRejected")]

    run(post)

    assert post.mailer.to(HOST) == []
    assert waiting(post) == 0


@pytest.mark.parametrize(("choices", "sent"), [(NOTHING, 0), (EVERYTHING, 1)], ids=["never", "at once"])
def test_who_chose_otherwise_meanwhile(
    post: Post, monkeypatch: pytest.MonkeyPatch, choices: dict[str, str], sent: int
) -> None:
    daily(post)
    post.slice.deliver(mutual())
    choose(post, CONTACT, choices, a_company("cmp_host"))

    at(monkeypatch, NEXT)
    run(post)

    assert len(post.mailer.to(HOST)) == sent
    assert waiting(post) == 0


def test_who_left_meanwhile_is_not_written_to(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.vault.subjects["mbr_claude"] = CLAUDE
    daily(post, path=OWN)
    post.slice.deliver(mutual())
    removed = MemberRemoved(company_id="cmp_host", member_id="mbr_claude", how="revoked")
    post.slice.deliver(an_envelope(removed, tenant="cmp_host", subject="mbr_claude"))

    at(monkeypatch, NEXT)
    run(post)

    assert post.mailer.to(CLAUDE["email"]) == []
    assert "mbr_claude" not in json.dumps([row for row in post.slice.rows() if "envelope" not in row])


def _dying(*_: Any, **__: Any) -> None:
    raise SystemExit
