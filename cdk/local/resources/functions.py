"""Lambda functions, their layers, event sources and permissions. They live in the deployment, not in moto."""

from __future__ import annotations

import json
from typing import Any

from cdk.local.deployment import FunctionSpec, MappingSpec
from cdk.local.filters import require_known
from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, NotSupported, Only
from cdk.local.resources.registry import Resource, Site, resource

MACHINE = Inert("functions run on the Python and processor of this machine")
LOCATION = {"S3Bucket": Inert("assets are read from the assembly"), "S3Key": VALUE}


@resource(
    "AWS::Lambda::Function",
    {
        "FunctionName": VALUE,
        "Handler": VALUE,
        "Code": LOCATION,
        "Layers": VALUE,
        "Environment": {"Variables": VALUE},
        "Timeout": VALUE,
        "MemorySize": VALUE,
        "Role": VALUE,
        "DeadLetterConfig": {"TargetArn": VALUE},
        "Description": Inert("a text"),
        "Runtime": MACHINE,
        "Architectures": MACHINE,
        "EphemeralStorage": MACHINE,
        "TracingConfig": Inert("traces go nowhere"),
        "LoggingConfig": Inert("logs go to a file per function"),
        "ReservedConcurrentExecutions": Inert("the local cloud has a concurrency of its own"),
        "KmsKeyArn": Inert("memory is not encrypted"),
        "RecursiveLoop": Inert("loops are not detected"),
        "Tags": TAGS,
    },
)
def function(declared: Resource, site: Site) -> Created:
    """A function; its environment is localised, nothing else of it changes."""
    name = declared.name("FunctionName")
    arn = site.deployment.arn("lambda", f"function:{name}")
    variables: dict[str, Any] = declared.properties.get("Environment", {}).get("Variables", {})
    site.deployment.functions[name] = FunctionSpec(
        name=name,
        arn=arn,
        handler=declared.properties["Handler"],
        code=site.asset(declared.properties["Code"]["S3Key"]),
        layers=tuple(declared.properties.get("Layers", ())),
        environment={key: site.localise(str(value)) for key, value in variables.items()},
        timeout=int(declared.properties.get("Timeout", 3)),
        memory=int(declared.properties.get("MemorySize", 128)),
        role=declared.properties["Role"],
    )
    if dead_letters := declared.properties.get("DeadLetterConfig"):
        site.deployment.async_policies[name].dead_letters = _queue(declared, dead_letters["TargetArn"])
    return Created(name, {"Arn": arn})


@resource(
    "AWS::Lambda::LayerVersion",
    {
        "LayerName": VALUE,
        "Content": LOCATION,
        "Description": Inert("a text"),
        "LicenseInfo": Inert("a text"),
        "CompatibleRuntimes": MACHINE,
        "CompatibleArchitectures": MACHINE,
    },
)
def layer(declared: Resource, site: Site) -> Created:
    """A layer. An unbuilt one has no `python` folder and adds nothing: its packages are installed here."""
    arn = site.deployment.arn("lambda", f"layer:{declared.name('LayerName')}:1")
    site.deployment.layers[arn] = site.asset(declared.properties["Content"]["S3Key"])
    return Created(arn, {"LayerVersionArn": arn})


@resource(
    "AWS::Lambda::EventSourceMapping",
    {
        "FunctionName": VALUE,
        "EventSourceArn": VALUE,
        "BatchSize": VALUE,
        "FunctionResponseTypes": Only.of([], ["ReportBatchItemFailures"]),
        "FilterCriteria": {"Filters": [{"Pattern": VALUE}]},
        "BisectBatchOnFunctionError": VALUE,
        "MaximumRetryAttempts": VALUE,
        "DestinationConfig": {"OnFailure": {"Destination": VALUE}},
        "StartingPosition": Only.of("TRIM_HORIZON"),
        "Enabled": Only.of(True),
        "MaximumBatchingWindowInSeconds": Inert("batches leave at once"),
        "MaximumRecordAgeInSeconds": Inert("records do not age here"),
        "ParallelizationFactor": Inert("a stream has one shard, read in order"),
        "ScalingConfig": Inert("the local cloud has a concurrency of its own"),
        "Tags": TAGS,
    },
)
def event_source_mapping(declared: Resource, site: Site) -> Created:
    """A queue or a table's stream read on behalf of a function."""
    source = declared.properties["EventSourceArn"]
    service = source.split(":")[2]
    if service not in ("sqs", "dynamodb"):
        raise NotSupported(f"{declared.where}: source {source}; only queues and DynamoDB streams are read here")
    filters = [json.loads(each["Pattern"]) for each in declared.properties.get("FilterCriteria", {}).get("Filters", ())]
    if filters and service == "sqs":
        raise NotSupported(f"{declared.where}: filters on queues are not known to the local cloud")
    for pattern in filters:
        require_known(pattern, f"{declared.where} FilterCriteria")
    site.deployment.mappings.append(
        MappingSpec(
            function=site.deployment.function_of(declared.properties["FunctionName"]).name,
            source=source,
            batch_size=int(declared.properties.get("BatchSize", 10 if service == "sqs" else 100)),
            partial_failures=bool(declared.properties.get("FunctionResponseTypes")),
            filters=tuple(filters),
            bisect=bool(declared.properties.get("BisectBatchOnFunctionError", False)),
            retries=int(declared.properties.get("MaximumRetryAttempts", -1)),
            failure_queue=_failure_queue(declared),
        )
    )
    return Created(declared.logical_id, {"Id": declared.logical_id})


@resource(
    "AWS::Lambda::Permission",
    {
        "Action": Only.of("lambda:InvokeFunction"),
        "FunctionName": VALUE,
        "Principal": VALUE,
        "SourceArn": Inert("which API or rule calls is not weighed"),
        "SourceAccount": Inert("there is one account on this machine"),
    },
)
def permission(declared: Resource, site: Site) -> Created:
    """A service that may invoke a function; an API without one stops the deployment."""
    called = site.deployment.function_of(declared.properties["FunctionName"])
    site.deployment.admit(called.arn, declared.properties["Principal"])
    return Created(declared.logical_id)


@resource(
    "AWS::Lambda::EventInvokeConfig",
    {
        "FunctionName": VALUE,
        "Qualifier": Only.of("$LATEST"),
        "MaximumRetryAttempts": VALUE,
        "DestinationConfig": {"OnFailure": {"Destination": VALUE}},
        "MaximumEventAgeInSeconds": Inert("events do not age here"),
    },
)
def event_invoke_config(declared: Resource, site: Site) -> Created:
    """Retries and failure destination of asynchronous invocations."""
    called = site.deployment.function_of(declared.properties["FunctionName"])
    policy = site.deployment.async_policies[called.name]
    policy.retries = int(declared.properties.get("MaximumRetryAttempts", 2))
    policy.failure_queue = _failure_queue(declared)
    return Created(declared.logical_id)


def _failure_queue(declared: Resource) -> str | None:
    destination = declared.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    return None if destination is None else _queue(declared, destination)


def _queue(declared: Resource, arn: str) -> str:
    if arn.split(":")[2] != "sqs":
        raise NotSupported(f"{declared.where}: failures go to queues only, not to {arn}")
    return arn
