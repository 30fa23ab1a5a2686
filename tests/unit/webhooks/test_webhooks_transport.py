"""The time that one message may take holds for the resolution of the name as well."""

import socket
import threading
import time
from collections.abc import Sequence

from functions.webhooks.transport import Transport

URL = "https://partenaire.example/passerelle"


def test_a_name_that_is_not_resolved_in_time_is_a_timeout() -> None:
    over = threading.Event()

    def dawdles(_host: str, _port: int) -> Sequence[str]:
        over.wait(10)
        return ["8.8.8.8"]

    began = time.monotonic()
    answer = Transport(resolve=dawdles, seconds=0.2).post(URL, {}, b"{}")
    took = time.monotonic() - began
    over.set()

    assert answer.error == "timeout"
    assert took < 3


def test_a_name_that_nobody_knows_is_no_connection() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert Transport(resolve=unknown).post(URL, {}, b"{}").error == "connection"
