"""When to look at an introduction again: to remind those who are waited for, or to end it."""

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from functions.introductions.model.pair import Introduction
from passerelle.reminders import REMINDERS, next_reminder


class Deadline(BaseModel):
    """The day on which to look at an introduction again: to remind of it, or to end it."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str
    host: str
    due: date


def next_look(introduction: Introduction, today: date) -> date:
    """The next day to look: of a reminder, or after the last one to answer; and within three days in any case, since a
    step of either side may begin the count anew."""
    reminder = next_reminder(introduction.silent_since, introduction.reminded, today)
    due = reminder or introduction.answer_by + timedelta(days=1)
    return min(due, today + timedelta(days=REMINDERS[0]))
