"""The relay: from a table's stream to the bus; what fails comes again, what never can is told and skipped."""

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from functions.outbox.model import LARGEST_ENTRY
from passerelle.contracts import Envelope
from tests.unit.outbox.conftest import TABLES, Outbox


def refusing(*ids: str, code: str = "ThrottlingException", times: int = 10**6) -> Any:
    """A bus that refuses these events so many times each."""
    left = dict.fromkeys(ids, times)

    def answer(entry: dict[str, Any]) -> str | None:
        event_id = json.loads(entry["Detail"])["id"]
        if left.get(event_id, 0) == 0:
            return None
        left[event_id] -= 1
        return code

    return answer


def test_event_rows_reach_the_bus_and_are_cleared(outbox: Outbox) -> None:
    ids = outbox.emit(3)

    assert outbox.relay(outbox.records(*ids)) == []

    assert outbox.waiting() == set()
    entry = outbox.bus.taken[0]
    assert (entry["EventBusName"], entry["Source"]) == ("passerelle-test", "passerelle.companies")
    assert entry["DetailType"] == "CompanyRegistered"
    assert Envelope.from_json(entry["Detail"]).id == ids[0]
    assert set(outbox.rows()[ids[0]]) == {"pk", "sk", "source", "envelope", "expires_at"}


