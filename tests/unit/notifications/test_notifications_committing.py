"""Mails of the second half of the journey: to whom, with which secret, and that nobody is told too early."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.agreements import AgreementReminded, EmployeeSignatureRequested, SigningCodeRequested
from passerelle.contracts.cards import Area, DemandCard, ExperienceBand, ProfileCard, Shift, WorkingTime
from passerelle.contracts.introductions import EmployeeGoRequested, IntroductionReminded, TermSheetReady
from passerelle.contracts.notifications import PersonalLinkIssued, SigningCodeIssued
from passerelle.tokens import digest
from tests.support.slices import an_envelope
from tests.unit.identities.disclosing import disclosed, some_terms
from tests.unit.notifications.conftest import Post

NOW = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
EMPLOYEE, LENDER, HOST = "zq@canari.example", "rh@preteuse.example", "rh@accueil.example"
NAMES = ("Zéphyrine", "Quatrebarbes", "Dominique", "Morel", "Sacha", "Roy", "Canari")


@pytest.fixture(autouse=True)
def _first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def go_requested() -> Envelope:
    event = EmployeeGoRequested(introduction_id="int_1", person_id="per_ana", sha256="a3" * 32)
    return an_envelope(event, tenant="cmp_lender", subject="int_1", sequence=6)


def signature_requested() -> Envelope:
    event = EmployeeSignatureRequested(agreement_id="agr_1", person_id="per_ana", terms_version=1)
    return an_envelope(event, tenant="cmp_lender", subject="agr_1", sequence=4)


def code_requested(party: Any, subject: str) -> Envelope:
    event = SigningCodeRequested(agreement_id="agr_1", party=party, tenant_or_person=subject, lender="cmp_lender")
    tenant = "cmp_host" if party == "host" else "cmp_lender"
    return an_envelope(event, tenant=tenant, subject="agr_1", sequence=5)


def sheet_ready(by: Any) -> Envelope:
    area = Area(level="epci", code="200084952")
    event = TermSheetReady(
        introduction_id="int_1",
        lender="cmp_lender",
        host="cmp_host",
        proposed_by=by,
        sha256="a3" * 32,
        terms=some_terms(),
        profile_card=ProfileCard(
            occupation="H2909",
            skills=(),
            experience=ExperienceBand.FROM_11,
            area=area,
            radius_km=50,
            available_from="2027-01",
            available_to="2027-06",
            working_time=WorkingTime.FULL_TIME,
            shifts=(Shift.DAY,),
        ),
        demand_card=DemandCard(
            occupation="H2909",
            must_skills=(),
            wished_skills=(),
            experience=ExperienceBand.FROM_11,
            area=area,
            first_month="2027-02",
            last_month="2027-04",
            working_time=WorkingTime.FULL_TIME,
            shift=Shift.DAY,
            headcount=1,
        ),
    )
    return an_envelope(event, tenant="cmp_host", subject="int_1", sequence=5)


def reminded(*tenants: str) -> Envelope:
    event = IntroductionReminded(introduction_id="int_1", waiting_for=tenants, days=7)
    return an_envelope(event, tenant="cmp_host", subject="int_1", sequence=5)


def signature_awaited(*tenants: str) -> Envelope:
    event = AgreementReminded(agreement_id="agr_1", waiting_for=tenants, days=7)
    return an_envelope(event, tenant="cmp_host", subject="agr_1", sequence=9)


@pytest.mark.parametrize(
    ("envelope", "page", "purpose", "subject", "asked_for"),
    [
        (go_requested(), "introductions/go", "go", "int_1", "go_mail"),
        (signature_requested(), "agreements/sign", "employee_signature", "agr_1", "signing_mail"),
    ],
    ids=["go", "signature"],
)
def test_the_employee_alone_is_sent_his_link_and_only_its_digest_is_told(
    post: Post, envelope: Envelope, page: str, purpose: str, subject: str, asked_for: str
) -> None:
    assert post.slice.deliver(envelope, times=2) == []

    (mail,) = post.mailer.sent
    assert mail.to == EMPLOYEE
    found = re.search(rf"https://passerelle\.example/{page}#([\w-]{{43}})", mail.text)
    assert found is not None
    assert found.group(1) in mail.html
    assert "15 mars 2026" in mail.text
    assert "refuser n’a aucune conséquence pour vous" in mail.text
    assert {(asked.tenant, asked.subject, asked.purpose) for asked in post.vault.asked} == {
        ("cmp_lender", "per_ana", asked_for)
    }
    (issued,) = post.slice.envelopes(PersonalLinkIssued)
    assert issued.event() == PersonalLinkIssued(
        purpose=purpose, subject_id=subject, digest=digest(found.group(1)), expires_at=NOW + timedelta(days=14)
    )
    assert (issued.tenant, issued.subject, issued.sequence) == ("cmp_lender", subject, envelope.sequence)


@pytest.mark.parametrize(
    ("party", "subject", "address"),
    [("lender", "cmp_lender", LENDER), ("host", "cmp_host", HOST), ("employee", "per_ana", EMPLOYEE)],
)
def test_a_signer_is_sent_a_code_for_half_an_hour(post: Post, party: str, subject: str, address: str) -> None:
    envelope = code_requested(party, subject)

    assert post.slice.deliver(envelope, times=2) == []

    (mail,) = post.mailer.sent
    assert mail.to == address
    code = re.search(r"^[A-HJ-NP-Z2-9]{10}$", mail.text, re.MULTILINE)
    assert code is not None
    assert "1er mars 2026 à 10 h 35" in mail.text.replace("\u00a0", " ")
    assert post.slice.facts(SigningCodeIssued) == [
        SigningCodeIssued(
            agreement_id="agr_1",
            party=party,
            digest=digest("agr_1", party, code.group()),
            expires_at=NOW + timedelta(minutes=30),
        )
    ]
    assert post.slice.envelopes(SigningCodeIssued)[0].tenant == envelope.tenant


def test_each_code_is_another(post: Post) -> None:
    post.slice.deliver(code_requested("host", "cmp_host"), code_requested("host", "cmp_host"))

    one, other = post.slice.facts(SigningCodeIssued)
    assert one.digest != other.digest


@pytest.mark.parametrize(("by", "told"), [("host", [LENDER]), ("lender", [HOST]), (None, [HOST, LENDER])])
def test_the_side_that_did_not_write_the_sheet_is_told(post: Post, by: str | None, told: list[str]) -> None:
    post.slice.deliver(sheet_ready(by))

    assert sorted(mail.to for mail in post.mailer.sent) == told


def test_those_waited_for_are_reminded(post: Post) -> None:
    post.slice.deliver(reminded("cmp_host"), times=2)

    assert [mail.to for mail in post.mailer.sent] == [HOST]


@pytest.mark.parametrize(
    ("waiting_for", "told"),
    [(("cmp_lender",), [LENDER]), (("cmp_host",), [HOST]), (("cmp_lender", "cmp_host"), [HOST, LENDER])],
    ids=["lender", "host", "both"],
)
def test_companies_that_have_not_signed_are_reminded_with_the_least_the_vault_tells(
    post: Post, waiting_for: tuple[str, ...], told: list[str]
) -> None:
    assert post.slice.deliver(signature_awaited(*waiting_for), times=2) == []

    assert sorted(mail.to for mail in post.mailer.sent) == told
    assert {(asked.subject, asked.purpose, asked.level) for asked in post.vault.asked} == {
        (tenant, "notification_mail", 1) for tenant in waiting_for
    }
    assert all("agr_1" in form for mail in post.mailer.sent for form in (mail.text, mail.html))


def test_disclosure_is_told_to_the_three_and_names_the_host_to_the_employee_alone(post: Post) -> None:
    assert post.slice.deliver(disclosed(), times=1) == []

    assert sorted(mail.to for mail in post.mailer.sent) == sorted([EMPLOYEE, LENDER, HOST])
    named = {mail.to for mail in post.mailer.sent if "Canari Accueil" in mail.text and "Canari Accueil" in mail.html}
    assert named == {EMPLOYEE}
    assert {(asked.purpose, asked.level) for asked in post.vault.asked} == {
        ("disclosure_mail", 3),
        ("go_mail", 3),
        ("notification_mail", 3),
    }


def test_disclosure_is_told_once(post: Post) -> None:
    envelope = disclosed()

    assert post.slice.deliver(envelope, times=3) == []

    assert len(post.mailer.sent) == 3


def test_no_mail_names_anybody_too_early_and_subjects_are_neutral(post: Post) -> None:
    codes = [code_requested("lender", "cmp_lender"), code_requested("employee", "per_ana")]
    reminders = [reminded("cmp_host"), signature_awaited("cmp_lender", "cmp_host")]
    post.slice.deliver(go_requested(), signature_requested(), *codes, sheet_ready("host"), *reminders)

    own = {EMPLOYEE: {"Zéphyrine", "Quatrebarbes"}, LENDER: {"Dominique", "Morel"}, HOST: {"Sacha", "Roy"}}
    for mail in post.mailer.sent:
        assert not any(name in mail.subject for name in NAMES)
        assert not re.search(r"\d", mail.subject)
        assert not any(name in mail.text + mail.html for name in set(NAMES) - own[mail.to])
        assert not any(other in mail.text + mail.html for other in ("cmp_", "prf_", "dem_", "per_", "@"))
    assert dataclasses.asdict(post.mailer.sent[0])["subject"] == "Passerelle\u00a0: votre feu vert est demandé"
