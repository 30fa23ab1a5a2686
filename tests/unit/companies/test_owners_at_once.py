"""Owners who act on each other at the same moment: one of them wins, and the company keeps an owner."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.companies.model import Company
from functions.companies.model.members import Team
from functions.companies.store import Companies
from passerelle.access import Actor
from passerelle.store import Stored
from tests.support.slices import Reply, Slice
from tests.unit.companies.people import GUEST, a_house, joined, seen_as

Act = Callable[[Slice, str, Actor, str, str], Reply]


def demote(companies: Slice, company: str, actor: Actor, other: str, version: str) -> Reply:
    headers, where = {"If-Match": version}, f"/companies/{company}/members/{other}"
    return companies.call("PUT", where, actor=actor, body={"role": "editor"}, headers=headers)


def revoke(companies: Slice, company: str, actor: Actor, other: str, _: str) -> Reply:
    return companies.call("DELETE", f"/companies/{company}/members/{other}", actor=actor)


def leave(companies: Slice, company: str, actor: Actor, _: str, __: str) -> Reply:
    return companies.call("DELETE", f"/companies/memberships/{company}", actor=actor)


# What the one hears in whose act the other's came first, and who is an owner then; by hand.
EXPECTED: list[tuple[Act, Act, int, str]] = [
    (demote, demote, 412, "other"),
    (revoke, demote, 409, "other"),
    (leave, demote, 204, "other"),
    (demote, revoke, 412, "other"),
    (revoke, revoke, 409, "other"),
    (leave, revoke, 404, "other"),
    (demote, leave, 412, "one"),
    (revoke, leave, 404, "one"),
    (leave, leave, 409, "one"),
]


def meanwhile(monkeypatch: pytest.MonkeyPatch, what: Callable[[], Any]) -> None:
    """Between the next reading of a team and what is written after it, something else happens."""
    read, waiting = Companies.team, [what]

    def team(self: Companies, company: Company) -> Stored[Team]:
        stored = read(self, company)
        if waiting:
            waiting.pop()()
        return stored

    monkeypatch.setattr(Companies, "team", team)


@pytest.mark.parametrize(("mine", "theirs", "status", "owner"), EXPECTED)
def test_of_two_owners_one_wins_and_one_stays(
    companies: Slice, monkeypatch: pytest.MonkeyPatch, mine: Act, theirs: Act, status: int, owner: str
) -> None:
    company, one = a_house(companies)
    other, other_id = joined(companies, company, seen_as(companies, one), GUEST, "owner")
    me, they, my_id = seen_as(companies, one), seen_as(companies, other), f"mbr_{company[4:]}"
    version = companies.call("GET", f"/companies/{company}/members", actor=me).headers["ETag"]
    first: list[Reply] = []
    meanwhile(monkeypatch, lambda: first.append(theirs(companies, company, they, my_id, version)))

    reply = mine(companies, company, me, other_id, version)

    assert first[0].status in {200, 204}
    assert reply.status == status
    left = {"one": one, "other": other}
    owners = [name for name, user in left.items() if "companies:manage" in seen_as(companies, user, company).scopes]
    assert owners == [owner]
