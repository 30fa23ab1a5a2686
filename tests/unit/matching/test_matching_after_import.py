"""Cards that were indexed with one nomenclature are recalled, ranked and explained with the next."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cdk.index_cli import rebuild
from cdk.nomenclatures.switching import take
from functions.matching.logic.showing import Showing
from passerelle import clock
from passerelle.vocabulary import AHEAD, FRESH
from tests.support.official import a_small_rome, occupation
from tests.support.slices import Reply, Slice, a_company
from tests.unit.matching.told import HOST, LENDER, activated, opened, published
from tests.unit.matching.trades import ROUEN, a_car_fitter, a_fitter_is_wanted, a_place
from tests.unit.nomenclatures.shelves import a_shelf, taken


def test_who_was_found_before_the_import_is_found_after(
    matching: Slice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ROME of this import is so small that it retires nearly every code of the cards."""
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    path = "/matching/demands/dem_fitter/matches"
    before = matching.call("GET", path, actor=a_company(HOST)).body["items"]

    taken(a_shelf(), tmp_path)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + FRESH + timedelta(seconds=1))
    after = matching.call("GET", path, actor=a_company(HOST)).body["items"]

    assert [item["profile_id"] for item in after] == [item["profile_id"] for item in before] == ["prf_fitter"]
    assert after[0]["profile"]["occupation"] == before[0]["profile"]["occupation"]


@pytest.mark.parametrize(
    ("path", "reading", "match"),
    [
        ("combination", "combination_for", lambda body: body["loans"][0]["match"]),
        ("matches", "people_for", lambda body: body["items"][0]),
    ],
    ids=["a combination", "a list of matches"],
)
def test_what_is_asked_for_at_the_very_instant_of_the_switch_is_of_one_edition(
    matching: Slice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    reading: str,
    match: Callable[[Any], Any],
) -> None:
    """The instant falls between the reading of the cards and the naming of what is on them."""
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    tables = a_small_rome()
    tables["referentiel_code_rome"].append(occupation(a_car_fitter().occupation, "Renommé"))
    _, switch = taken(a_shelf(), tmp_path, tables, ahead=AHEAD)
    present, read = switch.since - timedelta(milliseconds=1), getattr(Showing, reading)

    def read_at_the_instant(*asked: Any) -> Any:
        nonlocal present
        found, present = read(*asked), switch.since
        return found

    def asked() -> Any:
        return matching.call("GET", f"/matching/demands/dem_fitter/{path}", actor=a_company(HOST)).body

    monkeypatch.setattr(clock, "now", lambda: present)
    before = asked()
    monkeypatch.setattr(Showing, reading, read_at_the_instant)
    across, after = asked(), asked()

    assert across == before
    assert [match(body)["profile"]["occupation"]["label"] == "Renommé" for body in (before, after)] == [False, True]


def test_a_list_under_way_is_begun_again_after_the_switch(
    matching: Slice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every score is another one: going on where the page before ended would hide whoever moved up."""
    matching.deliver(activated(LENDER), activated(HOST), published("prf_a"), published("prf_b"), opened())

    def read(**query: str) -> Reply:
        return matching.call("GET", "/matching/demands/dem_fitter/matches", query=query, actor=a_company(HOST))

    cursor = read(limit="1").body["cursor"]
    assert [item["profile_id"] for item in read(cursor=cursor).body["items"]] == ["prf_b"]

    taken(a_shelf(), tmp_path)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + FRESH + timedelta(seconds=1))

    assert (read(cursor=cursor).status, "nomenclature has changed" in read(cursor=cursor).text) == (400, True)
    assert [item["profile_id"] for item in read().body["items"]] == ["prf_a", "prf_b"]


def test_who_comes_into_reach_where_places_moved_is_found_once_the_index_is_filled_anew(
    matching: Slice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index holds the box on the map that a profile reaches, and the area of this one now reaches far south."""
    metz = "200039865"
    matching.deliver(activated(LENDER), activated(HOST))
    matching.deliver(published(card=a_car_fitter(area=a_place(ROUEN), radius_km=30)))
    communes = tmp_path / "communes.csv"
    communes.write_text(
        "code,nom,departement,region,codes_postaux,population,siren,epci,ze2020,latitude,longitude\n"
        f"76540,Rouen,76,28,,1,,{ROUEN},2815,49.44,1.09\n"
        f"76999,Au sud,76,28,,1,,{ROUEN},2815,47.44,1.09\n"
        f"57463,Metz,57,44,,1,,{metz},4410,47.24,1.09\n",
        encoding="utf-8",
    )
    take(a_shelf(), communes, lambda _: None, timedelta(0))
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + FRESH + timedelta(seconds=1))
    matching.deliver(opened(card=a_fitter_is_wanted(area=a_place(metz))))

    def found() -> list[str]:
        answer = matching.call("GET", "/matching/demands/dem_fitter/matches", actor=a_company(HOST))
        return [item["profile_id"] for item in answer.body["items"]]

    assert found() == []
    rebuild("dev", io.StringIO(), invoke=lambda order: matching.handler.rebuild(order, None), pause=lambda _: None)
    assert found() == ["prf_fitter"]
