"""Reminders of agreements that wait for a company's signature: to whom, when, how often, and when no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from passerelle.contracts.agreements import AgreementReminded, EmployeeSignatureRequested, MissionStarted
from passerelle.store import Transaction
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
    TOKEN,
    Clock,
    draft,
    drafted,
    introduction_ended,
    issued,
    put,
    ready,
    signed_by,
    state,
    version_of,
)


@pytest.fixture
def to_sign(loans: Slice) -> Slice:
    """An agreement whose documents were made on the first day of the clock."""
    drafted(loans)
    assert ready(loans).status == 200
    return loans


def look(loans: Slice, clock_: Clock, *days: int) -> None:
    """The schedule comes round on each of these days after today, twice on each."""
    passed = 0
    for day in days:
        clock_.pass_(days=day - passed)
        passed = day
        loans.handler.remind({}, None)
        loans.handler.remind({}, None)


def reminders(loans: Slice) -> list[tuple[int, tuple[str, ...]]]:
    """What was reminded of: after how many days, and whom."""
    return [(fact.days, fact.waiting_for) for fact in loans.facts(AgreementReminded)]


def test_companies_that_have_not_signed_are_reminded_at_3_7_and_15_days(to_sign: Slice, clock_: Clock) -> None:
    look(to_sign, clock_, *range(1, 40))

    assert reminders(to_sign) == [(days, (LENDER, HOST)) for days in (3, 7, 15)]
    [first, *_] = to_sign.envelopes(AgreementReminded)
    assert (first.tenant, first.subject) == (HOST, ID)
    assert first.data == {"agreement_id": ID, "waiting_for": [LENDER, HOST], "days": 3}
    assert first.correlation_id.startswith("run_")


def test_who_has_signed_is_reminded_no_more_and_the_other_still_is(to_sign: Slice, clock_: Clock) -> None:
    look(to_sign, clock_, 3)
    signed_by(to_sign, clock_, "lender")
    look(to_sign, clock_, 4, 12)

    assert reminders(to_sign) == [(3, (LENDER, HOST)), (7, (HOST,)), (15, (HOST,))]


def test_the_employee_is_asked_once_and_never_reminded(to_sign: Slice, clock_: Clock) -> None:
    signed_by(to_sign, clock_, "lender", "host")
    look(to_sign, clock_, *range(1, 40))

    assert state(to_sign) == "partially_signed"
    assert reminders(to_sign) == []
    assert len(to_sign.facts(EmployeeSignatureRequested)) == 1


def test_the_employee_s_signature_tells_in_no_reminder(to_sign: Slice, clock_: Clock) -> None:
    signed_by(to_sign, clock_, "employee")
    look(to_sign, clock_, 3)

    [told] = to_sign.envelopes(AgreementReminded)
    assert told.data == {"agreement_id": ID, "waiting_for": [LENDER, HOST], "days": 3}
    assert PERSON not in told.model_dump_json()


def test_missed_runs_remind_once_of_the_latest(to_sign: Slice, clock_: Clock) -> None:
    look(to_sign, clock_, 9, 20)

    assert [days for days, _ in reminders(to_sign)] == [7, 15]


def test_a_new_version_counts_from_its_own_documents(to_sign: Slice, clock_: Clock) -> None:
    look(to_sign, clock_, 3)
    signed_by(to_sign, clock_, "lender", "host")
    assert put(to_sign, "host", "terms", draft(weekly_hours=39)).status == 200
    look(to_sign, clock_, 5)
    assert ready(to_sign).status == 200
    look(to_sign, clock_, 2, 3, 8)

    assert reminders(to_sign) == [(3, (LENDER, HOST)), (3, (LENDER, HOST)), (7, (LENDER, HOST))]


def test_a_typo_put_right_counts_on(to_sign: Slice, clock_: Clock) -> None:
    look(to_sign, clock_, 3)
    assert put(to_sign, "host", "terms", draft(supervisor="Cheffe d’atelier")).status == 200
    look(to_sign, clock_, *range(1, 5))

    assert [days for days, _ in reminders(to_sign)] == [3, 7]


def test_nobody_is_reminded_of_documents_that_are_being_made(loans: Slice, clock_: Clock) -> None:
    drafted(loans)
    assert loans.call("POST", f"{PATH}/readiness", actor=LENDING).status == 200
    loans.deliver(*(issued(kind, version_of(loans)) for kind in KINDS[:3]))
    look(loans, clock_, *range(1, 9))
    assert reminders(loans) == []

    loans.deliver(issued(KINDS[3], version_of(loans)))
    look(loans, clock_, 2, 3)

    assert [days for days, _ in reminders(loans)] == [3]


def _refused(loans: Slice, _: Clock) -> None:
    assert loans.call("POST", f"{PATH}/refusal", actor=HOSTING, body={"reason": "dates"}).status == 200


def _refused_by_the_employee(loans: Slice, _: Clock) -> None:
    assert loans.call("POST", "/agreements/sign/refusal", body={"token": TOKEN}).status == 200


def _ended(loans: Slice, _: Clock) -> None:
    assert loans.deliver(introduction_ended()) == []


def _signed(loans: Slice, clock_: Clock) -> None:
    signed_by(loans, clock_, "lender", "host", "employee")


def _cancelled(loans: Slice, clock_: Clock) -> None:
    _signed(loans, clock_)
    _refused(loans, clock_)


def _revised(loans: Slice, _: Clock) -> None:
    assert put(loans, "lender", "terms", draft(weekly_hours=39)).status == 200


def _out_of_time(_: Slice, clock_: Clock) -> None:
    clock_.on(date(2026, 5, 30))


@pytest.mark.parametrize(
    "end", [_refused, _refused_by_the_employee, _ended, _signed, _cancelled, _revised, _out_of_time]
)
def test_what_ended_is_reminded_of_no_more(to_sign: Slice, clock_: Clock, end: Callable[[Slice, Clock], None]) -> None:
    look(to_sign, clock_, 3)
    end(to_sign, clock_)
    look(to_sign, clock_, *range(1, 20))

    assert [days for days, _ in reminders(to_sign)] == [3]


def test_a_signed_agreement_that_was_reminded_of_starts_on_its_day(to_sign: Slice, clock_: Clock) -> None:
    look(to_sign, clock_, 3)
    _signed(to_sign, clock_)
    look(to_sign, clock_, 1, 4)
    clock_.on(date(2026, 3, 2))
    to_sign.handler.start({}, None)

    assert len(to_sign.facts(MissionStarted)) == 1
    assert len(reminders(to_sign)) == 1


def at_commit(patch: pytest.MonkeyPatch, first: Callable[[], None]) -> None:
    """Let something happen just before the next commit."""
    commit, waiting = Transaction.commit, [first]

    def interrupted(transaction: Transaction) -> Any:
        while waiting:
            waiting.pop()()
        return commit(transaction)

    patch.setattr(Transaction, "commit", interrupted)


def test_two_runs_at_once_remind_once(to_sign: Slice, clock_: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock_.pass_(days=3)
    at_commit(monkeypatch, lambda: to_sign.handler.remind({}, None))

    to_sign.handler.remind({}, None)

    assert [days for days, _ in reminders(to_sign)] == [3]


def test_a_signature_at_the_moment_of_a_reminder_is_not_reminded_of(
    to_sign: Slice, clock_: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_.pass_(days=3)
    at_commit(monkeypatch, lambda: signed_by(to_sign, clock_, "host"))

    to_sign.handler.remind({}, None)

    assert reminders(to_sign) == [(3, (LENDER,))]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_cut_off_goes_on_next_time(
    to_sign: Slice, clock_: Clock, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    clock_.pass_(days=3)
    commit = Transaction.commit

    def dying(transaction: Transaction) -> None:
        if moment == "after":
            commit(transaction)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", dying)
        with pytest.raises(SystemExit):
            to_sign.handler.remind({}, None)
    look(to_sign, clock_, 0, 1)

    assert [days for days, _ in reminders(to_sign)] == [3]
