"""Figures: right where they are told, told where they are about enough, and the same whatever a hidden cell holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.partners.model.figures import told_cells
from functions.partners.store import Partners
from passerelle.contracts.agreements import MissionStarted
from passerelle.smallcells import hidden
from tests.support.slices import an_envelope
from tests.unit.partners.conftest import (
    AGENCY,
    DECLARED,
    TERMS,
    TERRITORY,
    House,
    a_partner,
    outcome,
    preselected,
    registered,
    unregistered,
)

FEWEST = 5
COUNTS = st.dictionaries(st.integers(1, 6), st.integers(0, 12), min_size=1)


def people(axis: int, number: int, start: int = 0) -> list[dict[str, Any]]:
    return [preselected(f"c-{axis}-{at}", axis=axis) for at in range(start, start + number)]


def test_each_indicator_is_counted_against_its_target(house: House) -> None:
    agreement = house.agree()
    hired = [outcome(f"c-4-{at}", outcome="hired", contract="CDI") for at in range(6)]
    house.codes(*people(1, 5), *people(2, 6), *people(4, 12), *hired)

    figures = house.figures(agreement)

    assert [figures[f"preselected-{axis}"]["count"] for axis in (1, 2, 4, "tous")] == [5, 6, 12, 23]
    assert figures["preselected-4"]["percent"] == 24
    assert (figures["preselected-tous"]["at_least"], figures["preselected-tous"]["percent"]) == (False, 46)
    assert figures["hired-4"]["count"] == 6, "hidden alone are two others"
    assert (figures["hired-tous"]["count"], figures["hired-tous"]["at_least"]) == (6, True)


def test_a_single_small_cell_hides_the_next_and_the_total_is_a_bound(house: House) -> None:
    agreement = house.agree()
    house.codes(*people(1, 4), *people(2, 6), *people(4, 12))

    figures = house.figures(agreement)

    assert [figures[f"preselected-{axis}"]["count"] for axis in (1, 2, 4)] == [None, None, 12]
    assert (figures["preselected-tous"]["count"], figures["preselected-tous"]["at_least"]) == (12, True)
    assert figures["preselected-1"]["percent"] is None


def test_counted_once_a_day_and_nothing_before_the_first_time(house: House) -> None:
    agreement = house.agree()
    path = f"/partners/agreements/{agreement}/figures"
    before = house.call("GET", path, actor=a_partner()).body
    house.codes(*people(1, 6), *people(2, 6), *people(4, 6))
    first = house.figures(agreement)

    house.codes(*people(4, 1, start=6))
    house.slice.handler.count({}, None)
    same_day = house.call("GET", path, actor=a_partner()).body
    next_day = house.figures(agreement)

    assert (before["counted_on"], before["axes"]) == (None, [])
    assert first["preselected-4"]["count"] == 6
    assert same_day["axes"][-1]["indicators"][0]["count"] == 6
    assert next_day["preselected-4"]["count"] == 7


def test_what_lies_outside_the_term_or_after_the_end_does_not_count(house: House) -> None:
    agreement = house.agree(start="2026-11-19", end="2026-12-31")
    house.codes(*people(1, 5), *people(2, 5), *people(4, 5))
    house.call("POST", f"/partners/agreements/{agreement}/ending")
    house.time += timedelta(days=3)

    late = house.codes(preselected("c-99", axis=4, preselected_on="2026-11-25"))
    figures = house.figures(agreement)

    assert late == ["axis-not-agreed"]
    assert figures["preselected-4"]["count"] == 5


REGISTERED = [
    one | {"code": one["code"].replace("hired", "registered"), "counts": "candidates_registered"}
    for one in TERMS["indicators"]
    if one["counts"] == "candidates_hired"
]


def test_who_holds_a_place_is_counted_once_on_the_axis_of_his_preselection(house: House) -> None:
    agreement = house.agree(indicators=REGISTERED)
    axes = {1: 5, 2: 6, 4: 7}
    house.codes(*(one for axis, number in axes.items() for one in people(axis, number)))
    house.codes(*(registered(f"c-{axis}-{at}", f"s-{at % 2}") for axis, number in axes.items() for at in range(number)))
    house.codes(*(registered(f"c-4-{at}", "s-other") for at in range(7)))
    later = house.time + timedelta(seconds=1)
    house.codes(unregistered("c-4-0", "s-0", at=later), unregistered("c-4-0", "s-other", at=later))

    figures = house.figures(agreement)

    assert [figures[f"registered-{axis}"]["count"] for axis in (1, 2, 4, "tous")] == [5, 6, 6, 17]
    assert (figures["registered-4"]["percent"], figures["registered-tous"]["at_least"]) == (12, False)


def test_few_places_are_not_told_nor_the_next_and_days_outside_the_term_do_not_count(house: House) -> None:
    agreement = house.agree(indicators=REGISTERED, start="2026-11-19")
    house.codes(*people(1, 5), *people(2, 6), *people(4, 8))
    house.codes(*(registered(f"c-1-{at}") for at in range(4)), registered("c-1-4", on="2026-11-18"))
    house.codes(*(registered(f"c-2-{at}") for at in range(6)), *(registered(f"c-4-{at}") for at in range(8)))

    figures = house.figures(agreement)

    assert [figures[f"registered-{axis}"]["count"] for axis in (1, 2, 4)] == [None, None, 8]
    assert (figures["registered-tous"]["count"], figures["registered-tous"]["at_least"]) == (8, True)


def test_a_partner_learns_nothing_of_another_by_subtracting_its_own(house: House) -> None:
    house.record(TERRITORY)
    agreement = house.agree(parties=[AGENCY, TERRITORY])
    house.codes(*people(1, 8), *people(2, 9), *people(4, 10))
    house.codes(*people(4, 2), partner_id=TERRITORY)

    figures = house.figures(agreement)

    assert figures["preselected-4"]["count"] is None, "twelve, less its own ten, would be two"
    assert figures["preselected-2"]["count"] == 9


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"parties": [AGENCY, TERRITORY]}, 409),
        ({"start": "2026-11-01"}, 409),
        ({"axes": [{"number": number, "label": f"Axe {number}"} for number in (4, 5)]}, 409),
        ({"axes": [{"number": 5, "label": "Axe 5"}]}, 200),
        ({"parties": [TERRITORY]}, 200),
        ({"start": "2029-10-01", "end": "2031-09-30"}, 200),
    ],
)
def test_figures_of_two_agreements_are_not_subtracted_from_each_other(
    house: House, other: dict[str, Any], status: int
) -> None:
    house.record(TERRITORY)
    house.agree(indicators=[])
    draft = house.agree(active=False, indicators=[], **other)

    assert house.call("POST", f"/partners/agreements/{draft}/activation").status == status


def test_of_two_that_count_the_same_and_begin_at_once_one_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (house.agree(active=False, indicators=[]) for _ in range(2))
    read, waiting, answers = Partners.in_force, [f"/partners/agreements/{other}/activation"], []

    def meanwhile(self: Partners) -> Any:
        stored = read(self)
        if waiting:
            answers.append(house.call("POST", waiting.pop()))
        return stored

    monkeypatch.setattr(Partners, "in_force", meanwhile)
    answers.append(house.call("POST", f"/partners/agreements/{one}/activation"))

    assert [answer.status for answer in answers] == [200, 409]
    assert answers[1].body["type"] == "urn:passerelle:problem:agreements-overlap"
    assert {one["state"] for one in house.call("GET", "/partners/agreements").body["items"]} == {"active", "draft"}


def test_what_is_declared_is_told_with_its_day_and_small_counts_of_people_are_not(house: House) -> None:
    women = DECLARED | {"code": "femmes", "unit": "people"}
    agreement = house.agree(indicators=[DECLARED, women])
    for code, value in (("visites", 3), ("femmes", 4)):
        body = {"indicator": code, "value": value, "as_of": "2026-11-20"}
        assert house.call("POST", f"/partners/agreements/{agreement}/declarations", body=body).status == 200

    figures = house.figures(agreement)

    assert (figures["visites"]["count"], figures["visites"]["percent"]) == (3, 30)
    assert figures["visites"]["as_of"] == "2026-11-20"
    assert figures["femmes"]["count"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"indicator": "hired-4", "value": 1, "as_of": "2026-11-20"}, "/indicator"),
        ({"indicator": "visites", "value": 1, "as_of": "2026-11-23"}, "/as_of"),
    ],
)
def test_only_what_is_declared_may_be_declared(house: House, body: dict[str, Any], pointer: str) -> None:
    agreement = house.agree(indicators=[*TERMS["indicators"], DECLARED])

    answer = house.call("POST", f"/partners/agreements/{agreement}/declarations", body=body)

    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)


def test_missions_and_days_lent_are_counted_in_lending(house: House) -> None:
    house.record(TERRITORY, kind="territory", programmes=["lending"])
    kinds = [("missions", "missions_started", "missions"), ("jours", "days_lent", "days")]
    indicators = [
        {
            "code": code,
            "label": code,
            "unit": unit,
            "counts": counts,
            "axis": 1,
            "target": 100,
            "source": "platform",
            "frequency": "monthly",
        }
        for code, counts, unit in kinds
    ]
    agreement = house.agree(parties=[TERRITORY, AGENCY][:1], programme="lending", indicators=indicators)
    started = [
        an_envelope(
            MissionStarted(
                agreement_id=f"agr_{at}",
                lender="cmp_lender",
                host="cmp_host",
                start_date=date(2026, 11, 20),
                end_date=date(2026, 11, 22 + at),
            ),
            tenant="cmp_lender",
            subject=f"agr_{at}",
        )
        for at in range(6)
    ]
    assert house.slice.deliver(*started, times=2) == []
    house.time += timedelta(days=1)
    house.slice.handler.count({}, None)

    answer = house.call("GET", f"/partners/agreements/{agreement}/figures", actor=a_partner(TERRITORY)).body
    counts = {one["code"]: one["count"] for one in answer["axes"][0]["indicators"]}

    assert counts == {"missions": 6, "jours": 3 + 4 * 5}
    assert "agr_0" not in str([row for row in house.slice.rows() if "#mission#" in row["pk"]["S"]])


@given(sizes=COUNTS)
def test_small_cells_are_hidden_and_never_one_alone(sizes: dict[int, int]) -> None:
    told = told_cells({axis: {AGENCY: count} for axis, count in sizes.items()}, FEWEST)

    untold = [axis for axis, count in told.items() if count is None]
    assert all(sizes[axis] >= FEWEST for axis in told if axis not in untold)
    assert all(count in (None, sizes[axis]) for axis, count in told.items())
    assert len(untold) != 1 or len(sizes) == 1


@given(sizes=COUNTS, other=st.integers(0, FEWEST - 1))
def test_what_is_told_is_the_same_whatever_a_hidden_cell_holds(sizes: dict[int, int], other: int) -> None:
    def told(counts: dict[int, int]) -> dict[int, int | None]:
        return told_cells({axis: {AGENCY: count} for axis, count in counts.items()}, FEWEST)

    for axis, count in sizes.items():
        if count < FEWEST:
            assert told(sizes) == told(sizes | {axis: other})


@given(cell=st.dictionaries(st.sampled_from("abc"), st.integers(0, 12), min_size=1))
def test_no_partner_subtracts_its_own_and_finds_a_few_others(cell: dict[str, int]) -> None:
    count = told_cells({1: cell}, FEWEST)[1]

    assert count is None or all(count - own == 0 or count - own >= FEWEST for own in cell.values())


@given(sizes=st.dictionaries(st.text(max_size=3), st.integers(0, 20)), data=st.data())
def test_the_rule_of_small_cells_hides_them_and_one_more_when_alone(sizes: dict[str, int], data: st.DataObject) -> None:
    small = data.draw(st.sets(st.sampled_from(sorted(sizes)))) if sizes else set()

    hides = hidden(sizes, small)

    assert small <= hides <= sizes.keys()
    assert len(hides) == (min(2, len(sizes)) if len(small) == 1 else len(small))
