"""The commands of the README, run as a newcomer would run them."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
PASSERELLE = [sys.executable, "-m", "cdk.cli"]

pytestmark = pytest.mark.timeout(300)


def test_up_prints_one_line_with_which_everybody_can_sign_in() -> None:
    with subprocess.Popen(
        [*PASSERELLE, "up", "--json"], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            facts = json.loads(process.stdout.readline())
            for role in ("lender", "host"):
                company = f"{facts['api']}/companies/{facts[role]['company']}"
                for credential in (facts[role]["authorization"], facts[role]["key"]):
                    reply = requests.get(company, headers={"Authorization": credential}, timeout=30)
                    assert reply.json()["state"] == "active"
            for role in ("adviser", "operator"):
                headers = {"Authorization": facts[role]["authorization"]}
                assert requests.get(f"{facts['api']}/companies", headers=headers, timeout=30).ok
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


@pytest.mark.deep
def test_the_demo_tells_its_story_and_names_its_letters() -> None:
    done = subprocess.run(
        [*PASSERELLE, "demo"], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=280, check=False
    )

    assert done.returncode == 0, done.stderr[-2000:]
    letters = [Path(name) for name in re.findall(r"\S+\.pdf", done.stdout)]
    assert letters
    assert all(letter.read_bytes().startswith(b"%PDF-") for letter in letters)


def environment() -> dict[str, str]:
    paths = (ROOT, *(ROOT / "layers" / name / "python" for name in ("kernel", "legality", "likeness")))
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
