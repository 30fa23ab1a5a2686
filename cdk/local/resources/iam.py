"""Roles and policies: parsed and kept, for the comparison with what was used. They are not enforced here."""

from __future__ import annotations

from typing import Any

from cdk.local.deployment import Statement
from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, NotSupported
from cdk.local.resources.registry import Resource, Site, resource

DOCUMENT = {
    "Version": VALUE,
    "Id": VALUE,
    "Statement": [
        {"Sid": VALUE, "Effect": VALUE, "Action": VALUE, "Resource": VALUE, "Condition": VALUE},
    ],
}
AWS_MANAGED = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": [
        Statement(True, ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"), ("*",))
    ],
    "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs": [Statement(True, ("logs:*",), ("*",))],
}


@resource(
    "AWS::IAM::Role",
    {
        "RoleName": VALUE,
        "AssumeRolePolicyDocument": Inert("no role is assumed here; each function has keys of its own"),
        "Policies": [{"PolicyName": VALUE, "PolicyDocument": DOCUMENT}],
        "ManagedPolicyArns": VALUE,
        "Description": Inert("a text"),
        "MaxSessionDuration": Inert("no role is assumed here"),
        "PermissionsBoundary": Inert("IAM is not enforced"),
        "Path": Inert("a prefix of names"),
        "Tags": TAGS,
    },
)
def role(declared: Resource, site: Site) -> Created:
    """A role with its inline and managed policies."""
    name = declared.name("RoleName")
    arn = f"arn:aws:iam::{site.deployment.account}:role/{name}"
    kept = site.deployment.policies.setdefault(arn, [])
    for policy in declared.properties.get("Policies", ()):
        kept.extend(statements(policy["PolicyDocument"]))
    for managed in declared.properties.get("ManagedPolicyArns", ()):
        if managed not in AWS_MANAGED and managed not in site.deployment.policies:
            raise NotSupported(f"{declared.where}: managed policy {managed} is not known to the local cloud")
        kept.extend(AWS_MANAGED.get(managed) or site.deployment.policies[managed])
    return Created(name, {"Arn": arn, "RoleId": f"AROA{declared.logical_id}"})


@resource("AWS::IAM::Policy", {"PolicyName": VALUE, "PolicyDocument": DOCUMENT, "Roles": [VALUE]})
def policy(declared: Resource, site: Site) -> Created:
    """An inline policy of some roles."""
    for name in declared.properties["Roles"]:
        arn = f"arn:aws:iam::{site.deployment.account}:role/{name}"
        site.deployment.policies.setdefault(arn, []).extend(statements(declared.properties["PolicyDocument"]))
    return Created(declared.logical_id)


@resource(
    "AWS::IAM::ManagedPolicy",
    {
        "ManagedPolicyName": VALUE,
        "PolicyDocument": DOCUMENT,
        "Roles": [VALUE],
        "Description": Inert("a text"),
        "Path": Inert("a prefix of names"),
    },
)
def managed_policy(declared: Resource, site: Site) -> Created:
    """A policy of its own, attached to roles."""
    arn = f"arn:aws:iam::{site.deployment.account}:policy/{declared.name('ManagedPolicyName')}"
    site.deployment.policies[arn] = statements(declared.properties["PolicyDocument"])
    if declared.properties.get("Roles"):
        policy(declared, site)
    return Created(arn, {"PolicyArn": arn})


def statements(document: dict[str, Any]) -> list[Statement]:
    """The statements of a policy document."""
    return [
        Statement(
            allow=statement["Effect"] == "Allow",
            actions=_tuple(statement["Action"]),
            resources=_tuple(statement["Resource"]),
            conditional="Condition" in statement,
        )
        for statement in document["Statement"]
    ]


def _tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
