"""`passerelle privacy scan`: one line of findings for each line of text, a clear word for what is not understood."""

from __future__ import annotations

import io
import json

import pytest

from cdk.cli import main


def scan(
    lines: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[dict], str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    code = main(["privacy", "scan"])
    told = capsys.readouterr()
    return code, [json.loads(line) for line in told.out.splitlines()], told.err


def test_each_line_is_answered_in_order(monkeypatch, capsys):
    lines = (
        '{"id": "a", "text": "appelez karim au 06 12 34 56 78", "from": "host"}\n\n'
        '{"id": 2, "text": "Travail en 2x8."}\n'
    )

    code, answers, errors = scan(lines, monkeypatch, capsys)

    assert (code, errors) == (0, "")
    assert answers == [
        {"id": "a", "findings": [{"type": "name", "start": 8, "end": 13}, {"type": "phone", "start": 17, "end": 31}]},
        {"id": 2, "findings": []},
    ]


def test_offsets_count_code_points_of_the_text_as_given(monkeypatch, capsys):
    text = "🙂 la re\u0301union est a\u0300 E\u0301vreux"

    _, answers, _ = scan(json.dumps({"id": "x", "text": text}), monkeypatch, capsys)

    assert [text[one["start"] : one["end"]] for one in answers[0]["findings"]] == ["E\u0301vreux"]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("nope", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"text": "x"}', "`id`"),
        ('{"id": null, "text": "x"}', "`id`"),
        ('{"id": true, "text": "x"}', "`id`"),
        ('{"id": "1"}', "`text`"),
        ('{"id": "1", "text": 3}', "`text`"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_line_not_understood_is_told_by_its_number_and_the_others_are_answered(line, word, monkeypatch, capsys):
    lines = f'{{"id": 1, "text": "bonjour"}}\n{line}\n{{"id": 3, "text": "à Bolbec"}}\n'

    code, answers, errors = scan(lines, monkeypatch, capsys)

    assert code == 1
    assert [answer["id"] for answer in answers] == [1, 3]
    assert errors.count("\n") == 1
    assert errors.startswith("passerelle privacy: line 2: ")
    assert word in errors


def test_no_word_of_a_text_is_printed(monkeypatch, capsys):
    lines = '{"id": 1, "text": "Voir Zéphyrine"}\n{"id": "1" "text": "Voir Zéphyrine"}\n'

    _, answers, errors = scan(lines, monkeypatch, capsys)

    assert answers[0]["findings"]
    assert "phyrine" not in json.dumps(answers) + errors
