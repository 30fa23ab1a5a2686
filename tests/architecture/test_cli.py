"""Each command of `passerelle` reaches its implementation with what was asked, and hands back its exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cdk.check import Outcome, Step
from cdk.cli import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("words", "implementation", "asked"),
    [
        ("demo", "cdk.demo.demo", ((), {"stay": False})),
        ("demo --stay", "cdk.demo.demo", ((), {"stay": True})),
        ("up", "cdk.up.up", ((), {"as_json": False})),
        ("up --json", "cdk.up.up", ((), {"as_json": True})),
        ("check", "cdk.check.check", ((), {"deep": False})),
        ("check --deep", "cdk.check.check", ((), {"deep": True})),
        ("synth", "cdk.app.synth", (("dev",), {})),
        ("synth --stage live", "cdk.app.synth", (("live",), {})),
        ("conformance --endpoint u --secret s", "cdk.conformance.conformance", (("u", "s"), {})),
        ("lock --upgrade", "cdk.lock.lock", ((), {"upgrade": True})),
    ],
)
def test_a_command_delegates(words: str, implementation: str, asked: object, monkeypatch: pytest.MonkeyPatch):
    seen: list[object] = []

    def implement(*arguments: object, **options: object) -> int:
        seen.append((arguments, options))
        return 7

    monkeypatch.setattr(implementation, implement)

    assert main(words.split()) == 7
    assert seen == [asked]


@pytest.mark.parametrize("words", ["", "fly", "synth --stage nowhere", "demo --fast", "operator first nobody"])
def test_what_is_not_understood_ends_with_2(words: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(words.split())

    assert ended.value.code == 2
    assert "usage: passerelle" in capsys.readouterr().err


def test_asking_for_help_loads_no_package():
    script = "import sys, cdk.cli\nprint(sorted({'aws_cdk', 'boto3', 'moto', 'pydantic'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

    assert done.stdout == "[]\n"


def test_a_check_that_fails_ends_with_1_and_with_the_tests_closing_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def run(step: Step, *, quiet: bool) -> Outcome:
        return Outcome(step.name, int(step.name == "lint"), "===== 3 passed in 1.00s =====")

    monkeypatch.setattr("cdk.check.run", run)

    assert main(["check"]) == 1
    assert capsys.readouterr().out == "check failed: lint\n===== 3 passed in 1.00s =====\n"


@pytest.mark.parametrize(("code", "shown"), [(0, False), (3, True)])
def test_a_quiet_step_shows_what_it_said_only_when_it_fails(code: int, shown: bool, capsys: pytest.CaptureFixture[str]):
    from cdk.check import run

    interpreter = Path(sys.executable).name
    outcome = run(Step("lint", (interpreter, "-c", f"print('a fault'); raise SystemExit({code})")), quiet=True)

    assert (outcome.code, outcome.last_line) == (code, "a fault")
    assert ("a fault\n" in capsys.readouterr().out) is shown
