"""An employee is erased: what all have signed is archived for six years after the mission, the rest is deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from passerelle.contracts.agreements import AgreementsErased
from passerelle.contracts.erasure import Pair
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.introductions import IntroductionsErased
from tests.support.slices import Slice, a_company, an_envelope, an_operator
from tests.unit.agreements.loans import (
    HOST,
    HOSTING,
    ID,
    INTRODUCTION,
    KINDS,
    LENDER,
    LENDING,
    PATH,
    PERSON,
    Clock,
    disclosed,
    drafted,
    known,
    ready,
    sha,
    signed,
    state,
    version_of,
)


def erased(*introductions: str):
    pairs = tuple(Pair(introduction_id=each, host=HOST) for each in introductions or (INTRODUCTION,))
    event = IntroductionsErased(case_id="era_1", person_id=PERSON, lender=LENDER, deleted=1, pairs=pairs)
    return an_envelope(event, tenant=LENDER, subject="era_1")


def rows_of(loans: Slice) -> list[dict]:
    places = {f"{tenant}#agreement#{ID}" for tenant in (LENDER, HOST)}
    return [row for row in loans.rows() if row["pk"]["S"] in places and row["sk"]["S"] == "STATE"]


def test_a_signed_one_is_kept_for_six_years_and_said_so(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)
    loans.publish()

    assert loans.deliver(erased(), times=2) == []

    (answer,) = loans.facts(AgreementsErased)
    (file,) = answer.files
    assert file.until == date(2032, 5, 29)
    assert set(file.documents) == {sha(kind, version_of(loans)) for kind in KINDS}
    assert [(kept.what, kept.until) for kept in answer.kept] == [("signed_loan", date(2032, 5, 29))]
    last = datetime(2032, 5, 29, 23, 59, 59, tzinfo=UTC).timestamp()
    assert [int(row["expires_at"]["N"]) for row in rows_of(loans)] == [last, last]


def test_a_mission_still_starts_and_the_term_of_the_archive_stays(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)
    loans.publish()
    loans.deliver(erased())
    clock_.on(date(2026, 3, 2))

    loans.handler.start({}, None)

    assert state(loans) == "active"
    assert ["expires_at" in row for row in rows_of(loans)] == [True, True]


@pytest.mark.parametrize("stage", ["drafting", "ready"])
def test_one_that_is_not_signed_goes(loans: Slice, clock_: Clock, stage: str) -> None:
    drafted(loans)
    if stage == "ready":
        assert ready(loans).status == 200
    loans.publish()

    assert loans.deliver(erased()) == []

    for actor in (LENDING, HOSTING):
        assert loans.call("GET", PATH, actor=actor).status == 404
    (answer,) = loans.facts(AgreementsErased)
    assert (answer.files[0].until, answer.files[0].documents, answer.kept) == (None, (), ())
    assert "Soudage TIG" not in str([row for row in loans.rows() if "#idempotency#" not in row["pk"]["S"]])


def test_a_disclosure_that_comes_late_makes_no_agreement(loans: Slice) -> None:
    known(loans)
    loans.publish()
    loans.deliver(erased())

    assert loans.deliver(disclosed()) == []

    assert loans.call("GET", PATH, actor=LENDING).status == 404


def test_while_a_fact_waits_to_be_told_the_erasure_waits(loans: Slice, clock_: Clock) -> None:
    drafted(loans)
    assert ready(loans).status == 200
    envelope = erased()

    assert loans.deliver(envelope) == [envelope.id]
    loans.publish()
    assert loans.deliver(envelope) == []


def test_the_vault_s_identity_is_known_no_more(loans: Slice) -> None:
    known(loans)
    loans.publish()
    loans.deliver(erased())

    assert not [row for row in loans.rows() if row["pk"]["S"] == f"{LENDER}#identity#{PERSON}"]


def test_an_operator_exports_the_employee_s_own_part(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)
    path = f"/agreements/rights/{LENDER}/{INTRODUCTION}"

    exported = loans.call("GET", path, actor=an_operator()).body

    assert exported["agreement_id"] == ID
    assert exported["signature"]["text"]
    assert "lender_steps" not in exported
    assert loans.call("GET", path, actor=a_company(LENDER)).status == 403


def test_nothing_is_kept_of_the_members_of_a_company(loans: Slice) -> None:
    event = IdentityRecorded(subject_id="mbr_guest", kind="member", mark="mail:0123456789abcdef")

    assert loans.deliver(an_envelope(event, tenant="cmp_lender", subject="mbr_guest")) == []

    assert "mail:" not in str(loans.rows())
