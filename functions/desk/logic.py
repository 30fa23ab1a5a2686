"""What happens at the desk: cards come and go, an adviser looks, approaches two companies, and records what they say.

Every function writes into the transaction it is given and nowhere else. What an adviser reads or does is noted in the
transaction of the reading or the deed itself: there is no one without the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from functions.desk.model.acts import Act, Line
from functions.desk.model.approaches import (
    STANDING,
    Approach,
    Recorded,
    State,
    approach_id,
    check_approachable,
    companies_apart,
    new_approach,
)
from functions.desk.model.cards import MOST_APPROACHES, Card, Company, Kind
from functions.desk.model.suiting import MOST_CANDIDATES, Candidate, Places, candidates
from passerelle import clock
from passerelle.access import Actor
from passerelle.contracts.cards import Area, DemandCard, ProfileCard
from passerelle.contracts.desk import ApproachClosed, ApproachOpened, MediationAgreed
from passerelle.http import found
from passerelle.masking import finer, region_around
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.observability import cause, logger
from passerelle.problems import FieldError, Invalid, NotFound, Refused
from passerelle.screening import said_of, screened
from passerelle.store import Key, Page, Stored, Transaction


class Desk(Protocol):
    """What the use cases need of the store."""

    def card(self, card_id: str) -> Stored[Card] | None: ...
    def save_card(self, transaction: Transaction, card: Card, version: int) -> None: ...
    def waiting(self, limit: int, cursor: str | None) -> Page[Card]: ...
    def of_kind(self, kind: Kind) -> Iterator[Card]: ...
    def company(self, company_id: str) -> Stored[Company]: ...
    def save_company(self, transaction: Transaction, company_id: str, company: Company, version: int) -> None: ...
    def approach(self, approach_id: str) -> Stored[Approach] | None: ...
    def save_approach(self, transaction: Transaction, approach: Approach, version: int) -> Key: ...
    def note(self, transaction: Transaction, line: Line) -> None: ...


@dataclass(frozen=True)
class Read:
    """A card that waits, with those that may suit it."""

    card: Card
    candidates: tuple[Candidate, ...]


def note_card(desk: Desk, transaction: Transaction, news: Card) -> None:
    """A card came to the desk, was shown to all, or left; older news than what is known change nothing.

    A card that leaves ends its open approaches.
    """
    stored = desk.card(news.id)
    if stored is None:
        desk.save_card(transaction, news, 1)
        return
    if stored.value.sequence >= news.sequence:
        return
    if news.card is None:
        for one in stored.value.approaches:
            _lapse(desk, transaction, one, left=news.id)
    desk.save_card(transaction, news.following(stored.value), stored.version + 1)


def note_company(desk: Desk, transaction: Transaction, company_id: str, company: Company) -> None:
    """Whom a company refuses, and by what others refuse it; older news change nothing."""
    stored = desk.company(company_id)
    if stored.value.sequence < company.sequence:
        desk.save_company(transaction, company_id, company, stored.version + 1)


def read_queue(desk: Desk, transaction: Transaction, actor: Actor, limit: int, cursor: str | None) -> Page[Card]:
    """A page of the cards that wait, the oldest first."""
    page = desk.waiting(limit, cursor)
    noted(desk, transaction, actor, Act.READ_QUEUE, *(stored.value.id for stored in page.items))
    return page


def read_card(desk: Desk, transaction: Transaction, actor: Actor, places: Places, card_id: str) -> Read:
    """A card that waits here and those of the other side that may suit it. Raises `NotFound` for one that does not.

    Lists lag behind a little: each candidate is read afresh, and left out when it has changed or left meanwhile.
    """
    card: Card = found(desk.card(card_id)).value
    if not card.with_adviser:
        raise NotFound("This card does not wait at the desk.", remedy="Take an id from the queue.")
    own = desk.company(card.tenant).value
    others = desk.of_kind("demand" if card.kind == "profile" else "profile")
    shown: list[Candidate] = []
    for one in candidates(card, others, places):
        now = desk.card(one.card.id)
        is_present = now is not None and now.value.sequence == one.card.sequence
        if is_present and not own.refuses(desk.company(one.card.tenant).value):
            shown.append(one)
        if len(shown) == MOST_CANDIDATES:
            break
    noted(desk, transaction, actor, Act.READ_CARD, card.id, *(one.card.id for one in shown))
    return Read(card, tuple(shown))


def open_approach(
    desk: Desk, transaction: Transaction, actor: Actor, profile_id: str, demand_id: str, note: str | None
) -> Stored[Approach]:
    """Begin to speak to both companies of a pair.

    Raises `NotFound` for a card that is not known or left, `Refused` for a pair that is no adviser's, whose companies
    refuse each other, or that was approached before, and `Invalid` when the note may name somebody: it is kept nowhere.
    """
    profile, demand = _held(desk, profile_id, "profile"), _held(desk, demand_id, "demand")
    check_approachable(profile.value, demand.value)
    lender, host = (desk.company(one.value.tenant).value for one in (profile, demand))
    if lender.refuses(host):
        raise companies_apart()
    before, today = desk.approach(approach_id(profile_id, demand_id)), clock.today()
    if before is not None and before.value.on(today).state is not State.LAPSED:
        raise Refused(
            "This pair has been approached already.",
            code="already-approached",
            remedy="Read the approach; choose another candidate if it came to nothing.",
        )
    if note is not None:
        _check_note(note)
    approach = new_approach(profile.value, demand.value, by=actor.subject, today=today, note=note)
    for held in (profile, demand):
        if len(held.value.approaches) >= MOST_APPROACHES:
            raise Refused(
                f"A card is approached with at most {MOST_APPROACHES} others at once.",
                code="too-many-approaches",
                remedy="Record the answers of some first.",
            )
        desk.save_card(transaction, held.value.approached(approach.id), held.version + 1)
    version = 1 if before is None else before.version + 1
    key = desk.save_approach(transaction, approach, version)
    opened = ApproachOpened(
        approach_id=approach.id, lender=approach.lender, host=approach.host, open_until=approach.until
    )
    transaction.emit(key, opened, sequence=version)
    noted(desk, transaction, actor, Act.OPENED_APPROACH, approach.id, profile_id, demand_id)
    return Stored(approach, version)


def read_approach(desk: Desk, transaction: Transaction, actor: Actor, approach_id: str) -> Stored[Approach]:
    """An approach as it stands today."""
    stored: Stored[Approach] = found(desk.approach(approach_id))
    noted(desk, transaction, actor, Act.READ_APPROACH, approach_id)
    return Stored(stored.value.on(clock.today()), stored.version)


def record_answer(
    desk: Desk,
    transaction: Transaction,
    actor: Actor,
    nomenclature: Nomenclature,
    stored: Stored[Approach],
    said: Recorded,
) -> Stored[Approach]:
    """Write down what a side said. The second yes makes the pair go on, a no ends it; the same word changes nothing.

    Raises `Refused` once the approach is closed or for a place nobody knows any more, `Invalid` for a day that is to
    come or before the approach.
    """
    today = clock.today()
    if not stored.value.opened_on <= said.on <= today:
        fault = FieldError("/on", "This day lies outside the approach.", "Give the day on which it was said.")
        raise Invalid("Some fields are wrong; nothing was changed.", fields=[fault])
    noted(desk, transaction, actor, Act.RECORDED_ANSWER, stored.value.id)
    before = stored.value.on(today)
    after = before.with_answer(said)
    if after == before:
        return stored
    version = stored.version + 1
    key = desk.save_approach(transaction, after, version)
    if after.state is State.AGREED:
        profile, demand = _held(desk, after.profile_id, "profile"), _held(desk, after.demand_id, "demand")
        agreed = _agreed(after, profile, demand, nomenclature)
        transaction.emit(key, agreed, sequence=version)
    if after.state not in STANDING:
        _close(desk, transaction, key, after, version)
    return Stored(after, version)


def _agreed(
    approach: Approach, profile: Stored[Card], demand: Stored[Card], nomenclature: Nomenclature
) -> MediationAgreed:
    """The pair goes on masked: the adviser read exact cards, the two sides read each other's in its region."""
    profile_card, demand_card = profile.value.card, demand.value.card
    assert isinstance(profile_card, ProfileCard)
    assert isinstance(demand_card, DemandCard)
    return MediationAgreed(
        approach_id=approach.id,
        profile_id=approach.profile_id,
        demand_id=approach.demand_id,
        lender=approach.lender,
        host=approach.host,
        person_id=profile.value.person_id,
        profile_card=finer(profile_card, _region(profile_card.area, nomenclature), nomenclature),
        demand_card=finer(demand_card, _region(demand_card.area, nomenclature), nomenclature),
        profile_sequence=profile.value.sequence,
        demand_sequence=demand.value.sequence,
        adviser=approach.answers[-1].adviser,
    )


