"""What an AWS request is, in IAM's words: who calls, which actions, on which resources.

It reads the three ways AWS services name an operation (a target header, an `Action` field, a method and path). Where
IAM names an action differently from the API, the table below says so; a transaction counts as its items do.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, unquote

from cdk.local.deployment import Deployment
from cdk.local.loopback import Request
from cdk.local.moto_server import Moto

IAM_NAMES = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:HeadObject": "s3:GetObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:CopyObject": "s3:PutObject",
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "dynamodb:TransactGetItems": "dynamodb:GetItem",
}
TRANSACTION_ITEMS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
OF_THE_BUCKET = {"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"}
PREFIXES = {"monitoring": "cloudwatch"}
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_LAMBDA_INVOKE = re.compile(r"^/2015-03-31/functions/([^/]+)/invocations$")
_SEARCH_MANAGEMENT = re.compile(r"^/20\d\d-\d\d-\d\d/")


@dataclass(frozen=True)
class Use:
    """One use of a permission."""

    action: str
    resource: str


class Call:
    """One AWS request, read lazily."""

    def __init__(self, request: Request) -> None:
        self.request = request
        found = _CREDENTIAL.search(request.header("Authorization"))
        self.signed = found is not None
        if found is None:
            found = _CREDENTIAL.search("Credential=" + unquote(_query(request).get("X-Amz-Credential", "")))
        self.access_key, _, self.service = found.groups() if found else ("", "", "")

    @cached_property
    def operation(self) -> str:
        """The API's name of the operation, or an empty string when it cannot be told."""
        if target := self.request.header("X-Amz-Target"):
            return target.rpartition(".")[2]
        if self.function is not None:
            return "Invoke"
        if self.is_search:
            return f"ESHttp{self.request.method.capitalize()}"
        if self.request.header("Content-Type").startswith("application/x-www-form-urlencoded"):
            return str(self.fields.get("Action", ""))
        return _rest_operation(self)

    @cached_property
    def action(self) -> str:
        """The action as IAM names it, such as `dynamodb:PutItem`."""
        service = "ses" if self.service == "sesv2" else PREFIXES.get(self.service, self.service)
        action = f"{service}:{self.operation}"
        return IAM_NAMES.get(action, action)

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The parameters, when they are JSON or a form."""
        if self.request.header("Content-Type").startswith("application/x-www-form-urlencoded"):
            return {name: values[0] for name, values in parse_qs(self.request.body.decode()).items()}
        try:
            decoded = json.loads(self.request.body or b"{}")
        except ValueError:
            return {}
        return decoded if isinstance(decoded, dict) else {}

    @property
    def is_search(self) -> bool:
        """Whether the request is for the search domain itself, not for its management."""
        return self.service == "es" and not _SEARCH_MANAGEMENT.match(self.request.path)

    @property
    def function(self) -> str | None:
        """The function to invoke, if that is what the request asks."""
        found = _LAMBDA_INVOKE.match(unquote(self.request.path)) if self.service == "lambda" else None
        return found.group(1) if found else None


class Reader:
    """Names the resources of calls; it looks into moto for keys and secrets, whose ARNs calls rarely state."""

    def __init__(self, deployment: Deployment, moto: Moto) -> None:
        self._deployment = deployment
        self._moto = moto

    def uses(self, call: Call) -> Iterator[Use]:
        """The permissions a call needs."""
        fields, arn = call.fields, self._deployment.arn
        match call.service:
            case "dynamodb":
                yield from self._dynamodb(call)
            case "sqs":
                yield Use(
                    call.action,
                    arn("sqs", str(fields.get("QueueUrl", fields.get("QueueName", "*"))).rpartition("/")[2]),
                )
            case "events":
                for bus in sorted({entry.get("EventBusName", "default") for entry in fields.get("Entries", [{}])}):
                    yield Use(call.action, bus if bus.startswith("arn:") else arn("events", f"event-bus/{bus}"))
            case "kms":
                yield Use(call.action, self._key(fields))
            case "secretsmanager":
                yield Use(call.action, self._secret(str(fields.get("SecretId", "*"))))
            case "ssm":
                for name in fields.get("Names", [fields.get("Name", fields.get("Path", "*"))]):
                    yield Use(call.action, arn("ssm", f"parameter/{name.lstrip('/')}"))
            case "cognito-idp":
                yield Use(call.action, arn("cognito-idp", f"userpool/{fields.get('UserPoolId', '*')}"))
            case "sns":
                yield Use(call.action, str(fields.get("TopicArn", "*")))
            case "lambda" if call.function is not None:
                yield Use(call.action, self._deployment.function_of(call.function).arn)
            case "es" if call.is_search:
                for domain in self._deployment.domains:
                    yield Use(call.action, arn("es", f"domain/{domain}{call.request.path}"))
            case "s3":
                yield from _s3(call)
            case "ses" | "sesv2":
                yield Use(_mail_action(call), arn("ses", f"identity/{_sender_domain(call)}"))
            case _:
                yield Use(call.action, "*")

    def _dynamodb(self, call: Call) -> Iterator[Use]:
        fields = call.fields
        if call.operation in ("TransactWriteItems", "TransactGetItems"):
            for item in fields.get("TransactItems", ()):
                for kind, parameters in item.items():
                    yield Use(TRANSACTION_ITEMS.get(kind, "dynamodb:GetItem"), self._table(parameters["TableName"]))
        elif "RequestItems" in fields:
            for table in fields["RequestItems"]:
                yield Use(call.action, self._table(table))
        elif "TableName" in fields:
            index = f"/index/{fields['IndexName']}" if "IndexName" in fields else ""
            yield Use(call.action, self._table(fields["TableName"]) + index)
        else:
            yield Use(call.action, str(fields.get("StreamArn", "*")))

    def _table(self, name: str) -> str:
        return name if name.startswith("arn:") else self._deployment.arn("dynamodb", f"table/{name}")

    def _key(self, fields: dict[str, Any]) -> str:
        """A key's ARN, from its id, its alias, or the ciphertext it made (which moto begins with the id)."""
        name = str(fields.get("KeyId") or base64.b64decode(fields.get("CiphertextBlob", ""))[:36].decode("latin-1"))
        with self._moto.lock:
            backend = self._moto.backend("kms", self._deployment.region)
            key = backend.keys.get(backend.any_id_to_key_id(name))
        return str(key.arn) if key else self._deployment.arn("kms", f"key/{name}")

    def _secret(self, name: str) -> str:
        if name.startswith("arn:"):
            return name
        with self._moto.lock:
            secret = self._moto.backend("secretsmanager", self._deployment.region).secrets.get(name)
        return str(secret.arn) if secret else self._deployment.arn("secretsmanager", f"secret:{name}")


