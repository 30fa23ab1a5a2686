"""Entry points of the identities slice: its routes, its events, and `reveal`, the one door to a name for slices."""

from dataclasses import dataclass
from functools import cache, cached_property
from http import HTTPStatus
from typing import Any

import boto3
from pydantic import ValidationError

from functions.identities import erasing, exporting, logic, retaining
from functions.identities.model import CalledOff, Inquiry
from functions.identities.model.erasure import Ground, Recovery, SliceName
from functions.identities.model.notices import AUDIENCES, notice
from functions.identities.model.retention import SCHEDULE
from functions.identities.requests import (
    CompanyContact,
    DisclosedCompany,
    DisclosedPerson,
    DisclosureView,
    ErasureView,
    IdentityBody,
    IdentityReceipt,
    IdentityView,
    NoticeView,
    RetentionView,
    erasure_view,
    notice_view,
)
from functions.identities.settings import Settings
from functions.identities.store import Identities
from functions.identities.vault import Vault
from passerelle import clock
from passerelle.access import advisers, company, operators, organisation, public
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts import Event
from passerelle.contracts.agreements import AgreementEnded, AgreementsErased, AgreementSigned, MissionStarted
from passerelle.contracts.companies import MemberRemoved
from passerelle.contracts.desk import ApproachClosed, ApproachOpened, DeskErased
from passerelle.contracts.documents import DocumentsErased
from passerelle.contracts.identities import ErasureRequested, IdentityRecorded
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded, IntroductionsErased
from passerelle.contracts.matching import MatchingErased
from passerelle.contracts.notifications import PostingsErased
from passerelle.contracts.profiles import (
    ErasureAsked,
    OptInAccepted,
    OptInRequested,
    ProfileErased,
    ProfileWithdrawn,
)
from passerelle.contracts.sessions import PlacesGivenBack, PlacesTaken, SessionEnded
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.identifiers import mail_mark, siren_mark
from passerelle.observability import caused_by, logger
from passerelle.store import REMEMBERED, Table


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once; the mark secret is fetched by the functions that use it, on first use."""

    settings: Settings
    table: Table
    vault: Vault

    @property
    def queues(self) -> Queues:
        """Where the slice's messages come from, and where the hopeless ones go."""
        return Queues(self.settings.queue_url, self.settings.dead_letter_queue_url)

    @property
    def recovery(self) -> Recovery:
        """For how long backups can bring rows back; of masked answers remembered for repeated requests too."""
        return Recovery(
            keys_days=self.settings.vault_recovery_days,
            records_days=self.settings.records_recovery_days + REMEMBERED.days,
        )

    @cached_property
    def identities(self) -> Identities:
        """The slice's table, in its words."""
        return Identities(self.table)

    @cached_property
    def ports(self) -> logic.Ports:
        """What the use cases stand on."""
        return logic.Ports(
            self.identities,
            self.vault,
            lambda siren: siren_mark(self.mark_secret, siren),
            lambda address: mail_mark(self.mark_secret, address),
        )

    @cached_property
    def mark_secret(self) -> str:
        """The key of the digests of SIRENs and mail addresses."""
        client = boto3.client("secretsmanager")
        return str(client.get_secret_value(SecretId=self.settings.mark_secret_id)["SecretString"])


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    return Wiring(settings, Table(settings.table_name), Vault(settings.keys_table_name, settings.vault_key_id))


_REPORTS = 30

ANSWERS: dict[type[Event], SliceName] = {
    ProfileErased: "profiles",
    MatchingErased: "matching",
    IntroductionsErased: "introductions",
    AgreementsErased: "agreements",
    DocumentsErased: "documents",
    DeskErased: "desk",
    PostingsErased: "notifications",
}
"""By what a slice says that it forgot a person, and which one it is."""

