"""The operator imports official editions by his command, while people go on reading, searching, writing, deciding."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from passerelle.nomenclature import load_starter
from tests.support.editions import (
    NEW_TRADE,
    RENAMED,
    RENAMED_TRADE,
    RETIRED_TRADE,
    Seen,
    dropped_skill,
    ids,
    switched,
)
from tests.support.world import set_aside

pytestmark = pytest.mark.timeout(300)

BARE_CODE = re.compile(r"\b(\d{6}|[A-N]\d{4})\b")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with switched(tmp_path_factory.mktemp("editions")) as seen:
        yield seen


def test_a_broken_file_is_told_by_its_line_and_changes_nothing(seen: Seen) -> None:
    for name, (said, unchanged) in seen.refused.items():
        assert (said.code, said.out, unchanged) == (1, "", True), name
        assert "nothing was changed" in said.err
    assert "cut.zip" in seen.refused["cut.zip"][0].err
    assert "unix_referentiel_code_rome_v460_utf8.csv, line 3: code_rome 'Z99'" in seen.refused["broken.zip"][0].err
    assert "places.csv, line 6: epci 'rouen'" in seen.refused["places.csv"][0].err


def test_the_operator_is_told_what_changed_and_when_it_holds(seen: Seen) -> None:
    said = seen.imported["rome"].said
    changes = {one["code"]: (one["change"], one["after"]) for one in seen.report if one["kind"] == "occupation"}

    assert said.code == 0
    assert changes[NEW_TRADE][0] == "added"
    assert changes[RETIRED_TRADE] == ("removed", load_starter().occupation(RETIRED_TRADE).label)
    assert changes[RENAMED_TRADE] == ("renamed", RENAMED)
    assert f"renamed: {RENAMED_TRADE} {RENAMED}" in said.out
    assert "every function switches in 60 s" in said.err
    assert "every function has switched" in said.err
    assert "index" not in said.err


def test_every_process_switches_at_the_instant_that_was_written(seen: Seen) -> None:
    since, meanwhile = seen.imported["rome"].switch.since, seen.imported["rome"].meanwhile
    old, new = seen.before["version"], seen.after["version"]
    expected = {"version": (old, new), "version_too": (old, new), "old_codes": (201, 201), "new_codes": (422, 201)}

    assert (old, new[:11]) == (load_starter().version, "rome4-v460-")
    for name, (before, after) in expected.items():
        glances = meanwhile[name]
        assert {one.answer for one in glances if one.heard < since} == {before}, name
        assert {one.answer for one in glances if one.asked >= since} == {after}, name
        assert {one.answer for one in glances} == {before, after}, name


def test_a_combination_is_of_one_edition_whole_at_the_very_instant_of_the_switch(seen: Seen) -> None:
    since, meanwhile = seen.imported["rome"].switch.since, seen.imported["rome"].meanwhile
    glances = (*meanwhile["combination"], *meanwhile["combination_too"])
    before, after = (json.loads(meanwhile["combination"][at].answer) for at in (0, -1))

    assert [trades(one) for one in (before, after)] == [{load_starter().occupation(RENAMED_TRADE).label}, {RENAMED}]
    assert before["text"] == after["text"]
    assert {one.answer for one in glances if one.heard < since} == {json.dumps(before)}
    assert {one.answer for one in glances if one.asked >= since} == {json.dumps(after)}
    assert {one.answer for one in glances} == {json.dumps(before), json.dumps(after)}


def trades(combination: Any) -> set[str]:
    """The trades of those who cover a demand together, as they are called."""
    return {loan["match"]["profile"]["occupation"]["label"] for loan in combination["loans"]}


def test_nobody_is_missed_while_editions_are_switched_and_the_index_is_filled_anew(seen: Seen) -> None:
    always = {volunteer.profile_id for volunteer in seen.people[:2]}

    for name in ("rome", "places"):
        glances = seen.imported[name].meanwhile["matches"]
        assert [(one.asked, one.heard, always - one.answer) for one in glances if not always <= one.answer] == []
    assert seen.posted_meanwhile
    assert all(always <= found for found in seen.posted_meanwhile)
    assert {volunteer.profile_id for volunteer in seen.people} <= seen.found_at_last


def test_what_was_made_with_the_starter_reads_as_before(seen: Seen) -> None:
    before, after = seen.before, seen.after

    assert after["demand"] == before["demand"]
    assert after["profile"]["id"] == before["profile"]["id"]
    assert ids({"items": before["matches"]}) < ids({"items": after["matches"]})
    assert len(after["offers"]) > len(before["offers"]) > 0


def test_matches_are_explained_in_french_by_retired_codes_too(seen: Seen) -> None:
    starter, dropped = load_starter(), dropped_skill(seen)
    match = next(one for one in seen.after["matches"] if one["profile_id"] == seen.people[0].profile_id)
    must = next(one for one in match["criteria"] if one["name"] == "must_skills")

    assert {"code": dropped, "label": starter.skill(dropped).name} in must["met"]
    assert starter.skill(dropped).name in must["text"]
    assert match["profile"]["occupation"] == {"code": RENAMED_TRADE, "label": RENAMED}
    assert seen.after["offers"][0]["demand"]["occupation"]["label"] == starter.occupation(RETIRED_TRADE).label
    for item in (*seen.after["matches"], *seen.after["offers"]):
        assert not any(BARE_CODE.search(one["text"]) for one in item["criteria"])


def test_a_list_under_way_goes_on_or_is_begun_again(seen: Seen) -> None:
    matches, occupations = seen.turned_page["matches"], seen.turned_page["occupations"]

    assert matches.status_code == 400
    assert "nomenclature has changed" in matches.json()["detail"]
    assert occupations.status_code == 200
    assert occupations.json()["version"] == seen.after["version"]


def test_a_volunteer_agrees_to_the_words_that_he_has_read(seen: Seen) -> None:
    refused, agreed = seen.decided_late

    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "text-changed")
    assert agreed.status_code == 200


def test_new_codes_are_matched_like_others(seen: Seen) -> None:
    driver, matches = seen.with_new_codes

    assert matches[0]["profile_id"] == driver
    assert matches[0]["profile"]["occupation"]["label"] == "Conducteur / Conductrice d'engins agricoles"
    assert "Conduire un engin agricole" in matches[0]["criteria"][0]["text"]


def test_whoever_comes_into_reach_where_places_moved_is_found(seen: Seen) -> None:
    said = seen.imported["places"].said

    assert said.code == 0, said.err
    assert "places moved: the search index is filled anew" in said.err
    assert "in use, instead of" in said.out
    assert {volunteer.profile_id for volunteer in seen.people} <= ids({"items": seen.far_away})


def test_suggestions_follow_the_edition_and_going_back_is_importing_the_earlier_file(seen: Seen) -> None:
    offered = {edition: NEW_TRADE in codes for edition, codes in seen.suggested.items()}

    assert offered == {"starter": False, "rome": True, "later": False, "back": True}
    assert "back: A1101" in seen.imported["back"].said.out
    assert seen.imported["back"].switch.number == 4


def test_nothing_failed_and_nothing_was_set_aside(seen: Seen) -> None:
    assert [(one.url, one.text) for one in seen.heard if one.status_code >= 500] == []
    assert set_aside(seen.player) == {}
    assert seen.player.cloud.recorder.used_but_not_granted() == []
