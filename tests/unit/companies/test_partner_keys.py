"""Keys of partner organisations: made by operators, shown once, and good for what partners may do and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from cdk.contracts.declared import declarations
from functions.companies.authorizing import Unauthorized
from passerelle import clock
from passerelle.access import Role, actor_from
from passerelle.contracts import Envelope
from passerelle.contracts.partners import PartnerEnded
from tests.support.slices import Slice, a_company, a_machine, a_user, an_adviser, an_envelope, an_operator

BODY = {"label": "Territoire", "scopes": ["webhooks:read", "webhooks:write"]}
ARN = "arn:aws:execute-api:eu-west-3:123456789012:api/stage/GET/webhooks"
FOR_PARTNERS = ("/webhooks/", "/identities/{subject_id}")
READ_BY_PARTNERS = {
    "/identities/sessions/{session_id}/contacts/{organisation_id}",
    "/sessions",
    "/sessions/mine",
    "/sessions/{session_id}",
    "/sessions/{session_id}/registrations",
    "/partners/{partner_id}",
    "/partners/{partner_id}/inbox",
    "/partners/agreements",
    "/partners/agreements/{partnership_id}",
    "/partners/agreements/{partnership_id}/figures",
}
"""What operator and companies write, or its own inbox, and a partner reads."""


def made(companies: Slice, **other: Any) -> Any:
    return companies.call("POST", "/companies/partner-keys", actor=an_operator(), body=BODY | other)


def authorized(companies: Slice, secret: str) -> Any:
    event = {"headers": {"Authorization": f"ApiKey {secret}"}, "methodArn": ARN}
    return actor_from(companies.handler.authorize(event, None)["context"])


def test_a_partners_key_makes_its_holder_a_partner_with_its_scopes(companies: Slice) -> None:
    key = made(companies).body

    actor = authorized(companies, key["secret"])

    assert (actor.role, actor.tenant, actor.scopes) == (Role.PARTNER, key["partner_id"], frozenset(BODY["scopes"]))
    assert key["partner_id"].startswith("ptn_")
    assert made(companies, partner_id=key["partner_id"]).body["partner_id"] == key["partner_id"]


def test_a_secret_is_shown_once(companies: Slice) -> None:
    call = {"actor": an_operator(), "body": BODY, "key": "the-same-key-again"}
    first, again = (companies.call("POST", "/companies/partner-keys", **call) for _ in range(2))

    assert (again.body["id"], again.body["secret"]) == (first.body["id"], None)
    assert first.body["secret"].rpartition(".")[2] not in str(companies.rows())


@pytest.mark.parametrize(
    "actor",
    [a_company(), a_machine("cmp_lender", "webhooks:write"), a_user(), an_adviser(), None],
    ids=lambda actor: actor and actor.role.value,
)
def test_operators_alone_make_and_revoke_them(companies: Slice, actor: Any) -> None:
    key = made(companies).body

    refused = companies.call("POST", "/companies/partner-keys", actor=actor, body=BODY)
    kept = companies.call("DELETE", f"/companies/partner-keys/{key['partner_id']}/{key['id']}", actor=actor)

    assert {refused.status, kept.status} <= {401, 403}
    assert authorized(companies, key["secret"]).role is Role.PARTNER


def test_a_revoked_or_expired_key_opens_nothing(companies: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    revoked, expired = made(companies).body, made(companies, days=1).body
    where = f"/companies/partner-keys/{revoked['partner_id']}/{revoked['id']}"

    assert companies.call("DELETE", where, actor=an_operator()).status == 204
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)

    for secret in (revoked["secret"], expired["secret"]):
        with pytest.raises(Unauthorized):
            authorized(companies, secret)


@pytest.mark.parametrize(
    "other", [{"scopes": ["companies:read"]}, {"scopes": []}, {"partner_id": "cmp_t3qz6nmw2xkh7bvd5fca"}, {"days": 400}]
)
def test_a_partners_key_is_for_partners_scopes_and_ids(companies: Slice, other: dict[str, Any]) -> None:
    assert made(companies, **other).status == 422


def test_a_companys_key_is_not_revoked_as_a_partners(companies: Slice) -> None:
    where = "/companies/partner-keys/cmp_lender/key_1"

    assert companies.call("DELETE", where, actor=an_operator()).status == 404


def test_partners_are_let_in_where_partners_belong_and_nowhere_else() -> None:
    routes = [route for one in declarations() for route in one.routes]
    let_in = {
        route.path for route in routes if Role.PARTNER in route.allow.roles and Role.PUBLIC not in route.allow.roles
    }

    meant = {route.path for route in routes if route.path.startswith(FOR_PARTNERS)}
    assert let_in == (meant | READ_BY_PARTNERS) - {"/identities/{subject_id}/erasure"}, (
        "a partner records its contact, and no person"
    )
    with_partners = [one for one in routes if Role.PARTNER in one.allow.roles and Role.PUBLIC not in one.allow.roles]
    assert all(route.allow.scope for route in with_partners)


def the_end(partner_id: str) -> Envelope:
    return an_envelope(PartnerEnded(partner_id=partner_id), tenant=partner_id, subject=partner_id, sequence=4)


def test_the_keys_of_a_partner_that_has_ended_open_nothing_however_often_it_is_told(companies: Slice) -> None:
    ended, other = made(companies).body, made(companies).body
    more = made(companies, partner_id=ended["partner_id"]).body

    assert companies.deliver(the_end(ended["partner_id"]), the_end(ended["partner_id"]), times=2) == []

    for secret in (ended["secret"], more["secret"]):
        with pytest.raises(Unauthorized):
            authorized(companies, secret)
    assert authorized(companies, other["secret"]).tenant == other["partner_id"]


def test_for_a_partner_that_has_ended_no_key_is_made(companies: Slice) -> None:
    unknown = "ptn_" + "e" * 20
    companies.deliver(the_end(unknown))

    refused = made(companies, partner_id=unknown)

    assert (refused.status, refused.body["type"]) == (409, "urn:passerelle:problem:partner-ended")
    assert companies.set_aside() == []
