"""A small threaded HTTP/1.1 server, bound to 127.0.0.1, shared by every listener of the local cloud.

It keeps connections alive, sends each answer in one write (two writes cost 40 ms of delayed acknowledgement) and hands
the request over whole. It refuses nothing: limits belong to what stands behind it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

Header = tuple[str, str]


@dataclass(frozen=True)
class Request:
    """One HTTP request, body read. `target` is the raw path with its query string."""

    method: str
    target: str
    headers: list[Header]
    body: bytes
    client: str = "127.0.0.1"

    def header(self, name: str, default: str = "") -> str:
        """The first value of a header, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)

    @property
    def path(self) -> str:
        """The target without its query string, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]


@dataclass(frozen=True)
class Response:
    """One HTTP answer. The length is added by the server."""

    status: int
    body: bytes = b""
    headers: list[Header] = field(default_factory=list)


Handler = Callable[[Request], Response]


class Disconnect(Exception):
    """Raised by a handler to close the connection without an answer."""


class LoopbackServer:
    """Serves `handler` on a free loopback port, one thread per connection."""

    def __init__(self, handler: Handler, name: str, port: int = 0) -> None:
        self._handler = handler
        self._name = name
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self._connections: set[socket.socket] = set()
        self._closed = False
        threading.Thread(target=self._accept, name=name, daemon=True).start()

    @property
    def address(self) -> str:
        """`host:port`, as the Lambda Runtime API wants it."""
        host, port = self._listener.getsockname()[:2]
        return f"{host}:{port}"

    @property
    def url(self) -> str:
        """The base address, without a trailing slash."""
        return f"http://{self.address}"

    def close(self) -> None:
        """Stops listening and drops the open connections."""
        self._closed = True
        for open_socket in (self._listener, *list(self._connections)):
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
            open_socket.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name=f"{self._name}-client", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        reader = connection.makefile("rb")
        try:
            while (request := _read_request(reader, connection)) is not None:
                response = self._handler(request)
                connection.sendall(_encode(response, request.method))
                if request.header("Connection").lower() == "close":
                    break
        except (OSError, Disconnect):
            pass
        finally:
            self._connections.discard(connection)
            reader.close()
            connection.close()


def _read_request(reader: BinaryIO, connection: socket.socket) -> Request | None:
    """The next request of a connection, or None when the peer has gone or does not speak HTTP."""
    first = reader.readline().split()
    if len(first) != 3:
        return None
    method, target, _ = (part.decode("latin-1") for part in first)
    headers: list[Header] = []
    while (line := reader.readline()) not in (b"\r\n", b"\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name.strip(), value.strip()))
    head = Request(method, target, headers, b"", connection.getpeername()[0])
    if head.header("Expect").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if head.header("Transfer-Encoding").lower() == "chunked":
        body = _read_chunks(reader)
    else:
        body = reader.read(int(head.header("Content-Length", "0")))
    return Request(method, target, headers, body, head.client)


def _read_chunks(reader: BinaryIO) -> bytes:
    parts: list[bytes] = []
    while size := int(reader.readline().split(b";")[0], 16):
        parts.append(reader.read(size))
        reader.readline()
    while reader.readline() not in (b"\r\n", b"\n", b""):
        pass
    return b"".join(parts)


def _encode(response: Response, method: str) -> bytes:
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = "Unknown"
    own = {"content-length", "connection", "transfer-encoding"}
    lines = [f"HTTP/1.1 {response.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in response.headers if method == "HEAD" or name.lower() not in own]
    if method != "HEAD":
        lines.append(f"Content-Length: {len(response.body)}")
    elif not any(name.lower() == "content-length" for name, _ in response.headers):
        lines.append("Content-Length: 0")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head if method == "HEAD" else head + response.body
