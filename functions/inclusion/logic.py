"""What is done with inclusion data: a person tells and takes back, facts are noted, and all of it is counted."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Protocol

from functions.inclusion.model.answers import (
    Answers,
    ConsentText,
    Link,
    Question,
    Sealed,
    check_consent,
    link_not_valid,
)
from functions.inclusion.model.counting import PART_TIME, Hours, Stage, Step, counted, reached
from functions.inclusion.model.figures import Watch, shown
from passerelle import clock
from passerelle.contracts.cards import ProfileCard
from passerelle.contracts.matching import MatchesProposed
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.contracts.profiles import ProfileErased
from passerelle.store import Stored, Transaction
from passerelle.tokens import digest


class Inclusion(Protocol):
    """What is needed of the store."""

    def link(self, digest: str) -> Link | None: ...
    def add_link(self, transaction: Transaction, digest: str, link: Link, expires_at: datetime) -> None: ...
    def answers(self, profile_id: str) -> Stored[Answers]: ...
    def save_answers(
        self, transaction: Transaction, before: Stored[Answers], after: Answers, now: datetime
    ) -> None: ...
    def all_answers(self) -> Iterator[Answers]: ...
    def keep_text(self, transaction: Transaction, text: ConsentText) -> None: ...
    def add_step(self, transaction: Transaction, event_id: str, step: Step) -> None: ...
    def steps(self) -> Iterator[Step]: ...
    def note_hours(self, transaction: Transaction, hours: Hours, sequence: int, until: date) -> None: ...
    def hours(self) -> Iterator[Hours]: ...
    def watch(self) -> Stored[Watch]: ...
    def save_watch(self, watch: Watch, version: int) -> None: ...


class Vault(Protocol):
    """Seals and opens single answers."""

    def seal(self, profile_id: str, question: Question, choice: str) -> str: ...
    def open(self, profile_id: str, question: Question, sealed: str) -> str: ...


def open_link(inclusion: Inclusion, token: str) -> Stored[Answers]:
    """What the holder of a link has told; opening uses nothing up. Raises the one problem of links that do not work."""
    link = inclusion.link(digest(token))
    stored = None if link is None else inclusion.answers(link.profile_id)
    if stored is None or stored.value.erased:
        raise link_not_valid()
    return stored


def tell(
    inclusion: Inclusion,
    vault: Vault,
    transaction: Transaction,
    stored: Stored[Answers],
    text: ConsentText,
    text_sha256: str,
    told: Mapping[Question, str],
) -> Answers:
    """Keep these answers, sealed, with the text agreed to and when. Raises `Refused` when it was another text."""
    check_consent(text, text_sha256)
    if not told:
        return stored.value
    now, profile_id = clock.now(), stored.value.profile_id
    sealed = {
        question: Sealed(sealed=vault.seal(profile_id, question, choice), text_sha256=text_sha256, at=now)
        for question, choice in told.items()
    }
    after = stored.value.with_answers(sealed)
    inclusion.keep_text(transaction, text)
    inclusion.save_answers(transaction, stored, after, now)
    return after


def take_back(
    inclusion: Inclusion, transaction: Transaction, stored: Stored[Answers], questions: tuple[Question, ...] | None
) -> Answers:
    """Erase the answers to these questions, or all, at once. Needs no condition; again changes nothing."""
    after = stored.value.without(Question if questions is None else questions)
    if after != stored.value:
        inclusion.save_answers(transaction, stored, after, clock.now())
    return after


def erase(inclusion: Inclusion, transaction: Transaction, gone: ProfileErased) -> None:
    """A person was erased: what he told goes at once, and his link opens nothing any more. Again changes nothing.

    The slice tells no facts, so it answers nobody: a failure is in its dead letters, and there alarms.
    """
    if gone.profile_id is None:
        return
    stored = inclusion.answers(gone.profile_id)
    if not stored.value.erased:
        inclusion.save_answers(transaction, stored, Answers(profile_id=gone.profile_id, erased=True), clock.now())


def note_link(inclusion: Inclusion, transaction: Transaction, issued: OptInLinkIssued) -> None:
    """The volunteer was mailed his link: it opens this page too."""
    if inclusion.link(issued.digest) is None:
        inclusion.add_link(transaction, issued.digest, Link(profile_id=issued.profile_id), issued.expires_at)


def note_card(
    inclusion: Inclusion, transaction: Transaction, profile_id: str, sequence: int, card: ProfileCard
) -> None:
    """A card tells the working time."""
    year, month = map(int, card.available_to.split("-"))
    hours = Hours(profile_id=profile_id, working_time=card.working_time.value)
    inclusion.note_hours(transaction, hours, sequence, date(year, month, 28))


def note_proposal(
    inclusion: Inclusion, transaction: Transaction, event_id: str, on: date, event: MatchesProposed
) -> None:
    """A proposal says who was considered, and, unless the host chose himself, who is among the ten shown."""
    proposed = tuple(match.profile_id for match in event.matches)
    run = event.run
    step = Step(
        on=on,
        demand_id=event.demand_id,
        considered=tuple(dict.fromkeys((*(run.considered if run else ()), *proposed))),
        reached={} if run and run.asked_by_host else {Stage.SHOWN: proposed},
    )
    inclusion.add_step(transaction, event_id, step)


def note_stage(
    inclusion: Inclusion,
    transaction: Transaction,
    event_id: str,
    on: date,
    demand_id: str,
    profile_id: str,
    stage: Stage,
) -> None:
    """A person reached a stage."""
    inclusion.add_step(transaction, event_id, Step(on=on, demand_id=demand_id, reached={stage: (profile_id,)}))


def measure(inclusion: Inclusion, vault: Vault, today: date) -> Watch:
    """Count everything anew and keep what may be shown; the answers are opened here and nowhere else."""
    belonging: dict[str, dict[str, str]] = {PART_TIME: {one.profile_id: one.working_time for one in inclusion.hours()}}
    came = reached(inclusion.steps(), today)
    for answers in inclusion.all_answers():
        if answers.profile_id in came.considered:
            for question, given in answers.given.items():
                told = vault.open(answers.profile_id, question, given.sealed)
                belonging.setdefault(question.value, {})[answers.profile_id] = told
    watch = Watch(measured_on=today, attributes=tuple(shown(counts) for counts in counted(came, belonging)))
    inclusion.save_watch(watch, inclusion.watch().version + 1)
    return watch
