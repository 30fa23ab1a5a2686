"""Entry points of the companies slice: its routes, its events and the gateway's authorizer."""

from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Literal

import boto3

from functions.companies import keys, logic, members, preparations
from functions.companies.accounts import Accounts
from functions.companies.authorizing import UserTokens, actor_of, policy
from functions.companies.logic import members as people
from functions.companies.model import Act, Company, State
from functions.companies.requests import (
    Activation,
    ActList,
    ActView,
    CompanyFacts,
    CompanyList,
    CompanyView,
    Registration,
    StaffReason,
    company_view,
)
from functions.companies.settings import Settings
from functions.companies.store import Companies
from passerelle import clock
from passerelle.access import Role, company, company_users, staff, users
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.notifications import ActivationCodeIssued, PersonalLinkIssued
from passerelle.contracts.partners import PartnerEnded
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.identifiers import siren_mark
from passerelle.nomenclature import Nomenclature
from passerelle.observability import caused_by
from passerelle.pacing import Buckets, Pace
from passerelle.problems import Forbidden, Malformed, invalid_field
from passerelle.store import BadCursor, Stored, Table, dynamodb_client
from passerelle.vocabulary import current, while_current


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    companies: Companies
    nomenclature: Nomenclature
    mark_secret: str
    tokens: UserTokens
    office: members.Office
    key_prefix: str
    key_overlap: timedelta
    buckets: Buckets


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=settings.mark_secret_id)["SecretString"]
    companies = Companies(table)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        companies=companies,
        nomenclature=current(),
        mark_secret=secret,
        tokens=UserTokens(settings.token_issuer, settings.token_client_id),
        office=members.Office(companies, Accounts(settings.user_pool_id), secret),
        key_prefix=settings.key_prefix,
        key_overlap=timedelta(hours=settings.key_overlap_hours),
        buckets=Buckets(
            settings.table_name, dynamodb_client(), Pace(settings.requests_per_second, settings.requests_at_once)
        ),
    )


_STAFF = frozenset({Role.ADVISER, Role.OPERATOR})
_KEYS = frozenset({Role.MACHINE, Role.PARTNER})

api = Api("companies", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)
keys.serve(api, lambda: keys.Office(wire().companies, wire().key_prefix, wire().key_overlap))
members.serve(api, lambda: wire().office)
preparations.serve(api, lambda: preparations.Office(wire().companies, wire().nomenclature, wire().mark_secret))


@api.post(
    "/companies",
    allow=users(),
    body=Registration,
    answer=CompanyView,
    status=HTTPStatus.CREATED,
    summary="Register a company; it is pending until its right to act is shown.",
)
def register(request: Request[Registration]) -> Answer:
    if request.actor.role in _STAFF:
        raise Forbidden("Staff register no company.", remedy="Sign in as a person of the company.")
    created = logic.register(
        wire().companies,
        request.transaction,
        wire().nomenclature,
        request.actor.subject,
        siren_mark(wire().mark_secret, request.body.siren),
        request.body.facts(wire().mark_secret),
    )
    return Answer(company_view(created), HTTPStatus.CREATED, version=1, location=f"/companies/{created.id}")


@api.get(
    "/companies",
    allow=users(),
    answer=CompanyList,
    query=("state", "limit", "cursor"),
    summary="The companies you may act for; for staff, the companies in one state.",
)
def list_companies(request: Request[NoBody]) -> Answer:
    companies, limit, cursor = wire().companies, request.limit(), request.query.get("cursor")
    state = _state(request.query.get("state", State.PENDING))
    if request.actor.role in _STAFF:
        page = companies.in_state(state, limit, cursor)
        return Answer(CompanyList(items=tuple(company_view(stored.value) for stored in page.items), cursor=page.cursor))
    if cursor is not None:
        raise BadCursor("this list has one page")
    mine = (companies.find(company_id) for company_id in companies.memberships(request.actor.subject).value.companies)
    return Answer(CompanyList(items=tuple(company_view(stored.value) for stored in mine if stored is not None)))


