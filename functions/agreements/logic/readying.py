"""The documents are asked for once the law lets them be signed.

With the last of them the employee is asked, once, and the days of silence of the two companies begin to count.
"""

from functions.agreements import gates
from functions.agreements.logic import Agreements
from functions.agreements.logic.knowing import facts, require_open
from functions.agreements.logic.reminding import look_again
from functions.agreements.model.agreement import Agreement
from functions.agreements.model.signatures import asked_of
from functions.agreements.model.states import Act, Side, State
from passerelle import clock
from passerelle.contracts.agreements import AgreementReady, EmployeeSignatureRequested
from passerelle.contracts.documents import DocumentIssued
from passerelle.observability import logger
from passerelle.problems import Refused
from passerelle.store import Stored, Transaction


def make_ready(
    agreements: Agreements, transaction: Transaction, stored: Stored[Agreement], side: Side
) -> Stored[Agreement]:
    """Have the documents made, once the law lets this be signed; again changes nothing.

    Raises `Refused` while something is missing from the terms, `Blocked` while the gate of signing (G4) is held.
    """
    agreement = stored.value
    if agreement.state is State.READY_TO_SIGN:
        return stored
    after = agreement.moved(Act.READINESS, side)
    gaps = agreement.draft.gaps()
    if gaps:
        raise Refused(
            "The terms are not complete.",
            code="agreement-incomplete",
            remedy="Complete the fields below, then ask again.",
            fields=gaps,
        )
    require_open(gates.signing(facts(agreements, agreement)), side)
    version = stored.version + 1
    draft = agreement.draft
    key = agreements.save(transaction, after, version)
    ready = AgreementReady(
        agreement_id=after.id,
        introduction_id=after.introduction_id,
        terms_version=after.version,
        lender=after.lender,
        host=after.host,
        person_id=after.person_id,
        terms=draft.terms,
        workplace=draft.workplace or "",
        signers=(draft.lender_signer or "", draft.host_signer or ""),
        supervisor=draft.supervisor or "",
    )
    transaction.emit(key, ready, sequence=version)
    return Stored(after, version)


def note_document(agreements: Agreements, transaction: Transaction, event: DocumentIssued) -> None:
    """A document was made; with the last of this version the employee is asked. The first of a kind counts."""
    if event.agreement_id is None or event.kind not in asked_kinds():
        return
    stored = agreements.by_id(event.agreement_id)
    if stored is None:
        logger.warning("document of no agreement of ours", agreement_id=event.agreement_id)
        return
    agreement = stored.value
    if agreement.state is not State.READY_TO_SIGN or event.terms_version != agreement.version:
        logger.info("document of another version", agreement_id=agreement.id, version=event.terms_version)
        return
    if event.kind in agreement.documents:
        if agreement.documents[event.kind] != event.sha256:
            logger.warning("a second document of this kind and version", agreement_id=agreement.id, kind=event.kind)
        return
    after = agreement.model_copy(update={"documents": {**agreement.documents, event.kind: event.sha256}})
    version = stored.version + 1
    if after.complete:
        after = after.model_copy(update={"signable_since": clock.today()})
        look_again(agreements, transaction, after, clock.today())
    agreements.save(transaction, after, version)
    if after.complete:
        asked = EmployeeSignatureRequested(
            agreement_id=after.id, person_id=after.person_id, terms_version=after.version
        )
        transaction.emit(agreements.employee_key(after), asked, sequence=version)


def asked_kinds() -> frozenset[str]:
    """The kinds of documents an agreement needs."""
    return frozenset(kind for party in ("lender", "host", "employee") for kind in asked_of(party))
