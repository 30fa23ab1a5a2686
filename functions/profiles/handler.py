"""Entry points of the profiles slice: the lender's routes, and its events."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from functions.profiles import erasing, exporting, logic, reviewing, volunteers
from functions.profiles.model.cards import exact_card
from functions.profiles.model.description import Description, faults
from functions.profiles.model.profile import Profile
from functions.profiles.model.states import Action, State
from functions.profiles.publishing import Publisher
from functions.profiles.rendering import French
from functions.profiles.requests import (
    SHEET,
    DraftedProfile,
    DraftedProfiles,
    NewProfiles,
    Preview,
    ProfileList,
    ProfileView,
    RevisedProfile,
)
from functions.profiles.settings import Settings
from functions.profiles.store import Profiles
from passerelle import clock, imports
from passerelle.access import company, operators
from passerelle.classes import Classes
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.desk import ReviewAnswered
from passerelle.contracts.identities import ConfirmationDue, ErasureRequested, IdentityRecorded
from passerelle.contracts.introductions import IntroductionBecameMutual
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.contracts.profiles import (
    ProfileImportAdvanced,
    ProfilePublished,
    ProfileReferred,
    ProfileWithdrawn,
)
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.nomenclature import Nomenclature
from passerelle.observability import caused_by
from passerelle.store import Stored, Table, Transaction
from passerelle.vocabulary import current, while_current


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    profiles: Profiles
    nomenclature: Nomenclature
    publisher: Publisher
    french: French


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    nomenclature = current()
    classes = Classes.opened(settings)
    profiles = Profiles(table, classes)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        profiles=profiles,
        nomenclature=nomenclature,
        publisher=Publisher(profiles, nomenclature, classes, at_once=settings.publication_hours == 0),
        french=French(nomenclature, settings.operator_name, settings.privacy_contact),
    )


api = Api("profiles", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.post(
    "/profiles",
    allow=company("profiles:write", active=False),
    body=NewProfiles,
    answer=DraftedProfiles,
    status=HTTPStatus.CREATED,
    summary="Draft one or several volunteers, all or none; each answer shows what hosts would see.",
)
def post_profiles(request: Request[NewProfiles]) -> Answer:
    drafts = logic.describe(
        wire().profiles, request.transaction, wire().nomenclature, request.actor.tenant, request.body.profiles
    )
    return Answer(DraftedProfiles(items=tuple(_drafted(draft) for draft in drafts)), HTTPStatus.CREATED)


@api.get(
    "/profiles",
    allow=company("profiles:read", active=False),
    answer=ProfileList,
    query=("limit", "cursor"),
    summary="Your profiles.",
    sheet=SHEET,
)
def list_profiles(request: Request[NoBody]) -> Answer:
    page = wire().profiles.page(request.actor.tenant, request.limit(), request.query.get("cursor"))
    return Answer(ProfileList(items=tuple(_view(stored) for stored in page.items), cursor=page.cursor))


def _draft(transaction: Transaction, tenant: str, _by: str, description: Description) -> str:
    (draft,) = logic.describe(wire().profiles, transaction, wire().nomenclature, tenant, [description])
    return draft.id


imports.serve(
    api,
    events,
    imports.Imported(
        path="/profiles",
        writing=company("profiles:write", active=False),
        reading=company("profiles:read", active=False),
        sheet=SHEET,
        due=ProfileImportAdvanced,
        faults=lambda description: faults(description, wire().nomenclature, clock.today()),
        create=_draft,
    ),
)


@api.get(
    "/profiles/{profile_id}",
    allow=company("profiles:read", active=False),
    answer=ProfileView,
    summary="One of your profiles.",
)
def get_profile(request: Request[NoBody]) -> Answer:
    return _viewed(_own(request))


@api.put(
    "/profiles/{profile_id}",
    allow=company("profiles:write", active=False),
    body=RevisedProfile,
    answer=ProfileView,
    needs_version=True,
    summary="Describe a draft anew.",
)
def put_profile(request: Request[RevisedProfile]) -> Answer:
    stored = _own(request)
    description = request.body.described()
    return _viewed(logic.revise(wire().profiles, request.transaction, wire().nomenclature, stored, description))


@api.get(
    "/profiles/{profile_id}/preview",
    allow=company("profiles:read", active=False),
    answer=Preview,
    summary="Exactly what hosts will see of a profile, and what they will not.",
)
def preview_profile(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    return Answer(_preview(stored.value), version=stored.version)


@api.post(
    "/profiles/{profile_id}/submission",
    allow=company("profiles:write"),
    answer=ProfileView,
    status=HTTPStatus.ACCEPTED,
    summary="Declare a draft finished: the volunteer is asked by his own link, as soon as the vault knows him.",
)
def submit_profile(request: Request[NoBody]) -> Answer:
    submitted = logic.submit(wire().profiles, request.transaction, wire().nomenclature, _own(request))
    return _viewed(submitted, HTTPStatus.ACCEPTED)


@api.post(
    "/profiles/{profile_id}/withdrawal",
    allow=company("profiles:write", active=False),
    answer=ProfileView,
    summary="Take a profile out of sight, for good.",
)
def withdraw_profile(request: Request[NoBody]) -> Answer:
    return _viewed(logic.withdraw(wire().profiles, request.transaction, _own(request)))


volunteers.serve(api, wire)


@api.get(
    "/profiles/rights/{company_id}/{person_id}",
    allow=operators(),
    answer=exporting.ProfileExport,
    summary="All that is kept here of a person who asks for it, explained to him in French.",
)
def export_profile(request: Request[NoBody]) -> Answer:
    profile = found(wire().profiles.of_person(request.path["company_id"], request.path["person_id"])).value
    return Answer(exporting.export(profile, wire().profiles.accepted_text(profile)))


@events.on(IdentityRecorded)
def on_identity_recorded(delivery: Delivery[IdentityRecorded]) -> None:
    if delivery.event.kind == "person":
        logic.note_identity(wire().profiles, delivery.transaction, delivery.envelope.tenant, delivery.event.subject_id)


@events.on(OptInLinkIssued)
def on_opt_in_link_issued(delivery: Delivery[OptInLinkIssued]) -> None:
    logic.note_link(wire().profiles, delivery.transaction, delivery.envelope.tenant, delivery.event)


@events.on(CompanyActivated)
def on_company_activated(delivery: Delivery[CompanyActivated]) -> None:
    _note_standing(delivery, None)


@events.on(CompanySuspended)
def on_company_suspended(delivery: Delivery[CompanySuspended]) -> None:
    _note_standing(delivery, Action.SUSPEND)


@events.on(CompanyClosed)
def on_company_closed(delivery: Delivery[CompanyClosed]) -> None:
    _note_standing(delivery, Action.CLOSE)


@events.on(ErasureRequested)
def on_erasure_requested(delivery: Delivery[ErasureRequested]) -> None:
    erasing.erase(wire().profiles, delivery.transaction, delivery.event)


@events.on(ConfirmationDue)
def on_confirmation_due(delivery: Delivery[ConfirmationDue]) -> None:
    reviewing.ask_again(wire().profiles, delivery.transaction, delivery.envelope.tenant, delivery.event)


@events.on(ReviewAnswered)
def on_review_answered(delivery: Delivery[ReviewAnswered]) -> None:
    reviewing.note_answer(wire().profiles, delivery.transaction, delivery.event)


@events.on(IntroductionBecameMutual)
def on_introduction_became_mutual(delivery: Delivery[IntroductionBecameMutual]) -> None:
    event, wiring = delivery.event, wire()
    logic.refine_card(
        wiring.profiles,
        delivery.transaction,
        wiring.nomenclature,
        event.lender,
        event.profile_id,
        event.introduction_id,
    )


@events.on(ProfilePublished)
def on_profile_published(_: Delivery[ProfilePublished]) -> None:
    _publish_at_once()


@events.on(ProfileReferred)
def on_profile_referred(_: Delivery[ProfileReferred]) -> None:
    _publish_at_once()


@events.on(ProfileWithdrawn)
def on_profile_withdrawn(_: Delivery[ProfileWithdrawn]) -> None:
    _publish_at_once()


def publish(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 -- Lambda passes both
    """Publish the batch: every card that waits gets its place; run by the schedule, answers how many changed."""
    run = clock.new_id("run")
    with caused_by(run, run):
        return {"changed": wire().publisher.placing.all_waiting()}


def _publish_at_once() -> None:
    """A card came or went: another may have its class now, or have lost it."""
    if wire().publisher.at_once:
        wire().publisher.placing.all_waiting()


def _note_standing(
    delivery: Delivery[CompanyActivated] | Delivery[CompanySuspended] | Delivery[CompanyClosed], ended_by: Action | None
) -> None:
    logic.note_standing(wire().profiles, delivery.event.company_id, delivery.envelope.sequence, ended_by)


def _own(request: Request[Any]) -> Stored[Profile]:
    stored = logic.own_profile(wire().profiles, request.actor.tenant, request.path["profile_id"])
    request.require_version(stored.version)
    return stored


def _viewed(stored: Stored[Profile], status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(_view(stored), status, version=stored.version)


def _view(stored: Stored[Profile]) -> ProfileView:
    profile = stored.value
    return ProfileView(
        id=profile.id,
        person_id=profile.person_id,
        version=stored.version,
        state=profile.state,
        waiting_for=_waiting_for(profile),
        shown=profile.shown,
        description=profile.description,
    )


def _waiting_for(profile: Profile) -> Literal["submission", "identity", "lender", "employee"] | None:
    if profile.state is State.AWAITING_OPT_IN:
        return "employee"
    if profile.state is not State.DRAFT:
        return None
    if not profile.submitted:
        return "submission"
    return "lender" if profile.identity_recorded else "identity"


def _preview(profile: Profile) -> Preview:
    card = exact_card(profile, wire().nomenclature)
    french = wire().french
    return Preview(card=card, shown=french.card_lines(card), hidden=french.hidden(profile))


def _drafted(profile: Profile) -> DraftedProfile:
    return DraftedProfile(
        id=profile.id, person_id=profile.person_id, version=1, state=profile.state, preview=_preview(profile)
    )
