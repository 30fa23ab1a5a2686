"""What is replaced inside moto answers as moto does."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdk.local.moto_patches import _plain
from tests.support.aws import client, mocked_aws

TEXTS = st.text(min_size=1, max_size=5)
NUMBERS = st.integers(-99, 99).map(str)
BYTES = st.binary(min_size=1, max_size=5)
LEAVES = st.one_of(
    st.fixed_dictionaries({"S": st.text(max_size=5)}),
    st.fixed_dictionaries({"N": NUMBERS}),
    st.fixed_dictionaries({"B": BYTES}),
    st.fixed_dictionaries({"BOOL": st.booleans()}),
    st.fixed_dictionaries({"NULL": st.just(True)}),
    st.fixed_dictionaries({"SS": st.lists(TEXTS, min_size=1, max_size=3, unique=True)}),
    st.fixed_dictionaries({"NS": st.lists(NUMBERS, min_size=1, max_size=3, unique=True)}),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"L": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"M": st.dictionaries(TEXTS, inner, max_size=3)}),
    ),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(TEXTS.filter(lambda name: name != "pk"), VALUES, max_size=4))
def test_whatever_is_put_is_read_back(attributes: dict[str, Any]) -> None:
    item = {"pk": {"S": "one"}} | attributes
    with mocked_aws():
        dynamodb = client("dynamodb")
        dynamodb.create_table(
            TableName="things",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.put_item(TableName="things", Item=item)

        read = dynamodb.get_item(TableName="things", Key={"pk": {"S": "one"}})["Item"]
        (scanned,) = dynamodb.scan(TableName="things")["Items"]

    assert _sorted(read) == _sorted(scanned) == _sorted(item)


def test_what_must_be_encoded_is_left_to_moto() -> None:
    assert _plain({"B": b"x"}) is None
    assert _plain({"M": {"inside": {"L": [{"B": b"x"}]}}}) is None
    assert _plain({"M": {"inside": {"L": [{"S": "x"}, {"N": "1"}]}}}) == {
        "M": {"inside": {"L": [{"S": "x"}, {"N": "1"}]}}
    }


def _sorted(value: Any) -> Any:
    """Sets have no order."""
    if isinstance(value, dict):
        return {
            key: sorted(one) if key in ("SS", "NS") and isinstance(one, list) else _sorted(one)
            for key, one in value.items()
        }
    return [_sorted(one) for one in value] if isinstance(value, list) else value


KEYS = st.tuples(st.sampled_from("ab"), st.sampled_from("mn"), st.integers(0, 9))
"""A partition, a place in it, and a place in the index; some items are in no index."""


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(KEYS, max_size=12, unique_by=lambda key: key[:2]), st.integers(1, 4), st.booleans())
def test_a_query_gives_its_partition_in_order_page_by_page(
    keys: list[tuple[str, str, int]], limit: int, forward: bool
) -> None:
    with mocked_aws():
        dynamodb = client("dynamodb")
        dynamodb.create_table(
            TableName="things",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": kind}
                for name, kind in (("pk", "S"), ("sk", "S"), ("gk", "S"), ("gs", "N"))
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "listing",
                    "KeySchema": [
                        {"AttributeName": "gk", "KeyType": "HASH"},
                        {"AttributeName": "gs", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for partition, place, number in keys:
            item = {"pk": {"S": partition}, "sk": {"S": place}}
            listed = {"gk": {"S": place}, "gs": {"N": str(number)}} if number else {}
            dynamodb.put_item(TableName="things", Item=item | listed)

        def asked(**condition: Any) -> list[tuple[str, str]]:
            pages = dynamodb.get_paginator("query").paginate(
                TableName="things",
                ScanIndexForward=forward,
                PaginationConfig={"PageSize": limit},
                **condition,
            )
            return [(item["pk"]["S"], item["sk"]["S"]) for page in pages for item in page["Items"]]

        of_a = asked(KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "a"}})
        of_m = asked(
            IndexName="listing", KeyConditionExpression="gk = :gk", ExpressionAttributeValues={":gk": {"S": "m"}}
        )

    wanted_a = sorted(key[:2] for key in keys if key[0] == "a")
    wanted_m = [key for key in keys if key[1] == "m" and key[2]]
    assert of_a == (wanted_a if forward else wanted_a[::-1])
    assert sorted(of_m) == sorted(key[:2] for key in wanted_m)
    numbers = {key[:2]: key[2] for key in keys}
    assert [numbers[one] for one in of_m] == sorted((key[2] for key in wanted_m), reverse=not forward)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(["given back", "delayed", "in hand"]), min_size=1, max_size=9))
def test_whoever_asks_a_queue_receives_what_is_neither_delayed_nor_in_another_hand(standings: list[str]) -> None:
    with mocked_aws():
        sqs = client("sqs")
        queue = sqs.create_queue(QueueName="things")["QueueUrl"]
        sent = [sqs.send_message(QueueUrl=queue, MessageBody=standing)["MessageId"] for standing in standings]
        taken = _received(sqs, queue, hidden_for=900)
        for message in taken:
            if message["Body"] == "given back":
                sqs.change_message_visibility(
                    QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
            if message["Body"] == "delayed":
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                sqs.send_message(QueueUrl=queue, MessageBody="delayed", DelaySeconds=900)

        again = _received(sqs, queue, hidden_for=900)
        nothing = _received(sqs, queue, hidden_for=900)
        counted = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]

    assert sorted(message["MessageId"] for message in taken) == sorted(sent)
    wanted = [one for one, standing in zip(sent, standings, strict=True) if standing == "given back"]
    assert sorted(message["MessageId"] for message in again) == sorted(wanted)
    assert nothing == []
    assert counted == {"ApproximateNumberOfMessages": "0"}


def _received(sqs: Any, queue: str, *, hidden_for: int) -> list[dict[str, Any]]:
    received: list[dict[str, Any]] = []
    while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=hidden_for).get(
        "Messages"
    ):
        received += found
    return received
