"""The programs on the page of the contract run as they stand there, against the whole platform."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cdk.demo.player import Player
from passerelle import clock
from tests.support.world import HOST, LENDER, a_world, enter, four_volunteers

EXAMPLES = Path(__file__).resolve().parents[2] / "functions" / "portal" / "examples"


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, str]]:
    """The address and the key of a host, where a lender's volunteers are shown."""
    with a_world() as player:
        enter(player, LENDER, HOST)
        volunteers = player.describe(LENDER.handle, list(four_volunteers().values())[:2])
        player.cloud.settle()
        for volunteer in volunteers:
            player.decide(volunteer)
        player.cloud.settle()
        yield environment(player)


def environment(player: Player) -> dict[str, str]:
    host = player.cast.callers[HOST.handle]
    key = host.post(f"/companies/{host.company}/keys", {"label": "Essai", "scopes": ["demands:write", "matching:read"]})
    start = clock.today() + timedelta(days=45)
    return {
        **asked_by(player.cloud.api_url, key["secret"]),
        "START": start.isoformat(),
        "END": (start + timedelta(days=90)).isoformat(),
    }


def asked_by(url: str, key: str) -> dict[str, str]:
    """The environment in which an example asks this stage with this key."""
    return {**os.environ, "PASSERELLE_URL": url, "PASSERELLE_KEY": key}


def ran(command: list[str], told: dict[str, str]) -> str:
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ran_in_python(told: dict[str, str]) -> str:
    """What the example in Python says."""
    return ran([sys.executable, str(EXAMPLES / "first_calls.py")], told)


def test_the_python_example_finds_a_trade_posts_a_demand_and_reads_who_answers(told: dict[str, str]) -> None:
    said = ran_in_python(told)

    assert "\ndem_" in said
    assert "Compétences indispensables" in said or "Métier" in said


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_the_curl_example_finds_a_trade_posts_a_demand_and_reads_who_answers(told: dict[str, str]) -> None:
    said = ran(["sh", str(EXAMPLES / "first_calls.sh")], told)

    occupations, demand, matches = said.strip().splitlines()
    assert '"items":[{' in occupations
    assert demand.startswith("dem_")
    assert '"profile_id":"prf_' in matches
