"""What happens when a part of the platform is gone for a while, or a message can never be understood."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cdk.demo.player import Player
from tests.support.world import HOST, LENDER, a_world, enter, set_aside

pytestmark = pytest.mark.timeout(300)

QUEUE = "passerelle-local-matching"


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with a_world() as player:
        enter(player, HOST)
        yield player


def test_a_stream_that_is_lost_for_a_day_loses_no_fact(player: Player) -> None:
    """The stream keeps 24 hours; what it forgot is published by the sweep, from the rows that still say unpublished."""
    stream = player.cloud.streams["passerelle-local-companies"]
    stream.off = True
    player.register(LENDER)
    player.cloud.settle()
    forgotten = stream.lose()
    player.cloud.clock.advance(hours=25)
    stream.off = False

    player.cloud.schedule.fire("passerelle-local-outbox-sweep")
    player.cloud.settle()
    player.activate(LENDER)

    assert forgotten > 0
    assert player.cast.callers[LENDER.handle].get(f"/companies/{player.cast.callers[LENDER.handle].company}")["state"]
    assert unpublished(player, "passerelle-local-companies") == []


def test_a_poisoned_message_is_set_aside_with_its_reason_and_its_mates_go_on(player: Player) -> None:
    sqs = player.cloud.boto("sqs")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    known = {"DemandClosed": {"demand_id": "dem_unheard_of", "outcome": "closed"}}
    poison = [
        "not json",
        json.dumps({"detail": {"type": "DemandClosed"}}),
        json.dumps({"detail": an_envelope("SomethingUnheardOf", {})}),
        json.dumps({"detail": an_envelope("DemandClosed", {"demand_id": 7})}),
    ]
    mates = [json.dumps({"detail": an_envelope(name, data)}) for name, data in known.items()]

    for body in (*poison, *mates):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    player.cloud.settle()

    assert set_aside(player) == {f"{QUEUE}-dlq": len(poison)}
    reasons = {
        message["MessageAttributes"]["reason"]["StringValue"]
        for message in received(player, f"{QUEUE}-dlq", len(poison))
    }
    assert reasons == {
        "the message is not an event of ours",
        "nobody here listens to SomethingUnheardOf",
        "DemandClosed 1 is not understood",
    }


def an_envelope(name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"evt_{name.lower()}{len(str(data))}",
        "type": name,
        "version": 1,
        "occurred_at": "2026-11-22T10:00:00Z",
        "correlation_id": "req_poison",
        "causation_id": "req_poison",
        "tenant": "cmp_nobody",
        "subject": "dem_unheard_of",
        "sequence": 1,
        "data": data,
    }


def received(player: Player, queue: str, count: int) -> list[dict[str, Any]]:
    sqs = player.cloud.boto("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    messages: list[dict[str, Any]] = []
    while len(messages) < count:
        messages += sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
    return messages


def unpublished(player: Player, table: str) -> list[str]:
    rows = player.cloud.boto("dynamodb").scan(TableName=table)["Items"]
    return [row["sk"]["S"] for row in rows if "unpublished" in row]
