"""A REQUEST authorizer as API Gateway runs it: identity sources, the policy it returns, its context, and its cache."""

from __future__ import annotations

import json
import time
from fnmatch import fnmatchcase
from typing import Any

from cdk.local.deployment import AuthorizerSpec
from cdk.local.gateway_answers import GatewayError
from cdk.local.lambda_runtime import Runtime


class Authorizer:
    """Asks a function who is calling, and whether the call may pass."""

    def __init__(self, spec: AuthorizerSpec, runtime: Runtime) -> None:
        self._spec = spec
        self._runtime = runtime
        self._cache: dict[tuple[str, ...], tuple[float, dict[str, Any]]] = {}

    def admit(self, event: dict[str, Any], method_arn: str) -> dict[str, Any]:
        """The context for the slice. Raises GatewayError when the call may not pass."""
        values = tuple(_identity(event, source) for source in self._spec.sources)
        if not all(values):
            raise GatewayError("UNAUTHORIZED")
        decision = self._cached(values) or self._ask(event, method_arn)
        if self._spec.ttl and values:
            self._cache[values] = (time.monotonic() + self._spec.ttl, decision)
        effects = _effects(decision, method_arn)
        if "Deny" in effects:
            raise GatewayError("ACCESS_DENIED", "User is not authorized to access this resource with an explicit deny")
        if "Allow" not in effects:
            raise GatewayError("ACCESS_DENIED")
        return {**_context(decision), "principalId": decision["principalId"], "integrationLatency": 0}

    def _cached(self, values: tuple[str, ...]) -> dict[str, Any] | None:
        expires, decision = self._cache.get(values, (0.0, {}))
        return decision if values and time.monotonic() < expires else None

    def _ask(self, event: dict[str, Any], method_arn: str) -> dict[str, Any]:
        request = {"type": "REQUEST", "methodArn": method_arn, **event}
        outcome = self._runtime.invoke(self._spec.function, json.dumps(request).encode())
        answer = json.loads(outcome.payload)
        if outcome.failed:
            raise GatewayError("UNAUTHORIZED" if answer.get("errorMessage") == "Unauthorized" else "AUTHORIZER_FAILURE")
        if not isinstance(answer, dict) or "principalId" not in answer or "policyDocument" not in answer:
            raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR")
        return answer


def _identity(event: dict[str, Any], source: str) -> str:
    """The value of an identity source such as `method.request.header.Authorization`."""
    if source.startswith("context."):
        return str(event["requestContext"].get(source.removeprefix("context."), ""))
    _, _, place, name = source.split(".", 3)
    values = event["headers"] if place == "header" else event["queryStringParameters"] or {}
    return next((value for key, value in values.items() if key.lower() == name.lower()), "")


def _effects(decision: dict[str, Any], method_arn: str) -> set[str]:
    effects = set()
    for statement in decision["policyDocument"].get("Statement", ()):
        actions, resources = _list(statement["Action"]), _list(statement["Resource"])
        if any(fnmatchcase("execute-api:invoke", action.lower()) for action in actions) and any(
            fnmatchcase(method_arn, resource) for resource in resources
        ):
            effects.add(statement["Effect"])
    return effects


def _context(decision: dict[str, Any]) -> dict[str, str]:
    """The context's values, which reach the slice as text and may only be text, numbers and booleans."""
    context = decision.get("context") or {}
    if not all(isinstance(value, str | int | float) for value in context.values()):
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR")
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in context.items()}


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