@api.get(
    "/companies/{company_id}",
    allow=company("companies:read", active=False),
    answer=CompanyView,
    summary="Your company.",
)
def get_company(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    return Answer(company_view(stored.value), version=stored.version)


@api.put(
    "/companies/{company_id}",
    allow=company_users("companies:write", active=False),
    body=CompanyFacts,
    answer=CompanyView,
    needs_version=True,
    summary="Replace what your company says of itself, its deny-list included.",
)
def put_company(request: Request[CompanyFacts]) -> Answer:
    stored = _own(request)
    facts = request.body.facts(wire().mark_secret)
    changed = logic.describe(wire().companies, request.transaction, wire().nomenclature, stored, facts)
    return Answer(company_view(changed), version=stored.version + 1)


@api.post(
    "/companies/{company_id}/activation",
    allow=users(),
    body=Activation,
    answer=CompanyView,
    summary="Show the right to act: the mailed code, or an adviser's word with its reason.",
)
def activate(request: Request[Activation]) -> Answer:
    if request.actor.role in _STAFF:
        if request.body.reason is None:
            raise invalid_field("/reason", "The reason is missing.", "Say how you checked the right to act.")
        stored = _any(request)
        act = _act(request, "activated", request.body.reason)
        changed = logic.activate_by_adviser(wire().companies, request.transaction, stored, act)
        return Answer(company_view(changed), version=stored.version + 1)
    if request.body.code is None:
        raise invalid_field("/code", "The code is missing.", "Type the code that was mailed to your company.")
    stored = _own(request)
    changed, problem = logic.activate_by_code(wire().companies, request.transaction, stored, request.body.code)
    return Answer(company_view(changed), version=stored.version + 1, problem=problem)


@api.post(
    "/companies/{company_id}/code",
    allow=company_users("companies:write", active=False),
    answer=CompanyView,
    status=HTTPStatus.ACCEPTED,
    summary="Have another activation code mailed to your company, at most once a day.",
)
def request_code(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    changed = logic.request_code(wire().companies, request.transaction, stored)
    return Answer(company_view(changed), HTTPStatus.ACCEPTED, version=stored.version + 1)


@api.post(
    "/companies/{company_id}/suspension",
    allow=staff(),
    body=StaffReason,
    answer=CompanyView,
    summary="Stop a company from acting and hide what it published.",
)
def suspend(request: Request[StaffReason]) -> Answer:
    stored = _any(request)
    changed = logic.suspend(
        wire().companies, request.transaction, stored, _act(request, "suspended", request.body.reason)
    )
    return Answer(company_view(changed), version=stored.version + 1)


@api.post(
    "/companies/{company_id}/reinstatement",
    allow=staff(),
    body=StaffReason,
    answer=CompanyView,
    summary="Let a suspended company act again.",
)
def reinstate(request: Request[StaffReason]) -> Answer:
    stored = _any(request)
    changed = logic.reinstate(
        wire().companies, request.transaction, stored, _act(request, "reinstated", request.body.reason)
    )
    return Answer(company_view(changed), version=stored.version + 1)


@api.post(
    "/companies/{company_id}/closure",
    allow=company_users("companies:manage", active=False),
    answer=CompanyView,
    summary="Leave the platform.",
)
def close(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    changed = logic.close(wire().companies, request.transaction, stored)
    return Answer(company_view(changed), version=stored.version + 1)


@api.get(
    "/companies/{company_id}/acts",
    allow=company_users("companies:read", active=False),
    answer=ActList,
    summary="What advisers and operators did on your company's behalf, the latest last.",
)
def list_acts(request: Request[NoBody]) -> Answer:
    acts = _own(request).value.acts
    return Answer(ActList(items=tuple(ActView(at=act.at, what=act.what, by=act.by) for act in acts)))


@events.on(IdentityRecorded)
def on_identity_recorded(delivery: Delivery[IdentityRecorded]) -> None:
    if delivery.event.kind == "company":
        logic.note_identity(wire().companies, delivery.transaction, delivery.event, delivery.envelope.sequence)
    if delivery.event.kind == "member":
        told = delivery.envelope
        people.note_identity(wire().companies, delivery.transaction, told.tenant, delivery.event, told.sequence)


@events.on(ActivationCodeIssued)
def on_activation_code_issued(delivery: Delivery[ActivationCodeIssued]) -> None:
    logic.note_code(wire().companies, delivery.transaction, delivery.event)


@events.on(PersonalLinkIssued)
def on_personal_link_issued(delivery: Delivery[PersonalLinkIssued]) -> None:
    if delivery.event.purpose == "invitation":
        people.note_link(wire().companies, delivery.transaction, delivery.envelope.tenant, delivery.event)


@events.on(PartnerEnded)
def on_partner_ended(delivery: Delivery[PartnerEnded]) -> None:
    wire().companies.end_partner(delivery.transaction, delivery.event.partner_id)


def expire(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """The daily schedule: end the invitations that nobody answered, so that the vault forgets whom they were for."""
    run = clock.new_id("run")
    with caused_by(run, run):
        return {"expired": people.expire(wire().companies, clock.now())}


def authorize(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The gateway's REQUEST authorizer. Who asks too fast passes it too: the slice tells him how long to wait.

    A person has one bucket, whichever of his companies he names, and the keys of a company have one together: he may
    register as many companies, and they may make as many keys, as they like.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    actor = actor_of(headers, wire().companies, wire().tokens, wire().key_prefix)
    wait = wire().buckets.take(actor.tenant if actor.role in _KEYS else actor.subject, clock.now())
    return policy(replace(actor, wait=wait), event["methodArn"])


def _own(request: Request[Any]) -> Stored[Company]:
    stored = logic.own_company(wire().companies, request.path["company_id"], request.actor.tenant)
    request.require_version(stored.version)
    return stored


def _any(request: Request[Any]) -> Stored[Company]:
    stored: Stored[Company] = found(wire().companies.find(request.path["company_id"]))
    request.require_version(stored.version)
    return stored


def _state(asked: str) -> State:
    if asked not in set(State):
        raise Malformed("state is not one of ours.", remedy=f"Known ones: {', '.join(State)}.")
    return State(asked)


def _act(request: Request[Any], what: Literal["activated", "suspended", "reinstated"], reason: str) -> Act:
    by: Literal["adviser", "operator"] = "adviser" if request.actor.role is Role.ADVISER else "operator"
    return Act(at=clock.now(), what=what, by=by, user=request.actor.subject, reason=reason)
