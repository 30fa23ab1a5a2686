"""The other ways to the same events: the feed, the snapshot, the log, a resend and a replay."""

import random
from datetime import timedelta
from typing import Any

import pytest

from functions.webhooks.model.deliveries import KEPT, Answer
from passerelle.contracts import Envelope
from passerelle.store import Busy, Transaction, cursor_after
from tests.unit.webhooks.conftest import House, closed, opened

HOOK = "https://partenaire.example/passerelle"


def all_of(house: House, endpoint: dict[str, Any], path: str, **query: str) -> tuple[list[dict[str, Any]], Any]:
    """Every item of a feed or a snapshot from a cursor on, in small pages; and where it ended."""
    items: list[dict[str, Any]] = []
    cursor = query.get("cursor")
    while True:
        asked = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = house.call("GET", endpoint["id"], path, query=asked).body
        items += page["items"]
        if not page["items"] or page["cursor"] is None:
            return items, page["cursor"] or cursor
        cursor = page["cursor"]


def state_of(items: list[dict[str, Any]], held: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a partner holds who lets no old fact overwrite a new one."""
    held = dict(held or {})
    for item in items:
        if item["sequence"] > held.get(item["subject"], {"sequence": 0})["sequence"]:
            held[item["subject"]] = item
    return held


def a_busy_day(house: House, chance: random.Random, demands: range) -> dict[str, int]:
    """Facts about these demands, in any order and some of them twice; the last sequence of each."""
    facts = [opened(f"dem_{number}", 2, occurred_at=house.time) for number in demands]
    facts += [opened(f"dem_{number}", 3, occurred_at=house.time) for number in demands if number % 2]
    facts += [closed(f"dem_{number}", 4, occurred_at=house.time) for number in demands if number % 3 == 0]
    chance.shuffle(facts)
    for fact in facts:
        house.tell(fact)
        if chance.random() < 0.3:
            house.tell(fact)
        house.time += timedelta(seconds=20)
    return {
        f"dem_{number}": max(fact.sequence for fact in facts if fact.subject == f"dem_{number}") for number in demands
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_state_rebuilt_from_snapshot_and_feed_is_the_platforms_own(house: House, seed: int) -> None:
    chance = random.Random(seed)
    endpoint = house.endpoint(HOOK)
    told = a_busy_day(house, chance, range(4))

    first = house.call("GET", endpoint["id"], "/snapshot", query={"limit": "2"}).body
    told |= a_busy_day(house, chance, range(2, 6))
    rest, _ = all_of(house, endpoint, "/snapshot", cursor=first["cursor"])
    told |= a_busy_day(house, chance, range(6, 8))
    house.pass_time(timedelta(minutes=5))
    news, _ = all_of(house, endpoint, "/feed", cursor=first["feed_cursor"])

    own, _ = all_of(house, endpoint, "/snapshot")
    rebuilt = state_of(news, state_of(first["items"] + rest))
    assert {subject: item["sequence"] for subject, item in rebuilt.items()} == told
    assert rebuilt == state_of(own)
    assert len(own) == 8


def test_the_feed_holds_every_delivery_once_and_its_cursor_goes_on(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    a_busy_day(house, random.Random(7), range(4))
    house.pass_time(timedelta(minutes=5))

    items, cursor = all_of(house, endpoint, "/feed")
    nothing, same = all_of(house, endpoint, "/feed", cursor=cursor)
    house.tell(later := opened("dem_later"))
    house.pass_time(timedelta(minutes=2))
    news, _ = all_of(house, endpoint, "/feed", cursor=cursor)

    assert [item["id"] for item in items] == house.outside.ids(HOOK)[: len(items)]
    assert (nothing, same) == ([], cursor)
    assert [item["id"] for item in news] == [later.id]


def test_a_cursor_from_before_what_is_kept_is_refused_and_the_snapshot_goes_on(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    cursor = house.call("GET", endpoint["id"], "/snapshot").body["feed_cursor"]
    house.tell(opened())

    house.time += KEPT - timedelta(minutes=2)
    in_time = house.call("GET", endpoint["id"], "/feed", query={"cursor": cursor})
    house.time += timedelta(minutes=2)
    too_late = house.call("GET", endpoint["id"], "/feed", query={"cursor": cursor})

    assert [item["subject"] for item in in_time.body["items"]] == ["dem_1"]
    assert (too_late.status, too_late.body["type"]) == (400, "urn:passerelle:problem:cursor-too-old")
    assert "snapshot" in too_late.body["remedy"]
    fresh = house.call("GET", endpoint["id"], "/snapshot").body["feed_cursor"]
    assert house.call("GET", endpoint["id"], "/feed", query={"cursor": fresh}).status == 200


def test_whoever_keeps_reading_a_feed_in_which_nothing_comes_is_never_too_late(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.tell(opened())
    house.pass_time(timedelta(minutes=2))
    _, cursor = all_of(house, endpoint, "/feed")

    for _ in range(3):
        house.time += timedelta(days=20)
        nothing, cursor = all_of(house, endpoint, "/feed", cursor=cursor)
        assert nothing == []
    house.tell(later := opened("dem_later"))
    house.pass_time(timedelta(minutes=2))

    assert [item["id"] for item in all_of(house, endpoint, "/feed", cursor=cursor)[0]] == [later.id]


@pytest.mark.parametrize("order", ["dem_1", "2026-11-23", "2026-11-23T09:00:00#", "a" * 63])
@pytest.mark.parametrize("path", ["/feed", "/snapshot"])
def test_a_cursor_of_another_list_is_refused(house: House, order: str, path: str) -> None:
    endpoint = house.endpoint(HOOK)

    answer = house.call("GET", endpoint["id"], path, query={"cursor": cursor_after(order)})

    assert (answer.status, answer.body["type"]) == (400, "urn:passerelle:problem:malformed")


def test_the_feed_ends_a_minute_ago_so_that_nothing_can_come_before_what_was_read(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.tell(opened())

    before = house.call("GET", endpoint["id"], "/feed").body
    house.pass_time(timedelta(seconds=61))

    assert before == {"items": [], "cursor": None}
    assert len(house.call("GET", endpoint["id"], "/feed").body["items"]) == 1


@pytest.mark.parametrize("fact", [opened("dem_1"), closed("dem_1", 3)], ids=["opened", "closed"])
def test_a_fact_whose_entering_fails_for_hours_is_in_the_snapshot_or_comes_after_it_in_the_feed(
    house: House, monkeypatch: pytest.MonkeyPatch, fact: Envelope
) -> None:
    endpoint = house.endpoint(HOOK)
    house.tell(opened("dem_1", 1))
    commit = Transaction.commit

    def fails_for_what_is_consumed(transaction: Transaction) -> None:
        if any("CONSUMED#" in str(write) for write, _ in transaction._writes):
            raise Busy("the table")
        commit(transaction)

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", fails_for_what_is_consumed)
        assert house.slice.deliver(fact) == [fact.id]
        house.time += timedelta(hours=3)
        first = house.call("GET", endpoint["id"], "/snapshot").body
    house.time += timedelta(hours=3)
    house.tell(fact)
    house.time += timedelta(minutes=2)
    news, _ = all_of(house, endpoint, "/feed", cursor=first["feed_cursor"])

    assert state_of(news, state_of(first["items"]))["dem_1"]["id"] == fact.id


def test_the_snapshot_holds_what_the_endpoint_asked_for(house: House) -> None:
    here = house.endpoint(HOOK, wanted={"territories": ["76"], "types": ["DemandClosed"]})
    missions = house.endpoint(HOOK, wanted={"types": ["MissionStarted"]})
    house.tell(opened("dem_here", place="76"), opened("dem_there", place="27"))

    assert [item["subject"] for item in all_of(house, here, "/snapshot")[0]] == ["dem_here"]
    assert all_of(house, missions, "/snapshot")[0] == []


def test_a_replay_tells_everything_since_again_under_the_same_ids_and_new_timestamps(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.tell(early := opened("dem_0"))
    house.pass_time(timedelta(days=1))
    since = house.time.isoformat()
    facts = [opened(f"dem_{number}") for number in range(1, 32)]
    for fact in facts:
        house.tell(fact)
    house.pass_time(timedelta(hours=1))
    house.outside.messages.clear()

    begun = house.call("POST", endpoint["id"], "/replay", body={"since": since})
    again = house.call("POST", endpoint["id"], "/replay", body={"since": since})
    house.pass_time(times=3)

    assert (begun.status, again.status) == (202, 409)
    assert sorted(house.outside.ids(HOOK)) == sorted(fact.id for fact in facts)
    assert early.id not in house.outside.ids(HOOK)
    now = int(house.time.timestamp())
    assert all(now - int(one.headers["webhook-timestamp"]) < 600 for one in house.outside.messages)
    assert house.call("POST", endpoint["id"], "/replay", body={"since": since}).status == 202


@pytest.mark.parametrize("days", [15, -1])
def test_a_replay_goes_back_fourteen_days_and_not_into_the_future(house: House, days: int) -> None:
    endpoint = house.endpoint(HOOK)
    since = (house.time - timedelta(days=days)).isoformat()

    refused = house.call("POST", endpoint["id"], "/replay", body={"since": since})

    assert (refused.status, refused.body["type"]) == (422, "urn:passerelle:problem:replay-too-old")


def test_the_log_tells_every_try_and_what_was_sent(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, Answer(status=500, took_ms=12))
    house.tell(fact := opened())
    house.outside.answer(HOOK, None)
    house.pass_time(times=2)

    listed = house.call("GET", endpoint["id"], "/deliveries").body["items"]
    detail = house.call("GET", endpoint["id"], f"/deliveries/{fact.id}").body

    assert [(one["id"], one["state"], one["tries"]) for one in listed] == [(fact.id, "delivered", 2)]
    assert [(one["number"], one["status"]) for one in detail["attempts"]] == [(1, 500), (2, 204)]
    assert detail["notice"] == house.outside.told(HOOK)[0].said
