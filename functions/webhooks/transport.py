"""The way out: one POST to an address that a partner chose, and that must not lead back inside.

The name is resolved once, every address it has must be public, and the connection goes to the address that was checked,
so that a name which answers differently a moment later changes nothing. TLS only, no redirect is followed, the whole
exchange ends after fifteen seconds however the other side drips, and a little of the answer is read, no more.
"""

import email.utils
import http.client
import ipaddress
import json
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import boto3
from botocore.config import Config

from functions.webhooks.model.deliveries import Answer, Delivery
from passerelle import clock
from passerelle.observability import logger

SECONDS: Final = 15.0
LARGEST_ANSWER: Final = 16 * 1024
LONGEST_URL: Final = 500
PORTS: Final = frozenset({443, 8443})

_HEADERS: Final = {
    "Content-Type": "application/json",
    "User-Agent": "Passerelle-Webhooks/1",
    "Connection": "close",
}
Resolve = Callable[[str, int], Sequence[str]]
_NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_RETRY_SECONDS = re.compile(r"[0-9]{1,9}")
_TUNNELS = tuple(
    map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10"))
)
"""Addresses of version 6 that carry one of version 4 inside, or are local by an older rule."""


class BadUrl(ValueError):
    """An address that is never delivered to; the text says why."""


def check_url(url: str, trusted_host: str = "") -> SplitResult:
    """The parts of a partner's address. Raises `BadUrl` unless it is https, by name, on a port for it."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise BadUrl(f"an address has at most {LONGEST_URL} printable ASCII characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise BadUrl("this is no address") from error
    if "@" in parts.netloc or parts.fragment or url.endswith("#"):
        raise BadUrl("an address carries no user and no fragment")
    if trusted_host and host == trusted_host and parts.scheme == "http":
        return parts
    if parts.scheme != "https":
        raise BadUrl("an address begins with https://")
    if port not in PORTS:
        raise BadUrl("an address is on port 443 or 8443")
    if not _NAME.fullmatch(host):
        raise BadUrl("an address names its host by a full domain name, in lower case, not by a number")
    return parts


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody may be asked to connect to."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _TUNNELS):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def resolved(host: str, port: int) -> list[str]:
    """Every address of a name. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Transport:
    """Sends messages to partners. `trusted_host` is the one host a test may deliver to unguarded; empty elsewhere."""

    def __init__(
        self,
        trusted_host: str = "",
        *,
        resolve: Resolve = resolved,
        context: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._trusted_host = trusted_host
        self._resolve = resolve
        self._context = context or ssl.create_default_context()
        self._seconds = seconds

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What came of one POST. It never raises: what went wrong is a code in the answer."""
        started = time.monotonic()
        try:
            answer = self._exchange(check_url(url, self._trusted_host), headers, body)
        except BadUrl:
            answer = Answer(error="address-refused")
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = isinstance(error, TimeoutError) or time.monotonic() - started >= self._seconds
            reason = "tls" if isinstance(error, ssl.SSLError) else "connection"
            answer = Answer(error="timeout" if late else reason)
        return answer.model_copy(update={"took_ms": int((time.monotonic() - started) * 1000)})

    def _exchange(self, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> Answer:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        until = time.monotonic() + self._seconds
        address = self._checked_address(host, port, until)
        connected = socket.create_connection((address, port), timeout=_seconds_before(until))
        ending = threading.Timer(max(0.0, until - time.monotonic()), _cut, cut := [connected])
        ending.start()
        try:
            if parts.scheme == "https":
                guarded = self._context.wrap_socket(connected, server_hostname=host, do_handshake_on_connect=False)
                connected = cut[0] = guarded
                guarded.do_handshake()
            connection = http.client.HTTPConnection(host, port)
            connection.sock = connected
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, {**_HEADERS, "Host": parts.netloc, **headers})
            return _read(connection.getresponse())
        finally:
            ending.cancel()
            connected.close()

    def _checked_address(self, host: str, port: int, until: float) -> str:
        if self._trusted_host and host == self._trusted_host:
            return host
        addresses = _in_time(lambda: self._resolve(host, port), until)
        if not addresses or not all(map(is_public, addresses)):
            raise BadUrl("the name leads to an address that is not public")
        return addresses[0]


class AttemptQueue:
    """Hands deliveries to the function that tries them: one at a time for each endpoint, endpoints side by side."""

    def __init__(self, queue_url: str, client: Any = None) -> None:
        self._queue_url = queue_url
        config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
        self._client = client or boto3.client("sqs", config=config)

    def send(self, partner: str, deliveries: Sequence[Delivery]) -> None:
        """Hand over. What the queue does not take is left to the sweep, which hands it over again."""
        for start in range(0, len(deliveries), 10):
            entries = [_message(partner, number, one) for number, one in enumerate(deliveries[start : start + 10])]
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            if failed := answer.get("Failed"):
                logger.warning("deliveries not queued: the sweep takes them up", count=len(failed))


def _message(partner: str, number: int, delivery: Delivery) -> dict[str, Any]:
    body = {
        "partner": partner,
        "endpoint": delivery.endpoint_id,
        "notice": delivery.notice_id,
        "tries": delivery.all_tries,
    }
    return {
        "Id": str(number),
        "MessageBody": json.dumps(body),
        "MessageGroupId": delivery.endpoint_id,
        "MessageDeduplicationId": clock.new_id("msg"),
    }


def _read(response: http.client.HTTPResponse) -> Answer:
    return Answer(
        status=response.status,
        retry_after=_retry_after(response.headers.get("Retry-After")),
        body=response.read(LARGEST_ANSWER),
    )


def _retry_after(text: str | None) -> timedelta | None:
    """How long a `Retry-After` asks to wait: seconds or a date (RFC 9110, 10.2.3); None when it says neither."""
    if text is None:
        return None
    if _RETRY_SECONDS.fullmatch(text.strip()):
        return timedelta(seconds=int(text))
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(moment - clock.now(), timedelta())


def _seconds_before(until: float) -> float:
    """How much time is left. Raises `TimeoutError` when there is none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _in_time(resolve: Callable[[], Sequence[str]], until: float) -> Sequence[str]:
    """The addresses, asked for aside: the system resolves names for as long as it likes. Raises `TimeoutError`."""
    came: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            came.put(resolve())
        except (OSError, ValueError) as error:
            came.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = came.get(timeout=_seconds_before(until))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return found


def _cut(connected: socket.socket) -> None:
    """End an exchange that takes too long, whatever it is doing."""
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
