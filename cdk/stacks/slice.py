"""One slice's stack: its functions, and what wakes them."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch

from cdk.constructs.alarms import alarm_when_above_zero
from cdk.constructs.consumer import EventConsumer, WorkQueue
from cdk.constructs.function import SliceFunction
from cdk.constructs.relay import OutboxRelay
from cdk.constructs.returns import MailReturns
from cdk.constructs.slice import Slice
from cdk.settings import StageSettings


def slice_stack(stack: Stack, stage: StageSettings, page: Slice) -> None:
    """Fills `stack` with what a page describes."""
    functions = {entry.name: SliceFunction(stack, page, entry, stage) for entry in page.entries}
    if page.subscriptions:
        EventConsumer(stack, page, stage, functions["events"])
    for entry in page.entries:
        if entry.works_off:
            WorkQueue(stack, page, stage, entry, functions[entry.name])
        if entry.hears_returns:
            MailReturns(stack, page, stage, entry, functions[entry.name])
    if page.relays:
        OutboxRelay(stack, page, stage, functions["relay"])
    for name in page.must_be_zero:
        metric = cloudwatch.Metric(
            namespace="Passerelle",
            metric_name=name,
            dimensions_map={"stage": stage.name},
            statistic="Sum",
            period=Duration.minutes(5),
        )
        alarm_when_above_zero(stack, stage, f"{stage.prefix}-{page.name}-{name}", metric)
