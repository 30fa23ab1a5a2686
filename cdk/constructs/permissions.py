"""The permissions that pages grant, by what they are for; every resource by its deterministic name.

They are identity policies only: nothing here changes the policy of a shared resource, so that no stack needs another's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from cdk.constructs.slice import Permission
from cdk.settings import StageSettings

TableAction = Literal[
    "GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"
]
HttpMethod = Literal["Delete", "Get", "Head", "Post", "Put"]
KeyAction = Literal["Decrypt", "Encrypt", "GenerateDataKey"]
DocumentAction = Literal["GetObject", "PutObject", "DeleteObjectVersion"]


def table(stage: StageSettings, name: str, *actions: TableAction) -> Permission:
    """These actions on the items of a table. Transactions are authorised by the actions they are made of."""
    return Permission(
        actions=tuple(f"dynamodb:{action}" for action in actions),
        resources=(stage.arn("dynamodb", f"table/{stage.table(name)}"),),
    )


def classes_reading(stage: StageSettings) -> Permission:
    """Asking the ledger of classes what may be shown."""
    return table(stage, "classes", "BatchGetItem")


def classes_writing(stage: StageSettings) -> Permission:
    """Counting cards in the ledger of classes. For the slices that own cards alone."""
    return table(stage, "classes", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")


def vocabulary_reading(stage: StageSettings) -> tuple[Permission, Permission]:
    """Asking which nomenclature is in force, and reading it."""
    return table(stage, "nomenclatures", "GetItem"), Permission(
        actions=("s3:GetObject",),
        resources=(f"arn:aws:s3:::{stage.vocabulary_bucket}/editions/*",),
        wildcard="editions are named by their digest",
    )


def index(stage: StageSettings, name: str, index_name: Literal["listing", "unpublished"]) -> Permission:
    """Queries of one index of a table."""
    return Permission(
        actions=("dynamodb:Query",),
        resources=(stage.arn("dynamodb", f"table/{stage.table(name)}/index/{index_name}"),),
    )


def stream(stage: StageSettings, name: str) -> Permission:
    """Reading the stream of a table."""
    return Permission(
        actions=("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        resources=(stage.arn("dynamodb", f"table/{stage.table(name)}/stream/*"),),
        wildcard="a stream is named by the time it was switched on",
    )


def stream_listing() -> Permission:
    """Finding streams, which an event source mapping does and which IAM cannot narrow to one table."""
    return Permission(actions=("dynamodb:ListStreams",), resources=("*",), wildcard="ListStreams knows no resource")


def queue_reading(stage: StageSettings, name: str) -> Permission:
    """Consuming one queue."""
    return Permission(
        actions=("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"),
        resources=(stage.arn("sqs", stage.queue(name)),),
    )


def queue_sending(stage: StageSettings, name: str) -> Permission:
    """Putting into one queue: where failed work is told."""
    return Permission(actions=("sqs:SendMessage",), resources=(stage.arn("sqs", name),))


def publishing(stage: StageSettings) -> Permission:
    """Putting events on the bus."""
    return Permission(actions=("events:PutEvents",), resources=(stage.arn("events", f"event-bus/{stage.prefix}"),))


def secret(stage: StageSettings, name: str) -> Permission:
    """Reading one secret."""
    return Permission(
        actions=("secretsmanager:GetSecretValue",),
        resources=(stage.arn("secretsmanager", f"secret:{stage.secret(name)}-??????"),),
    )


def accounts_reading(stage: StageSettings) -> Permission:
    """Asking the user pool what it knows of one user."""
    return Permission(
        actions=("cognito-idp:AdminGetUser",),
        resources=(stage.arn("cognito-idp", "userpool/*"),),
        wildcard="a pool's id is drawn",
    )


def vault_key(stage: StageSettings, *actions: KeyAction) -> Permission:
    """Using the vault's key for anything. For `identities` and the break-glass role alone."""
    return _key(stage, stage.vault_alias, actions)


def inbox_key(stage: StageSettings, *actions: KeyAction) -> Permission:
    """Using the vault's key for partners' inbox, which seals and opens nothing of a person's. For `partners` alone."""
    return replace(
        _key(stage, stage.vault_alias, actions),
        conditions={
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": stage.vault_alias},
            "StringEquals": {"kms:EncryptionContext:use": "partners"},
        },
    )


def webhooks_key(stage: StageSettings, *actions: KeyAction) -> Permission:
    """Using the key of the endpoints' secrets. For `webhooks` alone; the key's own policy says so too."""
    return _key(stage, stage.webhooks_alias, actions)


def inclusion_key(stage: StageSettings, *actions: KeyAction) -> Permission:
    """Using the key of inclusion data. For `inclusion` alone; the key's own policy says so too."""
    return _key(stage, stage.inclusion_alias, actions)


def revealing(stage: StageSettings) -> Permission:
    """Asking the vault for a name. For `documents` and `notifications` alone."""
    return Permission(
        actions=("lambda:InvokeFunction",),
        resources=(stage.arn("lambda", f"function:{stage.function('identities', 'reveal')}"),),
    )


def mail(stage: StageSettings) -> Permission:
    """Sending mail as the stage's sender and nobody else."""
    return Permission(
        actions=("ses:SendEmail",),
        resources=(
            stage.arn("ses", f"identity/{stage.mail_domain}"),
            stage.arn("ses", f"configuration-set/{stage.prefix}"),
        ),
        conditions={"StringEquals": {"ses:FromAddress": stage.mail_sender}},
    )


def documents(stage: StageSettings, folder: str, *actions: DocumentAction) -> Permission:
    """These actions on the documents of one folder of the bucket."""
    return Permission(
        actions=tuple(f"s3:{action}" for action in actions),
        resources=(f"arn:aws:s3:::{stage.documents_bucket}/{folder}/*",),
        wildcard="documents are named by their digest",
    )


def documents_listing(stage: StageSettings, *folders: str) -> Permission:
    """Finding every version of the documents of these folders."""
    return Permission(
        actions=("s3:ListBucketVersions",),
        resources=(f"arn:aws:s3:::{stage.documents_bucket}",),
        conditions={"StringLike": {"s3:prefix": [f"{folder}/*" for folder in folders]}},
    )


def search(stage: StageSettings, *methods: HttpMethod) -> Permission:
    """Speaking to the search domain, all of which belongs to `matching`."""
    return Permission(
        actions=tuple(f"es:ESHttp{method}" for method in methods),
        resources=(stage.arn("es", f"domain/{stage.prefix}/*"),),
        wildcard="the whole domain belongs to matching, and index names carry the date they were built",
    )


def log(stage: StageSettings, function_name: str) -> Permission:
    """Writing the function's own log."""
    return Permission(
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=(stage.arn("logs", f"log-group:/aws/lambda/{function_name}:*"),),
        wildcard="log streams are named by Lambda",
    )


def tracing() -> Permission:
    """Sending traces, which IAM cannot narrow."""
    return Permission(
        actions=("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
        resources=("*",),
        wildcard="X-Ray knows no resource",
    )


def _key(stage: StageSettings, alias: str, actions: tuple[KeyAction, ...]) -> Permission:
    return Permission(
        actions=tuple(f"kms:{action}" for action in actions),
        resources=(stage.arn("kms", "key/*"),),
        conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}},
        wildcard="a key's id is drawn; the condition on its alias leaves this one alone",
    )
