"""The first start, with an empty lock: what it leaves, what makes it start over, and two of them at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "import sys\n\n\ndef main() -> int:\n    print(sys.prefix, *sys.argv[1:])\n    return 0\n"


def bare_checkout(folder: Path) -> Path:
    """A project with nothing to install and a command that tells where it runs."""
    (folder / "cdk").mkdir()
    shutil.copy(ROOT / "cdk" / "__main__.py", folder / "cdk")
    shutil.copy(ROOT / ".gitignore", folder)
    (folder / "cdk" / "__init__.py").touch()
    (folder / "cdk" / "cli.py").write_text(COMMAND, encoding="utf-8")
    (folder / "requirements.lock").write_text("# nothing\n", encoding="utf-8")
    return folder


def bare_environment(checkout: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "HOME": str(checkout / "nobody"), "PYTHONDONTWRITEBYTECODE": "1"}


def start(checkout: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cdk", "hello", "--you"],
        cwd=checkout,
        env=bare_environment(checkout),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Started:
    """A checkout after two first starts at the same moment, and what each of them printed."""

    checkout: Path
    out: list[str]
    err: list[str]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Started:
    checkout = bare_checkout(tmp_path_factory.mktemp("checkout"))
    subprocess.run(["git", "init", "-q"], cwd=checkout, check=True)
    both = [start(checkout), start(checkout)]
    said = [each.communicate(timeout=120) for each in both]
    return Started(checkout, [out for out, _ in said], [err for _, err in said])


def test_two_first_starts_at_once_make_one_environment_and_both_run_in_it(started: Started):
    assert started.out == [f"{started.checkout / '.venv'} hello --you\n"] * 2
    assert sum("First start" in err for err in started.err) == 1


def test_the_next_start_says_nothing_of_its_own(started: Started):
    out, err = start(started.checkout).communicate(timeout=120)

    assert (out, err) == (started.out[0], "")


def test_the_console_program_runs_from_anywhere(started: Started, tmp_path: Path):
    program = str(started.checkout / ".venv" / "bin" / "passerelle")

    done = subprocess.run(
        [program, "hello", "--you"], cwd=tmp_path, env=bare_environment(tmp_path), capture_output=True, text=True
    )

    assert (done.stdout, done.stderr) == (started.out[0], "")


def test_it_adds_nothing_but_what_git_ignores(started: Started):
    status = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=started.checkout, capture_output=True, text=True, check=True
    )

    untracked = {line[3:] for line in status.stdout.splitlines()}
    assert untracked == {".gitignore", "cdk/__init__.py", "cdk/__main__.py", "cdk/cli.py", "requirements.lock"}


def test_an_interrupted_start_begins_again(tmp_path: Path):
    checkout = bare_checkout(tmp_path)
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").touch()

    out, err = start(checkout).communicate(timeout=120)

    assert "First start" in err
    assert out == f"{checkout / '.venv'} hello --you\n"


def test_what_cannot_be_installed_is_said_plainly_and_leaves_nothing_that_looks_finished(tmp_path: Path):
    checkout = bare_checkout(tmp_path)
    (checkout / "requirements.lock").write_text("passerelle-unhashed==1\n", encoding="utf-8")
    failing = start(checkout)

    _, err = failing.communicate(timeout=120)

    assert failing.returncode == 2
    assert "could not install requirements.lock" in err
    assert not (checkout / ".venv" / "passerelle.stamp").exists()
