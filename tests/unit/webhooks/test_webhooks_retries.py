"""When an endpoint fails: tries, pauses, circuit, disabling; and nothing that was owed is lost or made up."""

from collections import Counter
from datetime import timedelta
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.webhooks.model.deliveries import DELAYS, Answer, Delivery, Outcome
from functions.webhooks.model.endpoints import CIRCUIT_OPENS_AFTER, PAUSES, Health
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from tests.unit.webhooks.conftest import START, House, Message, closed, opened

HOOK = "https://partenaire.example/passerelle"
OTHER = "https://autre.example/hooks"
DOWN = Answer(error="connection")


def state_of(house: House, endpoint: dict[str, Any], notice_id: str) -> tuple[str, int]:
    seen = house.call("GET", endpoint["id"], f"/deliveries/{notice_id}").body
    return seen["state"], seen["tries"]


@given(st.lists(st.floats(0, 1), min_size=9, max_size=9))
def test_ten_tries_take_a_little_more_than_three_days_whatever_chance_adds(chances: list[float]) -> None:
    delivery, now, moments = Delivery(endpoint_id="whe_1", notice_id="evt_1", due=START), START, [START]

    for chance in chances:
        delivery = delivery.after(DOWN, now, chance)
        assert delivery.outcome is Outcome.WAITING
        assert delivery.due is not None
        now = delivery.due
        moments.append(now)
    last = delivery.after(DOWN, now, 0.0)

    assert (len(moments), last.outcome, last.due) == (10, Outcome.GIVEN_UP, None)
    assert timedelta(days=3) < moments[-1] - START < timedelta(days=3.5)
    assert all(later - sooner >= delay for sooner, later, delay in zip(moments, moments[1:], DELAYS, strict=False))


@given(st.lists(st.booleans(), max_size=60))
def test_a_circuit_is_open_after_so_many_failures_in_a_row_and_closed_by_a_success(answers: list[bool]) -> None:
    health, row = Health(), 0
    for ok in answers:
        health = health.after(Answer(status=200) if ok else DOWN, START)
        row = 0 if ok else row + 1
        assert health.failures == row
        assert health.lets_through(START) == (row < CIRCUIT_OPENS_AFTER)
        assert health.lets_through(START + PAUSES[-1])
        assert (health.failing_since is None) == (row == 0)


@pytest.mark.parametrize("status", [100, 301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_everything_but_a_2xx_is_tried_again(house: House, status: int) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, Answer(status=status))
    house.tell(fact := opened())

    house.outside.answer(HOOK, None)
    house.pass_time(times=2)

    assert house.outside.ids(HOOK) == [fact.id, fact.id]
    assert state_of(house, endpoint, fact.id) == ("delivered", 2)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_a_2xx_ends_it(house: House, status: int) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, Answer(status=status))

    house.tell(fact := opened())
    house.pass_time(timedelta(minutes=7), times=2)

    assert state_of(house, endpoint, fact.id) == ("delivered", 1)


def test_a_fact_that_an_endpoint_never_takes_is_given_up_after_ten_tries_and_can_be_resent(house: House) -> None:
    endpoint = house.endpoint(HOOK)

    def refuses_the_first(message: Message) -> Answer:
        return Answer(status=500 if message.said["subject"] == "dem_1" else 200)

    house.outside.answers[HOOK] = refuses_the_first
    house.tell(fact := opened("dem_1"))
    for number, delay in enumerate(DELAYS):
        house.tell(opened(f"dem_x{number}"))
        house.pass_time(delay * 1.11)
    assert state_of(house, endpoint, fact.id) == ("given_up", 10)

    house.outside.answer(HOOK, None)
    resent = house.call("POST", endpoint["id"], f"/deliveries/{fact.id}/resend")
    house.pass_time()

    assert resent.status == 202
    assert state_of(house, endpoint, fact.id) == ("delivered", 11)
    tries = [one for one in house.outside.told(HOOK) if one.id == fact.id]
    assert len({one.headers["webhook-timestamp"] for one in tries}) == len(tries) == 11


def test_retry_after_is_honoured(house: House) -> None:
    house.endpoint(HOOK)
    house.outside.answer(HOOK, Answer(status=503, retry_after=timedelta(hours=2)))
    house.tell(fact := opened("dem_1"))
    house.tell(second := opened("dem_2"))
    house.outside.answer(HOOK, None)

    house.pass_time(timedelta(minutes=17), times=7)
    before = house.outside.ids(HOOK)
    house.pass_time(timedelta(minutes=3), times=3)

    assert before == [fact.id]
    assert sorted(house.outside.ids(HOOK)[1:]) == sorted([fact.id, second.id])


