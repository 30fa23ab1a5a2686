"""The local cloud: a synthesised assembly, deployed and running on this machine while the `with` block lasts.

What it does not prove: IAM (recorded, not enforced), the firewall, throttling, expiry of presigned URLs, deletion by
TTL.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

from cdk.local.addresses import localiser
from cdk.local.assembly import Assembly
from cdk.local.calls import Reader, Use
from cdk.local.clock import Clock
from cdk.local.deployer import deploy
from cdk.local.deployment import Deployment
from cdk.local.faults import Faults
from cdk.local.front import Front
from cdk.local.gateway import Gateway
from cdk.local.lambda_runtime import Runtime
from cdk.local.loopback import Disconnect, LoopbackServer, Request, Response
from cdk.local.mailbox import Mailbox
from cdk.local.moto_patches import issue_tokens_from
from cdk.local.moto_server import Moto
from cdk.local.nursery import Nursery
from cdk.local.pollers import NotSettled, Pollers, Source
from cdk.local.queues import QueueSource
from cdk.local.recorder import Recorder
from cdk.local.scheduler import Scheduler
from cdk.local.search import Search
from cdk.local.streams import StreamSource
from cdk.local.users import Users

OPERATOR_KEY = "AKIALOCALOPERATOR000"
PUBLIC_URL = "http://localhost:8080"
_ONE_AT_A_TIME = threading.Lock()


class LocalCloud:
    """One deployment. There can be one at a time in a process, since moto's state is global."""

    deployment: Deployment
    faults: Faults
    clock: Clock
    mailbox: Mailbox
    recorder: Recorder
    runtime: Runtime
    schedule: Scheduler
    streams: dict[str, StreamSource]

    def __init__(
        self,
        assembly: Path,
        run_dir: Path | None = None,
        faults: Faults | None = None,
        *,
        concurrency: int = 1,
        public_url: str = PUBLIC_URL,
        port: int = 0,
        live: bool = False,
    ) -> None:
        """`port` is the API's (0: any), `concurrency` the processes a function may have; `live` runs schedules."""
        self._assembly = Assembly(assembly)
        self.run_dir = run_dir or Path(tempfile.mkdtemp(prefix="local-cloud-"))
        self.faults = faults or Faults()
        self._concurrency = concurrency
        self._public_url = public_url
        self._port = port
        self._live = live
        self._closing: list[Callable[[], None]] = []
        self._clients: dict[str, Any] = {}
        self._front: Front | None = None

    def __enter__(self) -> Self:
        if not _ONE_AT_A_TIME.acquire(blocking=False):
            raise RuntimeError("a local cloud is already running in this process")
        self._closing.append(_ONE_AT_A_TIME.release)
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def api_url(self) -> str:
        """Where the API answers, as its public address would."""
        return self._http.url

    @property
    def aws_url(self) -> str:
        """Where AWS answers here: `AWS_ENDPOINT_URL` for the operator's commands."""
        return self._aws.url

    @property
    def search_url(self) -> str | None:
        """The search engine itself, unsigned and unrecorded; None when no domain is deployed."""
        return self._search.url if self._search else None

    @cached_property
    def users(self) -> Users:
        """The users of the one user pool."""
        (pool,) = self.deployment.pools.values()
        return Users(self.boto("cognito-idp"), pool, self.deployment.clients[pool])

    def boto(self, service: str) -> Any:
        """A boto3 client of the deployment's account, with every right."""
        if service not in self._clients:
            self._clients[service] = self._session.client(
                service, endpoint_url=self._aws.url, config=Config(s3={"addressing_style": "path"})
            )
        return self._clients[service]

    def invoke(self, function: str, payload: Any) -> Any:
        """The answer of a function. Raises InvocationFailed with Lambda's error document when it fails."""
        outcome = self.runtime.invoke(function, json.dumps(payload).encode())
        answer = json.loads(outcome.payload)
        if outcome.failed:
            raise InvocationFailed(answer)
        return answer

    def settle(self, timeout: float = 180.0) -> None:
        """Waits until nothing runs, every queue is empty, every stream read. Raises NotSettled after `timeout` s."""
        deadline = time.monotonic() + timeout
        while not self._is_settled():
            self.pollers.raise_failure()
            if time.monotonic() > deadline:
                raise NotSettled(
                    f"after {timeout} s: {self.runtime.busy} invocations, waiting: {self.pollers.waiting()}"
                )
            time.sleep(0.003)

    def logs(self, function: str | None = None) -> str:
        """What a function has written so far, or all of them."""
        names = [function] if function else sorted(self.deployment.functions)
        files = [self._logs / f"{name}.log" for name in names]
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def close(self) -> None:
        """Stops everything, in the reverse order of its start."""
        while self._closing:
            self._closing.pop()()

    def _start(self) -> None:
        nursery = Nursery()
        self._closing.append(nursery.close)
        account, region = self._assembly.environment
        self._session = boto3.Session(OPERATOR_KEY, "local", region_name=region)
        self._logs = self.run_dir / "logs"
        mails = self.run_dir / "mails"
        for directory in (self._logs, mails):
            directory.mkdir(parents=True, exist_ok=True)
        self.clock = Clock(self.run_dir / "clock")
        self.mailbox = Mailbox(mails)
        moto = Moto(account)
        gateway = Gateway(moto)
        self._aws = self._served(LoopbackServer(gateway.handle, "aws"))
        self._http = self._served(LoopbackServer(self._answer, "front", self._port))
        localise = localiser(self._aws.url, self._http.url, self._public_url)
        self.deployment = deploy(self._assembly, self.boto, localise)
        if self.deployment.pools:
            issue_tokens_from(self._aws.url)
        self._search = Search() if self.deployment.domains else None
        if self._search:
            self._closing.append(self._search.close)
        self.runtime = self._runtime(nursery)
        self._closing.append(self.runtime.close)
        self.recorder = Recorder(self.deployment)
        self.pollers = Pollers(moto, self._sources(moto, region))
        self.streams = {source.name: source for source in self.pollers.sources if isinstance(source, StreamSource)}
        gateway.connect(
            runtime=self.runtime,
            reader=Reader(self.deployment, moto),
            recorder=self.recorder,
            faults=self.faults,
            mailbox=self.mailbox,
            search_url=self.search_url,
            changed=self.pollers.wake,
        )
        self.pollers.start()
        self._closing.append(self.pollers.close)
        self.schedule = Scheduler(self.deployment.schedules, self.runtime, self.clock)
        self._closing.append(self.schedule.close)
        if self._live:
            self.schedule.run_live()
        if self.deployment.apis:
            (api,) = self.deployment.apis.values()
            self._front = Front(api, self.deployment, self.runtime)

    def _is_settled(self) -> bool:
        """Nothing runs, nothing waits, and nothing began to run while that was looked at."""
        return not self.runtime.busy and not self.pollers.waiting() and not self.runtime.busy

    def _answer(self, request: Request) -> Response:
        if self._front is None:
            raise Disconnect
        return self._front.handle(request)

    def _served(self, server: LoopbackServer) -> LoopbackServer:
        self._closing.append(server.close)
        return server

    def _runtime(self, nursery: Nursery) -> Runtime:
        return Runtime(
            self.deployment,
            nursery,
            endpoint=self._aws.url,
            clock=self.clock.file,
            logs=self._logs,
            concurrency=self._concurrency,
            on_failure=self._report_failure,
        )

    def _report_failure(self, queue: str, body: bytes) -> None:
        url = self.boto("sqs").get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"]
        self.boto("sqs").send_message(QueueUrl=url, MessageBody=body.decode())

    def _sources(self, moto: Moto, region: str) -> list[Source]:
        """The event sources, whose reading is recorded as a use of their functions' roles."""
        sources: list[Source] = []
        for spec in self.deployment.mappings:
            source: Source
            if spec.source.split(":")[2] == "sqs":
                source = QueueSource(spec, moto, region, self.runtime, self.faults, self._concurrency)
            else:
                source = StreamSource(spec, moto, region, self.runtime, self.faults)
            sources.append(source)
            self.recorder.record(spec.function, [Use(action, spec.source) for action in source.needed])
        return sources


class InvocationFailed(Exception):
    """A function failed; `args[0]` is Lambda's error document."""
