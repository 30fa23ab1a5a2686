"""Masked talk after mutual interest: questions, the earliest lawful start, the blind term sheet and its cost."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest

from passerelle import clock
from passerelle.contracts.introductions import TermSheetReady
from tests.support.slices import Slice, a_company
from tests.unit.introductions.committing import (
    HOSTING,
    LENDING,
    PATH,
    a_sheet,
    everything,
    in_days,
    mutual,
    signs,
    sized,
    view,
    written,
)
from tests.unit.introductions.pairs import HOST, LENDER, matched, withdrawn


def test_masked_questions_and_their_answers_cross(introductions: Slice) -> None:
    mutual(introductions)

    posted = introductions.call(
        "POST", f"{PATH}/questions", actor=HOSTING, body={"text": "Quelles machines la personne connaît-elle ?"}
    )
    assert posted.status == 201, posted.text
    (question,) = view(introductions)["questions"]
    assert question["yours"] is False
    path = f"{PATH}/questions/{question['id']}/answer"
    body = {"text": "Deux tours et une fraiseuse, cinq ans chacun."}
    assert introductions.call("POST", path, actor=HOSTING, body=body).status == 409
    assert introductions.call("POST", path, actor=a_company("cmp_other"), body=body).status == 404
    assert introductions.call("POST", path, actor=LENDING, body=body).status == 200
    assert introductions.call("POST", path, actor=LENDING, body=body).status == 200
    assert introductions.call("POST", path, actor=LENDING, body={"text": "Autre chose."}).status == 409
    (answered,) = view(introductions, HOSTING)["questions"]
    assert (answered["yours"], answered["answer"]) == (True, body["text"])
    nowhere = f"{PATH}/questions/qst_nowhere/answer"
    assert introductions.call("POST", nowhere, actor=LENDING, body=body).status == 404


@pytest.mark.parametrize(
    "text", ["Appelez Camille Lefèvre.", "Notre mail : rh@canari.example", "Nous sommes Canari SAS", "06 12 34 56 78"]
)
def test_a_text_that_may_name_somebody_is_refused_and_kept_nowhere(introductions: Slice, text: str) -> None:
    mutual(introductions)

    refused = introductions.call("POST", f"{PATH}/questions", actor=LENDING, body={"text": text})
    sheet = written(introductions, tasks=f"Montage de sous-ensembles. {text}")

    for reply, pointer in ((refused, "/text"), (sheet, "/tasks")):
        assert reply.status == 422
        fault = reply.body["errors"][0]
        assert fault["pointer"] == pointer
        assert "caractères" in fault["detail"]
        assert text not in reply.text
    assert text not in everything(introductions)
    assert introductions.facts(TermSheetReady) == []


def test_twenty_questions_are_enough(introductions: Slice) -> None:
    mutual(introductions)
    statuses = [
        introductions.call(
            "POST", f"{PATH}/questions", actor=HOSTING, body={"text": f"Question numéro {n}\u00a0?"}
        ).status
        for n in range(21)
    ]

    assert statuses == [201] * 20 + [409]


def test_there_is_no_talk_before_mutual_interest_nor_after_the_end(introductions: Slice) -> None:
    introductions.deliver(matched())
    text = {"text": "Quels horaires ?"}

    assert introductions.call("POST", f"{PATH}/questions", actor=HOSTING, body=text).status == 409
    assert written(introductions).body["type"].endswith("not-mutual")
    mutual(introductions)
    introductions.deliver(withdrawn())
    assert introductions.call("POST", f"{PATH}/questions", actor=HOSTING, body=text).status == 409
    assert written(introductions).body["type"].endswith("not-proceeding")
    assert signs(introductions, LENDING, sha256="0" * 64).status == 409


def test_the_earliest_lawful_start_is_shown_to_both_with_its_reasons(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = in_days(0).replace(year=2026, month=3, day=2, hour=12)
    monkeypatch.setattr(clock, "now", lambda: noon)
    mutual(introductions)

    for actor in (LENDING, HOSTING):
        start = view(introductions, actor)["earliest_start"]
        assert (start["day"], start["counted_from"]) == ("2026-04-03", "2026-03-02")
        assert {reason["rule"] for reason in start["reasons"]} == {"PMO-16", "PMO-21", "PMO-22"}
        assert all(reason["article"] for reason in start["reasons"])
        assert start["missing"] == []


def test_small_companies_without_a_council_may_start_sooner(introductions: Slice) -> None:
    introductions.deliver(
        sized(LENDER, "0-10", has_cse=False, sequence=5), sized(HOST, "0-10", has_cse=False, sequence=5)
    )
    mutual(introductions)

    start = view(introductions)["earliest_start"]
    assert start["day"] == (clock.today() + timedelta(days=1)).isoformat()


def test_the_sheet_is_canonical_and_its_papers_can_be_made(introductions: Slice) -> None:
    mutual(introductions)

    reply = written(introductions)

    assert reply.status == 200, reply.text
    assert reply.body["state"] == "committing"
    (ready,) = introductions.facts(TermSheetReady)
    document = json.dumps(
        ready.terms.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert ready.sha256 == hashlib.sha256(document.encode()).hexdigest() == reply.body["term_sheet"]["sha256"]
    assert (ready.lender, ready.host, ready.proposed_by) == (LENDER, HOST, "host")
    assert isinstance(ready.earliest_start, date)
    assert view(introductions)["term_sheet"]["yours"] is False
    assert view(introductions)["may"] == ["questions", "term-sheet", "signatures", "refusal"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"start_date": "2020-01-01"}, "/start_date"),
        ({"end_date": "2026-01-01"}, "/end_date"),
        ({"occupation": "Z9999"}, "/occupation"),
        ({"area": {"level": "epci", "code": "999"}}, "/area/code"),
        ({"tasks": "court"}, "/tasks"),
        ({"host_name": "x"}, "/host_name"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(introductions: Slice, changes: dict[str, Any], pointer: str) -> None:
    mutual(introductions)

    reply = written(introductions, **changes)

    assert reply.status == 422
    assert pointer in {fault["pointer"] for fault in reply.body["errors"]}
    assert view(introductions)["state"] == "mutual"


def test_a_sheet_names_the_version_it_changes(introductions: Slice) -> None:
    mutual(introductions)
    put = f"{PATH}/term-sheet"

    assert introductions.call("PUT", put, actor=LENDING, body=a_sheet()).status == 428
    stale = introductions.call("PUT", put, actor=LENDING, body=a_sheet(), headers={"If-Match": '"1"'})
    assert stale.status == 412


def test_the_cost_is_simulated_from_the_sheet_or_from_figures(introductions: Slice) -> None:
    mutual(introductions)
    path = f"{PATH}/cost"
    assert introductions.call("GET", path, actor=LENDING).status == 400
    figures = {"monthly_gross": "300000", "contribution_rate": "4200", "months": "2"}

    asked_for = introductions.call("GET", path, actor=HOSTING, query=figures).body
    assert (asked_for["monthly"], asked_for["total"], asked_for["vat"]) == (426_000, 852_000, 170_400)
    written(introductions)
    cost = introductions.call("GET", path, actor=LENDING).body

    assert cost["monthly"] == 470_660 == sum(line["cents"] for line in cost["lines"])
    assert {line["type"] for line in cost["lines"]} == {"WAGES", "BONUS", "PAID_LEAVE", "CHARGES", "EXPENSES"}
    assert cost["total"] == cost["monthly"] * cost["months"]
    assert introductions.call("GET", path, actor=LENDING, query={"months": "0"}).status == 400
    assert introductions.call("GET", path, actor=LENDING, query={"months": "x"}).status == 400
    assert introductions.call("GET", path, actor=a_company("cmp_other")).status == 404


def test_older_news_of_a_size_changes_nothing(introductions: Slice) -> None:
    introductions.deliver(sized(LENDER, "5000+", sequence=9), sized(LENDER, "0-10", has_cse=False, sequence=4))

    known = introductions.handler.wire().introductions.workforce(LENDER)
    assert known.version == 9
    assert known.value.workforce.headcount == "5000+"
