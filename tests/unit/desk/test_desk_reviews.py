"""What volunteers ask a human being to look at again: the adviser's list, his answer, and who is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from passerelle.access import ANYBODY, Actor
from passerelle.contracts import Envelope
from passerelle.contracts.desk import DeskErased, ReviewAnswered
from passerelle.contracts.profiles import ProfileErased, ReviewAsked
from tests.support.slices import Reply, Slice, a_company, a_machine, a_user, an_adviser, an_envelope, an_operator
from tests.unit.desk.asking import ADVISER, log
from tests.unit.desk.cards import FIRST, LENDER, profile_published, profile_withdrawn


def asked(profile_id: str = "prf_a", *, sequence: int = 5, by: date = date(2026, 12, 22), **other: Any) -> Envelope:
    event = ReviewAsked(
        **{"profile_id": profile_id, "person_id": f"per_{profile_id[4:]}", "reason": "order", "answer_by": by} | other
    )
    return an_envelope(event, tenant=LENDER, subject=profile_id, sequence=sequence, occurred_at=FIRST)


def listed(desk: Slice) -> list[dict[str, Any]]:
    reply = desk.call("GET", "/desk/reviews", actor=ADVISER)
    assert reply.status == 200, reply.text
    items: list[dict[str, Any]] = reply.body["items"]
    return items


def answer(desk: Slice, profile_id: str = "prf_a", outcome: str = "upheld", actor: Actor = ADVISER) -> Reply:
    return desk.call("POST", f"/desk/reviews/{profile_id}/answer", actor=actor, body={"outcome": outcome})


def test_the_most_urgent_comes_first_with_the_card_as_companies_read_it(desk: Slice) -> None:
    later, sooner = asked("prf_b"), asked("prf_a", by=date(2026, 12, 1))
    desk.deliver(profile_published("prf_a"), profile_published("prf_b"), later, sooner, times=2)

    first, second = listed(desk)

    assert (first["profile_id"], second["profile_id"]) == ("prf_a", "prf_b")
    assert {line["field"] for line in first["lines"]} >= {"occupation", "skills", "area"}
    assert LENDER not in str(first)
    assert "per_" not in str(first)
    assert any("masquée" in limit for limit in first["limits"])
    assert log(desk) == [(ADVISER.subject, "read_reviews", ("prf_a", "prf_b"))]


def test_an_answer_takes_it_off_the_list_and_is_told_once(desk: Slice) -> None:
    desk.deliver(profile_published(), asked())

    for _ in range(2):
        assert answer(desk, outcome="taken_in_hand").body["outcome"] == "taken_in_hand"

    assert listed(desk) == []
    (told,) = desk.envelopes(ReviewAnswered)
    assert (told.tenant, told.event().person_id, told.event().outcome) == (LENDER, "per_a", "taken_in_hand")
    assert (ADVISER.subject, "answered_review", ("prf_a",)) in log(desk)


def test_another_answer_than_the_one_told_is_refused(desk: Slice) -> None:
    desk.deliver(profile_published(), asked())
    answer(desk)

    assert answer(desk, outcome="card_to_correct").status == 409
    assert len(desk.facts(ReviewAnswered)) == 1


def test_asked_again_it_is_on_the_list_again_and_older_news_change_nothing(desk: Slice) -> None:
    desk.deliver(profile_published(), asked())
    answer(desk)

    desk.deliver(asked(sequence=4, reason="card"))
    assert listed(desk) == []
    desk.deliver(asked(sequence=8, reason="card"))
    assert [one["reason"] for one in listed(desk)] == ["card"]


def test_of_a_card_that_left_nothing_is_shown(desk: Slice) -> None:
    desk.deliver(profile_published(), asked(), profile_withdrawn())

    (one,) = listed(desk)

    assert one["lines"] == []


def test_an_erased_person_asks_nothing_any_more(desk: Slice) -> None:
    desk.deliver(profile_published(), asked())
    gone = ProfileErased(case_id="era_1", person_id="per_a", lender=LENDER, deleted=4, profile_id="prf_a", ended_at=20)

    desk.deliver(an_envelope(gone, tenant=LENDER, subject="prf_a", sequence=20), times=2)

    assert listed(desk) == []
    assert answer(desk).status == 404
    assert [row for row in desk.rows() if "#review#" in row["pk"]["S"]] == []
    assert desk.facts(DeskErased)[0].deleted == 1


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (an_operator(), 403),
        (a_company(LENDER), 403),
        (a_machine(LENDER, "introductions:write"), 403),
        (a_user(), 403),
        (ANYBODY, 401),
        (an_adviser("usr_second"), 200),
    ],
    ids=["operator", "lender", "machine", "user", "anybody", "adviser"],
)
def test_advisers_alone_read_and_answer(desk: Slice, actor: Actor, status: int) -> None:
    desk.deliver(profile_published(), asked())

    assert desk.call("GET", "/desk/reviews", actor=actor).status == status
    assert answer(desk, actor=actor).status == status
    assert len(desk.facts(ReviewAnswered)) == (status == 200)
