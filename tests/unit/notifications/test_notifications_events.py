"""What each event sends to whom, and that nobody is told more; repeats, kills and refusals."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from functions.notifications.model import Posting, State, Unreachable
from functions.notifications.store import Postings
from passerelle import clock
from passerelle.consuming import Unprocessable
from passerelle.contracts import Envelope
from passerelle.contracts.companies import ActivationCodeRequested
from passerelle.contracts.introductions import EndReason, InterestExpressed, IntroductionBecameMutual, IntroductionEnded
from passerelle.contracts.notifications import ActivationCodeIssued, OptInLinkIssued
from passerelle.contracts.profiles import OptInRequested
from passerelle.contracts.sessions import SessionEnded
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from passerelle.tokens import digest
from tests.support.slices import an_envelope
from tests.unit.notifications.conftest import Post

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
EMPLOYEE, LENDER, HOST = "zq@canari.example", "rh@preteuse.example", "rh@accueil.example"
NAMES = ("Zéphyrine", "Quatrebarbes", "Dominique", "Morel", "Sacha", "Roy")


@pytest.fixture(autouse=True)
def _first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def opt_in_requested(sequence: int = 3) -> Envelope:
    event = OptInRequested(profile_id="prf_1", person_id="per_ana")
    return an_envelope(event, tenant="cmp_lender", subject="prf_1", sequence=sequence)


def code_requested() -> Envelope:
    return an_envelope(ActivationCodeRequested(company_id="cmp_host"), tenant="cmp_host", subject="cmp_host")


def interest(side: Any) -> Envelope:
    event = InterestExpressed(introduction_id="int_1", side=side, lender="cmp_lender", host="cmp_host")
    return an_envelope(event, tenant="cmp_lender", subject="int_1")


def mutual() -> Envelope:
    event = IntroductionBecameMutual(
        introduction_id="int_1", demand_id="dem_1", profile_id="prf_1", lender="cmp_lender", host="cmp_host"
    )
    return an_envelope(event, tenant="cmp_lender", subject="int_1")


def ended(reason: Any = "declined") -> Envelope:
    event = IntroductionEnded(
        introduction_id="int_1",
        demand_id="dem_1",
        profile_id="prf_1",
        lender="cmp_lender",
        host="cmp_host",
        reason=reason,
    )
    return an_envelope(event, tenant="cmp_lender", subject="int_1")


def token_in(text: str) -> str:
    found = re.search(r"https://passerelle\.example/profiles/opt-in#([\w-]{43})", text)
    assert found is not None
    return found.group(1)


def later(monkeypatch: pytest.MonkeyPatch, **passed: float) -> None:
    moment = clock.now() + timedelta(**passed)
    monkeypatch.setattr(clock, "now", lambda: moment)


def killed_while(monkeypatch: pytest.MonkeyPatch, post: Post, envelope: Envelope, state: State) -> None:
    """Deliver, and die instead of noting this state."""
    write = Postings.write

    def dying(self: Postings, posting: Posting, version: int) -> None:
        if posting.state is state:
            raise SystemExit
        write(self, posting, version)

    with monkeypatch.context() as patch:
        patch.setattr(Postings, "write", dying)
        with pytest.raises(SystemExit):
            post.slice.deliver(envelope)


def test_the_employee_alone_is_sent_the_link(post: Post) -> None:
    assert post.slice.deliver(opt_in_requested()) == []

    (mail,) = post.mailer.sent
    assert mail.to == EMPLOYEE
    assert token_in(mail.text) == token_in(mail.html)
    assert "15 mars 2026" in mail.text
    assert "Zéphyrine Quatrebarbes" in mail.text
    (asked,) = post.vault.asked
    assert (asked.tenant, asked.subject, asked.purpose) == ("cmp_lender", "per_ana", "opt_in_mail")


def test_only_the_digest_of_the_link_is_told(post: Post) -> None:
    requested = opt_in_requested(sequence=7)

    post.slice.deliver(requested)

    (envelope,) = post.slice.envelopes()
    expected = OptInLinkIssued(
        profile_id="prf_1", digest=digest(token_in(post.mailer.sent[0].text)), expires_at=NOW + timedelta(days=14)
    )
    assert envelope.event() == expected
    assert (envelope.subject, envelope.tenant, envelope.sequence) == ("prf_1", "cmp_lender", 7)
    assert (envelope.correlation_id, envelope.causation_id) == ("req_test", requested.id)


def test_the_contact_is_sent_the_code(post: Post) -> None:
    post.slice.deliver(code_requested())

    (mail,) = post.mailer.sent
    assert mail.to == HOST
    code = re.search(r"^[A-HJ-NP-Z2-9]{10}$", mail.text, re.MULTILINE)
    assert code is not None
    assert code.group() in mail.html
    assert post.slice.facts(ActivationCodeIssued) == [
        ActivationCodeIssued(
            company_id="cmp_host", digest=digest("cmp_host", code.group()), expires_at=NOW + timedelta(days=14)
        )
    ]


def test_each_issue_has_a_secret_of_its_own(post: Post) -> None:
    post.slice.deliver(opt_in_requested(), opt_in_requested())

    one, other = (token_in(mail.text) for mail in post.mailer.sent)
    assert one != other


@pytest.mark.parametrize(("side", "awaited"), [("lender", HOST), ("host", LENDER)])
def test_the_side_that_has_not_answered_is_told(post: Post, side: str, awaited: str) -> None:
    post.slice.deliver(interest(side))

    assert [mail.to for mail in post.mailer.sent] == [awaited]
    assert post.mailer.sent[0].subject == "Passerelle\u00a0: une réponse vous attend"


def test_both_sides_read_that_it_is_mutual_at_level_two(post: Post) -> None:
    post.slice.deliver(mutual())

    assert sorted(mail.to for mail in post.mailer.sent) == [HOST, LENDER]
    assert {asked.level for asked in post.vault.asked} == {2}


def test_both_sides_read_the_same_words_whatever_the_reason(post: Post) -> None:
    envelopes = [ended(reason) for reason in get_args(EndReason)]

    post.slice.deliver(*envelopes)

    assert len(post.mailer.sent) == 2 * len(envelopes)
    texts = set()
    for mail in post.mailer.sent:
        text = mail.subject + mail.text + mail.html
        for varying in ("Dominique Morel", "Sacha Roy", mail.reference):
            text = text.replace(varying, "…")
        texts.add(text)
    assert len(texts) == 1


def session_ended(outcome: Any = "cancelled", *registered: str) -> Envelope:
    event = SessionEnded(session_id="ses_1", outcome=outcome, registered=registered)
    return an_envelope(event, tenant="cmp_organiser", subject="ses_1")


def test_a_session_called_off_is_told_to_all_registered_alone_and_once(post: Post) -> None:
    fact = session_ended("cancelled", "cmp_host", "cmp_lender")

    assert post.slice.deliver(fact, session_ended("over"), session_ended("hidden"), times=2) == []

    assert sorted(mail.to for mail in post.mailer.sent) == [HOST, LENDER]
    for mail in post.mailer.sent:
        assert mail.subject == "Passerelle\u00a0: une séance est annulée"
        assert "ses_1" in mail.text
        assert "cmp_" not in mail.text + mail.html
    assert {asked.level for asked in post.vault.asked} == {1}


def test_no_mail_names_anybody_but_its_addressee(post: Post, logged: io.StringIO) -> None:
    post.slice.deliver(opt_in_requested(), code_requested(), interest("lender"), interest("host"), mutual(), ended())

    own = {EMPLOYEE: {"Zéphyrine", "Quatrebarbes"}, LENDER: {"Dominique", "Morel"}, HOST: {"Sacha", "Roy"}}
    for mail in post.mailer.sent:
        assert not any(name in mail.subject for name in NAMES)
        assert not any(name in mail.text + mail.html for name in set(NAMES) - own[mail.to])
        assert not any(other in mail.text + mail.html for other in ("cmp_", "prf_", "dem_", "per_", "@"))
    token = token_in(post.mailer.to(EMPLOYEE)[0].text)
    assert all(token not in mail.text + mail.html for mail in post.mailer.sent if mail.to != EMPLOYEE)
    everywhere = json.dumps(post.slice.rows(), ensure_ascii=False) + logged.getvalue()
    for canary in (*NAMES, *own, token):
        assert canary not in everywhere


def test_redelivery_sends_nothing_again(post: Post) -> None:
    envelopes = [opt_in_requested(), code_requested(), mutual()]

    assert post.slice.deliver(*envelopes, times=3) == []

    assert len(post.mailer.sent) == 4
    assert len(post.slice.facts(OptInLinkIssued)) == len(post.slice.facts(ActivationCodeIssued)) == 1


def test_killed_after_sending_the_identical_mail_goes_out_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    requested = opt_in_requested()
    killed_while(monkeypatch, post, requested, State.SENT)
    assert len(post.mailer.sent) == 1
    assert post.slice.facts(OptInLinkIssued) == []

    later(monkeypatch, days=1)
    assert post.slice.deliver(requested, times=2) == []

    first, second = post.mailer.sent
    assert first == second
    assert first.reference == requested.id
    (issued,) = post.slice.facts(OptInLinkIssued)
    assert issued.digest == digest(token_in(first.text))
    assert issued.expires_at == NOW + timedelta(days=14)


def test_killed_after_noting_the_mail_is_not_sent_again_and_the_fact_is_told(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested = opt_in_requested()

    def dying(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("passerelle.store.Transaction.emit", dying)
        with pytest.raises(SystemExit):
            post.slice.deliver(requested)
    assert post.slice.deliver(requested) == []

    assert len(post.mailer.sent) == 1
    assert len(post.slice.facts(OptInLinkIssued)) == 1


def test_killed_before_sending_the_first_try_s_term_stays(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    requested = opt_in_requested()
    post.vault.failure = SystemExit()
    with pytest.raises(SystemExit):
        post.slice.deliver(requested)
    post.vault.failure = None

    later(monkeypatch, hours=1)
    assert post.slice.deliver(requested) == []

    assert len(post.mailer.sent) == 1
    assert post.slice.facts(OptInLinkIssued)[0].expires_at == NOW + timedelta(days=14)


def test_two_at_the_same_moment_send_the_identical_mail_and_tell_one_fact(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested = opt_in_requested()
    reveal = post.vault.reveal

    def while_revealing(addressee: Any) -> Any:
        monkeypatch.setattr(post.vault, "reveal", reveal)
        assert post.slice.deliver(requested) == []
        return reveal(addressee)

    monkeypatch.setattr(post.vault, "reveal", while_revealing)
    assert post.slice.deliver(requested, times=2) == []

    assert len(set(post.mailer.sent)) == 1
    assert len(post.slice.facts(OptInLinkIssued)) == 1


@pytest.mark.parametrize("where", ["vault", "mail"])
def test_a_passing_failure_is_tried_again(post: Post, where: str, logged: io.StringIO) -> None:
    requested = opt_in_requested()
    failure = Unreachable("mail: TooManyRequestsException")
    post.vault.failure = failure if where == "vault" else None
    post.mailer.failures = [failure] if where == "mail" else []

    assert post.slice.deliver(requested) == [requested.id]
    assert post.slice.set_aside() == []
    post.vault.failure = None
    assert post.slice.deliver(requested) == []

    assert len(post.mailer.sent) == 1
    assert EMPLOYEE not in logged.getvalue()


def test_a_refused_mail_is_set_aside_with_a_reason_and_sent_when_redriven(post: Post, logged: io.StringIO) -> None:
    requested = opt_in_requested()
    post.mailer.failures = [Unprocessable("the mail was refused: MessageRejected")]

    assert post.slice.deliver(requested) == []

    (letter,) = post.slice.set_aside()
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "the mail was refused: MessageRejected"
    assert EMPLOYEE not in json.dumps(letter) + logged.getvalue()
    assert post.slice.facts(OptInLinkIssued) == []
    assert post.slice.deliver(requested) == []
    assert len(post.mailer.sent) == len(post.slice.facts(OptInLinkIssued)) == 1


@pytest.mark.parametrize("envelope", [opt_in_requested(), code_requested()])
def test_a_secret_for_an_unknown_subject_is_set_aside(post: Post, envelope: Envelope) -> None:
    post.vault.subjects.clear()

    assert post.slice.deliver(envelope) == []

    assert len(post.slice.set_aside()) == 1
    assert post.slice.envelopes() == []


def test_a_notification_to_an_unknown_company_is_let_go(post: Post) -> None:
    del post.vault.subjects["cmp_host"]

    assert post.slice.deliver(mutual(), times=2) == []

    assert [mail.to for mail in post.mailer.sent] == [LENDER]
    assert post.slice.set_aside() == []


def test_one_side_s_failure_does_not_write_twice_to_the_other(post: Post) -> None:
    envelope = mutual()
    post.mailer.failures = [Unreachable("mail: ThrottlingException"), None]

    assert post.slice.deliver(envelope) == [envelope.id]
    assert [mail.to for mail in post.mailer.sent] == [HOST]
    assert post.slice.deliver(envelope) == []

    assert sorted(mail.to for mail in post.mailer.sent) == [HOST, LENDER]


def test_one_side_s_refused_address_does_not_keep_the_other_from_being_told(post: Post) -> None:
    post.mailer.failures = [Unprocessable("the mail was refused: MessageRejected")]

    assert post.slice.deliver(ended()) == []

    assert [mail.to for mail in post.mailer.sent] == [HOST]
    assert len(post.slice.set_aside()) == 1


@pytest.mark.parametrize(("reason", "words"), [("gone", "410"), ("failing", "cinq jours")])
def test_a_partner_is_told_once_that_its_endpoint_is_told_nothing_more(post: Post, reason: Any, words: str) -> None:
    post.vault.subjects["ptn_1"] = post.vault.subjects["cmp_host"]
    disabled = WebhookEndpointDisabled(endpoint_id="whe_1", partner_id="ptn_1", reason=reason)
    envelope = an_envelope(disabled, tenant="ptn_1", subject="whe_1")

    assert post.slice.deliver(envelope, times=2) == []

    (mail,) = post.mailer.sent
    assert mail.to == HOST
    assert words in mail.text
    assert "/webhooks/endpoints/whe_1/verification" in mail.text
