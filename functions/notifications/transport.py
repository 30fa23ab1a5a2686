"""What notifications says to the outside: it asks the vault for an addressee, and hands mails to SES.

Errors are told by their code alone, since the texts of AWS may quote an address. A mail is handed over once per try:
the client does not retry by itself, the queue does.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from functions.notifications.model import Addressee, Mail, Unreachable
from passerelle.consuming import Unprocessable
from passerelle.observability import cause

REFERENCE_HEADER: Final = "X-Passerelle-Reference"
_HOPELESS: Final = frozenset({"MessageRejected", "BadRequestException", "InvalidParameterValue"})


class VaultPort:
    """Asks `identities.reveal`, by a synchronous invocation. Nothing of its answers is kept or logged."""

    def __init__(self, function_name: str, client: Any = None) -> None:
        self._function_name = function_name
        self._client = client or boto3.client("lambda", config=_patience(read_timeout=8, attempts=2))

    def reveal(self, addressee: Addressee) -> Mapping[str, str] | None:
        """The fields granted to the addressee's purpose, or None when the vault knows no such subject.

        Raises `Unreachable` when the vault does not answer or has not heard of the disclosure yet, `Unprocessable`
        when it refuses the question.
        """
        question = {
            "tenant": addressee.tenant,
            "subject": addressee.subject,
            "purpose": addressee.purpose,
            "level": addressee.level,
            "caller": "notifications",
            "correlation_id": cause().correlation_id,
        }
        try:
            answer = self._client.invoke(
                FunctionName=self._function_name, InvocationType="RequestResponse", Payload=json.dumps(question)
            )
            told: dict[str, str] = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError) as error:
            raise Unreachable(f"vault: {_code(error)}") from None
        if "FunctionError" in answer:
            raise Unreachable("vault: FunctionError")
        if told.get("error") == "unknown":
            return None
        if told.get("error") == "not_disclosed":
            raise Unreachable("vault: not_disclosed")
        if "error" in told:
            raise Unprocessable(f"the vault refused {addressee.purpose} at level {addressee.level}")
        return told


class Mailer:
    """Sends through SES, as one sender and under one configuration set."""

    def __init__(self, sender: str, configuration_set: str, client: Any = None) -> None:
        self._sender = sender
        self._configuration_set = configuration_set
        self._client = client or boto3.client("sesv2", config=_patience(read_timeout=5, attempts=1))

    def send(self, mail: Mail, tenant: str) -> None:
        """Hand one mail over. Raises `Unprocessable` for one that is refused for good, `Unreachable` otherwise.

        The two tags find its posting again when it comes back; SES adds them to its news, not to the mail.
        """
        headers = {REFERENCE_HEADER: mail.reference, "Auto-Submitted": "auto-generated"}
        try:
            self._client.send_email(
                EmailTags=[{"Name": "tenant", "Value": tenant}, {"Name": "posting", "Value": mail.reference}],
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [mail.to]},
                ConfigurationSetName=self._configuration_set,
                Content={
                    "Simple": {
                        "Subject": _utf8(mail.subject),
                        "Body": {"Text": _utf8(mail.text), "Html": _utf8(mail.html)},
                        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
                    }
                },
            )
        except (BotoCoreError, ClientError) as error:
            code = _code(error)
            if code in _HOPELESS:
                raise Unprocessable(f"the mail was refused: {code}") from None
            raise Unreachable(f"mail: {code}") from None


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _code(error: BotoCoreError | ClientError) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__


def _patience(*, read_timeout: int, attempts: int) -> Config:
    retries = {"mode": "standard", "total_max_attempts": attempts}
    return Config(connect_timeout=2, read_timeout=read_timeout, retries=retries)
