"""`passerelle vocabulary`: lines in, lines out, and every fault told by file and line before anything is printed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from cdk.cli import main
from tests.unit.likeness.builders import LABELS, OCCUPATIONS


def lines(things: list[Any]) -> str:
    return "".join(json.dumps(thing, ensure_ascii=False) + "\n" for thing in things)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "labels").write_text(lines([dataclasses.asdict(label) for label in LABELS]), encoding="utf-8")
    (tmp_path / "queries").write_text(
        lines([{"id": "q2", "text": "soudeuse"}, {"id": "q1", "text": "aide de cuisine, cuisinière"}]), encoding="utf-8"
    )
    occupations = lines([dataclasses.asdict(each) for each in OCCUPATIONS])
    (tmp_path / "occupations").write_text(occupations, encoding="utf-8")
    return tmp_path


def rank(files: Path, *more: str) -> int:
    return main(["vocabulary", "rank", "--labels", str(files / "labels"), "--queries", str(files / "queries"), *more])


def neighbours(files: Path, *more: str) -> int:
    return main(["vocabulary", "neighbours", "--occupations", str(files / "occupations"), *more])


def test_queries_are_answered_in_their_order(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = rank(files, "--top", "2")
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert code == 0
    assert [answer["id"] for answer in answers] == ["q2", "q1"]
    assert [answer["ranked"][0] for answer in answers] == ["weld", "cook"]
    assert [len(answer["ranked"]) for answer in answers] == [2, 2]


def test_occupations_get_their_neighbours_in_their_order(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = neighbours(files, "--top", "1")
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert code == 0
    assert [answer["id"] for answer in answers] == [each.id for each in OCCUPATIONS]
    assert answers[0]["ranked"] == ["plane"]


def test_lines_come_in_any_order_and_blank_ones_count_for_nothing(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rank(files)
    before = capsys.readouterr().out
    labels = (files / "labels").read_text(encoding="utf-8").splitlines()
    (files / "labels").write_text("\ufeff" + "\n\n".join(reversed(labels)) + "\r\n", encoding="utf-8")
    rank(files)

    assert capsys.readouterr().out == before


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is not JSON"),
        ("[1]", "is not a JSON object"),
        ('{"label": "x"}', "id is missing"),
        ('{"id": 3, "label": "x"}', "id is not a text"),
        ('{"id": "x"}', "label is missing"),
        ('{"id": "x", "label": null}', "label is not a text"),
        ('{"id": "x", "label": "x", "synonyms": "y"}', "synonyms is not a list of texts"),
        ('{"id": "x", "label": "x", "texts": [1]}', "texts is not a list of texts"),
        ('{"id": "weld", "label": "x"}', "id 'weld' is that of line 2"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_bad_label_is_told_by_its_line(files: Path, capsys: pytest.CaptureFixture[str], line: str, why: str) -> None:
    with (files / "labels").open("a", encoding="utf-8") as file:
        file.write(line)

    code, said = rank(files), capsys.readouterr()

    assert code == 2
    assert f"labels, line {len(LABELS) + 1}: {why}" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"id": "x", "label": "x", "skills": {}}, "skills is not a list of objects"),
        ({"id": "x", "label": "x", "skills": [{"id": "s"}]}, "label is missing"),
        ({"id": "x", "label": "x", "skills": [{"id": "s", "label": "s", "core": "yes"}]}, "core of a skill is neither"),
        ({"id": "x", "label": "x", "titles": [None]}, "titles is not a list of texts"),
    ],
)
def test_a_bad_occupation_is_told_by_its_line(
    files: Path, capsys: pytest.CaptureFixture[str], entry: dict[str, Any], why: str
) -> None:
    (files / "occupations").write_text(lines([entry]), encoding="utf-8")

    code, said = neighbours(files), capsys.readouterr()

    assert code == 2
    assert f"occupations, line 1: {why}" in said.err
    assert said.out == ""


def test_what_cannot_be_read_is_told(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "queries").write_bytes(b'{"id": "q", "text": "\xff"}')
    bad_bytes, said = rank(files), capsys.readouterr().err
    (files / "queries").unlink()
    absent, then = rank(files), capsys.readouterr().err

    assert (bad_bytes, absent) == (2, 2)
    assert "queries, line 1: is not UTF-8" in said
    assert "queries: cannot be read" in then


@pytest.mark.parametrize("top", ["0", "-1", "1001", "many", "1.5", "²"])
def test_top_is_bounded(files: Path, capsys: pytest.CaptureFixture[str], top: str) -> None:
    with pytest.raises(SystemExit) as refused:
        rank(files, "--top", top)

    assert refused.value.code == 2
    assert "is not a whole number from 1 to 1000" in capsys.readouterr().err
