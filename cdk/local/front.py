"""API Gateway's REST API on this machine: routes, authorizer, limits, and the strictness of Lambda proxy integration.

It serves the API as its custom domain does, without a stage in the path. What the gateway refuses by itself is worded
as the template says.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from cdk.local.authorizer import Authorizer
from cdk.local.deployment import ApiSpec, Deployment, MethodSpec
from cdk.local.gateway_answers import GatewayError, render
from cdk.local.lambda_runtime import Runtime
from cdk.local.loopback import Request, Response
from cdk.local.sandbox import LARGEST_PAYLOAD, Outcome

LARGEST_BODY = 10 * 1024 * 1024
LARGEST_HEADERS = 10_240
INTEGRATION_SECONDS = 29.0
RESPONSE_KEYS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
REMAPPED = {
    "connection",
    "content-length",
    "content-md5",
    "date",
    "host",
    "server",
    "transfer-encoding",
    "www-authenticate",
}


@dataclass(frozen=True)
class Route:
    """A method found for a path, with the values of the path's parameters."""

    method: MethodSpec
    parameters: dict[str, str]


class Front:
    """Answers the HTTP requests of one API."""

    def __init__(self, api: ApiSpec, deployment: Deployment, runtime: Runtime) -> None:
        self._api = api
        self._deployment = deployment
        self._runtime = runtime
        self._authorizers = {name: Authorizer(spec, runtime) for name, spec in api.authorizers.items()}

    def handle(self, request: Request) -> Response:
        """The answer to one request."""
        context = {"requestId": str(uuid.uuid4()), "extendedRequestId": uuid.uuid4().hex[:15] + "="}
        context |= {"path": unquote(request.path), "httpMethod": request.method}
        try:
            response = self._answer(request, context)
        except GatewayError as error:
            response = render(error, self._api.responses, context, request.header("Accept"))
        own = [("x-amzn-RequestId", context["requestId"]), ("x-amz-apigw-id", context["extendedRequestId"])]
        return Response(response.status, response.body, [*own, *response.headers])

    def _answer(self, request: Request, context: dict[str, str]) -> Response:
        if len(request.target) + sum(len(name) + len(value) for name, value in request.headers) > LARGEST_HEADERS:
            raise GatewayError("REQUEST_HEADERS_TOO_LARGE")
        if len(request.body) > LARGEST_BODY:
            raise GatewayError("REQUEST_TOO_LARGE")
        route = find_route(self._api, request.method, request.path)
        if route is None:
            raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
        event = self._event(request, route, context)
        if route.method.authorizer is not None:
            arn = self._deployment.arn(
                "execute-api", f"{self._api.id}/{self._api.stage}/{request.method}{unquote(request.path)}"
            )
            event["requestContext"]["authorizer"] = self._authorizers[route.method.authorizer].admit(event, arn)
        event |= self._body(request)
        payload = json.dumps(event).encode()
        if len(payload) > LARGEST_PAYLOAD:
            raise GatewayError("REQUEST_TOO_LARGE")
        outcome = self._invoke(route.method.function, payload)
        if outcome.failed:
            raise GatewayError("MALFORMED_PROXY_RESPONSE")
        return self._proxied(outcome.payload, request.header("Accept"))

    def _invoke(self, function: str, payload: bytes) -> Outcome:
        """The outcome of the function, unless it takes longer than the gateway waits."""
        if self._deployment.functions[function].timeout <= INTEGRATION_SECONDS:
            return self._runtime.invoke(function, payload)
        outcomes: list[Outcome] = []
        worker = threading.Thread(target=lambda: outcomes.append(self._runtime.invoke(function, payload)), daemon=True)
        worker.start()
        worker.join(INTEGRATION_SECONDS)
        if not outcomes:
            raise GatewayError("INTEGRATION_TIMEOUT")
        return outcomes[0]

    def _event(self, request: Request, route: Route, context: Mapping[str, str]) -> dict[str, Any]:
        """The proxy event, version 1.0, as yet without its body."""
        now = time.time()
        parameters = parse_qsl(request.query, keep_blank_values=True)
        path = unquote(request.path)
        return {
            "resource": route.method.path,
            "path": path,
            "httpMethod": request.method,
            "headers": dict(request.headers),
            "multiValueHeaders": _grouped(request.headers),
            "queryStringParameters": dict(parameters) or None,
            "multiValueQueryStringParameters": _grouped(parameters) or None,
            "pathParameters": route.parameters or None,
            "stageVariables": None,
            "requestContext": {
                "accountId": self._deployment.account,
                "apiId": self._api.id,
                "domainName": request.header("Host"),
                "domainPrefix": request.header("Host").partition(".")[0],
                "extendedRequestId": context["extendedRequestId"],
                "httpMethod": request.method,
                "identity": {
                    "accessKey": None,
                    "accountId": None,
                    "caller": None,
                    "cognitoAuthenticationProvider": None,
                    "cognitoAuthenticationType": None,
                    "cognitoIdentityId": None,
                    "cognitoIdentityPoolId": None,
                    "principalOrgId": None,
                    "sourceIp": request.client,
                    "user": None,
                    "userAgent": request.header("User-Agent") or None,
                    "userArn": None,
                },
                "path": path,
                "protocol": "HTTP/1.1",
                "requestId": context["requestId"],
                "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
                "requestTimeEpoch": int(now * 1000),
                "resourceId": route.method.path,
                "resourcePath": route.method.path,
                "stage": self._api.stage,
            },
        }

    def _body(self, request: Request) -> dict[str, Any]:
        """The body as the function receives it: text, or base64 for the API's binary types."""
        if not request.body:
            return {"body": None, "isBase64Encoded": False}
        if self._is_binary(request.header("Content-Type").split(";")[0].strip()):
            return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
        return {"body": request.body.decode("utf-8", "replace"), "isBase64Encoded": False}

    def _is_binary(self, media_type: str) -> bool:
        return "*/*" in self._api.binary_types or media_type in self._api.binary_types

    def _proxied(self, payload: bytes, accept: str) -> Response:
        """The function's answer as HTTP; one that is not in the form of proxy integration is an error."""
        answer = json.loads(payload)
        if not _is_well_formed(answer):
            raise GatewayError("MALFORMED_PROXY_RESPONSE")
        headers: dict[str, list[str]] = {}
        for name, value in (answer.get("headers") or {}).items():
            headers[name] = [_text(value)]
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            headers[name] = [*headers.get(name, []), *(v for v in map(_text, values) if v not in headers.get(name, []))]
        body = (answer.get("body") or "").encode()
        if answer.get("isBase64Encoded") and self._is_binary(accept.split(",")[0].split(";")[0].strip()):
            body = base64.b64decode(body)
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = ["application/json"]
        return Response(
            int(answer["statusCode"]),
            body,
            [(_remapped(name), value) for name, values in headers.items() for value in values],
        )


