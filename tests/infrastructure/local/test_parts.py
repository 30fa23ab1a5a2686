"""The parts that need no cloud: intrinsic functions, patterns, routes, the order of resources."""

from __future__ import annotations

from typing import Any

import pytest

from cdk.local.deployer import in_dependency_order
from cdk.local.deployment import ApiSpec, MethodSpec, Statement
from cdk.local.faults import Faults
from cdk.local.filters import matches, require_known
from cdk.local.front import find_route
from cdk.local.intrinsics import Created, Resolver
from cdk.local.properties import Inert, NotSupported, Only, check

RESOLVER = Resolver(
    pseudo={"AWS::Region": "eu-west-3"},
    parameter=lambda name: f"<{name}>",
    conditions={"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Not": [{"Condition": "Yes"}]}},
    created={"Queue": Created("url", {"Arn": "arn:queue"})},
)


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ({"Ref": "AWS::Region"}, "eu-west-3"),
        ({"Ref": "Queue"}, "url"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:queue"),
        ({"Fn::Sub": "${AWS::Region}/${Queue.Arn}/${!Literal}"}, "eu-west-3/arn:queue/${Literal}"),
        ({"Fn::Sub": ["${name}", {"name": {"Ref": "Queue"}}]}, "url"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Queue"}]]}, "a-url"),
        ({"Fn::Select": [1, {"Fn::Split": [":", {"Fn::GetAtt": ["Queue", "Arn"]}]}]}, "queue"),
        ({"Fn::If": ["No", 1, 2]}, 2),
        ({"kept": 1, "gone": {"Ref": "AWS::NoValue"}}, {"kept": 1}),
        ("{{resolve:ssm:/a/b}}/c", "</a/b>/c"),
    ],
)
def test_intrinsic_functions_resolve(value: Any, resolved: Any) -> None:
    assert RESOLVER.resolve(value) == resolved


@pytest.mark.parametrize(
    "value",
    [{"Fn::Base64": "x"}, {"Ref": "Absent"}, {"Fn::GetAtt": ["Queue", "Colour"]}, "{{resolve:secretsmanager:a}}"],
)
def test_what_cannot_be_resolved_is_refused(value: Any) -> None:
    with pytest.raises(NotSupported):
        RESOLVER.resolve(value)


def test_shapes_accept_what_they_describe_and_nothing_else() -> None:
    shape = {"Name": Only.of("a"), "Rows": [{"Key": Inert("why")}]}
    check({"Name": "a", "Rows": [{"Key": {"any": "thing"}}]}, shape, "X")
    for wrong, named in (
        ({"Name": "b"}, r"X\.Name = 'b'"),
        ({"Rows": [{"Lock": 1}]}, r"X\.Rows\[0\]\.Lock"),
        ({"Rows": {}}, r"X\.Rows is not a list"),
    ):
        with pytest.raises(NotSupported, match=named):
            check(wrong, shape, "X")


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        ({"a": ["x", "y"]}, {"a": "y"}, True),
        ({"a": ["x"]}, {}, False),
        ({"a": {"b": [{"prefix": "EV"}]}}, {"a": {"b": "EVENT"}}, True),
        ({"a": [{"exists": False}]}, {}, True),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "y"}, True),
        ({"a": [{"anything-but": {"prefix": "x"}}]}, {"a": "xy"}, False),
        ({"a": [{"equals-ignore-case": "ab"}]}, {"a": "AB"}, True),
        ({"a": ["x"], "b": ["z"]}, {"a": "x", "b": "y"}, False),
    ],
)
def test_patterns_match(pattern: dict[str, Any], event: dict[str, Any], expected: bool) -> None:
    require_known(pattern, "pattern")
    assert matches(pattern, event) is expected


def test_routes_prefer_what_is_more_specific() -> None:
    api = ApiSpec("id", "api")
    for verb, path in (("ANY", "/a"), ("ANY", "/a/{proxy+}"), ("ANY", "/a/{id}"), ("GET", "/a/{id}"), ("GET", "/a/b")):
        api.methods.append(MethodSpec(verb, path, f"{verb} {path}", None))

    def found(verb: str, path: str) -> str | None:
        route = find_route(api, verb, path)
        return route.method.function if route else None

    assert found("GET", "/a/b") == "GET /a/b"
    assert found("GET", "/a/c") == "GET /a/{id}"
    assert found("POST", "/a/c") == "ANY /a/{id}"
    assert found("GET", "/a/c/d") == "ANY /a/{proxy+}"
    assert found("GET", "/a/") == "ANY /a"
    assert found("GET", "/b") is None


def test_resources_come_after_what_they_refer_to() -> None:
    resources = {
        "Late": {"Properties": {"Name": {"Fn::Sub": "${Middle.Arn}"}}},
        "Middle": {"DependsOn": "Early"},
        "Early": {},
    }
    assert in_dependency_order(resources) == ["Early", "Middle", "Late"]
    with pytest.raises(NotSupported, match="depend on each other"):
        in_dependency_order({"A": {"DependsOn": ["B"]}, "B": {"DependsOn": "A"}})


def test_a_statement_covers_actions_and_resources_by_pattern() -> None:
    statement = Statement(allow=True, actions=("dynamodb:*Item",), resources=("arn:table/a",))
    assert statement.covers("dynamodb:PutItem", "arn:table/a")
    assert not statement.covers("dynamodb:Query", "arn:table/a")
    assert not statement.covers("dynamodb:PutItem", "arn:table/b")


def test_disorder_keeps_the_order_of_each_key() -> None:
    faults = Faults(seed=1, delays=1.0)
    disordered = faults.interleave([1, 2, 3, 4, 5, 6], ["a", "b", "a", "b", "a", "b"])
    assert sorted(disordered) == [1, 2, 3, 4, 5, 6]
    assert [each for each in disordered if each % 2] == [1, 3, 5]
    assert faults.fired["reordered"] == 1
