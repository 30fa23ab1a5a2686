"""The desk through its events and its HTTP face: what waits, what suits, two yeses, and what is noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from functions.desk.model.cards import MOST_APPROACHES
from functions.desk.rendering import APPROACH_LIMITS, CARD_LIMITS
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area
from passerelle.contracts.desk import ApproachClosed, ApproachOpened, MediationAgreed
from tests.support.slices import Slice, a_slice, an_adviser, an_operator
from tests.unit.desk.asking import ADVISER, answer, approach, card, log, queue
from tests.unit.desk.cards import (
    COTENTIN,
    FIRST,
    HOST,
    LENDER,
    a_demand_card,
    a_profile_card,
    company_activated,
    demand_closed,
    demand_opened,
    demand_referred,
    profile_published,
    profile_referred,
    profile_withdrawn,
)

NORMANDY = Area(level="region", code="28")


def ids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_what_cannot_be_shown_waits_the_oldest_first(desk: Slice) -> None:
    desk.deliver(
        profile_referred("prf_b", occurred_at=FIRST + timedelta(hours=2)),
        demand_referred("dem_x", occurred_at=FIRST + timedelta(hours=1)),
        profile_referred("prf_a"),
        profile_published("prf_c"),
    )

    page = queue(desk)

    assert ids(page) == ["prf_a", "dem_x", "prf_b"]
    assert page["items"][0] == {
        "id": "prf_a",
        "kind": "profile",
        "since": "2026-11-22T09:30:00Z",
        "trade": page["items"][1]["trade"],
        "place": "CU Le Havre Seine Métropole",
        "approaches": [],
    }


def test_the_queue_is_walked_page_by_page(desk: Slice) -> None:
    desk.deliver(*(profile_referred(f"prf_{n}", occurred_at=FIRST + timedelta(minutes=n)) for n in range(5)))

    seen, cursor = [], None
    while True:
        page = queue(desk, limit="2", **({"cursor": cursor} if cursor else {}))
        seen += ids(page)
        cursor = page["cursor"]
        if cursor is None:
            break

    assert seen == [f"prf_{n}" for n in range(5)]


@pytest.mark.parametrize("left", [profile_published(sequence=4), profile_withdrawn(sequence=4)], ids=lambda e: e.type)
def test_a_card_that_left_waits_no_longer_in_whatever_order_the_news_come(left: Envelope) -> None:
    for order in permutations([profile_referred(sequence=3), left]):
        with a_slice("desk") as desk:
            desk.deliver(*order, times=2)

            assert ids(queue(desk)) == []
            assert card(desk).status == 404


def test_who_waits_keeps_his_place_when_his_card_changes_and_loses_it_when_he_left(desk: Slice) -> None:
    later = {"occurred_at": FIRST + timedelta(days=2)}
    desk.deliver(profile_referred(sequence=3), profile_referred(sequence=4, radius_km=80, **later))

    assert queue(desk)["items"][0]["since"] == "2026-11-22T09:30:00Z"

    desk.deliver(profile_published(sequence=5), profile_referred(sequence=6, **later))

    assert queue(desk)["items"][0]["since"] == "2026-11-24T09:30:00Z"


def test_a_card_is_read_in_words_with_those_that_may_suit_it(desk: Slice) -> None:
    desk.deliver(
        profile_referred(),
        demand_referred("dem_hidden"),
        demand_opened("dem_shown", tenant="cmp_other"),
        demand_opened("dem_far", area=a_profile_card().area.model_copy(update={"code": COTENTIN})),
        demand_opened("dem_own", tenant=LENDER),
        demand_opened("dem_else", occupation="H2913", must_skills=("106256",), wished_skills=()),
        demand_opened("dem_past", first_month="2027-07", last_month="2027-09"),
        demand_opened("dem_gone"),
        demand_closed("dem_gone"),
        profile_published("prf_other", tenant=HOST),
    )

    read = card(desk).body

    assert {line["field"]: line["values"] for line in read["lines"]}["period"] == ["janvier 2027 à juin 2027"]
    assert [(one["id"], one["with_adviser"]) for one in read["candidates"]] == [
        ("dem_hidden", True),
        ("dem_shown", False),
    ]
    assert read["candidates"][0]["reasons"][0] == "Même métier"
    assert read["candidates"][0]["reasons"][2] == "3 mois communs"
    assert read["limits"] == list(CARD_LIMITS)
    assert "prf_a" in [one["id"] for one in card(desk, "dem_hidden").body["candidates"]]


def test_a_card_tells_neither_company_nor_person(desk: Slice) -> None:
    desk.deliver(profile_referred(), demand_referred())

    text = card(desk).text + desk.call("GET", "/desk/queue", actor=ADVISER).text

    assert not any(secret in text for secret in (LENDER, HOST, "per_a", "tenant", "person"))


@pytest.mark.parametrize("refusing", [LENDER, HOST])
def test_companies_that_refuse_each_other_are_not_brought_together(desk: Slice, refusing: str) -> None:
    refused = HOST if refusing == LENDER else LENDER
    desk.deliver(
        profile_referred(),
        demand_referred(),
        company_activated(refusing, denied=("naf:29",)),
        company_activated(refused, marks=("siren:00", "naf:29")),
        company_activated(refused, marks=(), sequence=1),
    )

    assert card(desk).body["candidates"] == []
    reply = approach(desk)
    assert (reply.status, reply.body["type"].rpartition(":")[2]) == (409, "companies-apart")


def test_a_pair_that_is_shown_or_of_one_company_is_no_advisers(desk: Slice) -> None:
    desk.deliver(profile_published(), demand_opened(), profile_referred("prf_b", tenant=HOST))

    codes = [approach(desk, profile).body["type"].rpartition(":")[2] for profile in ("prf_a", "prf_b")]

    assert codes == ["not-at-the-desk", "companies-apart"]


@pytest.mark.parametrize(("profile", "demand"), [("prf_a", "dem_none"), ("dem_x", "prf_a"), ("prf_gone", "dem_x")])
def test_an_approach_is_of_a_profile_and_a_demand_that_are_there(desk: Slice, profile: str, demand: str) -> None:
    desk.deliver(profile_referred(), demand_referred(), profile_withdrawn("prf_gone"))

    assert approach(desk, profile, demand).status == 404
    assert desk.facts(ApproachOpened) == []


def test_two_yeses_make_the_pair_go_on_with_the_cards_of_the_day_told_by_region_and_trade(desk: Slice) -> None:
    desk.deliver(profile_referred(), demand_opened())
    opened = approach(desk, note="Rappeler plutôt le matin.")
    path = opened.headers["Location"]

    first = answer(desk, path, "lender", "yes")
    desk.deliver(profile_referred(sequence=5, radius_km=80))
    second = answer(desk, path, "host", "yes", how="visit", actor=an_adviser("usr_second"))

    assert (opened.status, opened.body["state"], first.body["state"]) == (201, "open", "lender_agreed")
    assert second.body["state"] == "agreed"
    (agreed,) = desk.facts(MediationAgreed)
    assert agreed == MediationAgreed(
        approach_id=opened.body["id"],
        profile_id="prf_a",
        demand_id="dem_x",
        lender=LENDER,
        host=HOST,
        person_id="per_a",
        profile_card=a_profile_card(radius_km=80, area=NORMANDY, skills=()),
        demand_card=a_demand_card(area=NORMANDY, must_skills=(), wished_skills=()),
        profile_sequence=5,
        demand_sequence=1,
        adviser="usr_second",
    )
    assert [(one["side"], one["how"], one["adviser"]) for one in second.body["answers"]] == [
        ("lender", "phone", "usr_adviser"),
        ("host", "visit", "usr_second"),
    ]
    assert second.body["contacts"] is None
    assert queue(desk)["items"][0]["approaches"] == []


def test_a_yes_is_not_lost_in_a_place_that_nobody_knows_any_more(desk: Slice) -> None:
    desk.deliver(profile_referred(area=Area(level="epci", code="200000000")), demand_opened())
    path = approach(desk).headers["Location"]
    answer(desk, path, "lender", "yes")

    refused = answer(desk, path, "host", "yes")

    assert (refused.status, refused.body["type"].rpartition(":")[2]) == (409, "place-unknown")
    assert desk.facts(MediationAgreed) == []
    desk.deliver(profile_referred(sequence=5))
    assert answer(desk, path, "host", "yes").body["state"] == "agreed"


def test_an_approach_says_where_contacts_are_read_and_what_is_not_seen(desk: Slice) -> None:
    desk.deliver(profile_referred(), demand_referred())

    opened = approach(desk).body

    assert opened["contacts"] == {
        "lender": f"/identities/contacts/{LENDER}?approach={opened['id']}",
        "host": f"/identities/contacts/{HOST}?approach={opened['id']}",
    }
    assert opened["limits"] == list(APPROACH_LIMITS)
    assert "per_a" not in str(opened)
    (fact,) = desk.facts(ApproachOpened)
    assert (fact.lender, fact.host, fact.open_until) == (LENDER, HOST, clock.today() + timedelta(days=30))
    assert queue(desk)["items"][0]["approaches"] == [opened["id"]]


def test_a_no_ends_it_and_is_told_to_nobody(desk: Slice) -> None:
    desk.deliver(profile_referred(), demand_referred())
    path = approach(desk).headers["Location"]
    answer(desk, path, "lender", "yes")

    assert answer(desk, path, "host", "no").body["state_text"] == "Sans suite"

    assert desk.facts(MediationAgreed) == []
    (closed,) = desk.facts(ApproachClosed)
    assert set(closed.model_dump()) == {"approach_id", "lender", "host"}
    assert approach(desk).body["type"].rpartition(":")[2] == "already-approached"


@pytest.mark.parametrize("left", [profile_withdrawn(), demand_closed()], ids=lambda envelope: envelope.type)
def test_a_card_that_leaves_ends_its_approaches_once(desk: Slice, left: Envelope) -> None:
    desk.deliver(profile_referred(), demand_referred())
    path = approach(desk).headers["Location"]
    answer(desk, path, "host", "yes")

    desk.deliver(left, times=2)

    assert len(desk.facts(ApproachClosed)) == 1
    assert answer(desk, path, "lender", "yes").status == 409
    assert desk.call("GET", path, actor=ADVISER).body["state"] == "lapsed"
    assert [item["approaches"] for item in queue(desk)["items"]] == [[]]
    assert desk.facts(MediationAgreed) == []


def test_the_most_approaches_of_one_card_end_with_it_in_one_transaction(desk: Slice) -> None:
    desk.deliver(profile_referred(), *(demand_referred(f"dem_{n}") for n in range(MOST_APPROACHES + 1)))
    statuses = [approach(desk, demand_id=f"dem_{n}").status for n in range(MOST_APPROACHES + 1)]

    failed = desk.deliver(profile_withdrawn())

    assert statuses == [201] * MOST_APPROACHES + [409]
    assert failed == []
    assert len(desk.facts(ApproachClosed)) == MOST_APPROACHES


def test_after_thirty_days_without_answers_it_is_over_and_may_begin_anew(
    desk: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.deliver(profile_referred(), demand_referred())
    path = approach(desk).headers["Location"]
    answer(desk, path, "lender", "yes")
    later = datetime.now(UTC) + timedelta(days=31)  # noqa: TID251
    monkeypatch.setattr(clock, "now", lambda: later)

    assert desk.call("GET", path, actor=ADVISER).body["state"] == "lapsed"
    assert answer(desk, path, "host", "yes").status == 409
    again = approach(desk)

    assert (again.status, again.body["state"], again.body["answers"]) == (201, "open", [])
    assert [envelope.sequence for envelope in desk.envelopes(ApproachOpened)] == [1, 3]


@pytest.mark.parametrize("note", ["Demander Camille Lefèvre", "Rappeler au 06 12 34 56 78", "rh@usine.example"])
def test_a_note_that_may_name_somebody_is_kept_nowhere(desk: Slice, note: str) -> None:
    desk.deliver(profile_referred(), demand_referred())

    reply = approach(desk, note=note)

    assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, "/note")
    assert desk.facts(ApproachOpened) == []
    assert note not in str(desk.rows())


@pytest.mark.parametrize("days", [-1, 1], ids=["before the approach", "to come"])
def test_an_answer_is_of_a_day_of_the_approach(desk: Slice, days: int) -> None:
    desk.deliver(profile_referred(), demand_referred())
    path = approach(desk).headers["Location"]
    on = (clock.today() + timedelta(days=days)).isoformat()

    reply = answer(desk, path, "host", "yes", on=on)

    assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, "/on")
    assert desk.call("GET", path, actor=ADVISER).body["answers"] == []


def test_every_reading_and_every_act_is_noted(desk: Slice) -> None:
    desk.deliver(profile_referred(), demand_referred())

    queue(desk)
    card(desk, "dem_x", actor=an_adviser("usr_second"))
    path = approach(desk).headers["Location"]
    desk.call("GET", path, actor=ADVISER)
    answer(desk, path, "host", "yes")
    answer(desk, path, "host", "yes")

    apr = path.rpartition("/")[2]
    assert log(desk) == [
        ("usr_adviser", "read_queue", ("dem_x", "prf_a")),
        ("usr_second", "read_card", ("dem_x", "prf_a")),
        ("usr_adviser", "opened_approach", (apr, "prf_a", "dem_x")),
        ("usr_adviser", "read_approach", (apr,)),
        ("usr_adviser", "recorded_answer", (apr,)),
        ("usr_adviser", "recorded_answer", (apr,)),
    ]


def test_the_log_is_read_by_days(desk: Slice) -> None:
    queue(desk)

    def asked(day: str) -> tuple[int, Sequence[object]]:
        reply = desk.call("GET", "/desk/log", actor=an_operator(), query={"day": day})
        return reply.status, reply.body.get("items", ())

    today = clock.today()
    assert len(asked(today.isoformat())[1]) == 1
    assert asked((today - timedelta(days=1)).isoformat()) == (200, [])
    assert asked("hier")[0] == 400
