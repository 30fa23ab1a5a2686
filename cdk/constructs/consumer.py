"""What a slice's queues bring it: events by a rule per class, and work of its own, each with its dead letters."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Duration, Validations
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.alarms import alarm_when_above_zero
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings

# A reaction that waits for another fact comes back after 1, 2, 4 … 300 s: this many tries outlast the outbox's sweep.
TRIES = 12
QUEUE_TIME_OUT_FACTOR = 6
WORK_TRIES = 3


class DeadLetters(sqs.Queue):
    """A queue for work that failed for good: kept for fourteen days, and an alarm as soon as it holds something."""

    def __init__(
        self, scope: Construct, construct_id: str, stage: StageSettings, queue_name: str, *, fifo: bool = False
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            queue_name=f"{queue_name}.fifo" if fifo else queue_name,
            fifo=True if fifo else None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        Validations.of(self).acknowledge(
            Acknowledgment(id="AwsSolutions-SQS3", reason="it is itself where failed work ends")
        )
        waiting = self.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="Maximum")
        alarm_when_above_zero(self, stage, f"{queue_name}-waiting", waiting)


def queue_read_by(
    scope: Construct,
    stage: StageSettings,
    name: str,
    function: lambda_.IFunction,
    seconds: int,
    writers: int | None = None,
) -> tuple[sqs.Queue, DeadLetters]:
    """A queue of news that `function` reads in batches, within `seconds` each, and the dead letters of what it could
    not take in `TRIES` tries. `writers` is how many of it may run at once."""
    dead_letters = DeadLetters(scope, "DeadLetters", stage, f"{name}-dlq")
    queue = sqs.Queue(
        scope,
        "Queue",
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        visibility_timeout=Duration.seconds(QUEUE_TIME_OUT_FACTOR * seconds),
        retention_period=Duration.days(4),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=TRIES),
    )
    lambda_.EventSourceMapping(
        scope,
        "Mapping",
        target=function,
        event_source_arn=queue.queue_arn,
        batch_size=10,
        report_batch_item_failures=True,
        max_concurrency=writers,
    )
    return queue, dead_letters


class EventConsumer(Construct):
    """Brings a slice the events it subscribes to. Rules match on source and detail-type only.

    A message is tried five times; the function reports the ones that failed, so that the others are not repeated.
    """

    def __init__(self, scope: Construct, page: Slice, stage: StageSettings, function: lambda_.IFunction) -> None:
        super().__init__(scope, "Consumer")
        name = stage.queue(page.name)
        seconds = next(entry.timeout_seconds for entry in page.entries if entry.name == "events")
        queue, dead_letters = queue_read_by(self, stage, name, function, seconds, page.writers)
        bus = events.EventBus.from_event_bus_name(self, "Bus", stage.prefix)
        for event in page.subscriptions:
            events.Rule(
                self,
                event.__name__,
                rule_name=f"{name}-{event.__name__}",
                event_bus=bus,
                event_pattern=events.EventPattern(source=[event.source()], detail_type=[event.__name__]),
                targets=[targets.SqsQueue(queue, dead_letter_queue=dead_letters)],
            )


class WorkQueue(Construct):
    """A queue that a slice fills and works off itself, one message at a time for each message group.

    A group that is slow holds up no other; a message that the function cannot take three times is set aside.
    """

    def __init__(
        self, scope: Construct, page: Slice, stage: StageSettings, entry: Entry, function: lambda_.IFunction
    ) -> None:
        name = str(entry.works_off)
        super().__init__(scope, name.capitalize())
        queue_name = stage.work_queue(page.name, name)
        dead_letters = DeadLetters(self, "DeadLetters", stage, f"{queue_name.removesuffix('.fifo')}-dlq", fifo=True)
        queue = sqs.Queue(
            self,
            "Queue",
            queue_name=queue_name,
            fifo=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(QUEUE_TIME_OUT_FACTOR * entry.timeout_seconds),
            retention_period=Duration.days(1),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=WORK_TRIES),
        )
        lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=function,
            event_source_arn=queue.queue_arn,
            batch_size=1,
            report_batch_item_failures=True,
        )
