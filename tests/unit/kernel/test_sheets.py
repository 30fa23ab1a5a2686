"""CSV files: every fault of a file is named by line, column and code; what is written is read again as it was."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from passerelle import sheets
from passerelle.problems import FieldError, Invalid
from passerelle.sheets import LARGEST_FILE, MOST_FAULTS, MOST_ROWS, CellFault, Line, Sheet

CANARY = "Jeanne Kanari 06 12 34 56 78"


class Crate(BaseModel):
    """What the tests list."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    code: str = Field(max_length=5)
    marks: tuple[str, ...] = Field(min_length=1)
    count: int = Field(ge=0)
    packed_on: date = Field(strict=True)
    open: bool = False
    note: str = ""


def cells_of(crate: Crate) -> Mapping[str, Any]:
    return {"id": "crt_1"} | crate.model_dump(mode="json")


SHEET = Sheet(Crate, told=("id",), cells_of=cells_of)
HEADER = "code,marks,count,packed_on,open,note"
ROW = "A1,x|y,3,2027-01-11,true,fine"


def nothing_wrong(_: Crate) -> Sequence[FieldError]:
    return ()


def read(text: str | bytes) -> tuple[Line[Crate], ...]:
    return SHEET.read(text if isinstance(text, bytes) else text.encode(), nothing_wrong)


def faults(text: str | bytes) -> list[tuple[int, str | None, str]]:
    with pytest.raises(Invalid) as refused:
        read(text)
    assert all(fault.detail and fault.remedy and fault.pointer for fault in refused.value.fields)
    return [(fault.line, fault.column, fault.code) for fault in refused.value.fields if isinstance(fault, CellFault)]


def test_a_file_is_read_row_by_row_with_its_lines() -> None:
    lines = read(f'{HEADER}\n{ROW}\n\nB2, z ,0,2027-02-01,,"two\nlines"\n,,,,,\nC3,x,1,2027-03-01,false,\n')

    assert [line.number for line in lines] == [2, 4, 7]
    assert lines[0].row == Crate(
        code="A1", marks=("x", "y"), count=3, packed_on=date(2027, 1, 11), open=True, note="fine"
    )
    assert (lines[1].row.marks, lines[1].row.open, lines[1].row.note) == (("z",), False, "two\nlines")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("between", [",", ";"])
def test_what_spreadsheets_write_is_read_alike(mark: bytes, end: str, between: str) -> None:
    text = f"{HEADER}\n{ROW}\n".replace("\n", end).replace(",", between)

    assert [line.row.code for line in read(mark + text.encode())] == ["A1"]


def test_columns_come_in_any_order_in_capitals_and_optional_ones_may_be_missing() -> None:
    (line,) = read("Count;PACKED_ON;code;marks;id;\n3;11/01/2027;A1;x;crt_9;\n")

    assert (line.row.count, line.row.packed_on, line.row.open) == (3, date(2027, 1, 11), False)


@pytest.mark.parametrize(
    ("said", "meant"), [("VRAI", True), ("oui", True), ("Faux", False), ("non", False), ("TRUE", True)]
)
def test_a_truth_is_read_as_a_french_spreadsheet_writes_it(said: str, meant: bool) -> None:
    assert read(f"{HEADER}\nA1,x,3,2027-01-11,{said},\n")[0].row.open is meant


def test_the_header_alone_says_what_separates_cells() -> None:
    assert read(f"\r\n{HEADER}\r{ROW};more\r")[0].row.note == "fine;more"


