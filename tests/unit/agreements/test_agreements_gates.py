"""What holds a signature and a start: each rule by name, the delays to the day, and who is told what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from passerelle.contracts.agreements import AgreementReady, MissionStarted
from tests.support.slices import Slice
from tests.unit.agreements.loans import (
    HOST,
    HOST_MARK,
    HOST_STEPS,
    HOSTING,
    IDENTITIES,
    LENDER,
    LENDER_MARK,
    LENDER_STEPS,
    LENDING,
    PATH,
    Clock,
    active,
    code_for,
    disclosed,
    draft,
    drafted,
    give,
    known,
    named,
    put,
    ready,
    record,
    rules,
    signed,
    signed_by,
    state,
    terms,
)


def readiness(loans: Slice, actor: Any = LENDING) -> Any:
    return loans.call("POST", f"{PATH}/readiness", actor=actor)


def start(loans: Slice, actor: Any = HOSTING) -> Any:
    return loans.call("POST", f"{PATH}/start", actor=actor)


def test_without_the_siren_of_the_host_the_employee_s_agreement_cannot_name_it(loans: Slice) -> None:
    drafted(loans, without="host")

    reply = readiness(loans)

    assert rules(reply) == {"PMO-01", "PMO-11"}
    [rule] = [rule for rule in reply.body["rules"] if rule["rule"] == "PMO-11"]
    assert (rule["output"], rule["who"]) == ("BLOCK", "employee")
    assert "L8241-2" in rule["article"]
    assert loans.facts(AgreementReady) == []

    loans.deliver(IDENTITIES["host"]())
    assert readiness(loans).status == 200


@pytest.mark.parametrize(("party", "held"), [("lender", {"PMO-01"}), ("employee", {"PMO-01", "PMO-11", "PMO-14"})])
def test_every_party_must_be_known_to_the_vault(loans: Slice, party: str, held: set[str]) -> None:
    drafted(loans, without=party)

    assert rules(readiness(loans)) == held


def test_an_identity_with_another_siren_than_the_company_was_activated_with_names_nobody(loans: Slice) -> None:
    drafted(loans, without="host")
    loans.deliver(named(HOST, HOST, "siren:" + "f" * 32))

    assert "PMO-11" in rules(readiness(loans))


@pytest.mark.parametrize(
    ("lender", "host", "changed", "held"),
    [
        ({"urssaf_certificate_on": None}, {}, {}, {"PMO-34"}),
        ({"urssaf_certificate_on": "2025-08-16"}, {}, {}, {"PMO-34"}),
        ({"registration_proof": False}, {}, {}, {"PMO-34"}),
        ({"work_permit_ok": False}, {}, {}, {"PMO-43"}),
        ({"work_permit_ok": None}, {}, {}, {"PMO-43"}),
        ({"has_mandate": None}, {}, {}, {"PMO-49"}),
        ({"has_mandate": True, "mandate_clause": True}, {}, {}, {"PMO-49"}),
        ({"on_partial_activity": True}, {}, {}, {"PMO-48"}),
        ({}, {"custom_ppe": True}, {}, {"PMO-55"}),
        ({}, {"custom_ppe": None}, {}, {"PMO-55"}),
        ({}, {}, {"daily_hours": 11}, {"PMO-50"}),
        ({}, {}, {"daily_rest_hours": 10}, {"PMO-50"}),
        ({}, {}, {"weekly_hours": 49}, {"PMO-50"}),
        ({}, {}, {"day_night_switch": True}, {"PMO-18"}),
        ({}, {}, {"replaces_strikers": True}, {"PMO-47"}),
    ],
)
def test_what_holds_the_signature(
    loans: Slice, lender: dict[str, Any], host: dict[str, Any], changed: dict[str, Any], held: set[str]
) -> None:
    drafted(loans, **changed)
    record(loans, "lender", **lender)
    record(loans, "host", **host)

    assert rules(readiness(loans)) == held
    assert state(loans) == "drafting"


@pytest.mark.parametrize(
    ("lender", "host", "changed"),
    [
        ({"urssaf_certificate_on": "2025-08-17"}, {}, {}),
        ({"has_mandate": True, "mandate_clause": True, "second_agreement": True}, {}, {}),
        ({"on_partial_activity": True, "partial_activity_declared": True}, {}, {}),
        ({}, {"custom_ppe": True, "custom_ppe_clause": True}, {}),
        ({}, {}, {"day_night_switch": True, "probation_days": 15}),
        ({}, {}, {"daily_hours": 10, "weekly_hours": 48, "daily_rest_hours": 11}),
    ],
)
def test_what_lifts_it(loans: Slice, lender: dict[str, Any], host: dict[str, Any], changed: dict[str, Any]) -> None:
    drafted(loans, **changed)
    record(loans, "lender", **lender)
    record(loans, "host", **host)

    assert readiness(loans).status == 200


def test_a_price_above_or_below_the_cost_is_not_signed(loans: Slice) -> None:
    drafted(loans)
    for billed, held in ((420_002 + 500, {"PMO-29"}), (419_999, {"PMO-30"})):
        cost = terms()["cost"] | {"billed": billed}
        put(loans, "lender", "terms", draft(cost=cost))
        assert rules(readiness(loans)) >= held


def test_the_gate_of_signing_is_looked_at_again_when_somebody_signs(loans: Slice, clock_: Clock) -> None:
    drafted(loans)
    ready(loans)
    signed_by(loans, clock_, "host")
    record(loans, "lender", work_permit_ok=False)
    code_for(loans, clock_, "lender")

    assert rules(give(loans, "lender")) == {"PMO-43"}
    assert state(loans) == "partially_signed"

    record(loans, "lender")
    assert give(loans, "lender").status == 200


def test_the_host_is_not_told_what_concerns_the_employee_s_person(loans: Slice) -> None:
    drafted(loans)
    record(loans, "lender", has_mandate=True, on_partial_activity=True, work_permit_ok=False)

    to_lender, to_host = readiness(loans, LENDING), readiness(loans, HOSTING)

    assert rules(to_lender) == {"PMO-43", "PMO-48", "PMO-49"}
    assert rules(to_host) == {"PMO-40/43/48/49"}
    assert not any(word in to_host.text for word in ("mandat", "titre de travail", "activité partielle"))
    checks = loans.call("GET", f"{PATH}/checks", actor=HOSTING).text
    assert not any(word in checks for word in ("mandat", "titre de travail", "suspendu"))
    view = loans.call("GET", PATH, actor=HOSTING)
    assert view.body["lender_steps"] is None
    assert "has_mandate" not in view.text


def test_what_nobody_told_is_unknown_and_never_fine(loans: Slice) -> None:
    loans.deliver(disclosed(), *(told() for told in IDENTITIES.values()))
    put(loans, "host", "terms", draft())
    record(loans, "lender", cse={})
    record(loans, "host", cse={})

    checks = loans.call("GET", f"{PATH}/checks", actor=LENDING).body

    unknown = {rule["rule"]: rule["missing"] for rule in checks["start"] if rule["output"] == "UNKNOWN"}
    assert {"PMO-21", "PMO-22", "PMO-27"} <= set(unknown)
    assert unknown["PMO-21"] == ["lender.hasCse"]


# (the CSE was informed, the first day that may be agreed): date to date, or a shorter month's last day
DELAYS = [
    ("2026-03-02", "2026-04-03"),
    ("2026-01-31", "2026-03-01"),
    ("2028-01-31", "2028-03-01"),
    ("2028-01-29", "2028-03-01"),
    ("2027-01-29", "2027-03-01"),
    ("2026-02-28", "2026-03-29"),
    ("2028-02-29", "2028-03-30"),
    ("2026-08-31", "2026-10-01"),
    ("2026-12-31", "2027-02-01"),
]


@pytest.mark.parametrize(
    ("side", "informed", "first"),
    [("lender", *delay) for delay in DELAYS] + [("host", *delay) for delay in DELAYS[:3]],
)
def test_no_mission_before_the_delay_of_a_works_council_to_the_day(
    loans: Slice, clock_: Clock, side: str, informed: str, first: str
) -> None:
    lawful = date.fromisoformat(first)
    early = lawful - timedelta(days=1)
    clock_.on(date.fromisoformat(informed))
    _signed_with(loans, clock_, side, {"informed_on": informed}, start_date=early.isoformat())

    clock_.on(early)
    blocked = start(loans)
    assert rules(blocked) == {"PMO-21" if side == "lender" else "PMO-22"}
    assert blocked.body["rules"][0]["who"] == side
    clock_.on(lawful + timedelta(days=30))
    assert rules(start(loans)) == {"PMO-21" if side == "lender" else "PMO-22"}

    clock_.on(date.fromisoformat(informed))
    clock_.pass_(hours=6)
    put(loans, side, "terms", draft(start_date=first, end_date=_later(first)))
    ready(loans)
    signed_by(loans, clock_, "lender", "host", "employee")
    clock_.on(early)
    assert start(loans).body["type"].endswith(":too-early")
    clock_.on(lawful)
    assert start(loans).status == 200
    assert state(loans) == "active"


@pytest.mark.parametrize(
    ("cse", "first"),
    [
        ({"informed_on": "2026-03-02", "expert_levels": 1}, "2026-05-03"),
        ({"informed_on": "2026-03-02", "expert_levels": 2}, "2026-06-03"),
        ({"informed_on": "2026-03-02", "agreed_days": 10}, "2026-03-13"),
        ({"informed_on": "2026-03-02", "opinion_on": "2026-03-02"}, "2026-03-03"),
    ],
)
def test_experts_agreements_and_opinions_move_the_first_day(
    loans: Slice, clock_: Clock, cse: dict[str, Any], first: str
) -> None:
    lawful = date.fromisoformat(first)
    clock_.on(date(2026, 3, 2))
    _signed_with(loans, clock_, "host", cse, start_date=first)
    clock_.on(lawful - timedelta(days=1))
    loans.handler.start({}, None)
    assert state(loans) == "signed"
    clock_.on(lawful)
    loans.handler.start({}, None)
    assert state(loans) == "active"


def test_the_view_says_from_which_day_and_why(loans: Slice, clock_: Clock) -> None:
    clock_.on(date(2026, 3, 2))
    known(loans)
    loans.deliver(disclosed())
    put(loans, "lender", "steps", {"lender": LENDER_STEPS | {"cse": {"informed_on": "2026-03-02"}}})

    earliest = loans.call("GET", PATH, actor=HOSTING).body["earliest_start"]

    assert earliest["day"] == "2026-04-03"
    assert {"PMO-21", "PMO-22", "PMO-16"} == {reason["rule"] for reason in earliest["reasons"]}


def test_a_company_without_a_works_council_waits_for_none(loans: Slice, clock_: Clock) -> None:
    signed(loans, clock_)
    loans.deliver(
        active(HOST, HOST_MARK, sequence=3, headcount="0-10", has_cse=False),
        active(LENDER, LENDER_MARK, sequence=3, headcount="0-10", has_cse=False),
    )
    record(loans, "lender", cse={})
    record(loans, "host", cse={})
    clock_.on(date(2026, 3, 2))

    assert start(loans).status == 200


@pytest.mark.parametrize(
    ("lender", "host", "changed", "held", "who"),
    [
        ({"in_trial_period": True}, {}, {}, "PMO-40", "lender"),
        ({"contract_suspended": None}, {}, {}, "PMO-40", "lender"),
        ({}, {}, {"sir_post": True}, "PMO-51", "host"),
        ({}, {"aptitude_exam_on": "2026-03-02"}, {"sir_post": True}, "PMO-51", "host"),
        ({"cse_informed_of_risk_post_on": "2026-02-20"}, {}, {"risk_post": True}, "PMO-53", "host"),
        ({}, {"safety_training_on": "2026-03-02"}, {"risk_post": True}, "PMO-25", "lender"),
    ],
)
def test_what_else_holds_the_start(
    loans: Slice,
    clock_: Clock,
    lender: dict[str, Any],
    host: dict[str, Any],
    changed: dict[str, Any],
    held: str,
    who: str,
) -> None:
    signed(loans, clock_, **changed)
    clock_.on(date(2026, 3, 2))
    record(loans, "lender", **lender)
    record(loans, "host", **host)

    reply = start(loans, LENDING)

    assert rules(reply) == {held}
    assert reply.body["rules"][0]["who"] == who
    loans.handler.start({}, None)
    assert loans.facts(MissionStarted) == []


def test_an_amendment_signed_on_the_first_day_is_too_late(loans: Slice, clock_: Clock) -> None:
    drafted(loans)
    ready(loans)
    signed_by(loans, clock_, "lender", "host")
    clock_.on(date(2026, 3, 2))
    signed_by(loans, clock_, "employee")

    assert rules(start(loans)) == {"PMO-16"}


def test_a_step_that_is_still_to_come_is_not_recorded(loans: Slice) -> None:
    known(loans)
    loans.deliver(disclosed())

    reply = record(loans, "host", cse={"informed_on": "2026-02-17", "meeting_on": "2026-02-20"})

    assert reply.status == 422
    assert [error["pointer"] for error in reply.body["errors"]] == ["/host/cse/informed_on"]


def test_a_side_records_its_own_steps_alone(loans: Slice) -> None:
    known(loans)
    loans.deliver(disclosed())

    for side, other in (("lender", "host"), ("host", "lender")):
        both = {"lender": LENDER_STEPS, "host": HOST_STEPS}
        reply = put(loans, side, "steps", both)
        assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, f"/{other}")


def _signed_with(loans: Slice, clock_: Clock, side: str, cse: dict[str, Any], *, start_date: str) -> None:
    """Signed on the day of the clock, when one side's CSE was informed, and the other's had answered before."""
    today = clock_.at.date()
    answered = {
        "informed_on": (today - timedelta(days=9)).isoformat(),
        "opinion_on": (today - timedelta(days=1)).isoformat(),
    }
    known(loans)
    loans.deliver(disclosed())
    put(loans, "host", "terms", draft(start_date=start_date, end_date=_later(start_date)))
    for each in ("lender", "host"):
        more = {"urssaf_certificate_on": today.isoformat()} if each == "lender" else {}
        record(loans, each, cse=cse if each == side else answered, **more)
    assert ready(loans).status == 200
    signed_by(loans, clock_, "lender", "host", "employee")


def _later(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=90)).isoformat()