def test_gone_disables_at_once_and_what_is_owed_waits(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, Answer(status=410))
    house.tell(first := opened("dem_1"))
    house.tell(second := opened("dem_2"))
    house.pass_time(timedelta(hours=1), times=3)
    seen = house.call("GET", endpoint["id"]).body
    (fact,) = house.slice.facts(WebhookEndpointDisabled)

    house.outside.answer(HOOK, None)
    house.call("POST", endpoint["id"], "/verification")
    house.pass_time(timedelta(minutes=5), times=3)

    assert (seen["state"], seen["disabled_for"], fact.reason) == ("disabled", "gone", "gone")
    assert house.outside.ids(HOOK)[0] == first.id
    assert sorted(house.outside.ids(HOOK)[1:]) == sorted([first.id, second.id])


def test_five_days_of_failures_disable_and_are_told_once(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, DOWN)
    house.tell(opened("dem_1"))

    house.pass_time(timedelta(hours=6), times=19)
    house.tell(opened("dem_2"))
    still = house.call("GET", endpoint["id"]).body["state"]
    house.pass_time(timedelta(hours=6), times=2)
    told = house.slice.facts(WebhookEndpointDisabled)
    tried = len(house.outside.told(HOOK))
    house.pass_time(timedelta(hours=12), times=2)

    assert still == "active"
    assert house.call("GET", endpoint["id"]).body["disabled_for"] == "failing"
    assert [(one.endpoint_id, one.reason) for one in told] == [(endpoint["id"], "failing")]
    assert len(house.outside.told(HOOK)) == tried


def test_a_three_day_outage_loses_nothing_and_repeats_nothing_beyond_the_same_ids(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.endpoint(OTHER)
    house.outside.answer(HOOK, Answer(error="timeout"))
    said = []
    for number in range(12):
        said.append(opened(f"dem_{number}"))
        house.tell(said[-1])
        house.pass_time(timedelta(hours=2), times=3)
    during = Counter(house.outside.ids(HOOK))
    house.outside.messages = [one for one in house.outside.messages if one.url != HOOK]

    house.outside.answer(HOOK, None)
    house.pass_time(timedelta(hours=6), times=6)

    facts = [one.id for one in said]
    assert house.outside.ids(OTHER) == facts
    assert Counter(house.outside.ids(HOOK)) == Counter(facts)
    assert set(during) <= set(facts)
    assert max(during.values()) <= 10
    assert house.call("GET", endpoint["id"]).body["failures"] == 0


def test_a_dead_endpoint_is_left_alone_and_delays_no_other(house: House) -> None:
    house.endpoint(HOOK)
    house.endpoint(OTHER)
    house.outside.answer(HOOK, DOWN)

    for number in range(12):
        house.tell(opened(f"dem_{number}"))

    assert len(house.outside.told(HOOK)) == CIRCUIT_OPENS_AFTER
    assert len(house.outside.told(OTHER)) == 12
    assert {one.at for one in house.outside.told(OTHER)} == {START}


def test_what_the_queue_forgot_is_found_by_the_sweep(house: House) -> None:
    house.endpoint(HOOK)
    house.slice.deliver(fact := opened())
    boto3.client("sqs").purge_queue(QueueUrl=house.queue_url)

    house.pass_time(timedelta(minutes=6))

    assert house.outside.ids(HOOK) == [fact.id]


def test_a_try_handed_over_twice_is_made_once(house: House) -> None:
    house.endpoint(HOOK)
    house.slice.deliver(opened())
    sqs = boto3.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=house.queue_url)["Messages"]
    record = {"messageId": "1", "body": message["Body"]}

    for _ in range(3):
        house.slice.handler.attempt({"Records": [record]}, None)

    assert len(house.outside.told(HOOK)) == 1


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"tries": 1}', '{"tries": "x", "partner": 1}', "é" * 1000])
def test_a_message_that_is_none_of_ours_is_reported_and_breaks_nothing(house: House, body: str) -> None:
    answer = house.slice.handler.attempt({"Records": [{"messageId": "1", "body": body}]}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_what_is_kept_no_longer_is_given_up_and_not_handed_over_for_ever(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, DOWN)
    house.tell(fact := opened())
    entry = {"pk": {"S": f"{endpoint['id']}#entry#{fact.id}"}, "sk": {"S": "STATE"}}
    boto3.client("dynamodb").delete_item(TableName=house.slice.table_name, Key=entry)
    house.outside.answer(HOOK, None)

    house.pass_time(timedelta(minutes=6), times=3)

    webhooks = house.slice.handler.wire().webhooks
    assert len(house.outside.told(HOOK)) == 1
    assert webhooks.due(endpoint["id"], 10) == ()
    assert webhooks.delivery(endpoint["id"], fact.id).value.outcome is Outcome.GIVEN_UP


def test_a_removed_endpoint_is_told_nothing_more(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, DOWN)
    house.tell(opened())
    house.outside.answer(HOOK, None)

    assert house.call("DELETE", endpoint["id"]).status == 204
    house.tell(closed())
    house.pass_time(times=10)

    assert len(house.outside.told(HOOK)) == 1
