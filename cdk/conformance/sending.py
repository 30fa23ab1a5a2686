"""What the conformance kit sends: messages as Passerelle sends them, and messages that are wrong in one way each."""

from __future__ import annotations

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

    @property
    def ok(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the receiver refused it without falling over."""
        return self.status is not None and 400 <= self.status < 500

    def __str__(self) -> str:
        return self.error or f"réponse {self.status}"


@dataclass(frozen=True)
class Message:
    """One message before it is signed; `age` is how many seconds old its timestamp is."""

    said: dict[str, Any]
    text: bytes | None = None
    age: int = 0
    id: str = ""
    extra_signatures: tuple[str, ...] = ()
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

    A receiver may store, answer, and act afterwards: its state is looked at until it has been `quiet` for so long.
    """

    def __init__(self, endpoint: str, secret: str, patience: float = 15.0, quiet: float = 0.5) -> None:
        self.endpoint, self.secret, self.patience, self.quiet = endpoint, secret, patience, quiet

    def send(self, message: Message, secret: str | None = None) -> Reply:
        """Sign and send; under another secret if one is given."""
        stamp = int(clock.now().timestamp()) - message.age
        signed = signing.signature(secret or self.secret, message.id, stamp, message.body)
        headers: dict[str, str | None] = dict(
            signing.headers(message.id, stamp, (*message.extra_signatures, signed))
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
        return said if shown and isinstance(said.get("handled"), int) else None

    def state_when(self, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        """The state once `done` says so, or after `patience` seconds without; then once it changes no more."""
        until, state = time.monotonic() + self.patience, self.state()
        while state is not None and time.monotonic() < until:
            is_done = done(state)
            time.sleep(self.quiet)
            before, state = state, self.state()
            if is_done and state == before:
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
            return Reply(answer.status, answer.read(65536), seconds=time.monotonic() - started)
        except TimeoutError:
            return Reply(None, error=f"aucune réponse en {self.patience:g} s")
        except ssl.SSLError:
            return Reply(None, error="certificat TLS refusé")
        except (OSError, http.client.HTTPException, ValueError):
            return Reply(None, error="connexion rompue")
        finally:
            connection.close()
