"""The routes about keys: of a company's machines, and of partner organisations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from functions.companies import logic
from functions.companies.model import PARTNER_PREFIX, ApiKey, Company, is_partner
from functions.companies.requests import (
    KeyList,
    KeyRotation,
    KeyView,
    NewKey,
    NewPartnerKey,
    PartnerKeyView,
    key_view,
)
from functions.companies.store import Companies
from passerelle import clock
from passerelle.access import company_users, operators
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.problems import Refused
from passerelle.store import Stored


@dataclass(frozen=True)
class Office:
    """What the routes stand on."""

    companies: Companies
    key_prefix: str
    key_overlap: timedelta


def serve(api: Api, office: Callable[[], Office]) -> None:
    """Declare the routes on the slice's API."""

    @api.post(
        "/companies/{company_id}/keys",
        allow=company_users("companies:manage", active=False),
        body=NewKey,
        answer=KeyView,
        status=HTTPStatus.CREATED,
        summary="Make an API key; its secret is in this answer alone.",
    )
    def make_key(request: Request[NewKey]) -> Answer:
        tenant = own(request).value.id
        key, credential = logic.make_key(
            office().companies,
            request.transaction,
            office().key_prefix,
            tenant,
            request.body.label,
            frozenset(request.body.scopes),
            request.body.days,
        )
        return _once(tenant, key, credential)

    @api.get(
        "/companies/{company_id}/keys",
        allow=company_users("companies:manage", active=False),
        answer=KeyList,
        summary="Your company's API keys.",
    )
    def list_keys(request: Request[NoBody]) -> Answer:
        tenant = own(request).value.id
        return Answer(KeyList(items=tuple(key_view(key) for key in office().companies.keys(tenant))))

    @api.delete(
        "/companies/{company_id}/keys/{key_id}",
        allow=company_users("companies:manage", active=False),
        status=HTTPStatus.NO_CONTENT,
        summary="Revoke an API key; it stops at once.",
    )
    def revoke_key(request: Request[NoBody]) -> Answer:
        tenant = own(request).value.id
        stored: Stored[ApiKey] = found(office().companies.find_key(tenant, request.path["key_id"]))
        office().companies.remove_key(request.transaction, stored)
        return Answer(status=HTTPStatus.NO_CONTENT)

    @api.post(
        "/companies/{company_id}/keys/{key_id}/rotation",
        allow=company_users("companies:manage", active=False),
        body=KeyRotation,
        answer=KeyView,
        status=HTTPStatus.CREATED,
        summary="Replace an API key by one of the same scopes, shown in this answer alone; the former one ends soon.",
    )
    def rotate_key(request: Request[KeyRotation]) -> Answer:
        tenant = logic.own_company(office().companies, request.path["company_id"], request.actor.tenant).value.id
        stored: Stored[ApiKey] = found(office().companies.find_key(tenant, request.path["key_id"]))
        request.require_version(stored.version)
        key, credential = logic.rotate_key(
            office().companies,
            request.transaction,
            office().key_prefix,
            stored,
            request.body.days,
            office().key_overlap,
        )
        return _once(tenant, key, credential)

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
        if office().companies.has_ended(partner_id):
            raise Refused("This organisation has ended.", code="partner-ended", remedy="Record a new one.")
        key, credential = logic.make_key(
            office().companies,
            request.transaction,
            office().key_prefix,
            partner_id,
            said.label,
            frozenset(said.scopes),
            said.days,
        )
        hidden = PartnerKeyView(partner_id=partner_id, **key_view(key).model_dump(exclude={"successor"}))
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
            office().companies.find_key(partner_id, request.path["key_id"]) if is_partner(partner_id) else None
        )
        request.require_version(stored.version)
        office().companies.remove_key(request.transaction, stored)
        return Answer(status=HTTPStatus.NO_CONTENT)

    def own(request: Request[Any]) -> Stored[Company]:
        """The caller's own company, at the version he names if he names one."""
        stored = logic.own_company(office().companies, request.path["company_id"], request.actor.tenant)
        request.require_version(stored.version)
        return stored


def _once(tenant: str, key: ApiKey, credential: str) -> Answer:
    """A new key with its secret, which the same request again does not show."""
    hidden = key_view(key)
    return Answer(
        hidden.model_copy(update={"secret": credential}),
        HTTPStatus.CREATED,
        location=f"/companies/{tenant}/keys/{key.id}",
        remembered=hidden,
    )
