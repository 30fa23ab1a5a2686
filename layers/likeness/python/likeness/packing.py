"""What was learnt as one file, and back: arrays as they are, texts as lines. Nothing in it is code.

A `State` holds arrays, lists of texts, and states of parts. The same state gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Leaf: TypeAlias = "NDArray[Any] | Sequence[str]"
State: TypeAlias = "Mapping[str, Leaf | State]"
_TEXTS: Final = "texts"


def pack(state: State) -> bytes:
    """The file of a state."""
    whole = io.BytesIO()
    np.savez(whole, allow_pickle=False, **_flat(state, ""))
    return whole.getvalue()


def unpack(content: bytes) -> State:
    """The state of a file. Raises `ValueError` when it is none."""
    state: dict[str, Any] = {}
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        for path in arrays.files:
            *parts, name = path.split("/")
            here = state
            for part in parts:
                here = here.setdefault(part, {})
            kind, _, name = name.rpartition(":")
            here[name] = _lines(arrays[path]) if kind == _TEXTS else arrays[path]
    return state


def array_of(state: State, name: str) -> NDArray[Any]:
    """An array of a state. Raises `KeyError`, and `TypeError` when it is something else."""
    found = state[name]
    if not isinstance(found, np.ndarray):
        raise TypeError(f"{name} is not an array")
    return found


def texts_of(state: State, name: str) -> Sequence[str]:
    """The texts of a state. Raises `KeyError`, and `TypeError` when it is something else."""
    found = state[name]
    if isinstance(found, np.ndarray | Mapping):
        raise TypeError(f"{name} is not a list of texts")
    return found


def part_of(state: State, name: str) -> State:
    """A part of a state. Raises `KeyError`, and `TypeError` when it is something else."""
    found = state[name]
    if not isinstance(found, Mapping):
        raise TypeError(f"{name} is not a state")
    return found


def _flat(state: State, prefix: str) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    for name, value in state.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}/")
        elif isinstance(value, np.ndarray):
            found[f"{prefix}{name}"] = value
        else:
            found[f"{prefix}{_TEXTS}:{name}"] = np.frombuffer("\n".join(value).encode(), dtype=np.uint8)
    return found


def _lines(raw: NDArray[Any]) -> tuple[str, ...]:
    return tuple(raw.tobytes().decode().split("\n")) if len(raw) else ()
