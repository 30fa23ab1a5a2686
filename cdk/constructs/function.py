"""A slice's Lambda function with all that belongs to it: its own role, log group, packages, clock and alarms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aws_cdk import Acknowledgment, Duration, IgnoreMode, RemovalPolicy, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.constructs import permissions
from cdk.constructs.alarms import alarm_when_above_zero
from cdk.constructs.consumer import DeadLetters
from cdk.constructs.environment import of_vocabulary
from cdk.constructs.layers import layers_of
from cdk.constructs.schedule import Schedule
from cdk.constructs.slice import Entry, Permission, Slice
from cdk.settings import StageSettings

ROOT = Path(__file__).resolve().parents[2]
RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


class SliceFunction(lambda_.Function):
    """`functions.<slice>.handler.<entry>`, deployed under its deterministic name.

    It can do what its page says, what its trigger needs, write its log and send its traces, and nothing else. One that
    runs by the clock keeps its failed runs in a queue of its own.
    """

    def __init__(self, scope: Construct, page: Slice, entry: Entry, stage: StageSettings) -> None:
        name = stage.function(page.name, entry.name)
        construct_id = entry.name.capitalize()
        failures = DeadLetters(scope, f"{construct_id}Failures", stage, f"{name}-dlq") if entry.every else None
        super().__init__(
            scope,
            construct_id,
            function_name=name,
            description=f"{page.name}: {entry.name}",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{page.name}.handler.{entry.name}",
            code=slice_code(page),
            layers=layers_of(scope, entry),
            environment=environment_of(page, stage),
            timeout=Duration.seconds(entry.timeout_seconds),
            memory_size=entry.memory_mb,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group(scope, f"{construct_id}Log", f"/aws/lambda/{name}", stage),
            on_failure=destinations.SqsDestination(failures) if failures else None,
            role=function_role(scope, f"{construct_id}Role", name, granted_to(page, entry, stage)),
        )
        if not entry.answers_by_error:
            alarm_when_above_zero(self, stage, f"{name}-errors", self.metric_errors(period=Duration.minutes(5)))
        alarm_when_above_zero(self, stage, f"{name}-throttles", self.metric_throttles(period=Duration.minutes(5)))
        if entry.every and failures:
            Schedule(self, name, stage, entry.every, failures)


def slice_code(page: Slice) -> lambda_.Code:
    """The slice's folder and its `files`, nothing of any other, under the paths they have in the repository."""
    files = [line for name in page.files for line in _only(name)]
    return lambda_.Code.from_asset(
        str(ROOT),
        ignore_mode=IgnoreMode.GIT,
        exclude=[
            "/*",
            "!/functions/",
            "/functions/*",
            "!/functions/__init__.py",
            f"!/functions/{page.name}/",
            *files,
            "__pycache__",
            "README.md",
        ],
    )


def _only(name: str) -> tuple[str, ...]:
    """The lines that let one file of a top-level folder through."""
    folder = name.split("/", 1)[0]
    return (f"!/{folder}/", f"/{folder}/*", f"!/{name}")


def environment_of(page: Slice, stage: StageSettings) -> dict[str, str]:
    """What a slice's functions are told: what its page says, and where nomenclatures lie if it reads codes."""
    return {**page.environment, **(of_vocabulary(stage) if page.reads_codes else {})}


def log_group(scope: Construct, construct_id: str, name: str, stage: StageSettings) -> logs.LogGroup:
    """A log group that keeps its lines as long as the stage says."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=RETENTION[stage.log_retention_days],
        removal_policy=RemovalPolicy.DESTROY,
    )


def granted_to(page: Slice, entry: Entry, stage: StageSettings) -> tuple[Permission, ...]:
    """All that an entry may do: what its page says, then what comes with being a function and with its trigger."""
    name = stage.function(page.name, entry.name)
    granted = [*entry.permissions, permissions.log(stage, name), permissions.tracing()]
    if page.reads_codes:
        granted.extend(permissions.vocabulary_reading(stage))
    if entry.name == "events":
        granted.append(permissions.queue_reading(stage, page.name))
        granted.append(permissions.queue_sending(stage, f"{stage.queue(page.name)}-dlq"))
    if entry.every:
        granted.append(permissions.queue_sending(stage, f"{name}-dlq"))
    if entry.works_off:
        granted.append(permissions.queue_reading(stage, f"{page.name}-{entry.works_off}.fifo"))
    if entry.hears_returns:
        granted.append(permissions.queue_reading(stage, f"{page.name}-{entry.name}"))
    if entry.name == "relay":
        granted.append(permissions.queue_sending(stage, f"{name}-dlq"))
        granted.append(permissions.stream_listing())
        granted.extend(permissions.stream(stage, table) for table in page.relays)
    return tuple(granted)


def function_role(scope: Construct, construct_id: str, name: str, granted: tuple[Permission, ...]) -> iam.IRole:
    """A role of the same name as its function, whose one policy is exactly `granted`."""
    role = iam.Role(
        scope,
        construct_id,
        role_name=name,
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"permissions": iam.PolicyDocument(statements=[statement(each) for each in granted])},
    )
    acknowledge_wildcards(role, granted)
    return role.without_policy_updates()


def statement(permission: Permission) -> iam.PolicyStatement:
    """The IAM statement of a permission."""
    return iam.PolicyStatement(
        actions=list(permission.actions),
        resources=list(permission.resources),
        conditions={operator: dict(test) for operator, test in permission.conditions.items()} or None,
    )


def acknowledge_wildcards(scope: Construct, granted: Iterable[Permission]) -> None:
    """Answers the audit's questions about wildcards with the reasons the permissions give."""
    reasons = {star: permission.wildcard for permission in granted for star in permission.stars}
    for star, reason in reasons.items():
        Validations.of(scope).acknowledge(Acknowledgment(id=f"AwsSolutions-IAM5[{star}]", reason=str(reason)))
