"""The conformance kit: the sample receiver passes, and each seeded defect is named for what it is."""

import contextlib
import io
import json
import queue
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from cdk.cli import CONFORMANCE_SECRET
from cdk.conformance import conformance
from cdk.conformance.checks import CHECKS
from cdk.conformance.receiver import Receiver, serve
from cdk.conformance.sending import Line
from passerelle import clock, signing


@contextlib.contextmanager
def served(receiver: Receiver) -> Iterator[str]:
    server = serve(receiver)
    server.RequestHandlerClass = says_when_to_come_back(server.RequestHandlerClass)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks"
    finally:
        server.shutdown()
        server.server_close()


def says_when_to_come_back(handler: Any) -> Any:
    """The handler, with `Retry-After: 1` in an answer of 429."""

    class Resting(handler):
        def send_response(self, code: int, message: str | None = None) -> None:
            super().send_response(code, message)
            if code == 429:
                self.send_header("Retry-After", "1")

    return Resting


def faults_of(receiver: Receiver, patience: float = 5.0, quiet: float = 0.1) -> dict[str, str]:
    with served(receiver) as url:
        line = Line(url, CONFORMANCE_SECRET, patience, quiet)
        found = {check.__name__: check(line) for check in CHECKS}
    return {name: fault for name, fault in found.items() if fault is not None}


class Verified(Receiver):
    """Verifies for itself, with its faults left to those below; `holds` says whether a message is signed."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret)
        self.secret, self.of_this_thread = secret, threading.local()

    def holds(self, headers: dict[str, str], body: bytes) -> bool:
        found = {name.lower(): value for name, value in headers.items()}
        try:
            stamp = int(found["webhook-timestamp"])
            return self.in_time(clock.now().timestamp() - stamp) and self.signed(found, stamp, body)
        except (KeyError, ValueError):
            return False

    def in_time(self, age: float) -> bool:
        return abs(age) < 300

    def signed(self, headers: dict[str, str], stamp: int, body: bytes) -> bool:
        expected = signing.signature(self.secret, headers["webhook-id"], stamp, body)
        return expected in self.signatures(headers["webhook-signature"])

    def signatures(self, text: str) -> list[str]:
        return text.split(" ")

    def receive(self, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if not self.holds(headers, body):
            return 401, {}
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            return 400, {}
        if not isinstance(event, dict) or "type" not in event:
            return 400, {}
        return self.taken(event)

    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        if event["type"] == "EndpointVerification":
            return 200, {"challenge": event["data"]["challenge"]}
        with self.lock:
            if event["id"] not in self.seen:
                self.handle(event)
            self.seen.add(event["id"])
        return 200, {}


class NeverVerifies(Verified):
    def holds(self, headers: dict[str, str], body: bytes) -> bool:
        return True


class TakesTheIdFromTheBody(Verified):
    def signed(self, headers: dict[str, str], stamp: int, body: bytes) -> bool:
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            return False
        inside = said.get("id", "") if isinstance(said, dict) else ""
        return super().signed({**headers, "webhook-id": inside}, stamp, body)


class ForgetsTheTime(Verified):
    def in_time(self, age: float) -> bool:
        return True


class TrustsTheFuture(Verified):
    def in_time(self, age: float) -> bool:
        return age < 300


class ReadsTheFirstSignature(Verified):
    def signatures(self, text: str) -> list[str]:
        return text.split(" ")[:1]


class ReadsTheLastSignature(Verified):
    def signatures(self, text: str) -> list[str]:
        return text.split(" ")[-1:]


class DemandsTheWholeEnvelope(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        whole = {"id", "type", "version", "occurred_at", "programme", "territory", "subject", "sequence", "data"}
        return super().taken(event) if whole <= event.keys() else (422, {})


class DemandsATerritory(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        return (422, {}) if event.get("territory", "76") is None else super().taken(event)


class RemembersTheSignature(Verified):
    def signed(self, headers: dict[str, str], stamp: int, body: bytes) -> bool:
        self.of_this_thread.signature = headers["webhook-signature"]
        return super().signed(headers, stamp, body)

    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        return super().taken(event | {"id": self.of_this_thread.signature})


class WritesTheJsonAgain(Verified):
    def signed(self, headers: dict[str, str], stamp: int, body: bytes) -> bool:
        try:
            again = json.dumps(json.loads(body), separators=(",", ":")).encode()
        except (ValueError, RecursionError):
            return False
        return super().signed(headers, stamp, again)


class RefusesDuplicates(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        return (409, {}) if event["id"] in self.seen else super().taken(event)


class ActsTwice(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        self.seen.clear()
        return super().taken(event)


class LetsTheOldWin(Verified):
    def handle(self, event: dict[str, Any]) -> None:
        self.handled += 1
        self.held[event["subject"]] = event


class RefusesTheOld(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        held = self.held.get(event.get("subject", ""))
        return (409, {}) if held and held["sequence"] > event["sequence"] else super().taken(event)


class RefusesTheUnknown(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        known = {"DemandOpened", "DemandClosed", "EndpointVerification", "EndpointTest"}
        return super().taken(event) if event["type"] in known else (422, {})


class FallsOver(Verified):
    def receive(self, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if not self.holds(headers, body):
            return 401, {}
        try:
            return self.taken(json.loads(body))
        except Exception:
            return 500, {}


class FallsOverOnHeaders(Verified):
    def receive(self, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        found = {name.lower(): value for name, value in headers.items()}
        try:
            int(found.get("webhook-timestamp", "0"))
            [one.split(",")[1] for one in found.get("webhook-signature", "v1,x").split(" ")]
        except (ValueError, IndexError):
            return 500, {}
        return super().receive(headers, body)


class KeepsTheChallenge(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        return (200, {}) if event["type"] == "EndpointVerification" else super().taken(event)


class Redirects(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        status, said = super().taken(event)
        return (status, said) if event["type"] == "EndpointVerification" else (301, {})


class DropsInABurst(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        now = time.monotonic()
        self.recent = [one for one in getattr(self, "recent", []) if now - one < 0.5] + [now]
        return (503, {}) if len(self.recent) > 25 else super().taken(event)


class ForgetsInABurst(Verified):
    def handle(self, event: dict[str, Any]) -> None:
        now = time.monotonic()
        self.recent = [one for one in getattr(self, "recent", []) if now - one < 0.5] + [now]
        if len(self.recent) <= 25:
            super().handle(event)


class StoresFirst(Verified):
    """Stores, answers, and acts afterwards, as the guide says."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret)
        self.stored: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self.work, daemon=True).start()

    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        if event["type"] == "EndpointVerification":
            return super().taken(event)
        self.stored.put(event)
        return 202, {}

    def work(self) -> None:
        while True:
            event = self.stored.get()
            time.sleep(0.01)
            super().taken(event)


