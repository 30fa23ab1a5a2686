"""DynamoDB tables, from the one-region global tables of CDK's TableV2 or from plain ones."""

from __future__ import annotations

from typing import Any

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, NotSupported, Only
from cdk.local.resources.registry import Resource, Site, resource

PROTECTION = Inert("nothing outlives the run")
BACKUP = Inert("there is no recovery point on this machine")
ENCRYPTION = Inert("memory is not encrypted")
INDEX = {
    "IndexName": VALUE,
    "KeySchema": [{"AttributeName": VALUE, "KeyType": VALUE}],
    "Projection": {"ProjectionType": VALUE, "NonKeyAttributes": VALUE},
}
COMMON = {
    "TableName": VALUE,
    "KeySchema": [{"AttributeName": VALUE, "KeyType": VALUE}],
    "AttributeDefinitions": [{"AttributeName": VALUE, "AttributeType": VALUE}],
    "BillingMode": Only.of("PAY_PER_REQUEST"),
    "StreamSpecification": {"StreamViewType": VALUE},
    "TimeToLiveSpecification": {"AttributeName": VALUE, "Enabled": VALUE},
    "GlobalSecondaryIndexes": [INDEX],
    "SSESpecification": ENCRYPTION,
}
REPLICA = {
    "Region": VALUE,
    "PointInTimeRecoverySpecification": BACKUP,
    "ContributorInsightsSpecification": Inert("there are no metrics on this machine"),
    "DeletionProtectionEnabled": PROTECTION,
    "GlobalSecondaryIndexes": Inert("settings of replicas' indexes change no behaviour"),
    "SSESpecification": ENCRYPTION,
    "Tags": TAGS,
    "TableClass": Inert("a storage price"),
}


@resource("AWS::DynamoDB::GlobalTable", {**COMMON, "Replicas": [REPLICA]})
def global_table(declared: Resource, site: Site) -> Created:
    """A global table in the deployment's region, and in no other."""
    replicas = [replica["Region"] for replica in declared.properties["Replicas"]]
    if replicas != [site.deployment.region]:
        raise NotSupported(f"{declared.where}: replicas in {replicas}; there is one region on this machine")
    return _create(declared, site)


@resource(
    "AWS::DynamoDB::Table",
    {
        **COMMON,
        "PointInTimeRecoverySpecification": BACKUP,
        "DeletionProtectionEnabled": PROTECTION,
        "Tags": TAGS,
    },
)
def table(declared: Resource, site: Site) -> Created:
    """A table."""
    return _create(declared, site)


def _create(declared: Resource, site: Site) -> Created:
    name = declared.name("TableName")
    parameters: dict[str, Any] = {
        key: declared.properties[key]
        for key in ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
        if key in declared.properties
    }
    if stream := declared.properties.get("StreamSpecification"):
        parameters["StreamSpecification"] = {**stream, "StreamEnabled": True}
    client = site.client("dynamodb")
    made = client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **parameters)["TableDescription"]
    if ttl := declared.properties.get("TimeToLiveSpecification"):
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
    attributes = {"Arn": made["TableArn"], "TableId": made.get("TableId", name)}
    if stream:
        attributes["StreamArn"] = made["LatestStreamArn"]
    return Created(name, attributes)
