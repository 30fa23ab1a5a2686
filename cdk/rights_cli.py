"""`passerelle rights`: what a person may ask for, done by an operator over the public API of a stage.

It exports (articles 15 and 20 of the RGPD), erases (article 17) and shows the certificate. The operator signs in as for
the pages; his access token is read from PASSERELLE_TOKEN, never from an argument, which others on the machine could
read. Exit codes: 0 done, 1 the platform refused or the erasure is still under way, 2 not asked as it must be.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO

import requests

TOKEN = "PASSERELLE_TOKEN"
_PAUSE = 2.0


class Refused(Exception):
    """The platform did not do it; the text says why."""


@dataclass(frozen=True)
class Desk:
    """One stage, as an operator reaches it."""

    url: str
    token: str

    def get(self, path: str) -> Any | None:
        """What is behind a path; None when there is nothing. Raises `Refused` for anything else."""
        return self._answer(requests.get(self.url + path, headers=self._headers, timeout=30))

    def post(self, path: str) -> Any | None:
        """The answer to an order."""
        headers = {**self._headers, "Idempotency-Key": uuid.uuid4().hex}
        return self._answer(requests.post(self.url + path, headers=headers, timeout=30))

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @staticmethod
    def _answer(reply: requests.Response) -> Any | None:
        if reply.status_code == 404:
            return None
        if not reply.ok:
            raise Refused(f"{reply.status_code}: {reply.text[:300]}")
        return reply.json()


def rights(act: str, url: str, company: str, subject: str, out: TextIO, *, wait_seconds: float = 120) -> int:
    """Do one act of `export`, `erase` and `certificate` for the person `subject`, recorded by `company`."""
    token = os.environ.get(TOKEN, "")
    if not token:
        print(f"passerelle rights: {TOKEN} holds no access token of an operator.", file=sys.stderr)
        return 2
    desk = Desk(url.rstrip("/"), token)
    try:
        if act == "export":
            return _export(desk, company, subject, out)
        return _erase(desk, company, subject, out, wait_seconds if act == "erase" else 0)
    except (Refused, requests.RequestException) as error:
        print(f"passerelle rights: {error}", file=sys.stderr)
        return 1


def _export(desk: Desk, company: str, subject: str, out: TextIO) -> int:
    """Every part that a slice keeps, as one JSON document, with what each means in French."""
    identity = desk.get(f"/identities/rights/{company}/{subject}/export")
    profile = desk.get(f"/profiles/rights/{company}/{subject}")
    introductions, agreements = None, []
    if profile is not None:
        introductions = desk.get(f"/introductions/rights/{company}/{profile['profile_id']}")
        for one in (introductions or {}).get("introductions", ()):
            agreement = desk.get(f"/agreements/rights/{company}/{one['introduction_id']}")
            agreements += [agreement] if agreement else []
    if profile is None and (identity is None or (identity["identity"] is None and not identity["readings"])):
        raise Refused("nothing is kept of this person here")
    whole = {
        "notice": desk.get("/identities/notices/volunteers"),
        "identity": identity,
        "profile": profile,
        "introductions": introductions,
        "agreements": agreements,
        "erasure": desk.get(f"/identities/rights/{company}/{subject}/erasure"),
    }
    print(json.dumps(whole, ensure_ascii=False, indent=2), file=out)
    return 0


def _erase(desk: Desk, company: str, subject: str, out: TextIO, wait_seconds: float) -> int:
    """Order the erasure if that is asked, then wait for its certificate and print it."""
    path = f"/identities/rights/{company}/{subject}/erasure"
    case = desk.post(path) if wait_seconds else desk.get(path)
    deadline = time.monotonic() + wait_seconds
    while case is not None and case["certificate"] is None and time.monotonic() < deadline:
        time.sleep(min(_PAUSE, wait_seconds))
        case = desk.get(path)
    if case is None:
        raise Refused("nobody of this id was recorded, or nobody asked for his erasure")
    print(json.dumps(case, ensure_ascii=False, indent=2), file=out)
    if case["certificate"] is None:
        print(f"still under way, waiting for {', '.join(case['waits_for'])}: ask again", file=sys.stderr)
        return 1
    return 0
