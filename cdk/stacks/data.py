"""The tables: one per slice, all of the same shape, with a stream where the slice tells facts; the vault's keys, the
ledger of classes and the switch of nomenclatures in their own.

They outlive their stack and refuse deletion outside `local`. Each stream's ARN goes to SSM, for the relay to read.
"""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ssm as ssm

from cdk.constructs.slice import Slice
from cdk.settings import StageSettings

VAULT_KEYS = "identities-keys"
CLASSES = "classes"
NOMENCLATURES = "nomenclatures"


def data(stack: Stack, stage: StageSettings, pages: Iterable[Slice]) -> None:
    """Fills `stack` with the tables of the slices that have one."""
    for page in pages:
        if page.silent:
            _silent_table(stack, stage, page.name)
        elif page.has_table:
            table = _table(stack, stage, page.name)
            ssm.StringParameter(
                stack,
                f"{_id(page.name)}Stream",
                parameter_name=stage.parameter(f"streams/{page.name}"),
                string_value=str(table.table_stream_arn),
            )
    _plain_table(stack, stage, VAULT_KEYS, stage.vault_recovery_days)
    _plain_table(stack, stage, CLASSES, stage.records_recovery_days)
    _plain_table(stack, stage, NOMENCLATURES, stage.records_recovery_days)


def _table(stack: Stack, stage: StageSettings, name: str) -> dynamodb.TableV2:
    return dynamodb.TableV2(
        stack,
        _id(name),
        table_name=stage.table(name),
        partition_key=_text("pk"),
        sort_key=_text("sk"),
        time_to_live_attribute="expires_at",
        dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
        global_secondary_indexes=[
            dynamodb.GlobalSecondaryIndexPropsV2(
                index_name="listing", partition_key=_text("gsi_pk"), sort_key=_text("gsi_sk")
            ),
            dynamodb.GlobalSecondaryIndexPropsV2(
                index_name="unpublished",
                partition_key=_text("unpublished"),
                sort_key=_text("sk"),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            ),
        ],
        point_in_time_recovery_specification=_recovery(stage.records_recovery_days),
        deletion_protection=stage.protects_data,
        removal_policy=_removal(stage),
    )


def _silent_table(stack: Stack, stage: StageSettings, name: str) -> None:
    """The table of a slice that tells no facts: without a stream, so that no copy of a row leaves it."""
    dynamodb.TableV2(
        stack,
        _id(name),
        table_name=stage.table(name),
        partition_key=_text("pk"),
        sort_key=_text("sk"),
        time_to_live_attribute="expires_at",
        global_secondary_indexes=[
            dynamodb.GlobalSecondaryIndexPropsV2(
                index_name="listing", partition_key=_text("gsi_pk"), sort_key=_text("gsi_sk")
            )
        ],
        point_in_time_recovery_specification=_recovery(stage.records_recovery_days),
        deletion_protection=stage.protects_data,
        removal_policy=_removal(stage),
    )


def _plain_table(stack: Stack, stage: StageSettings, name: str, recovery_days: int) -> None:
    """A table without indexes or stream: the ledger of classes; the switch of nomenclatures; and the wrapped data keys,
    which can be restored for a few days only: a destroyed key must stay destroyed."""
    dynamodb.TableV2(
        stack,
        _id(name),
        table_name=stage.table(name),
        partition_key=_text("pk"),
        sort_key=_text("sk"),
        point_in_time_recovery_specification=_recovery(recovery_days),
        deletion_protection=stage.protects_data,
        removal_policy=_removal(stage),
    )


def _recovery(days: int) -> dynamodb.PointInTimeRecoverySpecification:
    return dynamodb.PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True, recovery_period_in_days=days)


def _removal(stage: StageSettings) -> RemovalPolicy:
    return RemovalPolicy.RETAIN if stage.protects_data else RemovalPolicy.DESTROY


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _id(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
