"""Both sides talk masked, on finer cards: questions, answers, and the blind term sheet that they write.

What anybody typed for the other side is screened; suspicious text is kept nowhere.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from functions.introductions import law
from functions.introductions.logic import Introductions
from functions.introductions.logic.ledgers import release
from functions.introductions.logic.workforces import workforces
from functions.introductions.model.pair import Introduction, Question
from passerelle import clock
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.introductions import TermSheetReady
from passerelle.contracts.terms import TermSheet
from passerelle.http import found
from passerelle.problems import FieldError, Invalid
from passerelle.screening import Finding, Headcounts, Kind, said_of, screened
from passerelle.store import Stored, Transaction

_FURTHEST_START = timedelta(days=731)
_LONGEST_LOAN = timedelta(days=4 * 366)
_NAME_NOBODY = "Reformulez sans nommer personne."
_REMEDIES = {Kind.HEADCOUNT: "N’écrivez pas l’effectif : les règles qui en dépendent le connaissent déjà."}


def suspicions(text: str) -> tuple[Finding, ...]:
    """What in a text for the other side may name somebody, or lead to a company by how many people it employs."""
    return screened(text, Headcounts())


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
    start = law.earliest_start(terms, *workforces(introductions, one), counted_from=counted_from)
    after = after.model_copy(update={"earliest_start": start})
    release(introductions, transaction, one)
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


def refine_card(
    introductions: Introductions,
    transaction: Transaction,
    tenant: str,
    introduction_id: str,
    card: ProfileCard | DemandCard,
) -> None:
    """A side's finer card takes the place of the one it was shown by, while the introduction proceeds."""
    stored = introductions.find(tenant, introduction_id)
    if stored is not None:
        _saved(introductions, transaction, stored, stored.value.with_finer_card(card))


def _saved(
    introductions: Introductions, transaction: Transaction, stored: Stored[Introduction], after: Introduction
) -> Stored[Introduction]:
    if after == stored.value:
        return stored
    introductions.save(transaction, after, stored.version + 1)
    return Stored(after, stored.version + 1)


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
        FieldError(pointer, f"Ce texte semble contenir {said_of(one)}.", _REMEDIES.get(one.kind, _NAME_NOBODY))
        for one in suspicions(text)
    ]


def _refuse(faults: Sequence[FieldError]) -> None:
    if faults:
        raise Invalid("Some fields are wrong; nothing was kept.", code="not-masked-or-wrong", fields=faults)
