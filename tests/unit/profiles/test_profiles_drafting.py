"""The lender describes volunteers: several at once, all or none, every fault named, one version at a time."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.slices import Slice, a_company
from tests.unit.profiles.volunteers import (
    CERTIFICATE,
    COMMON_SKILL,
    LENDER,
    ROUEN,
    ROUEN_METROPOLIS,
    STRANGER,
    a_welder,
    drafted,
    in_days,
    profiles_slice,
)


@pytest.fixture
def profiles() -> Iterator[Slice]:
    with profiles_slice() as slice_under_test:
        yield slice_under_test


def pointers(answer: Any) -> list[str]:
    return [fault["pointer"] for fault in answer.body["errors"]]


def test_several_volunteers_are_drafted_at_once_each_with_his_preview(profiles: Slice) -> None:
    batch = [a_welder(reference=f"V-{number}") for number in range(20)]

    answer = profiles.call("POST", "/profiles", body={"profiles": batch}, actor=LENDER)

    assert answer.status == 201
    items = answer.body["items"]
    assert len({item["id"] for item in items}) == len({item["person_id"] for item in items}) == 20
    assert {item["state"] for item in items} == {"draft"}
    assert items[0]["preview"]["card"]["area"] == {"level": "epci", "code": ROUEN_METROPOLIS}


def test_one_bad_description_drafts_nobody_and_every_fault_of_every_one_is_named(profiles: Slice) -> None:
    actor = a_company("cmp_careless")
    batch = [
        a_welder(),
        a_welder(occupation="Z9999", skills=[COMMON_SKILL, "999999", COMMON_SKILL]),
        a_welder(available_from=in_days(-1)),
        a_welder(available_from=in_days(30), available_to=in_days(29), municipality="76000"),
    ]

    answer = profiles.call("POST", "/profiles", body={"profiles": batch}, actor=actor)

    assert answer.status == 422
    assert pointers(answer) == [
        "/profiles/1/occupation",
        "/profiles/1/skills/1",
        "/profiles/1/skills/2",
        "/profiles/2/available_from",
        "/profiles/3/municipality",
        "/profiles/3/available_to",
    ]
    assert all(fault["remedy"] for fault in answer.body["errors"])
    assert profiles.call("GET", "/profiles", actor=actor).body["items"] == []


def test_an_unknown_code_is_answered_with_the_nearest_ones(profiles: Slice) -> None:
    answer = profiles.call("POST", "/profiles", body={"profiles": [a_welder(occupation="H2931")]}, actor=LENDER)

    assert "H2913" in answer.body["errors"][0]["remedy"]


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("occupation", "", "/profiles/0/occupation"),
        ("occupation", 12, "/profiles/0/occupation"),
        ("skills", [], "/profiles/0/skills"),
        ("skills", [COMMON_SKILL] * 31, "/profiles/0/skills"),
        ("experience", "7", "/profiles/0/experience"),
        ("municipality", "rouen", "/profiles/0/municipality"),
        ("radius_km", 4, "/profiles/0/radius_km"),
        ("radius_km", 301, "/profiles/0/radius_km"),
        ("radius_km", "40", "/profiles/0/radius_km"),
        ("available_from", "01/02/2027", "/profiles/0/available_from"),
        ("available_from", 1_800_000_000, "/profiles/0/available_from"),
        ("available_from", in_days(800), "/profiles/0/available_from"),
        ("available_to", in_days(1200), "/profiles/0/available_to"),
        ("working_time", "half", "/profiles/0/working_time"),
        ("shifts", [], "/profiles/0/shifts"),
        ("shifts", ["day", "day"], "/profiles/0/shifts/1"),
        ("reference", "Jean Dupont", "/profiles/0/reference"),
        ("reference", "x" * 41, "/profiles/0/reference"),
        ("reference", "jean@example.org", "/profiles/0/reference"),
        ("name", "Jean", "/profiles/0/name"),
    ],
)
def test_bad_input_is_refused_with_its_place_and_without_quoting_it(
    profiles: Slice, field: str, value: object, pointer: str
) -> None:
    answer = profiles.call("POST", "/profiles", body={"profiles": [a_welder(**{field: value})]}, actor=LENDER)

    assert answer.status == 422
    assert any(found == pointer or found.startswith(f"{pointer}/") for found in pointers(answer))
    assert "Dupont" not in answer.text
    assert "jean@example.org" not in answer.text


@pytest.mark.parametrize("count", [0, 21])
def test_a_batch_holds_one_to_twenty(profiles: Slice, count: int) -> None:
    answer = profiles.call("POST", "/profiles", body={"profiles": [a_welder()] * count}, actor=LENDER)

    assert answer.status == 422
    assert pointers(answer) == ["/profiles"]


def test_a_repeated_request_drafts_once(profiles: Slice) -> None:
    actor, body = a_company("cmp_twice"), {"profiles": [a_welder()]}

    first = profiles.call("POST", "/profiles", body=body, actor=actor, key="the-same-key-1")
    second = profiles.call("POST", "/profiles", body=body, actor=actor, key="the-same-key-1")
    other = profiles.call(
        "POST", "/profiles", body={"profiles": [a_welder(radius_km=50)]}, actor=actor, key="the-same-key-1"
    )

    assert second.body == first.body
    assert second.headers["Idempotent-Replayed"] == "true"
    assert other.status == 422
    assert len(profiles.call("GET", "/profiles", actor=actor).body["items"]) == 1


def test_the_preview_shows_what_hosts_see_in_words_and_what_they_do_not(profiles: Slice) -> None:
    draft = drafted(profiles, skills=[COMMON_SKILL, CERTIFICATE])

    preview = profiles.call("GET", f"/profiles/{draft['id']}/preview", actor=LENDER)

    words = {line["field"]: line["values"] for line in preview.body["shown"]}
    assert words["occupation"] == ["Soudeur / Soudeuse"]
    assert words["area"] == ["Métropole Rouen Normandie (intercommunalité)"]
    assert words["skills"] == ["Souder\u00a0: les procédés de base"]
    assert any("Qualifications de soudage" in line for line in preview.body["hidden"])
    assert preview.body["card"]["skills"] == [COMMON_SKILL]
    assert draft["preview"] == preview.body
    for secret in (ROUEN, "V-12", in_days(20), in_days(170), CERTIFICATE):
        assert f'"{secret}"' not in preview.text


def test_the_lender_reads_his_own_words_again_and_what_comes_next(profiles: Slice) -> None:
    draft = drafted(profiles)

    view = profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER)

    assert view.headers["ETag"] == '"1"'
    assert view.body["description"] == a_welder()
    assert (view.body["state"], view.body["waiting_for"]) == ("draft", "submission")


def test_pages_of_a_list_show_each_profile_once(profiles: Slice) -> None:
    actor = a_company("cmp_many")
    drafts = {
        item["id"]
        for _ in range(2)
        for item in profiles.call("POST", "/profiles", body={"profiles": [a_welder()] * 6}, actor=actor).body["items"]
    }

    seen, cursor = [], None
    while True:
        query = {"limit": "5"} | ({"cursor": cursor} if cursor else {})
        page = profiles.call("GET", "/profiles", actor=actor, query=query).body
        seen += [item["id"] for item in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break

    assert sorted(seen) == sorted(drafts)


def test_a_draft_is_described_anew_by_whoever_read_its_last_version(profiles: Slice) -> None:
    draft = drafted(profiles)
    path = f"/profiles/{draft['id']}"

    blind = profiles.call("PUT", path, body=a_welder(radius_km=60), actor=LENDER)
    first = profiles.call("PUT", path, body=a_welder(radius_km=60), actor=LENDER, headers={"If-Match": '"1"'})
    late = profiles.call("PUT", path, body=a_welder(radius_km=70), actor=LENDER, headers={"If-Match": '"1"'})

    assert (blind.status, first.status, late.status) == (428, 200, 412)
    assert first.headers["ETag"] == '"2"'
    assert profiles.call("GET", path, actor=LENDER).body["description"]["radius_km"] == 60


def test_the_same_description_again_makes_no_new_version(profiles: Slice) -> None:
    draft = drafted(profiles)

    again = profiles.call("PUT", f"/profiles/{draft['id']}", body=a_welder(), actor=LENDER, headers={"If-Match": '"1"'})

    assert (again.status, again.headers["ETag"]) == (200, '"1"')


def test_faults_of_a_new_description_are_named_from_its_root(profiles: Slice) -> None:
    draft = drafted(profiles)

    answer = profiles.call(
        "PUT",
        f"/profiles/{draft['id']}",
        body=a_welder(skills=[COMMON_SKILL, "1234567"]),
        actor=LENDER,
        headers={"If-Match": '"1"'},
    )

    assert (answer.status, pointers(answer)) == (422, ["/skills/1"])


def test_another_lender_finds_nothing(profiles: Slice) -> None:
    draft = drafted(profiles)

    assert profiles.call("GET", f"/profiles/{draft['id']}", actor=STRANGER).status == 404
    assert profiles.call("GET", "/profiles", actor=STRANGER).body["items"] == []


def test_drafting_tells_nobody(profiles: Slice) -> None:
    draft = drafted(profiles)
    profiles.call("POST", f"/profiles/{draft['id']}/withdrawal", actor=LENDER)

    assert [envelope for envelope in profiles.envelopes() if envelope.subject == draft["id"]] == []
