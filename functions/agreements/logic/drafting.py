"""An agreement is drafted from a disclosure; its terms and what each side has done are changed until it is signed."""

from collections.abc import Callable, Mapping
from typing import Final

from functions.agreements.logic import Agreements
from functions.agreements.model.agreement import Agreement, agreement_id
from functions.agreements.model.drafts import Draft
from functions.agreements.model.states import Act, Side, State
from functions.agreements.model.steps import HostSteps, LenderSteps, future_days
from passerelle import clock
from passerelle.contracts.introductions import IntroductionDisclosed
from passerelle.http import found
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.observability import logger
from passerelle.problems import FieldError, Invalid
from passerelle.store import Stored, Transaction

_SIDES: Final[tuple[Side, Side]] = ("lender", "host")


def own(agreements: Agreements, tenant: str, wanted: str) -> Stored[Agreement]:
    """The agreement, for a side of it; `NotFound` for anybody else."""
    stored: Stored[Agreement] = found(agreements.find(tenant, wanted))
    return stored


def begin(agreements: Agreements, transaction: Transaction, event: IntroductionDisclosed) -> None:
    """Draft the agreement of a disclosed introduction, once, unless the introduction ended meanwhile."""
    wanted = agreement_id(event.introduction_id)
    if agreements.by_id(wanted) is not None or agreements.ended_before(wanted):
        logger.info("no agreement to begin", introduction_id=event.introduction_id)
        return
    agreements.add(
        transaction,
        Agreement(
            id=wanted,
            introduction_id=event.introduction_id,
            demand_id=event.demand_id,
            profile_id=event.profile_id,
            person_id=event.person_id,
            lender=event.lender,
            host=event.host,
            sheet_sha256=event.sha256,
            draft=Draft(terms=event.terms),
        ),
    )


def redraft(
    agreements: Agreements,
    transaction: Transaction,
    nomenclature: Nomenclature,
    stored: Stored[Agreement],
    side: Side,
    draft: Draft,
) -> Stored[Agreement]:
    """Change the terms. A material change clears documents and signatures; the same terms again change nothing.

    Raises `Invalid` for codes and dates that cannot be, and for a regime or contract that nobody agreed on.
    """
    if draft == stored.value.draft:
        return stored
    _refuse(_faults(draft, stored.value.draft, nomenclature))
    after = stored.value.redrafted(draft, side)
    if after.state is State.DRAFTING:
        agreements.drop_due(transaction, after)
    return _saved(agreements, transaction, stored, after)


def record(
    agreements: Agreements,
    transaction: Transaction,
    stored: Stored[Agreement],
    side: Side,
    lender: LenderSteps | None,
    host: HostSteps | None,
) -> Stored[Agreement]:
    """A side records what it has done, in place of what it recorded before. Raises `Invalid` for the other's steps."""
    given: Mapping[Side, LenderSteps | HostSteps | None] = {"lender": lender, "host": host}
    steps = given[side]
    faults = [
        FieldError(f"/{other}", "these steps are the other company's", "Leave them out.")
        for other in _SIDES
        if other != side and given[other] is not None
    ]
    if steps is None:
        faults.append(FieldError(f"/{side}", "your steps are missing", "Give them all: they replace the earlier ones."))
    else:
        faults += future_days(steps, clock.today(), f"/{side}")
    _refuse(faults)
    after = stored.value.moved(Act.RECORDING, side, **{f"{side}_steps": steps})
    return stored if after == stored.value else _saved(agreements, transaction, stored, after)


def _faults(draft: Draft, present: Draft, nomenclature: Nomenclature) -> list[FieldError]:
    terms, before = draft.terms, present.terms
    faults = [
        FieldError(f"/terms/{name}", "all three agreed on another one", "Start a new introduction to change it.")
        for name in ("regime", "contract_type")
        if getattr(terms, name) != getattr(before, name)
    ]
    if terms.end_date < terms.start_date:
        faults.append(FieldError("/terms/end_date", "before the first day", "Give a last day after the first."))
    lookups: list[tuple[str, Callable[[str], object], str | None]] = [
        ("/workplace", nomenclature.municipality, draft.workplace),
        ("/terms/occupation", nomenclature.occupation, terms.occupation),
    ]
    for pointer, lookup, code in lookups:
        try:
            if code is not None:
                lookup(code)
        except UnknownCode as unknown:
            near = f" Near ones: {', '.join(unknown.suggestions)}." if unknown.suggestions else ""
            faults.append(
                FieldError(pointer, "not a code of the nomenclature", f"Take one from GET /vocabulary.{near}")
            )
    return faults


def _refuse(faults: list[FieldError]) -> None:
    if faults:
        raise Invalid("Some fields are wrong; nothing was changed.", fields=faults)


def _saved(
    agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], after: Agreement
) -> Stored[Agreement]:
    agreements.save(transaction, after, stored.version + 1)
    return Stored(after, stored.version + 1)
