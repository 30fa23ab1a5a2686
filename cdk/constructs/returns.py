"""Brings a slice the news of mails that came back, without the addresses that SES tells with it.

SES publishes to the account's default bus alone. The rules pass on which posting it was, how and when, so that no
address reaches a queue; for the same reason they keep nothing that they cannot deliver, after a day of trying.
"""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.consumer import queue_read_by
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings

HOW = {"Email Bounced": "$.detail.bounce.bounceType", "Email Complaint Received": None}
"""What SES calls its news, and where it says how the mail came back."""


class MailReturns(Construct):
    """Rules on the default bus, for mails of the stage's configuration set, to a queue that `function` reads."""

    def __init__(
        self, scope: Construct, page: Slice, stage: StageSettings, entry: Entry, function: lambda_.IFunction
    ) -> None:
        super().__init__(scope, "MailReturns")
        name = stage.queue(f"{page.name}-{entry.name}")
        queue, _ = queue_read_by(self, stage, name, function, entry.timeout_seconds)
        for news, how in HOW.items():
            events.Rule(
                self,
                news.replace(" ", ""),
                rule_name=f"{name}-{news.split()[1]}",
                event_pattern=events.EventPattern(
                    source=["aws.ses"],
                    detail_type=[news],
                    detail={"mail": {"tags": {"ses:configuration-set": [stage.prefix]}}},
                ),
                targets=[targets.SqsQueue(queue, message=_without_addresses(how))],
            )


def _without_addresses(how: str | None) -> events.RuleTargetInput:
    found = events.EventField.from_path
    return events.RuleTargetInput.from_object(
        {
            "id": found("$.id"),
            "kind": found(how) if how else "Complaint",
            "sent_at": found("$.detail.mail.timestamp"),
            "tenant": found("$.detail.mail.tags.tenant[0]"),
            "posting": found("$.detail.mail.tags.posting[0]"),
        }
    )
