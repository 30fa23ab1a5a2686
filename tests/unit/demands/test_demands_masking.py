"""What lenders may see of a demand: whatever the host said, nothing finer than the card allows."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.demands.model import (
    Demand,
    Need,
    add_months,
    exact_card,
    last_day_open,
    length_is_usual,
)
from passerelle.contracts.cards import ExperienceBand, Shift, WorkingTime
from passerelle.masking import masked_area
from passerelle.nomenclature import Municipality, Nomenclature, load_starter

WORDS = load_starter()
CODES = [skill.code for skill in WORDS.skills]
DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
SECRETS = st.text(st.characters(categories=["L"]), min_size=12, max_size=200)


@st.composite
def needs(draw: st.DrawFn) -> Need:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    skills = draw(st.lists(st.sampled_from(CODES), max_size=30, unique=True))
    return Need(
        occupation=draw(st.sampled_from(WORDS.occupations)).code,
        must_skills=tuple(skills[:15]),
        wished_skills=tuple(skills[15:]),
        experience=draw(st.sampled_from(ExperienceBand)),
        municipality=draw(st.sampled_from(WORDS.municipalities)).code,
        start_date=first,
        end_date=last,
        working_time=draw(st.sampled_from(WorkingTime)),
        shift=draw(st.sampled_from(Shift)),
        headcount=draw(st.integers(1, 50)),
        description=draw(SECRETS),
    )


def a_demand(need: Need) -> Demand:
    return Demand(id="dem_1", tenant="cmp_host", need=need)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [str(value)]


@given(needs())
def test_a_card_says_nothing_finer_than_months_and_areas_and_no_free_text(need: Need) -> None:
    text = exact_card(a_demand(need), WORDS).model_dump_json()

    assert need.municipality not in leaves(json.loads(text))
    assert re.search(r"\d{4}-\d{2}-\d{2}", text) is None
    assert json.dumps(need.description, ensure_ascii=False)[1:-1] not in text
    assert "cmp_host" not in text


@given(needs(), st.data())
def test_what_is_hidden_makes_no_difference_to_the_card(need: Need, data: st.DataObject) -> None:
    place = WORDS.municipality(need.municipality)
    neighbours = [other.code for other in WORDS.municipalities if other.epci == place.epci]
    twin = need.model_copy(
        update={
            "municipality": data.draw(st.sampled_from(neighbours)),
            "must_skills": tuple(data.draw(st.permutations(need.must_skills))),
            "wished_skills": tuple(data.draw(st.permutations(need.wished_skills))),
            "start_date": need.start_date.replace(day=data.draw(st.integers(1, 28))),
            "end_date": need.end_date.replace(day=data.draw(st.integers(1, 28))),
            "description": data.draw(SECRETS),
        }
    )

    assert exact_card(a_demand(twin), WORDS) == exact_card(a_demand(need), WORDS)


def test_a_municipality_without_a_known_intercommunality_shows_the_next_coarser_area() -> None:
    def area(**unknown: str) -> tuple[str, str]:
        place = {"epci": "200084952", "employment_zone": "2813", "departement": "76"} | unknown
        island = Municipality("85113", "L’Île-d’Yeu", region="28", latitude=46.7, longitude=-2.3, **place)
        found = masked_area("85113", Nomenclature("1", [], [], [island], WORDS.labels))
        return found.level, found.code

    assert area() == ("epci", "200084952")
    assert area(epci="ZZZZZZZZZ") == ("employment_zone", "2813")
    assert area(epci="", employment_zone="") == ("department", "76")
    assert area(epci="", employment_zone="", departement="") == ("region", "28")


@pytest.mark.parametrize(
    ("first", "last", "usual"),
    [
        ("2027-02-01", "2027-02-27", False),
        ("2027-02-01", "2027-02-28", True),
        ("2027-01-31", "2027-02-26", False),
        ("2027-01-31", "2027-02-27", True),
        ("2027-02-01", "2027-07-31", True),
        ("2027-02-01", "2027-08-01", False),
        ("2027-08-31", "2028-02-28", True),
        ("2027-08-31", "2028-02-29", False),
    ],
)
def test_one_to_six_months_are_counted_from_date_to_date(first: str, last: str, usual: bool) -> None:
    assert length_is_usual(_need(first, last)) is usual


@given(DAYS, st.integers(0, 60))
def test_months_are_added_as_a_calendar_does(day: date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_demand_ends_with_its_last_month_or_the_month_after_a_start_nobody_came_to() -> None:
    assert last_day_open(_need("2027-02-01", "2027-02-10")) == date(2027, 2, 28)
    assert last_day_open(_need("2027-02-01", "2027-07-31")) == date(2027, 3, 31)


def _need(first: str, last: str) -> Need:
    return Need(
        occupation="H2913",
        experience=ExperienceBand.FROM_3_TO_5,
        municipality="76351",
        start_date=date.fromisoformat(first),
        end_date=date.fromisoformat(last),
        working_time=WorkingTime.FULL_TIME,
        shift=Shift.DAY,
        headcount=1,
    )
