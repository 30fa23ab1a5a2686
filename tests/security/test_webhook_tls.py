"""Messages to partners go over TLS to the host that was named, proved by its certificate, and to no other."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from functions.webhooks.model.deliveries import Answer
from functions.webhooks.transport import Transport
from passerelle import clock

NAMED = "partenaire.example"
BODY = b'{"told": 1}'


def certified(folder: Path, name: str) -> Path:
    """A file with a key and a certificate of its own for this name."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("8.8.8.8"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / f"{name}.pem"
    file.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def a_tls_server(file: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A TLS host on loopback that says 204 to whoever gets as far as asking."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    listener, heard = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        try:
            plain, _ = listener.accept()
            with context.wrap_socket(plain, server_side=True) as connection:
                heard.append(_all_of(connection))
                connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        listener.close()
        thread.join(5)


def _all_of(connection: ssl.SSLSocket) -> bytes:
    """A whole request: what is left unread when a host hangs up takes the answer away with it."""
    said = b""
    while not said.endswith(BODY):
        some = connection.recv(65536)
        if not some:
            break
        said += some
    return said


def delivered(monkeypatch: pytest.MonkeyPatch, port: int, trusted: Path, url: str) -> tuple[Answer, list[Any]]:
    """One message to `url`, whose name is said to be at 8.8.8.8; the connection itself is led to loopback."""
    asked: list[Any] = []
    real = socket.create_connection

    def connect(to: Any, **how: Any) -> socket.socket:
        asked.append(to)
        return real(("127.0.0.1", port), **how)

    monkeypatch.setattr("functions.webhooks.transport.socket.create_connection", connect)
    context = ssl.create_default_context(cafile=str(trusted))
    transport = Transport(resolve=lambda _host, _port: ["8.8.8.8"], context=context, seconds=5)
    return transport.post(url, {"webhook-id": "evt_1"}, BODY), asked


def test_the_host_that_was_named_and_certified_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certified(tmp_path, NAMED)
    with a_tls_server(file) as (port, heard):
        answer, asked = delivered(monkeypatch, port, file, f"https://{NAMED}:8443/hooks?a=1")

    assert (answer.status, answer.ok, asked) == (204, True, [("8.8.8.8", 8443)])
    assert heard[0].startswith(b"POST /hooks?a=1 HTTP/1.1\r\n")
    assert f"Host: {NAMED}:8443".encode() in heard[0].split(b"\r\n")


def test_a_host_certified_under_another_name_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certified(tmp_path, "autre.example")
    with a_tls_server(file) as (port, heard):
        answer, _ = delivered(monkeypatch, port, file, f"https://{NAMED}/hooks")

    assert (answer.error, heard) == ("tls", [])


def test_a_host_that_nobody_certified_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "another"
    folder.mkdir()
    with a_tls_server(certified(tmp_path, NAMED)) as (port, heard):
        answer, _ = delivered(monkeypatch, port, certified(folder, NAMED), f"https://{NAMED}/hooks")

    assert (answer.error, heard) == ("tls", [])


def test_a_handshake_that_never_ends_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certified(tmp_path, NAMED)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        real = socket.create_connection
        port = silent.getsockname()[1]
        monkeypatch.setattr(
            "functions.webhooks.transport.socket.create_connection", lambda _to, **how: real(("127.0.0.1", port), **how)
        )
        context = ssl.create_default_context(cafile=str(file))
        answer = Transport(resolve=lambda _h, _p: ["8.8.8.8"], context=context, seconds=1).post(
            f"https://{NAMED}/", {}, b"{}"
        )

    assert not answer.ok
    assert answer.error in {"timeout", "tls"}
    assert answer.took_ms < 4000
