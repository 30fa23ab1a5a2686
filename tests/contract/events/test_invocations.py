"""What Lambda hands to an entry point, as kept in `events/invocations/`, is what our entry points take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cdk.contracts.declared import declarations, event_types
from passerelle.access import Actor, Role, actor_from
from passerelle.contracts import Envelope
from tests.support.slices import a_slice

EVENTS = Path(__file__).resolve().parents[3] / "events"


def invocation(name: str) -> dict:
    return json.loads((EVENTS / "invocations" / name).read_text(encoding="utf-8"))


def test_a_queue_batch_carries_golden_samples():
    for record in invocation("sqs_batch.json")["Records"]:
        message = json.loads(record["body"])
        sample = json.loads((EVENTS / "samples" / f"{message['detail-type']}.v1.json").read_text(encoding="utf-8"))
        assert message["detail"] == sample
        assert message["source"] == event_types()[message["detail-type"]].source()


def test_a_queue_batch_is_of_what_its_slice_listens_to():
    for record in invocation("sqs_batch.json")["Records"]:
        consumer = record["eventSourceARN"].rpartition("-")[2]
        reactions = next(one.reactions for one in declarations() if one.name == consumer)
        assert json.loads(record["body"])["detail-type"] in reactions


def test_a_stream_batch_carries_rows_as_the_store_writes_them():
    first, second = invocation("stream_batch.json")["Records"]
    image = first["dynamodb"]["NewImage"]
    envelope = Envelope.from_json(image["envelope"]["S"])

    assert set(image) == {"pk", "sk", "source", "envelope", "unpublished"}
    assert image["sk"]["S"] == f"EVENT#{envelope.id}"
    assert image["pk"]["S"].startswith(f"{envelope.tenant}#")
    assert image["pk"]["S"].endswith(f"#{envelope.subject}")
    assert "envelope" not in second["dynamodb"]["NewImage"]


def test_a_proxy_event_is_served():
    event = invocation("proxy_event.json")

    with a_slice("documents", bucket_name="passerelle-test-documents", reveal_function_name="reveal") as documents:
        answer = documents.handler.api(event, None)

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["items"] == []


def test_a_proxy_event_names_its_caller_as_the_authorizer_does():
    context = invocation("proxy_event.json")["requestContext"]["authorizer"]

    scopes = frozenset({"documents:read", "profiles:read"})
    assert actor_from(context) == Actor(Role.COMPANY, "usr_4f2c", "cmp_w6fkb2z7mqx4tn5hvdca", True, scopes)


@pytest.mark.parametrize("name", ["sqs_batch.json", "stream_batch.json", "proxy_event.json"])
def test_nothing_of_the_machine_it_was_taken_from_is_in_it(name: str):
    text = (EVENTS / "invocations" / name).read_text(encoding="utf-8")

    assert "eyJ" not in text
    assert "AKIA" not in text
