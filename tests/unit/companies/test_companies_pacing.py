"""What the authorizer tells the gateway of who asks too fast, and what he is answered."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest

from passerelle import clock
from passerelle.access import Actor, Role, actor_from
from tests.support.slices import Slice, a_slice, an_operator
from tests.unit.companies.conftest import Tokens
from tests.unit.companies.people import seen_as
from tests.unit.companies.registering import registered

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ARN = "arn:aws:execute-api:eu-west-3:123456789012:api/stage/GET/demands"


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
