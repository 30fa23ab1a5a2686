"""Alarms: something that must be zero is not. They all go to one topic, whose subscribers the operator chooses."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk.settings import StageSettings


def alarm_when_above_zero(scope: Construct, stage: StageSettings, name: str, metric: cloudwatch.Metric) -> None:
    """Tells the operators as soon as `metric` passes zero, and again when it is back."""
    alarm = cloudwatch.Alarm(
        scope,
        f"Alarm-{name.rpartition('-')[2]}",
        alarm_name=name,
        metric=metric,
        threshold=0,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    topic = sns.Topic.from_topic_arn(alarm, "Topic", stage.arn("sns", f"{stage.prefix}-alarms"))
    alarm.add_alarm_action(actions.SnsAction(topic))
    alarm.add_ok_action(actions.SnsAction(topic))
