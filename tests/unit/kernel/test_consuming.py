"""An event that loses against another writer is tried again after a pause of chance, longer each time."""

import json
from typing import Any, cast

import pytest

from passerelle import clock
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.demands import DemandClosed
from passerelle.store import Table, Transaction, VersionConflict
from tests.support.slices import an_envelope


class Contended:
    """A table on which another writer comes first so many times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def begin(self) -> Transaction:
        return cast(Transaction, self)

    def consume(self, _event_id: str) -> None:
        """Nothing is marked here."""

    def commit(self) -> None:
        self.left -= 1
        if self.left >= 0:
            raise VersionConflict("a row")


@pytest.mark.parametrize(("times", "failed"), [(0, []), (3, []), (9, ["1"])])
def test_who_lost_waits_a_little_and_longer_each_time(
    monkeypatch: pytest.MonkeyPatch, times: int, failed: list[str]
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    monkeypatch.setattr(clock, "jitter", lambda longest: longest)
    table = Contended(times)
    consumer = Consumer(table=lambda: cast(Table, table), queues=lambda: Queues("", ""))
    tries = []

    @consumer.on(DemandClosed)
    def note(delivery: Delivery[DemandClosed]) -> None:
        tries.append(delivery.envelope.id)

    envelope = an_envelope(DemandClosed(demand_id="dem_1", outcome="filled"), tenant="cmp_1", subject="dem_1")
    record: dict[str, Any] = {
        "messageId": "1",
        "body": json.dumps({"detail": json.loads(envelope.model_dump_json())}),
    }
    answer = consumer({"Records": [record]}, None)

    assert answer["batchItemFailures"] == [{"itemIdentifier": one} for one in failed]
    assert len(tries) == min(times, 4) + 1
    assert pauses == [0.02, 0.04, 0.08, 0.16][: min(times, 4)]
