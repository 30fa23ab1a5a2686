"""The routes about partnership agreements: drawn up by the operator, read by their parties with their figures."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from functions.partners.logic import agreements
from functions.partners.model.agreements import Agreement
from functions.partners.model.figures import PartnershipFigures
from functions.partners.requests import (
    Declaration,
    NewPartnership,
    PartnershipList,
    PartnershipView,
    agreement_view,
)
from functions.partners.store import Partners
from passerelle.access import Role, operators, partner_or_operator
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.store import Stored


def serve(api: Api, partners: Callable[[], Partners]) -> None:
    """Declare the routes on the slice's API."""

    @api.get(
        "/partners/agreements",
        allow=partner_or_operator("partners:read"),
        answer=PartnershipList,
        query=("limit", "cursor"),
        summary="The partnership agreements; of a partner, those it is a party to once they are in force.",
    )
    def list_agreements(request: Request[NoBody]) -> Answer:
        page = partners().agreements_page(request.limit(), request.query.get("cursor"))
        shown = (stored.value for stored in page.items if _may_read(request, stored.value))
        return Answer(PartnershipList(items=tuple(agreement_view(one) for one in shown), cursor=page.cursor))

    @api.post(
        "/partners/agreements",
        allow=operators(),
        body=NewPartnership,
        answer=PartnershipView,
        status=HTTPStatus.CREATED,
        summary="Draw up a partnership agreement: parties, term, axes and indicators; it is a draft.",
    )
    def draw_up_agreement(request: Request[NewPartnership]) -> Answer:
        made = agreements.draw_up(partners(), request.transaction, request.body.terms())
        where = f"/partners/agreements/{made.id}"
        return Answer(agreement_view(made), HTTPStatus.CREATED, version=1, location=where)

    @api.get(
        "/partners/agreements/{partnership_id}",
        allow=partner_or_operator("partners:read"),
        answer=PartnershipView,
        summary="A partnership agreement; a partner reads those it is a party to once they are in force.",
    )
    def get_agreement(request: Request[NoBody]) -> Answer:
        stored = _agreement(partners(), request)
        return Answer(agreement_view(stored.value), version=stored.version)

    @api.put(
        "/partners/agreements/{partnership_id}",
        allow=operators(),
        body=NewPartnership,
        answer=PartnershipView,
        needs_version=True,
        summary="Replace the terms of a draft.",
    )
    def put_agreement(request: Request[NewPartnership]) -> Answer:
        stored = _agreement(partners(), request)
        revised = agreements.revise(partners(), request.transaction, stored, request.body.terms())
        return Answer(agreement_view(revised), version=stored.version + 1)

    @api.post(
        "/partners/agreements/{partnership_id}/activation",
        allow=operators(),
        answer=PartnershipView,
        summary="Put a draft into force; its terms change no more.",
    )
    def activate_agreement(request: Request[NoBody]) -> Answer:
        stored = _agreement(partners(), request)
        active = agreements.activate(partners(), request.transaction, stored)
        return Answer(agreement_view(active), version=stored.version + 1)

    @api.post(
        "/partners/agreements/{partnership_id}/ending",
        allow=operators(),
        answer=PartnershipView,
        summary="End an agreement today, before its term.",
    )
    def end_agreement(request: Request[NoBody]) -> Answer:
        stored = _agreement(partners(), request)
        ended = agreements.end(partners(), request.transaction, stored)
        return Answer(agreement_view(ended), version=stored.version + 1)

    @api.post(
        "/partners/agreements/{partnership_id}/declarations",
        allow=operators(),
        body=Declaration,
        answer=PartnershipView,
        summary="Record what the parties declare of an indicator that the platform cannot count.",
    )
    def declare(request: Request[Declaration]) -> Answer:
        stored, said = _agreement(partners(), request), request.body
        after = agreements.declare(
            partners(),
            request.transaction,
            stored,
            said.indicator,
            said.value,
            said.as_of,
            by=request.actor.subject,
        )
        return Answer(agreement_view(after), version=stored.version + 1)

    @api.get(
        "/partners/agreements/{partnership_id}/figures",
        allow=partner_or_operator("partners:read"),
        answer=PartnershipFigures,
        summary="Where each indicator stands against its target, by axis, counted daily; small counts are not told.",
    )
    def get_figures(request: Request[NoBody]) -> Answer:
        return Answer(partners().figures(_agreement(partners(), request).value.id).value)


def _agreement(partners: Partners, request: Request[Any]) -> Stored[Agreement]:
    stored: Stored[Agreement] = found(partners.agreement(request.path["partnership_id"]))
    found(stored if _may_read(request, stored.value) else None)
    request.require_version(stored.version)
    return stored


def _may_read(request: Request[Any], agreement: Agreement) -> bool:
    """The operator all of them; a partner those it is a party to, once they are no drafts."""
    if request.actor.role is Role.OPERATOR:
        return True
    return agreement.state != "draft" and request.actor.tenant in agreement.terms.parties
