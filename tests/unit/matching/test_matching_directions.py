"""Demands for a person: the formula from the lender's side, masked, gated at the reading, within the same budget."""

from __future__ import annotations

import json

import pytest

from functions.matching.model import ranking
from passerelle.access import ANYBODY, Actor
from passerelle.classes import Member
from passerelle.contracts.cards import Shift
from tests.support.slices import (
    Reply,
    Slice,
    a_company,
    a_machine,
    a_slice,
    a_user,
    an_adviser,
    an_operator,
    the_classes,
)
from tests.unit.matching.told import HOST, LENDER, activated, closed, opened, published, suspended, withdrawn
from tests.unit.matching.trades import (
    LYON,
    RIVETS,
    ROUEN,
    a_baker,
    a_car_fitter,
    a_fitter_is_wanted,
    a_place,
)

DEMANDS = "/matching/profiles/prf_fitter/demands"
NEAR_MISSES = "/matching/profiles/prf_fitter/near-misses"
THE_LENDER = a_company(LENDER)


def read(matching: Slice, path: str = DEMANDS, actor: Actor = THE_LENDER, **query: str) -> Reply:
    return matching.call("GET", path, actor=actor, query=query)


def areas(reply: Reply) -> list[str]:
    return [item["demand"]["area"]["code"] for item in reply.body["items"]]


def test_a_lender_reads_the_demand_with_the_score_its_host_reads(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())

    (offer,) = read(matching).body["items"]
    (match,) = matching.call("GET", "/matching/demands/dem_fitter/matches", actor=a_company(HOST)).body["items"]

    assert (offer["score"], offer["criteria"]) == (match["score"], match["criteria"])
    assert offer["unlock"] == match["unlock"]
    assert offer["unlock"]["steps"][0]["value"] == RIVETS
    assert offer["demand"]["occupation"]["code"] == "H2901"
    assert offer["barred"] is None


def test_an_offer_names_neither_the_host_nor_the_demand(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST, marks=("naf:30",)), published(), published("prf_two"), opened())

    answers = [read(matching), read(matching, "/matching/profiles/prf_two/demands"), read(matching, NEAR_MISSES)]

    for answer in answers:
        assert answer.status == 200
        assert not any(word in answer.text for word in (HOST, "dem_", "naf:", "per_"))
    assert answers[0].body["items"][0]["reference"] != answers[1].body["items"][0]["reference"]
    assert answers[0].body["items"] == read(matching).body["items"]


def test_the_best_demand_stands_first_and_pages_give_each_once(matching: Slice) -> None:
    far = [opened(f"dem_{n}", a_fitter_is_wanted(headcount=n + 1, shift=Shift.NIGHT)) for n in range(5)]
    matching.deliver(activated(LENDER), activated(HOST), published(), *far, opened("dem_best"))

    whole = read(matching).body["items"]
    seen, cursor = [], None
    while cursor is not None or not seen:
        page = read(matching, limit="2", **({"cursor": cursor} if cursor else {})).body
        seen += page["items"]
        cursor = page["cursor"]

    assert [item["score"] for item in whole] == sorted((item["score"] for item in whole), reverse=True)
    assert whole[0]["demand"]["shift"] == "day"
    assert seen == whole
    assert len(whole) == 6


def test_only_hard_facts_exclude_and_closed_demands_are_gone(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), activated("cmp_denied", marks=("naf:30",)))
    matching.deliver(activated(LENDER, denied=("naf:30",), sequence=2), activated("cmp_paused"))
    matching.deliver(
        published(),
        opened("dem_gone"),
        closed("dem_gone"),
        opened("dem_denied", tenant="cmp_denied"),
        opened("dem_paused", tenant="cmp_paused"),
        opened("dem_own", tenant=LENDER),
        opened("dem_far", a_fitter_is_wanted(area=a_place(LYON))),
        opened("dem_other", a_fitter_is_wanted(occupation="D1102")),
        suspended("cmp_paused", sequence=2),
    )

    (offer,) = read(matching).body["items"]

    assert offer["demand"]["occupation"]["code"] == "D1102"
    assert read(matching, NEAR_MISSES).body["items"] == []


