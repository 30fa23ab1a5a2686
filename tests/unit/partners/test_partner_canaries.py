"""A name put into the inbox, wherever it is put, is found nowhere after: no log, fact, row, answer or queue has it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.partners.conftest import (
    AGENCY,
    House,
    announced,
    cancelled,
    outcome,
    preselected,
    registered,
    unregistered,
)

CANARY = "Zorvanel-Kadrowicz"
FIELDS = sorted(preselected()["data"])

BODIES: dict[str, Any] = {
    **{f"in {field}": preselected(**{field: CANARY}) for field in FIELDS if field != "candidate"},
    **{f"in the outcome's {field}": outcome(**{field: CANARY}) for field in ("outcome", "on", "axis", "contract")},
    "as a reference that reads opaque": preselected(CANARY),
    "as the reference of an early outcome": outcome(CANARY),
    **{f"in the session's {field}": announced(**{field: CANARY}) for field in sorted(announced()["data"])},
    "in the day of a registration": registered(on=CANARY),
    "as the session of a registration": registered(session=CANARY),
    "as an id of ours": registered(session=f"ses_{CANARY}"),
    "as an id of ours in a session": announced(f"ses_{CANARY}"),
    "as the reference of an early registration": registered(CANARY),
    "as the candidate who gives a place back": unregistered(CANARY, CANARY),
    "as a session called off": cancelled(CANARY),
    "as an unknown field": preselected(name=CANARY),
    "as an unknown field of a session": announced(title=CANARY),
    "as an unknown field of a cancellation": cancelled(reason=CANARY),
    "as the name of a field": preselected(**{CANARY: 1}),
    "in a list of skills": preselected(skills=[CANARY]),
    "as the type": preselected() | {"type": CANARY},
    "as the time": preselected() | {"occurred_at": CANARY},
    "beside the envelope": preselected() | {CANARY: CANARY},
    "as the data": preselected() | {"data": CANARY},
    "as an item": [CANARY],
    "as the body": CANARY,
}


@pytest.mark.parametrize("place", BODIES)
def test_a_name_in_a_body_is_found_nowhere(
    house: House, place: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    house.agree()
    caplog.set_level("DEBUG", "passerelle")

    more = (outcome(CANARY), preselected(CANARY), announced(CANARY), registered(CANARY, CANARY), cancelled(CANARY))
    answers = [house.send(BODIES[place]), house.send(*more)]
    house.work()
    listed = house.call("GET", f"/partners/{AGENCY}/inbox").text

    seen = [
        *(answer.text for answer in answers),
        listed,
        str(house.slice.rows()),
        str([envelope.model_dump_json() for envelope in house.slice.envelopes()]),
        str(house.slice.set_aside()),
        *capfd.readouterr(),
        caplog.text,
    ]
    assert [text for text in seen if "zorvanel" in text.lower() or "kadrowicz" in text.lower()] == []
    assert all(answer.status == 202 for answer in answers)
    assert '"processed"' in listed


@pytest.mark.parametrize(
    "raw", [CANARY.encode(), b'{"' + CANARY.encode() + b'": ', json.dumps([CANARY] * 101).encode()]
)
def test_a_name_in_a_body_that_cannot_be_read_is_found_nowhere(
    house: House, raw: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    answers = [house.post(raw, house.headers(raw, message_id="msg_1", secret=house.secrets[AGENCY]))]
    answers.append(house.post(raw, {"webhook-id": "msg_2"}))
    house.work()
    listed = house.call("GET", f"/partners/{AGENCY}/inbox").text

    seen = [listed, str(house.slice.rows()), *(answer.text for answer in answers), *capfd.readouterr()]
    assert [text for text in seen if "zorvanel" in text.lower()] == []
    assert [answer.status for answer in answers] == [202, 401]


def test_a_sealed_body_is_bound_to_its_partner_and_delivery(house: House) -> None:
    house.send(preselected())
    wiring = house.slice.handler.wire()
    (stored,) = wiring.partners.deliveries(AGENCY, 10, None).items
    sealed = wiring.partners.body(stored.value)

    opened = wiring.vault.open(AGENCY, stored.value.id, sealed)

    assert json.loads(opened) == preselected()
    for partner, delivery in ((AGENCY, "dlv_other"), ("ptn_other", stored.value.id)):
        with pytest.raises(ClientError, match="InvalidCiphertext"):
            wiring.vault.open(partner, delivery, sealed)
