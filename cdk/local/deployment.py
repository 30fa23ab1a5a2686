"""What a deployment leaves behind for the parts that run it: functions, event sources, APIs, schedules and policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FunctionSpec:
    """A Lambda function of the template. `timeout` is in seconds, `memory` in MB."""

    name: str
    arn: str
    handler: str
    code: Path
    layers: tuple[str, ...]
    environment: dict[str, str]
    timeout: int
    memory: int
    role: str


@dataclass
class AsyncPolicy:
    """What happens to an asynchronous invocation that fails: how many retries, which queue gets its event, and which
    queue learns how it failed."""

    retries: int = 2
    dead_letters: str | None = None
    failure_queue: str | None = None


@dataclass(frozen=True)
class MappingSpec:
    """An event source mapping: a queue or a stream read on behalf of a function."""

    function: str
    source: str
    batch_size: int
    partial_failures: bool
    filters: tuple[dict[str, Any], ...] = ()
    bisect: bool = False
    retries: int = -1
    failure_queue: str | None = None


@dataclass(frozen=True)
class ScheduleSpec:
    """A schedule: when a function is invoked, and with what."""

    name: str
    expression: str
    function: str
    payload: dict[str, Any] | None
    enabled: bool
    timezone: str = "UTC"


@dataclass(frozen=True)
class MethodSpec:
    """One method of a REST API: which function answers, behind which authorizer if any."""

    verb: str
    path: str
    function: str
    authorizer: str | None


@dataclass(frozen=True)
class AuthorizerSpec:
    """A REQUEST authorizer. `sources` are identity sources such as `method.request.header.Authorization`."""

    function: str
    sources: tuple[str, ...]
    ttl: int


@dataclass
class ApiSpec:
    """A REST API as the front serves it."""

    id: str
    name: str
    binary_types: tuple[str, ...] = ()
    stage: str = ""
    resources: dict[str, str] = field(default_factory=dict)
    methods: list[MethodSpec] = field(default_factory=list)
    authorizers: dict[str, AuthorizerSpec] = field(default_factory=dict)
    responses: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """One statement of a policy, with its lists spelled out."""

    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditional: bool = False

    def covers(self, action: str, resource: str) -> bool:
        """Whether the statement is about this action on this resource; `*` stands for a call that names none."""
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.actions) and any(
            resource == "*" or fnmatchcase(resource, pattern) for pattern in self.resources
        )


@dataclass
class Deployment:
    """Everything deployed, by name."""

    account: str
    region: str
    functions: dict[str, FunctionSpec] = field(default_factory=dict)
    async_policies: defaultdict[str, AsyncPolicy] = field(default_factory=lambda: defaultdict(AsyncPolicy))
    layers: dict[str, Path] = field(default_factory=dict)
    mappings: list[MappingSpec] = field(default_factory=list)
    apis: dict[str, ApiSpec] = field(default_factory=dict)
    schedules: dict[str, ScheduleSpec] = field(default_factory=dict)
    policies: dict[str, list[Statement]] = field(default_factory=dict)
    admitted: dict[str, set[str]] = field(default_factory=dict)
    requirements: list[tuple[str, Callable[[], bool]]] = field(default_factory=list)
    domains: dict[str, str] = field(default_factory=dict)
    pools: dict[str, str] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def admit(self, arn: str, services: str | Iterable[str]) -> None:
        """Notes that a resource's own policy lets some services in."""
        names = [services] if isinstance(services, str) else services
        self.admitted.setdefault(arn, set()).update(names)

    def require(self, complaint: str, holds: Callable[[], bool]) -> None:
        """Defers a check to the end of the deployment, since the policy it is about may come later in a template."""
        self.requirements.append((complaint, holds))

    def require_admission(self, arn: str, service: str, where: str) -> None:
        """Requires that the policy of `arn` lets a service in."""
        self.require(f"{where}: {service} may not reach {arn}", lambda: service in self.admitted.get(arn, ()))

    def refused(self) -> list[str]:
        """What AWS would refuse when it runs, for want of a permission."""
        return [complaint for complaint, holds in self.requirements if not holds()]

    def allows(self, role: str, action: str, resource: str) -> bool:
        """Whether the policies of a role allow an action. Conditions of what allows are taken to hold."""
        matching = [s for s in self.policies.get(role, ()) if s.covers(action, resource)]
        return any(s.allow for s in matching) and not any(not s.allow and not s.conditional for s in matching)

    def function_of(self, arn: str) -> FunctionSpec:
        """The function behind a name, an ARN, or an ARN with a version or alias."""
        parts = arn.split(":")
        name = parts[6] if len(parts) > 6 else arn
        if name not in self.functions:
            raise KeyError(f"no function {arn}")
        return self.functions[name]

    def grants(self, function: str) -> list[Statement]:
        """The statements of the role of a function."""
        return self.policies.get(self.functions[function].role, [])
