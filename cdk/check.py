"""`passerelle check`: everything that must hold before a change is handed over, in the order in which it fails fastest.

Every step runs even when an earlier one failed, each with its time, and the tests come last: their closing line is the
last thing printed. It installs nothing; a suite whose real counterpart is missing says so among the skipped tests.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONG = ("deep", "bench")


@dataclass(frozen=True)
class Step:
    """One tool of this environment: `words` begins with a program beside the interpreter."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a step ended: its exit code and the last line it printed."""

    name: str
    code: int
    last_line: str


STATIC = (
    Step("format", ("ruff", "format", "--check", ".")),
    Step("lint", ("ruff", "check", "--output-format", "concise", ".")),
    Step("imports", ("lint-imports",)),
    Step("types", ("mypy",)),
)


def tests(*, deep: bool) -> Step:
    """The test run: two processes; the tests of a file stay together and files keep their order, so that what the tests
    of a file or of a folder share is started once. A deep run has every test, and draws examples that no run drew."""
    chosen = ("--hypothesis-profile", "deep") if deep else ("-m", " and ".join(f"not {mark}" for mark in LONG))
    shared = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    return Step("tests", ("pytest", *shared, "--durations", "25", *chosen))


def run(step: Step, *, quiet: bool) -> Outcome:
    """Runs one step in the repository's root; a quiet one shows what it said only if it failed."""
    started = time.monotonic()
    program = Path(sys.executable).parent / step.words[0]
    said: list[str] = []
    with subprocess.Popen(
        [str(program), *step.words[1:]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            if not quiet:
                print(line, end="", flush=True)
    code = process.returncode
    if quiet:
        print("".join(said) if code else "", end="")
        print(f"{step.name:<8} {'ok' if code == 0 else 'FAILED':<6} {time.monotonic() - started:6.1f} s", flush=True)
    return Outcome(step.name, code, said[-1].rstrip() if said else "")


def check(*, deep: bool = False) -> int:
    """Runs every step; returns 0 when all hold, else 1."""
    outcomes = [run(step, quiet=True) for step in STATIC]
    closing = run(tests(deep=deep), quiet=False)
    failed = [outcome.name for outcome in (*outcomes, closing) if outcome.code]
    if failed:
        print(f"check failed: {', '.join(failed)}\n{closing.last_line}", flush=True)
    return 1 if failed else 0
