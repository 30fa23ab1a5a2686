"""Entry points of the inclusion slice: the person's own answers, the facts that are counted, and the watch."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from functions.inclusion import logic, pages
from functions.inclusion.model.answers import Answers, ConsentText
from functions.inclusion.model.counting import Stage
from functions.inclusion.model.figures import Watch
from functions.inclusion.rendering import consent_text
from functions.inclusion.requests import NewAnswers, OpenedLink, Sheet, Standing, Withdrawal
from functions.inclusion.settings import Settings
from functions.inclusion.store import Inclusion
from functions.inclusion.transport import report_alarms
from functions.inclusion.vault import Vault
from passerelle import clock
from passerelle.access import public, staff
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts import Envelope
from passerelle.contracts.agreements import AgreementSigned
from passerelle.contracts.introductions import InterestExpressed, IntroductionBecameMutual, IntroductionDisclosed
from passerelle.contracts.matching import MatchesProposed
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.contracts.profiles import ProfileErased, ProfilePublished
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.observability import caused_by, logger
from passerelle.pages import serve
from passerelle.store import Table, Transaction


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    settings: Settings
    table: Table
    queues: Queues
    inclusion: Inclusion
    vault: Vault
    text: ConsentText


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    return Wiring(
        settings=settings,
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        inclusion=Inclusion(table),
        vault=Vault(settings.inclusion_key_id),
        text=consent_text(settings.operator_name, settings.privacy_contact),
    )


api = Api("inclusion", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


serve(api, pages.QUESTIONS)


@api.post(
    "/inclusion/personal/sheet",
    allow=public(),
    body=OpenedLink,
    answer=Sheet,
    summary="The voluntary questions for the person who holds this link, and the text he agrees to by answering.",
)
def read_sheet(request: Request[OpenedLink]) -> Answer:
    stored, text = logic.open_link(wire().inclusion, request.body.token), wire().text
    return Answer(
        Sheet(
            answered=stored.value.answered,
            title=text.title,
            sections=text.sections,
            questions=text.questions,
            wording=text.wording,
            text_sha256=text.sha256,
        )
    )


@api.post(
    "/inclusion/personal/answers",
    allow=public(),
    body=NewAnswers,
    answer=Standing,
    summary="The person answers any of the questions; it changes nothing in any ranking, and nobody reads it.",
)
def give_answers(request: Request[NewAnswers]) -> Answer:
    said, wiring = request.body, wire()
    stored = logic.open_link(wiring.inclusion, said.token)
    after = logic.tell(
        wiring.inclusion, wiring.vault, request.transaction, stored, wiring.text, said.text_sha256, said.told
    )
    return _standing(after)


@api.post(
    "/inclusion/personal/withdrawal",
    allow=public(),
    body=Withdrawal,
    answer=Standing,
    summary="The person takes back some answers, or all: they are erased at once.",
)
def withdraw_answers(request: Request[Withdrawal]) -> Answer:
    stored = logic.open_link(wire().inclusion, request.body.token)
    return _standing(logic.take_back(wire().inclusion, request.transaction, stored, request.body.questions))


@api.get(
    "/inclusion/watch",
    allow=staff(),
    answer=Watch,
    summary="The fairness watch: counts by lawful groups, small ones hidden, and whether any group fares worse.",
)
def read_watch(_: Request[NoBody]) -> Answer:
    return Answer(wire().inclusion.watch().value)


@events.on(OptInLinkIssued)
def on_opt_in_link_issued(delivery: Delivery[OptInLinkIssued]) -> None:
    logic.note_link(wire().inclusion, delivery.transaction, delivery.event)


@events.on(ProfilePublished)
def on_profile_published(delivery: Delivery[ProfilePublished]) -> None:
    event, sequence = delivery.event, delivery.envelope.sequence
    logic.note_card(wire().inclusion, delivery.transaction, event.profile_id, sequence, event.card)


@events.on(ProfileErased)
def on_profile_erased(delivery: Delivery[ProfileErased]) -> None:
    logic.erase(wire().inclusion, delivery.transaction, delivery.event)


@events.on(MatchesProposed)
def on_matches_proposed(delivery: Delivery[MatchesProposed]) -> None:
    envelope = delivery.envelope
    on = envelope.occurred_at.astimezone(clock.PARIS).date()
    logic.note_proposal(wire().inclusion, delivery.transaction, envelope.id, on, delivery.event)


@events.on(InterestExpressed)
def on_interest_expressed(delivery: Delivery[InterestExpressed]) -> None:
    event = delivery.event
    if event.side == "host" and event.demand_id and event.profile_id:
        _reached(delivery.transaction, delivery.envelope, event.demand_id, event.profile_id, Stage.CONTACTED)


@events.on(IntroductionBecameMutual)
def on_introduction_became_mutual(delivery: Delivery[IntroductionBecameMutual]) -> None:
    event = delivery.event
    _reached(delivery.transaction, delivery.envelope, event.demand_id, event.profile_id, Stage.CONTACTED)


@events.on(IntroductionDisclosed)
def on_introduction_disclosed(delivery: Delivery[IntroductionDisclosed]) -> None:
    event = delivery.event
    _reached(delivery.transaction, delivery.envelope, event.demand_id, event.profile_id, Stage.INTERVIEWED)


@events.on(AgreementSigned)
def on_agreement_signed(delivery: Delivery[AgreementSigned]) -> None:
    event = delivery.event
    _reached(delivery.transaction, delivery.envelope, event.demand_id, event.profile_id, Stage.SIGNED)


def measure(_event: dict[str, Any], _context: Any) -> None:
    """The weekly schedule: count anew, keep what may be shown, and raise the metric behind the alarm."""
    run = clock.new_id("run")
    with caused_by(run, run):
        watch = logic.measure(wire().inclusion, wire().vault, clock.today())
        logger.info("fairness measured", alarms=watch.alarms)
        report_alarms(wire().settings.stage, watch.alarms)


def _reached(transaction: Transaction, envelope: Envelope, demand_id: str, profile_id: str, stage: Stage) -> None:
    on = envelope.occurred_at.astimezone(clock.PARIS).date()
    logic.note_stage(wire().inclusion, transaction, envelope.id, on, demand_id, profile_id, stage)


def _standing(answers: Answers) -> Answer:
    return Answer(Standing(answered=answers.answered))
