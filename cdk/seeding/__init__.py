"""`passerelle sandbox seed`: invented companies, volunteers and demands on a test stage, through its public API alone.

A developer who has received a test key then sees lists, matches and introductions. What is there is found again and not
made twice. Companies are registered by an ordinary account (PASSERELLE_PERSON_TOKEN) and activated on the word of an
operator or adviser (PASSERELLE_TOKEN): access tokens, never arguments, which others on the machine could read. Nothing
opens without its own way in: a volunteer's opt-in is given with the link that his mail is alone to carry, and his mail
goes to a sub-address of a mailbox of yours. Exit codes: 0 done, 1 the stage refused, 2 not asked as it must be.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TextIO

import requests

from cdk.demo.caller import Caller, Unexpected
from cdk.rights_cli import TOKEN, Refused
from cdk.seeding.sowing import Sower

PERSON_TOKEN = "PASSERELLE_PERSON_TOKEN"
TEST_KEYS = "psk_test"
_PREFIX = re.compile(r"\bApiKey prefix=(\w+)")


def seed(url: str, mailbox: str, mails: Path | None, out: TextIO, *, wait_seconds: float = 120) -> int:
    """Seed the test stage at `url` and print what is there; volunteers' links are read in the `.eml` files of `mails`.

    `wait_seconds` is how long each step of the platform is waited for.
    """
    staff, person = os.environ.get(TOKEN, ""), os.environ.get(PERSON_TOKEN, "")
    if not staff or not person:
        print(f"passerelle sandbox: {TOKEN} or {PERSON_TOKEN} holds no access token.", file=sys.stderr)
        return 2
    address = url.rstrip("/")
    try:
        check_test_stage(address)
        sower = Sower(
            person=lambda company: Caller(address, f"Bearer {person}", company),
            staff=Caller(address, f"Bearer {staff}"),
            mailbox=mailbox,
            mails=mails,
            out=out,
            wait_seconds=wait_seconds,
        )
        sower.sow()
    except (Refused, Unexpected, requests.RequestException) as error:
        print(f"passerelle sandbox: {error}", file=sys.stderr)
        return 1
    return 0


def check_test_stage(url: str) -> None:
    """Ask the stage, without any credential, how its keys begin. Raises `Refused` unless they are test keys."""
    reply = requests.get(f"{url}/companies", timeout=30, allow_redirects=False)
    said = _PREFIX.search(reply.headers.get("WWW-Authenticate", ""))
    if said is None:
        raise Refused(f"{url} does not answer as a stage of Passerelle does: nothing was sent to it")
    if said[1] != TEST_KEYS:
        raise Refused(f"{url} takes {said[1]} keys, it is no test stage: nothing was sent to it")
