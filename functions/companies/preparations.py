"""The routes about registrations that an adviser prepares and a person of the company confirms."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from functions.companies.logic import preparing
from functions.companies.model.preparations import Preparation
from functions.companies.requests import CompanyView, Registration, company_view
from functions.companies.requests.preparations import ConfirmationCode, PreparationView
from functions.companies.store import Companies
from passerelle.access import Role, advisers, users
from passerelle.http import Answer, Api, Request
from passerelle.identifiers import siren_mark
from passerelle.nomenclature import Nomenclature
from passerelle.problems import Forbidden


@dataclass(frozen=True)
class Office:
    """What the routes stand on."""

    companies: Companies
    nomenclature: Nomenclature
    mark_secret: str


def serve(api: Api, office: Callable[[], Office]) -> None:
    """Declare the routes on the slice's API."""

    @api.post(
        "/companies/preparations",
        allow=advisers(),
        body=Registration,
        answer=PreparationView,
        status=HTTPStatus.CREATED,
        summary="Prepare a company's registration; nothing begins before it is confirmed with the code of this answer.",
    )
    def prepare(request: Request[Registration]) -> Answer:
        here = office()
        prepared, code = preparing.prepare(
            here.companies,
            request.transaction,
            here.nomenclature,
            request.actor.subject,
            siren_mark(here.mark_secret, request.body.siren),
            request.body.facts(here.mark_secret),
        )
        hidden = _view(prepared)
        return Answer(hidden.model_copy(update={"code": code}), HTTPStatus.CREATED, version=1, remembered=hidden)

    @api.post(
        "/companies/preparations/{preparation_id}/sheet",
        allow=users(),
        body=ConfirmationCode,
        answer=PreparationView,
        summary="What your adviser prepared for your company, for you who have the code; reading it confirms nothing.",
    )
    def read(request: Request[ConfirmationCode]) -> Answer:
        _check_person(request)
        stored, problem = preparing.read(
            office().companies, request.transaction, request.path["preparation_id"], request.body.code
        )
        return Answer(_view(stored.value), problem=problem)

    @api.post(
        "/companies/preparations/{preparation_id}/confirmation",
        allow=users(),
        body=ConfirmationCode,
        answer=CompanyView,
        status=HTTPStatus.CREATED,
        summary="Confirm what your adviser prepared: your company is registered, and pending as if you had written it.",
    )
    def confirm(request: Request[ConfirmationCode]) -> Answer:
        _check_person(request)
        here = office()
        company, problem = preparing.confirm(
            here.companies,
            request.transaction,
            here.nomenclature,
            request.path["preparation_id"],
            request.body.code,
            request.actor.subject,
        )
        if company is None:
            return Answer(problem=problem)
        return Answer(company_view(company), HTTPStatus.CREATED, version=1, location=f"/companies/{company.id}")


def _check_person(request: Request[Any]) -> None:
    if request.actor.role in {Role.ADVISER, Role.OPERATOR}:
        raise Forbidden("A person of the company confirms it.", remedy="Hand the code over to him.")


def _view(prepared: Preparation) -> PreparationView:
    return PreparationView(
        id=prepared.id,
        prepared_at=prepared.prepared_at,
        expires_at=prepared.expires_at,
        **prepared.facts.model_dump(),
    )
