"""Matches become introductions, and either side says that it is interested; or both have said so to an adviser."""

from datetime import date
from typing import Final

from functions.introductions import law
from functions.introductions.logic import Introductions
from functions.introductions.logic.workforces import workforces
from functions.introductions.model.pair import Introduction, introduction_id, mediated, proposed
from functions.introductions.model.states import Act, State
from passerelle import clock
from passerelle.consuming import Unprocessable
from passerelle.contracts.desk import MediationAgreed
from passerelle.contracts.introductions import InterestExpressed, IntroductionBecameMutual, IntroductionProposed
from passerelle.contracts.matching import Match, MatchesProposed
from passerelle.observability import logger
from passerelle.store import Stored, Transaction

MOST_MATCHES: Final = 19
"""A match writes five rows (two sides, a deadline, the profile's ledger, a fact), the event two: 97 writes of 100."""


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
    """A side says yes; when the other has, it is mutual, and the earliest lawful start is counted from today."""
    side = stored.value.side_of(tenant)
    after = stored.value.after_interest(side)
    if after == stored.value:
        return stored
    version = stored.version + 1
    if after.state is State.MUTUAL:
        return _mutual(introductions, transaction, after, version, clock.today())
    key = introductions.save(transaction, after, version)
    interest = InterestExpressed(
        introduction_id=after.id,
        side=side,
        lender=after.lender,
        host=after.host,
        demand_id=after.demand_id,
        profile_id=after.match.profile_id,
    )
    transaction.emit(key, interest, sequence=version)
    return Stored(after, version)


def mediate(introductions: Introductions, transaction: Transaction, event: MediationAgreed, today: date) -> None:
    """Both sides said yes to an adviser: their introduction begins as mutual, or becomes so if it was proposed before.

    Nothing begins once the profile or the demand ended, nor again once the pair was introduced and went on or ended.
    """
    known = introductions.find(event.host, introduction_id(event.demand_id, event.profile_id))
    if known is not None:
        if known.value.unanswered:
            after = known.value.moved(Act.MEDIATION)
            _mutual(introductions, transaction, after, known.version + 1, today)
        return
    after = mediated(event, today)
    profile = introductions.ledger("profile", event.lender, event.profile_id)
    demand = introductions.ledger("demand", event.host, event.demand_id)
    if not (profile.value.takes(event.profile_sequence) and demand.value.takes(event.demand_sequence)):
        logger.info("the pair takes no more introductions", introduction_id=after.id)
        return
    of_profile, of_demand = (ledger.value.with_introductions(after.id) for ledger in (profile, demand))
    introductions.save_ledger(transaction, "profile", event.lender, event.profile_id, of_profile, profile.version + 1)
    introductions.save_ledger(transaction, "demand", event.host, event.demand_id, of_demand, demand.version + 1)
    _mutual(introductions, transaction, after, 1, today)
    introductions.add_deadline(transaction, after, today)


def _mutual(
    introductions: Introductions, transaction: Transaction, introduction: Introduction, version: int, today: date
) -> Stored[Introduction]:
    """Write an introduction that has just become mutual: the earliest lawful start is counted from today."""
    start = law.earliest_start(None, *workforces(introductions, introduction), counted_from=today)
    after = introduction.heard(today).model_copy(update={"earliest_start": start})
    key = introductions.save(transaction, after, version)
    mutual = IntroductionBecameMutual(
        introduction_id=after.id,
        demand_id=after.demand_id,
        profile_id=after.match.profile_id,
        lender=after.lender,
        host=after.host,
    )
    transaction.emit(key, mutual, sequence=version)
    return Stored(after, version)


def _begin(
    introductions: Introductions, transaction: Transaction, event: MatchesProposed, match: Match, today: date
) -> list[str]:
    ledger = introductions.ledger("profile", match.profile_tenant, match.profile_id)
    if not ledger.value.takes(match.profile_sequence) or match.profile_tenant == event.demand_tenant:
        logger.info("the profile takes no more introductions", profile_id=match.profile_id)
        return []
    introduction = proposed(event, match, today)
    key = introductions.save(transaction, introduction, 1)
    introductions.add_deadline(transaction, introduction, today)
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
