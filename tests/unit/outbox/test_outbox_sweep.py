"""The sweep: what streams left behind is published all the same, whatever came between."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.outbox.model import Incomplete
from passerelle import clock
from tests.unit.outbox.conftest import TABLES, Outbox
from tests.unit.outbox.test_outbox_relay import Hurried, refusing

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_after_a_stream_was_off_for_25_hours_nothing_is_lost(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = []
    for hour in range(26):
        at(monkeypatch, NOW + timedelta(hours=hour))
        expected += outbox.emit(5, TABLES[0]) + outbox.emit(1, TABLES[1])

    at(monkeypatch, NOW + timedelta(hours=25, minutes=2))
    outbox.sweep()

    assert outbox.bus.ids == dict.fromkeys(expected, 1)
    assert outbox.waiting(TABLES[0]) == outbox.waiting(TABLES[1]) == set()
    outbox.sweep()
    assert outbox.bus.ids == dict.fromkeys(expected, 1)


def test_a_fresh_row_is_left_to_the_stream(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = outbox.emit(2)
    at(monkeypatch, NOW + timedelta(seconds=60))
    outbox.sweep()
    assert outbox.bus.calls == []

    at(monkeypatch, NOW + timedelta(seconds=61))
    outbox.sweep()

    assert set(outbox.bus.ids) == set(ids)


def test_killed_between_publishing_and_clearing_the_sweep_repeats(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (event_id,) = outbox.emit()

    def killed(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("functions.outbox.store.Rows.clear", killed)
        with pytest.raises(SystemExit):
            outbox.relay(outbox.records(event_id))
    at(monkeypatch, NOW + timedelta(minutes=5))
    outbox.sweep()

    assert outbox.bus.ids == {event_id: 2}
    assert outbox.waiting() == set()


def test_a_row_cleared_since_the_index_was_written_is_not_repeated(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = outbox.emit(2)
    at(monkeypatch, NOW + timedelta(minutes=5))
    rows = outbox.slice.handler.wire().rows
    item = rows._item

    def cleared_by_the_relay(place: Any) -> Any:
        monkeypatch.setattr(rows, "_item", item)
        rows.clear(place)
        return item(place)

    monkeypatch.setattr(rows, "_item", cleared_by_the_relay)
    outbox.sweep()

    assert sum(outbox.bus.ids.values()) == 1
    assert outbox.waiting() == set()
    assert set(outbox.rows()) == set(ids)


def test_a_row_that_goes_on_failing_is_told_and_keeps_no_other(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = sorted(outbox.emit(130))
    elsewhere = outbox.emit(3, TABLES[1])
    outbox.bus.answer = refusing(ids[0], code="InternalFailure")
    at(monkeypatch, NOW + timedelta(minutes=5))

    with pytest.raises(Incomplete, match=r"in passerelle-test-companies$"):
        outbox.sweep()

    assert set(outbox.bus.ids) == {*ids[1:], *elsewhere}
    assert outbox.waiting() == {ids[0]}


def test_a_table_that_cannot_be_read_keeps_no_other_from_being_swept(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.emit(1, TABLES[0])
    elsewhere = outbox.emit(2, TABLES[1])
    at(monkeypatch, NOW + timedelta(minutes=5))
    client = outbox.slice.handler.wire().rows._client
    get_item = client.get_item

    def throttled(**arguments: Any) -> Any:
        if arguments["TableName"] == TABLES[0]:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "x"}}, "GetItem")
        return get_item(**arguments)

    monkeypatch.setattr(client, "get_item", throttled)
    with pytest.raises(Incomplete, match=TABLES[0]):
        outbox.sweep()

    assert set(outbox.bus.ids) == set(elsewhere)


def test_a_row_that_can_never_be_published_is_told_at_every_sweep_and_skipped(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (bad,) = outbox.emit(note="x" * 262_144)
    good = outbox.emit(12)
    at(monkeypatch, NOW + timedelta(minutes=5))

    outbox.sweep()
    outbox.sweep()

    assert outbox.bus.ids == dict.fromkeys(good, 1)
    assert outbox.waiting() == {bad}
    assert outbox.rows()[bad]["unpublishable"] == {"S": "too-large"}
    assert capsys.readouterr().out.count('"EventsUnpublishable":[1') == 2


def test_a_sweep_out_of_time_leaves_the_rest_to_the_next_without_an_error(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = outbox.emit(3)
    at(monkeypatch, NOW + timedelta(minutes=5))

    outbox.sweep(Hurried())
    assert outbox.waiting() == set(ids)
    outbox.sweep()

    assert outbox.waiting() == set()
