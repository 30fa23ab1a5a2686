"""The host says what it needs: faults named, unusual lengths confirmed, one version at a time, a masked card out."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.demands.store import Demands
from passerelle import clock
from passerelle.contracts.demands import DemandClosed, DemandOpened
from passerelle.store import Table
from tests.support.slices import Slice, a_company, a_slice, the_classes
from tests.unit.demands.needs import (
    HOST,
    LE_HAVRE,
    LE_HAVRE_METROPOLIS,
    OTHER_SKILL,
    SKILL,
    STRANGER,
    a_need,
    after,
    ended,
    in_days,
    posted,
    revised,
    stands,
)


@pytest.fixture
def demands() -> Iterator[Slice]:
    with a_slice("demands") as slice_under_test:
        yield slice_under_test


def pointers(answer: Any) -> list[str]:
    return [fault["pointer"] for fault in answer.body["errors"]]


def travel(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    then = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: then)


def test_a_posted_demand_is_open_and_its_masked_card_is_told(demands: Slice) -> None:
    answer = demands.call("POST", "/demands", body=a_need(), actor=HOST)

    assert (answer.status, answer.body["state"], answer.headers["ETag"]) == (201, "open", '"1"')
    assert answer.headers["Location"] == f"/demands/{answer.body['id']}"
    (fact,) = demands.envelopes(DemandOpened)
    assert (fact.tenant, fact.subject, fact.sequence) == ("cmp_host", answer.body["id"], 1)
    assert fact.data == {"demand_id": answer.body["id"], "card": answer.body["card"]}
    assert answer.body["card"]["area"] == {"level": "epci", "code": LE_HAVRE_METROPOLIS}
    for secret in (f'"{LE_HAVRE}"', "Hangar-Bleu", in_days(10), after(3), "cmp_host"):
        assert secret not in json.dumps(fact.data, ensure_ascii=False)


def test_a_draft_tells_nobody_until_it_is_opened(demands: Slice) -> None:
    draft = posted(demands, draft=True)
    assert (draft["state"], demands.envelopes()) == ("draft", [])

    opened = demands.call("POST", f"/demands/{draft['id']}/opening", actor=HOST)

    assert (opened.status, opened.body["state"], opened.headers["ETag"]) == (200, "open", '"2"')
    assert [fact.sequence for fact in demands.envelopes(DemandOpened)] == [2]


def test_the_host_reads_its_own_words_again(demands: Slice) -> None:
    demand = posted(demands)

    answer = demands.call("GET", f"/demands/{demand['id']}", actor=HOST)

    assert answer.body["need"] == a_need()
    assert answer.body == demand


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"occupation": "Z9999"}, ["/occupation"]),
        ({"municipality": "76600"}, ["/municipality"]),
        ({"must_skills": [SKILL, "999999"], "wished_skills": ["0000000"]}, ["/must_skills/1", "/wished_skills/0"]),
        ({"must_skills": [SKILL, SKILL]}, ["/must_skills/1"]),
        ({"must_skills": [SKILL], "wished_skills": [OTHER_SKILL, SKILL]}, ["/wished_skills/1"]),
        ({"must_skills": [SKILL] * 16}, ["/must_skills"]),
        ({"wished_skills": [SKILL] * 16}, ["/wished_skills"]),
        ({"start_date": in_days(-1)}, ["/start_date"]),
        ({"start_date": in_days(740), "end_date": in_days(800)}, ["/start_date"]),
        ({"end_date": in_days(9)}, ["/end_date"]),
        ({"start_date": in_days(-9), "end_date": in_days(-1)}, ["/start_date", "/end_date"]),
        ({"start_date": "demain"}, ["/start_date"]),
        ({"headcount": 0}, ["/headcount"]),
        ({"headcount": 51}, ["/headcount"]),
        ({"headcount": "2"}, ["/headcount"]),
        ({"experience": "9"}, ["/experience"]),
        ({"shift": "any"}, ["/shift"]),
        ({"working_time": None}, ["/working_time"]),
        ({"description": "x" * 2001}, ["/description"]),
        ({"draft": "yes"}, ["/draft"]),
        ({"company": "Acier du Nord"}, ["/company"]),
    ],
)
def test_bad_input_is_refused_with_its_place_and_without_quoting_it(
    demands: Slice, other: dict[str, object], expected: list[str]
) -> None:
    answer = demands.call("POST", "/demands", body=a_need(**other), actor=HOST)

    assert (answer.status, pointers(answer)) == (422, expected)
    assert all(fault["remedy"] for fault in answer.body["errors"])
    assert "Acier du Nord" not in answer.text
    assert demands.call("GET", "/demands", actor=HOST).body["items"] == []


@pytest.mark.parametrize("end_date", [after(0, 20), after(6, 1), after(12)])
def test_an_unusual_length_is_confirmed_and_the_confirmation_recorded(demands: Slice, end_date: str) -> None:
    blind = demands.call("POST", "/demands", body=a_need(end_date=end_date), actor=HOST)
    assert (blind.status, pointers(blind)) == (422, ["/end_date"])
    assert "confirm_length" in blind.body["errors"][0]["remedy"]

    demand = posted(demands, end_date=end_date, confirm_length=True)

    assert demand["length_confirmed"] is True
    stored = Demands(Table(demands.table_name), the_classes()).find("cmp_host", demand["id"])
    assert stored is not None
    assert stored.value.length_confirmed is not None
    assert stored.value.length_confirmed.by == HOST.subject


def test_a_usual_length_records_no_confirmation(demands: Slice) -> None:
    assert posted(demands, confirm_length=True)["length_confirmed"] is False


def test_nothing_lasts_longer_than_three_years_confirmed_or_not(demands: Slice) -> None:
    assert posted(demands, end_date=after(36), confirm_length=True)["state"] == "open"

    answer = demands.call("POST", "/demands", body=a_need(end_date=after(36, 1), confirm_length=True), actor=HOST)

    assert (answer.status, pointers(answer)) == (422, ["/end_date"])


def test_a_confirmation_holds_for_the_same_dates_and_for_no_others(demands: Slice) -> None:
    demand = posted(demands, end_date=after(8), confirm_length=True)

    same = revised(demands, demand, 1, end_date=after(8), headcount=3)
    other = revised(demands, demand, 2, end_date=after(9))

    assert (same.status, same.body["length_confirmed"]) == (200, True)
    assert (other.status, pointers(other)) == (422, ["/end_date"])


def test_a_new_need_of_an_open_demand_is_told_with_a_higher_sequence(demands: Slice) -> None:
    demand = posted(demands)

    answer = revised(demands, demand, headcount=5)

    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    assert [(fact.sequence, fact.data["card"]["headcount"]) for fact in demands.envelopes(DemandOpened)] == [
        (1, 2),
        (2, 5),
    ]


def test_the_same_need_again_tells_nobody(demands: Slice) -> None:
    demand = posted(demands)

    assert revised(demands, demand).headers["ETag"] == '"1"'
    assert len(demands.envelopes()) == 1


def test_a_need_is_replaced_by_whoever_read_its_last_version(demands: Slice) -> None:
    demand = posted(demands, draft=True)

    blind = demands.call("PUT", f"/demands/{demand['id']}", body=a_need(headcount=3), actor=HOST)
    first, late = revised(demands, demand, headcount=3), revised(demands, demand, headcount=4)

    assert (blind.status, first.status, late.status) == (428, 200, 412)
    assert demands.envelopes() == []


def test_a_demand_that_has_begun_may_still_be_changed_but_not_moved_further_back(
    demands: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = a_need()
    demand = posted(demands, **need)
    travel(monkeypatch, 15)

    kept = revised(demands, demand, 1, **need | {"headcount": 1})
    back = revised(demands, demand, 2, **need | {"start_date": in_days(-8)})

    assert (kept.status, back.status) == (200, 422)
    assert pointers(back) == ["/start_date"]


def test_a_draft_whose_start_has_passed_is_not_opened(demands: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = posted(demands, draft=True)
    travel(monkeypatch, 11)

    answer = demands.call("POST", f"/demands/{draft['id']}/opening", actor=HOST)

    assert (answer.status, pointers(answer)) == (422, ["/start_date"])


@pytest.mark.parametrize("outcome", ["filled", "closed"])
def test_an_open_demand_ends_once(demands: Slice, outcome: str) -> None:
    demand = posted(demands)

    answers = [ended(demands, demand, outcome) for _ in range(2)]

    assert [(answer.status, answer.body["state"]) for answer in answers] == [(200, outcome)] * 2
    assert [(fact.sequence, fact.data["outcome"]) for fact in demands.envelopes(DemandClosed)] == [(2, outcome)]


def test_a_repeated_request_posts_once(demands: Slice) -> None:
    first = demands.call("POST", "/demands", body=a_need(), actor=HOST, key="the-same-key-1")
    second = demands.call("POST", "/demands", body=a_need(), actor=HOST, key="the-same-key-1")
    other = demands.call("POST", "/demands", body=a_need(headcount=9), actor=HOST, key="the-same-key-1")

    assert (second.body, second.headers["Idempotent-Replayed"], other.status) == (first.body, "true", 422)
    assert len(demands.envelopes(DemandOpened)) == 1


def test_a_company_that_is_not_active_posts_nothing_and_reads_and_ends_what_it_has(demands: Slice) -> None:
    demand = posted(demands)
    pending = a_company("cmp_host", active=False)

    assert demands.call("POST", "/demands", body=a_need(), actor=pending).status == 403
    assert demands.call("GET", "/demands", actor=pending).status == 200
    closed = demands.call("POST", f"/demands/{demand['id']}/closure", body={"outcome": "closed"}, actor=pending)
    assert (closed.status, stands(demands, demand)) == (200, "closed")


def test_pages_of_a_list_show_each_demand_once_and_nobody_else_s(demands: Slice) -> None:
    mine = {posted(demands)["id"] for _ in range(7)}
    posted(demands, actor=STRANGER)

    seen, cursor = [], None
    while True:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = demands.call("GET", "/demands", actor=HOST, query=query).body
        seen += [item["id"] for item in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break

    assert sorted(seen) == sorted(mine)
