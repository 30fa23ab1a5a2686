"""From the disclosure to the first day: the agreement as both companies, the employee and the clock move it."""

from __future__ import annotations

from datetime import date

import pytest

from passerelle.contracts.agreements import (
    AgreementReady,
    AgreementSigned,
    EmployeeSignatureRequested,
    MissionStarted,
    SigningCodeRequested,
)
from tests.support.slices import Slice
from tests.unit.agreements.loans import (
    HOST,
    HOSTING,
    ID,
    KINDS,
    LENDER,
    LENDING,
    PATH,
    PERSON,
    Clock,
    disclosed,
    drafted,
    issued,
    ready,
    sha,
    signed,
    signed_by,
    state,
)


def test_a_disclosed_introduction_becomes_one_agreement_of_both_companies(loans: Slice) -> None:
    envelope = disclosed()
    loans.deliver(envelope, times=2)
    loans.deliver(disclosed())

    for actor, side in ((LENDING, "lender"), (HOSTING, "host")):
        page = loans.call("GET", "/agreements", actor=actor).body
        assert [(item["id"], item["side"], item["state"]) for item in page["items"]] == [(ID, side, "drafting")]


def test_from_disclosure_to_the_first_day(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)

    assert state(loans) == "signed"
    clock_.on(date(2026, 3, 1))
    loans.handler.start({}, None)
    assert state(loans) == "signed"
    clock_.on(date(2026, 3, 2))
    loans.handler.start({}, None)
    assert state(loans) == "active"
    [started] = loans.facts(MissionStarted)
    assert (started.lender, started.host, started.start_date) == (LENDER, HOST, date(2026, 3, 2))


def test_ready_says_what_documents_need_and_the_employee_is_asked_once_they_are_there(loans: Slice) -> None:
    drafted(loans)

    assert loans.call("POST", f"{PATH}/readiness", actor=HOSTING).status == 200

    [fact] = loans.facts(AgreementReady)
    assert (fact.workplace, fact.supervisor, fact.signers) == ("76540", "Chef d’atelier", ("DRH", "Directrice"))
    loans.deliver(*(issued(kind, fact.terms_version) for kind in KINDS[:3]), times=2)
    assert loans.facts(EmployeeSignatureRequested) == []
    loans.deliver(issued(KINDS[3], fact.terms_version), times=2)
    [asked] = loans.envelopes(EmployeeSignatureRequested)
    assert (asked.tenant, asked.data["person_id"]) == (LENDER, PERSON)


def test_signed_by_all_is_told_once_with_everything_others_need(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)

    [fact] = loans.facts(AgreementSigned)
    assert (fact.agreement_id, fact.profile_id, fact.demand_id, fact.lender, fact.host) == (
        ID,
        "prf_a",
        "dem_a",
        LENDER,
        HOST,
    )


def test_a_code_is_asked_for_the_right_addressee(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)

    asked = {fact.party: (fact.tenant_or_person, fact.lender) for fact in loans.facts(SigningCodeRequested)}
    assert asked == {"lender": (LENDER, LENDER), "host": (HOST, LENDER), "employee": (PERSON, LENDER)}


@pytest.mark.parametrize(
    "order",
    [
        ("lender", "host", "employee"),
        ("lender", "employee", "host"),
        ("host", "lender", "employee"),
        ("host", "employee", "lender"),
        ("employee", "lender", "host"),
        ("employee", "host", "lender"),
    ],
)
def test_the_three_sign_in_any_order(loans: Slice, clock_: Clock, order: tuple[str, ...]) -> None:
    drafted(loans)
    ready(loans)

    seen = []
    for party in order:
        signed_by(loans, clock_, party)
        seen.append(state(loans))

    assert seen == ["partially_signed", "partially_signed", "signed"]


def test_the_evidence_holds_who_when_what_and_how(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)

    evidence = loans.call("GET", f"{PATH}/evidence", actor=HOSTING).body

    assert [(each["party"], each["channel"], each["subject"]) for each in evidence["signatures"]] == [
        ("lender", "account", "usr_1"),
        ("host", "account", "usr_2"),
        ("employee", "personal_link", PERSON),
    ]
    for each in evidence["signatures"]:
        assert each["level"] == "simple"
        assert each["valid"]
        assert all(digest in each["text"] for digest in each["documents"].values())
        assert each["request_id"].startswith("req_")
        assert "avancée" not in each["text"]
    assert evidence["signatures"][2]["documents"] == {
        "contract_amendment": sha("contract_amendment", 2),
        "employee_agreement": sha("employee_agreement", 2),
    }
