"""`passerelle`: what an operator or a developer can ask for, one sub-command each.

It parses arguments and delegates; each command imports its own implementation, so that asking for help stays instant.
Exit codes: 0 done, 1 the command found a fault, 2 it could not be run as asked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cdk.environment import use_own_programs

ROOT = Path(__file__).resolve().parent.parent


def parser() -> argparse.ArgumentParser:
    """Every command with its options; tests compare it with the README."""
    top = argparse.ArgumentParser(prog="passerelle", description="Passerelle: lend people between companies, lawfully.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="play the main journey on this machine and print what it made")
    demo.add_argument("--stay", action="store_true", help="leave the local cloud and its pages up until Ctrl-C")
    demo.set_defaults(run=_demo)

    up = commands.add_parser("up", help="start the whole application on this machine, on loopback only")
    up.add_argument("--json", action="store_true", help="print the addresses as one line of JSON once it answers")
    up.set_defaults(run=_up)

    check = commands.add_parser("check", help="format, lint, types, import contracts and tests")
    check.add_argument("--deep", action="store_true", help="also the long tests (marked deep and bench)")
    check.set_defaults(run=_check)

    synth = commands.add_parser("synth", help="write the CloudFormation templates of a stage to cdk.out/")
    synth.add_argument("--stage", choices=("local", "dev", "sandbox", "live"), default="dev", help="default: dev")
    synth.set_defaults(run=_synth)

    contracts = commands.add_parser("contracts", help="write events/ again from the event classes and the routes")
    contracts.set_defaults(run=_contracts)

    legality = commands.add_parser("legality", help="ask the law of employee lending")
    questions = legality.add_subparsers(dest="question", required=True, metavar="QUESTION")
    asked = questions.add_parser("check", help="read one JSON object of facts, print one JSON line for each rule")
    asked.set_defaults(run=_legality_check)
    listed = questions.add_parser("facts", help="list the facts, their types and what each means")
    listed.set_defaults(run=_legality_facts)

    rights = commands.add_parser("rights", help="export, erase and certify for a person who asks")
    acts = rights.add_subparsers(dest="act", required=True, metavar="ACT")
    for act, help_text in (
        ("export", "print all that is kept of a person, explained in French, as JSON"),
        ("erase", "erase a person, wait, and print the certificate"),
        ("certificate", "print the certificate of an erasure"),
    ):
        asked_for = acts.add_parser(act, help=help_text)
        asked_for.add_argument("--subject", required=True, metavar="per_…", help="the person")
        asked_for.add_argument("--company", required=True, metavar="cmp_…", help="the company that recorded the person")
        asked_for.add_argument("--url", default="http://localhost:8080", help="the stage's API; default: this machine")
    rights.set_defaults(run=_rights)

    lock = commands.add_parser("lock", help="resolve pyproject.toml again into requirements.lock")
    lock.add_argument("--upgrade", action="store_true", help="move every package to its newest allowed version")
    lock.set_defaults(run=_lock)
    return top


def _demo(arguments: argparse.Namespace) -> int:
    from cdk.demo import demo

    return demo(stay=arguments.stay)


def _up(arguments: argparse.Namespace) -> int:
    from cdk.up import up

    return up(as_json=arguments.json)


def _check(arguments: argparse.Namespace) -> int:
    from cdk.check import check

    return check(deep=arguments.deep)


def _synth(arguments: argparse.Namespace) -> int:
    from cdk.app import synth

    return synth(arguments.stage)


def _contracts(arguments: argparse.Namespace) -> int:
    from cdk.contracts import write_all

    for path in write_all(ROOT):
        print(path.relative_to(ROOT))
    return 0


def _legality_check(arguments: argparse.Namespace) -> int:
    from cdk.legality_cli import check

    return check(sys.stdin, sys.stdout)


def _legality_facts(arguments: argparse.Namespace) -> int:
    from cdk.legality_cli import facts

    return facts(sys.stdout)


def _rights(arguments: argparse.Namespace) -> int:
    from cdk.rights_cli import rights

    return rights(arguments.act, arguments.url, arguments.company, arguments.subject, sys.stdout)


def _lock(arguments: argparse.Namespace) -> int:
    from cdk.lock import lock

    return lock(upgrade=arguments.upgrade)


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; `words` defaults to the process's own arguments. Returns the exit code."""
    arguments = parser().parse_args(words)
    use_own_programs()
    try:
        code: int = arguments.run(arguments)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
