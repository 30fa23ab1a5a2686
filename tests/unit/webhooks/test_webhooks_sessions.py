"""Sessions are told at once to every partner whose programmes and territories hold them, by id and kind alone."""

from datetime import date
from typing import Any

from passerelle.contracts import Envelope
from passerelle.contracts.sessions import SessionEnded, SessionOpened
from tests.unit.webhooks.conftest import HERE, OTHER_PARTNER, House, a_partner, recorded, told

HOOK = "https://partenaire.example/passerelle"
OTHER_HOOK = "https://ailleurs.example/passerelle"
LE_HAVRE, ROUEN_METROPOLIS, LE_HAVRE_METROPOLIS = "76351", "epci:200023414", "epci:200084952"


def offered(sequence: int = 1, session_id: str = "ses_1", **other: Any) -> Envelope:
    day = date(2027, 2, 1)
    event = SessionOpened(
        session_id=session_id,
        kind="shared_training",
        starts_on=day,
        ends_on=day,
        municipality=LE_HAVRE,
        occupations=("H2913",),
        places=12,
        places_left=11 - sequence,
        register_until=day,
    )
    return told(event, session_id, sequence, territory="76", **other)


def ended(sequence: int = 3, session_id: str = "ses_1", **other: Any) -> Envelope:
    event = SessionEnded(session_id=session_id, outcome="cancelled", registered=("cmp_guest",))
    return told(event, session_id, sequence, **other)


def test_a_session_is_told_at_once_with_its_id_and_kind_and_nothing_else(house: House) -> None:
    house.endpoint(HOOK)

    house.tell(offered(1), offered(2), ended(3))

    said = [message.said for message in house.outside.told(HOOK)]
    assert [(one["type"], one["sequence"], one["data"]) for one in said] == [
        ("SessionOpened", 1, {"session_id": "ses_1", "kind": "shared_training"}),
        ("SessionOpened", 2, {"session_id": "ses_1", "kind": "shared_training"}),
        ("SessionEnded", 3, {"session_id": "ses_1", "outcome": "cancelled"}),
    ]
    assert "cmp_" not in str(said)


def test_a_partner_is_told_of_sessions_within_its_territory_and_of_their_end(house: House) -> None:
    house.slice.deliver(recorded(HERE, 2, LE_HAVRE_METROPOLIS), recorded(OTHER_PARTNER, 2, ROUEN_METROPOLIS))
    house.endpoint(HOOK)
    house.endpoint(OTHER_HOOK, actor=a_partner(OTHER_PARTNER))

    house.tell(ended(3, "ses_late"), offered(1, "ses_late"), offered(), ended(2))

    assert sorted(message.said["subject"] for message in house.outside.told(HOOK)) == [
        "ses_1",
        "ses_1",
        "ses_late",
        "ses_late",
    ]
    assert house.outside.told(OTHER_HOOK) == []


def test_filters_by_type_programme_and_department_hold_for_sessions(house: House) -> None:
    wanted = [{"types": ["SessionEnded"]}, {"programmes": ["placement"]}, {"territories": ["27"]}]
    hooks = [house.endpoint(f"{HOOK}/{number}", wanted=one)["url"] for number, one in enumerate(wanted)]
    here = house.endpoint(HOOK, wanted={"territories": ["76"], "types": ["SessionOpened"]})

    house.tell(offered(), ended(2), offered(1, "ses_placement", programme="placement"))

    assert [[message.said["subject"] for message in house.outside.told(hook)] for hook in hooks] == [
        ["ses_1"],
        ["ses_placement"],
        [],
    ]
    assert [message.said["subject"] for message in house.outside.told(here["url"])] == ["ses_1", "ses_placement"]


def test_the_snapshot_holds_the_latest_of_each_session(house: House) -> None:
    endpoint = house.endpoint(HOOK, wanted={"types": ["SessionOpened"]})
    house.tell(offered(2), offered(1), ended(3, "ses_2"), offered(1, "ses_2"))

    items = house.call("GET", endpoint["id"], "/snapshot").body["items"]

    assert {item["subject"]: (item["type"], item["sequence"]) for item in items} == {
        "ses_1": ("SessionOpened", 2),
        "ses_2": ("SessionEnded", 3),
    }


def test_partners_who_are_not_of_the_programme_are_told_nothing(house: House) -> None:
    house.slice.deliver(recorded(HERE, 2, programmes=("lending",)))
    house.endpoint(HOOK)

    house.tell(offered(1, programme="placement"), ended(2, programme="placement"))

    assert house.outside.told(HOOK) == []
