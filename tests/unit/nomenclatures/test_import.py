"""Importing: read whole, switched at one instant, told; what was recorded before stays understood."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdk.nomenclatures import switching
from cdk.nomenclatures.switching import import_file, take
from passerelle import clock
from passerelle.nomenclature import load_starter
from passerelle.store import VersionConflict
from passerelle.vocabulary import AHEAD, FRESH, Reader, Shelf
from tests.support.aws import mocked_aws
from tests.support.official import a_small_rome, knowledge, occupation, write_rome
from tests.unit.nomenclatures.shelves import a_changed_rome, a_shelf, everything, in_force, taken

COMMUNES = (
    "code,nom,departement,region,codes_postaux,population,siren,epci,ze2020,latitude,longitude\n"
    "76351,Le Havre,76,28,76600,166058,217603513,200084952,2806,49.49346,0.10785\n"
    "22016,Île-de-Bréhat,22,53,22870,429,212200166,,5308,48.8511,-3.00146\n"
    "97101,Les Abymes,971,01,97139,53000,219711017,249710070,0101,16.27395,3e-05\n"
)
ESCO = (
    "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels\n"
    "Occupation,http://data.europa.eu/esco/occupation/0000-0001,7213,chaudronnier/chaudronnière,"
    '"tôlier-formeur\nouvrier en chaudronnerie"\n'
)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with mocked_aws():
        yield a_shelf()


def test_an_empty_shelf_means_the_starter(shelf: Shelf) -> None:
    assert in_force(shelf) is load_starter()


def test_rome_is_understood_whole(shelf: Shelf, tmp_path: Path) -> None:
    taken(shelf, tmp_path)
    known = in_force(shelf)

    assert known.version.startswith("rome4-v460-")
    assert known.occupation("A1101").titles == ("Tractoriste agricole",)
    assert known.occupation("A1101").core == ("900001",)
    assert known.occupation("A1101").other == ("900005",)
    assert known.skill("900005").rare
    assert known.skill("900003").kind == "savoir_etre"
    assert known.label("trade", "A11") == "Engins agricoles et forestiers"
    assert known.label("family", known.occupation("A1101").family) == "Agriculture"


def test_codes_of_the_starter_are_found_again_under_their_own_words(shelf: Shelf, tmp_path: Path) -> None:
    starter = load_starter()
    taken(shelf, tmp_path)
    known = in_force(shelf)

    for one in starter.occupations:
        assert known.occupation(one.code).label == one.label
        assert set(one.titles) <= set(known.occupation(one.code).titles)
    for skill in starter.skills:
        assert (known.skill(skill.code).name, known.skill(skill.code).certificate) == (skill.name, skill.certificate)
    assert known.skill("100007").synonyms[-1] == "Techniques de soudage"


def test_what_the_publisher_dropped_is_retired_not_lost(shelf: Shelf, tmp_path: Path) -> None:
    taken(shelf, tmp_path)
    fewer = a_changed_rome(lambda tables: [tables[name].pop(2) for name in ("referentiel_code_rome",)])
    fewer["referentiel_appellation"].pop(2)
    fewer["coherence_item"] = fewer["coherence_item"][3:]
    fewer["texte"] = [["H2902", "3", "definition", "1", "Met en forme."]]

    report, _ = taken(shelf, tmp_path, fewer)
    known = in_force(shelf)

    assert report.changes["occupation"]["removed"] == ["A1101"]
    assert known.occupation("A1101").core == ("900001",)
    assert ("occupation", "A1101") in known.retired

    report, _ = taken(shelf, tmp_path)

    assert report.changes["occupation"]["back"] == ["A1101"]
    assert ("occupation", "A1101") not in in_force(shelf).retired


def test_the_report_says_what_changed(shelf: Shelf, tmp_path: Path) -> None:
    taken(shelf, tmp_path)
    changed = a_changed_rome(lambda tables: tables["referentiel_code_rome"].append(occupation("H2999", "Riveteur")))
    changed["referentiel_savoir"][0] = knowledge("900006", "Lecture de plan")
    changed["coherence_item"] = [row for row in changed["coherence_item"] if row[1] != "100007"]
    changed["referentiel_code_rome"][1] = occupation("H2902", "Tôlier / Tôlière")

    report, _ = taken(shelf, tmp_path, changed)

    assert report.changes["occupation"] == {"added": ["H2999"], "back": [], "removed": [], "renamed": ["H2902"]}
    assert report.changes["skill"]["added"] == ["900006"]
    assert "100007" in report.changes["skill"]["removed"]
    assert [json.loads(line)["code"] for line in report.lines() if '"renamed"' in line] == ["H2902"]
    assert "renamed: H2902 Tôlier / Tôlière" in report.summary()


def test_the_same_file_again_changes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    taken(shelf, tmp_path)
    before = everything(shelf)

    taken(shelf, tmp_path)

    assert everything(shelf) == before


def test_places_keep_every_area_that_cards_name(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "communes.csv.gz"
    path.write_bytes(gzip.compress(COMMUNES.encode()))

    take(shelf, path, lambda _: None, timedelta(0))
    known = in_force(shelf)

    assert known.municipality("22016").name == "Île-de-Bréhat"
    assert known.areas("22016")[0].label == "Hors intercommunalité"
    assert known.areas("97101")[3].label == "Les Abymes"
    named = {(kind, getattr(place, kind)) for place in known.municipalities for kind in ("epci", "employment_zone")}
    for place in load_starter().municipalities:
        assert known.municipality(place.code).name == place.name
        assert {("epci", place.epci), ("employment_zone", place.employment_zone)} <= named


def test_an_area_that_nobody_names_any_more_keeps_its_middle(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "communes.csv"
    moved = "".join(
        f"{place.code},{place.name},{place.departement},{place.region},,1,,999000001,{place.employment_zone},49,1\n"
        for place in load_starter().municipalities
    )
    path.write_text(COMMUNES.splitlines(keepends=True)[0] + moved, encoding="utf-8")

    take(shelf, path, lambda _: None, timedelta(0))
    known = in_force(shelf)

    for place in load_starter().municipalities:
        (kept,) = [one for one in known.municipalities if one.epci == place.epci]
        assert ("municipality", kept.code) in known.retired
        assert known.label("epci", place.epci) == load_starter().label("epci", place.epci)


def test_esco_lends_its_wordings_where_it_means_one_occupation(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "occupations_fr.csv"
    path.write_text(ESCO, encoding="utf-8-sig")
    taken(shelf, tmp_path)

    take(shelf, path, lambda _: None, timedelta(0))
    known = in_force(shelf)

    assert {"tôlier-formeur", "ouvrier en chaudronnerie"} <= set(known.occupation("H2902").titles)
    assert "CC BY 4.0" in known.licence
    assert known.version.startswith("rome4-v460-")


def test_everybody_switches_at_the_same_instant(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.now()
    readers = {late: Reader(shelf) for late in range(0, 60, 7)}
    present = start

    def travel(seconds: float) -> None:
        nonlocal present
        present = start + timedelta(seconds=seconds)

    monkeypatch.setattr(clock, "now", lambda: present)
    for late, reader in readers.items():
        travel(late - 59)
        reader.edition()
    travel(0)
    _, switch = taken(shelf, tmp_path, ahead=AHEAD)

    assert AHEAD > FRESH
    for second in range(int(AHEAD.total_seconds())):
        travel(second)
        assert {reader.edition() for reader in readers.values()} == {None}
    travel(AHEAD.total_seconds())
    assert {reader.edition() for reader in readers.values()} == {switch.edition}


def test_two_operators_at_once_do_not_undo_each_other(shelf: Shelf, tmp_path: Path) -> None:
    seen = shelf.switch()
    _, switch = taken(shelf, tmp_path)

    with pytest.raises(VersionConflict):
        shelf.turn(seen, None, clock.now())

    assert shelf.switch() == switch


def test_an_edition_is_not_replaced_before_it_holds(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever read of it in between would go over to it, and back, while others never hear of it."""
    _, first = taken(shelf, tmp_path, ahead=AHEAD)
    changed = a_changed_rome(lambda tables: tables["referentiel_code_rome"].append(occupation("H2999", "Riveteur")))

    with pytest.raises(VersionConflict, match=r"holds in [56]\d s only"):
        taken(shelf, tmp_path, changed)

    assert shelf.switch() == first
    monkeypatch.setattr(clock, "now", lambda: first.since)
    _, second = taken(shelf, tmp_path, changed)
    assert (second.before, second.at(first.since)) == (first.edition, second.edition)


