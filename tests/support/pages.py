"""Pages in a real browser: a slice behind an address, a tab in which nothing may go wrong, pictures where asked for."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support.slices import Slice

PICTURES = os.environ.get("PICTURES")
"""A folder, where pictures of the pages are to be kept and looked at."""


@contextmanager
def served(it: Slice, path: str, beside: Mapping[str, Any] | None = None) -> Iterator[str]:
    """The address of a slice's page; what other slices would answer is in `beside`, by path."""
    one_at_a_time = threading.Lock()
    others = beside or {}

    class Front(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if self.path in others:
                return self._say(200, {"Content-Type": "application/json"}, json.dumps(others[self.path]))
            with one_at_a_time:
                answer = it.call(self.command, self.path, raw=raw or None, headers=dict(self.headers))
            return self._say(answer.status, answer.headers, answer.text)

        do_POST = do_GET  # noqa: N815 -- the name that http.server looks for

        def _say(self, status: int, headers: Mapping[str, str], text: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def a_tab(browser: Any, width: int = 360) -> Iterator[Any]:
    """A tab of this width, in which no script fails and no policy is broken."""
    tab = browser.new_page(viewport={"width": width, "height": 740})
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
    try:
        yield tab
        assert complaints == []
    finally:
        tab.close()


def pictured(tab: Any, name: str) -> None:
    """Keep a picture where the environment asks for one."""
    if PICTURES:
        tab.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
