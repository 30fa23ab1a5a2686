"""A long outage loses nothing that is kept: an endpoint that failed too long is told later what it missed."""

from datetime import timedelta
from typing import Any

from functions.webhooks.model.deliveries import Answer
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from tests.unit.webhooks.conftest import House, opened

HOOK = "https://partenaire.example/passerelle"
DOWN = Answer(error="connection")


def fails_for(house: House, days: int) -> None:
    house.outside.answer(HOOK, DOWN)
    house.pass_time(timedelta(hours=2), times=12 * days)


def works_again(house: House) -> None:
    house.outside.messages.clear()
    house.outside.answer(HOOK, None)


def seen(house: House, endpoint: dict[str, Any]) -> tuple[str, str | None]:
    now = house.call("GET", endpoint["id"]).body
    return now["state"], now["disabled_for"]


def test_what_was_given_up_during_an_outage_is_told_after_verification_and_nothing_else_again(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.tell(opened("dem_before"))
    house.outside.answer(HOOK, DOWN)
    house.tell(first := opened("dem_1"))
    fails_for(house, 4)
    house.tell(second := opened("dem_2"))
    fails_for(house, 2)
    given_up = house.call("GET", endpoint["id"], f"/deliveries/{first.id}").body["state"]
    disabled = seen(house, endpoint)

    works_again(house)
    house.call("POST", endpoint["id"], "/verification")
    house.pass_time(times=3)
    house.pass_time(timedelta(hours=6), times=4)

    assert (given_up, disabled) == ("given_up", ("disabled", "failing"))
    assert sorted(house.outside.ids(HOOK)) == sorted([first.id, second.id])
    since = (house.time - timedelta(days=8)).isoformat()
    assert house.call("POST", endpoint["id"], "/replay", body={"since": since}).status == 202


def test_an_outage_that_ends_by_itself_after_something_was_given_up_loses_nothing(house: House) -> None:
    house.endpoint(HOOK)
    house.outside.answer(HOOK, DOWN)
    house.tell(first := opened("dem_1"))
    fails_for(house, 4)
    works_again(house)

    house.tell(second := opened("dem_2"))
    house.pass_time(times=3)

    assert sorted(house.outside.ids(HOOK)) == sorted([first.id, second.id])


def test_an_endpoint_to_which_nothing_is_due_is_disabled_too_and_its_contact_told_once(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, DOWN)
    house.tell(opened("dem_1"))

    fails_for(house, 4)
    before = seen(house, endpoint)
    fails_for(house, 4)

    facts = house.slice.facts(WebhookEndpointDisabled)
    assert before == ("active", None)
    assert seen(house, endpoint) == ("disabled", "failing")
    assert [(one.endpoint_id, one.reason) for one in facts] == [(endpoint["id"], "failing")]


def test_another_address_is_told_what_the_former_one_missed(house: House) -> None:
    moved_to = "https://autre.example/hooks"
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, DOWN)
    house.tell(first := opened("dem_1"))
    fails_for(house, 6)
    tag = house.call("GET", endpoint["id"]).headers["ETag"]

    house.call("PUT", endpoint["id"], body={"url": moved_to}, headers={"If-Match": tag})
    house.call("POST", endpoint["id"], "/verification")
    house.pass_time(times=3)

    assert house.outside.ids(moved_to) == [first.id]
