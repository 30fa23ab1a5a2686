"""Matching through its events and its HTTP face, on a real engine."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from functions.matching.index import ProfileIndex
from functions.matching.model import ranking
from passerelle.access import ANYBODY
from passerelle.contracts.demands import DemandReferred
from passerelle.contracts.matching import MatchesProposed
from passerelle.contracts.profiles import ProfileReferred
from passerelle.nomenclature import load_starter
from tests.support.slices import (
    Reply,
    Slice,
    a_company,
    a_machine,
    a_slice,
    a_user,
    an_adviser,
    an_envelope,
    an_operator,
)
from tests.unit.matching.told import (
    HOST,
    LENDER,
    activated,
    closed,
    opened,
    published,
    suspended,
    updated,
    withdrawn,
)
from tests.unit.matching.trades import (
    LYON,
    RIVETS,
    SAFETY,
    a_baker,
    a_car_fitter,
    a_fitter_is_wanted,
    a_place,
)

MATCHES = "/matching/demands/dem_fitter/matches"
PROPOSALS = "/matching/demands/dem_fitter/proposals"
THE_HOST = a_company(HOST)


def matches(matching: Slice, **query: str) -> Reply:
    return matching.call("GET", MATCHES, actor=THE_HOST, query=query)


def shown(matching: Slice) -> list[str]:
    return [item["profile_id"] for item in matches(matching).body["items"]]


def proposed(matching: Slice) -> list[str]:
    return [match.profile_id for event in matching.facts(MatchesProposed) for match in event.matches]


def test_the_golden_story_ends_in_an_explained_proposal(matching: Slice) -> None:
    failed = matching.deliver(activated(LENDER), activated(HOST), published(), opened())

    (event,) = matching.facts(MatchesProposed)
    (match,) = event.matches
    assert failed == []
    assert (event.demand_id, event.demand_tenant, event.demand_sequence) == ("dem_fitter", HOST, 1)
    assert (match.profile_id, match.profile_tenant, match.person_id) == ("prf_fitter", LENDER, "per_fitter")
    assert match.profile_sequence == 3
    assert match.score == pytest.approx(sum(line.fit * line.weight for line in match.criteria))
    must = next(line for line in match.criteria if line.name == "must_skills")
    assert must.missing == (RIVETS,)
    (item,) = matches(matching).body["items"]
    assert item["score"] == match.score
    assert "manque «\u00a0Poser des rivets" in item["criteria"][0]["text"]
    assert item["profile"]["occupation"]["label"].startswith("Assembleur monteur")


def test_a_proposal_says_how_it_came_about_and_whom_else_it_looked_at(matching: Slice) -> None:
    everybody = [f"prf_{number:02d}" for number in range(12)]
    matching.deliver(activated(LENDER), activated(HOST), *map(published, everybody), opened())
    assert asked(matching, "prf_11").status == 202

    unasked, chosen = matching.facts(MatchesProposed)
    assert (unasked.run.engine, unasked.run.nomenclature) == ("matching-1", load_starter().version)
    assert (unasked.run.considered, unasked.run.pool) == (tuple(everybody), 12)
    assert (unasked.run.asked_by_host, len(unasked.matches)) == (False, 10)
    assert (chosen.run.asked_by_host, chosen.run.considered) == (True, ("prf_11",))


def test_the_profile_that_comes_after_the_demand_is_proposed_too(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), opened(), published())

    assert proposed(matching) == ["prf_fitter"]


def test_news_of_an_unknown_company_waits(matching: Slice) -> None:
    opening, publishing = opened(), published()

    assert matching.deliver(opening, publishing) == [opening.id, publishing.id]
    assert matching.deliver(activated(LENDER), activated(HOST), opening, publishing) == []
    assert proposed(matching) == ["prf_fitter"]


def test_an_answer_names_neither_the_lender_nor_the_person(matching: Slice) -> None:
    matching.deliver(activated(LENDER, marks=("naf:29",)), activated(HOST), published(), opened())

    for text in (matches(matching).text, asked(matching, "prf_fitter").text):
        assert LENDER not in text
        assert "per_" not in text
        assert "naf:" not in text


def test_the_index_holds_codes_and_no_marks(matching: Slice) -> None:
    matching.deliver(activated(LENDER, marks=("naf:29.32Z",), denied=("idcc:1",)), published())

    index = matching.handler.wire().matching._index
    source = index._client.get(index=index._alias, id="prf_fitter")["_source"]

    assert "naf" not in json.dumps(source)
    assert "per_" not in json.dumps(source)
    assert source["occupation"] == "H2909"


def test_withdrawn_is_gone_at_once_and_the_next_moves_up(matching: Slice) -> None:
    twelve = [published(f"prf_{number:02d}") for number in range(12)]
    matching.deliver(activated(LENDER), activated(HOST), *twelve, opened())
    assert proposed(matching) == [f"prf_{number:02d}" for number in range(10)]

    matching.deliver(withdrawn("prf_03"))

    assert shown(matching) == [f"prf_{number:02d}" for number in range(12) if number != 3]
    assert proposed(matching)[10:] == ["prf_10"]


def test_what_the_index_still_holds_is_not_shown_when_the_row_says_no(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    index = matching.handler.wire().matching._index
    candidate = index._client.get(index=index._alias, id="prf_fitter")["_source"]
    matching.deliver(withdrawn())

    index._client.index(index=index._alias, id="prf_fitter", body=candidate, params={"refresh": "true"})

    assert shown(matching) == []


def test_late_news_change_nothing(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), closed(sequence=5), withdrawn(sequence=7))

    matching.deliver(opened(sequence=1), published(sequence=3), opened("dem_other"))

    assert proposed(matching) == []
    assert matching.call("GET", MATCHES, actor=THE_HOST).status == 409


def test_a_card_that_changes_ranks_anew(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    before = matches(matching).body["items"][0]["score"]

    matching.deliver(published(card=a_car_fitter(skills=(RIVETS, *a_car_fitter().skills)), sequence=5))

    assert matches(matching).body["items"][0]["score"] > before
    matching.deliver(published(card=a_car_fitter(area=a_place(LYON)), sequence=6))
    assert shown(matching) == []
    matching.deliver(opened(card=a_fitter_is_wanted(area=a_place(LYON)), sequence=2))
    assert shown(matching) == ["prf_fitter"]


@pytest.mark.parametrize(
    ("lender", "host"),
    [
        (activated(LENDER, denied=("naf:30",)), activated(HOST, marks=("naf:30", "naf:30.30Z"))),
        (activated(LENDER, marks=("siren:abc",)), activated(HOST, denied=("siren:abc",))),
    ],
)
def test_a_deny_list_hides_both_ways(matching: Slice, lender: object, host: object) -> None:
    matching.deliver(lender, host, published(), opened())

    assert proposed(matching) == []
    assert shown(matching) == []
    answers = [asked(matching, name).body | {"instance": ""} for name in ("prf_fitter", "prf_unknown")]
    assert answers[0] == answers[1]


def test_a_deny_list_that_is_lifted_lets_the_pair_meet(matching: Slice) -> None:
    matching.deliver(activated(LENDER, denied=("naf:30",)), activated(HOST, marks=("naf:30",)), published(), opened())

    matching.deliver(updated(LENDER, (), (), sequence=2))

    assert proposed(matching) == ["prf_fitter"]
    matching.deliver(updated(HOST, ("naf:30",), ("naf:29",), sequence=2), updated(LENDER, ("naf:29",), (), sequence=3))
    assert shown(matching) == []


def test_a_suspended_company_is_hidden_until_it_acts_again(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())

    matching.deliver(suspended(LENDER, sequence=2))
    assert shown(matching) == []

    matching.deliver(activated(LENDER, sequence=3))
    assert shown(matching) == ["prf_fitter"]


def test_a_company_s_own_people_are_never_its_matches(matching: Slice) -> None:
    matching.deliver(activated(HOST), published(tenant=HOST), opened())

    assert shown(matching) == []


def test_pages_show_everyone_once_while_others_come_and_go(matching: Slice) -> None:
    people = [
        published(f"prf_{number:02d}", a_car_fitter(radius_km=20 + number), tenant=f"cmp_{number % 3}")
        for number in range(20)
    ]
    matching.deliver(*[activated(f"cmp_{number}") for number in range(3)], activated(LENDER), activated(HOST))
    matching.deliver(*people, published("prf_baker", a_baker()), opened())

    seen: list[str] = []
    cursor: str | None = None
    for turn in itertools.count():
        page = matches(matching, limit="4", **({"cursor": cursor} if cursor else {})).body
        seen += [item["profile_id"] for item in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break
        matching.deliver(published(f"prf_new{turn}", a_baker()))

    assert [one for one in seen if not one.startswith("prf_new")] == [
        *[f"prf_{number:02d}" for number in range(20)],
        "prf_baker",
    ]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("cursor", ["x", "!!", "OTk5OTk5OTk5OTk5OS94", "é"])
def test_a_cursor_that_is_not_ours_is_refused(matching: Slice, cursor: str) -> None:
    matching.deliver(activated(HOST), opened())

    assert matches(matching, cursor=cursor).status == 400


def asked(matching: Slice, profile_id: str, key: str | None = None) -> Reply:
    return matching.call("POST", PROPOSALS, actor=THE_HOST, body={"profile_id": profile_id}, key=key)


def test_a_host_asks_for_somebody_below_the_first_ten_once(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published("prf_baker", a_baker()), opened())
    assert proposed(matching) == []

    first, second = asked(matching, "prf_baker"), asked(matching, "prf_baker")

    assert (first.status, second.status) == (202, 202)
    assert first.body == second.body
    assert proposed(matching) == ["prf_baker"]


def test_asking_for_one_who_is_proposed_already_proposes_nobody_again(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())

    assert asked(matching, "prf_fitter").status == 202
    assert proposed(matching) == ["prf_fitter"]


def test_unknown_withdrawn_and_out_of_reach_read_the_same(matching: Slice) -> None:
    matching.deliver(
        activated(LENDER),
        activated(HOST),
        published("prf_far", a_car_fitter(area=a_place(LYON))),
        published("prf_gone"),
        withdrawn("prf_gone"),
        opened(),
    )

    answers = [asked(matching, name).body | {"instance": ""} for name in ("prf_none", "prf_gone", "prf_far")]

    assert answers[0]["status"] == 422
    assert answers[0]["errors"][0]["pointer"] == "/profile_id"
    assert answers[0] == answers[1] == answers[2]
    assert proposed(matching) == []


def test_one_host_asks_for_a_hundred_at_most(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published("prf_baker", a_baker()), opened())
    store = matching.handler.wire().matching._matches
    stored = store.ranking(HOST, "dem_fitter")
    many = stored.value.model_copy(update={"asked": tuple(f"prf_{number}" for number in range(100))})
    transaction = store.begin()
    store.save_ranking(transaction, store.demand(HOST, "dem_fitter"), many, stored.version + 1)
    transaction.commit()

    assert asked(matching, "prf_baker").status == 422


EXPECTED = {
    # who: statuses of the matches, the proposals and the weights
    "the host": (200, 202, 200),
    "another company": (404, 404, 200),
    "the lender": (404, 404, 200),
    "the host, not active": (403, 403, 200),
    "the host's machine": (200, 202, 200),
    "the host's machine that only reads": (200, 403, 200),
    "a user without a company": (403, 403, 200),
    "an adviser": (403, 403, 200),
    "an operator": (403, 403, 200),
    "anybody": (401, 401, 200),
}
ACTORS = {
    "the host": THE_HOST,
    "another company": a_company("cmp_other"),
    "the lender": a_company(LENDER),
    "the host, not active": a_company(HOST, active=False),
    "the host's machine": a_machine(HOST, "matching:read", "matching:write"),
    "the host's machine that only reads": a_machine(HOST, "matching:read"),
    "a user without a company": a_user(),
    "an adviser": an_adviser(),
    "an operator": an_operator(),
    "anybody": ANYBODY,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_who_may_do_what(matching: Slice, name: str) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    actor = ACTORS[name]

    answers = (
        matching.call("GET", MATCHES, actor=actor).status,
        matching.call("POST", PROPOSALS, actor=actor, body={"profile_id": "prf_fitter"}).status,
        matching.call("GET", "/matching/weights", actor=actor).status,
    )

    assert answers == EXPECTED[name]


def test_everybody_may_read_the_formula(matching: Slice) -> None:
    formula = matching.call("GET", "/matching/weights").body

    assert sum(weight["weight"] for weight in formula["weights"]) == pytest.approx(1)
    assert len(formula["hard_facts"]) == 5
    assert "n’exclut jamais" in formula["principle"]


def test_an_engine_that_is_down_says_so_and_loses_no_event() -> None:
    with a_slice("matching", search_endpoint="http://127.0.0.1:1", search_index="profiles") as matching:
        matching.deliver(activated(LENDER), activated(HOST))
        publishing, opening = published(), opened()

        assert matching.deliver(publishing, opening) == [publishing.id, opening.id]
        assert matches(matching).status == 503
        assert asked(matching, "prf_fitter").status == 503


def test_an_area_that_is_not_known_is_set_aside(matching: Slice) -> None:
    matching.deliver(activated(LENDER), published(card=a_car_fitter(area=a_place("000000000"))))

    (message,) = matching.set_aside()
    assert "ProfilePublished" in message["MessageAttributes"]["reason"]["StringValue"]


def test_an_event_delivered_twice_has_one_effect(matching: Slice) -> None:
    story = [
        activated(LENDER),
        activated(HOST),
        published(),
        opened(),
        published("prf_b", a_car_fitter(skills=(SAFETY,))),
    ]
    matching.deliver(*story)
    before = proposed(matching)

    matching.deliver(*story)

    assert proposed(matching) == before


def test_a_company_reads_so_many_cards_a_day_and_then_waits_for_midnight(
    matching: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    monkeypatch.setattr(ranking, "MOST_READ_A_DAY", 2)

    assert [len(matches(matching).body["items"]) for _ in range(2)] == [1, 1]

    refused = matches(matching)
    assert (refused.status, refused.body["type"]) == (429, "urn:passerelle:problem:cards-read-today")
    assert 0 < int(refused.headers["Retry-After"]) <= 24 * 3600


@pytest.mark.parametrize("path", ["matches", "combination"])
def test_colleagues_who_read_meanwhile_hold_nobody_up(
    matching: Slice, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    colleagues = readers_meanwhile(matching, monkeypatch)

    reply = matching.call("GET", f"/matching/demands/dem_fitter/{path}", actor=a_company(HOST))

    assert reply.status == 200
    assert [one.status for one in colleagues] == [200]


def test_readers_who_come_at_once_are_shown_no_more_than_a_day_allows(
    matching: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    monkeypatch.setattr(ranking, "MOST_READ_A_DAY", 1)
    colleagues = readers_meanwhile(matching, monkeypatch)

    late = matches(matching)

    assert [(one.status, len(one.body["items"])) for one in colleagues] == [(200, 1)]
    assert (late.status, late.body["type"]) == (429, "urn:passerelle:problem:cards-read-today")


def readers_meanwhile(matching: Slice, monkeypatch: pytest.MonkeyPatch) -> list[Reply]:
    """While anybody searches, another one of the same company reads to the end; what those others were answered."""
    search, answered, reading = ProfileIndex.best_first, [], []

    def best_first(self: ProfileIndex, scale: Any, host: str) -> Any:
        if not reading:
            reading.append(True)
            answered.append(matches(matching))
            reading.clear()
        return search(self, scale, host)

    monkeypatch.setattr(ProfileIndex, "best_first", best_first)
    return answered


def test_a_demand_that_no_card_protects_is_an_advisers_until_it_has_one(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    referred = DemandReferred(demand_id="dem_fitter", card=a_fitter_is_wanted())
    matching.deliver(an_envelope(referred, tenant=HOST, subject="dem_fitter", sequence=2))

    assert matches(matching).body["type"] == "urn:passerelle:problem:with-adviser"

    matching.deliver(opened(sequence=3))

    assert shown(matching) == ["prf_fitter"]


def test_a_profile_that_no_class_protects_any_more_is_taken_out(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    referred = ProfileReferred(profile_id="prf_fitter", person_id="per_fitter", card=a_car_fitter())
    matching.deliver(an_envelope(referred, tenant=LENDER, subject="prf_fitter", sequence=9))

    assert shown(matching) == []
