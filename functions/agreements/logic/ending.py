"""An agreement goes no further: a party refuses, or its introduction has ended."""

from datetime import timedelta
from typing import Final

from functions.agreements.logic import Agreements
from functions.agreements.model.agreement import Agreement, agreement_id
from functions.agreements.model.states import NOT_PROCEEDING, Act, RefusalReason, State
from passerelle import clock
from passerelle.contracts.agreements import AgreementEnded, Party
from passerelle.store import Stored, Transaction

_END_REMEMBERED = timedelta(days=31)
_OUTCOMES: Final = {State.REJECTED: "rejected", State.CANCELLED: "cancelled", State.SUPERSEDED: "superseded"}


def refuse(
    agreements: Agreements,
    transaction: Transaction,
    stored: Stored[Agreement],
    party: Party,
    reason: RefusalReason | None = None,
) -> Stored[Agreement]:
    """A party goes no further: before all have signed it is rejected, after that cancelled. Again changes nothing."""
    agreement = stored.value
    if agreement.state in NOT_PROCEEDING and agreement.ended_by == party:
        return stored
    act = Act.CANCELLATION if agreement.may(Act.CANCELLATION, party) else Act.REJECTION
    return _end(agreements, transaction, stored, agreement.moved(act, party, ended_by=party, refusal=reason))


def end_with_introduction(agreements: Agreements, transaction: Transaction, introduction_id: str) -> None:
    """The introduction does not proceed: what is not signed by all does not either."""
    wanted = agreement_id(introduction_id)
    stored = agreements.by_id(wanted)
    if stored is not None:
        if stored.value.may(Act.REJECTION, "platform"):
            _end(agreements, transaction, stored, stored.value.moved(Act.REJECTION, "platform", ended_by="platform"))
    elif not agreements.ended_before(wanted):
        agreements.remember_end(transaction, wanted, clock.now() + _END_REMEMBERED)


def _end(
    agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], after: Agreement
) -> Stored[Agreement]:
    version = stored.version + 1
    key = agreements.save(transaction, after, version)
    agreements.drop_due(transaction, after)
    ended = AgreementEnded.model_validate(
        {
            "agreement_id": after.id,
            "introduction_id": after.introduction_id,
            "demand_id": after.demand_id,
            "profile_id": after.profile_id,
            "lender": after.lender,
            "host": after.host,
            "outcome": _OUTCOMES[after.state],
        }
    )
    transaction.emit(key, ended, sequence=version)
    return Stored(after, version)
