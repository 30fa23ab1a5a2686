"""How fast one caller may ask: a bucket each, counted right however many requests come at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.pacing import Buckets, Pace
from passerelle.store import dynamodb_client
from tests.support.aws import mocked_aws
from tests.support.slices import make_table

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PACE = Pace(per_second=4, burst=10)


@pytest.fixture
def buckets() -> Iterator[Buckets]:
    with mocked_aws():
        make_table("buckets")
        yield Buckets("buckets", dynamodb_client(), PACE)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_burst_passes_and_the_next_one_waits(buckets: Buckets) -> None:
    waits = [buckets.take("cmp_1", NOON) for _ in range(12)]

    assert waits == [0] * 10 + [1] * 2
    assert buckets.take("cmp_1", at(0.24)) == 1
    assert buckets.take("cmp_1", at(0.25)) == 0
    assert buckets.take("cmp_1", at(0.26)) == 1


def test_each_caller_has_a_bucket_of_his_own(buckets: Buckets) -> None:
    for _ in range(12):
        buckets.take("cmp_1", NOON)

    assert buckets.take("cmp_2", NOON) == 0


def test_of_many_at_once_exactly_as_many_pass_as_the_bucket_holds(dynamodb_endpoint: str) -> None:
    client = boto3.client("dynamodb", endpoint_url=dynamodb_endpoint)
    names = {"pk": "HASH", "sk": "RANGE"}
    client.create_table(
        TableName="buckets",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        BillingMode="PAY_PER_REQUEST",
    )
    buckets = Buckets("buckets", client, PACE)

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: buckets.take("cmp_1", NOON), range(40)))

    assert waits.count(0) == PACE.burst


@settings(max_examples=25)
@given(gaps=st.lists(st.floats(0, 1.5, allow_nan=False), min_size=1, max_size=30))
def test_in_any_period_no_more_pass_than_the_burst_and_what_came_in_meanwhile(gaps: list[float]) -> None:
    with mocked_aws():
        make_table("buckets")
        buckets, now, passed = Buckets("buckets", dynamodb_client(), PACE), 0.0, list[float]()
        for gap in gaps:
            now += gap
            wait = buckets.take("cmp_1", at(now))
            if wait == 0:
                passed.append(now)
            else:
                assert buckets.take("cmp_2", at(now)) == 0

    for first in range(len(passed)):
        for last in range(first, len(passed)):
            assert last - first + 1 <= PACE.burst + (passed[last] - passed[first]) * PACE.per_second + 0.01


@settings(max_examples=10)
@given(start=st.floats(0, 1, allow_nan=False))
def test_who_asks_no_faster_than_his_bucket_fills_never_waits(start: float) -> None:
    with mocked_aws():
        make_table("buckets")
        buckets = Buckets("buckets", dynamodb_client(), PACE)
        waits = [buckets.take("cmp_1", at(start + turn * 0.251)) for turn in range(30)]

    assert set(waits) == {0}
