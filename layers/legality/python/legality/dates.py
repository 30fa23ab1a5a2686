"""The calendar of the law: months counted date to date, delays of the works council, hours that skip Sundays.

Every function is total: near the ends of the calendar a day saturates at its first or last one instead of failing.
Days are whole calendar days in France; moments are Paris wall-clock times without an offset.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

OPINION_MONTHS: Final = (1, 2, 3)
"""Months after which a works council is deemed consulted, by the number of levels with an expert (R2312-6)."""

AGENDA_DAYS: Final = 3
"""An agenda is sent at least so many days before the meeting (L2315-30)."""

DECLARATION_HOURS: Final = 48
"""Hours the employer has to declare an accident, Sundays and public holidays not counted (R441-3 CSS)."""

LAST_MOMENT: Final = datetime.combine(date.max, time.max)

HOST_NOTICE_HOURS: Final = 24
"""Hours the host has to tell the lender of an accident (R412-2 CSS)."""


def add_months(day: date, months: int) -> date:
    """The same day so many months later (earlier when negative), or the last of that month if it has no such day.

    Article 641 du code de procédure civile: 31 January + 1 month = 28 or 29 February.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month0 + 1, min(day.day, _days_in(year, month0 + 1)))


def add_years(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 in a common year."""
    return add_months(day, 12 * years)


def add_days(day: date, days: int) -> date:
    """So many calendar days later, earlier when negative."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def deemed_opinion_on(informed_on: date, expert_levels: int) -> date:
    """The day on which a works council of 50 or more is deemed to have answered no (L2312-16, R2312-6).

    `expert_levels`: 0 without an expert, 1 with one, 2 or more with experts at the central and a local level.
    """
    return add_months(informed_on, OPINION_MONTHS[min(expert_levels, 2)])


def latest_agenda_day(meeting_on: date) -> date:
    """The last day to send the agenda of a meeting (L2315-30)."""
    return add_days(meeting_on, -AGENDA_DAYS)


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (Meeus, Astronomical Algorithms, chapter 8)."""
    century, place = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * rest + 2 * (place // 4) - epact - place % 4) % 7
    shift = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day0 = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day0 + 1)


def is_public_holiday(day: date) -> bool:
    """Whether a day is one of the eleven public holidays of L3133-1 (Alsace-Moselle's two others are not counted)."""
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return (day.month, day.day) in fixed or (day - easter(day.year)).days in {1, 39, 50}


def next_working_day(day: date) -> date:
    """The first day after `day` that is neither a Saturday, a Sunday nor a public holiday."""
    following = add_days(day, 1)
    while following.weekday() >= 5 or is_public_holiday(following):
        if following == date.max:
            break
        following = add_days(following, 1)
    return following


def notice_deadline(known_at: datetime) -> datetime:
    """When the host's notice of an accident to the lender is due at the latest."""
    return _later(known_at, timedelta(hours=HOST_NOTICE_HOURS))


def declaration_deadline(known_at: datetime) -> datetime:
    """When the lender's declaration of an accident is due: 48 hours, those of Sundays and public holidays skipped."""
    left = timedelta(hours=DECLARATION_HOURS)
    moment = known_at
    while True:
        midnight = _later(datetime.combine(moment.date(), time.min), timedelta(days=1))
        if moment.weekday() != 6 and not is_public_holiday(moment.date()):
            if left <= midnight - moment:
                return moment + left
            left -= midnight - moment
        if midnight == LAST_MOMENT:
            return LAST_MOMENT
        moment = midnight


def paris_time(moment: datetime) -> datetime:
    """A moment as Paris wall-clock time without offset; one without an offset is taken to be that already.

    Summer time runs from the last Sunday of March to the last of October, 01:00 UTC (directive 2000/84/EC). Raises
    `OverflowError` at the ends of the calendar.
    """
    if moment.tzinfo is None:
        return moment
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    summer = _last_sunday(utc.year, 3) <= utc < _last_sunday(utc.year, 10)
    return utc + timedelta(hours=2 if summer else 1)


def _last_sunday(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    return datetime.combine(last - timedelta(days=(last.weekday() + 1) % 7), time(1))


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def _later(moment: datetime, span: timedelta) -> datetime:
    return LAST_MOMENT if LAST_MOMENT - moment < span else moment + span
