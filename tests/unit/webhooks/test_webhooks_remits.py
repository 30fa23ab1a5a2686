"""A partner organisation is told what lies within its recorded programmes and territories, whichever way it asks."""

import itertools
from datetime import timedelta

import pytest

from functions.webhooks.model.deliveries import Answer
from passerelle.contracts.profiles import ProfileWithdrawn
from tests.unit.webhooks.conftest import HERE, OTHER_PARTNER, House, a_partner, closed, ended, opened, recorded, told
from tests.unit.webhooks.test_webhooks_feed import all_of

HOOK = "https://partenaire.example/passerelle"
OTHER = "https://autre.example/hooks"
PLACES = ("76", "27", "Le Havre", "Rouen", "Normandie")


def heard(house: House) -> set[str]:
    return {one.said["subject"] for one in house.outside.told(HOOK)}


def seen(house: House, endpoint: dict[str, str]) -> dict[str, set[str]]:
    """Which resources each way of reading shows."""
    listed = house.call("GET", endpoint["id"], "/deliveries", query={"limit": "100"}).body["items"]
    return {
        "feed": {item["subject"] for item in all_of(house, endpoint, "/feed")[0]},
        "snapshot": {item["subject"] for item in all_of(house, endpoint, "/snapshot")[0]},
        "log": {item["subject"] for item in listed},
    }


def everywhere(subjects: set[str]) -> dict[str, set[str]]:
    """These resources, whichever way one reads."""
    return {"feed": subjects, "snapshot": subjects, "log": subjects}


@pytest.mark.parametrize(
    ("territories", "within"),
    [
        ("", "76, 27, Le Havre, Rouen, Normandie"),
        ("region:28", "76, 27, Le Havre, Rouen, Normandie"),
        ("department:76", "76, Le Havre, Rouen"),
        ("department:27", "27"),
        ("employment_zone:2813", "Le Havre"),
        ("epci:200084952", "Le Havre"),
        ("epci:200084952 epci:200023414", "Le Havre, Rouen"),
        ("municipality:76351", ""),
    ],
)
def test_what_does_not_lie_whole_in_a_recorded_territory_is_told_in_no_way(
    house: House, territories: str, within: str
) -> None:
    house.slice.deliver(recorded(HERE, 2, *territories.split()))
    endpoint = house.endpoint(HOOK)

    for place in PLACES:
        house.tell(opened(f"dem_{place}", place=place))
    house.pass_time(times=3)

    here = {f"dem_{place}" for place in within.split(", ") if place}
    assert heard(house) == here
    assert seen(house, endpoint) == everywhere(here)


def test_what_an_endpoint_asks_for_narrows_the_remit_and_never_widens_it(house: House) -> None:
    house.slice.deliver(recorded(HERE, 2, "department:76"))
    house.endpoint(HOOK, wanted={"territories": ["27"]})
    house.endpoint(OTHER, wanted={"territories": ["76", "27"], "types": ["DemandClosed"]})

    house.tell(opened("dem_76"), closed("dem_76"), opened("dem_27", place="27"), closed("dem_27"))

    assert house.outside.told(HOOK) == []
    assert [(one.said["type"], one.said["subject"]) for one in house.outside.told(OTHER)] == [
        ("DemandClosed", "dem_76")
    ]


def test_another_programme_is_not_told(house: House) -> None:
    house.slice.deliver(recorded(HERE, 2, programmes=("placement",)))
    endpoint = house.endpoint(HOOK)

    house.tell(opened("dem_lent"), opened("dem_placed", programme="placement"))
    house.pass_time(times=3)

    assert heard(house) == {"dem_placed"}
    assert seen(house, endpoint) == everywhere({"dem_placed"})


def test_who_is_not_recorded_is_told_nothing_but_its_own_tests_until_it_is(house: House) -> None:
    actor = a_partner("ptn_unrecorded")
    endpoint = house.endpoint(HOOK, actor=actor)
    house.tell(before := opened("dem_before"))
    house.call("POST", endpoint["id"], "/tests", actor=actor)
    house.work()
    tested = [one.said["type"] for one in house.outside.told(HOOK)]
    shown = house.call("GET", endpoint["id"], "/snapshot", actor=actor).body["items"]

    house.slice.deliver(recorded("ptn_unrecorded", 1))
    house.tell(after := opened("dem_after"))

    assert (tested, shown) == (["EndpointTest"], [])
    assert house.outside.ids(HOOK)[1:] == [after.id]
    then = house.call("GET", endpoint["id"], "/snapshot", actor=actor).body["items"]
    assert {item["id"] for item in then} == {before.id, after.id}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_in_whatever_order_and_however_often_it_is_told_the_latest_word_on_a_partner_holds(
    house: House, order: tuple[int, ...]
) -> None:
    facts = [recorded(HERE, 2), recorded(HERE, 3, "department:27"), recorded(HERE, 5, "department:76")]
    house.endpoint(HOOK)

    for number in order:
        assert house.slice.deliver(facts[number], times=2) == []
    house.tell(opened("dem_76"), opened("dem_27", place="27"))

    assert heard(house) == {"dem_76"}


