"""IAM is not enforced on this machine, so it is recorded and compared with what the template grants.

Each function is known by the access keys of its processes. Statements with conditions count as if the condition held,
and resource policies (queues, keys, buckets) are not weighed: what is compared is the role of each function.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cdk.local.calls import Use
from cdk.local.deployment import Deployment, Statement


@dataclass(frozen=True, order=True)
class Finding:
    """A permission of a function, used or granted."""

    function: str
    action: str
    resource: str


class Recorder:
    """Remembers which permissions each function used."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._lock = threading.Lock()
        self._uses: defaultdict[str, Counter[Use]] = defaultdict(Counter)

    def record(self, function: str, uses: Iterable[Use]) -> None:
        """Adds permissions a function has just used."""
        with self._lock:
            self._uses[function].update(uses)

    def uses(self, function: str) -> Counter[Use]:
        """How often a function used each permission."""
        with self._lock:
            return Counter(self._uses[function])

    def used_but_not_granted(self) -> list[Finding]:
        """What would be refused on AWS."""
        with self._lock:
            return sorted(
                Finding(function, use.action, use.resource)
                for function, uses in self._uses.items()
                for use in uses
                if not self._deployment.allows(self._deployment.functions[function].role, use.action, use.resource)
            )

    def granted_but_never_used(self) -> list[Finding]:
        """What could be taken away, as far as this run shows."""
        with self._lock:
            return sorted(
                Finding(function, action, resource)
                for function in self._deployment.functions
                for statement in self._deployment.grants(function)
                if statement.allow
                for action in statement.actions
                for resource in statement.resources
                if not any(_granted(action, resource, use) for use in self._uses[function])
            )


def _granted(action: str, resource: str, use: Use) -> bool:
    return Statement(True, (action,), (resource,)).covers(use.action, use.resource)
