"""Which properties of a resource are understood, and the refusal of every other one.

A shape mirrors the structure of CloudFormation's properties: `VALUE` accepts what it is given, a dict names the known
keys of an object, a one-item list describes each element, `Only` accepts some values, and `Inert` accepts a property
that changes nothing on this machine and says why. What is not in the shape stops the deployment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class NotSupported(ValueError):
    """The template asks for something the local cloud does not know; it never runs half of it."""


@dataclass(frozen=True)
class Inert:
    """A property known to have no effect here."""

    reason: str


@dataclass(frozen=True)
class Only:
    """A property understood for some values alone."""

    values: tuple[Any, ...]

    @classmethod
    def of(cls, *values: Any) -> Only:
        """`Only.of("HOME_DIRECTORY")`."""
        return cls(values)


VALUE = object()
TAGS = Inert("tags select nothing on this machine")
Shape = Any


def check(value: Any, shape: Shape, where: str) -> None:
    """Raises NotSupported, naming `where` and the path, for anything `shape` does not describe."""
    if shape is VALUE or isinstance(shape, Inert):
        return
    if isinstance(shape, Only):
        if value not in shape.values:
            raise NotSupported(f"{where} = {value!r}: the local cloud knows only {', '.join(map(repr, shape.values))}")
        return
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise NotSupported(f"{where} is not a list")
        for position, item in enumerate(value):
            check(item, shape[0], f"{where}[{position}]")
        return
    if not isinstance(value, Mapping):
        raise NotSupported(f"{where} is not an object")
    for key, item in value.items():
        if key not in shape:
            raise NotSupported(f"{where}.{key} is not known to the local cloud")
        check(item, shape[key], f"{where}.{key}")