def test_a_rule_of_the_real_bus_sees_the_event(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    events = boto3.client("events")
    monkeypatch.setattr(outbox.slice.handler.wire().bus, "_client", events)
    events.create_event_bus(Name="passerelle-test")
    queue = boto3.client("sqs").create_queue(QueueName="seen")["QueueUrl"]
    pattern = {"source": ["passerelle.companies"], "detail-type": ["CompanyRegistered"]}
    events.put_rule(Name="r", EventBusName="passerelle-test", EventPattern=json.dumps(pattern))
    arn = "arn:aws:sqs:eu-west-3:123456789012:seen"
    events.put_targets(Rule="r", EventBusName="passerelle-test", Targets=[{"Id": "1", "Arn": arn}])

    (event_id,) = outbox.emit()
    assert outbox.relay(outbox.records(event_id)) == []

    (message,) = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["detail"]["id"] == event_id


def test_other_rows_of_a_table_are_none_of_its_business(outbox: Outbox) -> None:
    (event_id,) = outbox.emit()
    (record,) = outbox.records(event_id)
    image = record["dynamodb"]["NewImage"]
    state = record | {"dynamodb": {**record["dynamodb"], "NewImage": image | {"sk": {"S": "STATE"}}}}
    removed = record | {"eventName": "REMOVE", "dynamodb": {"Keys": {}, "SequenceNumber": "7"}}

    assert outbox.relay([state, removed, record | {"eventName": "MODIFY"}]) == []

    assert outbox.bus.calls == []


def test_a_refused_entry_is_tried_again_in_the_same_run(outbox: Outbox) -> None:
    ids = outbox.emit(3)
    outbox.bus.answer = refusing(ids[1], times=2)

    assert outbox.relay(outbox.records(*ids)) == []

    assert outbox.bus.ids == dict.fromkeys(ids, 1)
    assert [len(call) for call in outbox.bus.calls] == [3, 1, 1]


def test_an_entry_that_goes_on_failing_is_reported_and_loses_no_other(outbox: Outbox, logged: io.StringIO) -> None:
    ids = outbox.emit(25)
    outbox.bus.answer = refusing(ids[4], ids[20])

    assert outbox.relay(outbox.records(*ids)) == ["5", "21"]

    assert outbox.waiting() == {ids[4], ids[20]}
    assert set(outbox.bus.ids) == set(ids) - {ids[4], ids[20]}
    assert ids[4] in logged.getvalue()
    assert "company_id" not in logged.getvalue()


@pytest.mark.parametrize(
    "failure",
    [
        ConnectTimeoutError(endpoint_url="https://events.example"),
        ClientError({"Error": {"Code": "InternalException", "Message": "x"}}, "PutEvents"),
    ],
)
def test_a_bus_that_is_down_reports_everything(outbox: Outbox, failure: Exception) -> None:
    ids = outbox.emit(12)

    def down(_: Any) -> str:
        raise failure

    outbox.bus.answer = down
    assert outbox.relay(outbox.records(*ids)) == [str(number) for number in range(1, 13)]

    assert outbox.waiting() == set(ids)


def test_killed_between_publishing_and_clearing_it_is_published_again(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = outbox.emit(2)

    def killed(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("functions.outbox.store.Rows.clear", killed)
        with pytest.raises(SystemExit):
            outbox.relay(outbox.records(*ids))
    assert outbox.waiting() == set(ids)
    assert outbox.relay(outbox.records(*ids)) == []

    assert outbox.bus.ids == dict.fromkeys(ids, 2)
    assert outbox.waiting() == set()


def test_a_row_that_cannot_be_cleared_is_no_failure(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = outbox.emit(2)

    def throttled(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "x"}}, "UpdateItem")

    with monkeypatch.context() as patch:
        patch.setattr(outbox.slice.handler.wire().rows._client, "update_item", throttled)
        assert outbox.relay(outbox.records(*ids)) == []

    assert outbox.waiting() == set(ids)
    assert outbox.bus.ids == dict.fromkeys(ids, 1)


def test_a_row_deleted_meanwhile_is_not_made_again_by_clearing(outbox: Outbox) -> None:
    (event_id,) = outbox.emit()
    records = outbox.records(event_id)
    row = outbox.rows()[event_id]
    boto3.client("dynamodb").delete_item(TableName=TABLES[0], Key={"pk": row["pk"], "sk": row["sk"]})

    assert outbox.relay(records) == []

    assert outbox.rows() == {}


def test_calls_stay_within_the_limits_of_the_bus(outbox: Outbox) -> None:
    ids = outbox.emit(23) + outbox.emit(5, note="é" * 60_000)

    assert outbox.relay(outbox.records(*ids)) == []

    assert set(outbox.bus.ids) == set(ids)
    for call in outbox.bus.calls:
        assert len(call) <= 10
        assert sum(len(entry["Detail"].encode()) for entry in call) <= LARGEST_ENTRY


@pytest.mark.parametrize("poison", ["too-large", "not-an-event"])
def test_a_row_that_can_never_be_published_is_told_and_holds_up_no_other(
    outbox: Outbox, poison: str, logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    first, other = outbox.emit(1), outbox.emit(2)
    (bad,) = outbox.emit(1, note="x" * LARGEST_ENTRY if poison == "too-large" else "")
    if poison == "not-an-event":
        row = outbox.rows()[bad]
        boto3.client("dynamodb").put_item(TableName=TABLES[0], Item=row | {"envelope": {"S": '{"id": "Quatrebarbes"}'}})

    assert outbox.relay(outbox.records(*first, bad, *other)) == []

    assert set(outbox.bus.ids) == {*first, *other}
    assert outbox.waiting() == {bad}
    assert outbox.rows()[bad]["unpublishable"] == {"S": poison}
    assert poison in logged.getvalue()
    assert "Quatrebarbes" not in logged.getvalue()
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["EventsUnpublishable"] == [1]


def test_an_event_the_bus_calls_malformed_is_given_up(outbox: Outbox) -> None:
    ids = outbox.emit(3)
    outbox.bus.answer = refusing(ids[0], code="MalformedDetail")

    assert outbox.relay(outbox.records(*ids)) == []

    assert outbox.waiting() == {ids[0]}
    assert outbox.rows()[ids[0]]["unpublishable"] == {"S": "MalformedDetail"}


def test_a_call_refused_as_a_whole_is_halved_to_the_one_at_fault(outbox: Outbox) -> None:
    ids = outbox.emit(9)
    at_fault = refusing(ids[6])

    def answer(entry: dict[str, Any]) -> None:
        if at_fault(entry):
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "x"}}, "PutEvents")

    outbox.bus.answer = answer
    assert outbox.relay(outbox.records(*ids)) == []

    assert outbox.bus.ids == dict.fromkeys(set(ids) - {ids[6]}, 1)
    assert outbox.rows()[ids[6]]["unpublishable"] == {"S": "ValidationException"}


class Hurried:
    """A run that is almost over."""

    def get_remaining_time_in_millis(self) -> int:
        return 5_000


def test_a_run_almost_over_reports_the_rest_instead_of_being_cut_off(outbox: Outbox) -> None:
    ids = outbox.emit(15)

    assert outbox.relay(outbox.records(*ids), Hurried()) == [str(number) for number in range(11, 16)]

    assert outbox.waiting() == set(ids[10:])
