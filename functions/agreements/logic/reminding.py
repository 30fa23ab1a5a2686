"""The look at agreements that can be signed: companies that have not signed the present version are reminded, 3, 7 and
15 days after its last document was made.

The employee is never reminded (`passerelle.reminders` says why): he was asked once, by his own link.
"""

from datetime import date

from functions.agreements.logic import ATTEMPTS, Agreements
from functions.agreements.model.agreement import Agreement
from functions.agreements.model.states import SIGNABLE
from passerelle.consuming import NotYet
from passerelle.contracts.agreements import AgreementReminded
from passerelle.reminders import next_reminder, reminder_due
from passerelle.store import Stored, Transaction, VersionConflict


def remind_due(agreements: Agreements, today: date) -> int:
    """Remind of every agreement whose reminder has come due; returns how many. Cut off, it goes on next time."""
    reminded = 0
    for due in agreements.due("signature"):
        if due.on > today:
            break
        reminded += _remind_one(agreements, due.host, due.agreement_id, today)
    return reminded


def look_again(agreements: Agreements, transaction: Transaction, agreement: Agreement, today: date) -> None:
    """Note the day of the next reminder of an agreement that can be signed; after the last one there is none."""
    following = next_reminder(agreement.signable_since or today, agreement.reminded, today)
    if following is None:
        agreements.drop_due(transaction, agreement)
    else:
        agreements.put_due(transaction, agreement, "signature", following)


def _remind_one(agreements: Agreements, host: str, wanted: str, today: date) -> bool:
    """Remind of one agreement, in a transaction of its own that also says when to look again; whether it was done."""
    for _ in range(ATTEMPTS):
        stored = agreements.find(host, wanted)
        if stored is None:
            return False
        transaction = agreements.begin()
        told = _remind(agreements, transaction, stored, today)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return told
    raise NotYet


def _remind(agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], today: date) -> bool:
    one, version = stored.value, stored.version + 1
    if one.state not in SIGNABLE or one.signable_since is None:
        return False
    days = reminder_due(one.signable_since, one.reminded, today)
    if days is None:
        return False
    after = one.model_copy(update={"reminded": days})
    key = agreements.save(transaction, after, version)
    look_again(agreements, transaction, after, today)
    waiting_for = one.waiting_for(today)
    if waiting_for:
        fact = AgreementReminded(agreement_id=one.id, waiting_for=waiting_for, days=days)
        transaction.emit(key, fact, sequence=version)
    return bool(waiting_for)
