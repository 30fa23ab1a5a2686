"""Entry points of the companies slice: its routes, its events and the gateway's authorizer."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import boto3

from functions.companies import logic
from functions.companies.authorizing import UserTokens, actor_of, policy
from functions.companies.model import PARTNER_PREFIX, ApiKey, Company, State, is_partner, next_step
from functions.companies.pacing import Buckets, Pace
from functions.companies.requests import (
    Activation,
    CompanyFacts,
    CompanyList,
    CompanyView,
    KeyList,
    KeyView,
    NewKey,
    NewPartnerKey,
    PartnerKeyView,
    Registration,
    StaffReason,
)
from functions.companies.settings import Settings
from functions.companies.store import Companies
from passerelle import clock
from passerelle.access import Role, company, company_users, operators, staff, users
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.notifications import ActivationCodeIssued
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.identifiers import siren_mark
from passerelle.nomenclature import Nomenclature
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
    buckets: Buckets


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=settings.mark_secret_id)["SecretString"]
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        companies=Companies(table),
        nomenclature=current(),
        mark_secret=secret,
        tokens=UserTokens(settings.token_issuer, settings.token_client_id),
        buckets=Buckets(
            settings.table_name, dynamodb_client(), Pace(settings.requests_per_second, settings.requests_at_once)
        ),
    )


_STAFF = frozenset({Role.ADVISER, Role.OPERATOR})

api = Api("companies", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


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
    return Answer(_view(created), HTTPStatus.CREATED, version=1, location=f"/companies/{created.id}")


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
        return Answer(CompanyList(items=tuple(_view(stored.value) for stored in page.items), cursor=page.cursor))
    if cursor is not None:
        raise BadCursor("this list has one page")
    mine = (companies.find(company_id) for company_id in companies.memberships(request.actor.subject).value.companies)
    return Answer(CompanyList(items=tuple(_view(stored.value) for stored in mine if stored is not None)))


@api.get(
    "/companies/{company_id}",
    allow=company("companies:read", active=False),
    answer=CompanyView,
    summary="Your company.",
)
def get_company(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    return Answer(_view(stored.value), version=stored.version)


@api.put(
    "/companies/{company_id}",
    allow=company_users(active=False),
    body=CompanyFacts,
    answer=CompanyView,
    needs_version=True,
    summary="Replace what your company says of itself, its deny-list included.",
)
def put_company(request: Request[CompanyFacts]) -> Answer:
    stored = _own(request)
    facts = request.body.facts(wire().mark_secret)
    changed = logic.describe(wire().companies, request.transaction, wire().nomenclature, stored, facts)
    return Answer(_view(changed), version=stored.version + 1)


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
        changed = logic.activate_by_adviser(
            wire().companies, request.transaction, stored, request.actor.subject, request.body.reason
        )
        return Answer(_view(changed), version=stored.version + 1)
    if request.body.code is None:
        raise invalid_field("/code", "The code is missing.", "Type the code that was mailed to your company.")
    stored = _own(request)
    changed, problem = logic.activate_by_code(wire().companies, request.transaction, stored, request.body.code)
    return Answer(_view(changed), version=stored.version + 1, problem=problem)


@api.post(
    "/companies/{company_id}/code",
    allow=company_users(active=False),
    answer=CompanyView,
    status=HTTPStatus.ACCEPTED,
    summary="Have another activation code mailed to your company, at most once a day.",
)
def request_code(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    changed = logic.request_code(wire().companies, request.transaction, stored)
    return Answer(_view(changed), HTTPStatus.ACCEPTED, version=stored.version + 1)


@api.post(
    "/companies/{company_id}/suspension",
    allow=staff(),
    body=StaffReason,
    answer=CompanyView,
    summary="Stop a company from acting and hide what it published.",
)
def suspend(request: Request[StaffReason]) -> Answer:
    stored = _any(request)
    changed = logic.suspend(wire().companies, request.transaction, stored, request.body.reason)
    return Answer(_view(changed), version=stored.version + 1)


@api.post(
    "/companies/{company_id}/reinstatement",
    allow=staff(),
    body=StaffReason,
    answer=CompanyView,
    summary="Let a suspended company act again.",
)
def reinstate(request: Request[StaffReason]) -> Answer:
    stored = _any(request)
    changed = logic.reinstate(wire().companies, request.transaction, stored, request.body.reason)
    return Answer(_view(changed), version=stored.version + 1)


@api.post(
    "/companies/{company_id}/closure",
    allow=company_users(active=False),
    answer=CompanyView,
    summary="Leave the platform.",
)
def close(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    changed = logic.close(wire().companies, request.transaction, stored)
    return Answer(_view(changed), version=stored.version + 1)


@api.post(
    "/companies/{company_id}/keys",
    allow=company_users(active=False),
    body=NewKey,
    answer=KeyView,
    status=HTTPStatus.CREATED,
    summary="Make an API key; its secret is in this answer alone.",
)
def make_key(request: Request[NewKey]) -> Answer:
    tenant = _own(request).value.id
    key, credential = logic.make_key(
        wire().companies,
        request.transaction,
        tenant,
        request.body.label,
        frozenset(request.body.scopes),
        request.body.days,
    )
    hidden = _key_view(key)
    return Answer(
        hidden.model_copy(update={"secret": credential}),
        HTTPStatus.CREATED,
        location=f"/companies/{tenant}/keys/{key.id}",
        remembered=hidden,
    )


@api.get(
    "/companies/{company_id}/keys",
    allow=company_users(active=False),
    answer=KeyList,
    summary="Your company's API keys.",
)
def list_keys(request: Request[NoBody]) -> Answer:
    tenant = _own(request).value.id
    return Answer(KeyList(items=tuple(_key_view(key) for key in wire().companies.keys(tenant))))


@api.delete(
    "/companies/{company_id}/keys/{key_id}",
    allow=company_users(active=False),
    status=HTTPStatus.NO_CONTENT,
    summary="Revoke an API key; it stops at once.",
)
def revoke_key(request: Request[NoBody]) -> Answer:
    tenant = _own(request).value.id
    stored: Stored[ApiKey] = found(wire().companies.find_key(tenant, request.path["key_id"]))
    wire().companies.remove_key(request.transaction, stored)
    return Answer(status=HTTPStatus.NO_CONTENT)


@api.post(
    "/companies/partner-keys",
    allow=operators(),
    body=NewPartnerKey,
    answer=PartnerKeyView,
    status=HTTPStatus.CREATED,
    summary="Make an API key for a partner organisation; its secret is in this answer alone.",
)
def make_partner_key(request: Request[NewPartnerKey]) -> Answer:
    said = request.body
    partner_id = said.partner_id or clock.new_id(PARTNER_PREFIX.rstrip("_"))
    key, credential = logic.make_key(
        wire().companies, request.transaction, partner_id, said.label, frozenset(said.scopes), said.days
    )
    hidden = PartnerKeyView(partner_id=partner_id, **_key_view(key).model_dump())
    body = hidden.model_copy(update={"secret": credential})
    return Answer(body, HTTPStatus.CREATED, remembered=hidden)


@api.delete(
    "/companies/partner-keys/{partner_id}/{key_id}",
    allow=operators(),
    status=HTTPStatus.NO_CONTENT,
    summary="Revoke a partner organisation's API key; it stops at once.",
)
def revoke_partner_key(request: Request[NoBody]) -> Answer:
    partner_id = request.path["partner_id"]
    stored: Stored[ApiKey] = found(
        wire().companies.find_key(partner_id, request.path["key_id"]) if is_partner(partner_id) else None
    )
    request.require_version(stored.version)
    wire().companies.remove_key(request.transaction, stored)
    return Answer(status=HTTPStatus.NO_CONTENT)


@events.on(IdentityRecorded)
def on_identity_recorded(delivery: Delivery[IdentityRecorded]) -> None:
    if delivery.event.kind == "company":
        logic.note_identity(wire().companies, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(ActivationCodeIssued)
def on_activation_code_issued(delivery: Delivery[ActivationCodeIssued]) -> None:
    logic.note_code(wire().companies, delivery.transaction, delivery.event)


def authorize(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The gateway's REQUEST authorizer. Who asks too fast passes it too: the slice tells him how long to wait."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    actor = actor_of(headers, wire().companies, wire().tokens)
    wait = wire().buckets.take(actor.owner, actor.subject, clock.now())
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


def _view(company: Company) -> CompanyView:
    identity = {None: "missing", True: "recorded", False: "differs"}[company.identity_agrees]
    return CompanyView.model_validate(
        {
            **company.facts.model_dump(),
            "id": company.id,
            "state": company.state,
            "identity": identity,
            "next_step": next_step(company),
        }
    )


def _key_view(key: ApiKey) -> KeyView:
    return KeyView(id=key.id, label=key.label, scopes=tuple(sorted(key.scopes)), expires_at=key.expires_at)
