"""Third-party layers: the lock and nothing else, for the deployed Python, within what Lambda takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cdk.constructs.layers import BASE, LAYERS, NAMED, ROOT, requirements_of
from cdk.local.assembly import Assembly
from cdk.settings import stage_settings
from cdk.slices import pages

THIRD_PARTY = sorted(path.stem for path in (LAYERS / "dependencies").glob("*.txt"))
LARGEST_FUNCTION = 250 * 1024 * 1024
COMMON_AT_LEAST, COMMON_AT_MOST = 30 * 1024 * 1024, 60 * 1024 * 1024


def names(layer: str) -> set[str]:
    return {line.partition("==")[0] for line in requirements_of(layer).splitlines() if "==" in line}


@pytest.mark.parametrize("layer", THIRD_PARTY)
def test_every_package_of_a_layer_is_pinned_with_its_hashes(layer: str) -> None:
    requirements = requirements_of(layer).replace("\\\n", "").splitlines()

    assert requirements
    assert all("==" in line and "--hash=sha256:" in line for line in requirements)


def test_a_layer_brings_what_its_packages_need() -> None:
    assert {"pydantic", "pydantic-core", "typing-extensions", "botocore"} <= names(BASE)
    assert {"pyjwt", "cryptography", "cffi"} <= names("crypto")


@pytest.mark.parametrize("layer", [layer for layer in THIRD_PARTY if layer != BASE])
def test_layers_do_not_repeat_what_the_common_one_brings(layer: str) -> None:
    assert not names(layer) & names(BASE)


def test_every_layer_is_used() -> None:
    used = {layer for page in pages(stage_settings("local")) for entry in page.entries for layer in entry.layers}

    assert used | {BASE} == {*THIRD_PARTY, *NAMED}


@pytest.mark.deep
def test_wheels_exist_for_the_deployed_python_and_fit_into_a_function(tmp_path: Path) -> None:
    if not can_reach_the_index(tmp_path / "any"):
        pytest.skip("no package index can be reached from here")

    assembly = Assembly(with_layers(tmp_path / "assembly"))

    layers = {
        (stack.name, logical_id): weight(assembly.asset(body["Properties"]["Content"]["S3Key"]))
        for stack in assembly.stacks()
        for logical_id, body in stack.template["Resources"].items()
        if body["Type"] == "AWS::Lambda::LayerVersion"
    }
    assert COMMON_AT_LEAST < max(size for (_, name), size in layers.items() if "Common" in name) < COMMON_AT_MOST
    for stack in assembly.stacks():
        for body in stack.template["Resources"].values():
            if body["Type"] == "AWS::Lambda::Function":
                own = weight(assembly.asset(body["Properties"]["Code"]["S3Key"]))
                brought = sum(layers[stack.name, layer["Ref"]] for layer in body["Properties"]["Layers"])
                assert own + brought < LARGEST_FUNCTION


def with_layers(folder: Path) -> Path:
    """The assembly as it is deployed, third-party layers included."""
    environment = os.environ | {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": '{"stage": "dev"}'}
    subprocess.run([sys.executable, "-m", "cdk.app"], cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder


def weight(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def can_reach_the_index(folder: Path) -> bool:
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), "six"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
