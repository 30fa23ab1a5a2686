"""The chain HTTP → handler → table → stream → relay → bus → queue → handler, and what else runs beside it."""

from __future__ import annotations

import json
import urllib.request

import pytest

from cdk.local.cloud import LocalCloud
from tests.infrastructure.local.requests import ask, dead_letters, order, rows, shipped

pytestmark = pytest.mark.timeout(120)


def test_an_order_travels_the_whole_chain(cloud: LocalCloud) -> None:
    placed = order(cloud, city="Lyon")
    cloud.settle()
    assert rows(cloud, placed) == {"STATE", "EVENT#1", "SHIPPED", "COUNT"}
    assert shipped(cloud, placed) == 1


def test_a_poison_message_goes_to_the_dead_letters_and_its_companions_do_not(cloud: LocalCloud) -> None:
    poison = order(cloud, poison=True)
    healthy = [order(cloud) for _ in range(5)]
    cloud.settle()
    assert [event["detail"]["id"] for event in dead_letters(cloud)] == [poison]
    assert [shipped(cloud, each) for each in healthy] == [1] * 5
    assert cloud.logs("shop-ship").count(f"refusing {poison}") == 3


def test_a_stream_that_is_off_delivers_later_unless_its_records_are_lost(cloud: LocalCloud) -> None:
    stream = cloud.streams["shop-orders"]
    stream.off = True
    lost = order(cloud)
    cloud.settle()
    assert stream.lose() >= 1
    kept = order(cloud)
    cloud.settle()
    assert shipped(cloud, kept) == 0

    stream.off = False
    cloud.pollers.wake()
    cloud.settle()

    assert (shipped(cloud, lost), shipped(cloud, kept)) == (0, 1)


def test_a_function_invokes_another(cloud: LocalCloud) -> None:
    assert cloud.invoke("shop-broker", {})["event"] == {"from": "broker"}


def test_an_asynchronous_invocation_is_accepted_and_run(cloud: LocalCloud) -> None:
    answer = cloud.boto("lambda").invoke(FunctionName="shop-slow", InvocationType="Event", Payload=b'{"seconds": 0}')
    assert answer["StatusCode"] == 202
    cloud.settle()


def test_a_schedule_fires_by_name(cloud: LocalCloud) -> None:
    outcome = cloud.schedule.fire("shop-nightly")
    assert json.loads(outcome.payload)["event"]["source"] == "aws.scheduler"


def test_a_user_gets_tokens_that_the_pool_s_keys_verify(cloud: LocalCloud) -> None:
    import jwt

    ada = cloud.users.create("ada@example.com", groups=["keepers"])
    issuer = jwt.decode(ada.id_token, options={"verify_signature": False})["iss"]
    with urllib.request.urlopen(f"{issuer}/.well-known/jwks.json") as answer:
        (key,) = jwt.PyJWKSet.from_dict(json.load(answer)).keys
    claims = jwt.decode(ada.id_token, key, ["RS256"], issuer=issuer, options={"verify_aud": False})
    assert (claims["sub"], claims["cognito:groups"]) == (ada.subject, ["keepers"])


def test_the_clock_of_the_functions_can_be_moved(cloud: LocalCloud) -> None:
    cloud.clock.advance(days=25)
    try:
        said = ask(cloud, "GET", "/public/clock").body.decode()
        assert said[:16] == cloud.clock.now().isoformat()[:16]
    finally:
        cloud.clock.reset()


def test_a_cancelled_transaction_leaves_neither_item_nor_stream_record(cloud: LocalCloud) -> None:
    dynamodb = cloud.boto("dynamodb")
    key = {"pk": {"S": "cancelled"}, "sk": {"S": "EVENT#1"}}
    before = len(cloud.streams["shop-orders"]._shard.items)
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "shop-orders", "Item": {**key, "envelope": {"S": "{}"}}}},
                {
                    "ConditionCheck": {
                        "TableName": "shop-orders",
                        "Key": {"pk": {"S": "nobody"}, "sk": {"S": "STATE"}},
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                },
            ]
        )
    assert "Item" not in dynamodb.get_item(TableName="shop-orders", Key=key)
    assert len(cloud.streams["shop-orders"]._shard.items) == before
