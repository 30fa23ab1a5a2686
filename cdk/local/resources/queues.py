"""SQS queues and their policies."""

from __future__ import annotations

import json

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert
from cdk.local.resources.registry import Resource, Site, resource

ATTRIBUTES = ("DelaySeconds", "MessageRetentionPeriod", "VisibilityTimeout", "FifoQueue", "ContentBasedDeduplication")


@resource(
    "AWS::SQS::Queue",
    {
        "QueueName": VALUE,
        **dict.fromkeys(ATTRIBUTES, VALUE),
        "RedrivePolicy": {"deadLetterTargetArn": VALUE, "maxReceiveCount": VALUE},
        "SqsManagedSseEnabled": Inert("memory is not encrypted"),
        "KmsMasterKeyId": Inert("memory is not encrypted"),
        "KmsDataKeyReusePeriodSeconds": Inert("memory is not encrypted"),
        "ReceiveMessageWaitTimeSeconds": Inert("receiving never waits here"),
        "RedriveAllowPolicy": Inert("IAM and resource policies are not enforced"),
        "Tags": TAGS,
    },
)
def queue(declared: Resource, site: Site) -> Created:
    """A queue, with its redrive policy."""
    name = declared.name("QueueName")
    attributes = {key: _text(declared.properties[key]) for key in ATTRIBUTES if key in declared.properties}
    if redrive := declared.properties.get("RedrivePolicy"):
        attributes["RedrivePolicy"] = json.dumps(redrive)
    url = site.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return Created(
        f"https://sqs.{site.deployment.region}.amazonaws.com/{site.deployment.account}/{name}",
        {"Arn": site.deployment.arn("sqs", name), "QueueName": name, "QueueUrl": url},
    )


@resource("AWS::SQS::QueuePolicy", {"Queues": [VALUE], "PolicyDocument": VALUE})
def queue_policy(declared: Resource, site: Site) -> Created:
    """Which services may send to a queue; a rule whose queue does not let it in stops the deployment."""
    for url in declared.properties["Queues"]:
        arn = site.deployment.arn("sqs", url.rpartition("/")[2])
        for statement in declared.properties["PolicyDocument"]["Statement"]:
            principal = statement.get("Principal")
            if statement["Effect"] == "Allow" and isinstance(principal, dict):
                site.deployment.admit(arn, principal.get("Service", ()))
    return Created(declared.logical_id)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
