"""What happens to introductions: they are proposed, answered, talked about masked, signed by three, or ended.

Whose go counts is decided in the ledger of the profile, which names the one introduction its person is committed to:
it is written in the transaction of the go, so that of two demands for one person one wins and the other is told.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal, Protocol

from functions.introductions import law
from functions.introductions.model import (
    WAITING,
    Act,
    CompanySize,
    Deadline,
    Declared,
    Introduction,
    Ledger,
    Link,
    Look,
    Looked,
    Question,
    RefusalReason,
    Signature,
    Standing,
    State,
    committed_elsewhere,
    introduction_id,
    link_not_valid,
    next_look,
    proposed,
    reminder_due,
)
from passerelle import clock
from passerelle.consuming import NotYet, Unprocessable
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.introductions import (
    EmployeeGoRequested,
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionDisclosed,
    IntroductionEnded,
    IntroductionProposed,
    IntroductionReminded,
    TermSheetReady,
)
from passerelle.contracts.matching import Match, MatchesProposed
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.contracts.terms import TermSheet, Workforce
from passerelle.http import found
from passerelle.observability import logger
from passerelle.problems import FieldError, Invalid, invalid_field
from passerelle.screening import said_of, screened
from passerelle.store import Key, Page, Stored, Transaction, VersionConflict
from passerelle.tokens import digest

Thing = Literal["profile", "demand"]

Decision = Literal["go", "refuse"]

MOST_MATCHES: Final = 19
"""A match writes five rows (two sides, a deadline, the profile's ledger, a fact), the event two: 97 writes of 100."""

_ATTEMPTS = 10
_MOST_PAGES = 20
_LOOKS_AT_ONCE = 90
_FURTHEST_START = timedelta(days=731)
_LONGEST_LOAN = timedelta(days=4 * 366)


class Introductions(Protocol):
    """What the use cases need of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, introduction_id: str) -> Stored[Introduction] | None: ...
    def page(self, tenant: str, limit: int, cursor: str | None) -> Page[Introduction]: ...
    def save(self, transaction: Transaction, introduction: Introduction, version: int) -> Key: ...
    def lender_key(self, introduction: Introduction) -> Key: ...
    def ledger(self, thing: Thing, tenant: str, thing_id: str) -> Stored[Ledger]: ...
    def save_ledger(
        self, transaction: Transaction, thing: Thing, tenant: str, thing_id: str, ledger: Ledger, version: int
    ) -> None: ...
    def add_deadline(self, transaction: Transaction, introduction: Introduction, today: date) -> None: ...
    def deadlines(self) -> Iterator[Deadline]: ...
    def move_deadline(self, transaction: Transaction, deadline: Deadline, due: date | None) -> None: ...
    def workforce(self, company_id: str) -> Stored[CompanySize]: ...
    def save_workforce(
        self, transaction: Transaction, company_id: str, size: CompanySize, *, version: int, replacing: int
    ) -> None: ...
    def link(self, digest: str) -> Link | None: ...
    def add_link(self, transaction: Transaction, digest: str, link: Link) -> None: ...
    def looked(self, host: str, day: date) -> Stored[Looked]: ...
    def save_looks(
        self,
        transaction: Transaction,
        host: str,
        looks: Sequence[Introduction],
        looked: Looked,
        version: int,
        day: date,
    ) -> None: ...
    def looks(self, lender: str, profile_id: str) -> Iterator[Look]: ...


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
        today = clock.today()
        start = law.earliest_start(None, *_workforces(introductions, after), counted_from=today)
        after = after.heard(today).model_copy(update={"earliest_start": start})
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


def ask(
    introductions: Introductions, transaction: Transaction, stored: Stored[Introduction], tenant: str, text: str
) -> Stored[Introduction]:
    """A masked question to the other side. Raises `Invalid` when its text may name somebody: nothing is kept."""
    stored.value.check_talking()
    _check_text("/text", text)
    today = clock.today()
    question = Question(id=clock.new_id("qst"), side=stored.value.side_of(tenant), text=text, asked_on=today)
    return _saved(introductions, transaction, stored, stored.value.with_question(question))


def answer(
    introductions: Introductions,
    transaction: Transaction,
    stored: Stored[Introduction],
    tenant: str,
    question_id: str,
    text: str,
) -> Stored[Introduction]:
    """The masked answer to a question of the other side. Raises as `ask` does, and `NotFound` without the question."""
    _check_text("/text", text)
    side = stored.value.side_of(tenant)
    after: Introduction = found(stored.value.with_answer(question_id, side, text, clock.today()))
    return _saved(introductions, transaction, stored, after)


def write_sheet(
    introductions: Introductions,
    transaction: Transaction,
    stored: Stored[Introduction],
    tenant: str,
    terms: TermSheet,
) -> Stored[Introduction]:
    """Either side writes the blind term sheet, or changes it: what was signed before is void.

    Raises `Invalid` when dates cannot be or a text may name somebody, `Refused` outside the masked talk.
    """
    today, one = clock.today(), stored.value
    side = one.side_of(tenant)
    after = one.with_sheet(terms, side, today)
    if after == one:
        return stored
    _check_terms(terms, today)
    counted_from = one.earliest_start.counted_from if one.earliest_start else today
    start = law.earliest_start(terms, *_workforces(introductions, one), counted_from=counted_from)
    after = after.model_copy(update={"earliest_start": start})
    _release(introductions, transaction, one)
    version = stored.version + 1
    key = introductions.save(transaction, after, version)
    ready = TermSheetReady(
        introduction_id=after.id,
        lender=after.lender,
        host=after.host,
        proposed_by=side,
        sha256=found(after.sheet).sha256,
        terms=terms,
        profile_card=after.match.card,
        demand_card=after.demand_card,
        earliest_start=start.day,
    )
    transaction.emit(key, ready, sequence=version)
    return Stored(after, version)


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
    law.check_signing(after, side, *_workforces(introductions, one))
    return _after_signature(introductions, transaction, stored, after)


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
        _end(introductions, transaction, after, stored.version + 1)
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


def note_workforce(
    introductions: Introductions, transaction: Transaction, company_id: str, workforce: Workforce | None, sequence: int
) -> None:
    """What a company's size asks of the law; older news changes nothing."""
    known = introductions.workforce(company_id)
    if sequence > known.version:
        size = CompanySize(workforce=workforce)
        introductions.save_workforce(transaction, company_id, size, version=sequence, replacing=known.version)


def note_looks(introductions: Introductions, host: str, shown: Sequence[Introduction]) -> None:
    """A host was shown these cards: each is noted once a day for the employee, in transactions of their own."""
    day = clock.today()
    for _ in range(_ATTEMPTS):
        looked = introductions.looked(host, day)
        new = [one for one in shown if one.host == host and one.id not in looked.value.introductions and not one.ended]
        if not new:
            return
        some = new[:_LOOKS_AT_ONCE]
        seen = Looked(introductions=(*looked.value.introductions, *(one.id for one in some)))
        transaction = introductions.begin()
        introductions.save_looks(transaction, host, some, seen, looked.version + 1, day)
        try:
            transaction.commit()
        except VersionConflict:
            continue


def looks_at(introductions: Introductions, introduction: Introduction) -> tuple[tuple[Look, Introduction | None], ...]:
    """Who looked at the card of this introduction's profile, and in which introduction, the latest first."""
    looks = list(introductions.looks(introduction.lender, introduction.match.profile_id))
    known: dict[str, Introduction | None] = {introduction.id: introduction}
    for look in looks:
        if look.introduction_id not in known:
            stored = introductions.find(introduction.lender, look.introduction_id)
            known[look.introduction_id] = stored.value if stored else None
    return tuple((look, known[look.introduction_id]) for look in reversed(looks))


def note_agreement(introductions: Introductions, event: AgreementSigned) -> None:
    """An agreement is signed: the other introductions of its profile are over, and no new ones begin."""
    ledger = _update_ledger(introductions, "profile", event.lender, event.profile_id, lent=True)
    _agree(introductions, event.lender, event.introduction_id)
    for other in ledger.introductions:
        if other != event.introduction_id:
            _change(introductions, event.lender, other, Act.CLOSURE, lambda one: not one.ended and not one.agreed)


def note_agreement_ended(introductions: Introductions, event: AgreementEnded) -> None:
    """An agreement will not be: its introduction ends in the usual words, and the person is free again."""
    if event.outcome == "superseded":
        return
    _update_ledger(introductions, "profile", event.lender, event.profile_id, lent=False)
    _change(introductions, event.lender, event.introduction_id, Act.REFUSAL, lambda one: not one.ended)


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
        return begun < sequence and not introduction.ended and not introduction.agreed

    for one in ledger.introductions:
        _change(introductions, tenant, one, act, concerned)


def expire(introductions: Introductions, today: date) -> tuple[int, int]:
    """Remind of what waits, and end what nobody answered in time; how many of each. Cut off, it goes on next time."""
    reminded = ended = 0
    for deadline in introductions.deadlines():
        if deadline.due > today:
            break
        what = _look_again(introductions, deadline, today)
        reminded += what == "reminded"
        ended += what == "ended"
    return reminded, ended


def _look_again(
    introductions: Introductions, deadline: Deadline, today: date
) -> Literal["reminded", "ended", "nothing"]:
    """Remind of one introduction, or end it, in a transaction of its own that also says when to look again."""
    for _ in range(_ATTEMPTS):
        stored = introductions.find(deadline.host, deadline.introduction_id)
        transaction = introductions.begin()
        done, due = _silence(introductions, transaction, stored, today)
        introductions.move_deadline(transaction, deadline, due)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return done
    raise NotYet


def _silence(
    introductions: Introductions, transaction: Transaction, stored: Stored[Introduction] | None, today: date
) -> tuple[Literal["reminded", "ended", "nothing"], date | None]:
    if stored is None or stored.value.state not in WAITING:
        return "nothing", None
    one, version = stored.value, stored.version + 1
    if one.answer_by < today:
        _end(introductions, transaction, one.moved(Act.EXPIRY), version)
        return "ended", None
    days = reminder_due(one, today)
    if days is None:
        return "nothing", next_look(one, today)
    after = one.model_copy(update={"reminded": days})
    key = introductions.save(transaction, after, version)
    if one.waiting_for:
        fact = IntroductionReminded(introduction_id=one.id, waiting_for=one.waiting_for, days=days)
        transaction.emit(key, fact, sequence=version)
    return "reminded", next_look(after, today)


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


def _close(introductions: Introductions, thing: Thing, tenant: str, thing_id: str, sequence: int) -> Ledger:
    return _update_ledger(introductions, thing, tenant, thing_id, ended_at=sequence)


def _update_ledger(
    introductions: Introductions,
    thing: Thing,
    tenant: str,
    thing_id: str,
    *,
    ended_at: int = 0,
    lent: bool | None = None,
) -> Ledger:
    """Change a ledger in a transaction of its own; `ended_at` only grows."""
    for _ in range(_ATTEMPTS):
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


def _agree(introductions: Introductions, tenant: str, introduction_id: str) -> None:
    for _ in range(_ATTEMPTS):
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


def _change(
    introductions: Introductions,
    tenant: str,
    introduction_id: str,
    act: Act,
    concerned: Callable[[Introduction], bool],
) -> bool:
    """End one introduction in a transaction of its own, if it is concerned; whether it was."""
    for _ in range(_ATTEMPTS):
        stored = introductions.find(tenant, introduction_id)
        if stored is None or not concerned(stored.value):
            return False
        transaction = introductions.begin()
        _end(introductions, transaction, stored.value.moved(act), stored.version + 1)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return True
    raise NotYet


def _saved(
    introductions: Introductions, transaction: Transaction, stored: Stored[Introduction], after: Introduction
) -> Stored[Introduction]:
    if after == stored.value:
        return stored
    introductions.save(transaction, after, stored.version + 1)
    return Stored(after, stored.version + 1)


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
        law.check_disclosure(after, *_workforces(introductions, after))
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


def _release(introductions: Introductions, transaction: Transaction, before: Introduction) -> None:
    """The employee's go no longer counts here: his profile may be committed elsewhere."""
    ledger = introductions.ledger("profile", before.lender, before.match.profile_id)
    if ledger.value.committed_to == before.id:
        free = ledger.value.model_copy(update={"committed_to": None})
        introductions.save_ledger(
            transaction, "profile", before.lender, before.match.profile_id, free, ledger.version + 1
        )


def _workforces(introductions: Introductions, one: Introduction) -> tuple[Workforce | None, Workforce | None]:
    lender, host = introductions.workforce(one.lender), introductions.workforce(one.host)
    return lender.value.workforce, host.value.workforce


def _check_terms(terms: TermSheet, today: date) -> None:
    faults = [
        *_text_faults("/tasks", terms.tasks),
        *_text_faults("/post_characteristics", terms.post_characteristics),
    ]
    if terms.start_date < today:
        faults.append(FieldError("/start_date", "The start is past.", "Choose a day from today on."))
    if terms.start_date > today + _FURTHEST_START:
        faults.append(FieldError("/start_date", "The start is too far away.", "Choose a day within two years."))
    if not terms.start_date <= terms.end_date <= terms.start_date + _LONGEST_LOAN:
        faults.append(
            FieldError("/end_date", "The end comes before the start, or too late.", "Choose an end after the start.")
        )
    _refuse(faults)


def _check_text(pointer: str, text: str) -> None:
    _refuse(_text_faults(pointer, text))


def _text_faults(pointer: str, text: str) -> list[FieldError]:
    return [
        FieldError(pointer, f"Ce texte semble contenir {said_of(one)}.", "Reformulez sans nommer personne.")
        for one in screened(text)
    ]


def _refuse(faults: Sequence[FieldError]) -> None:
    if faults:
        raise Invalid("Some fields are wrong; nothing was kept.", code="not-masked-or-wrong", fields=faults)


def _end(introductions: Introductions, transaction: Transaction, introduction: Introduction, version: int) -> None:
    key = introductions.save(transaction, introduction, version)
    _release(introductions, transaction, introduction)
    ended = IntroductionEnded(
        introduction_id=introduction.id,
        demand_id=introduction.demand_id,
        profile_id=introduction.match.profile_id,
        lender=introduction.lender,
        host=introduction.host,
        reason=introduction.end_reason,
    )
    transaction.emit(key, ended, sequence=version)
