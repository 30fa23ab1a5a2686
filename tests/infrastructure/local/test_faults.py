"""Faults fire when told to, are counted, and an application built for them survives."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from cdk.local.cloud import InvocationFailed, LocalCloud
from cdk.local.pollers import NotSettled
from tests.infrastructure.local.requests import ask, dead_letters, order, shipped

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def calm_before_and_after(cloud: LocalCloud) -> Iterator[None]:
    cloud.settle()
    yield
    cloud.faults.calm()
    cloud.faults.fired.clear()


@pytest.mark.parametrize("call", [1, 2])
def test_a_consumer_killed_after_any_call_is_given_the_message_again(cloud: LocalCloud, call: int) -> None:
    cloud.faults.kill_after("shop-ship", call)
    placed = order(cloud)
    cloud.settle()
    assert cloud.faults.fired["killed"] == 1
    assert shipped(cloud, placed) == call - 1, "the toy is not idempotent between its two calls, and it shows"


def test_a_relay_killed_after_publishing_publishes_again(cloud: LocalCloud) -> None:
    cloud.faults.kill_after("shop-relay", 1)
    placed = order(cloud)
    cloud.settle()
    assert cloud.faults.fired["killed"] == 1
    assert shipped(cloud, placed) == 1
    assert f"already shipped {placed}" in cloud.logs("shop-ship")


def test_a_handler_killed_during_a_request_answers_502_and_the_next_one_works(cloud: LocalCloud) -> None:
    cloud.faults.kill_after("shop-api", 1)
    assert ask(cloud, "POST", "/orders", b"{}", Authorization="Bearer ada").status == 502
    order(cloud)


def test_events_refused_by_the_bus_are_retried_and_the_others_are_not_lost(cloud: LocalCloud) -> None:
    stream = cloud.streams["shop-orders"]
    stream.off = True
    placed = [order(cloud) for _ in range(6)]
    cloud.faults.refuse_events(2)
    stream.off = False
    cloud.pollers.wake()
    cloud.settle()
    assert cloud.faults.fired["refused event"] == 2
    assert [shipped(cloud, each) for each in placed] == [1] * 6


def test_what_the_relay_gives_up_is_told_without_its_content(cloud: LocalCloud) -> None:
    cloud.faults.refuse_events(1000)
    placed = order(cloud)
    cloud.settle()
    (told,) = dead_letters(cloud, "shop-relay-dlq")
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1
    assert placed not in json.dumps(told)
    assert shipped(cloud, placed) == 0


def test_a_refused_call_reaches_the_function_as_an_error(cloud: LocalCloud) -> None:
    cloud.faults.refuse_calls("dynamodb:Scan", code="ValidationException")
    with pytest.raises(InvocationFailed) as failed:
        cloud.invoke("shop-count", {})
    assert failed.value.args[0]["errorType"] == "ClientError"
    assert cloud.invoke("shop-count", {})["rows"] >= 0


def test_a_time_out_kills_the_invocation_and_the_next_one_works(cloud: LocalCloud) -> None:
    cloud.invoke("shop-slow", {"seconds": 0})
    started = time.monotonic()
    with pytest.raises(InvocationFailed) as failed:
        cloud.invoke("shop-slow", {"seconds": 5})
    assert "Task timed out after 1.00 seconds" in failed.value.args[0]["errorMessage"]
    assert time.monotonic() - started < 2
    assert cloud.invoke("shop-slow", {"seconds": 0}) is None


def test_what_never_settles_is_named(cloud: LocalCloud) -> None:
    cloud.boto("lambda").invoke(FunctionName="shop-slow", InvocationType="Event", Payload=b'{"seconds": 0.9}')
    with pytest.raises(NotSettled, match="1 invocations"):
        cloud.settle(timeout=0.1)
    cloud.settle()
