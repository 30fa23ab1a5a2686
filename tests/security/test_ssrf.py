"""No address that a partner gives leads our messages inside: by spelling, name, redirect or a change of mind."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.webhooks.settings import Settings
from functions.webhooks.transport import LARGEST_ANSWER, BadUrl, Transport, check_url, is_public
from passerelle import signing

LOOPBACK = [
    "https://127.0.0.1/",
    "https://127.0.0.2/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://127.0.0.1./",
    "https://①②⑦.⓪.⓪.①/",
]
INSIDE = [
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://169.254.100.1:9001/",
    "https://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://0xa9fea9fe/",
    "https://2852039166/",
]
NOT_FOR_HOOKS = [
    "http://partenaire.example/",
    "ftp://partenaire.example/",
    "file:///etc/passwd",
    "gopher://partenaire.example/",
    "//partenaire.example",
    "https://user@partenaire.example/",
    "https://user:word@partenaire.example/",
    "https://partenaire.example:22/",
    "https://partenaire.example:9001/",
    "https://partenaire.example:99999/",
    "https://partenaire.example:x/",
    "https:///x",
    "https://partenaire.example/#here",
    "https://partenaire.example/#",
    "https://partenaire.example\\@127.0.0.1/",
    "https://intranet/",
    "https://partenaire.example/é",
    "https://-bad.example/",
    "https://partenaire..example/",
    "https://[::1/",
    "javascript:alert(1)",
    "https://Partenaire.example:443@127.0.0.1/",
    "https://partenaire.example%00.evil/",
    "https://1.example.1/",
]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "169.254.100.1",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:1::1",
    "2001:db8::1",
    "100::1",
    "nonsense",
    "1.2.3",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "93.184.216.34",
    "52.95.110.1",
    "2606:4700:4700::1111",
    "2a00:1450:4007:80c::200e",
    "::ffff:8.8.8.8",
]


def no_one(_host: str, _port: int) -> list[str]:
    raise AssertionError("a refused address is not even looked up")


@pytest.mark.parametrize("url", [*LOOPBACK, *INSIDE, *NOT_FOR_HOOKS, "", "https://", "x" * 600])
def test_an_address_that_may_lead_inside_is_refused_before_anything_is_looked_up(url: str) -> None:
    with pytest.raises(BadUrl):
        check_url(url)
    assert Transport(resolve=no_one).post(url, {}, b"{}").error == "address-refused"


@pytest.mark.parametrize(
    "url", ["https://partenaire.example/hooks?a=b", "https://a-1.partenaire.example", "https://x.example:8443/"]
)
def test_a_public_name_is_accepted(url: str) -> None:
    assert check_url(url).scheme == "https"


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_is_known_in_all_its_forms(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_outside_is_known_too(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("addresses", [[], *([one] for one in PRIVATE), ["8.8.8.8", "127.0.0.1"], ["::1", "8.8.8.8"]])
def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address(addresses: list[str]) -> None:
    answer = Transport(resolve=lambda _host, _port: addresses).post("https://partenaire.example/", {}, b"{}")

    assert (answer.status, answer.error) == (None, "address-refused")


def test_a_name_is_looked_up_once_and_the_connection_goes_to_the_checked_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rebinding name says something public when it is checked, and something else whenever it is asked again."""
    said = iter([["8.8.8.8"], ["127.0.0.1"], ["169.254.169.254"]])
    connected: list[Any] = []

    def connect(address: Any, **_how: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("functions.webhooks.transport.socket.create_connection", connect)

    answer = Transport(resolve=lambda _host, _port: next(said)).post("https://rebinding.example/", {}, b"{}")

    assert (connected, answer.error) == ([("8.8.8.8", 443)], "connection")
    assert next(said) == ["127.0.0.1"]


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: f"https://{raw.decode('latin-1')}/"))
def test_whatever_is_given_for_an_address_is_refused_or_is_a_full_name_on_a_port_for_it(url: str) -> None:
    try:
        parts = check_url(url)
    except BadUrl:
        return
    assert parts.scheme == "https"
    assert "." in str(parts.hostname)
    assert parts.hostname.rpartition(".")[2][0].isalpha()
    assert parts.port in {None, 443, 8443}


@pytest.mark.parametrize("stage", ["dev", "sandbox", "live"])
def test_no_deployed_stage_can_trust_a_loopback_host(stage: str) -> None:
    told = {
        "table_name": "t",
        "queue_url": "q",
        "dead_letter_queue_url": "d",
        "attempts_queue_url": "a",
        "secrets_key_id": "k",
        "vocabulary_table": "v",
        "vocabulary_bucket": "b",
    }

    assert Settings(stage=stage, **told).trusted_host == ""
    with pytest.raises(ValueError, match="trusted_host"):
        Settings(stage=stage, trusted_host="127.0.0.1", **told)


@pytest.mark.parametrize(
    "url", ["http://localhost:80/", "http://127.0.0.2/", "http://169.254.169.254/", "http://[::1]/"]
)
def test_what_a_test_trusts_is_one_host_and_no_other(url: str) -> None:
    with pytest.raises(BadUrl):
        check_url(url, "127.0.0.1")
    assert check_url("http://127.0.0.1:8123/", "127.0.0.1").port == 8123


