"""What the synthesised templates say, in words: permissions, patterns, stateful resources, acknowledged objections.

Run as a module, it rewrites the snapshots beside it; a changed snapshot is then read like any other change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cdk.local.assembly import Assembly, synthesise
from cdk.settings import StageSettings, stage_settings

SNAPSHOTS = Path(__file__).parent / "snapshots"
STATEFUL = (
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::GlobalTable",
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)


@dataclass(frozen=True)
class Resource:
    """One resource of one template."""

    stack: str
    logical_id: str
    type: str
    body: dict[str, Any]

    @property
    def properties(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body.get("Properties", {})
        return found


@dataclass(frozen=True)
class Statement:
    """One statement of a role's policy, its lists spelled out."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: dict[str, Any]

    def __str__(self) -> str:
        service = self.actions[0].partition(":")[0]
        actions = " ".join(sorted(action.partition(":")[2] for action in self.actions))
        places = "\n        ".join(self.resources)
        condition = f"\n      if {json.dumps(self.conditions, sort_keys=True)}" if self.conditions else ""
        return f"    {service}: {actions}\n        {places}{condition}"


@dataclass(frozen=True)
class Templates:
    """All templates of one stage."""

    stage: StageSettings
    assembly: Assembly

    @classmethod
    def of(cls, stage: str) -> Templates:
        return cls(stage_settings(stage), Assembly(synthesise(stage)))

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        return tuple(
            Resource(stack.name, logical_id, body["Type"], body)
            for stack in self.assembly.stacks()
            for logical_id, body in stack.template["Resources"].items()
        )

    def all(self, kind: str) -> Iterator[Resource]:
        """The resources of one type."""
        return (resource for resource in self.resources if resource.type == kind)

    @cached_property
    def functions(self) -> dict[str, Resource]:
        return {resource.properties["FunctionName"]: resource for resource in self.all("AWS::Lambda::Function")}

    @cached_property
    def queues(self) -> dict[str, Resource]:
        return {resource.properties["QueueName"]: resource for resource in self.all("AWS::SQS::Queue")}

    @cached_property
    def roles(self) -> dict[str, tuple[Statement, ...]]:
        """The statements of each named role."""
        return {
            role.properties["RoleName"]: tuple(
                Statement(
                    _listed(statement["Action"]),
                    tuple(self.plain(role.stack, resource) for resource in _items(statement["Resource"])),
                    statement.get("Condition", {}),
                )
                for policy in role.properties.get("Policies", ())
                for statement in policy["PolicyDocument"]["Statement"]
                if statement["Effect"] == "Allow"
            )
            for role in self.all("AWS::IAM::Role")
            if "RoleName" in role.properties
        }

    def target(self, stack: str, reference: Any) -> Resource:
        """The resource of a stack that a Ref or Fn::GetAtt names."""
        logical_id = reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
        return next(each for each in self.resources if (each.stack, each.logical_id) == (stack, logical_id))

    def plain(self, stack: str, value: Any) -> str:
        """An ARN in short: without account and region, references replaced by the name of what they mean."""
        if not isinstance(value, str):
            target = self.target(stack, value)
            name = next(value for key, value in target.properties.items() if key.endswith("Name"))
            return f"{target.type.split('::')[1].lower()}:{name}"
        place = f"{self.stage.region}:{self.stage.account}:"
        return value.removeprefix("arn:aws:").replace(place, "").replace(self.stage.account, "<account>")


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return tuple(_items(value))


def permissions(templates: Templates) -> str:
    """What each role may do."""
    parts = (
        "\n".join((role, *sorted(str(statement) for statement in statements)))
        for role, statements in sorted(templates.roles.items())
    )
    return "\n\n".join(parts) + "\n"


def patterns(templates: Templates) -> str:
    """What each queue receives."""
    lines: dict[str, list[str]] = {}
    for rule in templates.all("AWS::Events::Rule"):
        pattern = rule.properties["EventPattern"]
        for target in rule.properties["Targets"]:
            queue = templates.target(rule.stack, target["Arn"]).properties["QueueName"]
            lines.setdefault(queue, []).append(f"    {pattern['detail-type'][0]} from {pattern['source'][0]}")
    return "\n\n".join("\n".join((queue, *sorted(found))) for queue, found in sorted(lines.items())) + "\n"


def stateful(templates: Templates) -> str:
    """The logical ids that must not change: a new one is a new, empty resource."""
    found = sorted(
        f"{each.stack} {each.type} {each.logical_id}" for each in templates.resources if each.type in STATEFUL
    )
    return "\n".join(found) + "\n"


def acknowledged(templates: Templates) -> str:
    """The audit's objections that are answered, with the reasons."""
    places: dict[str, set[str]] = {}
    for listing in templates.assembly.directory.glob("*.metadata.json"):
        for path, notes in json.loads(listing.read_text(encoding="utf-8")).items():
            for note in notes:
                if note["type"] == "aws:cdk:acknowledged-rules":
                    for rule, reason in note["data"].items():
                        short = templates.plain("", rule.removeprefix("Annotation::").replace("arn:aws:", ""))
                        places.setdefault(f"{short}: {reason}", set()).add(path.lstrip("/"))
    return "\n\n".join("\n    ".join((what, *sorted(where))) for what, where in sorted(places.items())) + "\n"


FACTS = {"permissions": permissions, "patterns": patterns, "stateful": stateful, "acknowledged": acknowledged}


def rewrite() -> None:
    """Writes the snapshots from the templates of the stage `local`."""
    templates = Templates.of("local")
    SNAPSHOTS.mkdir(exist_ok=True)
    for name, fact in FACTS.items():
        (SNAPSHOTS / f"{name}.txt").write_text(fact(templates), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
