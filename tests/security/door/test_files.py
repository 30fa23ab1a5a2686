"""Lists as CSV files through the gateway, the outbox, the bus and the slice's own queue."""

import csv
import io
from typing import Any

import pytest

from passerelle.http import LARGEST_BODY
from passerelle.sheets import LARGEST_FILE
from tests.security.door.asking import DRAFT, problem
from tests.security.door.conftest import House

pytestmark = pytest.mark.timeout(300)

CSV = {"Content-Type": "text/csv; charset=utf-8"}
COLUMNS = [name for name, value in DRAFT.items() if value != []]


def file_of(rows: int, **other: Any) -> str:
    """Drafts of demands as a spreadsheet writes them."""
    row = ";".join(str((DRAFT | other)[name]) for name in (*COLUMNS, *other))
    return "\ufeff" + "\r\n".join([";".join((*COLUMNS, *other)), *[row] * rows]) + "\r\n"


def test_a_file_that_came_in_is_worked_on_and_goes_out_again(house: House) -> None:
    text = file_of(30, description="Atelier de soudure ; é")

    refused = house.ask("POST", "/demands/imports", house.knocks["host"], headers=CSV, data=text.encode())
    taken = house.ask(
        "POST",
        "/demands/imports",
        house.knocks["host"],
        headers=CSV,
        data=file_of(30, description='"Soudure ; é"').encode(),
    )
    house.player.cloud.settle()
    report = house.ask("GET", taken.headers["Location"] + "?limit=100", house.knocks["host"])
    others = house.ask("GET", taken.headers["Location"], house.knocks["other"])
    out = house.ask("GET", "/demands", house.knocks["host"], headers={"Accept": "text/csv"})

    assert {one["code"] for one in problem(refused, 422, "invalid")["errors"]} == {"row-length"}
    assert taken.status_code == 202
    assert (report.json()["state"], report.json()["created"]) == ("finished", 30)
    problem(others, 404, "not-found")
    assert out.headers["Content-Type"].startswith("text/csv")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(out.content.decode("utf-8-sig")), delimiter=";")}
    created = [rows[one["id"]] for one in report.json()["items"]]
    assert {(row["description"], row["state"]) for row in created} == {("Soudure ; é", "draft")}


def test_a_file_that_is_not_in_utf_8_is_refused(house: House) -> None:
    raw = file_of(1, description="é").removeprefix("\ufeff").encode("latin-1")

    answer = house.ask("POST", "/demands/imports", house.knocks["host"], headers=CSV, data=raw)

    assert [one["code"] for one in problem(answer, 422, "invalid")["errors"]] == ["bad-encoding"]


def test_a_file_may_be_larger_than_any_other_body_and_has_its_end(house: House) -> None:
    larger, too_large = b" " * (LARGEST_BODY + 1), b" " * (LARGEST_FILE + 1)

    answers = [
        house.ask("POST", "/profiles/imports", house.knocks["owner"], headers=CSV, data=raw)
        for raw in (larger, too_large)
    ]

    assert [answer.status_code for answer in answers] == [422, 413]