def test_a_day_in_a_text_stays_as_it_was_written() -> None:
    assert read(f"{HEADER}\nA1,x,3,2027-01-11,,01/02/2027\n")[0].row.note == "01/02/2027"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("code,marks,count", [(1, "packed_on", "missing-column")]),
        ("code,marks,count,packed_on,count", [(1, "count", "repeated-column")]),
        (f"{HEADER},{CANARY}", [(1, None, "unknown-column")]),
        (
            "nom,code",
            [(1, None, "unknown-column"), *((1, n, "missing-column") for n in ("marks", "count", "packed_on"))],
        ),
        ("code,,marks,count,packed_on", [(1, None, "unknown-column")]),
        (ROW, [(1, None, "unknown-column")] * 6 + [(1, n, "missing-column") for n in SHEET.needed]),
    ],
    ids=["missing", "repeated", "unknown", "both", "unnamed", "no header"],
)
def test_a_header_says_what_is_wrong_with_it(header: str, expected: list[Any]) -> None:
    assert faults(f"{header}\n{ROW}\n") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", (1, None, "no-rows")),
        (HEADER, (2, None, "no-rows")),
        (f"{HEADER}\n,,,,,\n\n", (2, None, "no-rows")),
        (f"{HEADER}\n{ROW}\nA2,é".encode("latin-1"), (3, None, "bad-encoding")),
        (f"{HEADER}\n{ROW}".encode("utf-16"), (1, None, "bad-encoding")),
        (f"{HEADER}\n{ROW}\nA2,\ufffd", (3, None, "bad-encoding")),
        (f"{HEADER}\nA\0", (2, None, "control-character")),
        (f"{HEADER}\nA\x1b[31m", (2, None, "control-character")),
        (f'{HEADER}\n{ROW}\n"A1"x,', (3, None, "bad-quotes")),
        (f'{HEADER}\n{ROW}\n"A1,never closed\n\n', (3, None, "bad-quotes")),
        (f"{HEADER}\n" + f"{ROW}\n" * (MOST_ROWS + 1), (MOST_ROWS + 2, None, "too-many-rows")),
    ],
)
def test_a_file_that_cannot_be_read_says_where(text: str | bytes, expected: tuple[int, str | None, str]) -> None:
    assert faults(text) == [expected]


def test_as_many_rows_as_a_file_may_hold_are_read() -> None:
    assert len(read(f"{HEADER}\n" + f"{ROW}\n" * MOST_ROWS)) == MOST_ROWS
    assert MOST_ROWS * len(ROW) < LARGEST_FILE


def test_every_fault_of_every_row_is_named_at_once() -> None:
    rows = [
        HEADER,
        "A23456,x,3,2027-01-11,,",
        ROW,
        ",x,many,2027-13-01,peut-être,",
        "A1,x,3",
        "A1,x,-1,2027-01-11,,,extra",
        "A1,,3.5,demain,,",
    ]

    found = faults("\n".join(rows))

    assert found == [
        (2, "code", "bad-value"),
        (4, "code", "missing-value"),
        (4, "count", "bad-value"),
        (4, "packed_on", "bad-value"),
        (4, "open", "bad-value"),
        (5, None, "row-length"),
        (6, None, "row-length"),
        (7, "marks", "missing-value"),
        (7, "count", "bad-value"),
        (7, "packed_on", "bad-value"),
    ]


def test_a_fault_beyond_the_form_is_placed_in_its_cell() -> None:
    def never(_: Crate) -> Sequence[FieldError]:
        return [FieldError("/marks/1", "No such mark.", "Use another."), FieldError("/note", "Too short.", "Say more.")]

    with pytest.raises(Invalid) as refused:
        SHEET.read(b"marks;code;count;packed_on\nx|y;A1;1;2027-01-11\n", never)

    assert [(f.pointer, f.column, f.detail) for f in refused.value.fields if isinstance(f, CellFault)] == [
        ("cell=2,1", "marks", "No such mark."),
        ("row=2", "note", "Too short."),
    ]


def test_a_fault_counts_records_and_lines_where_they_differ() -> None:
    with pytest.raises(Invalid) as refused:
        read(f'{HEADER}\nA1,x,3,2027-01-11,,"two\nlines"\nA1,x,no,2027-01-11,,\n')

    (fault,) = refused.value.fields
    assert isinstance(fault, CellFault)
    assert (fault.line, fault.pointer) == (4, "cell=3,3")


