"""What one partner does, or what goes wrong for it, keeps no other waiting and shows no other's things."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.webhooks.model.deliveries import Answer
from functions.webhooks.signing import Signer
from functions.webhooks.store import Webhooks
from passerelle.store import Table
from tests.unit.webhooks.conftest import HERE, OTHER_PARTNER, House, a_partner, opened, recorded

HOOK = "https://partenaire.example/passerelle"
OTHER = "https://autre.example/hooks"
NEIGHBOUR = a_partner(OTHER_PARTNER)
DOWN = Answer(error="connection")


class Hurried:
    """A function whose time runs out: a minute less each time it looks at the clock."""

    def __init__(self, minutes: int) -> None:
        self._left: Iterator[int] = iter(range(minutes, -1000, -1))

    def get_remaining_time_in_millis(self) -> int:
        return next(self._left) * 60_000


def test_a_long_replay_keeps_no_other_partner_waiting(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.endpoint(OTHER, actor=NEIGHBOUR)
    since = house.time.isoformat()
    house.tell(*(opened(f"dem_{number}") for number in range(30)))
    house.outside.answer(OTHER, DOWN)
    house.tell(late := opened("dem_late"))
    house.outside.answer(OTHER, None)
    house.outside.messages.clear()
    house.time += timedelta(minutes=2)
    house.call("POST", endpoint["id"], "/replay", body={"since": since})

    house.slice.handler.sweep({}, Hurried(2))
    house.work()
    in_time = house.outside.ids(OTHER)
    house.pass_time(times=5)

    assert in_time == [late.id]
    assert len(set(house.outside.ids(HOOK))) == 31


def test_what_goes_wrong_with_one_endpoint_is_told_and_stops_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = house.endpoint(HOOK)
    house.endpoint(OTHER, actor=NEIGHBOUR)
    for url in (HOOK, OTHER):
        house.outside.answer(url, DOWN)
    house.tell(fact := opened())
    for url in (HOOK, OTHER):
        house.outside.answer(url, None)
    house.outside.messages.clear()
    due = Webhooks.due

    def failing(self: Webhooks, endpoint_id: str, limit: int) -> Any:
        if endpoint_id == broken["id"]:
            raise RuntimeError("a row that cannot be read")
        return due(self, endpoint_id, limit)

    monkeypatch.setattr(Webhooks, "due", failing)
    for _ in range(3):
        house.time += timedelta(minutes=2)
        with pytest.raises(RuntimeError, match="1 step of the sweep failed"):
            house.slice.handler.sweep({}, None)
        house.work()

    assert house.outside.ids(OTHER) == [fact.id]
    assert house.outside.ids(HOOK) == []


def test_a_queue_slower_than_the_sweeps_patience_is_worked_off_and_tells_each_fact_once(house: House) -> None:
    """Whoever comes late from the queue is told all the same; what was handed over again is not told again."""
    house.endpoint(HOOK)
    house.slice.deliver(*(facts := [opened(f"dem_{number}") for number in range(60)]))
    began = swept = house.time

    while house.work_one():
        house.time += timedelta(seconds=14)
        if house.time - swept >= timedelta(minutes=1):
            house.slice.handler.sweep({}, None)
            swept = house.time
        if house.time - began > timedelta(hours=1):
            break

    assert sorted(house.outside.ids(HOOK)) == sorted(fact.id for fact in facts)


def test_a_partner_has_so_many_endpoints_and_no_more(house: House) -> None:
    body = {"url": HOOK}

    made = [house.slice.call("POST", "/webhooks/endpoints", actor=a_partner(), body=body) for _ in range(21)]
    neighbours = house.slice.call("POST", "/webhooks/endpoints", actor=NEIGHBOUR, body=body)
    house.call("DELETE", made[0].body["id"])
    again = house.slice.call("POST", "/webhooks/endpoints", actor=a_partner(), body=body)

    assert [one.status for one in made] == [201] * 20 + [409]
    assert made[-1].body["type"] == "urn:passerelle:problem:too-many-endpoints"
    assert (neighbours.status, again.status) == (201, 201)


def test_an_endpoint_is_asked_for_its_challenge_once_in_thirty_seconds_whatever_it_answers(house: House) -> None:
    endpoint = house.endpoint(HOOK, verified=False)
    other = house.endpoint(OTHER, verified=False)
    house.outside.answer(HOOK, Answer(status=500))

    refused = house.call("POST", endpoint["id"], "/verification")
    house.time += timedelta(seconds=10)
    house.outside.answer(HOOK, None)
    too_soon = house.call("POST", endpoint["id"], "/verification")
    neighbour = house.call("POST", other["id"], "/verification")
    house.time += timedelta(seconds=20)
    in_time = house.call("POST", endpoint["id"], "/verification")

    assert [one.status for one in (refused, too_soon, neighbour, in_time)] == [422, 429, 200, 200]
    assert too_soon.headers["Retry-After"] == "20"
    assert len([one for one in house.outside.messages if one.url == HOOK]) == 2


def test_a_verification_that_loses_against_another_writer_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = house.endpoint(HOOK, verified=False)
    answers = house.outside.post

    def while_it_fails_elsewhere(url: str, headers: Any, body: bytes) -> Answer:
        monkeypatch.setattr(house.outside, "post", answers)
        assert house.call("POST", endpoint["id"], "/secrets").status == 201
        return house.outside.post(url, headers, body)

    monkeypatch.setattr(house.outside, "post", while_it_fails_elsewhere)

    assert house.call("POST", endpoint["id"], "/verification").status == 200


def test_registrations_at_once_are_counted_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    body, made, inside = {"url": HOOK}, Signer.new_secret, []
    for _ in range(19):
        assert house.slice.call("POST", "/webhooks/endpoints", actor=a_partner(), body=body).status == 201

    def while_another_registers(self: Signer, endpoint_id: str, scheme: Any) -> Any:
        if not inside:
            inside.append(None)
            inside[0] = house.slice.call("POST", "/webhooks/endpoints", actor=a_partner(), body=body)
        return made(self, endpoint_id, scheme)

    monkeypatch.setattr(Signer, "new_secret", while_another_registers)
    outer = house.slice.call("POST", "/webhooks/endpoints", actor=a_partner(), body=body)

    assert (inside[0].status, outer.status) == (201, 409)
    assert len(house.slice.call("GET", "/webhooks/endpoints", actor=a_partner()).body["items"]) == 20


def test_a_request_for_the_snapshot_looks_at_so_many_and_its_cursor_names_nothing_that_may_not_be_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.webhooks.logic.serving.MOST_READ", 8)
    looked_at, read = [], Table.list

    def counted(self: Table, *heading: Any, **how: Any) -> Any:
        page = read(self, *heading, **how)
        looked_at[-1] += len(page.items)
        return page

    monkeypatch.setattr(Table, "list", counted)
    looked_at.append(0)
    house.slice.deliver(recorded(HERE, 2, "department:76"))
    endpoint = house.endpoint(HOOK)
    for number in range(30):
        house.tell(opened(f"dem_{number:02}", place="76" if number % 10 == 5 else "27"))
    cursors, pages, cursor = [], [], None
    while True:
        query = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        looked_at.append(0)
        page = house.call("GET", endpoint["id"], "/snapshot", query=query).body
        pages.append([item["subject"] for item in page["items"]])
        if (cursor := page["cursor"]) is None:
            break
        cursors.append(cursor)

    assert sorted(subject for page in pages for subject in page) == ["dem_05", "dem_15", "dem_25"]
    assert all(len(page) <= 1 for page in pages)
    assert max(looked_at[1:]) <= 8
    named = {base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)).decode() for one in cursors}
    assert len(named) == len(cursors) >= 3
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in named)


def test_a_secret_replaced_twice_still_signs_for_its_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lost the answer that showed the second one asks for a third; his receiver still has the first."""
    from tests.unit.webhooks.conftest import verified_by_the_official_library as verified

    first = house.endpoint(HOOK)
    for _ in range(8):
        last = house.call("POST", first["id"], "/secrets").body
    house.tell(opened("dem_1"))
    house.pass_time(timedelta(hours=25))
    house.tell(opened("dem_2"))

    soon, later = house.outside.told(HOOK)
    assert verified(first["secret"], soon, monkeypatch)["subject"] == "dem_1"
    assert verified(last["secret"], soon, monkeypatch)["subject"] == "dem_1"
    assert verified(last["secret"], later, monkeypatch)["subject"] == "dem_2"
    assert len(later.headers["webhook-signature"].split(" ")) == 1


def test_so_many_secrets_sign_and_no_more(house: House) -> None:
    endpoint = house.endpoint(HOOK)

    made = [house.call("POST", endpoint["id"], "/secrets").status for _ in range(10)]
    house.tell(opened())

    assert made == [201] * 9 + [409]
    assert len(house.outside.told(HOOK)[0].headers["webhook-signature"].split(" ")) == 10


@pytest.mark.parametrize("since", ["2026-11-23T08:00:00", "2026-11-23", "08:00", 1, "2026-11-23T08:00:00+25:00"])
def test_a_moment_without_its_offset_is_refused(house: House, since: Any) -> None:
    endpoint = house.endpoint(HOOK)

    answer = house.call("POST", endpoint["id"], "/replay", body={"since": since})

    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/since")


def test_another_address_is_not_disabled_for_what_the_former_one_did(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.outside.answer(HOOK, Answer(status=410))
    house.tell(opened())
    gone = house.call("GET", endpoint["id"])

    moved = house.call("PUT", endpoint["id"], body={"url": OTHER}, headers={"If-Match": gone.headers["ETag"]}).body

    assert (gone.body["state"], gone.body["disabled_for"]) == ("disabled", "gone")
    assert (moved["state"], moved["disabled_for"]) == ("pending", None)
