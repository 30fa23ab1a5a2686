"""What the conformance kit sends: messages as Passerelle sends them, and messages that are wrong in one way each."""

from __future__ import annotations

import email.utils
import http.client
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from passerelle import clock, signing


@dataclass(frozen=True)
class Reply:
    """What came of one request: the status, or None when there was none, with the reason in `error`."""

    status: int | None
    body: bytes = b""
    error: str = ""
    seconds: float = 0.0
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the receiver refused it without falling over."""
        return self.status is not None and 400 <= self.status < 500

    @property
    def asks_for_rest(self) -> bool:
        """Whether the receiver says when to come back, as Passerelle does then."""
        return self.status in {429, 503} and self.retry_after is not None

    def __str__(self) -> str:
        return self.error or f"réponse {self.status}"


@dataclass(frozen=True)
class Message:
    """One message before it is signed; `age` is how many seconds old its timestamp is.

    `extra_signatures` stand before the good one, `later_signatures` after it.
    """

    said: dict[str, Any]
    text: bytes | None = None
    age: int = 0
    id: str = ""
    extra_signatures: tuple[str, ...] = ()
    later_signatures: tuple[str, ...] = ()
    changed_headers: dict[str, str | None] = field(default_factory=dict)
    changed_body: bytes | None = None

    @property
    def body(self) -> bytes:
        """The bytes that are signed."""
        return self.text if self.text is not None else json.dumps(self.said, separators=(",", ":")).encode()

    def with_id(self, message_id: str) -> Message:
        """The same under another id, in the header and in the body."""
        return replace(self, id=message_id, said={**self.said, "id": message_id})


def an_event(subject: str, sequence: int = 1, kind: str = "DemandOpened", **other: Any) -> Message:
    """A message as Passerelle sends it."""
    message_id = clock.new_id("evt")
    said = {
        "id": message_id,
        "type": kind,
        "version": 1,
        "occurred_at": clock.now().isoformat(),
        "correlation_id": "cor_conformance",
        "causation_id": "cau_conformance",
        "programme": "lending",
        "territory": "76",
        "subject": subject,
        "sequence": sequence,
        "data": {"demand_id": subject},
    }
    return Message(said | other, id=message_id)


class Line:
    """The way to one receiver: signs with its secret, and waits `patience` seconds for an answer.

    A receiver may store, answer, and act afterwards: its state is looked at until it has been `quiet` for so long. One
    that asks for rest is given it, a minute for each message, unless that has been of no use.
    """

    def __init__(self, endpoint: str, secret: str, patience: float = 15.0, quiet: float = 0.5) -> None:
        self.endpoint, self.secret, self.patience, self.quiet = endpoint, secret, patience, quiet
        self.longest_rest = 60.0

    def send(self, message: Message, secret: str | None = None) -> Reply:
        """Sign and send, and again when the receiver asks to wait; under another secret if one is given."""
        until = time.monotonic() + self.longest_rest
        while (reply := self._sent(message, secret)).asks_for_rest:
            if time.monotonic() + (reply.retry_after or 0.0) > until:
                self.longest_rest = 0.0
                break
            time.sleep(reply.retry_after or self.quiet)
        return reply

    def _sent(self, message: Message, secret: str | None) -> Reply:
        stamp = int(clock.now().timestamp()) - message.age
        signed = signing.signature(secret or self.secret, message.id, stamp, message.body)
        headers: dict[str, str | None] = dict(
            signing.headers(message.id, stamp, (*message.extra_signatures, signed, *message.later_signatures))
            | {"Content-Type": "application/json"}
        )
        headers |= message.changed_headers
        body = message.body if message.changed_body is None else message.changed_body
        return self.request("POST", {name: value for name, value in headers.items() if value is not None}, body)

    def state(self) -> dict[str, Any] | None:
        """What the receiver shows of its state by GET, or None when it shows none."""
        reply = self.request("GET", {}, None)
        try:
            said = json.loads(reply.body) if reply.ok else None
        except (ValueError, RecursionError):
            return None
        shown = isinstance(said, dict) and isinstance(said.get("resources"), dict)
        if not shown or not isinstance(said.get("handled"), int):
            return None
        return {"handled": said["handled"], "resources": said["resources"]}

    def state_when(self, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        """The state once `done` says so and it changes no more, or once it has not moved for `patience` seconds."""
        moved, state = time.monotonic(), self.state()
        while state is not None and time.monotonic() - moved < self.patience:
            is_done = done(state)
            time.sleep(self.quiet)
            before, state = state, self.state()
            if state != before:
                moved = time.monotonic()
            elif is_done:
                break
        return state

    def request(self, method: str, headers: dict[str, str], body: bytes | None) -> Reply:
        """One request; a redirect is an answer like any other."""
        started = time.monotonic()
        try:
            parts = urlsplit(self.endpoint)
            kind = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}[parts.scheme]
            connection = kind(parts.hostname or "", parts.port, timeout=self.patience)
        except (KeyError, ValueError):
            return Reply(None, error="ce n’est pas une adresse http(s)://")
        try:
            connection.request(method, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers)
            answer = connection.getresponse()
            body, rest = answer.read(65536), _retry_after(answer.headers.get("Retry-After"))
            return Reply(answer.status, body, seconds=time.monotonic() - started, retry_after=rest)
        except TimeoutError:
            return Reply(None, error=f"aucune réponse en {self.patience:g} s")
        except ssl.SSLError:
            return Reply(None, error="certificat TLS refusé")
        except (OSError, http.client.HTTPException, ValueError):
            return Reply(None, error="connexion rompue")
        finally:
            connection.close()


def _retry_after(text: str | None) -> float | None:
    """The seconds that a `Retry-After` asks to wait: a number or a date (RFC 9110, 10.2.3); None for neither."""
    if text is None or text.strip().isdecimal():
        return float(text) if text else None
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - clock.now().timestamp())
    except (TypeError, ValueError, OverflowError):
        return None
