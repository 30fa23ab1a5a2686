"""When companies that are waited for are reminded: after 3, 7 and 15 days of silence, once each.

Pure. A count is two things, which whoever is waited for keeps together: the day silence began, and the days of it at
the last reminder (0 for none). Whatever begins silence anew begins both anew. Reminders that were missed are not sent
one after the other. An employee is never reminded: his silence may be his answer, and his employer is not to press him
through the platform.
"""

from datetime import date, timedelta
from typing import Final

REMINDERS: Final = (3, 7, 15)
"""Days of silence after which those who are waited for are reminded."""


def reminder_due(since: date, reminded: int, today: date) -> int | None:
    """Days of silence to remind of now, or None: the latest that is reached and that nobody was reminded of."""
    silence = (today - since).days
    return max((wait for wait in REMINDERS if reminded < wait <= silence), default=None)


def next_reminder(since: date, reminded: int, today: date) -> date | None:
    """The next day after today on which a reminder comes due, or None after the last one."""
    days = [since + timedelta(days=wait) for wait in REMINDERS if wait > reminded]
    return min((day for day in days if day > today), default=None)
