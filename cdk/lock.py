"""Resolves `pyproject.toml` into `requirements.lock`: one lock, hashes for every platform's wheels, no addresses."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def lock(*, upgrade: bool = False) -> int:
    """Rewrites the lock for Python 3.11 and later; versions stay as they are where still allowed, unless `upgrade`.

    Returns the resolver's exit code. Deployed packages resolve for the Lambda runtime too, for the lock is universal.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [word for group in project["dependency-groups"] for word in ("--group", group)]
    command = ["uv", "pip", "compile", "pyproject.toml", *groups, "--universal", "--python-version", "3.11"]
    command += [
        "--generate-hashes",
        "--no-header",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--quiet",
        "--system-certs",
    ]
    command += ["--output-file", "requirements.lock", *(["--upgrade"] if upgrade else [])]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode
