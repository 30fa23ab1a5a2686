"""What an addressee chooses: which mails at once, which in one mail a day, which not at all.

Pure. Only news may be chosen. What carries a link or a code, closes something, names somebody or warns of a deadline is
always sent: without it somebody would lose a right.
"""

from collections.abc import Iterable
from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.notifications.model import Template

CHOOSABLE: Final = (Template.ANSWER_AWAITED, Template.MUTUAL, Template.TERM_SHEET)
"""The mails that may be had later or not at all; each is a field of `Choices`."""

GATHERED_UNTIL: Final = time(6)
"""The hour in France up to which news is in the day's digest."""
SENT_FROM: Final = time(7)
"""The hour in France from which the day's digest goes out."""

_LABELS: Final = {
    Template.ANSWER_AWAITED: "Réponses qui vous attendent",
    Template.MUTUAL: "Mises en relation où l’intérêt est partagé",
    Template.TERM_SHEET: "Propositions de conditions à lire",
}


class When(StrEnum):
    """How soon a mail is wanted."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


class Choices(BaseModel):
    """One addressee's choice for each kind of mail that may be chosen."""

    model_config = ConfigDict(frozen=True)

    answer_awaited: When
    mutual: When
    term_sheet: When

    def of(self, template: Template) -> When:
        """The choice for one kind of mail."""
        chosen: When = getattr(self, template.value)
        return chosen


EVERYTHING: Final = Choices(answer_awaited=When.AT_ONCE, mutual=When.AT_ONCE, term_sheet=When.AT_ONCE)
"""What a company's contact receives before anybody chose."""
NOTHING: Final = Choices(answer_awaited=When.NEVER, mutual=When.NEVER, term_sheet=When.NEVER)
"""What a member of a company receives before he chose."""


class Preferences(BaseModel):
    """What one addressee of a company chose: its contact, under the company's id, or a member under his own."""

    model_config = ConfigDict(frozen=True)

    subject_id: str
    choices: Choices


class Held(BaseModel):
    """A piece of news that waits for the next digest, and for whom: no name, and no word of what it is about."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    event_id: str
    template: Template
    at: datetime
    subjects: Annotated[tuple[str, ...], Field(description="Those who have not been sent it yet.")]

    def without(self, subject_id: str) -> "Held":
        """What is left to send once this addressee had it."""
        return self.model_copy(update={"subjects": tuple(each for each in self.subjects if each != subject_id)})


def gathered_until(local: datetime) -> datetime | None:
    """Up to which moment news is in the digest that is due at a moment in France; None before the hour it goes out.

    An hour lies between the two, so that whoever works late on an event adds nothing to a digest that went out.
    """
    return None if local.time() < SENT_FROM else datetime.combine(local.date(), GATHERED_UNTIL, local.tzinfo)


def told_in_digest(news: Iterable[Template]) -> str:
    """How much of what there is, a line for each kind, in French: nothing of whom or what it is about."""
    found = list(news)
    return "\n".join(f"{_LABELS[kind]}\u00a0: {found.count(kind)}" for kind in CHOOSABLE if kind in found)
