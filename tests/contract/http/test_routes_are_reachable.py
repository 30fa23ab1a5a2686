"""Every declared route is behind a resource of the synthesised API, with the authorizer unless anybody may call it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from cdk.contracts.declared import declarations
from cdk.local.assembly import Assembly, synthesise
from passerelle.access import Role
from passerelle.http import Route

ROUTES = [route for one in declarations() for route in one.routes]


@pytest.fixture(scope="session")
def methods() -> dict[str, dict[str, str]]:
    """By resource path as the gateway sees it: HTTP method (or ANY) and its type of authorization."""
    resources: dict[str, Any] = {}
    for stack in Assembly(synthesise()).stacks():
        resources |= {f"{stack.name}/{name}": one for name, one in stack.template["Resources"].items()}
    paths = {name: one for name, one in resources.items() if one["Type"] == "AWS::ApiGateway::Resource"}
    found: dict[str, dict[str, str]] = {}
    for name, one in resources.items():
        if one["Type"] == "AWS::ApiGateway::Method":
            properties = one["Properties"]
            path = path_of(name.split("/")[0], properties["ResourceId"], paths)
            found.setdefault(path, {})[properties["HttpMethod"]] = properties.get("AuthorizationType", "NONE")
    return found


def path_of(stack: str, reference: Mapping[str, Any], paths: Mapping[str, Any]) -> str:
    """The path of a resource, from its parents."""
    one = paths.get(f"{stack}/{reference.get('Ref', '')}")
    if one is None:
        return ""
    return f"{path_of(stack, one['Properties']['ParentId'], paths)}/{one['Properties']['PathPart']}"


def most_specific(methods: Mapping[str, Mapping[str, str]], route: Route) -> str | None:
    """The authorization of the resource that the gateway chooses: literal parts win over `{proxy+}`."""
    path = re.sub(r"\{\w+\}", "x", route.path)
    fitting = []
    for pattern, allowed in methods.items():
        expression = re.sub(r"\\\{\w+\\\+\\\}", ".+", re.escape(pattern))
        expression = re.sub(r"\\\{\w+\\\}", "[^/]+", expression)
        if re.fullmatch(expression, path) and ({route.method, "ANY"} & set(allowed)):
            fitting.append((pattern.count("{"), -len(pattern), allowed.get(route.method) or allowed["ANY"]))
    return min(fitting)[2] if fitting else None


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_is_reachable_and_guarded(methods: dict[str, dict[str, str]], route: Route):
    authorization = most_specific(methods, route)

    assert authorization is not None, "no resource of the API leads here"
    if Role.PUBLIC in route.allow.roles:
        assert authorization == "NONE"
    else:
        assert authorization == "CUSTOM"
