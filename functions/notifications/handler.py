"""Entry point of the notifications slice: its events."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import boto3

from functions.notifications import erasing, logic
from functions.notifications.rendering import rendered
from functions.notifications.settings import Settings
from functions.notifications.store import Postings
from functions.notifications.transport import Mailer, VaultPort
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.agreements import EmployeeSignatureRequested, SigningCodeRequested
from passerelle.contracts.companies import ActivationCodeRequested, MemberInvited
from passerelle.contracts.desk import ReviewAnswered
from passerelle.contracts.identities import ErasureRequested
from passerelle.contracts.introductions import (
    EmployeeGoRequested,
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionDisclosed,
    IntroductionEnded,
    IntroductionReminded,
    TermSheetReady,
)
from passerelle.contracts.profiles import OptInRequested
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from passerelle.store import Table


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    office: logic.Office


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=settings.link_secret_id)["SecretString"]
    office = logic.Office(
        postings=Postings(table),
        vault=VaultPort(settings.reveal_function_name),
        mailer=Mailer(settings.mail_sender, settings.configuration_set),
        rendered=rendered,
        link_secret=secret,
        public_url=settings.public_url,
        link_life=timedelta(days=settings.link_days),
    )
    return Wiring(table, Queues(settings.queue_url, settings.dead_letter_queue_url), office)


events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@events.on(OptInRequested)
def on_opt_in_requested(delivery: Delivery[OptInRequested]) -> None:
    logic.ask_opt_in(wire().office, delivery)


@events.on(ReviewAnswered)
def on_review_answered(delivery: Delivery[ReviewAnswered]) -> None:
    logic.tell_review_answered(wire().office, delivery)


@events.on(ErasureRequested)
def on_erasure_requested(delivery: Delivery[ErasureRequested]) -> None:
    erasing.erase(wire().office.postings, delivery.transaction, delivery.event)


@events.on(ActivationCodeRequested)
def on_activation_code_requested(delivery: Delivery[ActivationCodeRequested]) -> None:
    logic.send_activation_code(wire().office, delivery)


@events.on(MemberInvited)
def on_member_invited(delivery: Delivery[MemberInvited]) -> None:
    logic.invite_member(wire().office, delivery)


@events.on(InterestExpressed)
def on_interest_expressed(delivery: Delivery[InterestExpressed]) -> None:
    logic.tell_other_side(wire().office, delivery)


@events.on(IntroductionBecameMutual)
def on_introduction_became_mutual(delivery: Delivery[IntroductionBecameMutual]) -> None:
    logic.tell_mutual(wire().office, delivery)


@events.on(IntroductionEnded)
def on_introduction_ended(delivery: Delivery[IntroductionEnded]) -> None:
    logic.tell_ended(wire().office, delivery)


@events.on(TermSheetReady)
def on_term_sheet_ready(delivery: Delivery[TermSheetReady]) -> None:
    logic.tell_term_sheet(wire().office, delivery)


@events.on(EmployeeGoRequested)
def on_employee_go_requested(delivery: Delivery[EmployeeGoRequested]) -> None:
    logic.ask_go(wire().office, delivery)


@events.on(IntroductionReminded)
def on_introduction_reminded(delivery: Delivery[IntroductionReminded]) -> None:
    logic.remind(wire().office, delivery)


@events.on(IntroductionDisclosed)
def on_introduction_disclosed(delivery: Delivery[IntroductionDisclosed]) -> None:
    logic.tell_disclosed(wire().office, delivery)


@events.on(EmployeeSignatureRequested)
def on_employee_signature_requested(delivery: Delivery[EmployeeSignatureRequested]) -> None:
    logic.ask_employee_signature(wire().office, delivery)


@events.on(SigningCodeRequested)
def on_signing_code_requested(delivery: Delivery[SigningCodeRequested]) -> None:
    logic.send_signing_code(wire().office, delivery)


@events.on(WebhookEndpointDisabled)
def on_webhook_endpoint_disabled(delivery: Delivery[WebhookEndpointDisabled]) -> None:
    logic.tell_endpoint_disabled(wire().office, delivery)
