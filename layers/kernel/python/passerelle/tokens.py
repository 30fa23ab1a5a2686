"""Secrets that travel once: tokens of personal links and activation codes.

They are derived, not drawn: the same event makes the same token, so that a redelivered event sends the same link again
instead of a second one. Only digests are kept.
"""

import base64
import hashlib
import hmac

_CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_CODE_LENGTH = 10


def _derive(secret: str, purpose: str, issue: str) -> bytes:
    return hmac.new(secret.encode(), f"{purpose}\n{issue}".encode(), hashlib.sha256).digest()


def link_token(secret: str, purpose: str, issue: str) -> str:
    """An opaque 256-bit token for one issue of one purpose, URL-safe, 43 characters."""
    return base64.urlsafe_b64encode(_derive(secret, purpose, issue)).rstrip(b"=").decode()


def typed_code(secret: str, purpose: str, issue: str) -> str:
    """A code to be typed by a person: 10 characters without look-alikes, about 49 bits."""
    number = int.from_bytes(_derive(secret, purpose, issue)[:16], "big")
    letters = []
    for _ in range(_CODE_LENGTH):
        number, rest = divmod(number, len(_CODE_ALPHABET))
        letters.append(_CODE_ALPHABET[rest])
    return "".join(letters)


def digest(*parts: str) -> str:
    """SHA-256 of the parts, hexadecimal: what is stored and compared instead of the secret itself."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(one, other)
