"""The operator's runbook against the templates: every alarm is explained, every file shown is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.infrastructure.template.facts import Templates

CDK = Path(__file__).resolve().parents[3] / "cdk"
RUNBOOK = (CDK / "README.md").read_text(encoding="utf-8")
EXPLAINED = {
    ending
    for line in RUNBOOK.splitlines()
    if line.startswith("| `…")
    for ending in re.findall(r"`…([^`]+)`", line.split("|")[1])
}


def test_every_alarm_is_explained(live: Templates) -> None:
    alarms = {alarm.properties["AlarmName"] for alarm in live.all("AWS::CloudWatch::Alarm")}

    assert [name for name in sorted(alarms) if not name.endswith(tuple(EXPLAINED))] == []
    assert [ending for ending in sorted(EXPLAINED) if not any(name.endswith(ending) for name in alarms)] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"^(\w[\w./]*)  ", RUNBOOK, re.MULTILINE))))
def test_a_file_shown_exists(path: str) -> None:
    assert (CDK / path).exists()


def test_decisions_are_pages_of_the_same_shape() -> None:
    for page in sorted((CDK / "decisions").glob("*.md")):
        text = page.read_text(encoding="utf-8")

        assert re.match(r"# \d+\. ", text)
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Choice", "Rejected"]
