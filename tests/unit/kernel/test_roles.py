"""What each role of a company's people is let in to: every route that a company may call, by hand."""

from types import SimpleNamespace
from typing import get_args

import pytest

from cdk.contracts.declared import declarations
from passerelle.access import SCOPES_OF, MemberRole, PersonScope, Role, Scope
from passerelle.http import Answer, Api, Route
from tests.support.slices import Reply, Slice, a_company, a_machine

ALL, WRITERS, OWNERS = ("reader", "editor", "owner"), ("editor", "owner"), ("owner",)
EXPECTED = {
    "GET /companies": ALL,
    "POST /companies": ALL,
    "GET /companies/{company_id}": ALL,
    "PUT /companies/{company_id}": WRITERS,
    "POST /companies/{company_id}/activation": ALL,
    "POST /companies/{company_id}/code": WRITERS,
    "POST /companies/{company_id}/closure": OWNERS,
    "POST /companies/{company_id}/keys": OWNERS,
    "GET /companies/{company_id}/keys": OWNERS,
    "DELETE /companies/{company_id}/keys/{key_id}": OWNERS,
    "POST /companies/{company_id}/keys/{key_id}/rotation": OWNERS,
    "GET /companies/{company_id}/acts": ALL,
    "POST /companies/preparations/{preparation_id}/sheet": ALL,
    "POST /companies/preparations/{preparation_id}/confirmation": ALL,
    "GET /companies/{company_id}/members": ALL,
    "POST /companies/{company_id}/members": OWNERS,
    "PUT /companies/{company_id}/members/{member_id}": OWNERS,
    "DELETE /companies/{company_id}/members/{member_id}": OWNERS,
    "POST /companies/{company_id}/members/{member_id}/invitation": OWNERS,
    "POST /companies/memberships": ALL,
    "DELETE /companies/memberships/{company_id}": ALL,
    "PUT /identities/{subject_id}": WRITERS,
    "GET /identities/{subject_id}": ALL,
    "GET /identities/disclosures/{introduction_id}": ALL,
    "GET /identities/sessions/{session_id}/contacts/{organisation_id}": ALL,
    "POST /identities/{subject_id}/erasure": WRITERS,
    "GET /identities/{subject_id}/erasure": ALL,
    "POST /profiles": WRITERS,
    "GET /profiles": ALL,
    "POST /profiles/imports": WRITERS,
    "GET /profiles/imports/{import_id}": ALL,
    "GET /profiles/{profile_id}": ALL,
    "PUT /profiles/{profile_id}": WRITERS,
    "GET /profiles/{profile_id}/preview": ALL,
    "POST /profiles/{profile_id}/submission": WRITERS,
    "POST /profiles/{profile_id}/withdrawal": WRITERS,
    "POST /demands": WRITERS,
    "GET /demands": ALL,
    "POST /demands/imports": WRITERS,
    "GET /demands/imports/{import_id}": ALL,
    "GET /demands/{demand_id}": ALL,
    "PUT /demands/{demand_id}": WRITERS,
    "POST /demands/{demand_id}/opening": WRITERS,
    "POST /demands/{demand_id}/closure": WRITERS,
    "POST /sessions": WRITERS,
    "GET /sessions": ALL,
    "GET /sessions/mine": ALL,
    "POST /sessions/imports": WRITERS,
    "GET /sessions/imports/{import_id}": ALL,
    "GET /sessions/registrations": ALL,
    "POST /sessions/registrations/{session_id}/withdrawal": WRITERS,
    "GET /sessions/{session_id}": ALL,
    "PUT /sessions/{session_id}": WRITERS,
    "POST /sessions/{session_id}/cancellation": WRITERS,
    "POST /sessions/{session_id}/registrations": WRITERS,
    "GET /sessions/{session_id}/registrations": ALL,
    "GET /matching/demands/{demand_id}/combination": ALL,
    "GET /matching/demands/{demand_id}/matches": ALL,
    "POST /matching/demands/{demand_id}/proposals": WRITERS,
    "GET /matching/profiles/{profile_id}/demands": ALL,
    "GET /matching/profiles/{profile_id}/near-misses": ALL,
    "GET /introductions": ALL,
    "GET /introductions/{introduction_id}": ALL,
    "POST /introductions/{introduction_id}/interest": WRITERS,
    "POST /introductions/{introduction_id}/refusal": WRITERS,
    "GET /introductions/{introduction_id}/cost": ALL,
    "POST /introductions/{introduction_id}/questions": WRITERS,
    "POST /introductions/{introduction_id}/questions/{question_id}/answer": WRITERS,
    "PUT /introductions/{introduction_id}/term-sheet": WRITERS,
    "POST /introductions/{introduction_id}/signatures": WRITERS,
    "GET /agreements": ALL,
    "GET /agreements/{agreement_id}": ALL,
    "PUT /agreements/{agreement_id}/terms": WRITERS,
    "PUT /agreements/{agreement_id}/steps": WRITERS,
    "GET /agreements/{agreement_id}/checks": ALL,
    "POST /agreements/{agreement_id}/readiness": WRITERS,
    "POST /agreements/{agreement_id}/signing-codes": WRITERS,
    "POST /agreements/{agreement_id}/signatures": WRITERS,
    "POST /agreements/{agreement_id}/refusal": WRITERS,
    "POST /agreements/{agreement_id}/start": WRITERS,
    "GET /agreements/{agreement_id}/evidence": ALL,
    "GET /notifications/preferences": ALL,
    "PUT /notifications/preferences": ALL,
    "GET /notifications/preferences/contact": ALL,
    "PUT /notifications/preferences/contact": WRITERS,
    "GET /documents": ALL,
    "GET /documents/{document_id}": ALL,
}
ROUTES = {
    f"{route.method} {route.path}": route
    for one in declarations()
    for route in one.routes
    if Role.COMPANY in route.allow.roles and Role.PUBLIC not in route.allow.roles
}


