"""The door of the inbox: whose messages are let in, and that each is taken once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.contracts.partners import (
    InboxDeliveryReceived,
    PreselectedCandidateReceived,
)
from tests.unit.partners.conftest import AGENCY, NOW, TERRITORY, House, preselected

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def signed(house: House, raw: bytes, message_id: str = "msg_1", **other: Any) -> dict[str, str]:
    return house.headers(raw, message_id=message_id, **({"secret": house.secrets[AGENCY]} | other))


RAW = json.dumps(preselected()).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda h: h.pop("webhook-id"), "missing"),
        (lambda h: h.pop("webhook-timestamp"), "missing"),
        (lambda h: h.pop("webhook-signature"), "missing"),
        (lambda h: h.update({"webhook-id": "msg_2"}), "bad-signature"),
        (lambda h: h.update({"webhook-id": "msg 1"}), "bad-id"),
        (lambda h: h.update({"webhook-timestamp": "soon"}), "bad-timestamp"),
        (lambda h: h.update({"webhook-timestamp": str(int(h["webhook-timestamp"]) + 1)}), "bad-signature"),
        (lambda h: h.update({"webhook-signature": "v1,AAAA"}), "bad-signature"),
        (lambda h: h.update({"webhook-signature": h["webhook-signature"].replace("v1,", "v2,")}), "bad-signature"),
    ],
)
def test_a_message_that_does_not_hold_is_refused_and_kept_nowhere(house: House, change: Any, said: str) -> None:
    headers = signed(house, RAW)
    change(headers)

    answer = house.post(RAW, headers)

    assert (answer.status, answer.body["type"]) == (401, "urn:passerelle:problem:not-signed")
    assert said in answer.body["detail"]
    assert house.slice.facts(InboxDeliveryReceived) == []


@pytest.mark.parametrize("at", [0, len(RAW) // 2, len(RAW) - 1])
def test_one_altered_byte_breaks_the_signature(house: House, at: int) -> None:
    altered = RAW[:at] + bytes([RAW[at] ^ 1]) + RAW[at + 1 :]

    assert house.post(altered, signed(house, RAW)).status == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 202), (0, 202), (299, 202), (301, 401)])
def test_a_message_holds_for_five_minutes_either_way(house: House, seconds: int, status: int) -> None:
    headers = signed(house, RAW, at=NOW + timedelta(seconds=seconds))

    assert house.post(RAW, headers).status == status


def test_a_stolen_message_cannot_be_replayed_later(house: House) -> None:
    headers = signed(house, RAW)
    first = house.post(RAW, headers).status
    house.time += timedelta(minutes=6)

    assert (first, house.post(RAW, headers).status) == (202, 401)


def test_each_inbox_opens_to_its_own_secret_alone(house: House) -> None:
    house.record(TERRITORY)
    nobody = "ptn_" + "z" * 20

    others = house.post(RAW, signed(house, RAW, secret=house.secrets[TERRITORY]))
    unknown = house.post(RAW, signed(house, RAW), nobody)

    assert (others.status, unknown.status) == (401, 401)
    assert others.body["detail"] == unknown.body["detail"]


def test_a_partner_without_a_secret_has_no_inbox(bare: House) -> None:
    bare.record()
    former = bare.secrets[AGENCY]
    bare.call("POST", "/partners", body={"name": "Autre", "kind": "fund", "programmes": ["placement"]})
    other = next(one["id"] for one in bare.call("GET", "/partners").body["items"] if one["id"] != AGENCY)

    assert bare.post(RAW, bare.headers(RAW, message_id="msg_1", secret=former), other).status == 401


def test_two_secrets_hold_while_one_replaces_the_other_and_never_three(house: House) -> None:
    first = house.secrets[AGENCY]
    second = house.new_secret()

    def taken(secret: str, name: str) -> int:
        return house.post(RAW, signed(house, RAW, name, secret=secret)).status

    both = (taken(first, "msg_a"), taken(second, "msg_b"))
    third = house.new_secret()
    after_two = (taken(first, "msg_c"), taken(second, "msg_d"), taken(third, "msg_e"))
    house.time += timedelta(days=7, minutes=1)
    after_a_week = (taken(second, "msg_f"), taken(third, "msg_g"))

    assert both == (202, 202)
    assert after_two == (401, 202, 202)
    assert after_a_week == (401, 202)


def test_an_ended_partner_is_answered_like_an_unknown_one(house: House) -> None:
    house.call("POST", f"/partners/{AGENCY}/ending")

    assert house.post(RAW, signed(house, RAW)).status == 401


def test_the_same_message_twice_is_answered_alike_and_worked_on_once(house: House) -> None:
    house.agree()
    headers = signed(house, RAW)

    first, again = house.post(RAW, headers), house.post(RAW, headers)
    house.work()
    later = house.post(RAW, signed(house, RAW, at=NOW + timedelta(seconds=9)))
    house.work()

    assert first.status == again.status == later.status == 202
    assert first.body == again.body == later.body
    assert len(house.deliveries()) == 1
    assert len(house.slice.facts(PreselectedCandidateReceived)) == 1


def test_another_body_under_the_same_id_is_refused_and_the_first_stays(house: House) -> None:
    house.agree()
    house.post(RAW, signed(house, RAW))
    other = json.dumps(preselected("c-2")).encode()

    answer = house.post(other, signed(house, other))
    house.work()

    assert (answer.status, answer.body["type"]) == (409, "urn:passerelle:problem:webhook-id-reused")
    assert len(house.slice.facts(PreselectedCandidateReceived)) == 1


@FEW
@given(
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text(max_size=40)
    ),
    raw=st.binary(max_size=40),
)
def test_no_headers_break_the_inbox(house: House, headers: dict[str, str], raw: bytes) -> None:
    assert house.post(raw, headers).status == 401


def test_too_large_a_body_is_refused_unread(house: House) -> None:
    raw = b" " * (64 * 1024 + 1)

    assert house.post(raw, signed(house, raw)).status == 413
