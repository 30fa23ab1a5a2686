"""Third-party layers: the lock and nothing else, for the deployed Python, within what Lambda takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cdk.constructs.layers import BASE, LAYERS, install, requirements_of
from cdk.settings import stage_settings
from cdk.slices import pages

THIRD_PARTY = sorted(path.stem for path in (LAYERS / "dependencies").glob("*.txt"))
LARGEST_FUNCTION = 250 * 1024 * 1024
LARGEST_COMMON = 60 * 1024 * 1024


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

    assert used | {BASE} == set(THIRD_PARTY)


@pytest.mark.deep
def test_wheels_exist_for_the_deployed_python_and_fit_into_a_function(tmp_path: Path) -> None:
    if not can_reach_the_index(tmp_path):
        pytest.skip("no package index can be reached from here")
    sizes = {}
    for layer in THIRD_PARTY:
        install(layer, tmp_path / layer)
        sizes[layer] = sum(path.stat().st_size for path in (tmp_path / layer).rglob("*") if path.is_file())

    assert sizes[BASE] < LARGEST_COMMON
    for page in pages(stage_settings("local")):
        for entry in page.entries:
            assert sum(sizes[layer] for layer in (BASE, *entry.layers)) < LARGEST_FUNCTION


def can_reach_the_index(folder: Path) -> bool:
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder / "any"), "six"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
