"""A FIFO queue with several readers: a group that is slow holds up no other, and of one group one message at a time."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from cdk.local.deployment import MappingSpec
from cdk.local.faults import Faults
from cdk.local.moto_server import Moto
from cdk.local.pollers import Pollers
from cdk.local.queues import QueueSource
from cdk.local.sandbox import Outcome

ACCOUNT, REGION = "123456789012", "eu-west-3"
SPEC = MappingSpec("try", f"arn:aws:sqs:{REGION}:{ACCOUNT}:lanes.fifo", 1, True)


@dataclass
class Work:
    """A function that keeps the messages of the slow group until they are let go; what it was given, in order."""

    let_go: threading.Event = field(default_factory=threading.Event)
    begun: list[str] = field(default_factory=list)
    at_once: int = 0

    def invoke(self, _function: str, payload: bytes) -> Outcome:
        (record,) = json.loads(payload)["Records"]
        self.begun.append(record["body"])
        if record["body"].startswith("slow"):
            self.at_once += 1
            assert self.at_once == 1
            self.let_go.wait(20)
            self.at_once -= 1
        return Outcome(b"null")

    def until(self, *bodies: str) -> None:
        limit = time.monotonic() + 20
        while not set(bodies) <= set(self.begun):
            assert time.monotonic() < limit, self.begun
            time.sleep(0.005)


@pytest.fixture
def moto() -> Moto:
    found = Moto(ACCOUNT)
    found.backend("sqs", REGION).create_queue("lanes.fifo", FifoQueue="true")
    return found


def test_a_slow_group_holds_up_no_other_and_its_own_wait_for_their_turn(moto: Moto) -> None:
    work: Any = Work()
    lanes = QueueSource(SPEC, moto, REGION, work, Faults(), processes=2)
    for number, body in enumerate(("slow 1", "slow 2", "quick 1", "quick 2")):
        moto.backend("sqs", REGION).send_message(
            "lanes.fifo", body, group_id=body.split()[0], deduplication_id=str(number)
        )
    pollers = Pollers(moto, [lanes])
    pollers.start()
    try:
        work.until("slow 1", "quick 1", "quick 2")
        while pollers.waiting() != {"lanes.fifo → try": 2}:
            time.sleep(0.005)
        with moto.lock:
            due, soonest = lanes.due(), lanes.next_due()
        before = list(work.begun)
        work.let_go.set()
        work.until("slow 2")
        while pollers.waiting():
            time.sleep(0.005)
        pollers.raise_failure()
    finally:
        work.let_go.set()
        pollers.close()

    assert [body for body in before if body.startswith("slow")] == ["slow 1"]
    assert due == 0
    assert soonest is None or soonest > time.time() + 3600
    assert [body for body in work.begun if body.startswith("slow")] == ["slow 1", "slow 2"]
    assert work.at_once == 0
