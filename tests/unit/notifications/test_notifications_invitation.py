"""The mail that invites somebody to act for a company: to him alone, with a link whose digest alone is told."""

import re
from datetime import timedelta

import pytest

from passerelle.contracts.companies import MemberInvited
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.tokens import digest
from tests.support.slices import an_envelope
from tests.unit.notifications.conftest import Post

GUEST = {"kind": "member", "given_name": "Claude", "family_name": "Morel", "email": "claude@ateliers.example"}


@pytest.mark.parametrize(("role", "word"), [("owner", "membres"), ("editor", "signer"), ("reader", "lire")])
def test_the_invited_person_alone_receives_his_link(post: Post, role: str, word: str) -> None:
    post.vault.subjects["mbr_guest"] = GUEST
    event = MemberInvited(company_id="cmp_lender", member_id="mbr_guest", role=role)  # type: ignore[arg-type]
    envelope = an_envelope(event, tenant="cmp_lender", subject="mbr_guest", sequence=2)

    assert post.slice.deliver(envelope, times=2) == []

    (mail,) = post.mailer.sent
    (token,) = set(re.findall(r"/companies/invitation#([\w-]+)", mail.text + mail.html))
    assert mail.to == GUEST["email"]
    assert word in mail.text
    assert not any(name in mail.text + mail.html for name in ("Canari", "Dominique"))
    (issued,) = post.slice.facts(PersonalLinkIssued)
    assert (issued.purpose, issued.subject_id, issued.digest) == ("invitation", "mbr_guest", digest(token))
    assert token not in str(post.slice.rows())
    assert issued.expires_at > envelope.occurred_at + timedelta(days=13)