def find_route(api: ApiSpec, verb: str, path: str) -> Route | None:
    """The method for a path: literal segments win over parameters, those over `{proxy+}`, a verb over ANY."""
    segments = [segment for segment in path.split("/") if segment]
    found: list[tuple[tuple[int, ...], Route]] = []
    for method in api.methods:
        if method.verb not in (verb, "ANY"):
            continue
        matched = _match([part for part in method.path.split("/") if part], segments)
        if matched is not None:
            ranks, parameters = matched
            found.append(((*ranks, int(method.verb == "ANY")), Route(method, parameters)))
    return min(found, key=lambda candidate: candidate[0])[1] if found else None


def _match(parts: list[str], segments: list[str]) -> tuple[list[int], dict[str, str]] | None:
    """How specific each part of a match is (0 literal, 1 parameter, 2 rest of the path), and the parameters' values."""
    ranks: list[int] = []
    parameters: dict[str, str] = {}
    for position, part in enumerate(parts):
        if position >= len(segments):
            return None
        if part.endswith("+}"):
            parameters[part[1:-2]] = unquote("/".join(segments[position:]))
            return [*ranks, 2], parameters
        if part.startswith("{"):
            parameters[part[1:-1]] = unquote(segments[position])
            ranks.append(1)
        elif part == unquote(segments[position]):
            ranks.append(0)
        else:
            return None
    return (ranks, parameters) if len(parts) == len(segments) else None


def _is_well_formed(answer: Any) -> bool:
    if not isinstance(answer, dict) or not answer.keys() <= RESPONSE_KEYS:
        return False
    if not str(answer.get("statusCode", "")).isdigit() or not isinstance(answer.get("body"), str | None):
        return False
    many = answer.get("multiValueHeaders") or {}
    single = answer.get("headers") or {}
    scalars = (
        all(isinstance(value, str | int | float) for value in single.values()) if isinstance(single, dict) else False
    )
    return scalars and isinstance(many, dict) and all(isinstance(values, list) for values in many.values())


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _remapped(name: str) -> str:
    """Some headers of functions are renamed by the gateway rather than sent."""
    return f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name
