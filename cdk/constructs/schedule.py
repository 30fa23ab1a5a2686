"""What runs by the clock: a schedule that invokes one function, whose failed runs are kept and raise an alarm."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.settings import StageSettings


class Schedule(Construct):
    """Invokes `function` as `expression` says, in UTC; `dead_letters` learns of a run that could not start."""

    def __init__(
        self, function: lambda_.Function, name: str, stage: StageSettings, expression: str, dead_letters: sqs.IQueue
    ) -> None:
        super().__init__(function, "Schedule")
        role = iam.Role(
            self,
            "Role",
            role_name=f"{name}-schedule",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": stage.account}}
            ),
            inline_policies={
                "permissions": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["lambda:InvokeFunction"], resources=[stage.arn("lambda", f"function:{name}")]
                        ),
                        iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn]),
                    ]
                )
            },
        )
        scheduler.CfnSchedule(
            self,
            "Resource",
            name=name,
            schedule_expression=expression,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=function.function_arn,
                role_arn=role.role_arn,
                input="{}",
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=dead_letters.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=3600, maximum_retry_attempts=3
                ),
            ),
        )
