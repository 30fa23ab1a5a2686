"""The packages a function finds beside its own code: ours, and third parties' from the lock, built without Docker.

Third-party layers hold the wheels for the deployed Python and architecture, whatever machine builds them, and nothing
whose hash the lock does not know. Each stack has layers of its own (the files are stored once): an update or a rollback
of a slice then never depends on another stack.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.slice import Entry

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ROOT / "layers"
OURS = ("kernel", "legality")
NAMED = ("likeness",)
"""Ours too, but for the functions alone whose page names them."""
BASE = "common"
PYTHON_VERSION = "3.14"
PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_28_aarch64")


@dataclass(frozen=True)
class LockedPackage:
    """One package of the lock: its normalised name, its requirement line with hashes, and who asked for it."""

    name: str
    requirement: str
    asked_by: frozenset[str]


@cache
def locked_packages() -> tuple[LockedPackage, ...]:
    """The packages of `requirements.lock`, in its order."""
    blocks: list[list[str]] = []
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            blocks.append([line])
        elif line.strip() and blocks:
            blocks[-1].append(line)
    return tuple(_package(block) for block in blocks)


def _package(block: list[str]) -> LockedPackage:
    comments = [line.strip().removeprefix("#").strip().removeprefix("via").strip() for line in block if "#" in line]
    requirement = "\n".join(line for line in block if "#" not in line)
    return LockedPackage(block[0].partition("==")[0], requirement, frozenset(filter(None, comments)))


@cache
def requirements_of(layer: str) -> str:
    """The part of the lock that a third-party layer holds: what its list names and what that needs.

    What the common layer already brings is left out of the others. Raises `LookupError` for a name not in the lock.
    """
    wanted = {line for line in (LAYERS / "dependencies" / f"{layer}.txt").read_text().split("\n") if line}
    if missing := wanted - {package.name for package in locked_packages()}:
        raise LookupError(f"{layer}.txt names {sorted(missing)}, which requirements.lock does not hold")
    while more := {each.name for each in locked_packages() if each.asked_by & wanted} - wanted:
        wanted |= more
    present = set() if layer == BASE else set(requirements_of(BASE).splitlines())
    chosen = (each.requirement for each in locked_packages() if each.name in wanted)
    return "\n".join(requirement for requirement in chosen if requirement.splitlines()[0] not in present) + "\n"


def install(layer: str, folder: Path) -> None:
    """Puts a layer's wheels for the deployed Python under `folder/python`; pip's faults raise `CalledProcessError`.

    Nothing is compiled, since bytecode is made for the Python that compiles; programs of packages are left out.
    """
    target = folder / "python"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    exactly = ["--no-deps", "--require-hashes", "--only-binary=:all:"]
    deployed = ["--implementation", "cp", "--python-version", PYTHON_VERSION]
    deployed += [word for platform in PLATFORMS for word in ("--platform", platform)]
    with NamedTemporaryFile("w", suffix=".txt") as chosen:
        chosen.write(requirements_of(layer))
        chosen.flush()
        where = ["--target", str(target), "--requirement", chosen.name]
        subprocess.run([*pip, *exactly, *deployed, *where], check=True, stdout=sys.stderr)
    shutil.rmtree(target / "bin", ignore_errors=True)


@jsii.implements(ILocalBundling)
class WheelBundling:
    """Builds a third-party layer on the machine that synthesises; a failure stops it, Docker is never tried."""

    def __init__(self, layer: str) -> None:
        self.layer = layer

    def try_bundle(self, output_dir: str, *_options: Any, **_named: Any) -> bool:
        """Called by the CDK when the asset is not there yet."""
        install(self.layer, Path(output_dir))
        return True


def layers_of(scope: Construct, entry: Entry) -> list[lambda_.ILayerVersion]:
    """The layers of an entry's function: kernel, legality and common packages, then those its page names."""
    return [_layer(Stack.of(scope), name) for name in (*OURS, BASE, *entry.layers)]


def _layer(stack: Stack, name: str) -> lambda_.ILayerVersion:
    construct_id = f"{name.capitalize()}Layer"
    present = stack.node.try_find_child(construct_id)
    if isinstance(present, lambda_.LayerVersion):
        return present
    return lambda_.LayerVersion(
        stack,
        construct_id,
        code=_our_code(name) if name in (*OURS, *NAMED) else _third_party_code(name),
        compatible_runtimes=[lambda_.Runtime.PYTHON_3_14],
        compatible_architectures=[lambda_.Architecture.ARM_64],
    )


def _our_code(name: str) -> lambda_.Code:
    return lambda_.Code.from_asset(str(LAYERS / name), exclude=["**/__pycache__", "*.pyc", "README.md"])


def _third_party_code(name: str) -> lambda_.Code:
    recipe = "\n".join((requirements_of(name), PYTHON_VERSION, *PLATFORMS))
    return lambda_.Code.from_asset(
        str(LAYERS / "dependencies"),
        asset_hash_type=AssetHashType.CUSTOM,
        asset_hash=hashlib.sha256(recipe.encode()).hexdigest(),
        bundling=BundlingOptions(image=DockerImage.from_registry("never-used"), local=WheelBundling(name)),
    )
