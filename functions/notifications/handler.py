"""Entry points of the notifications slice: choices, events, the day's digests, and mails that came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from typing import Any

import boto3

from functions.notifications import erasing, logic
from functions.notifications.logic import choosing, digesting, returning
from functions.notifications.logic.posting import Office
from functions.notifications.model.choosing import Preferences
from functions.notifications.model.returning import Returned
from functions.notifications.rendering import rendered
from functions.notifications.requests import NewPreferences, PreferencesView, UnreachableList, unreachable_view
from functions.notifications.settings import Settings
from functions.notifications.store import Channels, Complaints, Digests, Postings, Readers
from functions.notifications.transport import Mailer, VaultPort
from passerelle import clock
from passerelle.access import company_users, members, staff
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.agreements import AgreementReminded, EmployeeSignatureRequested, SigningCodeRequested
from passerelle.contracts.companies import ActivationCodeRequested, MemberInvited, MemberRemoved
from passerelle.contracts.desk import ReviewAnswered
from passerelle.contracts.identities import ErasureRequested, IdentityRecorded
from passerelle.contracts.introductions import (
    EmployeeGoRequested,
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionDisclosed,
    IntroductionEnded,
    IntroductionReminded,
    TermSheetReady,
)
from passerelle.contracts.notifications import AddresseeBlocked
from passerelle.contracts.profiles import OptInRequested
from passerelle.contracts.sessions import SessionEnded
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.observability import caused_by, logger
from passerelle.store import AlreadyDone, Stored, Table


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once; what writes mails, with its secret, by the functions that do so, on first use."""

    settings: Settings
    table: Table

    @property
    def queues(self) -> Queues:
        """Where the slice's messages come from, and where the hopeless ones go."""
        return Queues(self.settings.queue_url, self.settings.dead_letter_queue_url)

    @cached_property
    def postings(self) -> Postings:
        """What was sent."""
        return Postings(self.table)

    @cached_property
    def channels(self) -> Channels:
        """Whom mails reach."""
        return Channels(self.table)

    @cached_property
    def complaints(self) -> Complaints:
        """To which addresses nothing is wanted."""
        return Complaints(self.table)

    @cached_property
    def readers(self) -> Readers:
        """What addressees chose."""
        return Readers(self.table)

    @cached_property
    def digests(self) -> Digests:
        """What waits for a digest."""
        return Digests(self.table)

    @cached_property
    def office(self) -> Office:
        """What the use cases that write stand on."""
        client = boto3.client("secretsmanager")
        return Office(
            postings=self.postings,
            channels=self.channels,
            complaints=self.complaints,
            readers=self.readers,
            digests=self.digests,
            vault=VaultPort(self.settings.reveal_function_name),
            mailer=Mailer(self.settings.mail_sender, self.settings.configuration_set),
            rendered=rendered,
            link_secret=client.get_secret_value(SecretId=self.settings.link_secret_id)["SecretString"],
            public_url=self.settings.public_url,
            link_life=timedelta(days=self.settings.link_days),
        )


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    return Wiring(settings, Table(settings.table_name))


api = Api("notifications", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/notifications/preferences",
    allow=members(),
    answer=PreferencesView,
    summary="How soon you receive news about your company's introductions yourself; not at all until you choose.",
)
def get_own_preferences(request: Request[NoBody]) -> Answer:
    return _preferences(request, request.actor.member)


@api.put(
    "/notifications/preferences",
    allow=members(),
    body=NewPreferences,
    answer=PreferencesView,
    summary="Choose how soon you receive news yourself; it goes to the address under which you are recorded.",
)
def put_own_preferences(request: Request[NewPreferences]) -> Answer:
    return _choose(request, request.actor.member)


@api.get(
    "/notifications/preferences/contact",
    allow=company_users("companies:read", active=False),
    answer=PreferencesView,
    summary="How soon your company's contact receives news; at once until somebody chooses.",
)
def get_contact_preferences(request: Request[NoBody]) -> Answer:
    return _preferences(request, request.actor.tenant)


@api.put(
    "/notifications/preferences/contact",
    allow=company_users("companies:write", active=False),
    body=NewPreferences,
    answer=PreferencesView,
    summary="Choose how soon your company's contact receives news; what is needed for a right is always sent.",
)
def put_contact_preferences(request: Request[NewPreferences]) -> Answer:
    return _choose(request, request.actor.tenant)


