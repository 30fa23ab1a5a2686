"""`passerelle verify-log`: an exported log is as it was written, or the first broken entry is told."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from cdk.cli import main
from passerelle import clock
from passerelle.chain import Head, following


def a_log(count: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    head, entries = Head(), []
    for number in range(count):
        entry = following(head, clock.now(), {"n": number, "word": "é"})
        entries.append(entry.model_dump(mode="json"))
        head = entry.head
    return entries, head.model_dump(mode="json")


def pages(entries: list[dict[str, Any]], head: dict[str, Any], size: int = 2) -> list[str]:
    cut = [entries[start : start + size] for start in range(0, len(entries), size)]
    return [json.dumps({"head": head, "items": page, "cursor": None}) for page in cut]


def verify(tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[str], *more: str) -> tuple[int, str]:
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    code = main(["verify-log", str(path), *more])
    return code, capsys.readouterr().out.strip()


def test_pages_as_the_route_answers_them(tmp_path, capsys):
    entries, head = a_log(5)

    assert verify(tmp_path, capsys, pages(entries, head)) == (0, f"ok 5 entries, head {head['sha256']}")


def test_entries_one_a_line_on_standard_input(monkeypatch, capsys):
    entries, head = a_log(3)
    lines = "\n\n".join(json.dumps(one) for one in [*entries, {"head": head}])
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))

    assert main(["verify-log"]) == 0
    assert capsys.readouterr().out == f"ok 3 entries, head {head['sha256']}\n"


def test_a_broken_log_names_its_first_broken_entry(tmp_path, capsys):
    entries, head = a_log(5)
    entries[3]["said"]["n"] = 7

    assert verify(tmp_path, capsys, pages(entries, head)) == (1, "broken: entry 4 was altered: its hash is another")


def test_a_cut_end_is_seen_by_the_head_and_a_missing_head_is_told(tmp_path, capsys):
    entries, head = a_log(5)

    code, said = verify(tmp_path, capsys, pages(entries[:4], head))
    assert (code, "entry 5 is missing" in said) == (1, True)
    code, said = verify(tmp_path, capsys, [json.dumps(one) for one in entries])
    assert (code, "the head is missing" in said) == (1, True)


def test_a_log_written_anew_lacks_the_hash_noted_elsewhere(tmp_path, capsys):
    entries, head = a_log(3)
    noted = entries[1]["sha256"]
    again, other = a_log(3)

    assert verify(tmp_path, capsys, pages(entries, head), "--head", noted)[0] == 0
    code, said = verify(tmp_path, capsys, pages(again, other), "--head", noted)
    assert (code, "written anew" in said) == (1, True)


@pytest.mark.parametrize(
    "line", ["nope", "[1]", "3", "{}", '{"items": 3}', '{"items": [3]}', '{"head": 1}', "[" * 99_999]
)
def test_a_line_not_understood_is_told_by_its_number(line, tmp_path, capsys):
    entries, head = a_log(2)

    code, said = verify(tmp_path, capsys, [*pages(entries, head), line])

    assert (code, said) == (1, "broken: line 2 is neither a page nor an entry of a log")


def test_a_name_given_twice_is_refused_because_readers_disagree_on_which_counts(tmp_path, capsys):
    entries, head = a_log(1)
    (line,) = pages(entries, head)

    assert verify(tmp_path, capsys, [line.replace('"said": {', '"said": {"n": 9, ')])[0] == 1


def test_a_file_that_is_not_there_ends_with_2(tmp_path, capsys):
    assert main(["verify-log", str(tmp_path / "none")]) == 2
