"""How fast one caller may ask, and what he is told when he asks faster."""

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.companies.pacing import Buckets, Pace
from passerelle import clock
from passerelle.access import Actor, Role, actor_from
from passerelle.store import dynamodb_client
from tests.support.aws import mocked_aws
from tests.support.slices import Slice, a_slice, an_operator, make_table
from tests.unit.companies.conftest import Tokens
from tests.unit.companies.people import seen_as
from tests.unit.companies.registering import registered

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PACE = Pace(per_second=4, burst=10)
ARN = "arn:aws:execute-api:eu-west-3:123456789012:api/stage/GET/demands"


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


@pytest.fixture
def companies() -> Iterator[Slice]:
    more = {
        "mark_secret_id": "mark",
        "token_issuer": "https://pool.example",
        "token_client_id": "client",
        "user_pool_id": "pool",
        "key_prefix": "psk_test",
        "key_overlap_hours": "24",
    }
    with a_slice("companies", **more, requests_per_second="1", requests_at_once="3") as one:
        boto3.client("secretsmanager").create_secret(Name="mark", SecretString="s" * 32)
        yield one


def test_who_asks_too_fast_is_told_how_long_to_wait_before_anything_else(companies: Slice) -> None:
    body = {"label": "Territoire", "scopes": ["webhooks:read"]}
    secret = companies.call("POST", "/companies/partner-keys", actor=an_operator(), body=body).body["secret"]
    event = {"headers": {"Authorization": f"ApiKey {secret}"}, "methodArn": ARN}

    actors = [actor_from(companies.handler.authorize(event, None)["context"]) for _ in range(5)]
    answer = companies.call("GET", "/companies", query={"limit": "0"}, actor=Actor(Role.OPERATOR, "usr_1", wait=7))

    assert [actor.wait > 0 for actor in actors] == [False, False, False, True, True]
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert answer.body["type"].endswith(":too-many-requests")


def test_many_keys_ask_no_faster_than_one(companies: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"label": "Territoire", "scopes": ["webhooks:read"]}
    first = companies.call("POST", "/companies/partner-keys", actor=an_operator(), body=body).body
    body["partner_id"] = first["partner_id"]
    more = [companies.call("POST", "/companies/partner-keys", actor=an_operator(), body=body).body for _ in range(4)]
    monkeypatch.setattr(clock, "now", lambda: NOON)
    asked = [{"headers": {"Authorization": f"ApiKey {key['secret']}"}, "methodArn": ARN} for key in (first, *more)]

    actors = [actor_from(companies.handler.authorize(event, None)["context"]) for event in asked]

    assert [actor.wait > 0 for actor in actors] == [False, False, False, True, True]


def test_a_person_of_many_companies_asks_no_faster_than_of_one(
    companies: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = dataclasses.replace(companies.handler.wire(), tokens=Tokens())
    monkeypatch.setattr(companies.handler, "wire", lambda: wiring)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    mine = [registered(companies, "usr_many") for _ in range(5)]

    actors = [seen_as(companies, "usr_many", company) for company in mine]

    assert [actor.tenant for actor in actors] == mine
    assert [actor.wait > 0 for actor in actors] == [False, False, False, True, True]
