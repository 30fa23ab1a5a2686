"""When to look at an introduction again: to remind those who are waited for, or to end it."""

from datetime import date, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict

from functions.introductions.model.pair import Introduction

REMINDERS: Final = (3, 7, 15)
"""Days of silence after which those who are waited for are reminded."""


class Deadline(BaseModel):
    """The day on which to look at an introduction again: to remind of it, or to end it."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str
    host: str
    due: date


def next_look(introduction: Introduction, today: date) -> date:
    """The next day to look: of a reminder, or after the last one to answer; and within three days in any case, since a
    step of either side may begin the count anew."""
    silent = introduction.silent_since
    days = [silent + timedelta(days=wait) for wait in REMINDERS if wait > introduction.reminded]
    due = min([day for day in days if day > today], default=introduction.answer_by + timedelta(days=1))
    return min(due, today + timedelta(days=REMINDERS[0]))


def reminder_due(introduction: Introduction, today: date) -> int | None:
    """Days of silence to remind of now, or None. Reminders that were missed are not sent one after the other."""
    silence = (today - introduction.silent_since).days
    due = [wait for wait in REMINDERS if introduction.reminded < wait <= silence]
    return due[-1] if due else None
