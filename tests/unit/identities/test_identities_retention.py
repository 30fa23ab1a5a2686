"""The retention schedule: a clock for each person, moved by news in any order, and the daily run that erases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.identities.model.erasure import Ground
from functions.identities.model.retention import AFTER_WITHDRAWAL, SCHEDULE, UNCONFIRMED, Clock
from passerelle import clock
from passerelle.contracts import Envelope, Event
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned, MissionStarted
from passerelle.contracts.identities import ConfirmationDue, ErasureRequested, IdentityRecorded
from passerelle.contracts.profiles import OptInAccepted, OptInRequested, ProfileWithdrawn
from tests.support.slices import Slice, an_envelope, an_operator
from tests.unit.identities.test_identities_http import LENDER, PERSON, a_person, put

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PROFILE, AGREEMENT = "prf_ana", "agr_ana"


class Time:
    """What the slice takes for now."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at = NOW
        patch.setattr(clock, "now", lambda: self.at)

    def pass_(self, days: int) -> None:
        self.at += timedelta(days=days)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.fixture
def vault(time: Time, identities: Slice) -> Slice:
    put(identities, PERSON, a_person())
    identities.deliver(*identities.envelopes(IdentityRecorded))
    identities.deliver(news(OptInRequested(profile_id=PROFILE, person_id=PERSON), time))
    return identities


def news(event: Event, time: Time | None = None) -> Envelope:
    return an_envelope(event, tenant=LENDER, subject=PROFILE, occurred_at=time.at if time else NOW)


def signed(time: Time) -> Envelope:
    ids = {"agreement_id": AGREEMENT, "introduction_id": "int_a", "demand_id": "dem_a", "profile_id": PROFILE}
    return news(AgreementSigned(**ids, lender=LENDER, host="cmp_host", terms_version=1, signed_at=time.at), time)


def started(last_day: date) -> Envelope:
    parties = {"agreement_id": AGREEMENT, "lender": LENDER, "host": "cmp_host"}
    return news(MissionStarted(**parties, start_date=NOW.date(), end_date=last_day))


def called_off() -> Envelope:
    ids = {"agreement_id": AGREEMENT, "introduction_id": "int_a", "demand_id": "dem_a", "profile_id": PROFILE}
    return news(AgreementEnded(**ids, lender=LENDER, host="cmp_host", outcome="cancelled"))


def run(vault: Slice) -> dict[str, Any]:
    vault.handler.retain({}, None)
    reports = vault.call("GET", "/identities/retention", actor=an_operator()).body["reports"]
    return dict(reports[0]["erased"])


def test_a_withdrawn_person_is_erased_within_thirty_days(vault: Slice, time: Time) -> None:
    vault.deliver(news(ProfileWithdrawn(profile_id=PROFILE), time))
    time.pass_(27)
    assert run(vault) == {}
    time.pass_(1)
    assert run(vault) == {"withdrawn": 1}
    time.pass_(1)
    assert run(vault) == {}

    (asked,) = vault.facts(ErasureRequested)
    assert (asked.person_id, asked.lender) == (PERSON, LENDER)


def test_whoever_says_nothing_for_a_year_is_erased(vault: Slice, time: Time) -> None:
    time.pass_(364)
    assert run(vault) == {}
    time.pass_(1)
    assert run(vault) == {"unconfirmed": 1}


def test_whoever_said_yes_is_asked_once_after_half_a_year_whether_it_holds(vault: Slice, time: Time) -> None:
    for days, told in ((181, 0), (1, 1), (1, 1), (100, 1)):
        time.pass_(days)
        run(vault)
        assert len(vault.facts(ConfirmationDue)) == told

    (asked,) = vault.facts(ConfirmationDue)
    assert (asked.person_id, asked.until) == (PERSON, NOW.date() + UNCONFIRMED)
    time.pass_(365 - 283)
    assert run(vault) == {"unconfirmed": 1}


def test_a_yes_that_still_holds_gives_another_year(vault: Slice, time: Time) -> None:
    time.pass_(182)
    run(vault)
    vault.deliver(news(OptInRequested(profile_id=PROFILE, person_id=PERSON, again=True), time))
    time.pass_(18)
    vault.deliver(news(OptInAccepted(profile_id=PROFILE, person_id=PERSON), time))

    for days, told in ((181, 1), (1, 2), (182, 2)):
        time.pass_(days)
        assert run(vault) == {}
        assert len(vault.facts(ConfirmationDue)) == told
    time.pass_(1)
    assert run(vault) == {"unconfirmed": 1}


