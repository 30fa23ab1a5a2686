"""What a volunteer is asked, or asks, once his card is shown: whether his yes still holds, and a human being's look.

His employer is told neither.
"""

from datetime import timedelta
from typing import Final, Protocol

from functions.profiles import publishing
from functions.profiles.model.profile import Profile, reviewed, under_review
from functions.profiles.model.states import OPTED_IN
from passerelle import clock
from passerelle.contracts import Event
from passerelle.contracts.desk import ReviewAnswered
from passerelle.contracts.identities import ConfirmationDue
from passerelle.contracts.profiles import OptInRequested, ReviewAsked, ReviewReason
from passerelle.store import Stored, Transaction

TIME_TO_ANSWER: Final = timedelta(days=30)
"""At most a month (RGPD art. 12, 3)."""


class Profiles(publishing.Profiles, Protocol):
    """What is needed of the store."""

    def of_person(self, tenant: str, person_id: str) -> Stored[Profile] | None: ...


def ask_again(profiles: Profiles, transaction: Transaction, lender: str, due: ConfirmationDue) -> None:
    """He said yes half a year ago: ask him, by a new link, whether that still holds. A profile that ended is left."""
    stored = profiles.of_person(lender, due.person_id)
    if stored is not None and stored.value.state in OPTED_IN and stored.value.confirm_by is None:
        asked = stored.value.model_copy(update={"confirm_by": due.until})
        fact = OptInRequested(profile_id=asked.id, person_id=asked.person_id, again=True)
        _changed(profiles, transaction, stored, asked, fact)


def ask_review(
    profiles: Profiles, transaction: Transaction, stored: Stored[Profile], reason: ReviewReason
) -> Stored[Profile]:
    """He wants a human being to look again. Raises `Refused` for a card that is not shown."""
    answer_by = clock.today() + TIME_TO_ANSWER
    profile = under_review(stored.value, reason, clock.now(), answer_by)
    fact = ReviewAsked(profile_id=profile.id, person_id=profile.person_id, reason=reason, answer_by=answer_by)
    return _changed(profiles, transaction, stored, profile, fact)


def note_answer(profiles: Profiles, transaction: Transaction, answered: ReviewAnswered) -> None:
    """An adviser looked again: he reads what came of it on his page."""
    stored = profiles.find(answered.lender, answered.profile_id)
    if stored is not None:
        _changed(profiles, transaction, stored, reviewed(stored.value, answered.outcome, clock.now()), None)


def _changed(
    profiles: Profiles, transaction: Transaction, stored: Stored[Profile], profile: Profile, fact: Event | None
) -> Stored[Profile]:
    return stored if profile == stored.value else publishing.saved(profiles, transaction, stored, profile, fact)
