"""How a resource type is made known: its shape, and the function that creates it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cdk.local.deployment import Deployment
from cdk.local.intrinsics import Created
from cdk.local.properties import NotSupported, Shape, check


@dataclass(frozen=True)
class Resource:
    """One resource of a template, its properties resolved and checked."""

    stack: str
    logical_id: str
    type: str
    properties: dict[str, Any]

    @property
    def where(self) -> str:
        """How messages name it."""
        return f"{self.stack}/{self.logical_id} ({self.type})"

    def name(self, key: str) -> str:
        """The stated name, or one made of stack and logical id as CloudFormation does."""
        return str(self.properties.get(key, f"{self.stack}-{self.logical_id}"))

    def without(self, *keys: str) -> dict[str, Any]:
        """The properties but for those."""
        return {key: value for key, value in self.properties.items() if key not in keys}


@dataclass
class Site:
    """Where resources are created: boto3 clients, the deployment's record, the assembly's assets, and substitutions."""

    client: Callable[[str], Any]
    deployment: Deployment
    asset: Callable[[str], Any]
    localise: Callable[[str], str]


Create = Callable[[Resource, Site], Created]
_KINDS: dict[str, tuple[Shape, Create]] = {}


def resource(kind: str, shape: Shape) -> Callable[[Create], Create]:
    """Declares that a function creates resources of a type, from properties of a shape."""

    def declare(create: Create) -> Create:
        _KINDS[kind] = (shape, create)
        return create

    return declare


def create(declared: Resource, site: Site) -> Created:
    """Creates a resource. Raises NotSupported for a type or a property nobody declared."""
    if declared.type not in _KINDS:
        raise NotSupported(f"{declared.where}: this type is not known to the local cloud")
    shape, make = _KINDS[declared.type]
    check(declared.properties, shape, f"{declared.where} Properties")
    return make(declared, site)
