"""The outbox relay's sources: the stream of every table, event rows only, with an end to its patience."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from cdk.constructs.consumer import DeadLetters
from cdk.constructs.slice import Slice
from cdk.settings import StageSettings

EVENT_ROWS = lambda_.FilterCriteria.filter(
    {
        "eventName": lambda_.FilterRule.is_equal("INSERT"),
        "dynamodb": {"Keys": {"sk": {"S": lambda_.FilterRule.begins_with("EVENT#")}}},
    }
)


class OutboxRelay(Construct):
    """Wakes `relay` when an event row was written, by the stream's ARN that the data stack published.

    After ten tries, halved each time, a batch is told to the dead letters (metadata only) and left to the sweep, which
    publishes whatever row still says that it is unpublished.
    """

    def __init__(self, scope: Construct, page: Slice, stage: StageSettings, function: lambda_.IFunction) -> None:
        super().__init__(scope, "Streams")
        failures = DeadLetters(self, "Failures", stage, f"{stage.function(page.name, 'relay')}-dlq")
        for table in page.relays:
            lambda_.EventSourceMapping(
                self,
                "".join(word.capitalize() for word in table.split("-")),
                target=function,
                event_source_arn=stage.parameter_reference(f"streams/{table}"),
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=100,
                bisect_batch_on_error=True,
                retry_attempts=10,
                report_batch_item_failures=True,
                filters=[EVENT_ROWS],
                on_failure=sources.SqsDlq(failures),
            )
