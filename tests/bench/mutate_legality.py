"""How many small changes of the law would the tests notice? Each mutant changes one thing in one file of `legality`: a
comparison, a number, a connective, an output, a fact asked for; the example tests then run against it in a process of
their own. Prints the survivors and the score. `python -m tests.bench.mutate_legality [file …]`.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib
import importlib.abc
import importlib.util
import inspect
import io
import itertools
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis.strategies  # noqa: F401  loaded once, before the processes part
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "layers" / "legality" / "python" / "legality"
RULE_TESTS = ("table", "rules_parties", "rules_steps", "rules_care")
TESTS_OF = {
    **{f"rules/{name}.py": ("table", "rules_parties") for name in ("regime", "parties")},
    **{f"rules/{name}.py": ("table", "rules_steps") for name in ("consent", "documents", "money")},
    **{f"rules/{name}.py": ("table", "rules_care") for name in ("cse", "health", "privacy")},
    "conditions.py": RULE_TESTS,
    "three_valued.py": ("three_valued", *RULE_TESTS),
    "evaluation.py": ("golden", "cli", *RULE_TESTS),
    "dates.py": ("dates", "rules_care"),
    "start.py": ("dates",),
    "essential.py": ("dates",),
    "cost.py": ("cost",),
    "regime.py": ("regime",),
    "facts.py": ("facts", "cli"),
}
"""The example tests that must notice a change of a file; the others could only notice it later."""

SECONDS_PER_MUTANT = 60

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult,
}
NAMES = {
    "R1": "BELOW_COST_REGIME",
    "R2": "R3",
    "R3": "R2",
    "BELOW_COST_REGIME": "R1",
    "block": "warn",
    "require": "info",
    "warn": "info",
    "info": "warn",
    "holds": "done",
    "done_by": "done_before",
    "done_before": "done_by",
}


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the line, what became what, and the changed tree."""

    file: str
    line: int
    change: str
    tree: ast.Module


