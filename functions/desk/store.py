"""Where the desk keeps what it knows: cards by their id alone, companies, approaches, and the log by days.

The desk is the platform's, not a company's: its rows stand under `desk` where those of others stand under their tenant.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from functions.desk.model.acts import Line
from functions.desk.model.approaches import Approach
from functions.desk.model.cards import Card, Company, Kind
from functions.desk.model.reviews import Review
from passerelle import clock
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction

_DESK: Final = "desk"
_WAITING: Final = "desk#waiting"
_REVIEWS: Final = "desk#reviews"
_AT_ONCE: Final = 1000
_TOMBSTONES_LAST: Final = timedelta(days=30)
_LOG_KEPT: Final = timedelta(days=365)
"""As long as the vault's access log (CNIL, recommendation on logging of 2021)."""


class Desk:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def card(self, card_id: str) -> Stored[Card] | None:
        """What is known of a profile or a demand, those that left included."""
        return self._table.read(_card(card_id), Card)

    def save_card(self, transaction: Transaction, card: Card, version: int) -> None:
        """Write a card as this version of its row, in the list where it belongs."""
        until = clock.now() + _TOMBSTONES_LAST if card.card is None else None
        transaction.save(_card(card.id), card, version=version, listing=_listing(card), expires_at=until)

    def waiting(self, limit: int, cursor: str | None) -> Page[Card]:
        """One page of the cards that wait for an adviser, the oldest first, each read afresh. A page may be short."""
        page = self._table.list(_WAITING, Card, limit=limit, cursor=cursor)
        fresh = [self.card(listed.value.id) for listed in page.items]
        return Page(tuple(one for one in fresh if one is not None and one.value.with_adviser), page.cursor)

    def of_kind(self, kind: Kind) -> Iterator[Card]:
        """Every profile, or every demand, that waits here or is shown."""
        waiting = (card for card in self._all(_WAITING) if card.kind == kind)
        yield from waiting
        yield from self._all(_shown(kind))

    def company(self, company_id: str) -> Stored[Company]:
        """What is known of a company; nothing at version 0."""
        return self._table.read(_company(company_id), Company) or Stored(Company(), 0)

    def save_company(self, transaction: Transaction, company_id: str, company: Company, version: int) -> None:
        """Write what is known of a company as this version of its row."""
        transaction.save(_company(company_id), company, version=version)

    def approach(self, approach_id: str) -> Stored[Approach] | None:
        """An approach."""
        return self._table.read(_approach(approach_id), Approach)

    def save_approach(self, transaction: Transaction, approach: Approach, version: int) -> Key:
        """Write an approach as this version; returns its key, to emit facts under."""
        key = _approach(approach.id)
        listing = Listing(_approaches(approach.profile_id), approach.id)
        transaction.save(key, approach, version=version, listing=listing)
        return key

    def approaches_of(self, profile_id: str) -> Iterator[Approach]:
        """Every approach of a profile, closed ones included."""
        return (stored.value for stored in self._table.all(_approaches(profile_id), Approach))

    def review(self, profile_id: str) -> Stored[Review] | None:
        """The latest review of a profile."""
        return self._table.read(_review(profile_id), Review)

    def open_reviews(self, limit: int, cursor: str | None) -> Page[Review]:
        """One page of the reviews to answer, the most urgent first."""
        return self._table.list(_REVIEWS, Review, limit=limit, cursor=cursor)

    def save_review(self, transaction: Transaction, review: Review, version: int) -> Key:
        """Write a review as this version, in the list while it is to be answered; kept as long as the log."""
        key = _review(review.profile_id)
        listing = None if review.outcome else Listing(_REVIEWS, f"{review.answer_by}#{review.profile_id}")
        transaction.save(key, review, version=version, listing=listing, expires_at=review.asked_at + _LOG_KEPT)
        return key

    def drop_review(self, transaction: Transaction, stored: Stored[Review]) -> None:
        """Delete the review of an erased person."""
        transaction.delete(_review(stored.value.profile_id), version=stored.version)

    def forget_facts(self, approach_id: str) -> tuple[int, bool]:
        """Delete the facts told about an approach: how many, and whether some are still to be published."""
        return self._table.forget_facts(_approach(approach_id))

    def begin(self) -> Transaction:
        """A transaction of its own, for work that one transaction cannot hold."""
        return self._table.begin()

    def note(self, transaction: Transaction, line: Line) -> None:
        """Add a line to the log, kept for a year."""
        day = line.at.astimezone(clock.PARIS).date()
        transaction.save(
            Key(_DESK, "act", line.id),
            line,
            version=1,
            listing=Listing(_log(day), f"{line.at.isoformat()}#{line.id}"),
            expires_at=line.at + _LOG_KEPT,
        )

    def log(self, day: date, limit: int, cursor: str | None) -> Page[Line]:
        """One page of the log of a day in France, in the order of its acts."""
        return self._table.list(_log(day), Line, limit=limit, cursor=cursor)

    def _all(self, heading: str) -> Iterator[Card]:
        cursor: str | None = None
        while True:
            page = self._table.list(heading, Card, limit=_AT_ONCE, cursor=cursor)
            yield from (stored.value for stored in page.items)
            if page.cursor is None:
                return
            cursor = page.cursor


def _listing(card: Card) -> Listing | None:
    if card.with_adviser and card.since is not None:
        return Listing(_WAITING, f"{card.since.isoformat()}#{card.id}")
    return None if card.card is None else Listing(_shown(card.kind), card.id)


def _card(card_id: str) -> Key:
    return Key(_DESK, "card", card_id)


def _approach(approach_id: str) -> Key:
    return Key(_DESK, "approach", approach_id)


def _approaches(profile_id: str) -> str:
    return f"desk#approaches#{profile_id}"


def _review(profile_id: str) -> Key:
    return Key(_DESK, "review", profile_id)


def _company(company_id: str) -> Key:
    return Key(_DESK, "company", company_id)


def _shown(kind: Kind) -> str:
    return f"desk#shown_{kind}s"


def _log(day: date) -> str:
    return f"desk#log#{day.isoformat()}"
