"""The mission begins: by a company's word or on the daily schedule, once the start gate is open."""

from datetime import date

from functions.agreements import gates
from functions.agreements.logic import ATTEMPTS, Agreements
from functions.agreements.logic.knowing import facts, require_open
from functions.agreements.model.agreement import Agreement
from functions.agreements.model.states import Act, State, Who
from passerelle import clock
from passerelle.consuming import NotYet
from passerelle.contracts.agreements import MissionStarted
from passerelle.observability import logger
from passerelle.problems import Blocked, Refused
from passerelle.store import Stored, Transaction, VersionConflict


def start(agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], who: Who) -> Stored[Agreement]:
    """Let the mission begin, on its first day or after. Started already, nothing changes.

    Raises `Blocked` while the start gate (G5) is held, `Refused` before the first day and after the last.
    """
    agreement, today = stored.value, clock.today()
    if agreement.state is State.ACTIVE:
        return stored
    after = agreement.moved(Act.START, who, started_on=today)
    require_open(gates.start(facts(agreements, agreement)), "host" if who == "host" else "lender")
    terms = agreement.draft.terms
    if today < terms.start_date:
        raise Refused("The first day has not come.", code="too-early", remedy=f"Start on {terms.start_date} or after.")
    if today > terms.end_date:
        raise Refused("The last day has passed.", code="too-late", remedy="Agree on other dates and sign them.")
    version = stored.version + 1
    key = agreements.save(transaction, after, version)
    agreements.drop_due(transaction, after)
    started = MissionStarted(
        agreement_id=after.id,
        lender=after.lender,
        host=after.host,
        start_date=terms.start_date,
        end_date=terms.end_date,
    )
    transaction.emit(key, started, sequence=version)
    return Stored(after, version)


def start_due(agreements: Agreements, today: date) -> int:
    """Start every mission whose first day has come and whose gate is open; returns how many. The others wait."""
    started = 0
    for due in agreements.due("start"):
        if due.on > today:
            break
        started += _start_one(agreements, due.host, due.agreement_id)
    return started


def _start_one(agreements: Agreements, host: str, wanted: str) -> bool:
    for _ in range(ATTEMPTS):
        stored = agreements.find(host, wanted)
        if stored is None or stored.value.state is not State.SIGNED:
            return False
        transaction = agreements.begin()
        try:
            start(agreements, transaction, stored, "platform")
            transaction.commit()
        except VersionConflict:
            continue
        except Blocked as held:
            logger.info("start held", agreement_id=wanted, rules=[rule["rule"] for rule in held.rules])
            return False
        except Refused as refused:
            logger.info("start refused", agreement_id=wanted, reason=refused.code)
            return False
        return True
    raise NotYet
