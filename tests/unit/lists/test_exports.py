"""Lists that go out as a file: what the list says and no more, and what went out may come in again."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.contracts.profiles import ProfileImportAdvanced
from tests.support.slices import a_company
from tests.unit.demands.needs import a_need
from tests.unit.lists.conftest import AS_CSV, FEW, OTHERS, US, Desk, rows_of
from tests.unit.profiles.volunteers import a_welder, profiles_slice


@pytest.mark.parametrize(
    ("accept", "as_csv"),
    [
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/html, text/csv;q=0.9, */*;q=0.1", True),
        ("application/json", False),
        ("*/*", False),
        ("application/json, text/csv", False),
        ("text/html", False),
        ("", False),
    ],
)
def test_a_list_goes_out_as_the_caller_accepts_it(desk: Desk, accept: str, as_csv: bool) -> None:
    desk.taken(desk.rows(1))
    desk.work()

    answer = desk.slice.call("GET", desk.own, actor=US, headers={"Accept": accept})

    assert answer.headers["Content-Type"].startswith("text/csv; charset=utf-8" if as_csv else "application/json")
    assert (answer.text[0] == "\ufeff") == as_csv


def test_a_file_says_what_the_list_says_and_no_more(desk: Desk) -> None:
    desk.taken(desk.rows(2))
    desk.work()

    out, listed = rows_of(desk.exported()), desk.listed()

    assert [one["id"] for one in listed] == [row["id"] for row in out]
    for row, one in zip(out, map(by_column, listed), strict=True):
        assert row == {column: one[column] for column in row}


def by_column(told: Mapping[str, Any]) -> dict[str, str]:
    """A profile, a demand or a session as the list tells it, as cells by column."""
    if "need" in told:
        said = told["need"] | {"confirm_length": told["length_confirmed"], "draft": told["state"] == "draft"}
    else:
        said = told.get("description", {})
    return {name: "|".join(value) if isinstance(value, list) else plain(value) for name, value in (told | said).items()}


def plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_files_have_pages_that_are_linked(desk: Desk) -> None:
    desk.taken(desk.rows(5))
    desk.work()

    found: list[str] = []
    link = f"{desk.own}?limit=2"
    for pages in range(1, 4):
        path, _, query = link.partition("?")
        answer = desk.slice.call("GET", path, actor=US, headers=AS_CSV, query=dict(parse_qsl(query)))
        found += [row["id"] for row in rows_of(answer.text)]
        link = answer.headers.get("Link", "").partition(">")[0].strip("<")
        assert len(found) == min(2 * pages, 5)

    assert link == ""
    assert sorted(found) == sorted(one["id"] for one in desk.listed())
    assert len(set(found)) == 5


def comparable(text: str, without: tuple[str, ...] = ("id", "person_id")) -> list[Mapping[str, str]]:
    rows = [{name: cell for name, cell in row.items() if name not in without} for row in rows_of(text)]
    return sorted(rows, key=lambda row: sorted(row.items()))


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\r\t", exclude_characters="\ufffd"),
    max_size=40,
) | st.builds("".join, st.lists(st.sampled_from([*"=+-@'\";,|\n\r é"]), max_size=8))
ANY_NEED = st.fixed_dictionaries(
    {
        "description": WORDS,
        "headcount": st.integers(1, 50),
        "draft": st.booleans(),
        "must_skills": st.sampled_from([[], ["100007"], ["100007", "106001"]]),
        "shift": st.sampled_from(["day", "night", "two_shifts"]),
    }
)
COMPANIES = itertools.count()


@FEW
@given(needs=st.lists(ANY_NEED, min_size=1, max_size=4))
def test_what_went_out_comes_in_again_and_goes_out_the_same(demands: Desk, needs: list[dict[str, Any]]) -> None:
    first, second = (a_company(f"cmp_{next(COMPANIES)}") for _ in range(2))
    for need in needs:
        assert demands.slice.call("POST", "/demands", body=a_need(**need), actor=first).status == 201

    out = demands.exported(first)
    demands.taken(out, actor=second)
    demands.work()

    assert comparable(demands.exported(second)) == comparable(out)
    assert [one["need"] for one in by_need(demands, second)] == [one["need"] for one in by_need(demands, first)]


def by_need(desk: Desk, actor: Any) -> list[Any]:
    return sorted(desk.listed(actor), key=lambda one: json.dumps(one["need"]))


def test_profiles_that_went_out_come_in_again_as_drafts() -> None:
    with profiles_slice() as profiles:
        desk = Desk(profiles, "/profiles", ProfileImportAdvanced, a_welder)
        desk.taken([*desk.rows(3), a_welder(reference="", shifts=["night"])])
        desk.work()

        out = desk.exported()
        desk.taken(out, actor=OTHERS)
        desk.work()

        assert comparable(desk.exported(OTHERS)) == comparable(out)
        assert {row["person_id"] for row in rows_of(out)}.isdisjoint(
            r["person_id"] for r in rows_of(desk.exported(OTHERS))
        )
