"""EventBridge: buses, and rules that send to queues."""

from __future__ import annotations

import json

from cdk.local.deployment import ScheduleSpec
from cdk.local.filters import require_known
from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, NotSupported, Only
from cdk.local.resources.registry import Resource, Site, resource

POLICY = Inert("IAM and resource policies are not enforced")


@resource(
    "AWS::Events::EventBus",
    {
        "Name": VALUE,
        "Description": Inert("a text"),
        "DeadLetterConfig": Inert("deliveries to queues do not fail here"),
        "KmsKeyIdentifier": Inert("memory is not encrypted"),
        "LogConfig": Inert("the bus writes no log here"),
        "Policy": POLICY,
        "Tags": TAGS,
    },
)
def bus(declared: Resource, site: Site) -> Created:
    """A custom event bus."""
    name = declared.properties["Name"]
    arn = site.client("events").create_event_bus(Name=name)["EventBusArn"]
    return Created(name, {"Arn": arn, "Name": name})


@resource(
    "AWS::Events::EventBusPolicy",
    dict.fromkeys(("EventBusName", "StatementId", "Statement", "Action", "Principal"), POLICY),
)
def bus_policy(declared: Resource, site: Site) -> Created:
    """Who else may publish: recorded nowhere, since resource policies are not enforced."""
    return Created(declared.logical_id)


@resource(
    "AWS::Events::Archive",
    dict.fromkeys(
        ("ArchiveName", "SourceArn", "Description", "EventPattern", "RetentionDays"), Inert("nothing is replayed here")
    ),
)
def archive(declared: Resource, site: Site) -> Created:
    """An archive of a bus: nothing is kept in it here."""
    return Created(declared.name("ArchiveName"))


@resource(
    "AWS::Events::Rule",
    {
        "Name": VALUE,
        "Description": Inert("a text"),
        "EventBusName": VALUE,
        "EventPattern": VALUE,
        "ScheduleExpression": VALUE,
        "State": Only.of("ENABLED", "DISABLED"),
        "Targets": [
            {
                "Arn": VALUE,
                "Id": VALUE,
                "Input": VALUE,
                "InputTransformer": {"InputPathsMap": VALUE, "InputTemplate": VALUE},
                "DeadLetterConfig": Inert("deliveries to queues do not fail here"),
                "RetryPolicy": Inert("deliveries to queues do not fail here"),
            }
        ],
        "Tags": TAGS,
    },
)
def rule(declared: Resource, site: Site) -> Created:
    """A rule from a pattern to queues, or a scheduled one to functions."""
    name, targets = declared.name("Name"), declared.properties.get("Targets", [])
    bus_name = declared.properties.get("EventBusName", "default")
    arn = site.deployment.arn("events", f"rule/{name}" if bus_name == "default" else f"rule/{bus_name}/{name}")
    if "ScheduleExpression" in declared.properties:
        _schedule(declared, site, name)
        return Created(name, {"Arn": arn})
    require_known(declared.properties["EventPattern"], f"{declared.where} EventPattern")
    for target in targets:
        if target["Arn"].split(":")[2] != "sqs" or "Input" in target:
            raise NotSupported(f"{declared.where}: target {target['Arn']}; rules send events to queues only")
        site.deployment.require_admission(target["Arn"], "events.amazonaws.com", declared.where)
    client = site.client("events")
    client.put_rule(
        Name=name,
        EventBusName=bus_name,
        EventPattern=json.dumps(declared.properties["EventPattern"]),
        State=declared.properties.get("State", "ENABLED"),
    )
    known = ("Arn", "Id", "InputTransformer")
    client.put_targets(
        Rule=name,
        EventBusName=bus_name,
        Targets=[{key: target[key] for key in known if key in target} for target in targets],
    )
    return Created(name, {"Arn": arn})


def _schedule(declared: Resource, site: Site, name: str) -> None:
    targets = declared.properties.get("Targets", [])
    if len(targets) != 1:
        raise NotSupported(f"{declared.where}: a scheduled rule has one target here, not {len(targets)}")
    site.deployment.schedules[name] = ScheduleSpec(
        name=name,
        expression=declared.properties["ScheduleExpression"],
        function=site.deployment.function_of(targets[0]["Arn"]).name,
        payload=json.loads(targets[0]["Input"]) if "Input" in targets[0] else None,
        enabled=declared.properties.get("State", "ENABLED") == "ENABLED",
    )
