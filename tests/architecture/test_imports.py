"""The import contracts of pyproject.toml hold, and each of them would notice its own violation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("functions", "layers", "cdk")
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
]

# One violation for each contract, as (file, what it imports); the files a violation reaches for exist and are empty.
VIOLATIONS = {
    "Slices never import each other": ("functions/profiles/requests.py", "functions.demands.model"),
    "In a slice: the handler wires requests, logic and edges; all of them stand on the model": (
        "functions/profiles/logic.py",
        "functions.profiles.vault",
    ),
    "Logic receives its edges, it never reaches for one": ("functions/profiles/logic.py", "boto3"),
    "Models, contracts, the law and likeness are pure": ("functions/profiles/model.py", "os"),
    "The layers know no slice": ("layers/kernel/python/passerelle/store.py", "functions.profiles.model"),
    "Nothing deployed imports the tools, the tests or a fake": ("functions/profiles/store.py", "moto"),
    "The infrastructure knows contracts and settings alone": ("cdk/app.py", "functions.profiles.store"),
}
SMALL_HOUSE = (
    *(f"functions/{slice_}/{role}.py" for slice_ in ("profiles", "demands") for role in ("handler", "logic", "model")),
    *(f"functions/profiles/{role}.py" for role in ("requests", "store", "vault")),
    *(f"layers/kernel/python/passerelle/{module}.py" for module in ("chain", "masking", "screening", "store")),
    "layers/kernel/python/passerelle/contracts/profiles.py",
    "layers/legality/python/legality/rules.py",
    "layers/likeness/python/likeness/ranking.py",
    "cdk/app.py",
)


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    roots = (house, *(house / f"layers/{name}/python" for name in ("kernel", "legality", "likeness")))
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=house,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(str(root) for root in roots)},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in SMALL_HOUSE:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        (file.parent / "__init__.py").touch()
    (tmp_path / "layers/kernel/python/passerelle/__init__.py").touch()
    (tmp_path / "functions/__init__.py").touch()
    return tmp_path


def test_the_house_keeps_every_contract():
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


def test_an_empty_house_keeps_every_contract(small_house: Path):
    done = lint(small_house)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_notices_its_violation(contract: str, small_house: Path):
    file, imported = VIOLATIONS[contract]
    (small_house / file).write_text(f"import {imported}\n", encoding="utf-8")

    done = lint(small_house)

    assert done.returncode == 1
    assert f"{contract} BROKEN" in " ".join(done.stdout.split())


def test_every_folder_of_code_is_a_package_that_the_contracts_see():
    roots = {ROOT / f"layers/{name}/python" for name in ("kernel", "legality", "likeness")}
    blind = [
        str(folder.relative_to(ROOT))
        for top in CODE
        for folder in {file.parent for file in (ROOT / top).rglob("*.py")}
        if folder not in roots and not (folder / "__init__.py").exists()
    ]

    assert blind == []
