"""Introductions through their events, their daily schedule and their HTTP face."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from functions.introductions.logic import ending, proposing
from functions.introductions.model.pair import introduction_id
from passerelle import clock
from passerelle.contracts.introductions import (
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionEnded,
    IntroductionProposed,
    RefusalExplained,
)
from tests.support.slices import Reply, Slice, a_company
from tests.unit.introductions.pairs import HOST, LENDER, a_match, closed, matched, withdrawn

LENDING, HOSTING = a_company(LENDER), a_company(HOST)
THE_ID = introduction_id("dem_x", "prf_a")
THE_PATH = f"/introductions/{THE_ID}"


def seen_by(introductions: Slice, actor: object) -> dict[str, object]:
    reply = introductions.call("GET", THE_PATH, actor=actor)
    assert reply.status == 200, reply.text
    return reply.body


def says_yes(introductions: Slice, actor: object) -> Reply:
    return introductions.call("POST", f"{THE_PATH}/interest", actor=actor)


def says_no(introductions: Slice, actor: object, reason: str = "dates") -> Reply:
    return introductions.call("POST", f"{THE_PATH}/refusal", actor=actor, body={"reason": reason})


def test_the_id_is_that_of_the_pair() -> None:
    digest = hashlib.sha256(b"dem_x|prf_a").digest()

    assert f"int_{base64.b32encode(digest).decode().lower()[:20]}" == THE_ID
    assert introduction_id("dem_x", "prf_b") != THE_ID


def test_a_match_becomes_an_introduction_that_each_side_sees(introductions: Slice) -> None:
    introductions.deliver(matched())

    (fact,) = introductions.facts(IntroductionProposed)
    expected = (clock.today() + timedelta(days=30)).isoformat()
    assert (fact.introduction_id, fact.demand_id, fact.answer_by) == (THE_ID, "dem_x", expected)
    assert fact.match == a_match()
    host, lender = seen_by(introductions, HOSTING), seen_by(introductions, LENDING)
    assert (host["side"], lender["side"]) == ("host", "lender")
    assert (host["demand_id"], host["profile_id"]) == ("dem_x", "prf_a")
    assert (lender["demand_id"], lender["profile_id"]) == (None, "prf_a")
    assert host["profile"]["occupation"]["label"].startswith("Assembleur")
    assert lender["demand"]["area_label"] == "Seine-Maritime"
    assert lender["explanation"][0]["text"] == "Compétences : 1 sur 2"
    assert host["answer_by"] == lender["answer_by"] == expected
    assert host["may"] == lender["may"] == ["interest", "refusal"]


def test_neither_side_reads_who_the_other_is(introductions: Slice) -> None:
    introductions.deliver(matched())

    host, lender = (introductions.call("GET", THE_PATH, actor=actor).text for actor in (HOSTING, LENDING))

    assert LENDER not in host
    assert HOST not in lender
    assert "dem_x" not in lender
    assert "per_a" not in host + lender


def test_both_say_yes(introductions: Slice) -> None:
    introductions.deliver(matched())

    assert says_yes(introductions, LENDING).body["state"] == "waiting"
    assert seen_by(introductions, HOSTING)["state"] == "awaited"
    assert says_yes(introductions, HOSTING).body["state"] == "mutual"

    assert seen_by(introductions, LENDING)["state_text"] == "Intérêt partagé"
    (interest,) = introductions.facts(InterestExpressed)
    assert (interest.side, interest.lender, interest.host) == ("lender", LENDER, HOST)
    (mutual,) = introductions.facts(IntroductionBecameMutual)
    assert (mutual.introduction_id, mutual.profile_id, mutual.demand_id) == (THE_ID, "prf_a", "dem_x")


def test_a_no_shows_to_the_other_as_not_proceeding_and_no_more(introductions: Slice) -> None:
    introductions.deliver(matched())
    says_yes(introductions, HOSTING)

    own = says_no(introductions, LENDING, "no_longer_available").body

    assert (own["state"], own["refusal"], own["profile"] is None) == ("not_proceeding", "no_longer_available", False)
    other = seen_by(introductions, HOSTING)
    assert (other["state"], other["state_text"]) == ("not_proceeding", "Sans suite")
    assert other["refusal"] is None
    assert other["profile"] is other["profile_id"] is None
    assert other["score"] is None
    assert other["explanation"] == []
    (ended,) = introductions.facts(IntroductionEnded)
    assert ended.reason == "declined"
    assert "no_longer_available" not in ended.model_dump_json()
    (explained,) = introductions.facts(RefusalExplained)
    assert (explained.profile_id, explained.side, explained.refusal) == ("prf_a", "lender", "no_longer_available")


def test_every_end_reads_the_same_to_the_other_side(introductions: Slice) -> None:
    ways = [
        ("prf_declined", None),
        ("prf_withdrawn", None),
        ("prf_obsolete", "dem_closed"),
    ]
    introductions.deliver(
        matched(a_match("prf_declined"), a_match("prf_withdrawn")),
        matched(a_match("prf_obsolete"), demand_id="dem_closed"),
    )
    path = f"/introductions/{introduction_id('dem_x', 'prf_declined')}/refusal"
    introductions.call("POST", path, actor=HOSTING, body={"reason": "skills"})
    introductions.deliver(withdrawn("prf_withdrawn"), closed("dem_closed"))

    seen = []
    for profile_id, demand_id in ways:
        one = introduction_id(demand_id or "dem_x", profile_id)
        view = introductions.call("GET", f"/introductions/{one}", actor=LENDING).body
        seen.append({name: value for name, value in view.items() if name not in {"id", "profile_id"}})

    assert seen[0] == seen[1] == seen[2]


def test_the_same_answer_twice_is_one_answer(introductions: Slice) -> None:
    introductions.deliver(matched())

    first, second = says_yes(introductions, LENDING), says_yes(introductions, LENDING)
    assert first.body == second.body
    assert first.headers["ETag"] == second.headers["ETag"] == '"2"'

    first, second = says_no(introductions, LENDING), says_no(introductions, LENDING, "cost")
    assert first.body == second.body
    assert len(introductions.facts(InterestExpressed)) == len(introductions.facts(IntroductionEnded)) == 1


def test_a_change_that_names_an_older_version_is_refused(introductions: Slice) -> None:
    introductions.deliver(matched())
    says_yes(introductions, HOSTING)

    reply = introductions.call("POST", f"{THE_PATH}/interest", actor=LENDING, headers={"If-Match": '"1"'})

    assert reply.status == 412


@pytest.mark.parametrize("body", [{}, {"reason": "age"}, {"reason": "dates", "note": "x"}, None])
def test_a_refusal_names_one_of_the_reasons(introductions: Slice, body: object) -> None:
    introductions.deliver(matched())

    assert introductions.call("POST", f"{THE_PATH}/refusal", actor=HOSTING, body=body).status in {400, 422}
    assert seen_by(introductions, HOSTING)["state"] == "to_answer"


def test_each_side_lists_its_own_by_its_own_words(introductions: Slice) -> None:
    introductions.deliver(
        matched(*[a_match(f"prf_{number}") for number in range(6)]),
        matched(a_match("prf_other", tenant="cmp_other")),
    )
    for number in (1, 4):
        path = f"/introductions/{introduction_id('dem_x', f'prf_{number}')}/interest"
        introductions.call("POST", path, actor=HOSTING)

    def listed(actor: object, **query: str) -> list[str]:
        ids: list[str] = []
        cursor = None
        while True:
            asked = query | ({"cursor": cursor} if cursor else {})
            page = introductions.call("GET", "/introductions", actor=actor, query=asked).body
            ids += [item["id"] for item in page["items"]]
            cursor = page["cursor"]
            if cursor is None:
                return ids

    assert len(listed(HOSTING)) == 7
    assert len(listed(LENDING, limit="2")) == 6
    said_yes = sorted(introduction_id("dem_x", f"prf_{number}") for number in (1, 4))
    assert sorted(listed(HOSTING, state="waiting", limit="1")) == said_yes
    assert sorted(listed(LENDING, state="awaited")) == said_yes
    assert listed(a_company("cmp_stranger")) == []


def test_a_state_that_is_not_ours_is_refused(introductions: Slice) -> None:
    assert introductions.call("GET", "/introductions", actor=HOSTING, query={"state": "declined"}).status == 400
    assert introductions.call("GET", "/introductions", actor=HOSTING, query={"cursor": "€"}).status == 400


def at(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    instant = datetime.now(UTC) + timedelta(days=days)  # noqa: TID251
    monkeypatch.setattr(clock, "now", lambda: instant)


def test_what_nobody_answers_or_goes_on_with_ends_after_thirty_days(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    introductions.deliver(matched(a_match("prf_a"), a_match("prf_b"), a_match("prf_c")))
    says_yes(introductions, LENDING)
    both = f"/introductions/{introduction_id('dem_x', 'prf_b')}"
    introductions.call("POST", f"{both}/interest", actor=LENDING)

    at(monkeypatch, 30)
    introductions.handler.expire({}, None)
    assert introductions.facts(IntroductionEnded) == []
    introductions.call("POST", f"{both}/interest", actor=HOSTING)

    at(monkeypatch, 31)
    introductions.handler.expire({}, None)
    introductions.handler.expire({}, None)

    ended = introductions.facts(IntroductionEnded)
    assert {fact.profile_id for fact in ended} == {"prf_a", "prf_c"}
    assert {fact.reason for fact in ended} == {"expired"}
    assert introductions.call("GET", both, actor=LENDING).body["state"] == "mutual"

    at(monkeypatch, 61)
    introductions.handler.expire({}, None)

    assert introductions.call("GET", both, actor=LENDING).body["state"] == "not_proceeding"
    assert not [row for row in introductions.rows() if "#deadline#" in row["pk"]["S"]]


def test_the_last_day_may_still_be_answered(introductions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    introductions.deliver(matched())

    at(monkeypatch, 30)
    introductions.handler.expire({}, None)

    assert says_yes(introductions, HOSTING).status == 200


def test_news_of_an_end_that_comes_first_leaves_nothing_open(introductions: Slice) -> None:
    introductions.deliver(withdrawn("prf_a", sequence=4), closed("dem_y", sequence=2))

    introductions.deliver(matched(a_match("prf_a"), a_match("prf_b")), matched(a_match("prf_c"), demand_id="dem_y"))

    assert [fact.match.profile_id for fact in introductions.facts(IntroductionProposed)] == ["prf_b"]


def test_a_profile_that_comes_back_may_be_introduced_again(introductions: Slice) -> None:
    introductions.deliver(matched(a_match("prf_a", sequence=3)), withdrawn("prf_a", sequence=4))

    introductions.deliver(matched(a_match("prf_a", sequence=5), demand_id="dem_later"))
    introductions.deliver(withdrawn("prf_a", sequence=4))

    later = f"/introductions/{introduction_id('dem_later', 'prf_a')}"
    assert introductions.call("GET", later, actor=LENDING).body["state"] == "to_answer"
    assert seen_by(introductions, LENDING)["state"] == "not_proceeding"


def test_a_pair_is_introduced_once(introductions: Slice) -> None:
    introductions.deliver(matched(), matched(), matched(a_match(), a_match()))
    says_no(introductions, HOSTING)

    introductions.deliver(matched(a_match(sequence=9), demand_sequence=9))

    assert len(introductions.facts(IntroductionProposed)) == 1
    assert seen_by(introductions, HOSTING)["state"] == "not_proceeding"


def test_a_company_is_not_introduced_to_itself(introductions: Slice) -> None:
    introductions.deliver(matched(a_match(tenant=HOST)))

    assert introductions.facts(IntroductionProposed) == []


def test_the_largest_event_fits_one_transaction_and_a_larger_is_set_aside(introductions: Slice) -> None:
    most = [a_match(f"prf_{number}") for number in range(proposing.MOST_MATCHES)]
    assert introductions.deliver(matched(*most)) == []
    assert len(introductions.facts(IntroductionProposed)) == proposing.MOST_MATCHES

    introductions.deliver(matched(*most, a_match("prf_more"), demand_id="dem_y"))

    (message,) = introductions.set_aside()
    assert "more than 19" in message["MessageAttributes"]["reason"]["StringValue"]


def test_a_profile_in_a_hundred_introductions_ends_them_all_though_cut_off(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 34
    for number in range(count):
        introductions.deliver(matched(demand_id=f"dem_{number}", tenant=f"cmp_host{number}"))
    says = introduction_id("dem_7", "prf_a")
    introductions.call("POST", f"/introductions/{says}/interest", actor=LENDING)
    withdrawal = withdrawn()
    change, calls = ending._change, iter(range(1_000))

    def cut_off(*arguments: object) -> bool:
        if next(calls) == 15:
            raise RuntimeError("the function was stopped")
        return change(*arguments)

    monkeypatch.setattr(ending, "_change", cut_off)
    assert introductions.deliver(withdrawal) == [withdrawal.id]
    assert len(introductions.facts(IntroductionEnded)) == 15

    assert introductions.deliver(withdrawal) == []
    assert introductions.deliver(withdrawal) == []

    assert len(introductions.facts(IntroductionEnded)) == count
    listed = introductions.call("GET", "/introductions", actor=LENDING, query={"limit": "100"}).body["items"]
    assert {item["state"] for item in listed} == {"not_proceeding"}


def test_an_answer_between_reading_and_ending_is_not_lost(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    introductions.deliver(matched())
    end, answers = ending.end, iter([True, False])

    def interrupted(*arguments: object) -> None:
        if next(answers):
            assert says_yes(introductions, HOSTING).status == 200
        end(*arguments)

    monkeypatch.setattr(ending, "end", interrupted)
    introductions.deliver(withdrawn())

    assert seen_by(introductions, HOSTING)["state"] == "not_proceeding"
    assert [envelope.sequence for envelope in introductions.envelopes(IntroductionEnded)] == [3]


def test_a_match_that_overlaps_its_profile_s_withdrawal_stays_closed(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, first = proposing._begin, iter([True, False])

    def interrupted(*arguments: object) -> list[str]:
        begun = begin(*arguments)
        if next(first):
            introductions.deliver(withdrawn())
        return begun

    monkeypatch.setattr(proposing, "_begin", interrupted)
    introductions.deliver(matched())

    assert introductions.facts(IntroductionProposed) == []


def test_both_sides_hold_the_same_row(introductions: Slice) -> None:
    introductions.deliver(matched())
    says_yes(introductions, HOSTING)
    client = boto3.client("dynamodb")

    rows = [
        client.get_item(
            TableName=introductions.table_name,
            Key={"pk": {"S": f"{tenant}#introduction#{THE_ID}"}, "sk": {"S": "STATE"}},
        )["Item"]
        for tenant in (LENDER, HOST)
    ]

    assert rows[0]["state"] == rows[1]["state"]
    assert rows[0]["version"] == rows[1]["version"] == {"N": "2"}