@api.get(
    "/notifications/unreachable",
    allow=staff(),
    answer=UnreachableList,
    query=("limit", "cursor"),
    summary="To whom nothing is sent, since mails came back or were called unwanted; by ids.",
)
def list_unreachable(request: Request[NoBody]) -> Answer:
    page = wire().channels.blocked(request.limit(), request.query.get("cursor"))
    items = tuple(unreachable_view(stored.value) for stored in page.items)
    return Answer(UnreachableList(items=items, cursor=page.cursor))


@events.on(OptInRequested)
def on_opt_in_requested(delivery: Delivery[OptInRequested]) -> None:
    logic.ask_opt_in(wire().office, delivery)


@events.on(ReviewAnswered)
def on_review_answered(delivery: Delivery[ReviewAnswered]) -> None:
    logic.tell_review_answered(wire().office, delivery)


@events.on(ErasureRequested)
def on_erasure_requested(delivery: Delivery[ErasureRequested]) -> None:
    erasing.erase(wire().postings, wire().channels, delivery.transaction, delivery.event)


@events.on(MemberRemoved)
def on_member_removed(delivery: Delivery[MemberRemoved]) -> None:
    told, wiring = delivery.event, wire()
    erasing.forget_member(
        wiring.postings, wiring.channels, wiring.readers, delivery.transaction, told.company_id, told.member_id
    )


@events.on(IdentityRecorded)
def on_identity_recorded(delivery: Delivery[IdentityRecorded]) -> None:
    told, subject_id = delivery.envelope, delivery.event.subject_id
    returning.note_correction(wire().channels, delivery.transaction, told.tenant, subject_id, told.occurred_at)


@events.on(AddresseeBlocked)
def on_addressee_blocked(delivery: Delivery[AddresseeBlocked]) -> None:
    logic.tell_mails_return(wire().office, delivery)


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


@events.on(AgreementReminded)
def on_agreement_reminded(delivery: Delivery[AgreementReminded]) -> None:
    logic.remind_to_sign(wire().office, delivery)


@events.on(SigningCodeRequested)
def on_signing_code_requested(delivery: Delivery[SigningCodeRequested]) -> None:
    logic.send_signing_code(wire().office, delivery)


@events.on(WebhookEndpointDisabled)
def on_webhook_endpoint_disabled(delivery: Delivery[WebhookEndpointDisabled]) -> None:
    logic.tell_endpoint_disabled(wire().office, delivery)


@events.on(SessionEnded)
def on_session_ended(delivery: Delivery[SessionEnded]) -> None:
    logic.tell_session_ended(wire().office, delivery)


def digest(_event: dict[str, Any], _context: Any) -> None:
    """The hourly schedule: from seven in the morning, the digest of the day for whoever has not had it."""
    run = clock.new_id("run")
    with caused_by(run, run):
        served = digesting.send(wire().office, wire().digests, clock.now())
        logger.info("digests sent", addressees=served)


def returned(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """What SES tells of mails that came back; answers which messages failed and come again."""
    failed = [record["messageId"] for record in event["Records"] if not _noted(record)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _noted(record: Mapping[str, Any]) -> bool:
    wiring = wire()
    try:
        news = Returned.model_validate_json(record["body"])
        with caused_by(news.id, news.id):
            transaction = wiring.table.begin()
            returning.note_return(wiring.postings, wiring.channels, wiring.complaints, transaction, news)
            transaction.commit()
    except AlreadyDone:
        logger.info("return noted before", message_id=record["messageId"])
    except Exception:
        logger.exception("a return could not be noted, it comes again", message_id=record["messageId"])
        return False
    return True


def _preferences(request: Request[Any], subject_id: str) -> Answer:
    return _view(request.actor.tenant, choosing.read(wire().readers, request.actor.tenant, subject_id))


def _choose(request: Request[NewPreferences], subject_id: str) -> Answer:
    readers, company_id = wire().readers, request.actor.tenant
    present = choosing.read(readers, company_id, subject_id)
    request.require_version(present.version)
    return _view(company_id, choosing.choose(readers, request.transaction, company_id, present, request.body.choices))


def _view(company_id: str, chosen: Stored[Preferences]) -> Answer:
    channel = wire().channels.find(company_id, chosen.value.subject_id)
    reachable = channel is None or channel.value.blocked is None
    view = PreferencesView(**chosen.value.choices.model_dump(), reachable=reachable)
    return Answer(view, version=chosen.version)
