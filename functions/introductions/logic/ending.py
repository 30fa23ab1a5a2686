"""What ends introductions: a side's refusal, a profile withdrawn, a demand closed, an agreement elsewhere.

Many are ended one by one, each in a transaction of its own, after their ledger was closed.
"""

from collections.abc import Callable

from functions.introductions.logic import ATTEMPTS, Introductions, Thing
from functions.introductions.logic.ledgers import release, update_ledger
from functions.introductions.model.ledger import Ledger
from functions.introductions.model.pair import Introduction
from functions.introductions.model.states import Act, RefusalReason
from passerelle.consuming import NotYet
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.introductions import IntroductionEnded, RefusalExplained
from passerelle.store import Key, Stored, Transaction, VersionConflict


def refuse(
    introductions: Introductions,
    transaction: Transaction,
    stored: Stored[Introduction],
    tenant: str,
    reason: RefusalReason,
) -> Stored[Introduction]:
    """A side says no, for a reason that only it reads again."""
    side = stored.value.side_of(tenant)
    after = stored.value.after_refusal(side, reason)
    if after == stored.value:
        return stored
    key = end(introductions, transaction, after, stored.version + 1)
    explained = RefusalExplained(
        introduction_id=after.id,
        demand_id=after.demand_id,
        profile_id=after.match.profile_id,
        side=side,
        refusal=reason,
    )
    transaction.emit(key, explained, sequence=stored.version + 1)
    return Stored(after, stored.version + 1)


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
        return begun < sequence and not introduction.ended and not introduction.agreed

    for one in ledger.introductions:
        _change(introductions, tenant, one, act, concerned)


def note_agreement(introductions: Introductions, event: AgreementSigned) -> None:
    """An agreement is signed: the other introductions of its profile are over, and no new ones begin."""
    ledger = update_ledger(introductions, "profile", event.lender, event.profile_id, lent=True)
    _agree(introductions, event.lender, event.introduction_id)
    for other in ledger.introductions:
        if other != event.introduction_id:
            _change(introductions, event.lender, other, Act.CLOSURE, lambda one: not one.ended and not one.agreed)


def note_agreement_ended(introductions: Introductions, event: AgreementEnded) -> None:
    """An agreement will not be: its introduction ends in the usual words, and the person is free again."""
    if event.outcome == "superseded":
        return
    update_ledger(introductions, "profile", event.lender, event.profile_id, lent=False)
    _change(introductions, event.lender, event.introduction_id, Act.REFUSAL, lambda one: not one.ended)


def end(introductions: Introductions, transaction: Transaction, introduction: Introduction, version: int) -> Key:
    """Write an introduction that has just ended, free its person, and tell the fact; returns the key of its facts."""
    key = introductions.save(transaction, introduction, version)
    release(introductions, transaction, introduction)
    ended = IntroductionEnded(
        introduction_id=introduction.id,
        demand_id=introduction.demand_id,
        profile_id=introduction.match.profile_id,
        lender=introduction.lender,
        host=introduction.host,
        reason=introduction.end_reason,
    )
    transaction.emit(key, ended, sequence=version)
    return key


def _close(introductions: Introductions, thing: Thing, tenant: str, thing_id: str, sequence: int) -> Ledger:
    return update_ledger(introductions, thing, tenant, thing_id, ended_at=sequence)


def _change(
    introductions: Introductions,
    tenant: str,
    introduction_id: str,
    act: Act,
    concerned: Callable[[Introduction], bool],
) -> bool:
    """End one introduction in a transaction of its own, if it is concerned; whether it was."""
    for _ in range(ATTEMPTS):
        stored = introductions.find(tenant, introduction_id)
        if stored is None or not concerned(stored.value):
            return False
        transaction = introductions.begin()
        end(introductions, transaction, stored.value.moved(act), stored.version + 1)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return True
    raise NotYet


def _agree(introductions: Introductions, tenant: str, introduction_id: str) -> None:
    for _ in range(ATTEMPTS):
        stored = introductions.find(tenant, introduction_id)
        if stored is None or stored.value.agreed or stored.value.ended:
            return
        transaction = introductions.begin()
        introductions.save(transaction, stored.value.model_copy(update={"agreed": True}), stored.version + 1)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return
    raise NotYet
