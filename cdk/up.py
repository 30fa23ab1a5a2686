"""`passerelle up`: the platform on this machine, for development, with people to sign in as.

It starts empty but for an adviser, an operator and two active companies, each with a user and an API key.
"""

from __future__ import annotations

import json
import signal
from typing import Any, get_args

from cdk.demo.player import Player
from cdk.demo.scenario import company_part
from cdk.local.assembly import ROOT, synthesise
from cdk.local.cloud import LocalCloud
from passerelle.access import Scope
from passerelle.nomenclature import load_starter

LENDER, HOST = "mecanique-cailly", "aerostructures-normandie"
SCOPES = list(get_args(Scope))


def up(*, as_json: bool = False) -> int:
    """Start, print addresses and credentials, and stay until Ctrl-C or SIGTERM. Returns the exit code."""
    for stopping in (signal.SIGINT, signal.SIGTERM):  # a shell starts what runs behind it with SIGINT ignored
        signal.signal(stopping, signal.default_int_handler)
    with LocalCloud(synthesise("local"), ROOT / ".local" / "up", concurrency=2, live=True) as cloud:
        facts = _furnish(cloud)
        if as_json:
            print(json.dumps(facts), flush=True)
        else:
            for name, value in _flat(facts):
                print(f"{name:<28} {value}", flush=True)
            print("Ctrl-C stops it.", flush=True)
        signal.pause()
    return 0


def _furnish(cloud: LocalCloud) -> dict[str, Any]:
    player = Player(cloud, load_starter())
    companies = {"lender": company_part(LENDER), "host": company_part(HOST)}
    for part in companies.values():
        player.register(part)
    cloud.settle()
    facts: dict[str, Any] = {
        "api": cloud.api_url,
        "aws": cloud.aws_url,
        "search": cloud.search_url,
        "mails": str(cloud.run_dir / "mails"),
    }
    for role, part in companies.items():
        player.activate(part)
        caller = player.cast.callers[part.handle]
        key = caller.post(f"/companies/{caller.company}/keys", {"label": "developpement", "scopes": SCOPES})
        facts[role] = {
            "company": caller.company,
            "authorization": caller.authorization,
            "key": f"ApiKey {key['secret']}",
        }
    for role, group in (("adviser", "advisers"), ("operator", "operators")):
        facts[role] = {"authorization": player.signed_in(f"{role}@passerelle.example", [group]).authorization}
    cloud.settle()
    return facts


def _flat(facts: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in facts.items():
        rows += _flat(value, f"{name}.") if isinstance(value, dict) else [(f"{prefix}{name}", str(value))]
    return rows
