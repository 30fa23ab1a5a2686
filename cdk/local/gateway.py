"""The one address of AWS on this machine: every call of the product, of the tests and of the deployer passes here.

Most calls go on to moto. Invocations of functions go to the runtime, signed search requests to the search engine. On
the way it attributes each call to the function that made it, fires faults, and tells the pollers that something may
have changed. Receiving from a queue never waits: a long poll would hold moto's lock.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cdk.local import redrive
from cdk.local.calls import Call, Reader
from cdk.local.faults import Faults
from cdk.local.lambda_runtime import Runtime
from cdk.local.loopback import Disconnect, Request, Response
from cdk.local.mailbox import Mailbox
from cdk.local.moto_server import Moto
from cdk.local.recorder import Recorder

READING = ("Get", "Describe", "List", "Query", "Scan", "BatchGet", "Head", "Receive", "ESHttp")
_JSON_OF_SQS = "application/x-amz-json-1.0"
HOP_BY_HOP = {"host", "connection", "content-length", "transfer-encoding", "authorization"}


class Gateway:
    """Answers AWS requests. Until `connect` is called it is moto alone, which is what a deployment needs."""

    def __init__(self, moto: Moto) -> None:
        self._moto = moto
        self._runtime: Runtime | None = None

    def connect(
        self,
        runtime: Runtime,
        reader: Reader,
        recorder: Recorder,
        faults: Faults,
        mailbox: Mailbox,
        search_url: str | None,
        changed: Callable[[], None],
    ) -> None:
        """From now on functions can be invoked, calls are recorded, and faults fire."""
        self._reader = reader
        self._recorder = recorder
        self._faults = faults
        self._mailbox = mailbox
        self._search = search_url.removeprefix("http://") if search_url else None
        self._changed = changed
        self._runtime = runtime

    def handle(self, request: Request) -> Response:
        """The answer of AWS, or of what stands for it here."""
        if self._runtime is None:
            return self._moto.call(request)
        call = Call(request)
        sandbox = self._runtime.sandbox(call.access_key)
        if sandbox is None or not call.signed:
            response = self._route(call)
            self._tell(call)
            return response
        refused = self._faults.refusal(sandbox.function, call.action)
        if refused:
            status, code = refused
            response = _error(status, code, "refused by a fault")
        else:
            self._recorder.record(sandbox.function, self._reader.uses(call))
            response = self._route(call)
        sandbox.calls += 1
        if self._faults.kills(sandbox.function, sandbox.calls):
            sandbox.kill()
            self._tell(call)
            raise Disconnect
        self._tell(call)
        return response

    def _tell(self, call: Call) -> None:
        if not call.operation.startswith(READING):
            self._changed()

    def _route(self, call: Call) -> Response:
        if call.function is not None:
            return self._invoke(call)
        if call.is_search:
            return self._forward_search(call.request)
        if call.action == "events:PutEvents":
            return self._put_events(call)
        if call.action == "sqs:ReceiveMessage":
            return self._moto.call(_with_body(call.request, {**call.fields, "WaitTimeSeconds": 0}))
        if call.action == "sqs:StartMessageMoveTask":
            return self._redrive(call)
        response = self._moto.call(call.request)
        self._mailbox.accept(call, response)
        return response

    def _invoke(self, call: Call) -> Response:
        assert self._runtime is not None
        payload = call.request.body or b"{}"
        name = str(call.function)
        try:
            if call.request.header("X-Amz-Invocation-Type", "RequestResponse") == "Event":
                self._runtime.invoke_later(name, payload)
                return Response(202, b"", [("Content-Type", "application/json")])
            outcome = self._runtime.invoke(name, payload)
        except KeyError:
            return _error(404, "ResourceNotFoundException", f"Function not found: {name}")
        headers = [("Content-Type", "application/json"), ("X-Amz-Executed-Version", "$LATEST")]
        if outcome.failed:
            headers.append(("X-Amz-Function-Error", "Unhandled"))
        return Response(200, outcome.payload, headers)

    def _forward_search(self, request: Request) -> Response:
        if self._search is None:
            return _error(404, "ResourceNotFoundException", "no search domain is deployed")
        connection = http.client.HTTPConnection(self._search, timeout=30)
        try:
            headers = {name: value for name, value in request.headers if name.lower() not in HOP_BY_HOP}
            connection.request(request.method, request.target, request.body or None, headers)
            answer = connection.getresponse()
            return Response(answer.status, answer.read(), answer.getheaders())
        finally:
            connection.close()

    def _put_events(self, call: Call) -> Response:
        """PutEvents, some entries of which may be refused while the others are accepted."""
        entries: list[dict[str, Any]] = call.fields.get("Entries", [])
        refused = [self._faults.refuses_event() for _ in entries]
        if not any(refused):
            return self._moto.call(call.request)
        accepted = [entry for entry, no in zip(entries, refused, strict=True) if not no]
        results = iter(self._put(call.request, accepted) if accepted else ())
        failure = {"ErrorCode": "ThrottlingException", "ErrorMessage": "refused by a fault"}
        body = {"FailedEntryCount": sum(refused), "Entries": [failure if no else next(results) for no in refused]}
        return Response(200, json.dumps(body).encode(), [("Content-Type", "application/x-amz-json-1.1")])

    def _redrive(self, call: Call) -> Response:
        source, destination = str(call.fields.get("SourceArn")), call.fields.get("DestinationArn")
        try:
            with self._moto.lock:
                handle = redrive.start(self._moto.backend("sqs", source.split(":")[3]), source, destination)
        except redrive.RedriveRefused as refused:
            return _error(400, *refused.args)
        return Response(200, json.dumps({"TaskHandle": handle}).encode(), [("Content-Type", _JSON_OF_SQS)])

    def _put(self, request: Request, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = self._moto.call(_with_body(request, {"Entries": entries}))
        results: list[dict[str, Any]] = json.loads(answer.body)["Entries"]
        return results


def _with_body(request: Request, fields: dict[str, Any]) -> Request:
    return replace(request, body=json.dumps(fields).encode())


def _error(status: int, code: str, message: str) -> Response:
    body = json.dumps({"__type": code, "message": message}).encode()
    return Response(status, body, [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", code)])
