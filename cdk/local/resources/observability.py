"""Alarms, dashboards and log groups: checked for what they say, and inert, since no metric is emitted here."""

from __future__ import annotations

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert
from cdk.local.resources.registry import Resource, Site, resource

METRICS = Inert("no metric is emitted here")


@resource(
    "AWS::CloudWatch::Alarm",
    {
        "AlarmName": VALUE,
        **dict.fromkeys(
            (
                "AlarmDescription",
                "ActionsEnabled",
                "AlarmActions",
                "OKActions",
                "InsufficientDataActions",
                "ComparisonOperator",
                "DatapointsToAlarm",
                "Dimensions",
                "EvaluateLowSampleCountPercentile",
                "EvaluationPeriods",
                "ExtendedStatistic",
                "MetricName",
                "Metrics",
                "Namespace",
                "Period",
                "Statistic",
                "Threshold",
                "TreatMissingData",
                "Unit",
            ),
            METRICS,
        ),
        "Tags": TAGS,
    },
)
def alarm(declared: Resource, site: Site) -> Created:
    """An alarm that never rings."""
    name = declared.name("AlarmName")
    return Created(name, {"Arn": site.deployment.arn("cloudwatch", f"alarm:{name}")})


@resource("AWS::CloudWatch::Dashboard", {"DashboardName": VALUE, "DashboardBody": METRICS})
def dashboard(declared: Resource, site: Site) -> Created:
    """A dashboard nobody looks at."""
    return Created(declared.name("DashboardName"))


@resource(
    "AWS::Logs::LogGroup",
    {
        "LogGroupName": VALUE,
        "RetentionInDays": Inert("logs are files of the run"),
        "KmsKeyId": Inert("files are not encrypted"),
        "LogGroupClass": Inert("a price"),
        "Tags": TAGS,
    },
)
def log_group(declared: Resource, site: Site) -> Created:
    """A log group: the logs are files of the run."""
    name = declared.name("LogGroupName")
    return Created(name, {"Arn": site.deployment.arn("logs", f"log-group:{name}:*")})


@resource(
    "AWS::Logs::MetricFilter",
    dict.fromkeys(("FilterName", "FilterPattern", "LogGroupName", "MetricTransformations"), METRICS),
)
def metric_filter(declared: Resource, site: Site) -> Created:
    """A metric drawn from logs: nobody counts here."""
    return Created(declared.logical_id)


@resource("AWS::CDK::Metadata", {"Analytics": Inert("which constructs were used")})
def metadata(declared: Resource, site: Site) -> Created:
    """CDK's own note."""
    return Created(declared.logical_id)
