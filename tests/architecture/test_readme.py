"""Every command that the README shows exists, and every command that exists is shown."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from cdk.cli import parser

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = sorted(
    set(
        re.findall(
            r"(?:python3 -m cdk|passerelle) ([a-z-]+(?: [a-z]+)?(?: --[a-z]+(?: [a-z]+)?)*"
            r"(?: (?:FILE\.[a-z]+|[a-z]+@[a-z.]+))?)(?=[`\n])",
            README,
        )
    )
)


def first_block(heading: str) -> str:
    block = re.search(rf"^## {heading}\n+```sh\n(.*?)```", README, re.MULTILINE | re.DOTALL)
    assert block, f"no sh block right under '## {heading}'"
    return block[1]


def commands() -> set[str]:
    (choices,) = (each.choices for each in parser()._actions if isinstance(each, argparse._SubParsersAction))
    return set(choices)


@pytest.mark.parametrize(
    ("heading", "command"), [("Run it", "python3 -m cdk demo\n"), ("Test it", "python3 -m cdk check\n")]
)
def test_a_newcomer_finds_one_command(heading: str, command: str):
    assert first_block(heading) == command


@pytest.mark.parametrize("line", SHOWN)
def test_a_command_shown_is_understood(line: str):
    arguments = parser().parse_args(line.split())

    assert callable(arguments.run)


def test_every_command_is_shown():
    assert {line.split()[0] for line in SHOWN} == commands()


def test_ci_runs_the_test_command_last():
    steps = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()

    assert steps[-1] == first_block("Test it").strip()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:cdk|events|tests|\.ci)/[\w./]*)`", README))))
def test_a_path_shown_exists(path: str):
    assert (ROOT / path).exists()
