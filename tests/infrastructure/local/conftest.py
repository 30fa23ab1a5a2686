"""The shop, synthesised once; a cloud per module for what does not disturb, and one per test for what does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cdk.local.assembly import synthesise
from cdk.local.cloud import LocalCloud

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session")
def shop() -> Path:
    """The shop's assembly."""
    return synthesise("shop", "tests.infrastructure.local.toy.app", ("tests/infrastructure/local/toy",))


@pytest.fixture(scope="module")
def cloud(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The shop, running."""
    with LocalCloud(shop, tmp_path_factory.mktemp("run")) as running:
        yield running


@pytest.fixture
def changed(shop: Path, tmp_path: Path) -> Callable[[Change], Path]:
    """A copy of the assembly whose `Shop` template went through a change."""

    def change(how: Change) -> Path:
        copy = tmp_path / "assembly"
        shutil.copytree(shop, copy)
        file = copy / "Shop.template.json"
        template = json.loads(file.read_text())
        how(template["Resources"])
        file.write_text(json.dumps(template))
        return copy

    return change
