"""How fast a partner may write: its own pace, which nobody else uses up, and no message is lost by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from passerelle.contracts.partners import InboxDeliveryReceived, PreselectedCandidateReceived
from tests.unit.partners.conftest import AGENCY, TERRITORY, House, preselected, the_slice

AT_ONCE = 3
RAW = json.dumps(preselected()).encode()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A partner that may send one message a second, three at once."""
    with the_slice(monkeypatch, requests_per_second="1", requests_at_once=str(AT_ONCE)) as found:
        found.record()
        yield found


def sent(house: House, *names: str, partner_id: str = AGENCY) -> list[int]:
    """Statuses of signed messages of these ids, at one instant."""
    secret = house.secrets[partner_id]
    return [house.post(RAW, house.headers(RAW, message_id=one, secret=secret), partner_id).status for one in names]


def test_a_burst_is_taken_and_the_next_message_is_told_how_long_to_wait(house: House) -> None:
    burst = sent(house, "msg_1", "msg_2", "msg_3")

    answer = house.post(RAW, house.headers(RAW, message_id="msg_4", secret=house.secrets[AGENCY]))

    assert burst == [202] * AT_ONCE
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert answer.body["type"] == "urn:passerelle:problem:too-many-requests"
    assert "webhook-id" in answer.body["remedy"]


def test_what_was_too_fast_is_stored_nowhere_and_taken_when_it_comes_again(house: House) -> None:
    house.agree()
    sent(house, "msg_1", "msg_2", "msg_3", "msg_4")
    stored = {one["message_id"] for one in house.deliveries()}
    told = len(house.slice.facts(InboxDeliveryReceived))

    house.time += timedelta(seconds=1)
    again = sent(house, "msg_4")
    house.work()

    assert (stored, told) == ({"msg_1", "msg_2", "msg_3"}, AT_ONCE)
    assert again == [202]
    assert [one["state"] for one in house.deliveries()] == ["processed"] * 4
    assert len(house.slice.facts(PreselectedCandidateReceived)) == 1


def test_a_second_later_one_more_is_taken_and_no_two(house: House) -> None:
    sent(house, "msg_1", "msg_2", "msg_3")
    house.time += timedelta(seconds=1)

    assert sent(house, "msg_4", "msg_5") == [202, 429]


def test_what_is_stored_already_is_answered_however_often_it_comes(house: House) -> None:
    repeated = sent(house, *["msg_1"] * 10)
    others = sent(house, "msg_2", "msg_3", "msg_4")

    assert repeated == [202] * 10, "a stolen message that is played again uses nothing up"
    assert others == [202, 202, 429]
    assert sent(house, "msg_1") == [202]


def test_each_partner_has_a_pace_of_its_own(house: House) -> None:
    house.record(TERRITORY)
    sent(house, "msg_1", "msg_2", "msg_3", "msg_4")

    assert sent(house, "msg_1", partner_id=TERRITORY) == [202]


def test_forged_messages_use_nothing_up_and_write_nothing(house: House) -> None:
    house.record(TERRITORY)
    before = house.slice.rows()
    foreign = house.secrets[TERRITORY]

    forged = [
        house.post(RAW, house.headers(RAW, message_id=f"msg_{at}", secret=foreign), AGENCY).status for at in range(10)
    ]
    late = house.headers(RAW, message_id="msg_l", secret=house.secrets[AGENCY], at=house.time - timedelta(minutes=6))

    assert forged == [401] * 10
    assert house.post(RAW, late).status == 401
    assert house.post(RAW, {}, "ptn_" + "z" * 20).status == 401
    assert house.slice.rows() == before
    assert sent(house, "msg_1", "msg_2", "msg_3") == [202] * AT_ONCE


def test_many_at_once_are_counted_one_by_one(house: House) -> None:
    statuses = sent(house, *(f"msg_{at}" for at in range(12)))

    assert (statuses.count(202), statuses.count(429)) == (AT_ONCE, 9)
    assert len(house.deliveries()) == AT_ONCE