class WorksSlowly(StoresFirst):
    """Takes several times the kit's patience for a burst, and never rests meanwhile."""

    def work(self) -> None:
        while True:
            event = self.stored.get()
            time.sleep(0.06)
            Verified.taken(self, event)


class WorksSlowlyAndActsTwice(WorksSlowly):
    def work(self) -> None:
        while True:
            event = self.stored.get()
            time.sleep(0.06)
            self.handle(event)


class AsksForRest(Verified):
    """Takes so many in half a second, and says of the others when to come back."""

    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        now = time.monotonic()
        with self.lock:
            self.recent = [one for one in getattr(self, "recent", []) if now - one < 0.5]
            if len(self.recent) >= 25:
                return 429, {}
            self.recent.append(now)
        return super().taken(event)


class AsksForRestForEver(Verified):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        return super().taken(event) if event["type"] == "EndpointVerification" else (429, {})


class StoresFirstAndActsTwice(StoresFirst):
    def work(self) -> None:
        while True:
            event = self.stored.get()
            time.sleep(0.01)
            self.handle(event)


class StoresFirstAndLetsTheOldWin(StoresFirst):
    def handle(self, event: dict[str, Any]) -> None:
        self.handled += 1
        self.held[event["subject"]] = event


class StoresFirstAndForgetsInABurst(StoresFirst):
    def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
        return super().taken(event) if self.stored.qsize() < 10 else (202, {})


DEFECTS: dict[type[Verified], set[str]] = {
    NeverVerifies: {
        "altered_body",
        "foreign_secret",
        "altered_id",
        "altered_timestamp",
        "unsigned",
        "malformed_headers",
    }
    | {"expired", "early"},
    TakesTheIdFromTheBody: {"altered_id", "unsigned"},
    ForgetsTheTime: {"expired", "early"},
    TrustsTheFuture: {"early"},
    ReadsTheFirstSignature: {"rotation"},
    ReadsTheLastSignature: {"rotation"},
    DemandsTheWholeEnvelope: {"verification"},
    DemandsATerritory: {"test_event"},
    RemembersTheSignature: {"duplicate"},
    WritesTheJsonAgain: {"raw_bytes"},
    RefusesDuplicates: {"duplicate"},
    ActsTwice: {"duplicate"},
    LetsTheOldWin: {"reordered"},
    RefusesTheOld: {"reordered"},
    RefusesTheUnknown: {"unknown_type"},
    FallsOver: {"malformed"},
    FallsOverOnHeaders: {"malformed_headers"},
    KeepsTheChallenge: {"verification"},
    DropsInABurst: {"burst"},
    ForgetsInABurst: {"burst"},
    StoresFirstAndActsTwice: {"duplicate"},
    StoresFirstAndLetsTheOldWin: {"reordered"},
    StoresFirstAndForgetsInABurst: {"burst"},
}


