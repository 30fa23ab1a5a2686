"""A link taken out of the chain stops it where it should; disorder does not stop it. One cloud per test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cdk.local.cloud import LocalCloud
from cdk.local.faults import Faults
from tests.infrastructure.local.requests import dead_letters, order, rows, shipped

pytestmark = pytest.mark.timeout(120)


def test_an_event_reaches_the_queue_with_the_whole_envelope(changed: Callable[..., Path], tmp_path: Path) -> None:
    with LocalCloud(changed(_without_consumer), tmp_path / "run") as cloud:
        cloud.boto("events").put_events(
            Entries=[
                {"EventBusName": "shop", "Source": "shop", "DetailType": "OrderPlaced", "Detail": '{"text": "<id> é"}'}
            ]
        )
        (event,) = dead_letters(cloud, "shop")
    assert event["detail"] == {"text": "<id> é"}
    assert event.keys() == {
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "resources",
        "detail",
    }
    assert (event["source"], event["detail-type"], event["account"]) == ("shop", "OrderPlaced", "123456789012")


def test_without_the_event_source_mapping_the_chain_stops_at_the_queue(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    with LocalCloud(changed(_without_consumer), tmp_path / "run") as cloud:
        placed = order(cloud)
        cloud.settle()
        assert rows(cloud, placed) == {"STATE", "EVENT#1"}
        assert [event["detail"]["id"] for event in dead_letters(cloud, "shop")] == [placed]


def test_with_another_pattern_the_chain_stops_at_the_bus(changed: Callable[..., Path], tmp_path: Path) -> None:
    def listen_to_something_else(resources: dict[str, Any]) -> None:
        (rule,) = (each for each in resources.values() if each["Type"] == "AWS::Events::Rule")
        rule["Properties"]["EventPattern"]["detail-type"] = ["OrderCancelled"]

    with LocalCloud(changed(listen_to_something_else), tmp_path / "run") as cloud:
        placed = order(cloud)
        cloud.settle()
        assert rows(cloud, placed) == {"STATE", "EVENT#1"}
        assert dead_letters(cloud, "shop") == []


def test_duplicates_delays_and_disorder_change_nothing_of_the_outcome(shop: Path, tmp_path: Path) -> None:
    faults = Faults(seed=3, duplicates=0.5, delays=0.5, longest_delay=0.05)
    with LocalCloud(shop, tmp_path / "run", faults) as cloud:
        placed = [order(cloud) for _ in range(20)]
        cloud.settle()
        assert [shipped(cloud, each) for each in placed] == [1] * 20
    assert faults.fired["duplicate"]
    assert faults.fired["delay"]


def test_there_is_one_cloud_at_a_time(shop: Path, tmp_path: Path) -> None:
    with (
        LocalCloud(shop, tmp_path / "run"),
        pytest.raises(RuntimeError, match="already running"),
        LocalCloud(shop, tmp_path / "other"),
    ):
        pass


def _without_consumer(resources: dict[str, Any]) -> None:
    mappings = [
        name
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::EventSourceMapping" and "Filter" not in str(each["Properties"])
    ]
    (consumer,) = mappings
    del resources[consumer]