def mutants(file: str) -> Iterator[Mutant]:
    """Every mutant of a file; texts and how a class is declared are left alone."""
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    declared = {id(part) for node in nodes for each in getattr(node, "decorator_list", ()) for part in ast.walk(each)}
    for place, node in enumerate(nodes):
        for changed in _changes(node) if id(node) not in declared else ():
            mutant = copy.deepcopy(tree)
            target = list(ast.walk(mutant))[place]
            target.__dict__.clear()
            target.__dict__.update(changed.__dict__)
            target.__class__ = changed.__class__
            change = f"{ast.unparse(node)[:60]} -> {ast.unparse(changed)[:60]}"
            yield Mutant(file, getattr(node, "lineno", 0), change, ast.fix_missing_locations(mutant))


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=[op, *rest], comparators=comparators):
            for other in COMPARISONS.get(type(op), ()):
                yield _at(node, ast.Compare(left, [other(), *rest], comparators))
            for number, second in enumerate(rest, start=1):
                for other in COMPARISONS.get(type(second), ()):
                    ops = [*node.ops[:number], other(), *node.ops[number + 1 :]]
                    yield _at(node, ast.Compare(left, ops, comparators))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS and not _is_annotation(node):
            yield _at(node, ast.BinOp(left, OPERATORS[type(op)](), right))
            if isinstance(op, ast.BitAnd | ast.BitOr):
                yield left
                yield right
        case ast.BoolOp(op=op, values=values):
            yield _at(node, ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values))
        case ast.UnaryOp(op=ast.Invert() | ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield _at(node, ast.IfExp(test, orelse, body))
        case ast.Constant(value=bool() as value):
            yield _at(node, ast.Constant(not value))
        case ast.Constant(value=int() as value):
            yield _at(node, ast.Constant(value + 1))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in NAMES and keywords:
            plain = [word for word in keywords if word.arg not in {"met", "overridable"}]
            yield _at(node, ast.Call(ast.Name(NAMES[name], ast.Load()), args, plain))
            for gone in keywords:
                if gone.arg in {"met", "overridable", "party"}:
                    yield _at(node, ast.Call(node.func, args, [word for word in keywords if word is not gone]))
            if len(args) > 1:
                yield _at(node, ast.Call(node.func, args[1:], keywords))
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES and name.isupper():
            yield _at(node, ast.Name(NAMES[name], ast.Load()))
        case ast.Call(func=ast.Name(id="done_by" | "done_before" as name), args=args, keywords=[]):
            yield _at(node, ast.Call(ast.Name(NAMES[name], ast.Load()), args, []))
        case ast.Call(func=ast.Name(id="min" | "max" as name), args=args, keywords=keywords):
            other = {"min": "max", "max": "min"}[name]
            yield _at(node, ast.Call(ast.Name(other, ast.Load()), args, keywords))


def _is_annotation(node: ast.BinOp) -> bool:
    return isinstance(node.op, ast.BitOr) and any(
        isinstance(side, ast.Constant) and side.value is None for side in ast.walk(node)
    )


def _at(old: ast.AST, new: ast.AST) -> ast.AST:
    return ast.copy_location(new, old)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed tree."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)


def survives(mutant: Mutant) -> bool:
    """Whether the examples hold of a mutant: they run in a forked process, stopped when it takes too long."""
    child = os.fork()
    if child == 0:
        name = "legality." + mutant.file.removesuffix(".py").replace("/", ".")
        sys.meta_path.insert(0, _Changed(name, PACKAGE / mutant.file, mutant.tree))
        signal.alarm(SECONDS_PER_MUTANT)
        code = 1
        with contextlib.suppress(BaseException), contextlib.redirect_stderr(io.StringIO()):
            for example in TESTS_OF[mutant.file]:
                _run(importlib.import_module(f"tests.unit.legality.test_legality_{example}"))
            code = 0
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(examples: ModuleType) -> None:
    """Calls every example of a module: the tests that need neither a fixture nor chosen data."""
    for test in [value for name, value in vars(examples).items() if name.startswith("test_")]:
        marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        given = {name for mark in marks for name in _names(mark)}
        if not hasattr(test, "hypothesis") and given == set(inspect.signature(test).parameters):
            for chosen in itertools.product(*(_values(mark) for mark in marks)):
                test(**{name: value for part in chosen for name, value in part.items()})


def _names(mark: pytest.Mark) -> list[str]:
    names = mark.args[0]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def _values(mark: pytest.Mark) -> list[dict[str, Any]]:
    names = _names(mark)
    return [dict(zip(names, row if len(names) > 1 else (row,), strict=True)) for row in mark.args[1]]


def main(files: tuple[str, ...] = tuple(TESTS_OF), workers: int = 2) -> float:
    """Runs every mutant of these files, prints what survives and the score (the share noticed, 0 to 1)."""
    os.chdir(ROOT)
    for name in [name for name in sys.modules if name.startswith(("legality", "tests.unit.legality", "cdk.legality"))]:
        del sys.modules[name]
    every = [mutant for file in files for mutant in mutants(file)]
    unchanged = [Mutant(file, 0, "nothing", ast.parse((PACKAGE / file).read_text(encoding="utf-8"))) for file in files]
    survived = []
    with ThreadPoolExecutor(workers) as pool:
        if not all(pool.map(survives, unchanged)):
            raise SystemExit("the example tests fail without any change: nothing can be measured")
        for mutant, lived in zip(every, pool.map(survives, every), strict=True):
            if lived:
                survived.append(mutant)
                print(f"survived: {mutant.file}:{mutant.line}: {mutant.change}", flush=True)
    score = 1 - len(survived) / len(every)
    print(f"legality: {len(every) - len(survived)} of {len(every)} mutants noticed ({score:.1%})")
    return score


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or tuple(TESTS_OF))
