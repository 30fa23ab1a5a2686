"""Changing the terms: what makes a new version, what is only spelling, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from functions.agreements.model.drafts import meaning
from tests.support.slices import Slice
from tests.unit.agreements.loans import (
    LENDING,
    PATH,
    Clock,
    disclosed,
    draft,
    drafted,
    etag,
    known,
    put,
    ready,
    signed,
    signed_by,
    state,
    terms,
    version_of,
)

TASKS = terms()["tasks"]


@pytest.mark.parametrize(
    "changed",
    [
        {"tasks": TASKS + " Meulage."},
        {"tasks": TASKS.replace("inox", "acier")},
        {"post_characteristics": "Poste debout, port de charges jusqu’à 1,5 kg."},
        {"post_characteristics": "Poste debout, port de charges jusqu’à 25 kg."},
        {"start_date": "2026-03-03"},
        {"end_date": "2026-05-28"},
        {"weekly_hours": 34},
        {"shift": "night"},
        {"workplace": "76351"},
        {"area": {"level": "department", "code": "76"}},
        {"probation_days": 15},
        {"cost": terms()["cost"] | {"monthly_gross": 300_001}},
        {"risk_post": True},
    ],
    ids=str,
)
def test_a_material_change_makes_a_new_version_and_clears_the_signatures(
    loans: Slice, clock_: Clock, changed: dict[str, Any]
) -> None:
    drafted(loans)
    ready(loans)
    signed_by(loans, clock_, "lender", "employee")

    reply = put(loans, "host", "terms", draft(**changed))

    assert reply.status == 200, reply.text
    assert (reply.body["version"], reply.body["state"], reply.body["signatures"]) == (3, "drafting", [])
    assert {document["sha256"] for document in reply.body["documents"]} == {None}
    kept = loans.call("GET", f"{PATH}/evidence", actor=LENDING).body["signatures"]
    assert [(each["party"], each["version"], each["valid"]) for each in kept] == [
        ("lender", 2, False),
        ("employee", 2, False),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"tasks": TASKS.replace("ô", "o").lower()},
        {"tasks": TASKS.replace(", ", "  ;  ").rstrip(".") + " !"},
        {"post_characteristics": "POSTE DEBOUT — port de charges jusqu'à 15 kg…"},
        {"supervisor": "Cheffe d’atelier"},
        {"lender_signer": "Directeur des ressources humaines"},
        {"host_signer": "Présidente"},
    ],
    ids=str,
)
def test_a_typo_keeps_version_documents_and_signatures(loans: Slice, clock_: Clock, changed: dict[str, Any]) -> None:
    drafted(loans)
    ready(loans)
    signed_by(loans, clock_, "lender")

    reply = put(loans, "host", "terms", draft(**changed))

    assert reply.status == 200, reply.text
    assert (reply.body["version"], reply.body["state"]) == (2, "partially_signed")
    assert [each["party"] for each in reply.body["signatures"]] == ["lender"]
    signed_by(loans, clock_, "host", "employee")
    assert state(loans) == "signed"


@pytest.mark.parametrize(
    ("one", "other"),
    [("1,5 t", "15 t"), ("1 5", "15"), ("-5 °C", "5 °C"), ("5 %", "5"), ("< 10", "10"), ("3/4", "34"), ("A+B", "A B")],
)
def test_what_touches_a_figure_is_no_typo(one: str, other: str) -> None:
    assert meaning(one) != meaning(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Contrôle visuel", "controle  visuel."), ("l’atelier", "l'atelier"), ("œuvre", "OEUVRE"), ("a-b", "a b")],
)
def test_what_is_a_typo(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


def test_the_same_terms_again_change_nothing(loans: Slice) -> None:
    drafted(loans)
    before = etag(loans)

    assert put(loans, "lender", "terms", draft()).headers["ETag"] == before


def test_terms_of_a_signed_agreement_may_change_until_the_mission_starts(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)

    put(loans, "lender", "terms", draft(start_date="2026-04-01"))

    assert (state(loans), version_of(loans)) == ("drafting", 3)
    assert not [row for row in loans.rows() if "#start#" in row["pk"]["S"]]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"regime": "R2_LARGE_TO_SME"}, "/terms/regime"),
        ({"contract_type": "APPRENTICE"}, "/terms/contract_type"),
        ({"end_date": "2026-03-01"}, "/terms/end_date"),
        ({"workplace": "99999"}, "/workplace"),
        ({"occupation": "Z9999"}, "/terms/occupation"),
        ({"tasks": "court"}, "/terms/tasks"),
        ({"weekly_hours": 61}, "/terms/weekly_hours"),
        ({"workplace": "Rouen"}, "/workplace"),
    ],
)
def test_terms_that_cannot_be_are_refused_and_change_nothing(
    loans: Slice, changed: dict[str, Any], pointer: str
) -> None:
    known(loans)
    loans.deliver(disclosed())
    before = etag(loans)

    reply = put(loans, "host", "terms", draft(**changed))

    assert (reply.status, [error["pointer"] for error in reply.body["errors"]]) == (422, [pointer])
    assert etag(loans) == before


def test_a_change_names_the_version_it_changes(loans: Slice) -> None:
    known(loans)
    loans.deliver(disclosed())
    before = etag(loans)
    assert put(loans, "host", "terms", draft()).status == 200

    assert put(loans, "lender", "terms", draft(weekly_hours=30), version=before).status == 412
    assert loans.call("PUT", f"{PATH}/terms", actor=LENDING, body=draft()).status == 428


@pytest.mark.parametrize("missing", ["workplace", "supervisor", "lender_signer", "host_signer", "post_characteristics"])
def test_nothing_is_ready_while_the_terms_have_a_gap(loans: Slice, missing: str) -> None:
    drafted(loans, **{missing: "" if missing == "post_characteristics" else None})

    reply = loans.call("POST", f"{PATH}/readiness", actor=LENDING)

    assert (reply.status, reply.body["type"].rpartition(":")[2]) == (409, "agreement-incomplete")
    assert [error["pointer"].rpartition("/")[2] for error in reply.body["errors"]] == [missing]
