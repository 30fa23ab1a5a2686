"""One child process of a function, and the Lambda Runtime API it talks to.

The child runs AWS's own runtime client, so time-outs, crashes and errors look as they do on Lambda. It sees no variable
of this process but those given to it.
"""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from cdk.local.deployment import FunctionSpec
from cdk.local.loopback import Disconnect, LoopbackServer, Request, Response
from cdk.local.nursery import Nursery

API = "/2018-06-01/runtime/"
INIT_SECONDS = 60
LARGEST_PAYLOAD = 6 * 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """What an invocation gave. When `failed`, the payload is Lambda's error document."""

    payload: bytes
    failed: bool = False

    @classmethod
    def error(cls, kind: str, message: str) -> Outcome:
        """An error made by Lambda rather than by the function."""
        return cls(json.dumps({"errorType": kind, "errorMessage": message}).encode(), failed=True)


@dataclass
class _Job:
    payload: bytes
    deadline: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None

    def finish(self, outcome: Outcome) -> None:
        """Keeps the first outcome only."""
        if not self.done.is_set():
            self.outcome = outcome
            self.done.set()


class Sandbox:
    """Runs invocations of one function one after the other. `calls` counts the AWS calls of the present one."""

    def __init__(self, spec: FunctionSpec, nursery: Nursery, request: dict[str, Any]) -> None:
        self.function = spec.name
        self.calls = 0
        self._spec = spec
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._job: _Job | None = None
        self._settled = threading.Event()
        self._init_error: bytes | None = None
        self._server = LoopbackServer(self._answer, f"runtime-{spec.name}")
        environment = {**request["environment"], "AWS_LAMBDA_RUNTIME_API": self._server.address}
        self._process = nursery.start({**request, "environment": environment})
        threading.Thread(target=self._bury, name=f"watch-{spec.name}", daemon=True).start()

    def is_alive(self) -> bool:
        """Whether the process can take another invocation."""
        return self._process.alive

    def run(self, payload: bytes) -> Outcome:
        """The outcome of one invocation; the process is killed when it exceeds the function's time-out."""
        if len(payload) > LARGEST_PAYLOAD:
            return Outcome.error("RequestTooLargeException", f"Request must be smaller than {LARGEST_PAYLOAD} bytes")
        self._settled.wait(INIT_SECONDS)
        if self._init_error is not None or not self.is_alive():
            return self._failed_start()
        self.calls = 0
        job = self._job = _Job(payload, time.time() + self._spec.timeout)
        self._jobs.put(job)
        if not self.is_alive():
            job.finish(self._exit_of(job))
        if not job.done.wait(self._spec.timeout):
            job.finish(
                Outcome.error(
                    "Sandbox.Timedout",
                    f"RequestId: {job.id} Error: Task timed out after {self._spec.timeout}.00 seconds",
                )
            )
            self.kill()
        assert job.outcome is not None
        if len(job.outcome.payload) > LARGEST_PAYLOAD:
            return Outcome.error(
                "Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size"
            )
        return job.outcome

    def kill(self) -> None:
        """Ends the process at once, in the middle of whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """Ends the process and its Runtime API."""
        self.kill()
        self._jobs.put(None)
        self._server.close()

    def _answer(self, request: Request) -> Response:
        """The four operations of the Lambda Runtime API."""
        operation = request.path.removeprefix(API)
        if operation == "invocation/next":
            self._settled.set()
            job = self._jobs.get()
            if job is None:
                raise Disconnect
            return Response(
                200,
                job.payload,
                [
                    ("Content-Type", "application/json"),
                    ("Lambda-Runtime-Aws-Request-Id", job.id),
                    ("Lambda-Runtime-Deadline-Ms", str(int(job.deadline * 1000))),
                    ("Lambda-Runtime-Invoked-Function-Arn", self._spec.arn),
                    (
                        "Lambda-Runtime-Trace-Id",
                        f"Root=1-{int(time.time()):08x}-{job.id.replace('-', '')[:24]};Sampled=0",
                    ),
                ],
            )
        if operation == "init/error":
            self._init_error = request.body
            self._settled.set()
        elif self._job is not None and self._job.id in operation:
            self._job.finish(Outcome(request.body, failed=operation.endswith("/error")))
        return Response(202, b'{"status":"OK"}', [("Content-Type", "application/json")])

    def _bury(self) -> None:
        self._process.wait()
        self._settled.set()
        if self._job is not None:
            self._job.finish(self._exit_of(self._job))
        self._server.close()

    def _exit_of(self, job: _Job) -> Outcome:
        code = self._process.code
        how = "signal: killed" if code == -9 else f"exit status {code}"
        return Outcome.error("Runtime.ExitError", f"RequestId: {job.id} Error: Runtime exited with error: {how}")

    def _failed_start(self) -> Outcome:
        self.kill()
        if self._init_error is not None:
            return Outcome(self._init_error, failed=True)
        return Outcome.error("Runtime.ExitError", f"{self.function} ended before it was ready; see its log")