def test_with_very_many_faults_the_first_are_listed_and_the_rest_is_not_looked_at() -> None:
    looked_at: list[Crate] = []

    def never(crate: Crate) -> Sequence[FieldError]:
        looked_at.append(crate)
        return [FieldError("/code", "No such code.", "Use another.")] * 3

    with pytest.raises(Invalid) as refused:
        SHEET.read((f"{HEADER}\n" + f"{ROW}\n" * MOST_ROWS).encode(), never)

    assert len(refused.value.fields) == MOST_FAULTS
    assert f"more than {MOST_FAULTS}" in refused.value.detail
    assert len(looked_at) == MOST_FAULTS // 3 + 1


@pytest.mark.parametrize("name", ["code", "unheard-of", ""], ids=["repeated", "unknown", "empty"])
def test_a_header_of_very_many_names_is_not_looked_through(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[CellFault] = []

    class Counted(CellFault):
        def __post_init__(self) -> None:
            made.append(self)

    monkeypatch.setattr(sheets, "CellFault", Counted)
    with pytest.raises(Invalid) as refused:
        read(f"{HEADER},{f'{name},' * 50 * MOST_FAULTS}x\n{ROW}\n")

    assert len(refused.value.fields) == MOST_FAULTS
    assert len(made) <= MOST_FAULTS + 1 + len(SHEET.needed)


@pytest.mark.parametrize(
    "text",
    [
        f"{CANARY},{HEADER}\n",
        f"{HEADER}\n{CANARY},x,{CANARY},{CANARY},{CANARY},{CANARY}\n",
        f"{HEADER}\n{CANARY}\n",
        f'{HEADER}\n"{CANARY}"{CANARY}\n',
        f"{HEADER}\nA1,x,3,2027-01-11,,\0{CANARY}\n",
    ],
)
def test_a_refusal_quotes_nothing_of_the_file(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)

    assert "Kanari" not in str(refused.value.document("req_1"))
    assert "Kanari" not in repr(refused.value.__cause__)


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "＝1", "'=1", "''=1", '="a";"b"', "=1\n=2"]


@pytest.mark.parametrize("said", FORMULAS)
def test_no_cell_that_goes_out_is_run_by_a_spreadsheet(said: str) -> None:
    crate = Crate(code="=1", marks=("=2", "-3"), count=3, packed_on=date(2027, 1, 11), note="x").model_copy(
        update={"note": said}
    )

    text = SHEET.write([crate])
    cells = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"), {})

    assert [cells[name][0] for name in ("code", "marks", "note")] == ["'", "'", "'"]
    assert cells["count"] == "3"
    assert all(line.startswith('"') for line in text.removeprefix("\ufeff").split("\r\n") if line)


def test_what_goes_out_has_a_mark_for_spreadsheets_and_every_cell_in_quotes() -> None:
    text = SHEET.write([Crate(code="A1", marks=("x", "y"), count=3, packed_on=date(2027, 1, 11), note='"é"; x')])

    assert text == (
        '\ufeff"id";"code";"marks";"count";"packed_on";"open";"note"\r\n'
        '"crt_1";"A1";"x|y";"3";"2027-01-11";"false";"""é""; x"\r\n'
    )


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\r\t", exclude_characters="\ufffd"))
TRICKY = st.builds("".join, st.lists(st.sampled_from([*"=+-@'\";,|\r\n\t é", "\ufeff"]), max_size=8))


@given(
    st.lists(
        st.builds(
            Crate,
            code=st.text(st.sampled_from("=+-@'Aé;, "), min_size=1, max_size=5).filter(str.strip),
            marks=st.lists(st.text("xyz=-'0", min_size=1), min_size=1, max_size=3).map(tuple),
            count=st.integers(0, 10**9 - 1),
            packed_on=st.dates(),
            open=st.booleans(),
            note=TEXT | TRICKY,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_written_is_read_again_as_it_was(crates: list[Crate]) -> None:
    said = [Crate.model_validate_json(crate.model_dump_json()) for crate in crates]

    again = [line.row for line in read(SHEET.write(said))]

    assert again == [composed(crate) for crate in said]


def composed(crate: Crate) -> Crate:
    """As any text that comes in, in the one composed form."""
    return crate.model_copy(
        update={name: unicodedata.normalize("NFC", getattr(crate, name)) for name in ("code", "note")}
    )