@contextmanager
def a_server(*answers: bytes, slowly: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """A host on loopback that says these bytes, one answer for each connection, a byte at a time if `slowly`."""
    listener, heard, stop = socket.create_server(("127.0.0.1", 0)), [], threading.Event()
    listener.settimeout(5)

    def serve() -> None:
        for answer in answers:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                heard.append(connection.recv(65536))
                try:
                    for byte in answer if slowly else ():
                        connection.sendall(bytes([byte]))
                        if stop.wait(slowly):
                            return
                    connection.sendall(b"" if slowly else answer)
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook?x=1", heard
    finally:
        stop.set()
        listener.close()
        thread.join(6)


def trusting(seconds: float = 5.0) -> Transport:
    return Transport("127.0.0.1", seconds=seconds)


def test_what_is_sent_is_one_signed_post() -> None:
    with a_server(b"HTTP/1.1 204 No Content\r\n\r\n") as (url, heard):
        answer = trusting().post(url, signing.headers("evt_1", 1, ["v1,x"]), b'{"a": 1}')

    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert (answer.status, answer.ok) == (204, True)
    assert head.startswith(b"POST /hook?x=1 HTTP/1.1\r\n")
    assert {b"webhook-id: evt_1", b"webhook-timestamp: 1", b"webhook-signature: v1,x"} <= set(head.split(b"\r\n"))
    assert body in (b'{"a": 1}', b"")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_wherever_it_leads(status: int) -> None:
    moved = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".encode()

    with a_server(moved, b"HTTP/1.1 200 OK\r\n\r\n") as (url, heard):
        answer = trusting().post(url, {}, b"{}")

    assert (answer.status, answer.ok, len(heard)) == (status, False, 1)


def test_an_answer_that_drips_is_cut_off() -> None:
    with a_server(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"x" * 900, slowly=0.1) as (url, _):
        answer = trusting(seconds=1.0).post(url, {}, b"{}")

    assert (answer.error, answer.ok) == ("timeout", False)
    assert answer.took_ms < 3000


@pytest.mark.parametrize("slow", ["resolve", "connect"])
def test_looking_up_and_connecting_are_part_of_the_time_that_an_exchange_has(
    slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_server(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"x" * 900, slowly=0.1) as (url, _):
        port, real = int(url.split(":")[2].split("/")[0]), socket.create_connection

        def resolve(_host: str, _port: int) -> list[str]:
            time.sleep(0.8 if slow == "resolve" else 0)
            return ["8.8.8.8"]

        def connect(_to: Any, **how: Any) -> Any:
            time.sleep(0.8 if slow == "connect" else 0)
            return real(("127.0.0.1", port), **how)

        monkeypatch.setattr("functions.webhooks.transport.socket.create_connection", connect)
        answer = Transport(resolve=resolve, seconds=1.0).post("https://partenaire.example/", {}, b"{}")

    assert (answer.error, answer.ok) == ("timeout", False)
    assert answer.took_ms < 1500


def test_a_name_that_is_not_found_in_time_is_connected_to_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        time.sleep(0.3)
        return ["8.8.8.8"]

    monkeypatch.setattr("functions.webhooks.transport.socket.create_connection", no_one)

    answer = Transport(resolve=resolve, seconds=0.2).post("https://partenaire.example/", {}, b"{}")

    assert (answer.status, answer.error) == (None, "timeout")


def test_of_a_long_answer_only_a_little_is_read() -> None:
    long = b"x" * (LARGEST_ANSWER * 20)
    with a_server(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(long), long)) as (url, _):
        answer = trusting().post(url, {}, b"{}")

    assert len(answer.body) == LARGEST_ANSWER


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"HTTP/1.1\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70000,
        b"\xff" * 99,
    ],
)
def test_an_answer_that_is_none_breaks_nothing(answer: bytes) -> None:
    with a_server(answer) as (url, _):
        given_back = trusting().post(url, {}, b"{}")

    assert not given_back.ok
    assert given_back.error == "connection"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("0", 0), ("999999999", 999999999), ("soon", None), ("-1", None), ("", None), ("1e9", None)],
)
def test_retry_after_is_read_where_it_says_something(text: str, seconds: int | None) -> None:
    with a_server(f"HTTP/1.1 503 Busy\r\nRetry-After: {text}\r\nContent-Length: 0\r\n\r\n".encode()) as (url, _):
        answer = trusting().post(url, {}, b"{}")

    assert answer.status == 503
    assert (None if answer.retry_after is None else answer.retry_after.total_seconds()) == seconds
    assert answer.rest.days <= 1


def test_a_host_that_does_not_speak_tls_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_server(b"HTTP/1.1 200 OK\r\n\r\n") as (url, heard):
        port = int(url.split(":")[2].split("/")[0])
        real = socket.create_connection
        monkeypatch.setattr(
            "functions.webhooks.transport.socket.create_connection", lambda _to, **how: real(("127.0.0.1", port), **how)
        )
        answer = Transport(resolve=lambda _h, _p: ["8.8.8.8"], context=ssl.create_default_context()).post(
            "https://partenaire.example/", {}, b'{"secret": 1}'
        )

    assert answer.error in {"tls", "connection"}
    assert b"secret" not in b"".join(heard)
