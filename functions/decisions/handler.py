"""Entry points of the decisions slice: the facts it logs, and the log for operators."""

from dataclasses import dataclass
from functools import cache

from functions.decisions import logic
from functions.decisions.model import said_of_choice, said_of_proposal
from functions.decisions.requests import LogPage
from functions.decisions.settings import Settings
from functions.decisions.store import Log
from passerelle.access import operators
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.introductions import (
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionDisclosed,
    IntroductionEnded,
    RefusalExplained,
)
from passerelle.contracts.matching import MatchesProposed
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.store import Table


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    log: Log


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    return Wiring(table, Queues(settings.queue_url, settings.dead_letter_queue_url), Log(table))


api = Api("decisions", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/decisions/log",
    allow=operators(),
    answer=LogPage,
    query=("limit", "cursor"),
    summary="The decision log, oldest entry first, for `passerelle verify-log`.",
)
def read_log(request: Request[NoBody]) -> Answer:
    head, entries, cursor = logic.read(wire().log, request.limit(), request.query.get("cursor"))
    return Answer(LogPage(head=head, items=tuple(entries), cursor=cursor))


@events.on(MatchesProposed)
def on_matches_proposed(delivery: Delivery[MatchesProposed]) -> None:
    logic.note(wire().log, delivery.transaction, delivery.envelope, said_of_proposal(delivery.event))


@events.on(InterestExpressed)
def on_interest_expressed(delivery: Delivery[InterestExpressed]) -> None:
    logic.note(wire().log, delivery.transaction, delivery.envelope, said_of_choice(delivery.event))


@events.on(IntroductionBecameMutual)
def on_introduction_became_mutual(delivery: Delivery[IntroductionBecameMutual]) -> None:
    logic.note(wire().log, delivery.transaction, delivery.envelope, said_of_choice(delivery.event))


@events.on(IntroductionDisclosed)
def on_introduction_disclosed(delivery: Delivery[IntroductionDisclosed]) -> None:
    logic.note(wire().log, delivery.transaction, delivery.envelope, said_of_choice(delivery.event))


@events.on(IntroductionEnded)
def on_introduction_ended(delivery: Delivery[IntroductionEnded]) -> None:
    logic.note(wire().log, delivery.transaction, delivery.envelope, said_of_choice(delivery.event))


@events.on(RefusalExplained)
def on_refusal_explained(delivery: Delivery[RefusalExplained]) -> None:
    logic.note(wire().log, delivery.transaction, delivery.envelope, said_of_choice(delivery.event))


@events.on(AgreementSigned)
def on_agreement_signed(delivery: Delivery[AgreementSigned]) -> None:
    logic.note(wire().log, delivery.transaction, delivery.envelope, said_of_choice(delivery.event))


@events.on(AgreementEnded)
def on_agreement_ended(delivery: Delivery[AgreementEnded]) -> None:
    logic.note(wire().log, delivery.transaction, delivery.envelope, said_of_choice(delivery.event))
