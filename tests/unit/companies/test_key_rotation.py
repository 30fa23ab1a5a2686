"""A key in the place of another: the same scopes, shown once, and an overlap in which both are good."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from functions.companies.authorizing import Unauthorized
from passerelle import clock
from passerelle.access import Actor, MemberRole, actor_from
from tests.support.slices import Reply, Slice, a_company, a_machine
from tests.unit.companies.people import ARN
from tests.unit.companies.registering import activated


def made(companies: Slice, company: str, days: int = 30) -> Any:
    body = {"label": "SIRH", "scopes": ["profiles:write", "profiles:read"], "days": days}
    return companies.call("POST", f"/companies/{company}/keys", actor=a_company(company), body=body).body


def rotated(companies: Slice, company: str, key_id: str, actor: Actor | None = None, **how: Any) -> Reply:
    where = f"/companies/{company}/keys/{key_id}/rotation"
    return companies.call("POST", where, actor=actor or a_company(company), body={"days": 60}, **how)


def seen_as(companies: Slice, secret: str) -> Actor:
    event = {"headers": {"Authorization": f"ApiKey {secret}"}, "methodArn": ARN}
    return actor_from(companies.handler.authorize(event, None)["context"])


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_the_successor_has_the_same_scopes_and_both_are_good_for_a_day(
    companies: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = activated(companies)
    old = made(companies, company)

    reply = rotated(companies, company, old["id"])

    new = reply.body
    assert (reply.status, new["label"], new["scopes"]) == (201, old["label"], old["scopes"])
    assert seen_as(companies, old["secret"]).scopes == seen_as(companies, new["secret"]).scopes == set(old["scopes"])
    later(monkeypatch, timedelta(hours=24))
    with pytest.raises(Unauthorized):
        seen_as(companies, old["secret"])
    assert seen_as(companies, new["secret"]).tenant == company


def test_a_key_of_a_test_stage_says_so_and_opens_nothing_on_the_live_one(
    companies: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = activated(companies)
    old = made(companies, company)
    new = rotated(companies, company, old["id"]).body
    wiring = companies.handler.wire()

    with monkeypatch.context() as on_live:
        on_live.setattr(companies.handler, "wire", lambda: dataclasses.replace(wiring, key_prefix="psk_live"))
        live = made(companies, company)["secret"]
        assert seen_as(companies, live).tenant == company
        for secret in (old["secret"], new["secret"]):
            assert secret.startswith(f"psk_test.{company}.")
            with pytest.raises(Unauthorized):
                seen_as(companies, secret)

    assert seen_as(companies, old["secret"]).tenant == company
    with pytest.raises(Unauthorized):
        seen_as(companies, live)


def test_the_list_says_what_replaces_what(companies: Slice) -> None:
    company = activated(companies)
    old = made(companies, company)
    new = rotated(companies, company, old["id"]).body

    items = companies.call("GET", f"/companies/{company}/keys", actor=a_company(company)).body["items"]

    assert {item["id"]: item["successor"] for item in items} == {old["id"]: new["id"], new["id"]: None}
    assert {item["secret"] for item in items} == {None}


def test_a_key_near_its_end_is_not_prolonged(companies: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    company = activated(companies)
    old = made(companies, company, days=1)
    later(monkeypatch, timedelta(hours=23))

    rotated(companies, company, old["id"])

    items = companies.call("GET", f"/companies/{company}/keys", actor=a_company(company)).body["items"]
    assert next(item["expires_at"] for item in items if item["id"] == old["id"]) == old["expires_at"]


def test_the_same_rotation_again_is_the_same_key_and_another_one_is_refused(companies: Slice) -> None:
    company = activated(companies)
    old = made(companies, company)

    once, again = (rotated(companies, company, old["id"], key="the-same-key") for _ in range(2))
    other = rotated(companies, company, old["id"])

    assert again.body == once.body | {"secret": None}
    assert once.body["secret"].rpartition(".")[2] not in str(companies.rows())
    assert (other.status, other.body["type"].rsplit(":", 1)[1]) == (409, "key-rotated")


def test_a_key_that_is_over_is_not_rotated(companies: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    company = activated(companies)
    old = made(companies, company, days=1)
    later(monkeypatch, timedelta(days=2))

    reply = rotated(companies, company, old["id"])

    assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (409, "key-expired")


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (a_company("cmp_other"), 404),
        (a_company("ID", role=MemberRole.EDITOR), 403),
        (a_machine("ID", "profiles:write"), 403),
    ],
    ids=["another company", "editor", "the key itself"],
)
def test_owners_alone_rotate(companies: Slice, actor: Actor, status: int) -> None:
    company = activated(companies)
    old = made(companies, company)
    caller = Actor(actor.role, actor.subject, actor.tenant.replace("ID", company), actor.active, actor.scopes)

    reply = rotated(companies, company, old["id"], caller)

    assert reply.status == status
    assert len(companies.call("GET", f"/companies/{company}/keys", actor=a_company(company)).body["items"]) == 1
