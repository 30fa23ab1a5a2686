"""The daily look at the deadlines: companies that are waited for are reminded, and silence ends what nobody answered.

The employee is never reminded of his go (`passerelle.reminders` says why): his silence ends it like any other.
"""

from datetime import date
from typing import Literal

from functions.introductions.logic import ATTEMPTS, Introductions
from functions.introductions.logic.ending import end
from functions.introductions.model.pair import Introduction
from functions.introductions.model.reminders import Deadline, next_look
from functions.introductions.model.states import WAITING, Act
from passerelle.consuming import NotYet
from passerelle.contracts.introductions import IntroductionReminded
from passerelle.reminders import reminder_due
from passerelle.store import Stored, Transaction, VersionConflict


def expire(introductions: Introductions, today: date) -> tuple[int, int]:
    """Remind of what waits, and end what nobody answered in time; how many of each. Cut off, it goes on next time."""
    reminded = ended = 0
    for deadline in introductions.deadlines():
        if deadline.due > today:
            break
        what = _look_again(introductions, deadline, today)
        reminded += what == "reminded"
        ended += what == "ended"
    return reminded, ended


def _look_again(
    introductions: Introductions, deadline: Deadline, today: date
) -> Literal["reminded", "ended", "nothing"]:
    """Remind of one introduction, or end it, in a transaction of its own that also says when to look again."""
    for _ in range(ATTEMPTS):
        stored = introductions.find(deadline.host, deadline.introduction_id)
        transaction = introductions.begin()
        done, due = _silence(introductions, transaction, stored, today)
        introductions.move_deadline(transaction, deadline, due)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return done
    raise NotYet


def _silence(
    introductions: Introductions, transaction: Transaction, stored: Stored[Introduction] | None, today: date
) -> tuple[Literal["reminded", "ended", "nothing"], date | None]:
    if stored is None or stored.value.state not in WAITING:
        return "nothing", None
    one, version = stored.value, stored.version + 1
    if one.answer_by < today:
        end(introductions, transaction, one.moved(Act.EXPIRY), version)
        return "ended", None
    days = reminder_due(one.silent_since, one.reminded, today)
    if days is None:
        return "nothing", next_look(one, today)
    after = one.model_copy(update={"reminded": days})
    key = introductions.save(transaction, after, version)
    if one.waiting_for:
        fact = IntroductionReminded(introduction_id=one.id, waiting_for=one.waiting_for, days=days)
        transaction.emit(key, fact, sequence=version)
    return "reminded", next_look(after, today)
