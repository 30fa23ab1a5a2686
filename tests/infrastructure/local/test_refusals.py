"""What the deployer does not know stops it, by name; so does what AWS would refuse for want of a permission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from cdk.local.assembly import Assembly
from cdk.local.deployer import deploy
from cdk.local.loopback import LoopbackServer
from cdk.local.moto_server import Moto
from cdk.local.properties import NotSupported

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def boto() -> Iterator[Callable[[str], Any]]:
    """Clients of an empty moto, all that a deployment needs."""
    server = LoopbackServer(Moto("123456789012").call, "aws")
    session = boto3.Session("AKIALOCALOPERATOR000", "local", region_name="eu-west-3")
    yield lambda service: session.client(service, endpoint_url=server.url)
    server.close()


def first(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    """The properties of the first resource of a type."""
    properties: dict[str, Any] = next(each["Properties"] for each in resources.values() if each["Type"] == kind)
    return properties


def an_unknown_type(resources: dict[str, Any]) -> None:
    resources["Parrot"] = {"Type": "AWS::Zoo::Parrot"}


def a_custom_resource(resources: dict[str, Any]) -> None:
    resources["Own"] = {"Type": "Custom::Own", "Properties": {}}


def an_unknown_property(resources: dict[str, Any]) -> None:
    first(resources, "AWS::SQS::Queue")["Colour"] = "blue"


def an_unknown_nested_property(resources: dict[str, Any]) -> None:
    mapping = next(
        each["Properties"] for each in resources.values() if "DestinationConfig" in each.get("Properties", {})
    )
    mapping["DestinationConfig"]["OnSuccess"] = {"Destination": "arn"}


def an_unknown_value(resources: dict[str, Any]) -> None:
    first(resources, "AWS::ApiGateway::Method")["AuthorizationType"] = "AWS_IAM"


def an_unknown_attribute(resources: dict[str, Any]) -> None:
    next(iter(resources.values()))["CreationPolicy"] = {}


def an_unknown_intrinsic(resources: dict[str, Any]) -> None:
    first(resources, "AWS::SQS::Queue")["QueueName"] = {"Fn::ImportValue": "elsewhere"}


def an_unknown_reference(resources: dict[str, Any]) -> None:
    first(resources, "AWS::SQS::Queue")["QueueName"] = {"Ref": "Nothing"}


def an_unknown_operator(resources: dict[str, Any]) -> None:
    first(resources, "AWS::Events::Rule")["EventPattern"] = {"detail-type": [{"wildcard": "Order*"}]}


def a_rule_to_a_function(resources: dict[str, Any]) -> None:
    first(resources, "AWS::Events::Rule")["Targets"] = [
        {"Id": "a", "Arn": "arn:aws:lambda:eu-west-3:123456789012:function:shop-ship"}
    ]


def a_queue_closed_to_the_bus(resources: dict[str, Any]) -> None:
    for name in [name for name, each in resources.items() if each["Type"] == "AWS::SQS::QueuePolicy"]:
        del resources[name]
    for each in resources.values():
        each.pop("DependsOn", None)


def a_function_closed_to_the_api(resources: dict[str, Any]) -> None:
    for name in [name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Permission"]:
        del resources[name]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (an_unknown_type, r"Shop/Parrot \(AWS::Zoo::Parrot\): this type is not known"),
        (a_custom_resource, r"Shop/Own \(Custom::Own\): this type is not known"),
        (an_unknown_property, r"\(AWS::SQS::Queue\) Properties\.Colour is not known"),
        (an_unknown_nested_property, r"Properties\.DestinationConfig\.OnSuccess is not known"),
        (an_unknown_value, r"Properties\.AuthorizationType = 'AWS_IAM'"),
        (an_unknown_attribute, r"\['CreationPolicy'\] are not known"),
        (an_unknown_intrinsic, r"Fn::ImportValue is not known"),
        (an_unknown_reference, r"Ref Nothing: nothing of that name"),
        (an_unknown_operator, r"operator \['wildcard'\] is not known"),
        (a_rule_to_a_function, r"rules send events to queues only"),
        (a_queue_closed_to_the_bus, r"AWS would refuse: .*events\.amazonaws\.com may not reach .*:shop\b"),
        (a_function_closed_to_the_api, r"AWS would refuse: .*apigateway\.amazonaws\.com may not reach .*shop-api"),
    ],
)
def test_the_deployment_stops(
    changed: Callable[..., Path], boto: Callable[[str], Any], change: Callable[[dict[str, Any]], None], message: str
) -> None:
    with pytest.raises(NotSupported, match=message):
        deploy(Assembly(changed(change)), boto, localise=str)
