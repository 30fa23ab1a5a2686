"""What the code declares: event classes, routes, reactions, and the problems that are raised.

Handlers are imported by name, for their declarations alone; nothing is wired and no environment is read.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

import passerelle.contracts
from passerelle import http, problems
from passerelle.consuming import Consumer
from passerelle.contracts import EVENT_TYPES, Event
from passerelle.http import Api, Route

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class SliceDeclarations:
    """What one slice's handler declares: its routes, and the events it reacts to."""

    name: str
    routes: tuple[Route, ...]
    reactions: tuple[str, ...]


@cache
def event_types() -> Mapping[str, type[Event]]:
    """The event classes of the platform by name, in alphabetical order."""
    for module in pkgutil.iter_modules(passerelle.contracts.__path__, "passerelle.contracts."):
        importlib.import_module(module.name)
    ours = {name: kind for name, kind in EVENT_TYPES.items() if kind.__module__.startswith("passerelle.contracts.")}
    return dict(sorted(ours.items()))


@cache
def declarations() -> tuple[SliceDeclarations, ...]:
    """What every slice's handler declares, in alphabetical order of the slices."""
    names = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
    return tuple(_declared(name, importlib.import_module(f"functions.{name}.handler")) for name in names)


def _declared(name: str, handler: ModuleType) -> SliceDeclarations:
    members = list(vars(handler).values())
    routes = [route for member in members if isinstance(member, Api) for route in member.routes]
    reactions = [event for member in members if isinstance(member, Consumer) for event in member.reactions]
    return SliceDeclarations(name, tuple(routes), tuple(sorted(reactions)))


def consumers(slices: Iterable[SliceDeclarations]) -> dict[str, tuple[str, ...]]:
    """Which slices react to each event."""
    known = tuple(slices)
    return {name: tuple(one.name for one in known if name in one.reactions) for name in event_types()}


@cache
def problem_codes(slice_name: str) -> Mapping[int, tuple[str, ...]]:
    """The problem codes by status that the kernel's edge, this slice (if one is named) and what it serves with
    `from passerelle import …` raise, read from where they do."""
    found: dict[int, set[str]] = {kind.status: {kind.code} for kind in problem_classes().values()}
    edge = Path(http.__file__).parent
    own = [ast.parse(file.read_text(encoding="utf-8")) for file in _files_of(slice_name)]
    used = {name for tree in own for name in _kernel_modules(tree)}
    files = [*edge.glob("*.py"), *(file for name in used if (file := edge.parent / f"{name}.py").exists())]
    for tree in (*own, *(ast.parse(file.read_text(encoding="utf-8")) for file in files)):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in problem_classes():
                for keyword in node.keywords:
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                        found[problem_classes()[node.func.id].status].add(str(keyword.value.value))
    return {status: tuple(sorted(codes)) for status, codes in sorted(found.items())}


def _files_of(slice_name: str) -> Iterable[Path]:
    return (ROOT / "functions" / slice_name).glob("**/*.py") if slice_name else ()


def _kernel_modules(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "passerelle":
            yield from (alias.name for alias in node.names)


@cache
def problem_classes() -> Mapping[str, type[problems.Problem]]:
    """The kernel's problems by class name."""
    return {kind.__name__: kind for kind in (problems.Problem, *problems.Problem.__subclasses__())}


def text_of(documented: object) -> str:
    """The docstring on one line."""
    return " ".join((documented.__doc__ or "").split())


def first_line(documented: object) -> str:
    """The first line of the docstring."""
    return (documented.__doc__ or "").strip().splitlines()[0]
