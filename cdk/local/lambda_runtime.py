"""Every function of the deployment: started on first use, invoked synchronously or not, retried as Lambda retries.

Each process has an access key of its own, by which its AWS calls are recognised. Invocations of a function beyond its
concurrency wait for their turn.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cdk.local.deployment import Deployment, FunctionSpec
from cdk.local.nursery import Nursery
from cdk.local.sandbox import Outcome, Sandbox

RETRY_SECONDS = 0.05


class Runtime:
    """Runs functions by name; `endpoint` is where their AWS calls go, `concurrency` the processes each may have."""

    def __init__(
        self,
        deployment: Deployment,
        nursery: Nursery,
        endpoint: str,
        clock: Path,
        logs: Path,
        concurrency: int = 1,
        on_failure: Callable[[str, bytes], None] = lambda queue, body: None,
    ) -> None:
        self._deployment = deployment
        self._nursery = nursery
        self._endpoint = endpoint
        self._clock = clock
        self._logs = logs
        self._concurrency = concurrency
        self._on_failure = on_failure
        self._lock = threading.Lock()
        self._pools = {name: _Pool(threading.Semaphore(concurrency)) for name in deployment.functions}
        self._sandboxes: dict[str, Sandbox] = {}
        self._serial = itertools.count()
        self._busy = 0
        self._closed = False

    @property
    def busy(self) -> int:
        """How many invocations are running, waiting, or due to be retried."""
        return self._busy

    def invoke(self, function: str, payload: bytes) -> Outcome:
        """The outcome of a synchronous invocation."""
        spec = self._deployment.function_of(function)
        self._count(1)
        try:
            return self._run(spec, payload)
        finally:
            self._count(-1)

    def invoke_later(self, function: str, payload: bytes) -> None:
        """Accepts an asynchronous invocation: retried when it fails, then reported to the queues that are told."""
        spec = self._deployment.function_of(function)
        self._count(1)
        threading.Thread(target=self._retry, args=(spec, payload), name=f"async-{spec.name}", daemon=True).start()

    def sandbox(self, access_key: str) -> Sandbox | None:
        """The process that holds an access key."""
        return self._sandboxes.get(access_key)

    def warm(self, *functions: str) -> None:
        """Starts the processes of some functions ahead of their first use."""
        for name in functions:
            spec = self._deployment.function_of(name)
            self._pools[spec.name].idle.append(self._start(spec))

    def close(self) -> None:
        """Ends every process."""
        self._closed = True
        for sandbox in list(self._sandboxes.values()):
            sandbox.close()

    def _run(self, spec: FunctionSpec, payload: bytes) -> Outcome:
        pool = self._pools[spec.name]
        with pool.slots:
            sandbox = pool.take() or self._start(spec)
            outcome = sandbox.run(payload)
            if sandbox.is_alive():
                pool.idle.append(sandbox)
            else:
                sandbox.close()
            return outcome

    def _retry(self, spec: FunctionSpec, payload: bytes) -> None:
        policy = self._deployment.async_policies[spec.name]
        try:
            for attempt in range(policy.retries + 1):
                outcome = self._run(spec, payload)
                if not outcome.failed or self._closed:
                    return
                time.sleep(RETRY_SECONDS * (attempt + 1))
            if policy.dead_letters is not None:
                self._on_failure(policy.dead_letters, payload)
            if policy.failure_queue is not None:
                self._on_failure(policy.failure_queue, _failure_record(spec, payload, outcome, policy.retries + 1))
        finally:
            self._count(-1)

    def _start(self, spec: FunctionSpec) -> Sandbox:
        key = _access_key(f"{spec.name}/{next(self._serial)}")
        layers = [self._deployment.layers[arn] / "python" for arn in spec.layers]
        path = [str(folder) for folder in (spec.code, *layers) if folder.is_dir()]
        request = {
            "handler": spec.handler,
            "environment": {**self._environment(spec), "AWS_ACCESS_KEY_ID": key, "PYTHONPATH": os.pathsep.join(path)},
            "directory": str(spec.code),
            "path": path,
            "log": str(self._logs / f"{spec.name}.log"),
            "clock": str(self._clock),
        }
        sandbox = self._sandboxes[key] = Sandbox(spec, self._nursery, request)
        return sandbox

    def _environment(self, spec: FunctionSpec) -> dict[str, str]:
        """What the process sees: the template's variables and those Lambda adds."""
        return {
            **spec.environment,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "HOME": "/tmp",
            "_HANDLER": spec.handler,
            "LAMBDA_TASK_ROOT": str(spec.code),
            "AWS_EXECUTION_ENV": "AWS_Lambda_local",
            "AWS_LAMBDA_FUNCTION_NAME": spec.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_REGION": self._deployment.region,
            "AWS_DEFAULT_REGION": self._deployment.region,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }

    def _count(self, step: int) -> None:
        with self._lock:
            self._busy += step


class _Pool:
    """The processes of one function that wait for work."""

    def __init__(self, slots: threading.Semaphore) -> None:
        self.slots = slots
        self.idle: list[Sandbox] = []

    def take(self) -> Sandbox | None:
        """A living process, if one waits."""
        while self.idle:
            sandbox = self.idle.pop()
            if sandbox.is_alive():
                return sandbox
            sandbox.close()
        return None


def _access_key(seed: str) -> str:
    """Twenty characters in the form of AWS, the same for the same seed."""
    return "AKIA" + base64.b32encode(hashlib.sha256(seed.encode()).digest()).decode()[:16]


def _failure_record(spec: FunctionSpec, payload: bytes, outcome: Outcome, attempts: int) -> bytes:
    """The document Lambda sends to the destination of failed asynchronous invocations."""
    record: dict[str, Any] = {
        "version": "1.0",
        "requestContext": {
            "functionArn": spec.arn,
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": json.loads(payload),
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": json.loads(outcome.payload),
    }
    return json.dumps(record).encode()
