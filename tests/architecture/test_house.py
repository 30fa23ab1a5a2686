"""Laws of the house that no other tool holds: what the tree may contain, and what the lock must."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    "cdk",
    "events",
    "functions",
    "layers",
    "tests",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "requirements.lock",
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc"}
REGISTRIES = ("pypi.org", "pythonhosted.org", "npmjs.org", "npmjs.com", "debian.org", "maven.org", "crates.io")
ADDRESS = re.compile(r"https?://[\w.-]*(" + "|".join(re.escape(host) for host in REGISTRIES) + r")\b")
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9._-])/(work|farm|root|home|tmp|Users)/[A-Za-z]", re.MULTILINE)
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", LOCK, re.MULTILINE))


def ours() -> list[Path]:
    """The files of the project, committed or about to be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore") if path.stat().st_size < 3_000_000 else ""


def imported_by(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_the_top_level_is_fixed():
    top = {path.relative_to(ROOT).parts[0] for path in ours()}

    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


def test_no_room_has_a_vague_name():
    code = [path.relative_to(ROOT) for path in ours() if path.suffix == ".py"]

    assert [str(path) for path in code if VAGUE & {part.removesuffix(".py") for part in path.parts}] == []


@pytest.mark.parametrize("forbidden", [ADDRESS, MACHINE_PATH], ids=["registry address", "path of a machine"])
def test_the_tree_names_no(forbidden: re.Pattern[str]):
    assert [str(path.relative_to(ROOT)) for path in ours() if forbidden.search(text_of(path))] == []


def test_the_patterns_recognise_what_they_forbid():
    assert ADDRESS.search("https://files." + "pythonhosted.org/packages")
    assert MACHINE_PATH.search("see /" + "home/someone")
    assert not MACHINE_PATH.search("cdk/home/page")


def test_the_first_start_needs_the_standard_library_alone():
    files = [ROOT / "cdk/__init__.py", ROOT / "cdk/__main__.py", ROOT / "tests/support/real_nodes.py"]
    foreign = {
        name for path in files for name in imported_by(path) if name.split(".")[0] not in sys.stdlib_module_names
    }

    assert foreign == {"cdk.cli"}


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [
        *project["project"]["dependencies"],
        *(line for group in project["dependency-groups"].values() for line in group),
    ]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("requirement", wanted(), ids=lambda requirement: requirement.name)
def test_the_lock_satisfies(requirement: Requirement):
    assert requirement.specifier.contains(LOCKED[canonicalize_name(requirement.name)])


def test_every_locked_package_has_hashes():
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)

    assert [entry.splitlines()[0] for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []


def test_each_layer_names_locked_packages():
    lists = [path.read_text(encoding="utf-8").split() for path in (ROOT / "layers" / "dependencies").glob("*.txt")]

    assert lists
    assert {canonicalize_name(name) for names in lists for name in names} <= set(LOCKED)
