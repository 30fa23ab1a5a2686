"""Ledgers change: closed and opened again in a transaction of their own, freed in that of a step."""

from functions.introductions.logic import ATTEMPTS, Introductions, Thing
from functions.introductions.model.ledger import Ledger
from functions.introductions.model.pair import Introduction
from passerelle.consuming import NotYet
from passerelle.store import Transaction, VersionConflict


def update_ledger(
    introductions: Introductions,
    thing: Thing,
    tenant: str,
    thing_id: str,
    *,
    ended_at: int = 0,
    lent: bool | None = None,
) -> Ledger:
    """Change a ledger in a transaction of its own; `ended_at` only grows."""
    for _ in range(ATTEMPTS):
        stored = introductions.ledger(thing, tenant, thing_id)
        changed = stored.value.model_copy(
            update={
                "ended_at": max(stored.value.ended_at, ended_at),
                "lent": stored.value.lent if lent is None else lent,
            }
        )
        if changed == stored.value:
            return changed
        transaction = introductions.begin()
        introductions.save_ledger(transaction, thing, tenant, thing_id, changed, stored.version + 1)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return changed
    raise NotYet


def release(introductions: Introductions, transaction: Transaction, before: Introduction) -> None:
    """The employee's go no longer counts here: his profile may be committed elsewhere."""
    ledger = introductions.ledger("profile", before.lender, before.match.profile_id)
    if ledger.value.committed_to == before.id:
        free = ledger.value.model_copy(update={"committed_to": None})
        introductions.save_ledger(
            transaction, "profile", before.lender, before.match.profile_id, free, ledger.version + 1
        )
