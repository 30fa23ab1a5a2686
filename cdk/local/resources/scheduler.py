"""EventBridge Scheduler: schedules that invoke one function each."""

from __future__ import annotations

import json

from cdk.local.deployment import ScheduleSpec
from cdk.local.intrinsics import Created
from cdk.local.properties import VALUE, Inert, Only
from cdk.local.resources.registry import Resource, Site, resource


@resource(
    "AWS::Scheduler::Schedule",
    {
        "Name": VALUE,
        "Description": Inert("a text"),
        "ScheduleExpression": VALUE,
        "ScheduleExpressionTimezone": VALUE,
        "State": Only.of("ENABLED", "DISABLED"),
        "FlexibleTimeWindow": Inert("schedules fire when they are told to"),
        "Target": {
            "Arn": VALUE,
            "RoleArn": VALUE,
            "Input": VALUE,
            "DeadLetterConfig": Inert("invoking asynchronously does not fail here"),
            "RetryPolicy": Inert("invoking asynchronously does not fail here"),
        },
    },
)
def schedule(declared: Resource, site: Site) -> Created:
    """A schedule. Its role must let it invoke its function, as the scheduler itself insists."""
    name, target = declared.name("Name"), declared.properties["Target"]
    function = site.deployment.function_of(target["Arn"])
    site.deployment.require(
        f"{declared.where}: its role does not let it invoke {function.name}",
        lambda: site.deployment.allows(target["RoleArn"], "lambda:InvokeFunction", function.arn),
    )
    site.deployment.schedules[name] = ScheduleSpec(
        name=name,
        expression=declared.properties["ScheduleExpression"],
        function=function.name,
        payload=json.loads(target["Input"]) if "Input" in target else None,
        enabled=declared.properties.get("State", "ENABLED") == "ENABLED",
        timezone=declared.properties.get("ScheduleExpressionTimezone", "UTC"),
    )
    return Created(name, {"Arn": site.deployment.arn("scheduler", f"schedule/default/{name}")})
