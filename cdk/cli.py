"""`passerelle`: what an operator or a developer can ask for, one sub-command each.

It parses arguments and delegates; each command imports its own implementation, so that asking for help stays instant.
Exit codes: 0 done, 1 the command found a fault, 2 it could not be run as asked.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from cdk.environment import use_own_programs

ROOT = Path(__file__).resolve().parent.parent
CONFORMANCE_SECRET = "whsec_Y29uZm9ybWl0ZS1wYXNzZXJlbGxlLWVzc2Fp"
MOST_ANSWERS = 1000


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

    workforce = commands.add_parser("workforce", help="how many people of each trade work where")
    tables = workforce.add_subparsers(dest="what", required=True, metavar="WHAT")
    imported = tables.add_parser("import", help="check a CSV table and write it to a stage, or nothing of it")
    imported.add_argument("--stage", default="dev", help="default: dev")
    imported.add_argument("file", type=Path)
    imported.set_defaults(run=_workforce_import)
    privacy = commands.add_parser("privacy", help="ask the personal-data filter")
    filters = privacy.add_subparsers(dest="question", required=True, metavar="QUESTION")
    scanned = filters.add_parser("scan", help='read JSON lines {"id", "text"}, print the findings of each')
    scanned.set_defaults(run=_privacy_scan)
    conformance = commands.add_parser("conformance", help="say in words what a partner's webhook receiver does wrong")
    conformance.add_argument("--endpoint", required=True, metavar="URL", help="the receiver's address")
    conformance.add_argument("--secret", default=CONFORMANCE_SECRET, help="whsec_…; default: %(default)s")
    conformance.set_defaults(run=_conformance)
    vocabulary = commands.add_parser("vocabulary", help="words to codes, and occupations to their neighbours")
    asks = vocabulary.add_subparsers(dest="question", required=True, metavar="QUESTION")
    ranked = asks.add_parser("rank", help="for each query, the ids of the labels that answer it, best first")
    ranked.add_argument(
        "--labels", type=Path, required=True, metavar="F", help="JSON lines: id, label, synonyms, texts"
    )
    ranked.add_argument("--queries", type=Path, required=True, metavar="F", help="JSON lines: id, text")
    ranked.add_argument("--top", type=_top, default=10, metavar="N", help="ids for each query, 1 to 1000 (default: 10)")
    ranked.set_defaults(run=_vocabulary_rank)
    near = asks.add_parser("neighbours", help="for each occupation, the ids of those nearest to it, nearest first")
    near.add_argument(
        "--occupations", type=Path, required=True, metavar="F", help="JSON lines: id, label, titles, skills"
    )
    near.add_argument("--top", type=_top, default=10, metavar="N", help="ids for each one, 1 to 1000 (default: 10)")
    near.set_defaults(run=_vocabulary_neighbours)
    taken = asks.add_parser("import", help="check an official nomenclature and switch a stage to it, or change nothing")
    taken.add_argument("--stage", default="dev", help="default: dev")
    taken.add_argument("--report", type=Path, metavar="F", help="every change, one JSON object a line")
    taken.add_argument("file", type=Path, help="ROME's ZIP, ESCO's CSV in French, communes or EPCI as CSV")
    taken.set_defaults(run=_vocabulary_import)
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

    operator = commands.add_parser("operator", help="who runs a stage")
    posts = operator.add_subparsers(dest="post", required=True, metavar="POST")
    first = posts.add_parser("first", help="make the first operator of a new stage, once; the others he adds himself")
    first.add_argument("mail", type=_mail, metavar="MAIL", help="where the first password is sent")
    first.add_argument("--stage", default="dev", help="default: dev")
    first.set_defaults(run=_operator_first)

    sandbox = commands.add_parser("sandbox", help="what developers of partners try the API on")
    trials = sandbox.add_subparsers(dest="what", required=True, metavar="WHAT")
    seeded = trials.add_parser("seed", help="invented companies, volunteers and demands on a test stage, and its keys")
    seeded.add_argument("--url", default="http://localhost:8080", help="the stage's API; default: this machine")
    seeded.add_argument("--mailbox", type=_mail, required=True, metavar="MAIL", help="yours: mails go to MAIL+somebody")
    seeded.add_argument("--mails", type=Path, metavar="F", help="folder of its mails (.eml): volunteers then accept")
    seeded.set_defaults(run=_sandbox_seed)

    clear = commands.add_parser("clear", help="propose who could work where in a territory; writes nothing")
    clear.add_argument("--territory", required=True, metavar="LEVEL:CODE", help="as in region:28 or epci:200084952")
    clear.add_argument("--stage", default="dev", help="default: dev")
    clear.set_defaults(run=_clear)
    index = commands.add_parser("index", help="the search index of a stage")
    works = index.add_subparsers(dest="work", required=True, metavar="WORK")
    rebuilt = works.add_parser("rebuild", help="fill it anew from the rows while people go on searching, then swap")
    rebuilt.add_argument("--stage", default="dev", help="default: dev")
    rebuilt.set_defaults(run=_index_rebuild)

    log = commands.add_parser("verify-log", help="check an exported decision log: hashes, order, head")
    log.add_argument("file", type=Path, nargs="?", help="pages of GET /decisions/log, one a line; default: stdin")
    log.add_argument("--head", metavar="SHA256", help="a hash noted elsewhere, which has to be in the log")
    log.set_defaults(run=_verify_log)

    lock = commands.add_parser("lock", help="resolve pyproject.toml again into requirements.lock")
    lock.add_argument("--upgrade", action="store_true", help="move every package to its newest allowed version")
    lock.set_defaults(run=_lock)
    return top


def _top(word: str) -> int:
    if not (word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_ANSWERS):
        raise argparse.ArgumentTypeError(f"{word} is not a whole number from 1 to {MOST_ANSWERS}")
    return int(word)


def _mail(word: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", word):
        raise argparse.ArgumentTypeError(f"{word} is not a mail address")
    return word


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


def _workforce_import(arguments: argparse.Namespace) -> int:
    from cdk.workforce import import_file

    return import_file(arguments.stage, arguments.file)


def _privacy_scan(arguments: argparse.Namespace) -> int:
    from cdk.privacy_cli import scan

    return scan(sys.stdin, sys.stdout)


def _conformance(arguments: argparse.Namespace) -> int:
    from cdk.conformance import conformance

    return conformance(arguments.endpoint, arguments.secret)


def _vocabulary_rank(arguments: argparse.Namespace) -> int:
    from cdk.vocabulary_cli import rank

    return rank(arguments.labels, arguments.queries, arguments.top, sys.stdout)


def _vocabulary_neighbours(arguments: argparse.Namespace) -> int:
    from cdk.vocabulary_cli import neighbours

    return neighbours(arguments.occupations, arguments.top, sys.stdout)


def _vocabulary_import(arguments: argparse.Namespace) -> int:
    from cdk.nomenclatures.switching import import_file

    return import_file(arguments.stage, arguments.file, sys.stdout, report=arguments.report)


def _rights(arguments: argparse.Namespace) -> int:
    from cdk.rights_cli import rights

    return rights(arguments.act, arguments.url, arguments.company, arguments.subject, sys.stdout)


def _operator_first(arguments: argparse.Namespace) -> int:
    from cdk.operators import first

    return first(arguments.mail, arguments.stage, sys.stdout)


def _sandbox_seed(arguments: argparse.Namespace) -> int:
    from cdk.seeding import seed

    return seed(arguments.url, arguments.mailbox, arguments.mails, sys.stdout)


def _clear(arguments: argparse.Namespace) -> int:
    from cdk.clearing import clear

    return clear(arguments.stage, arguments.territory, sys.stdout)


def _index_rebuild(arguments: argparse.Namespace) -> int:
    from cdk.index_cli import rebuild

    return rebuild(arguments.stage, sys.stdout)


def _verify_log(arguments: argparse.Namespace) -> int:
    from cdk.decisions_cli import verify

    if arguments.file is None:
        return verify(sys.stdin, sys.stdout, noted=arguments.head)
    try:
        with arguments.file.open(encoding="utf-8") as lines:
            return verify(lines, sys.stdout, noted=arguments.head)
    except OSError as error:
        print(f"passerelle verify-log: {arguments.file}: {error.strerror}", file=sys.stderr)
        return 2


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