api = Api("identities", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.put(
    "/identities/{subject_id}",
    allow=organisation("identities:write"),
    body=IdentityBody,
    answer=IdentityReceipt,
    summary="Record or rectify the identity of your organisation, a volunteer or a member; If-Match if there is one.",
)
def put_identity(request: Request[IdentityBody]) -> Answer:
    stored = logic.record(
        wire().ports,
        request.transaction,
        request.actor,
        request.path["subject_id"],
        request.body.root,
        request.expected_version,
    )
    sealed = stored.value
    receipt = IdentityReceipt(subject_id=sealed.subject_id, kind=sealed.kind, recorded_at=sealed.recorded_at)
    return Answer(receipt, version=stored.version)


@api.get(
    "/identities/{subject_id}",
    allow=organisation("identities:read"),
    answer=IdentityView,
    summary="An identity that your company recorded; every reading is noted.",
)
def get_identity(request: Request[NoBody]) -> Answer:
    identity, version = logic.read_own(wire().ports, request.transaction, request.actor, request.path["subject_id"])
    return Answer(IdentityView(identity), version=version)


@api.get(
    "/identities/disclosures/{introduction_id}",
    allow=company("identities:read"),
    answer=DisclosureView,
    summary="The other company and the person of your disclosed introduction; every reading is noted.",
)
def get_disclosure(request: Request[NoBody]) -> Answer:
    disclosed, other, person = logic.read_disclosure(
        wire().ports, request.transaction, request.actor, request.path["introduction_id"]
    )
    view = DisclosureView(
        introduction_id=disclosed.introduction_id,
        side=disclosed.side_of(request.actor.tenant),
        disclosed_at=found(disclosed.disclosed_at),
        company=DisclosedCompany.model_validate(other),
        person=DisclosedPerson.model_validate(person),
    )
    return Answer(view)


@api.post(
    "/identities/{subject_id}/erasure",
    allow=company("identities:write", active=False),
    answer=ErasureView,
    status=HTTPStatus.ACCEPTED,
    summary="Have one of your volunteers forgotten: his name at once, everything else within minutes.",
)
def post_erasure(request: Request[NoBody]) -> Answer:
    return _erase(request, request.actor.tenant, request.path["subject_id"])


@api.get(
    "/identities/{subject_id}/erasure",
    allow=company("identities:read", active=False),
    answer=ErasureView,
    summary="Where the erasure of one of your volunteers stands, and its certificate.",
)
def get_erasure(request: Request[NoBody]) -> Answer:
    return _erasure(request.actor.tenant, request.path["subject_id"])


@api.post(
    "/identities/rights/{company_id}/{person_id}/erasure",
    allow=operators(),
    answer=ErasureView,
    status=HTTPStatus.ACCEPTED,
    summary="Have a person forgotten who asked for it himself, on paper or by mail.",
)
def post_erasure_for_a_person(request: Request[NoBody]) -> Answer:
    return _erase(request, request.path["company_id"], request.path["person_id"])


@api.get(
    "/identities/rights/{company_id}/{person_id}/erasure",
    allow=operators(),
    answer=ErasureView,
    summary="Where the erasure of a person stands, and its certificate.",
)
def get_erasure_of_a_person(request: Request[NoBody]) -> Answer:
    return _erasure(request.path["company_id"], request.path["person_id"])


@api.get(
    "/identities/rights/{company_id}/{person_id}/export",
    allow=operators(),
    answer=exporting.IdentityExport,
    summary="All that the vault keeps of a person who asks for it, explained to him in French; the reading is noted.",
)
def export_identity(request: Request[NoBody]) -> Answer:
    tenant, person_id = request.path["company_id"], request.path["person_id"]
    identity = logic.read_for_the_person(wire().ports, request.transaction, request.actor.subject, tenant, person_id)
    told = exporting.readings(wire().identities, tenant, person_id)
    return Answer(exporting.IdentityExport(person_id=person_id, identity=identity, readings=told))


@api.get(
    "/identities/notices/{audience}",
    allow=public(),
    answer=NoticeView,
    summary="The information notice of volunteers, companies or advisers, in French.",
)
def get_notice(request: Request[NoBody]) -> Answer:
    settings = wire().settings
    audience = found(next((each for each in AUDIENCES if each == request.path["audience"]), None))
    return Answer(notice_view(notice(audience, settings.operator_name, settings.privacy_contact)))


@api.get(
    "/identities/retention",
    allow=operators(),
    answer=RetentionView,
    summary="How long what is kept, and what the last daily runs of this schedule did.",
)
def get_retention(_: Request[NoBody]) -> Answer:
    return Answer(RetentionView(schedule=SCHEDULE, reports=tuple(wire().identities.reports(_REPORTS))))


@api.get(
    "/identities/contacts/{company_id}",
    allow=advisers(),
    answer=CompanyContact,
    query=("approach",),
    summary="Whom to call at a company, while an approach of it is open; every reading is noted.",
)
def get_contact(request: Request[NoBody]) -> Answer:
    company_id, approach_id = request.path["company_id"], request.query.get("approach", "")
    contact = logic.read_contact(wire().ports, request.transaction, request.actor, company_id, approach_id)
    return Answer(CompanyContact.model_validate(contact))


@api.get(
    "/identities/sessions/{session_id}/contacts/{organisation_id}",
    allow=organisation("identities:read", active=True),
    answer=CompanyContact,
    summary="Whom the organiser and a registered company of a session call at the other; every reading is noted.",
)
def get_attendee(request: Request[NoBody]) -> Answer:
    session_id, organisation_id = request.path["session_id"], request.path["organisation_id"]
    contact = logic.read_attendee(wire().ports, request.transaction, request.actor, session_id, organisation_id)
    return Answer(CompanyContact.model_validate(contact))


@events.on(PlacesTaken)
def on_places_taken(delivery: Delivery[PlacesTaken]) -> None:
    logic.note_attendance(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(PlacesGivenBack)
def on_places_given_back(delivery: Delivery[PlacesGivenBack]) -> None:
    logic.note_attendance(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(SessionEnded)
def on_session_ended(delivery: Delivery[SessionEnded]) -> None:
    told, session_id = delivery.envelope, delivery.event.session_id
    if delivery.event.outcome == "cancelled":
        day = told.occurred_at.astimezone(clock.PARIS).date()
        called_off = CalledOff(session_id=session_id, organiser=told.tenant, on=day, session_version=told.sequence)
        logic.note_called_off(wire().ports, delivery.transaction, called_off)


@events.on(ApproachOpened)
def on_approach_opened(delivery: Delivery[ApproachOpened]) -> None:
    logic.note_approach(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(ApproachClosed)
def on_approach_closed(delivery: Delivery[ApproachClosed]) -> None:
    logic.note_approach(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(IntroductionDisclosed)
def on_introduction_disclosed(delivery: Delivery[IntroductionDisclosed]) -> None:
    logic.note_disclosure(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(IntroductionEnded)
def on_introduction_ended(delivery: Delivery[IntroductionEnded]) -> None:
    logic.note_end(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(ErasureAsked)
def on_erasure_asked(delivery: Delivery[ErasureAsked]) -> None:
    person_id, tenant = delivery.event.person_id, delivery.envelope.tenant
    erasing.request(wire().identities, delivery.transaction, tenant, person_id, Ground.REQUEST, person_id)


@events.on(ErasureRequested)
def on_erasure_requested(delivery: Delivery[ErasureRequested]) -> None:
    wiring = wire()
    erasing.destroy_key(wiring.identities, wiring.vault, delivery.transaction, wiring.recovery, delivery.event)


@events.on(MemberRemoved)
def on_member_removed(delivery: Delivery[MemberRemoved]) -> None:
    told, wiring = delivery.event, wire()
    erasing.forget_member(wiring.identities, wiring.vault, delivery.transaction, told.company_id, told.member_id)


def on_answer(delivery: Delivery[Any]) -> None:
    """Every slice that was asked to forget a person answers in the same way."""
    wiring, answered = wire(), delivery.event
    slice_name = ANSWERS[type(answered)]
    erasing.note_answer(wiring.identities, delivery.transaction, wiring.recovery, slice_name, answered)


for _event in ANSWERS:
    events.on(_event)(on_answer)


@events.on(IdentityRecorded)
def on_identity_recorded(delivery: Delivery[IdentityRecorded]) -> None:
    if delivery.event.kind == "person":
        _note_person(delivery, delivery.event.subject_id)


@events.on(OptInRequested)
def on_opt_in_requested(delivery: Delivery[OptInRequested]) -> None:
    if not delivery.event.again:
        _note_person(delivery, delivery.event.person_id, delivery.event.profile_id)


@events.on(OptInAccepted)
def on_opt_in_accepted(delivery: Delivery[OptInAccepted]) -> None:
    _note_person(delivery, delivery.event.person_id, delivery.event.profile_id)


@events.on(ProfileWithdrawn)
def on_profile_withdrawn(delivery: Delivery[ProfileWithdrawn]) -> None:
    told, profile_id = delivery.envelope, delivery.event.profile_id
    retaining.note_withdrawal(wire().identities, delivery.transaction, told.tenant, profile_id, told.occurred_at)


@events.on(AgreementSigned)
def on_agreement_signed(delivery: Delivery[AgreementSigned]) -> None:
    signed, clocks = delivery.event, wire().identities
    retaining.note_signature(
        clocks, delivery.transaction, signed.lender, signed.profile_id, signed.agreement_id, signed.signed_at
    )


@events.on(MissionStarted)
def on_mission_started(delivery: Delivery[MissionStarted]) -> None:
    began, clocks = delivery.event, wire().identities
    retaining.note_start(clocks, delivery.transaction, began.lender, began.agreement_id, began.end_date)


@events.on(AgreementEnded)
def on_agreement_ended(delivery: Delivery[AgreementEnded]) -> None:
    ended, clocks = delivery.event, wire().identities
    retaining.note_no_mission(clocks, delivery.transaction, ended.lender, ended.profile_id, ended.agreement_id)


def retain(_event: dict[str, Any], _context: Any) -> None:
    """The daily schedule: erase everybody whom the retention schedule keeps no longer, and report it."""
    run = clock.new_id("run")
    with caused_by(run, run):
        retaining.run(wire().identities, clock.today(), run)


def _note_person(delivery: Delivery[Any], person_id: str, profile_id: str | None = None) -> None:
    told = delivery.envelope
    retaining.note_person(wire().identities, delivery.transaction, told.tenant, person_id, told.occurred_at, profile_id)


def _erase(request: Request[NoBody], tenant: str, person_id: str) -> Answer:
    by = request.actor.subject
    stored = erasing.request(wire().identities, request.transaction, tenant, person_id, Ground.REQUEST, by)
    return Answer(erasure_view(stored.value), HTTPStatus.ACCEPTED, version=stored.version)


def _erasure(tenant: str, person_id: str) -> Answer:
    stored = erasing.read(wire().identities, tenant, person_id)
    return Answer(erasure_view(stored.value), version=stored.version)


def reveal(event: Any, _context: Any) -> dict[str, str]:
    """Tell a slice what its purpose may know of a subject: `kind` and fields, or `error`.

    Invoked synchronously with an `Inquiry`; granted to documents and notifications alone. The access log is written
    before the answer is given, and the answer is written nowhere. `error` is `malformed`, `refused`, `unknown`, or
    `not_disclosed` while the disclosure that the purpose stands on has not arrived here: ask again later.
    """
    try:
        inquiry = Inquiry.model_validate(event)
    except ValidationError:
        logger.error("a question to the vault could not be read")
        return {"error": "malformed"}
    correlation = inquiry.correlation_id or clock.new_id("req")
    with caused_by(correlation, correlation):
        transaction = wire().table.begin()
        answer = logic.reveal(wire().ports, transaction, inquiry)
        transaction.commit()
    return answer
