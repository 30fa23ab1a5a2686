"""The two edges to the outside: what SES is given, what becomes of its errors, and the question put to the vault."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import ANY, Stubber
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from functions.notifications.model import Addressee, Mail, Unreachable
from functions.notifications.transport import Mailer, VaultPort
from passerelle.consuming import Unprocessable
from passerelle.observability import caused_by
from tests.support.aws import mocked_aws

SENDER = "passerelle@passerelle.example"
MAIL = Mail("zq@canari.example", "Passerelle", "texte", "<p>texte</p>", "evt_1")
VOLUNTEER = Addressee("cmp_a", "per_1", "opt_in_mail", 0)


@pytest.fixture
def ses() -> Iterator[Any]:
    with mocked_aws():
        client = boto3.client("sesv2")
        client.create_email_identity(EmailIdentity="passerelle.example")
        yield client


def test_a_mail_goes_to_its_one_addressee(ses: Any) -> None:
    Mailer(SENDER, "passerelle-test", ses).send(MAIL, "cmp_a")

    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-3"].sent_messages
    assert sent.destinations == {"ToAddresses": [MAIL.to]}
    assert (sent.source, sent.subject, sent.body) == (SENDER, MAIL.subject, MAIL.html)


def test_ses_is_told_reference_and_configuration() -> None:
    client = boto3.client("sesv2")
    expected = {
        "FromEmailAddress": SENDER,
        "EmailTags": [{"Name": "tenant", "Value": "cmp_a"}, {"Name": "posting", "Value": "evt_1"}],
        "Destination": {"ToAddresses": [MAIL.to]},
        "ConfigurationSetName": "passerelle-test",
        "Content": {
            "Simple": {
                "Subject": ANY,
                "Body": {"Text": {"Data": "texte", "Charset": "UTF-8"}, "Html": ANY},
                "Headers": [
                    {"Name": "X-Passerelle-Reference", "Value": "evt_1"},
                    {"Name": "Auto-Submitted", "Value": "auto-generated"},
                ],
            }
        },
    }
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "1"}, expected)

        Mailer(SENDER, "passerelle-test", client).send(MAIL, "cmp_a")

        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("MessageRejected", Unprocessable),
        ("BadRequestException", Unprocessable),
        ("TooManyRequestsException", Unreachable),
        ("SendingPausedException", Unreachable),
        ("ServiceUnavailable", Unreachable),
    ],
)
def test_an_error_of_ses_is_told_by_its_code_alone(code: str, kind: type[Exception]) -> None:
    client = boto3.client("sesv2", config=Mailer(SENDER, "c")._client.meta.config)
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, f"Address {MAIL.to} is not verified")

        with pytest.raises(kind) as failed:
            Mailer(SENDER, "c", client).send(MAIL, "cmp_a")

    assert code in str(failed.value)
    assert MAIL.to not in str(failed.value)
    assert failed.value.__suppress_context__


def test_the_mail_client_does_not_retry_by_itself() -> None:
    assert Mailer(SENDER, "c")._client.meta.config.retries["total_max_attempts"] == 1


class FakeLambda:
    """Answers an invocation with what it was told to."""

    def __init__(self, answer: Any, **more: Any) -> None:
        self._answer, self._more = answer, more
        self.asked: list[dict[str, Any]] = []

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: str) -> dict[str, Any]:  # noqa: N803
        assert (FunctionName, InvocationType) == ("reveal", "RequestResponse")
        if isinstance(self._answer, Exception):
            raise self._answer
        self.asked.append(json.loads(Payload))
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode()), **self._more}


def test_the_question_names_purpose_caller_and_story() -> None:
    fake = FakeLambda({"kind": "person", "email": "a@b.fr"})

    with caused_by("req_story", "evt_1"):
        told = VaultPort("reveal", fake).reveal(VOLUNTEER)

    assert told == {"kind": "person", "email": "a@b.fr"}
    assert fake.asked == [
        {
            "tenant": "cmp_a",
            "subject": "per_1",
            "purpose": "opt_in_mail",
            "level": 0,
            "caller": "notifications",
            "correlation_id": "req_story",
        }
    ]


def test_the_vault_understands_every_question_asked_here() -> None:
    from functions.identities.model import Inquiry, grant_for, kind_of

    purposes = [
        ("per_1", "opt_in_mail", 0),
        ("cmp_a", "activation_mail", 0),
        ("cmp_a", "notification_mail", 1),
        ("mbr_1", "notification_mail", 1),
        ("per_1", "go_mail", 2),
        ("cmp_a", "disclosure_mail", 3),
        ("per_1", "signing_mail", 3),
        ("cmp_a", "signing_mail", 3),
    ]
    fake = FakeLambda({"kind": "x"})
    for subject, purpose, level in purposes:
        VaultPort("reveal", fake).reveal(Addressee("cmp_a", subject, purpose, level))

        inquiry = Inquiry.model_validate(fake.asked[-1])
        assert grant_for(inquiry.purpose, kind_of(inquiry.subject), inquiry.level, "notifications") is not None


def test_an_unknown_subject_is_none() -> None:
    assert VaultPort("reveal", FakeLambda({"error": "unknown"})).reveal(VOLUNTEER) is None


@pytest.mark.parametrize("error", ["refused", "malformed"])
def test_a_refused_question_is_hopeless(error: str) -> None:
    with pytest.raises(Unprocessable, match="opt_in_mail at level 0"):
        VaultPort("reveal", FakeLambda({"error": error})).reveal(VOLUNTEER)


@pytest.mark.parametrize(
    "fake",
    [
        FakeLambda({"errorMessage": "zq@canari.example"}, FunctionError="Unhandled"),
        FakeLambda(ConnectTimeoutError(endpoint_url="https://lambda.example")),
        FakeLambda({"error": "not_disclosed"}),
    ],
)
def test_a_vault_that_does_not_answer_may_later(fake: FakeLambda) -> None:
    with pytest.raises(Unreachable) as failed:
        VaultPort("reveal", fake).reveal(VOLUNTEER)

    assert "@" not in str(failed.value)