def knocked(route: Route, actor: object) -> Reply:
    """What the kernel answers to this caller at a door that demands what the route does."""
    api = Api("door")
    api.get("/door", allow=route.allow, summary="A door.")(lambda _: Answer())
    return Slice("door", SimpleNamespace(api=api), "", "").call("GET", "/door", actor=actor)  # type: ignore[arg-type]


def test_every_route_of_a_company_has_a_row() -> None:
    assert set(EXPECTED) == set(ROUTES)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_route_lets_in_the_roles_of_the_table(name: str) -> None:
    answers = {role.value: knocked(ROUTES[name], a_company(role=role)) for role in MemberRole}

    assert {role for role, answer in answers.items() if answer.status == 200} == set(EXPECTED[name])
    refused = [answer.body["type"] for answer in answers.values() if answer.status != 200]
    assert set(refused) <= {"urn:passerelle:problem:role-missing"}


def test_what_is_read_changes_nothing_and_a_reader_only_reads() -> None:
    let_in = {name for name, roles in EXPECTED.items() if "reader" in roles}
    himself = {"POST /companies", "POST /companies/memberships", "DELETE /companies/memberships/{company_id}"}
    himself |= {"POST /companies/{company_id}/activation", "PUT /notifications/preferences"}
    himself |= {f"POST /companies/preparations/{{preparation_id}}/{step}" for step in ("sheet", "confirmation")}

    assert {name for name in let_in if not name.startswith("GET ")} == himself


def test_each_role_may_do_what_the_one_below_may_and_no_key_what_a_person_alone_may() -> None:
    reader, editor, owner = (SCOPES_OF[MemberRole(role)] for role in ALL)

    assert reader < editor < owner
    assert owner == set(get_args(Scope)) | set(get_args(PersonScope))
    assert not set(get_args(Scope)) & set(get_args(PersonScope))


def test_a_person_and_a_key_hear_what_each_can_do_about_it() -> None:
    route = ROUTES["POST /demands"]

    person = knocked(route, a_company(role=MemberRole.READER))
    key = knocked(route, a_machine("cmp_lender", "demands:read"))

    assert "owner" in person.body["remedy"]
    assert (key.status, key.body["type"]) == (403, "urn:passerelle:problem:scope-missing")
