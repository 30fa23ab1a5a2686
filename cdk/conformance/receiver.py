"""A receiver of webhooks that passes `passerelle conformance`, to be copied: about thirty lines, one package.

Run it with `python -m cdk.conformance.receiver 8080 whsec_…`. It keeps everything in memory; a real one keeps `seen`
and `held` in its database, in the same transaction.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class Receiver:
    """What a partner holds: the ids it has seen, and the latest event of each resource."""

    def __init__(self, secret: str) -> None:
        self.webhook, self.lock = Webhook(secret), threading.Lock()
        self.seen: set[str] = set()
        self.held: dict[str, Any] = {}
        self.handled = 0

    def receive(self, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Verify the bytes as they came, then take each id once and never let an old event replace a newer one."""
        try:
            event = self.webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError, RecursionError):
            return 400, {"error": "not signed, too old, or not JSON"}
        if not isinstance(event, dict) or not {"id", "type", "data"} <= event.keys():
            return 400, {"error": "not an event"}
        if event["type"] == "EndpointVerification":
            return 200, {"challenge": event["data"]["challenge"]}
        with self.lock:
            if event["id"] not in self.seen:
                self.handle(event)
            self.seen.add(event["id"])
        return 200, {}

    def handle(self, event: dict[str, Any]) -> None:
        """Act on an event that is new; here, remember the latest of each resource."""
        self.handled += 1
        if event["sequence"] > self.held.get(event["subject"], {"sequence": 0})["sequence"]:
            self.held[event["subject"]] = event

    def state(self) -> dict[str, Any]:
        """What a test may look at: how many events were acted on, and the sequence held of each resource."""
        return {"handled": self.handled, "resources": {name: event["sequence"] for name, event in self.held.items()}}


def serve(receiver: Receiver, port: int = 0) -> ThreadingHTTPServer:
    """The receiver behind HTTP on loopback; POST receives, GET shows the state."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.answer(*receiver.receive(dict(self.headers), body))

        def do_GET(self) -> None:
            self.answer(200, receiver.state())

        def answer(self, status: int, said: Any) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Say nothing on the terminal."""

    return ThreadingHTTPServer(("127.0.0.1", port), Endpoint)


if __name__ == "__main__":
    serve(Receiver(sys.argv[2]), int(sys.argv[1])).serve_forever()
