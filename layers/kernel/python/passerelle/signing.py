"""Standard Webhooks signatures with a shared secret, for what leaves the platform and for what comes in.

Three headers say everything: `webhook-id` (the same when a message comes again), `webhook-timestamp` (seconds since
1970) and `webhook-signature`: one or more `v1,<base64 of HMAC-SHA256 over id.timestamp.body>`, separated by blanks, so
that an old and a new secret can both hold for a while. Source: the Standard Webhooks specification, version 1.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from passerelle import clock

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
PREFIX: Final = "whsec_"
TOLERANCE: Final = timedelta(minutes=5)
"""How far a message's timestamp may be from the receiver's clock, either way."""

_MOST_SIGNATURES: Final = 10
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}")


class NotSigned(Exception):
    """A message that does not hold; its text is one of `missing`, `bad-id`, `bad-timestamp`, `expired`, `early` and
    `bad-signature`."""


def new_secret() -> str:
    """A fresh secret of 256 bits, in the form that Standard Webhooks libraries read."""
    return PREFIX + base64.b64encode(hashlib.sha256(clock.new_secret().encode()).digest()).decode()


def signed_content(message_id: str, timestamp: int, body: bytes) -> bytes:
    """The bytes that a signature is made of."""
    return f"{message_id}.{timestamp}.".encode() + body


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message under a `whsec_` secret."""
    digest = hmac.digest(_key(secret), signed_content(message_id, timestamp, body), hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(message_id: str, timestamp: int, signatures: Iterable[str]) -> dict[str, str]:
    """The three headers of a message."""
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: " ".join(signatures)}


def verify(secrets: Iterable[str], given: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The message's id, once one of its signatures holds under one of the secrets. Raises `NotSigned`.

    `given` are the request's headers, whatever their case; `body` the bytes as they came. Compares in constant time.
    """
    found = {name.lower(): value for name, value in given.items()}
    message_id, stamp, signatures = (found.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (message_id and stamp and signatures):
        raise NotSigned("missing")
    if not _MESSAGE_ID.fullmatch(message_id):
        raise NotSigned("bad-id")
    if not _TIMESTAMP.fullmatch(stamp):
        raise NotSigned("bad-timestamp")
    age = now.timestamp() - int(stamp)
    if abs(age) > TOLERANCE.total_seconds():
        raise NotSigned("expired" if age > 0 else "early")
    expected = [signature(secret, message_id, int(stamp), body) for secret in secrets]
    claimed = signatures.split(" ")[:_MOST_SIGNATURES]
    matches = [
        hmac.compare_digest(one.encode("utf-8", "replace"), other.encode()) for one in claimed for other in expected
    ]
    if not any(matches):
        raise NotSigned("bad-signature")
    return message_id


def _key(secret: str) -> bytes:
    """The bytes of a `whsec_` secret. Raises `ValueError` for anything else."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is whsec_ and base64") from error
    if not key:
        raise ValueError("a secret is not empty")
    return key
