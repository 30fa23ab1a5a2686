"""The calendar of the law, to the day and to the minute, and the earliest lawful start with its reasons."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legality.dates import (
    add_days,
    add_months,
    add_years,
    declaration_deadline,
    deemed_opinion_on,
    easter,
    is_public_holiday,
    latest_agenda_day,
    next_working_day,
    notice_deadline,
    paris_time,
)
from legality.essential import modifies_essential_element
from legality.registry import facts_of
from legality.start import earliest_lawful_start, in_french
from tests.unit.legality.files import a_file, said

DAY = date.fromisoformat
MOMENT = datetime.fromisoformat


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-02", 1, "2026-04-02"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2100-01-31", 1, "2100-02-28"),
        ("2000-01-31", 1, "2000-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-05-31", 1, "2026-06-30"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-07-31", 1, "2026-08-31"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2028-02-29", 36, "2031-02-28"),
        ("9999-12-01", 1, "9999-12-31"),
        ("9999-11-30", 1, "9999-12-30"),
        ("0001-01-15", -1, "0001-01-01"),
        ("0001-02-15", -1, "0001-01-15"),
    ],
)
def test_months_are_counted_date_to_date(day: str, months: int, expected: str):
    assert add_months(DAY(day), months) == DAY(expected)


def test_years_and_days():
    assert add_years(DAY("2028-02-29"), 1) == DAY("2029-02-28")
    assert add_days(DAY("2026-12-31"), 1) == DAY("2027-01-01")
    assert add_days(DAY("2026-01-01"), -1) == DAY("2025-12-31")
    assert add_days(date.max, 1) == date.max
    assert add_days(date.min, -1) == date.min


@pytest.mark.parametrize(
    ("levels", "expected"), [(0, "2026-04-02"), (1, "2026-05-02"), (2, "2026-06-02"), (3, "2026-06-02")]
)
def test_an_opinion_is_deemed_given_after_one_two_or_three_months(levels: int, expected: str):
    assert deemed_opinion_on(DAY("2026-03-02"), levels) == DAY(expected)


def test_an_agenda_leaves_three_days_before_the_meeting():
    assert latest_agenda_day(DAY("2026-03-12")) == DAY("2026-03-09")


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        *((1818, "1818-03-22"), (1943, "1943-04-25"), (1961, "1961-04-02"), (2000, "2000-04-23"), (2008, "2008-03-23")),
        *((2011, "2011-04-24"), (2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2027, "2027-03-28")),
        *((2038, "2038-04-25"), (2049, "2049-04-18"), (2076, "2076-04-19"), (2100, "2100-03-28"), (2285, "2285-03-22")),
    ],
)
def test_easter(year: int, expected: str):
    assert easter(year) == DAY(expected)


def test_the_eleven_public_holidays_of_a_year():
    days = [DAY("2027-01-01") + timedelta(days=number) for number in range(365)]

    assert [day.isoformat()[5:] for day in days if is_public_holiday(day)] == [
        *("01-01", "03-29", "05-01", "05-06", "05-08", "05-17", "07-14", "08-15", "11-01", "11-11", "12-25"),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2027-04-02", "2027-04-05"),
        ("2027-03-26", "2027-03-30"),
        ("2027-03-25", "2027-03-26"),
        ("2026-12-24", "2026-12-28"),
        ("2027-04-03", "2027-04-05"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_the_next_working_day(day: str, expected: str):
    assert next_working_day(DAY(day)) == DAY(expected)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ("2027-02-02T10:00", "2027-02-04T10:00"),
        ("2027-02-05T10:00", "2027-02-08T10:00"),
        ("2027-02-06T00:00", "2027-02-09T00:00"),
        ("2027-02-07T15:00", "2027-02-10T00:00"),
        ("2027-02-05T00:00", "2027-02-07T00:00"),
        ("2027-03-27T12:00", "2027-03-31T12:00"),
        # Ascension on the 6th, the holiday of 8 May, then a Sunday: 15 h on the 5th, 24 h on the 7th, 9 h on the 10th.
        ("2027-05-05T09:00", "2027-05-10T09:00"),
        ("9999-12-31T12:00", "9999-12-31T23:59:59.999999"),
    ],
)
def test_sundays_and_holidays_do_not_count_in_the_48_hours(known: str, expected: str):
    assert declaration_deadline(MOMENT(known)) == MOMENT(expected)


def test_the_host_has_24_hours():
    assert notice_deadline(MOMENT("2027-02-06T10:00")) == MOMENT("2027-02-07T10:00")
    assert notice_deadline(MOMENT("9999-12-31T10:00")).year == 9999


@pytest.mark.parametrize(
    ("utc", "paris"),
    [
        ("2026-03-29T00:59:59", "2026-03-29T01:59:59"),
        ("2026-03-29T01:00:00", "2026-03-29T03:00:00"),
        ("2026-10-25T00:59:59", "2026-10-25T02:59:59"),
        ("2026-10-25T01:00:00", "2026-10-25T02:00:00"),
        ("2027-03-28T01:00:00", "2027-03-28T03:00:00"),
        ("2027-10-24T12:00:00", "2027-10-24T14:00:00"),
        ("2027-10-31T00:59:59", "2027-10-31T02:59:59"),
        ("2027-10-31T01:00:00", "2027-10-31T02:00:00"),
    ],
)
def test_paris_time(utc: str, paris: str):
    assert paris_time(MOMENT(utc).replace(tzinfo=UTC)) == MOMENT(paris)
    assert paris_time(MOMENT(utc)) == MOMENT(utc)
    assert paris_time(MOMENT(utc).replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=-5)))) == MOMENT(paris)


@given(st.dates(), st.integers(-100, 100))
def test_every_day_has_an_answer(day: date, months: int):
    later = add_months(day, months)

    assert (later >= day) == (months >= 0 or later == day)
    assert next_working_day(day) >= day
    assert declaration_deadline(datetime.combine(day, datetime.max.time())) >= datetime.combine(
        day, datetime.min.time()
    )


@given(st.dates(), st.dates(), st.integers(0, 40))
def test_later_days_stay_later(one: date, other: date, months: int):
    first, second = sorted((one, other))

    assert add_months(first, months) <= add_months(second, months)


# The earliest lawful start

EXPECTED_AT_MEETING = (
    "avis du CSE de l'utilisatrice attendu à la réunion du 16 mars 2026 ; à défaut, il est réputé négatif le"
    " 2 avril 2026"
)

FROM = DAY("2026-03-02")
SETTLED: dict[str, Any] = {
    "regime": "R1",
    "mission.sirPost": False,
    "lender.hasCse": False,
    "host.hasCse": False,
    "amendment.signedOn": "2026-02-20",
}
COUNCIL: dict[str, Any] = {
    "host.hasCse": True,
    "host.headcount": 60,
    "host.cseInformedOn": "2026-03-02",
    "host.cseExpertLevels": 0,
    "host.cseAgreedDays": None,
}


@pytest.mark.parametrize(
    ("changes", "expected", "missing"),
    [
        ({}, "2026-03-02", ()),
        (COUNCIL, "2026-04-03", ()),
        (COUNCIL | {"host.cseExpertLevels": 1}, "2026-05-03", ()),
        (COUNCIL | {"host.cseExpertLevels": 2}, "2026-06-03", ()),
        (COUNCIL | {"host.cseInformedOn": "2026-01-31"}, "2026-03-02", ()),
        (COUNCIL | {"host.cseInformedOn": "2026-02-28"}, "2026-03-29", ()),
        (COUNCIL | {"host.cseInformedOn": None}, "2026-04-03", ()),
        (COUNCIL | {"host.cseAgreedDays": 15}, "2026-03-18", ()),
        (COUNCIL | {"host.headcount": 50, "host.cseAgreedDays": 15}, "2026-03-18", ()),
        (COUNCIL | {"host.headcount": 49, "host.cseAgreedDays": 15, "host.cseExpertLevels": 2}, "2026-04-03", ()),
        (COUNCIL | {"host.cseOpinionOn": "2026-03-12"}, "2026-03-13", ()),
        (COUNCIL | {"host.cseOpinionOn": "2026-04-02"}, "2026-04-03", ()),
        (COUNCIL | {"host.cseOpinionOn": "2026-04-20"}, "2026-04-03", ()),
        (COUNCIL | {"host.cseInformedOn": None, "host.cseOpinionOn": "2026-03-01"}, "2026-04-03", ()),
        (COUNCIL | {"host.cseMeetingOn": "2026-03-16", "host.cseAgendaSentOn": "2026-03-10"}, "2026-03-17", ()),
        (COUNCIL | {"host.cseMeetingOn": "2026-03-16", "host.cseAgendaSentOn": "2026-03-14"}, "2026-03-18", ()),
        (COUNCIL | {"host.cseMeetingOn": "2026-03-03", "host.cseAgendaSentOn": None}, "2026-03-06", ()),
        (COUNCIL | {"host.cseMeetingOn": "2026-03-02", "host.cseAgendaSentOn": "2026-02-20"}, "2026-03-03", ()),
        (COUNCIL | {"host.cseMeetingOn": "2026-03-01", "host.cseAgendaSentOn": "2026-02-20"}, "2026-04-03", ()),
        (COUNCIL | {"host.cseMeetingOn": "2026-04-02", "host.cseAgendaSentOn": "2026-03-20"}, "2026-04-03", ()),
        (COUNCIL | {"host.cseMeetingOn": "2026-05-16", "host.cseAgendaSentOn": "2026-05-10"}, "2026-04-03", ()),
        ({"amendment.signedOn": None}, "2026-03-03", ()),
        ({"amendment.signedOn": "2026-03-10"}, "2026-03-11", ()),
        ({"mission.sirPost": True, "employee.aptitudeExamOn": "2026-03-20"}, "2026-03-21", ()),
        ({"mission.sirPost": True, "employee.aptitudeExamOn": None}, "2026-03-03", ()),
        ({"mission.sirPost": True}, "2026-03-03", ("employee.aptitudeExamOn",)),
        ({"regime": "R2", "host.hasCse": True, "amendment.signedOn": "2026-05-01"}, "2026-03-02", ()),
    ],
)
def test_the_earliest_lawful_start(changes: dict[str, Any], expected: str, missing: tuple[str, ...]):
    start = earliest_lawful_start(facts_of(SETTLED | changes), FROM)

    assert start.day == DAY(expected)
    assert start.missing == missing


@pytest.mark.parametrize(
    ("unknown", "changes", "expected"),
    [
        ("host.cseExpertLevels", {}, "2026-06-03"),
        ("host.cseAgreedDays", {}, "2026-04-03"),
        ("host.cseInformedOn", {}, "2026-04-03"),
        ("host.cseInformedOn", {"host.cseOpinionOn": "2026-03-12"}, "2026-03-13"),
        ("host.cseExpertLevels", {"host.cseMeetingOn": "2026-03-16"}, "2026-03-17"),
        ("host.headcount", {"host.cseAgreedDays": 15}, "2026-04-03"),
        ("host.headcount", {"host.cseAgreedDays": 60}, "2026-05-02"),
        ("host.cseInformedOn", {"host.cseAgreedDays": 15}, "2026-03-18"),
        ("host.cseInformedOn", {"host.headcount": 40}, "2026-04-03"),
        ("host.hasCse", {}, "2026-04-03"),
    ],
)
def test_what_is_unknown_counts_at_its_longest_and_is_told(unknown: str, changes: dict[str, Any], expected: str):
    known = {name: value for name, value in (SETTLED | COUNCIL | changes).items() if name != unknown}
    start = earliest_lawful_start(facts_of(known), FROM)

    assert start.day == DAY(expected)
    assert start.missing == (unknown,)


def test_a_fact_that_no_longer_matters_is_not_asked_for():
    known = SETTLED | {"host.hasCse": True, "host.headcount": 40, "host.cseInformedOn": "2026-03-02"}
    opinion = SETTLED | COUNCIL | {"host.cseOpinionOn": "2026-03-12"}
    del opinion["host.cseExpertLevels"]

    assert earliest_lawful_start(facts_of(known), FROM).missing == ()
    assert earliest_lawful_start(facts_of(opinion), FROM).missing == ()


def test_nothing_known_is_counted_in_full():
    start = earliest_lawful_start(facts_of({}), FROM)

    assert start.day == DAY("2026-06-03")
    assert set(start.missing) >= {"regime", "lender.hasCse", "host.hasCse", "mission.sirPost", "amendment.signedOn"}
    assert [reason.rule for reason in start.reasons] == ["PMO-21", "PMO-22", "PMO-16", "PMO-51"]


def told(changes: dict[str, Any]) -> str:
    reasons = earliest_lawful_start(facts_of(SETTLED | COUNCIL | changes), FROM).reasons
    return next(reason.text for reason in reasons if reason.rule == "PMO-22")


def test_each_reason_says_why_in_french():
    known = {
        "lender.hasCse": True,
        "lender.headcount": 60,
        "lender.cseInformedOn": "2026-03-02",
        "lender.cseOpinionOn": "2026-03-01",
        "host.cseMeetingOn": "2026-03-16",
        "host.cseAgendaSentOn": "2026-03-10",
        "mission.sirPost": True,
        "employee.aptitudeExamOn": None,
    }
    start = earliest_lawful_start(facts_of(SETTLED | COUNCIL | known), FROM)

    assert [(reason.rule, reason.text) for reason in start.reasons] == [
        (
            "PMO-22",
            EXPECTED_AT_MEETING,
        ),
        ("PMO-51", "examen d'aptitude à passer avant le 3 mars 2026"),
        ("PMO-21", "avis du CSE de la prêteuse rendu le 1er mars 2026"),
        ("PMO-16", "avenant signé le 20 février 2026"),
    ]
    assert all(reason.article for reason in start.reasons)
    assert told({}) == "sans avis du CSE de l'utilisatrice d'ici là, il est réputé négatif le 2 avril 2026"
    assert told({"host.cseOpinionOn": "2026-04-02"}) == "avis du CSE de l'utilisatrice rendu le 2 avril 2026"
    assert told({"host.cseMeetingOn": "2026-04-02"}).startswith("sans avis")


def test_days_in_french():
    assert [in_french(date(2026, month, 1)) for month in (1, 8, 12)] == [
        *("1er janvier 2026", "1er août 2026", "1er décembre 2026"),
    ]
    assert in_french(date(2026, 2, 28)) == "28 février 2026"


@given(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(1, 200),
    st.sampled_from([0, 1, 2]),
    st.none() | st.integers(0, 120),
)
def test_the_start_gate_agrees_to_the_day(informed: date, headcount: int, levels: int, agreed: int | None):
    council = {
        "host.hasCse": True,
        "host.headcount": headcount,
        "host.cseInformedOn": informed,
        "host.cseOpinionOn": None,
        "host.cseExpertLevels": levels,
        "host.cseAgreedDays": agreed,
    }
    known = SETTLED | council | {"amendment.signedOn": "2025-01-01"}
    first = earliest_lawful_start(facts_of(known), informed).day

    assert said("PMO-22", "G5", known | {"mission.start": first}) == "OK"
    assert said("PMO-22", "G5", known | {"mission.start": add_days(first, -1)}) == "BLOCK"


def test_the_start_of_the_nominal_loan_is_lawful():
    assert earliest_lawful_start(facts_of(a_file()), DAY("2026-11-02")).day == DAY("2026-12-21")


# What changes an essential element of the contract

CHANGES = ("pay_changed", "contract_hours_changed", "day_night_switch", "qualification_changed")
SAME = dict.fromkeys((*CHANGES, "outside_geographic_sector"), False)


@pytest.mark.parametrize("change", SAME)
def test_one_change_is_enough_and_one_unknown_too_many(change: str):
    assert modifies_essential_element(**SAME) is False
    assert modifies_essential_element(**SAME | {change: True}) is True
    assert modifies_essential_element(**SAME | {change: None}) is None
    assert modifies_essential_element(**dict.fromkeys(SAME) | {change: True}) is True
    assert modifies_essential_element(**SAME | {change: True}, decided=False) is False
    assert modifies_essential_element(**SAME | {change: None}, decided=True) is True
