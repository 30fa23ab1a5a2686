"""SNS topics, to which alarms would be told."""

from __future__ import annotations

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, Only
from cdk.local.resources.registry import Resource, Site, resource

POLICY = Inert("IAM and resource policies are not enforced")


@resource(
    "AWS::SNS::Topic",
    {
        "TopicName": VALUE,
        "DisplayName": Inert("a text"),
        "KmsMasterKeyId": Inert("memory is not encrypted"),
        "SignatureVersion": Inert("nothing is signed"),
        "Tags": TAGS,
    },
)
def topic(declared: Resource, site: Site) -> Created:
    """A topic."""
    name = declared.name("TopicName")
    arn = site.client("sns").create_topic(Name=name)["TopicArn"]
    return Created(arn, {"TopicArn": arn, "TopicName": name})


@resource("AWS::SNS::TopicPolicy", {"Topics": POLICY, "PolicyDocument": POLICY})
def topic_policy(declared: Resource, site: Site) -> Created:
    """A topic's policy, not enforced here."""
    return Created(declared.logical_id)


@resource(
    "AWS::SNS::Subscription",
    {"TopicArn": VALUE, "Protocol": Only.of("email", "sqs"), "Endpoint": VALUE, "Region": VALUE},
)
def subscription(declared: Resource, site: Site) -> Created:
    """A subscriber, by mail or by queue."""
    made = site.client("sns").subscribe(
        TopicArn=declared.properties["TopicArn"],
        Protocol=declared.properties["Protocol"],
        Endpoint=declared.properties["Endpoint"],
        ReturnSubscriptionArn=True,
    )
    return Created(made["SubscriptionArn"])
