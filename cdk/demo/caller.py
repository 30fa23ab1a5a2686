"""Somebody at the API: a person, a machine, or anybody, speaking HTTP as a good client of the platform would.

A request that got no answer is repeated with the same idempotency key, so that it happens once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

_NO_ANSWER = {500, 502, 503, 504}
_PAUSES = (0.1, 0.3, 1.0)
_SHORT_WAIT = 5


class Unexpected(Exception):
    """The API answered something the caller did not count on."""

    def __init__(self, method: str, path: str, reply: requests.Response) -> None:
        super().__init__(f"{method} {path}: {reply.status_code} {reply.text[:600]}")
        self.reply = reply


@dataclass
class Caller:
    """One caller. `authorization` is the whole header, e.g. `Bearer …`; `company` the id of the company acted for.

    `heard` is told of every answer, the unsuccessful ones included.
    """

    api_url: str
    authorization: str = ""
    company: str = ""
    session: requests.Session = field(default_factory=requests.Session)
    heard: Callable[[requests.Response], None] | None = None

    def get(self, path: str, **query: Any) -> Any:
        """The JSON behind a path. Raises `Unexpected` unless the answer is a success."""
        return self._checked("GET", path, self.ask("GET", path, query=query))

    def version(self, path: str) -> str:
        """The ETag of what is behind a path now."""
        reply = self.ask("GET", path)
        self._checked("GET", path, reply)
        return reply.headers["ETag"]

    def post(self, path: str, body: Any = None) -> Any:
        """The JSON answered to a POST with a fresh idempotency key. Raises `Unexpected` unless it is a success."""
        return self._checked("POST", path, self.ask("POST", path, body=body))

    def put(self, path: str, body: Any, *, version: str | None = None) -> Any:
        """The JSON answered to a PUT of this version. Raises `Unexpected` unless it is a success."""
        headers = {"If-Match": version} if version else {}
        return self._checked("PUT", path, self.ask("PUT", path, body=body, headers=headers))

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        """Whatever the API answers."""
        sent = dict(headers or {})
        if self.authorization:
            sent["Authorization"] = self.authorization
        if self.company:
            sent["X-Company"] = self.company
        if method == "POST":
            sent.setdefault("Idempotency-Key", uuid.uuid4().hex)
        for pause in (*_PAUSES, None):
            reply = self.session.request(
                method,
                f"{self.api_url}{path}",
                json=body,
                params=query,
                headers=sent,
                timeout=40,
                allow_redirects=False,
            )
            if self.heard is not None:
                self.heard(reply)
            wait = _asked_wait(reply)
            if pause is None or (reply.status_code not in _NO_ANSWER and wait == 0):
                break
            time.sleep(max(pause, wait))
        return reply

    @staticmethod
    def _checked(method: str, path: str, reply: requests.Response) -> Any:
        if not reply.ok:
            raise Unexpected(method, path, reply)
        return reply.json() if reply.content else None


def _asked_wait(reply: requests.Response) -> int:
    """The seconds that somebody who asked too fast is to wait; 0 when he need not, or would wait too long."""
    asked = reply.headers.get("Retry-After", "") if reply.status_code == 429 else ""
    return int(asked) if asked.isdigit() and int(asked) <= _SHORT_WAIT else 0