def _region(area: Area, nomenclature: Nomenclature) -> Area:
    try:
        return region_around(area, nomenclature)
    except UnknownCode as unknown:
        raise Refused(
            "The nomenclature in force does not hold the place of one of the cards.",
            code="place-unknown",
            remedy="Have the company give its place anew, then record the answer.",
        ) from unknown


def _lapse(desk: Desk, transaction: Transaction, approach_id: str, *, left: str) -> None:
    """An approach ends because one of its cards left; the other card is free of it."""
    stored = desk.approach(approach_id)
    if stored is None or stored.value.state not in STANDING:
        return
    version = stored.version + 1
    after = stored.value.lapsed()
    key = desk.save_approach(transaction, after, version)
    _close(desk, transaction, key, after, version, left=left)


def _close(
    desk: Desk, transaction: Transaction, key: Key, approach: Approach, version: int, *, left: str | None = None
) -> None:
    """Free the cards of a closed approach, and tell the vault; the row of a card that `left` is written elsewhere."""
    for card_id in (approach.profile_id, approach.demand_id):
        held = desk.card(card_id)
        if held is not None and card_id != left:
            desk.save_card(transaction, held.value.released(approach.id), held.version + 1)
    closed = ApproachClosed(approach_id=approach.id, lender=approach.lender, host=approach.host)
    transaction.emit(key, closed, sequence=version)
    logger.info("approach closed", approach_id=approach.id)


def _held(desk: Desk, card_id: str, kind: Kind) -> Stored[Card]:
    stored: Stored[Card] = found(desk.card(card_id))
    if stored.value.kind != kind or stored.value.card is None:
        raise NotFound(f"There is no such {kind} at the desk.", remedy="Take ids from the queue and its candidates.")
    return stored


def _check_note(note: str) -> None:
    faults = [
        FieldError("/note", f"Ce texte semble contenir {said_of(one)}.", "Reformulez sans nommer personne.")
        for one in screened(note)
    ]
    if faults:
        raise Invalid("Some fields are wrong; nothing was kept.", code="not-masked-or-wrong", fields=faults)


def noted(desk: Desk, transaction: Transaction, actor: Actor, act: Act, *about: str) -> None:
    """Note in the log what an adviser reads or does."""
    line = Line(
        id=clock.new_id("dsk"),
        at=clock.now(),
        adviser=actor.subject,
        act=act,
        about=about,
        correlation_id=cause().correlation_id,
    )
    desk.note(transaction, line)
