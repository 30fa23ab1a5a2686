"""Whoever acts where a thing ever was is told of its end, wherever it is by then; nobody else is."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from functions.webhooks.model.deliveries import KEPT, Answer
from passerelle.contracts import Envelope
from passerelle.contracts.cards import ExperienceBand, ProfileCard, Shift, WorkingTime
from passerelle.contracts.profiles import ProfilePublished, ProfileWithdrawn
from tests.unit.webhooks.conftest import AREAS, HERE, House, a_partner, closed, ended, opened, recorded, told
from tests.unit.webhooks.test_webhooks_feed import all_of, state_of
from tests.unit.webhooks.test_webhooks_sessions import ended as session_ended
from tests.unit.webhooks.test_webhooks_sessions import offered

HOOK = "https://partenaire.example/passerelle"
LE_HAVRE = "epci:200084952"


def near(house: House, **other: Any) -> dict[str, Any]:
    """The endpoint of an organisation that acts in Le Havre alone."""
    house.slice.deliver(recorded(HERE, 2, LE_HAVRE))
    return house.endpoint(HOOK, **other)


def heard(house: House) -> list[tuple[str, int]]:
    return [(one.said["type"], one.said["sequence"]) for one in house.outside.told(HOOK)]


def coarser(demand_id: str = "dem_1", sequence: int = 3) -> Envelope:
    return opened(demand_id, sequence, place="Normandie")


OPENED, CLOSED = ("DemandOpened", 2), ("DemandClosed", 4)


def test_the_end_of_what_became_coarser_is_told_to_whoever_was_told_of_its_beginning(house: House) -> None:
    endpoint = near(house)

    house.tell(opened("dem_1", 2, place="Le Havre"))
    house.tell(coarser())
    house.tell(end := closed("dem_1", 4))
    house.pass_time(timedelta(minutes=2))

    said = house.outside.told(HOOK)[-1].said
    assert heard(house) == [OPENED, CLOSED]
    assert (said["id"], said["data"], said["territory"]) == (end.id, {"demand_id": "dem_1", "outcome": "filled"}, None)
    assert sorted(one["sequence"] for one in all_of(house, endpoint, "/feed")[0]) == [2, 4]
    assert [one["sequence"] for one in all_of(house, endpoint, "/snapshot")[0]] == [4]
    detail = house.call("GET", endpoint["id"], f"/deliveries/{end.id}")
    assert (detail.status, detail.body["state"]) == (200, "delivered")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_in_whatever_order_they_come_who_hears_of_the_beginning_hears_of_the_end(
    house: House, order: tuple[int, ...]
) -> None:
    endpoint = near(house)
    facts = [opened("dem_1", 2, place="Le Havre"), coarser(), closed("dem_1", 4)]

    for number in order:
        house.tell(facts[number])
        house.tell(facts[number])
    house.pass_time(timedelta(minutes=2))

    known = set(heard(house))
    assert known in (set(), {OPENED, CLOSED})
    assert (known == set()) == (order.index(1) < order.index(0)), "it was coarse before the beginning came"
    assert len(heard(house)) == len(known)
    assert {(one["type"], one["sequence"]) for one in all_of(house, endpoint, "/feed")[0]} == known


def test_while_it_is_coarser_and_open_nothing_of_it_is_shown_or_told(house: House) -> None:
    endpoint = near(house)
    house.tell(opened("dem_1", 2, place="Le Havre"), coarser())
    house.tell(coarser(sequence=5))

    assert heard(house) == [OPENED]
    assert all_of(house, endpoint, "/snapshot")[0] == []


def test_what_is_rebuilt_from_the_feed_is_what_the_snapshot_says_of_all_that_has_ended(house: House) -> None:
    endpoint = near(house)
    for number in range(5):
        house.tell(opened(f"dem_{number}", 2, place="Le Havre"))
    for number in (0, 1, 2):
        house.tell(coarser(f"dem_{number}"))
    for number in (1, 2, 3):
        house.tell(closed(f"dem_{number}", 4))
    house.pass_time(timedelta(minutes=2))

    rebuilt = state_of(all_of(house, endpoint, "/feed")[0])
    shown = state_of(all_of(house, endpoint, "/snapshot")[0])

    assert {name: one["type"] for name, one in rebuilt.items()} == {
        "dem_0": "DemandOpened",
        "dem_1": "DemandClosed",
        "dem_2": "DemandClosed",
        "dem_3": "DemandClosed",
        "dem_4": "DemandOpened",
    }
    assert shown == {name: one for name, one in rebuilt.items() if name != "dem_0"}


def test_long_after_the_beginning_was_told_and_forgotten_its_end_is_told(house: House) -> None:
    near(house)
    house.tell(opened("dem_1", 2, place="Le Havre"))
    house.time += KEPT + timedelta(days=10)
    forget_what_is_past_its_term(house)

    house.tell(coarser())
    house.tell(closed("dem_1", 4))

    assert heard(house) == [OPENED, CLOSED]


def test_what_has_ended_leaves_the_snapshot_with_the_feed_and_what_began_again_stays(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    house.tell(opened("dem_open"), opened("dem_closed"), closed("dem_closed"))
    house.tell(offered(1), session_ended(2), offered(3))
    before = all_of(house, endpoint, "/snapshot")[0]

    house.time += KEPT + timedelta(days=10)
    forget_what_is_past_its_term(house)

    assert {one["subject"] for one in before} == {"dem_open", "dem_closed", "ses_1"}
    assert {one["subject"] for one in all_of(house, endpoint, "/snapshot")[0]} == {"dem_open", "ses_1"}


def forget_what_is_past_its_term(house: House) -> None:
    """What DynamoDB does by itself."""
    table = house.slice.handler.wire().table
    for row in house.slice.rows():
        if int(row.get("expires_at", {"N": "99999999999"})["N"]) < house.time.timestamp():
            table._client.delete_item(TableName=table.name, Key={"pk": row["pk"], "sk": row["sk"]})
    assert not any("#entry#" in row["pk"]["S"] for row in house.slice.rows())


def test_who_learnt_of_it_from_the_snapshot_is_told_of_its_end_by_every_way(house: House) -> None:
    house.tell(opened("dem_1", 2, place="Le Havre"))
    endpoint = near(house)
    first = house.call("GET", endpoint["id"], "/snapshot").body

    house.tell(coarser())
    house.tell(closed("dem_1", 4))
    house.pass_time(timedelta(minutes=2))

    assert [one["sequence"] for one in first["items"]] == [2]
    assert heard(house) == [CLOSED]
    assert [one["sequence"] for one in all_of(house, endpoint, "/feed", cursor=first["feed_cursor"])[0]] == [4]
    assert [one["sequence"] for one in all_of(house, endpoint, "/snapshot")[0]] == [4]


def test_who_comes_after_it_became_coarser_is_told_its_id_and_outcome_and_nothing_before(house: House) -> None:
    house.tell(opened("dem_1", 2, place="Le Havre"), coarser())
    endpoint = near(house)
    before = all_of(house, endpoint, "/snapshot")[0]

    house.tell(closed("dem_1", 4))

    (said,) = [one.said for one in house.outside.told(HOOK)]
    assert before == []
    assert (said["type"], said["data"]) == ("DemandClosed", {"demand_id": "dem_1", "outcome": "filled"})
    assert (said["territory"], all_of(house, endpoint, "/snapshot")[0]) == (None, [said])


def test_who_acts_where_it_never_was_is_told_of_no_end(house: House) -> None:
    house.slice.deliver(recorded(HERE, 2, "epci:200023414"))
    endpoint = house.endpoint(HOOK)

    house.tell(opened("dem_1", 2, place="Le Havre"), coarser())
    house.tell(closed("dem_1", 4))

    assert heard(house) == []
    assert all_of(house, endpoint, "/snapshot")[0] == []


def test_the_end_of_what_was_in_two_departments_reaches_who_asks_for_either(house: House) -> None:
    for number, code in enumerate(("76", "27")):
        house.endpoint(f"{HOOK}/{number}", wanted={"territories": [code]})

    house.tell(opened("dem_1", 2, place="76"), opened("dem_1", 3, place="27"))
    house.tell(end := closed("dem_1", 4))

    assert [house.outside.ids(f"{HOOK}/{number}")[-1] for number in (0, 1)] == [end.id, end.id]


def test_what_is_kept_of_a_thing_does_not_grow_with_the_endpoints_that_are_told(house: House) -> None:
    def kept() -> int:
        return len(house.slice.handler.wire().webhooks.resource("dem_1").value.model_dump_json())

    house.tell(opened("dem_1", 2))
    alone = kept()
    for number in range(5):
        house.endpoint(f"{HOOK}/{number}")
    house.tell(opened("dem_1", 3))

    assert kept() == alone


@pytest.mark.parametrize(
    ("wanted", "known"),
    [
        ({"types": ["DemandOpened"]}, [OPENED]),
        ({"types": ["DemandClosed"]}, [CLOSED]),
        ({"territories": ["76"]}, [OPENED, CLOSED]),
        ({"territories": ["27"]}, []),
        ({"programmes": ["placement"]}, []),
    ],
)
def test_the_filters_hold_for_the_end_as_well(
    house: House, wanted: dict[str, list[str]], known: list[tuple[str, int]]
) -> None:
    near(house, wanted=wanted)

    house.tell(opened("dem_1", 2, place="Le Havre"), coarser())
    house.tell(closed("dem_1", 4))

    assert heard(house) == known


def test_a_remit_that_was_narrowed_meanwhile_holds_for_the_end_as_for_the_beginning(house: House) -> None:
    endpoint = near(house)
    house.tell(opened("dem_1", 2, place="Le Havre"), coarser())
    house.slice.deliver(recorded(HERE, 3, "department:27"))

    house.tell(closed("dem_1", 4))
    house.pass_time(timedelta(minutes=2))

    assert heard(house) == [OPENED]
    assert all_of(house, endpoint, "/feed")[0] == all_of(house, endpoint, "/snapshot")[0] == []


def test_an_ended_partner_is_told_of_no_end(house: House) -> None:
    endpoint = near(house)
    house.tell(opened("dem_1", 2, place="Le Havre"), coarser())
    house.slice.deliver(ended(HERE, 3))

    house.tell(closed("dem_1", 4))
    house.pass_time(timedelta(minutes=10), times=3)

    assert heard(house) == [OPENED]
    assert all_of(house, endpoint, "/feed")[0] == all_of(house, endpoint, "/snapshot")[0] == []


def test_an_end_that_failed_is_tried_again_and_replayed_under_its_id(house: House) -> None:
    endpoint = near(house)
    since = house.time.isoformat()
    house.tell(opened("dem_1", 2, place="Le Havre"), coarser())
    house.outside.answer(HOOK, Answer(status=500))
    house.tell(end := closed("dem_1", 4))
    house.outside.answer(HOOK, None)
    house.pass_time(times=3)
    tried = house.outside.ids(HOOK).count(end.id)

    house.call("POST", endpoint["id"], "/replay", body={"since": since})
    house.pass_time(times=3)
    resent = house.call("POST", endpoint["id"], f"/deliveries/{end.id}/resend").status
    house.pass_time(times=2)

    assert (tried, resent) == (2, 202)
    assert house.outside.ids(HOOK).count(end.id) == 4
    assert {number for _, number in heard(house)} == {2, 4}


def test_the_withdrawal_of_a_profile_that_became_coarser_is_told_with_its_batch(house: House) -> None:
    endpoint = near(house)
    house.tell(published(2, "Le Havre"))
    house.pass_time(timedelta(days=1))
    house.tell(published(3, "Normandie"), told(ProfileWithdrawn(profile_id="prf_1"), "prf_1", 4))
    house.pass_time(timedelta(days=1))
    house.pass_time(timedelta(minutes=2))

    assert heard(house) == [("ProfilePublished", 2), ("ProfileWithdrawn", 4)]
    assert [one["sequence"] for one in all_of(house, endpoint, "/snapshot")[0]] == [4]


def published(sequence: int, place: str) -> Envelope:
    card = ProfileCard(
        occupation="H2909",
        skills=(),
        experience=ExperienceBand.FROM_3_TO_5,
        area=AREAS[place],
        radius_km=30,
        available_from="2027-01",
        available_to="2027-04",
        working_time=WorkingTime.FULL_TIME,
        shifts=(Shift.DAY,),
    )
    return told(ProfilePublished(profile_id="prf_1", person_id="per_1", card=card), "prf_1", sequence)


def test_another_endpoint_of_the_same_organisation_is_told_of_the_end_too(house: House) -> None:
    near(house)
    house.tell(opened("dem_1", 2, place="Le Havre"), coarser())
    late = house.endpoint("https://partenaire.example/second", actor=a_partner())

    house.tell(closed("dem_1", 4))

    assert heard(house) == [OPENED, CLOSED]
    assert [one.said["sequence"] for one in house.outside.told("https://partenaire.example/second")] == [4]
    assert [one["sequence"] for one in all_of(house, late, "/snapshot")[0]] == [4]
