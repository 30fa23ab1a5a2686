"""What was recorded with one nomenclature is read, changed and matched with the next; all slices change at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from passerelle import clock
from passerelle.nomenclature import load_starter
from passerelle.vocabulary import AHEAD, FRESH, Shelf
from tests.support.official import a_small_rome
from tests.support.slices import Slice, a_company, a_slice
from tests.unit.nomenclatures.shelves import a_shelf, taken
from tests.unit.profiles.volunteers import COMMON_SKILL, LENDER, a_welder, drafted, profiles_slice

NEW_OCCUPATION, NEW_SKILL = "A1101", "900001"


@pytest.fixture
def profiles() -> Iterator[Slice]:
    with profiles_slice() as running:
        yield running


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the clock run on until every process has read the switch again."""
    passed = timedelta(0)
    real = clock.now

    def run_on() -> None:
        nonlocal passed
        passed += FRESH

    monkeypatch.setattr(clock, "now", lambda: real() + passed)
    return run_on


def imported(folder: Path, later: Any, shelf: Shelf | None = None, without: str = "") -> Shelf:
    shelf = shelf or a_shelf()
    tables = a_small_rome()
    for name, column in (
        ("referentiel_code_rome", 0),
        ("referentiel_appellation", 3),
        ("coherence_item", 0),
        ("texte", 0),
    ):
        tables[name] = [row for row in tables[name] if row[column] != without]
    tables["texte"].append(["H2901", "3", "definition", "1", f"Ajuste. {without}"])
    taken(shelf, folder, tables)
    later()
    return shelf


def test_a_profile_of_the_starter_is_found_again(profiles: Slice, tmp_path: Path, later: Any) -> None:
    before = drafted(profiles)
    card = profiles.call("GET", f"/profiles/{before['id']}", actor=LENDER)

    imported(tmp_path, later)
    after = profiles.call("GET", f"/profiles/{before['id']}", actor=LENDER)

    assert after.body == card.body
    changed = profiles.call(
        "PUT",
        f"/profiles/{before['id']}",
        body=a_welder(radius_km=10),
        actor=LENDER,
        headers={"If-Match": after.headers["ETag"]},
    )
    assert changed.status == 200, changed.text


def test_a_new_code_is_taken_from_the_switch_on(profiles: Slice, tmp_path: Path, later: Any) -> None:
    described = a_welder(occupation=NEW_OCCUPATION, skills=[NEW_SKILL])
    body = {"profiles": [described]}
    assert profiles.call("POST", "/profiles", body=body, actor=LENDER).status == 422

    imported(tmp_path, later)

    assert profiles.call("POST", "/profiles", body=body, actor=LENDER).status == 201


def test_a_profile_with_a_retired_code_is_still_read_and_changed(profiles: Slice, tmp_path: Path, later: Any) -> None:
    shelf = imported(tmp_path, later)
    draft = drafted(profiles, occupation=NEW_OCCUPATION, skills=[NEW_SKILL, COMMON_SKILL])

    imported(tmp_path, later, shelf, without=NEW_OCCUPATION)

    answer = profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER)
    assert answer.status == 200
    changed = profiles.call(
        "PUT",
        f"/profiles/{draft['id']}",
        body=a_welder(occupation=NEW_OCCUPATION, skills=[NEW_SKILL]),
        actor=LENDER,
        headers={"If-Match": answer.headers["ETag"]},
    )
    assert changed.status == 200, changed.text


def test_the_vocabulary_offers_what_is_in_force_and_nothing_retired(tmp_path: Path, later: Any) -> None:
    with a_slice("vocabulary") as vocabulary:

        def found(question: str) -> list[str]:
            answer = vocabulary.call("GET", "/vocabulary/occupations", query={"q": question})
            return [each["code"] for each in answer.body["items"]]

        assert NEW_OCCUPATION not in found("tractoriste")
        shelf = imported(tmp_path, later)
        assert found("tractoriste")[0] == NEW_OCCUPATION
        assert found("chaudronnière")[0] == "H2902"
        assert vocabulary.call("GET", "/vocabulary").body["version"].startswith("rome4-v460-")

        imported(tmp_path, later, shelf, without=NEW_OCCUPATION)

        assert NEW_OCCUPATION not in found("tractoriste")
        listed = vocabulary.call("GET", "/vocabulary/occupations", query={"limit": "100"}).body["items"]
        assert NEW_OCCUPATION not in [each["code"] for each in listed]
        assert vocabulary.call("GET", f"/vocabulary/occupations/{NEW_OCCUPATION}").status == 200


def test_who_starts_at_the_very_switch_answers_from_one_edition(
    tmp_path: Path, later: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading an edition takes a second; the instant of the next one may fall into it."""
    with a_slice("vocabulary") as vocabulary:
        shelf = imported(tmp_path, later, without=NEW_OCCUPATION)
        _, switch = taken(shelf, tmp_path, ahead=AHEAD)
        present, fetch = switch.since - timedelta(milliseconds=1), Shelf.fetch

        def fetched(reading: Shelf, digest: str) -> bytes:
            nonlocal present
            present = switch.since
            return fetch(reading, digest)

        monkeypatch.setattr(clock, "now", lambda: present)
        monkeypatch.setattr(Shelf, "fetch", fetched)
        answers = [vocabulary.call("GET", "/vocabulary/occupations", query={"q": "tractoriste"}) for _ in range(2)]

        assert [answer.status for answer in answers] == [200, 200]
        assert [NEW_OCCUPATION in answer.text for answer in answers] == [False, True]
        assert [switch.edition.name == answer.body["version"] for answer in answers if switch.edition] == [False, True]


def test_one_import_serves_every_slice_that_reads_codes(profiles: Slice, tmp_path: Path, later: Any) -> None:
    with a_slice("demands") as demands:
        need = {
            "occupation": NEW_OCCUPATION,
            "must_skills": [NEW_SKILL],
            "experience": "3-5",
            "municipality": "76540",
            "start_date": (clock.today() + timedelta(days=40)).isoformat(),
            "end_date": (clock.today() + timedelta(days=120)).isoformat(),
            "working_time": "full_time",
            "shift": "day",
            "headcount": 1,
        }
        host = a_company("cmp_host")
        assert demands.call("POST", "/demands", body=need, actor=host).status == 422

        imported(tmp_path, later)

        assert demands.call("POST", "/demands", body=need, actor=host).status == 201
        assert load_starter().version == "rome4-v460-starter-1"
