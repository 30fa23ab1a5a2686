"""Notifications on their own table, with a vault and a mail that tests hold in their hands."""

import dataclasses
import io
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import boto3
import pytest

from functions.notifications.model import Addressee, Mail
from passerelle.observability import logger
from tests.support.aws import mocked_aws
from tests.support.slices import Slice, a_slice

LINK_SECRET = "a-link-secret-of-the-tests"
EMPLOYEE, LENDER, HOST = "zq@canari.example", "rh@preteuse.example", "rh@accueil.example"


@dataclass
class FakeVault:
    """Knows these subjects; raises `failure` as long as there is one."""

    subjects: dict[str, dict[str, str]]
    asked: list[Addressee] = field(default_factory=list)
    failure: Exception | None = None

    def reveal(self, addressee: Addressee) -> Mapping[str, str] | None:
        self.asked.append(addressee)
        if self.failure:
            raise self.failure
        return self.subjects.get(addressee.subject)


@dataclass
class FakeMailer:
    """Keeps what it is given; raises the next of `failures` first."""

    sent: list[Mail] = field(default_factory=list)
    failures: list[Exception | None] = field(default_factory=list)
    tenants: list[str] = field(default_factory=list)

    def send(self, mail: Mail, tenant: str) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        self.sent.append(mail)
        self.tenants.append(tenant)

    def to(self, address: str) -> list[Mail]:
        """What was sent to this address."""
        return [mail for mail in self.sent if mail.to == address]


@dataclass
class Post:
    """The slice under test with its two fakes."""

    slice: Slice
    vault: FakeVault
    mailer: FakeMailer


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with mocked_aws():
        boto3.client("secretsmanager", region_name="eu-west-3").create_secret(
            Name="link-secret", SecretString=LINK_SECRET
        )
        with a_slice(
            "notifications",
            link_secret_id="link-secret",
            reveal_function_name="passerelle-test-identities-reveal",
            mail_sender="passerelle@passerelle.example",
            configuration_set="passerelle-test",
            public_url="https://passerelle.example",
            link_days="14",
        ) as running:
            vault = FakeVault(
                {
                    "per_ana": {
                        "kind": "person",
                        "given_name": "Zéphyrine",
                        "family_name": "Quatrebarbes",
                        "email": "zq@canari.example",
                    },
                    "cmp_lender": {
                        "kind": "company",
                        "name": "Canari Prêteuse",
                        "contact_name": "Dominique Morel",
                        "contact_email": "rh@preteuse.example",
                    },
                    "cmp_host": {
                        "kind": "company",
                        "name": "Canari Accueil",
                        "contact_name": "Sacha Roy",
                        "contact_email": "rh@accueil.example",
                    },
                }
            )
            mailer = FakeMailer()
            real = running.handler.wire()
            office = dataclasses.replace(real.office, vault=vault, mailer=mailer)
            with monkeypatch.context() as patch:
                patch.setitem(vars(real), "office", office)
                yield Post(running, vault, mailer)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, of any library, at the level that is deployed."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logger.registered_formatter)
    roots = (logging.getLogger(), logging.getLogger(logger.service))
    for root in roots:
        root.addHandler(handler)
    try:
        yield text
    finally:
        for root in roots:
            root.removeHandler(handler)
