"""What API Gateway answers by itself: its error types, their statuses, and the template's own wording of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from cdk.local.loopback import Response

STATUSES = {
    "ACCESS_DENIED": (403, "User is not authorized to access this resource"),
    "API_CONFIGURATION_ERROR": (500, "Internal server error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "Internal server error"),
    "AUTHORIZER_FAILURE": (500, "Internal server error"),
    "BAD_REQUEST_BODY": (400, "Invalid request body"),
    "INTEGRATION_FAILURE": (504, "Internal server error"),
    "INTEGRATION_TIMEOUT": (504, "Endpoint request timed out"),
    "MALFORMED_PROXY_RESPONSE": (502, "Internal server error"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Missing Authentication Token"),
    "REQUEST_HEADERS_TOO_LARGE": (431, "Request header fields too large"),
    "REQUEST_TOO_LARGE": (413, "Request Too Long"),
    "UNAUTHORIZED": (401, "Unauthorized"),
}
VARIABLE = re.compile(r"\$(?:context|stageVariables|input|util)(?:\.[A-Za-z]+(?:\([^)]*\))?)*")
KNOWN_VARIABLES = {
    "$context.error.message",
    "$context.error.messageString",
    "$context.error.responseType",
    "$context.extendedRequestId",
    "$context.httpMethod",
    "$context.path",
    "$context.requestId",
}


class GatewayError(Exception):
    """The gateway answers by itself, with one of its error types."""

    def __init__(self, kind: str, message: str | None = None) -> None:
        self.kind = kind
        self.status, default = STATUSES[kind]
        self.message = message or default
        super().__init__(f"{kind}: {self.message}")


def render(
    error: GatewayError, wordings: Mapping[str, Mapping[str, Any]], context: Mapping[str, str], accept: str
) -> Response:
    """The answer for an error, in the template's wording for its type or its class, else in the gateway's own."""
    wording = wordings.get(error.kind) or wordings.get(f"DEFAULT_{error.status // 100}XX") or {}
    templates = wording.get("ResponseTemplates") or {"application/json": '{"message":$context.error.messageString}'}
    content_type = _chosen(list(templates), accept)
    values = {
        "$context.error.message": error.message,
        "$context.error.messageString": json.dumps(error.message),
        "$context.error.responseType": error.kind,
        **{f"$context.{name}": value for name, value in context.items()},
    }
    body = VARIABLE.sub(lambda found: values.get(found.group(0), ""), templates[content_type])
    headers = {"Content-Type": content_type, "x-amzn-ErrorType": error.kind}
    for name, value in (wording.get("ResponseParameters") or {}).items():
        headers[name.removeprefix("gatewayresponse.header.")] = value.strip("'")
    return Response(int(wording.get("StatusCode", error.status)), body.encode(), list(headers.items()))


def _chosen(types: list[str], accept: str) -> str:
    """The first type the caller accepts, JSON when none is named."""
    for wanted in accept.split(","):
        name = wanted.split(";")[0].strip()
        if name in types:
            return name
    return "application/json" if "application/json" in types else types[0]