def test_the_search_index_is_filled_anew_where_places_moved_and_only_then(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    filled: list[str] = []
    pauses: list[float] = []
    real = clock.now

    def rebuild(stage: str, _: object) -> int:
        filled.append(stage)
        return 1

    monkeypatch.setattr(switching, "shelf_of", lambda _: shelf)
    monkeypatch.setattr(switching, "rebuild", rebuild)
    monkeypatch.setattr(switching.time, "sleep", pauses.append)
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=sum(pauses)))
    communes, named = tmp_path / "communes.csv", tmp_path / "epci.csv"
    communes.write_text(COMMUNES, encoding="utf-8")
    named.write_text("code,nom\n200084952,Le Havre Seine Métropole\n", encoding="utf-8")
    rome = write_rome(tmp_path / "rome.zip", a_small_rome())

    codes = [import_file("local", path, sys.stdout) for path in (rome, named, communes, communes)]

    assert filled == ["local"]
    assert codes == [0, 0, 1, 0]
    assert [round(pause / 10) for pause in pauses] == [6, 6, 6]
    assert "every function has switched" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_told_before_anything_changes(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(switching, "shelf_of", lambda _: shelf)
    before = everything(shelf)
    rome = write_rome(tmp_path / "rome.zip", a_small_rome())

    assert import_file("local", rome, sys.stdout, report=tmp_path / "nowhere" / "changes.jsonl") == 1

    assert "cannot be written" in capsys.readouterr().err
    assert everything(shelf) == before


def test_an_artefact_that_is_not_whole_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    import boto3

    from tests.support.slices import EDITIONS

    _, switch = taken(shelf, tmp_path)
    assert switch.edition
    boto3.client("s3").put_object(Bucket=EDITIONS, Key=f"editions/{switch.edition.tables}", Body=b"other")

    with pytest.raises(ValueError, match="not whole"):
        in_force(shelf)


def test_the_command_says_when_a_stage_is_not_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_rome(tmp_path / "rome.zip", a_small_rome())
    with (tmp_path / "out").open("w") as out:
        assert import_file("prod", path, out) == 2

    assert "no stage 'prod'" in capsys.readouterr().err


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.sampled_from(["A1101", "H2901", "H2902"]), min_size=1), st.integers(0, 3))
def test_no_code_is_ever_lost(tmp_path: Path, kept: set[str], without: int) -> None:
    """Whatever the next version drops, every code of the one before is still understood, labels and areas too."""
    tables = a_small_rome()
    for name, column in (
        ("referentiel_code_rome", 0),
        ("referentiel_appellation", 3),
        ("coherence_item", 0),
        ("texte", 0),
    ):
        tables[name] = [row for row in tables[name] if row[column] in kept]
    tables["texte"].append([min(kept), "3", "definition", "9", f"Version {without}."])
    for name in ("referentiel_appellation", "coherence_item"):
        if not tables[name]:
            return
    with mocked_aws():
        shelf = a_shelf()
        taken(shelf, tmp_path)
        before = in_force(shelf)
        taken(shelf, tmp_path, tables)
        after = in_force(shelf)

        for kind, labels in before.labels.items():
            assert labels.keys() <= after.labels[kind].keys(), kind
        for one in before.occupations:
            assert after.skills_of(one.code) or not before.skills_of(one.code)
