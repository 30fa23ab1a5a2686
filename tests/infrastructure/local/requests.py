"""Plain HTTP to the shop."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from cdk.local.cloud import LocalCloud


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


def ask(cloud: LocalCloud, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
    """One request; underscores in header names become hyphens."""
    connection = http.client.HTTPConnection(cloud.api_url.removeprefix("http://"), timeout=40)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def order(cloud: LocalCloud, **fields: Any) -> str:
    """Places an order as Ada, and gives its id."""
    answer = ask(cloud, "POST", "/orders", json.dumps(fields).encode(), Authorization="Bearer ada")
    assert answer.status == 201, answer
    return str(answer.json["id"])


def rows(cloud: LocalCloud, order_id: str) -> set[str]:
    """The sort keys of an order's rows."""
    found = cloud.boto("dynamodb").query(
        TableName="shop-orders",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": order_id}},
    )
    return {item["sk"]["S"] for item in found["Items"]}


def shipped(cloud: LocalCloud, order_id: str) -> int:
    """How many times an order took effect."""
    item = cloud.boto("dynamodb").get_item(TableName="shop-orders", Key={"pk": {"S": order_id}, "sk": {"S": "COUNT"}})
    return int(item.get("Item", {}).get("shipped", {}).get("N", 0))


def dead_letters(cloud: LocalCloud, queue: str = "shop-dlq") -> list[Any]:
    """The bodies waiting in a queue nobody reads."""
    sqs = cloud.boto("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [json.loads(message["Body"]) for message in found.get("Messages", ())]
