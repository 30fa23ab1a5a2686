"""Time and identifiers, the two things a pure function may not make up for itself.

Everything outside `model` asks here, so that a test can travel in time and a reader can see where chance enters.
"""

import secrets
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_ID_LENGTH = 20


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in France, where delays are counted."""
    return now().astimezone(PARIS).date()


def new_id(prefix: str) -> str:
    """A fresh random identifier such as `prf_k3v…`: 100 bits, and no time in it, so that ids tell no order."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))}"


def new_secret() -> str:
    """A fresh random secret of 256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def jitter(longest: float) -> float:
    """A random pause in seconds, from 0 to `longest`, so that those who retry do not retry together."""
    return secrets.randbelow(1000) / 1000 * longest
