"""Three sign one sheet, in any order: lender, host, and the employee by the link he was mailed.

Whose go counts is decided in the ledger of the profile, which names the one introduction its person is committed to:
it is written in the transaction of the go, so that of two demands for one person one wins and the other is told.
"""

from datetime import datetime
from typing import Literal

from functions.introductions import law
from functions.introductions.logic import Introductions
from functions.introductions.logic.ending import end
from functions.introductions.logic.workforces import workforces
from functions.introductions.model.go import Link, link_not_valid
from functions.introductions.model.ledger import committed_elsewhere
from functions.introductions.model.pair import Introduction
from functions.introductions.model.sheet import Declared, Signature
from functions.introductions.model.states import Act, State
from passerelle import clock
from passerelle.contracts.introductions import EmployeeGoRequested, IntroductionDisclosed
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.http import found
from passerelle.observability import logger
from passerelle.problems import invalid_field
from passerelle.store import Stored, Transaction
from passerelle.tokens import digest

Decision = Literal["go", "refuse"]


def note_link(introductions: Introductions, transaction: Transaction, tenant: str, issued: PersonalLinkIssued) -> None:
    """The employee was mailed his link: keep the digest of its token, so that it opens the term sheet."""
    if issued.purpose != "go" or introductions.link(issued.digest) is not None:
        return
    if introductions.find(tenant, issued.subject_id) is None:
        logger.warning("link to no introduction of ours", introduction_id=issued.subject_id)
        return
    link = Link(lender=tenant, introduction_id=issued.subject_id, expires_at=issued.expires_at)
    introductions.add_link(transaction, issued.digest, link)


def open_link(introductions: Introductions, token: str, at: datetime) -> Stored[Introduction]:
    """The introduction a personal link opens; opening uses nothing up. Raises the one problem of links that do not."""
    link = introductions.link(digest(token))
    stored = None if link is None else introductions.find(link.lender, link.introduction_id)
    if link is None or stored is None or not link.opens(stored.value, at):
        raise link_not_valid()
    return stored


def sign(
    introductions: Introductions,
    transaction: Transaction,
    stored: Stored[Introduction],
    tenant: str,
    user: str,
    sha256: str,
    declared: Declared,
) -> Stored[Introduction]:
    """A company signs the present term sheet. The first one has the employee asked; the third signature discloses.

    Raises `Refused` for another sheet than the present one, or a person committed elsewhere; `Blocked` by the law.
    """
    one = stored.value
    side = one.side_of(tenant)
    after = one.model_copy(update={"declared": declared})
    after = after.signed(side, sha256, Signature(at=clock.now(), by=user), clock.today())
    if side in one.signatures:
        return stored
    ledger = introductions.ledger("profile", one.lender, one.match.profile_id)
    if ledger.value.committed_to not in (None, one.id):
        raise committed_elsewhere()
    law.check_signing(after, side, *workforces(introductions, one))
    return _after_signature(introductions, transaction, stored, after)


def decide(
    introductions: Introductions,
    transaction: Transaction,
    stored: Stored[Introduction],
    decision: Decision,
    sha256: str | None,
) -> Stored[Introduction]:
    """The employee gives his go to the sheet he was shown, or refuses: before or after it, and after disclosure.

    Raises `Refused` for a sheet that has changed, and for a person who gave his go elsewhere.
    """
    one = stored.value
    if decision == "refuse":
        if one.ended:
            return stored
        one.check_not_agreed()
        after = one.moved(Act.REFUSAL)
        end(introductions, transaction, after, stored.version + 1)
        return Stored(after, stored.version + 1)
    if sha256 is None:
        raise invalid_field("/sha256", "A go is given to the sheet that was shown.", "Send its sha256.")
    after = one.signed("employee", sha256, Signature(at=clock.now()), clock.today())
    if one.committed:
        return stored
    ledger = introductions.ledger("profile", one.lender, one.match.profile_id)
    if ledger.value.committed_to not in (None, one.id):
        raise committed_elsewhere()
    committed = ledger.value.model_copy(update={"committed_to": one.id})
    introductions.save_ledger(transaction, "profile", one.lender, one.match.profile_id, committed, ledger.version + 1)
    return _after_signature(introductions, transaction, stored, after)


def _after_signature(
    introductions: Introductions, transaction: Transaction, stored: Stored[Introduction], after: Introduction
) -> Stored[Introduction]:
    """Write what a new signature makes: the employee is asked once for each sheet; the third one discloses."""
    version = stored.version + 1
    sheet = found(after.sheet)
    asks = after.go_asked != sheet.sha256 and not after.committed
    if asks:
        after = after.model_copy(update={"go_asked": sheet.sha256})
    if after.state is State.DISCLOSED:
        law.check_disclosure(after, *workforces(introductions, after))
    key = introductions.save(transaction, after, version)
    if asks:
        request = EmployeeGoRequested(introduction_id=after.id, person_id=after.match.person_id, sha256=sheet.sha256)
        transaction.emit(introductions.lender_key(after), request, sequence=version)
    if after.state is State.DISCLOSED:
        disclosed = IntroductionDisclosed(
            introduction_id=after.id,
            demand_id=after.demand_id,
            profile_id=after.match.profile_id,
            person_id=after.match.person_id,
            lender=after.lender,
            host=after.host,
            terms=sheet.terms,
            sha256=sheet.sha256,
            disclosed_at=found(after.disclosed_at),
        )
        transaction.emit(key, disclosed, sequence=version)
    return Stored(after, version)
