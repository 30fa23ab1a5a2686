"""A company has a few imports of a list under way, however they were begun, and one more only when one is over."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from passerelle import clock
from passerelle.imports import MOST_UNDER_WAY, PART, WAITING
from passerelle.store import Transaction
from tests.support.slices import Reply
from tests.unit.lists.conftest import OTHERS, US, Desk

FULL = (409, "urn:passerelle:problem:too-many-imports")


def said(answer: Reply) -> tuple[int, str]:
    return answer.status, answer.body["type"]


def begun(desk: Desk) -> list[str]:
    """As many imports as may be under way."""
    return [desk.taken(desk.rows(1)) for _ in range(MOST_UNDER_WAY)]


def kept(desk: Desk, noun: str) -> int:
    return sum(f"#{noun}#" in row["pk"]["S"] and row["sk"]["S"] == "STATE" for row in desk.slice.rows())


def test_one_more_than_may_be_is_refused_with_what_to_do_and_leaves_nothing(desk: Desk) -> None:
    begun(desk)
    before = desk.slice.rows()

    refused = desk.send(desk.rows(2))

    assert said(refused) == FULL
    assert refused.body["remedy"]
    assert desk.slice.rows() == before


def test_one_that_is_done_makes_room_for_one(desk: Desk) -> None:
    begun(desk)
    desk.work()

    again = begun(desk)

    assert said(desk.send(desk.rows(1))) == FULL
    desk.work()
    assert [desk.report(one)["state"] for one in again] == ["finished"] * MOST_UNDER_WAY
    assert len(desk.listed()) == 2 * MOST_UNDER_WAY


def test_a_long_one_counts_until_its_last_row(desk: Desk) -> None:
    desk.taken(desk.rows(PART + 1))
    desk.taken(desk.rows(PART + 1))
    desk.taken(desk.rows(PART + 1))
    desk.deliver()

    half = said(desk.send(desk.rows(1)))
    desk.work()

    assert half == FULL
    assert desk.send(desk.rows(1)).status == 202


def test_one_whose_rows_have_run_out_counts_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(desk)
    soon, later = (clock.now() + WAITING + timedelta(seconds=by) for by in (-60, 1))

    monkeypatch.setattr(clock, "now", lambda: soon)
    before = said(desk.send(desk.rows(1)))
    monkeypatch.setattr(clock, "now", lambda: later)
    after = [desk.send(desk.rows(1)).status for _ in range(MOST_UNDER_WAY + 1)]

    assert before == FULL
    assert after == [202] * MOST_UNDER_WAY + [409]


def test_each_company_has_its_own(desk: Desk) -> None:
    begun(desk)

    assert desk.send(desk.rows(1), actor=OTHERS).status == 202
    assert said(desk.send(desk.rows(1), actor=US)) == FULL


def test_a_file_with_faults_is_told_them_and_counts_for_nothing(desk: Desk) -> None:
    for _ in range(MOST_UNDER_WAY + 1):
        assert desk.send(b"nom;prenom\nx;y\n").status == 422

    assert len(begun(desk)) == MOST_UNDER_WAY


def test_the_same_request_again_is_answered_as_before_and_counts_once(desk: Desk) -> None:
    rows = desk.rows(1)

    first = desk.send(rows, key="the-first-of-three")
    others = [desk.taken(desk.rows(1)) for _ in range(MOST_UNDER_WAY - 1)]
    again = desk.send(rows, key="the-first-of-three")

    assert (again.status, again.body) == (202, first.body)
    assert len({first.body["id"], *others}) == kept(desk, "import") == MOST_UNDER_WAY


def test_of_those_begun_at_the_same_moment_no_more_are_taken_than_may_be(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each stands between what it has read and what it writes when the next one comes."""
    whole, begun_inside, answers = Transaction.commit, itertools.count(), []

    def interrupted(self: Transaction) -> None:
        if next(begun_inside) < MOST_UNDER_WAY + 1:
            answers.append(desk.send(desk.rows(1)).status)
        whole(self)

    monkeypatch.setattr(Transaction, "commit", interrupted)
    answers.append(desk.send(desk.rows(1)).status)
    monkeypatch.undo()

    assert sorted(answers) == [202] * MOST_UNDER_WAY + [409] * 2
    assert kept(desk, "import") == kept(desk, "import_part") == MOST_UNDER_WAY


def test_one_killed_while_it_begins_counts_for_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", killed)
        for _ in range(MOST_UNDER_WAY):
            assert desk.send(desk.rows(1)).status == 500

    assert desk.slice.rows() == []
    assert len(begun(desk)) == MOST_UNDER_WAY


def test_the_document_names_the_refusal(desk: Desk) -> None:
    document = json.loads((Path(__file__).resolve().parents[3] / "events/openapi.json").read_text(encoding="utf-8"))
    answer = document["paths"][f"{desk.path}/imports"]["post"]["responses"]["409"]["$ref"].rpartition("/")[2]

    assert FULL[1] in document["components"]["responses"][answer]["x-problem-types"]