def test_a_remit_that_was_narrowed_holds_for_what_was_entered_before(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    since = house.time.isoformat()
    house.tell(stays := opened("dem_76"), goes := opened("dem_27", place="27"))
    house.outside.answer(HOOK, Answer(status=500))
    house.tell(waits := opened("dem_waits", place="27"))
    house.pass_time(times=2)
    house.outside.messages.clear()

    house.slice.deliver(recorded(HERE, 2, "department:76"))
    house.outside.answer(HOOK, None)
    house.call("POST", endpoint["id"], "/replay", body={"since": since})
    house.pass_time(timedelta(minutes=10), times=5)
    resent = [house.call("POST", endpoint["id"], f"/deliveries/{fact.id}/resend").status for fact in (goes, waits)]
    looked = house.call("GET", endpoint["id"], f"/deliveries/{goes.id}").status
    house.pass_time(timedelta(minutes=10), times=2)

    assert house.outside.ids(HOOK) == [stays.id]
    assert (resent, looked) == ([404, 404], 404)
    assert seen(house, endpoint) == everywhere({"dem_76"})
    assert house.slice.handler.wire().webhooks.due(endpoint["id"], 10) == ()


def test_the_feeds_cursor_goes_past_what_may_not_be_told(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    for number in range(8):
        house.time += timedelta(seconds=1)
        house.tell(opened(f"dem_{number}", place="27" if number < 6 else "76"))
    house.pass_time(times=3)
    house.slice.deliver(recorded(HERE, 2, "department:76"))

    first = house.call("GET", endpoint["id"], "/feed", query={"limit": "6"}).body
    rest = house.call("GET", endpoint["id"], "/feed", query={"cursor": first["cursor"]}).body

    assert first["items"] == []
    assert [item["subject"] for item in rest["items"]] == ["dem_6", "dem_7"]


def test_an_ended_partner_is_told_nothing_more_and_what_was_under_way_stops(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.endpoint(OTHER, actor=a_partner(OTHER_PARTNER))
    since = house.time.isoformat()
    house.tell(opened("dem_1"))
    house.outside.answer(HOOK, Answer(status=500))
    house.tell(opened("dem_2"))
    house.outside.answer(HOOK, None)
    house.outside.messages.clear()

    house.call("POST", endpoint["id"], "/replay", body={"since": since})
    assert house.slice.deliver(opened("dem_handed_over")) == []
    house.slice.deliver(ended(HERE, 2), times=2)
    house.work()
    house.tell(opened("dem_3"))
    house.pass_time(timedelta(minutes=10), times=6)
    house.slice.deliver(recorded(HERE, 1))
    house.tell(opened("dem_4"))
    tested = house.call("POST", endpoint["id"], "/tests")
    house.pass_time(timedelta(minutes=10), times=2)

    assert tested.status == 202
    assert house.outside.told(HOOK) == []
    state = house.call("GET", endpoint["id"]).body
    assert (state["state"], state["disabled_for"]) == ("disabled", "ended")
    assert seen(house, endpoint) == everywhere(set())
    assert {one.said["subject"] for one in house.outside.told(OTHER)} == {"dem_handed_over", "dem_3", "dem_4"}


def test_an_endpoint_woken_after_its_partner_ended_is_told_nothing(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.slice.deliver(ended(HERE, 2))
    house.pass_time()
    house.call("POST", endpoint["id"], "/verification")

    house.tell(opened("dem_1"))
    house.pass_time(timedelta(minutes=10), times=2)

    assert house.outside.told(HOOK) == []
    assert house.call("GET", endpoint["id"]).body["state"] == "disabled"


def test_a_batched_fact_is_held_to_the_remit_of_the_hour_it_is_told(house: House) -> None:

    house.endpoint(HOOK)
    house.tell(told(ProfileWithdrawn(profile_id="prf_1"), "prf_1"))
    house.slice.deliver(recorded(HERE, 2, "department:76"))

    house.pass_time(timedelta(days=1))

    assert house.outside.told(HOOK) == []


def test_a_card_that_became_coarser_is_told_by_where_it_says_it_is_now(house: House) -> None:
    house.tell(opened("dem_1", 2, place="Le Havre"), opened("dem_1", 3, place="Normandie"))
    newcomer = a_partner("ptn_newcomer")
    house.slice.deliver(recorded("ptn_newcomer", 1, "epci:200084952"))
    endpoint = house.endpoint(HOOK, actor=newcomer)

    shown = house.call("GET", endpoint["id"], "/snapshot", actor=newcomer).body["items"]
    house.tell(closed("dem_1", 4))

    assert shown == []
    assert [one.said["type"] for one in house.outside.told(HOOK)] == ["DemandClosed"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_in_whatever_order_the_latest_word_on_a_place_holds(house: House, order: tuple[int, ...]) -> None:
    facts = [opened("dem_1", 2, place="Le Havre"), opened("dem_1", 3, place="Normandie"), closed("dem_1", 4)]
    house.tell(*(facts[number] for number in order))
    newcomer = a_partner("ptn_newcomer")
    house.slice.deliver(recorded("ptn_newcomer", 1, "epci:200084952"))
    endpoint = house.endpoint(HOOK, actor=newcomer)

    shown = house.call("GET", endpoint["id"], "/snapshot", actor=newcomer).body["items"]
    was_told_there = order.index(0) < order.index(1)
    assert [item["type"] for item in shown] == ["DemandClosed"] * was_told_there