def test_being_asked_again_is_no_yes(vault: Slice, time: Time) -> None:
    time.pass_(182)
    run(vault)
    vault.deliver(news(OptInRequested(profile_id=PROFILE, person_id=PERSON, again=True), time))
    time.pass_(183)

    assert run(vault) == {"unconfirmed": 1}


def test_whoever_withdrew_or_works_is_not_asked(vault: Slice, time: Time) -> None:
    vault.deliver(signed(time))
    time.pass_(400)
    run(vault)

    assert vault.facts(ConfirmationDue) == []


def test_a_loan_keeps_its_person_until_three_months_after_it(vault: Slice, time: Time) -> None:
    vault.deliver(signed(time))
    last_day = NOW.date() + timedelta(days=500)
    vault.deliver(started(last_day))
    vault.deliver(news(ProfileWithdrawn(profile_id=PROFILE), time))
    time.pass_(589)
    assert run(vault) == {}
    time.pass_(1)
    assert run(vault) == {"loan_over": 1}


def test_a_loan_that_will_not_be_keeps_nobody(vault: Slice, time: Time) -> None:
    vault.deliver(called_off(), signed(time))
    time.pass_(365)

    assert run(vault) == {"unconfirmed": 1}


@pytest.mark.parametrize("early", [ProfileWithdrawn(profile_id="prf_new")])
def test_news_of_a_profile_that_is_not_known_yet_come_again(vault: Slice, early: Event) -> None:
    envelope = news(early)
    assert vault.deliver(envelope) == [envelope.id]

    put(vault, "per_new", a_person())
    vault.deliver(news(OptInRequested(profile_id="prf_new", person_id="per_new")))

    assert vault.deliver(envelope) == []


def test_nobody_is_erased_twice_by_a_request_and_the_clock(vault: Slice, time: Time) -> None:
    path = f"/identities/rights/{LENDER}/{PERSON}/erasure"
    vault.call("POST", path, actor=an_operator())
    vault.deliver(news(OptInRequested(profile_id=PROFILE, person_id=PERSON)))
    time.pass_(1000)

    assert run(vault) == {}
    assert len(vault.facts(ErasureRequested)) == 1


def test_the_log_of_a_run_holds_counts_alone(vault: Slice, time: Time, logged: Any) -> None:
    time.pass_(400)
    run(vault)

    assert "unconfirmed" in logged.getvalue()
    assert PERSON not in logged.getvalue()


def test_the_schedule_is_executed_as_it_is_written() -> None:
    """Each line of `erasure` counts the days that the clock of a person counts."""
    lines = {line.data: line.days for line in SCHEDULE if line.means == "erasure"}

    assert lines == {
        "Profil retiré": AFTER_WITHDRAWAL.days,
        "Profil sans suite": UNCONFIRMED.days,
        "Dossier d’une mission": 90,
    }
    assert timedelta(days=30) > AFTER_WITHDRAWAL


DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))
NEWS = st.one_of(
    DAYS.map(lambda day: ("confirmed", day)),
    DAYS.map(lambda day: ("withdrawn", day)),
)


@given(st.lists(NEWS, max_size=8), st.randoms())
def test_the_order_of_news_changes_nothing(told: list[tuple[str, date]], chance: Any) -> None:
    def after(told: list[tuple[str, date]]) -> Clock:
        one = Clock(tenant=LENDER, person_id=PERSON, confirmed_on=date(2026, 1, 1))
        for what, day in told:
            one = getattr(one, what)(day)
        return one

    shuffled = [*told, *told]
    chance.shuffle(shuffled)

    assert after(shuffled) == after(told)


@given(st.permutations(["lent", "started", "off"]))
def test_a_loan_called_off_keeps_nobody_whatever_comes_first(order: list[str]) -> None:
    one = Clock(tenant=LENDER, person_id=PERSON, confirmed_on=date(2026, 1, 1))
    for what in order:
        if what == "lent":
            one = one.lent(AGREEMENT, date(2031, 1, 1), known=False)
        if what == "off":
            one = one.not_lent(AGREEMENT)

    assert one.end[1] is Ground.UNCONFIRMED