@pytest.mark.parametrize("kind", [Receiver, Verified, StoresFirst])
def test_a_receiver_that_does_all_of_it_passes(kind: type[Receiver]) -> None:
    assert faults_of(kind(CONFORMANCE_SECRET)) == {}


@pytest.mark.parametrize(
    "shown", [None, [], "state", {"handled": "3", "resources": {}}, {"handled": 3, "resources": []}, {"handled": 3}]
)
def test_a_state_that_is_none_is_not_looked_at(shown: Any) -> None:
    class ShowsSomethingElse(Verified):
        def state(self) -> Any:
            return shown

    assert faults_of(ShowsSomethingElse(CONFORMANCE_SECRET)) == {}


@pytest.mark.parametrize(
    "endpoint",
    ["", "partenaire.example", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "http://[::1/", "http://é" * 30],
)
def test_the_command_ends_with_2_for_what_is_no_address(endpoint: str) -> None:
    said = io.StringIO()

    assert conformance(endpoint, CONFORMANCE_SECRET, said) == 2
    assert said.getvalue().startswith("Personne ne répond")


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é", "whsec_not base64", "whpk_AAAA"])
def test_the_command_ends_with_2_for_what_is_no_secret(secret: str) -> None:
    said = io.StringIO()
    with served(Receiver(CONFORMANCE_SECRET)) as url:
        code = conformance(url, secret, said)

    assert code == 2
    assert "secret" in said.getvalue()


@pytest.mark.parametrize(("kind", "named"), DEFECTS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_defect_is_named_for_what_it_is(kind: type[Verified], named: set[str]) -> None:
    assert set(faults_of(kind(CONFORMANCE_SECRET))) == named


def test_a_redirect_is_said_to_be_one() -> None:
    assert "redirection" in faults_of(Redirects(CONFORMANCE_SECRET))["valid"]


@pytest.mark.parametrize("kind", [WorksSlowly, AsksForRest])
def test_who_takes_his_time_as_he_may_is_not_blamed(kind: type[Verified]) -> None:
    assert faults_of(kind(CONFORMANCE_SECRET), patience=2.5, quiet=0.05) == {}


def test_who_works_slowly_and_acts_twice_is_named_for_that() -> None:
    assert set(faults_of(WorksSlowlyAndActsTwice(CONFORMANCE_SECRET), patience=2.5, quiet=0.05)) == {"duplicate"}


def test_who_asks_for_rest_for_ever_is_waited_for_once() -> None:
    began = time.monotonic()
    with served(AsksForRestForEver(CONFORMANCE_SECRET)) as url:
        line = Line(url, CONFORMANCE_SECRET, 2.5, 0.05)
        line.longest_rest = 3.0
        found = {check.__name__: check(line) for check in CHECKS}

    assert {"valid", "burst"} <= {name for name, fault in found.items() if fault}
    assert "429" in str(found["burst"])
    assert time.monotonic() - began < 20


def test_an_answer_that_comes_too_late_is_said_to_be_late() -> None:
    class Dawdles(Verified):
        def taken(self, event: dict[str, Any]) -> tuple[int, Any]:
            time.sleep(0.6)
            return super().taken(event)

    with served(Dawdles(CONFORMANCE_SECRET)) as url:
        line = Line(url, CONFORMANCE_SECRET, patience=0.3)
        (fault,) = [check(line) for check in CHECKS if check.__name__ == "valid"]

    assert fault is not None
    assert "0.3 s" in fault


def test_the_command_says_every_fault_in_words_and_ends_with_1() -> None:
    said = io.StringIO()
    with served(ActsTwice(CONFORMANCE_SECRET)) as url:
        code = conformance(url, CONFORMANCE_SECRET, said)

    (line,) = [line for line in said.getvalue().splitlines() if line.startswith("faute")]
    assert code == 1
    assert "traité une deuxième fois" in line


def test_the_command_ends_with_0_for_the_sample_receiver() -> None:
    said = io.StringIO()
    with served(Receiver(CONFORMANCE_SECRET)) as url:
        assert conformance(url, CONFORMANCE_SECRET, said) == 0
    assert said.getvalue().splitlines()[-1] == "Conforme."


def test_the_command_ends_with_2_where_nobody_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert conformance(f"http://127.0.0.1:{port}/", CONFORMANCE_SECRET, io.StringIO()) == 2
