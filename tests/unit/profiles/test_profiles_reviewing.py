"""What a volunteer is asked, or asks, once his card is shown: whether his yes still holds, and a human being's look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.profiles.model.profile import Profile
from functions.profiles.model.states import State
from passerelle import clock
from passerelle.contracts.profiles import OptInAccepted, OptInRequested, ReviewAsked
from passerelle.store import Key, Table
from tests.support.slices import Reply, Slice
from tests.unit.profiles.volunteers import (
    LENDER,
    asked,
    confirmation_due,
    drafted,
    in_days,
    linked,
    profiles_slice,
    published,
    put_in_state,
    review_answered,
    said,
    shown,
    stands,
)


@pytest.fixture
def profiles() -> Iterator[Slice]:
    with profiles_slice() as running:
        yield running


def wished(profiles: Slice, token: str, reason: str = "never_proposed") -> Reply:
    return profiles.call("POST", "/profiles/opt-in/review", body={"token": token, "reason": reason})


def words(profiles: Slice, draft: dict[str, Any]) -> list[str]:
    """What the volunteer chose so far, as the profile keeps it."""
    stored = Table(profiles.table_name).read(Key("cmp_lender", "profile", draft["id"]), Profile)
    assert stored is not None
    return [one.choice.value for one in stored.value.decisions]


def test_he_is_asked_again_by_a_new_link_while_his_card_stays(profiles: Slice) -> None:
    draft, token = published(profiles)

    confirmation_due(profiles, draft)

    assert [one.again for one in profiles.facts(OptInRequested)] == [False, True]
    assert stands(profiles, draft) == "published"
    assert shown(profiles, token).body["confirm_by"] == in_days(183)


def test_his_yes_holds_and_says_so_once(profiles: Slice) -> None:
    draft, _ = published(profiles)
    confirmation_due(profiles, draft)
    token = linked(profiles, draft, issue="evt_again")

    for _ in range(2):
        answer = said(profiles, token, "accept")
        assert (answer.status, answer.body["state"], answer.body["confirm_by"]) == (200, "published", None)

    assert len(profiles.facts(OptInAccepted)) == 2, "the first yes, and that it holds"
    assert words(profiles, draft) == ["accept", "accept"]


def test_that_it_holds_counts_for_the_text_he_accepted(profiles: Slice) -> None:
    draft, token = published(profiles)
    confirmation_due(profiles, draft)

    answer = said(profiles, token, "accept", text_sha256="0" * 64)

    assert (answer.status, answer.body["type"].rsplit(":", 1)[1]) == (409, "text-changed")
    assert words(profiles, draft) == ["accept"]


def test_he_may_leave_instead(profiles: Slice) -> None:
    draft, token = published(profiles)
    confirmation_due(profiles, draft)

    assert said(profiles, token, "withdraw").status == 200

    assert stands(profiles, draft) == "withdrawn"
    confirmation_due(profiles, draft)
    assert len(profiles.facts(OptInRequested)) == 2, "whoever left is asked no more"


def test_an_unknown_person_is_asked_nothing(profiles: Slice) -> None:
    confirmation_due(profiles, {"person_id": "per_nobody"})

    assert profiles.facts(OptInRequested) == []


def test_a_wish_goes_to_the_desk_once_and_its_answer_comes_back(profiles: Slice) -> None:
    draft, token = published(profiles)

    for _ in range(2):
        answer = wished(profiles, token)
        assert answer.status == 202
        assert (answer.body["review"]["reason"], answer.body["review"]["outcome"]) == ("never_proposed", None)

    (fact,) = profiles.facts(ReviewAsked)
    assert (fact.profile_id, fact.reason) == (draft["id"], "never_proposed")
    assert fact.answer_by == clock.today() + timedelta(days=30)
    review_answered(profiles, draft, "taken_in_hand")
    review = shown(profiles, token).body["review"]
    assert review["outcome"] == "taken_in_hand"
    assert "conseiller" in review["text"]
    assert stands(profiles, draft) == "published"


def test_once_answered_he_may_ask_again(profiles: Slice) -> None:
    draft, token = published(profiles)
    wished(profiles, token)
    review_answered(profiles, draft)

    assert wished(profiles, token, "card").body["review"] | {"asked_at": ""} == {
        "reason": "card",
        "asked_at": "",
        "answer_by": (clock.today() + timedelta(days=30)).isoformat(),
        "outcome": None,
        "answered_at": None,
        "text": shown(profiles, token).body["review"]["text"],
    }
    assert len(profiles.facts(ReviewAsked)) == 2


def test_an_answer_to_nothing_changes_nothing(profiles: Slice) -> None:
    draft, token = published(profiles)

    review_answered(profiles, draft)

    assert shown(profiles, token).body["review"] is None


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.AWAITING_OPT_IN, 409),
        (State.PUBLISHED, 202),
        (State.WITH_ADVISER, 202),
        (State.LENT, 202),
        (State.WITHDRAWN, 409),
    ],
    ids=str,
)
def test_in_which_states_there_is_something_to_look_at(profiles: Slice, state: State, status: int) -> None:
    draft, token = asked(profiles)
    put_in_state(profiles, draft, state)

    assert wished(profiles, token).status == status


def test_nobody_asks_with_another_token_or_for_another_reason(profiles: Slice) -> None:
    _, token = published(profiles)

    assert wished(profiles, "x" * 43).status == 404
    assert wished(profiles, token, "revenge").status == 422
    assert profiles.facts(ReviewAsked) == []


def test_his_employer_reads_neither_wish_nor_answer(profiles: Slice) -> None:
    draft, token = published(profiles)
    before = profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER).body
    wished(profiles, token)
    confirmation_due(profiles, draft)
    review_answered(profiles, draft)

    after = profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER).body

    assert after | {"version": 0} == before | {"version": 0}
    other = drafted(profiles)
    listed = profiles.call("GET", "/profiles", actor=LENDER).text
    assert other["id"] in listed
    assert "review" not in listed
