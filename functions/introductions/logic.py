"""What happens to introductions: they are proposed, answered by each side, and ended by what befalls the pair."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, Literal, Protocol

from functions.introductions.model import (
    UNANSWERED,
    Act,
    Deadline,
    Introduction,
    Ledger,
    RefusalReason,
    Standing,
    State,
    introduction_id,
    proposed,
)
from passerelle.consuming import NotYet, Unprocessable
from passerelle.contracts.introductions import (
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionEnded,
    IntroductionProposed,
)
from passerelle.contracts.matching import Match, MatchesProposed
from passerelle.http import found
from passerelle.observability import logger
from passerelle.store import Key, Page, Stored, Transaction, VersionConflict

Thing = Literal["profile", "demand"]

MOST_MATCHES: Final = 19
"""A match writes five rows (two sides, a deadline, the profile's ledger, a fact), the event two: 97 writes of 100."""

_ATTEMPTS = 10
_MOST_PAGES = 20


class Introductions(Protocol):
    """What the use cases need of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, introduction_id: str) -> Stored[Introduction] | None: ...
    def page(self, tenant: str, limit: int, cursor: str | None) -> Page[Introduction]: ...
    def save(self, transaction: Transaction, introduction: Introduction, version: int) -> Key: ...
    def ledger(self, thing: Thing, tenant: str, thing_id: str) -> Stored[Ledger]: ...
    def save_ledger(
        self, transaction: Transaction, thing: Thing, tenant: str, thing_id: str, ledger: Ledger, version: int
    ) -> None: ...
    def add_deadline(self, transaction: Transaction, introduction: Introduction) -> None: ...
    def deadlines(self) -> Iterator[Deadline]: ...
    def drop_deadline(self, transaction: Transaction, deadline: Deadline) -> None: ...


def propose(introductions: Introductions, transaction: Transaction, event: MatchesProposed, today: date) -> None:
    """Introduce every pair that is new, unless its profile or its demand ended meanwhile."""
    if len(event.matches) > MOST_MATCHES:
        raise Unprocessable(f"more than {MOST_MATCHES} matches in one event")
    demand = introductions.ledger("demand", event.demand_tenant, event.demand_id)
    if not demand.value.takes(event.demand_sequence):
        logger.info("the demand takes no more introductions", demand_id=event.demand_id)
        return
    begun = []
    for match in {match.profile_id: match for match in event.matches}.values():
        if introduction_id(event.demand_id, match.profile_id) not in demand.value.introductions:
            begun += _begin(introductions, transaction, event, match, today)
    if begun:
        ledger = demand.value.with_introductions(*begun)
        introductions.save_ledger(
            transaction, "demand", event.demand_tenant, event.demand_id, ledger, demand.version + 1
        )


def express_interest(
    introductions: Introductions, transaction: Transaction, stored: Stored[Introduction], tenant: str
) -> Stored[Introduction]:
    """A side says yes; when the other has, it is mutual."""
    side = stored.value.side_of(tenant)
    after = stored.value.after_interest(side)
    if after == stored.value:
        return stored
    version = stored.version + 1
    key = introductions.save(transaction, after, version)
    if after.state is State.MUTUAL:
        mutual = IntroductionBecameMutual(
            introduction_id=after.id,
            demand_id=after.demand_id,
            profile_id=after.match.profile_id,
            lender=after.lender,
            host=after.host,
        )
        transaction.emit(key, mutual, sequence=version)
    else:
        interest = InterestExpressed(introduction_id=after.id, side=side, lender=after.lender, host=after.host)
        transaction.emit(key, interest, sequence=version)
    return Stored(after, version)


def refuse(
    introductions: Introductions,
    transaction: Transaction,
    stored: Stored[Introduction],
    tenant: str,
    reason: RefusalReason,
) -> Stored[Introduction]:
    """A side says no, for a reason that only it reads again."""
    after = stored.value.after_refusal(stored.value.side_of(tenant), reason)
    if after == stored.value:
        return stored
    _end(introductions, transaction, after, stored.version + 1)
    return Stored(after, stored.version + 1)


def own(introductions: Introductions, tenant: str, introduction_id: str) -> Stored[Introduction]:
    """The introduction, for a side of it; `NotFound` for anybody else."""
    stored: Stored[Introduction] = found(introductions.find(tenant, introduction_id))
    return stored


def list_own(
    introductions: Introductions, tenant: str, standing: Standing | None, limit: int, cursor: str | None
) -> Page[Introduction]:
    """A page of a company's introductions, those in one standing if given. A page may be short before the end."""
    items: list[Stored[Introduction]] = []
    for _ in range(_MOST_PAGES):
        page = introductions.page(tenant, limit - len(items), cursor)
        items += [one for one in page.items if standing in (None, one.value.standing(one.value.side_of(tenant)))]
        cursor = page.cursor
        if cursor is None or len(items) == limit:
            break
    return Page(tuple(items), cursor)


def end_all(introductions: Introductions, thing: Thing, tenant: str, thing_id: str, sequence: int) -> None:
    """A profile was withdrawn or a demand closed at this version: end what was begun about earlier versions.

    The ledger is closed first, in a transaction of its own, so that nothing can begin after; then each introduction
    ends in its own. However many there are, no transaction grows, and a delivery that is cut off goes on where it
    stopped.
    """
    ledger = _close(introductions, thing, tenant, thing_id, sequence)
    act = Act.WITHDRAWAL if thing == "profile" else Act.CLOSURE

    def concerned(introduction: Introduction) -> bool:
        begun = introduction.match.profile_sequence if thing == "profile" else introduction.demand_sequence
        return begun < sequence and not introduction.ended

    for one in ledger.introductions:
        _change(introductions, tenant, one, act, concerned)


def expire(introductions: Introductions, today: date) -> int:
    """End what nobody answered in time; returns how many ended. Cut off, it goes on the next time."""
    ended = 0
    for deadline in introductions.deadlines():
        if deadline.answer_by >= today:
            break
        ended += _change(
            introductions,
            deadline.host,
            deadline.introduction_id,
            Act.EXPIRY,
            lambda introduction: introduction.state in UNANSWERED,
            deadline,
        )
    return ended


def _begin(
    introductions: Introductions, transaction: Transaction, event: MatchesProposed, match: Match, today: date
) -> list[str]:
    ledger = introductions.ledger("profile", match.profile_tenant, match.profile_id)
    if not ledger.value.takes(match.profile_sequence) or match.profile_tenant == event.demand_tenant:
        logger.info("the profile takes no more introductions", profile_id=match.profile_id)
        return []
    introduction = proposed(event, match, today)
    key = introductions.save(transaction, introduction, 1)
    introductions.add_deadline(transaction, introduction)
    introductions.save_ledger(
        transaction,
        "profile",
        match.profile_tenant,
        match.profile_id,
        ledger.value.with_introductions(introduction.id),
        ledger.version + 1,
    )
    fact = IntroductionProposed(
        introduction_id=introduction.id,
        demand_id=event.demand_id,
        demand_card=event.demand_card,
        match=match,
        answer_by=introduction.answer_by.isoformat(),
    )
    transaction.emit(key, fact, sequence=1)
    return [introduction.id]


def _close(introductions: Introductions, thing: Thing, tenant: str, thing_id: str, sequence: int) -> Ledger:
    for _ in range(_ATTEMPTS):
        stored = introductions.ledger(thing, tenant, thing_id)
        if stored.value.ended_at >= sequence:
            return stored.value
        closed = stored.value.model_copy(update={"ended_at": sequence})
        transaction = introductions.begin()
        introductions.save_ledger(transaction, thing, tenant, thing_id, closed, stored.version + 1)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return closed
    raise NotYet


def _change(
    introductions: Introductions,
    tenant: str,
    introduction_id: str,
    act: Act,
    concerned: Callable[[Introduction], bool],
    deadline: Deadline | None = None,
) -> bool:
    """End one introduction in a transaction of its own, if it is concerned; whether it was."""
    for _ in range(_ATTEMPTS):
        stored = introductions.find(tenant, introduction_id)
        ends = stored is not None and concerned(stored.value)
        transaction = introductions.begin()
        if stored is not None and ends:
            _end(introductions, transaction, stored.value.moved(act), stored.version + 1)
        if deadline is not None:
            introductions.drop_deadline(transaction, deadline)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return ends
    raise NotYet


def _end(introductions: Introductions, transaction: Transaction, introduction: Introduction, version: int) -> None:
    key = introductions.save(transaction, introduction, version)
    ended = IntroductionEnded(
        introduction_id=introduction.id,
        demand_id=introduction.demand_id,
        profile_id=introduction.match.profile_id,
        lender=introduction.lender,
        host=introduction.host,
        reason=introduction.end_reason,
    )
    transaction.emit(key, ended, sequence=version)
