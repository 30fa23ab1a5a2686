"""A person is erased: the desk loses his card, what advisers noted of it, and the facts that carried it."""

from __future__ import annotations

import json

import pytest

from passerelle.contracts import Envelope
from passerelle.contracts.desk import ApproachClosed, DeskErased, MediationAgreed
from passerelle.contracts.profiles import ProfileErased
from tests.support.slices import Slice, an_envelope
from tests.unit.desk.asking import answer, approach, queue
from tests.unit.desk.cards import (
    LENDER,
    a_demand_card,
    a_profile_card,
    demand_opened,
    profile_referred,
    profile_withdrawn,
)

NOTE = "Le poste demande un permis poids lourd."


def erased(profile_id: str | None = "prf_a", *, ended_at: int = 9) -> Envelope:
    event = ProfileErased(
        case_id="era_1", person_id="per_a", lender=LENDER, deleted=3, profile_id=profile_id, ended_at=ended_at
    )
    return an_envelope(event, tenant=LENDER, subject=profile_id or "per_a", sequence=ended_at)


def goes_through(desk: Slice, envelope: Envelope) -> None:
    """Delivered until nothing waits any more: facts are published before they are forgotten."""
    for _ in range(5):
        desk.publish()
        if not desk.deliver(envelope):
            return
    pytest.fail("the erasure never goes through")


def kept(desk: Slice) -> str:
    """All that the table holds, but the answers remembered for repeated requests."""
    return json.dumps([row for row in desk.rows() if "#idempotency#" not in row["pk"]["S"]], default=repr)


def approached(desk: Slice) -> str:
    """An approach about the person, with a note; its path."""
    desk.deliver(profile_referred(), demand_opened())
    opened = approach(desk, note=NOTE)
    assert opened.status == 201, opened.text
    return f"/desk/approaches/{opened.body['id']}"


@pytest.mark.parametrize("first", ["the withdrawal", "the erasure"])
def test_card_note_and_agreement_go_in_whatever_order_the_news_come(desk: Slice, first: str) -> None:
    path = approached(desk)
    for side in ("lender", "host"):
        assert answer(desk, path, side, "yes").status == 200
    assert len(desk.facts(MediationAgreed)) == 1
    asked = a_demand_card()
    telling = set(a_profile_card().skills) - set(asked.must_skills + asked.wished_skills)
    assert telling
    if first == "the withdrawal":
        desk.deliver(profile_withdrawn())

    goes_through(desk, erased())
    desk.deliver(profile_withdrawn())

    left = kept(desk)
    assert NOTE not in left
    assert not [code for code in telling if code in left]
    assert queue(desk)["items"] == []
    assert not desk.facts(MediationAgreed)
    (told,) = desk.facts(DeskErased)
    assert (told.case_id, told.lender, told.kept) == ("era_1", LENDER, ())
    assert told.deleted > 0


def test_an_open_approach_ends_with_the_person(desk: Slice) -> None:
    path = approached(desk)

    goes_through(desk, erased())

    assert answer(desk, path, "host", "yes").status == 409
    assert len(desk.facts(ApproachClosed)) == 1
    assert NOTE not in kept(desk)


def test_it_is_answered_once_however_often_and_when_there_was_nothing(desk: Slice) -> None:
    approached(desk)
    twice = erased()
    goes_through(desk, twice)
    desk.deliver(twice)
    goes_through(desk, erased(None))

    assert [fact.deleted > 0 for fact in desk.facts(DeskErased)].count(True) == 1
    assert len(desk.facts(DeskErased)) == 2


def test_another_persons_card_and_notes_stay(desk: Slice) -> None:
    approached(desk)

    goes_through(desk, erased("prf_b"))

    assert NOTE in kept(desk)
    assert [item["id"] for item in queue(desk)["items"]] == ["prf_a"]
