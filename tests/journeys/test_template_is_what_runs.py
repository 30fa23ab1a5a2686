"""What runs here is the template: take one wire out of it and the journey no longer arrives."""

from pathlib import Path
from typing import Any

import pytest

from cdk.demo.player import MissingMail, Player
from cdk.local.pollers import NotSettled
from cdk.local.properties import NotSupported
from tests.support.world import HOST, LENDER, a_world, altered, enter


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: found for name, found in template["Resources"].items() if found["Type"] == kind}


def activates(player: Player) -> bool:
    try:
        enter(player, LENDER, HOST)
    except (MissingMail, NotSettled):
        return False
    return True


def test_unaltered_the_companies_activate(tmp_path: Path) -> None:
    assembly = altered(tmp_path, lambda stack, template: None)

    with a_world(assembly=assembly) as player:
        assert activates(player)


def test_without_one_event_source_mapping_it_stops(tmp_path: Path) -> None:
    def remove(stack: str, template: dict[str, Any]) -> None:
        if stack.endswith("notifications"):
            for name in of_type(template, "AWS::Lambda::EventSourceMapping"):
                del template["Resources"][name]

    with a_world(assembly=altered(tmp_path, remove)) as player:
        assert not activates(player)


def test_with_one_rule_that_matches_another_event_it_stops(tmp_path: Path) -> None:
    def redirect(stack: str, template: dict[str, Any]) -> None:
        for rule in of_type(template, "AWS::Events::Rule").values():
            if rule["Properties"]["EventPattern"]["detail-type"] == ["ActivationCodeRequested"]:
                rule["Properties"]["EventPattern"]["detail-type"] = ["SomethingElse"]

    with a_world(assembly=altered(tmp_path, redirect)) as player:
        assert not activates(player)


def test_an_unknown_resource_type_stops_the_deployer_with_its_name(tmp_path: Path) -> None:
    def add(stack: str, template: dict[str, Any]) -> None:
        template["Resources"]["Odd"] = {"Type": "AWS::Braket::Quantum", "Properties": {}}

    with pytest.raises(NotSupported, match="AWS::Braket::Quantum"), a_world(assembly=altered(tmp_path, add)):
        pass


def test_an_unknown_property_stops_the_deployer_with_its_name(tmp_path: Path) -> None:
    def add(stack: str, template: dict[str, Any]) -> None:
        for table in of_type(template, "AWS::DynamoDB::GlobalTable").values():
            table["Properties"]["Sharpness"] = 11

    with pytest.raises(NotSupported, match="Sharpness"), a_world(assembly=altered(tmp_path, add)):
        pass
