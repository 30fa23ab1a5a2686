"""Reviews: what volunteers ask of an adviser, read and answered; every reading and answer is noted.

He reads the masked card as it is shown, and never whose it is; the employer is told neither question nor answer.
"""

from typing import Protocol

from functions.desk import logic
from functions.desk.logic import noted
from functions.desk.model.acts import Act
from functions.desk.model.cards import Card
from functions.desk.model.reviews import Review
from passerelle.access import Actor
from passerelle.contracts.desk import ReviewAnswered, ReviewOutcome
from passerelle.http import found
from passerelle.store import Key, Page, Stored, Transaction


class Desk(logic.Desk, Protocol):
    """What is needed of the store."""

    def review(self, profile_id: str) -> Stored[Review] | None: ...
    def open_reviews(self, limit: int, cursor: str | None) -> Page[Review]: ...
    def save_review(self, transaction: Transaction, review: Review, version: int) -> Key: ...


def note_review(desk: Desk, transaction: Transaction, asked: Review) -> None:
    """A volunteer asks; older news than what is known change nothing."""
    stored = desk.review(asked.profile_id)
    if stored is None or stored.value.sequence < asked.sequence:
        desk.save_review(transaction, asked, 1 if stored is None else stored.version + 1)


def read_reviews(
    desk: Desk, transaction: Transaction, actor: Actor, limit: int, cursor: str | None
) -> tuple[list[tuple[Review, Card | None]], str | None]:
    """A page of what is to be answered, the most urgent first, each with its card (None once it is no longer shown)."""
    page = desk.open_reviews(limit, cursor)
    noted(desk, transaction, actor, Act.READ_REVIEWS, *(stored.value.profile_id for stored in page.items))
    return [(stored.value, _card(desk, stored.value)) for stored in page.items], page.cursor


def answer(
    desk: Desk, transaction: Transaction, actor: Actor, profile_id: str, outcome: ReviewOutcome
) -> tuple[Review, Card | None]:
    """Record what an adviser found; the volunteer is told. Raises `NotFound`, or `Refused` once another was told."""
    stored: Stored[Review] = found(desk.review(profile_id))
    after = stored.value.answered(outcome, actor.subject)
    if after != stored.value:
        version = stored.version + 1
        desk.save_review(transaction, after, version)
        said = ReviewAnswered(profile_id=profile_id, person_id=after.person_id, lender=after.lender, outcome=outcome)
        transaction.emit(Key(after.lender, "review", profile_id), said, sequence=version)
        noted(desk, transaction, actor, Act.ANSWERED_REVIEW, profile_id)
    return after, _card(desk, after)


def _card(desk: Desk, review: Review) -> Card | None:
    stored = desk.card(review.profile_id)
    return None if stored is None or stored.value.card is None else stored.value
