"""Event patterns of event source mappings and rules: the operators known here, and whether a record matches.

An unknown operator is refused at deployment, since a pattern half understood would let everything through.
"""

from __future__ import annotations

from typing import Any

from cdk.local.properties import NotSupported

OPERATORS = {"prefix", "suffix", "exists", "anything-but", "equals-ignore-case"}
_ABSENT = object()


def require_known(pattern: Any, where: str) -> None:
    """Raises NotSupported for any operator that `matches` does not know."""
    if not isinstance(pattern, dict):
        raise NotSupported(f"{where}: a pattern is an object")
    for key, value in pattern.items():
        if key.startswith("$"):
            raise NotSupported(f"{where}.{key} is not known to the local cloud")
        if isinstance(value, dict):
            require_known(value, f"{where}.{key}")
        elif not isinstance(value, list) or not value:
            raise NotSupported(f"{where}.{key}: a pattern's leaf is a list with at least one value")
        else:
            for condition in value:
                if isinstance(condition, dict) and not condition.keys() <= OPERATORS:
                    raise NotSupported(f"{where}.{key}: operator {sorted(condition)} is not known to the local cloud")


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Whether every key of the pattern is satisfied by the event."""
    for key, expected in pattern.items():
        value = event.get(key, _ABSENT) if isinstance(event, dict) else _ABSENT
        if isinstance(expected, dict):
            if not matches(expected, value):
                return False
        elif not any(_satisfies(condition, value) for condition in expected):
            return False
    return True


def _satisfies(condition: Any, value: Any) -> bool:
    if isinstance(value, list):
        return any(_satisfies(condition, item) for item in value)
    if not isinstance(condition, dict):
        return value is not _ABSENT and bool(value == condition)
    operator, operand = next(iter(condition.items()))
    if operator == "exists":
        return (value is not _ABSENT) is operand
    if value is _ABSENT:
        return False
    text = value if isinstance(value, str) else ""
    match operator:
        case "prefix":
            return text.startswith(str(operand))
        case "suffix":
            return text.endswith(str(operand))
        case "equals-ignore-case":
            return text.lower() == str(operand).lower()
    if isinstance(operand, dict):
        return not _satisfies(operand, value)
    excluded: list[Any] = operand if isinstance(operand, list) else [operand]
    return value not in excluded
