"""The mails SES accepted, readable: oldest first, with what each recipient would see."""

from __future__ import annotations

import base64
import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from cdk.local.calls import Call
from cdk.local.loopback import Response


@dataclass(frozen=True)
class Mail:
    """One accepted mail. `at` is when it was accepted, in real time; `tags` are what SES says of it in its news."""

    id: str
    at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    tags: dict[str, str] = field(default_factory=dict)

    def __contains__(self, words: str) -> bool:
        """Whether the words are in the subject or the text."""
        return words in self.subject or words in self.text


class Mailbox:
    """Every mail sent so far. With a directory, each is also written there as an `.eml` file."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._mails: list[Mail] = []

    def __iter__(self) -> Iterator[Mail]:
        return iter(list(self._mails))

    def __len__(self) -> int:
        return len(self._mails)

    def to(self, address: str) -> list[Mail]:
        """The mails to one address."""
        return [mail for mail in self if address in mail.to]

    def clear(self) -> None:
        """Forgets them all."""
        self._mails.clear()

    def accept(self, call: Call, response: Response) -> None:
        """Keeps the mail of a call that SES accepted."""
        if call.service not in ("ses", "sesv2") or not call.operation.startswith("Send") or response.status != 200:
            return
        message = _message(call.fields)
        tags = {tag["Name"]: tag["Value"] for tag in call.fields.get("EmailTags", ())}
        sent = replace(_mail(message, str(json.loads(response.body)["MessageId"])), tags=tags)
        self._mails.append(sent)
        if self._directory is not None:
            (self._directory / f"{len(self._mails):04}.eml").write_bytes(message.as_bytes())


def _message(fields: dict[str, Any]) -> EmailMessage:
    """The mail of a SES v2 SendEmail, raw or simple, with its envelope in the headers."""
    content = fields["Content"]
    if "Raw" in content:
        parsed = email.message_from_bytes(base64.b64decode(content["Raw"]["Data"]), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed
    simple = content["Simple"]
    message = EmailMessage()
    message["From"] = fields.get("FromEmailAddress", "")
    for header, key in (("To", "ToAddresses"), ("Cc", "CcAddresses"), ("Bcc", "BccAddresses")):
        if addresses := fields.get("Destination", {}).get(key):
            message[header] = ", ".join(addresses)
    if replies := fields.get("ReplyToAddresses"):
        message["Reply-To"] = ", ".join(replies)
    for header in simple.get("Headers", ()):
        message[header["Name"]] = header["Value"]
    message["Subject"] = simple["Subject"]["Data"]
    body = simple["Body"]
    message.set_content(body.get("Text", {}).get("Data", ""))
    if "Html" in body:
        message.add_alternative(body["Html"]["Data"], subtype="html")
    for attachment in simple.get("Attachments", ()):
        kind, _, subtype = attachment.get("ContentType", "application/octet-stream").partition("/")
        data = base64.b64decode(attachment["RawContent"])
        message.add_attachment(data, maintype=kind, subtype=subtype, filename=attachment["FileName"])
    return message


def _mail(message: EmailMessage, identifier: str) -> Mail:
    recipients = getaddresses([str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])])
    return Mail(
        id=identifier,
        at=datetime.now(UTC),
        sender=str(message["From"] or ""),
        to=tuple(address for _, address in recipients),
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers={name: str(value) for name, value in message.items()},
    )


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
