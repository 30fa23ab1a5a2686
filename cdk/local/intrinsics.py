"""CloudFormation's intrinsic functions and dynamic references, over what has been created so far.

It promises plain values, and refuses any function it does not know: a template that deploys here must not owe it to
something left unresolved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cdk.local.properties import NotSupported

NO_VALUE = object()
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")
_DYNAMIC = re.compile(r"\{\{resolve:([^:}]+):([^}]+)\}\}")


@dataclass(frozen=True)
class Created:
    """A created resource: what `Ref` gives, and what `Fn::GetAtt` gives."""

    ref: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Resolver:
    """Resolves one template. `parameter` reads an SSM parameter for dynamic references."""

    pseudo: Mapping[str, str]
    parameter: Callable[[str], str]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    created: dict[str, Created] = field(default_factory=dict)

    def resolve(self, value: Any) -> Any:
        """`value` with every intrinsic function replaced; keys set to AWS::NoValue disappear."""
        if isinstance(value, str):
            return _DYNAMIC.sub(self._dynamic, value)
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in ("Ref", "Condition") or name.startswith("Fn::"):
                return self._call(name, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """The value of a named condition of the template."""
        if name not in self.conditions:
            raise NotSupported(f"condition {name} is not declared")
        return bool(self.resolve(self.conditions[name]))

    def _call(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Fn::GetAtt":
                logical_id, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
                return self._attribute(logical_id, attribute)
            case "Fn::Sub":
                return self._substitute(argument)
            case "Fn::Join":
                separator, parts = argument
                return self.resolve(separator.join(str(part) for part in self.resolve(parts)))
            case "Fn::Select":
                position, items = self.resolve(argument)
                return items[int(position)]
            case "Fn::Split":
                separator, text = self.resolve(argument)
                return text.split(separator)
            case "Fn::If":
                condition, then, otherwise = argument
                return self.resolve(then if self.condition(condition) else otherwise)
            case "Condition":
                return self.condition(argument) if isinstance(argument, str) else {name: self.resolve(argument)}
            case "Fn::Equals":
                left, right = self.resolve(argument)
                return left == right
            case "Fn::Not":
                return not self.resolve(argument)[0]
            case "Fn::And":
                return all(self.resolve(argument))
            case "Fn::Or":
                return any(self.resolve(argument))
        raise NotSupported(f"intrinsic function {name} is not known to the local cloud")

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.created:
            return self.created[name].ref
        raise NotSupported(f"Ref {name}: nothing of that name has been created")

    def _attribute(self, logical_id: str, attribute: str) -> Any:
        if logical_id not in self.created:
            raise NotSupported(f"Fn::GetAtt {logical_id}.{attribute}: nothing of that name has been created")
        attributes = self.created[logical_id].attributes
        if attribute not in attributes:
            raise NotSupported(f"Fn::GetAtt {logical_id}.{attribute} is not known to the local cloud")
        return attributes[attribute]

    def _substitute(self, argument: Any) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else argument

        def replace(found: re.Match[str]) -> str:
            literal, name = found.groups()
            if literal:
                return f"${{{name}}}"
            if name in variables:
                return str(self.resolve(variables[name]))
            if "." in name:
                return str(self._attribute(*name.split(".", 1)))
            return str(self._ref(name))

        return str(self.resolve(_PLACEHOLDER.sub(replace, text)))

    def _dynamic(self, found: re.Match[str]) -> str:
        service, key = found.groups()
        if service != "ssm":
            raise NotSupported(f"dynamic reference {found.group(0)} is not known to the local cloud")
        return self.parameter(key.split(":")[0])


def references(value: Any) -> Iterator[str]:
    """The logical names `value` refers to, by Ref, Fn::GetAtt or Fn::Sub."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield item
            elif key == "Fn::GetAtt":
                yield item[0] if isinstance(item, list) else item.split(".", 1)[0]
            else:
                if key == "Fn::Sub":
                    text = item if isinstance(item, str) else item[0]
                    yield from (name.split(".")[0] for mark, name in _PLACEHOLDER.findall(text) if not mark)
                yield from references(item)