def _query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()}


def _rest_operation(call: Call) -> str:
    """The operation of a service that names it by method and path, found in AWS's own description of the service."""
    from moto.core.request import Request as MotoRequest
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import HTTPException

    from cdk.local.moto_server import environ_of

    service = "sesv2" if call.service == "ses" else call.service
    if not service:
        return ""
    try:
        operation, _ = get_service_router(service).match(MotoRequest(environ_of(call.request, "")))
    except (HTTPException, NotImplementedError):
        return ""
    return str(operation.name)


def _s3(call: Call) -> Iterator[Use]:
    path = unquote(call.request.path).strip("/")
    if call.operation == "CopyObject":
        yield Use("s3:GetObject", f"arn:aws:s3:::{unquote(call.request.header('x-amz-copy-source')).lstrip('/')}")
    bucket, _, key = path.partition("/")
    resource = bucket if call.action in OF_THE_BUCKET or not key else f"{bucket}/{key}"
    of_a_version = call.operation == "DeleteObject" and "versionId" in _query(call.request)
    yield Use("s3:DeleteObjectVersion" if of_a_version else call.action, f"arn:aws:s3:::{resource}")


def _mail_action(call: Call) -> str:
    """SES v2 has one operation for what IAM separates into simple and raw mails."""
    raw = call.operation == "SendEmail" and "Raw" in call.fields.get("Content", {})
    return "ses:SendRawEmail" if raw else call.action


def _sender_domain(call: Call) -> str:
    sender = call.fields.get("FromEmailAddress") or call.fields.get("Source") or "*"
    return str(sender).rpartition("@")[2].rstrip(">")