def test_near_misses_are_those_that_one_change_of_dates_or_distance_opens(matching: Slice) -> None:
    matching.deliver(
        activated(LENDER),
        activated(HOST),
        published(card=a_car_fitter(radius_km=20)),
        opened("dem_rouen", a_fitter_is_wanted(area=a_place(ROUEN))),
        opened("dem_later", a_fitter_is_wanted(first_month="2027-04", last_month="2027-05")),
        opened("dem_both", a_fitter_is_wanted(area=a_place(ROUEN), first_month="2027-04", last_month="2027-05")),
        opened("dem_lyon", a_fitter_is_wanted(area=a_place(LYON))),
        opened("dem_now"),
        opened("dem_own", a_fitter_is_wanted(area=a_place(ROUEN)), tenant=LENDER),
    )

    items = {item["barred"]: item for item in read(matching, NEAR_MISSES).body["items"]}

    assert len(read(matching, NEAR_MISSES).body["items"]) == 2
    assert items["distance"]["unlock"]["steps"][0]["kind"] == "radius"
    assert items["dates"]["unlock"]["steps"][0]["value"] == "2026-09/2027-05"
    assert items["dates"]["unlock"]["text"].startswith(
        "Hors de portée aujourd’hui. Avec une disponibilité de septembre 2026 à mai 2027, l’adéquation serait de "
    )
    for item in items.values():
        assert item["score"] == item["unlock"]["score"]
        assert round(sum(line["fit"] * line["weight"] for line in item["criteria"]), 6) == item["score"]
    radius = int(items["distance"]["unlock"]["steps"][0]["value"])
    matching.deliver(published(card=a_car_fitter(radius_km=radius), sequence=4))
    assert items["distance"]["score"] in [item["score"] for item in read(matching).body["items"]]


def test_both_directions_draw_on_one_budget(matching: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    matching.deliver(opened("dem_late", a_fitter_is_wanted(first_month="2027-04", last_month="2027-05")))
    monkeypatch.setattr(ranking, "MOST_READ_A_DAY", 2)

    assert [read(matching, path).status for path in (DEMANDS, NEAR_MISSES, DEMANDS, NEAR_MISSES)] == [
        200,
        200,
        429,
        429,
    ]


def test_a_demand_whose_class_protects_it_no_more_is_not_shown(search_url: str) -> None:
    budget = {"min_members": "5", "min_lenders": "3", "max_lender_share": "60"}
    with a_slice("matching", search_endpoint=search_url, search_index="profiles-gated", **budget) as matching:
        card = a_fitter_is_wanted()
        matching.deliver(activated(LENDER), activated(HOST), published(), opened(card=card))
        assert read(matching).body["items"] == []

        members = [Member(f"cmp_{number}", f"dem_{number}") for number in range(7)]
        for member in members:
            transaction = matching.handler.wire().table.begin()
            the_classes().move(transaction, None, card, member)
            transaction.commit()
        assert len(read(matching).body["items"]) == 1

        transaction = matching.handler.wire().table.begin()
        the_classes().move(transaction, card, None, members[0])
        transaction.commit()
        assert read(matching).body["items"] == []


def test_a_profile_that_is_not_shown_reads_no_demands(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published("prf_fitter", a_baker()), opened(), withdrawn())

    assert read(matching).body["type"] == "urn:passerelle:problem:profile-not-shown"
    assert read(matching, "/matching/profiles/prf_unknown/demands").status == 404
    assert read(matching, cursor="OTk5").status == 400


ACTORS = {
    "the lender": (THE_LENDER, 200),
    "the lender's machine": (a_machine(LENDER, "matching:read"), 200),
    "a machine without the right": (a_machine(LENDER, "matching:write"), 403),
    "the lender, not active": (a_company(LENDER, active=False), 403),
    "the host": (a_company(HOST), 404),
    "a user without a company": (a_user(), 403),
    "an adviser": (an_adviser(), 403),
    "an operator": (an_operator(), 403),
    "anybody": (ANYBODY, 401),
}


@pytest.mark.parametrize("name", ACTORS)
def test_who_may_read_demands(matching: Slice, name: str) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    actor, status = ACTORS[name]

    assert [read(matching, path, actor).status for path in (DEMANDS, NEAR_MISSES)] == [status, status]
    assert json.loads(read(matching, DEMANDS, actor).text)
