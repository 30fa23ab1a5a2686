"""Members in the vault: an owner names them, their address goes out as a mark, their name with their membership."""

from typing import Any

import pytest

from passerelle.access import MemberRole
from passerelle.contracts.companies import MemberRemoved
from passerelle.contracts.identities import IdentityRecorded
from passerelle.identifiers import mail_mark
from tests.support.slices import Reply, Slice, a_company, a_machine, an_envelope
from tests.unit.identities.conftest import MARK_SECRET

COMPANY, MEMBER = "cmp_lender", "mbr_q4kx7zn2mw5hb3tvd6fc"
BODY = {"kind": "member", "given_name": "Zéphyrine", "family_name": "Quatrebarbes", "email": "zq@canari.example"}


def put(identities: Slice, actor: Any, **changes: Any) -> Reply:
    return identities.call("PUT", f"/identities/{MEMBER}", actor=actor, body=BODY | changes)


def removed(identities: Slice, times: int = 1) -> list[str]:
    event = MemberRemoved(company_id=COMPANY, member_id=MEMBER, how="revoked")
    return identities.deliver(an_envelope(event, tenant=COMPANY, subject=MEMBER), times=times)


def test_an_owner_names_a_member_and_only_a_mark_of_his_address_is_told(identities: Slice) -> None:
    reply = put(identities, a_company(COMPANY))

    assert (reply.status, reply.body["kind"]) == (200, "member")
    (fact,) = identities.facts(IdentityRecorded)
    assert (fact.kind, fact.mark, fact.contact_kind) == ("member", mail_mark(MARK_SECRET, "ZQ@canari.example"), None)
    assert not any(value in str(identities.rows()) for key, value in BODY.items() if key != "kind")
    assert identities.call("GET", f"/identities/{MEMBER}", actor=a_company(COMPANY)).body == BODY


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (a_company(COMPANY, role=MemberRole.EDITOR), "role-missing"),
        (a_company(COMPANY, role=MemberRole.READER), "role-missing"),
        (a_machine(COMPANY, "identities:write"), "role-missing"),
        (a_company(COMPANY, active=False), "company-not-active"),
    ],
    ids=["editor", "reader", "key", "pending"],
)
def test_nobody_else_says_who_a_member_is(identities: Slice, actor: Any, code: str) -> None:
    """Whoever could change the address of an invitation could become what it invites to."""
    reply = put(identities, actor)

    assert (reply.status, reply.body["type"].rsplit(":", 1)[1]) == (403, code)
    assert identities.facts(IdentityRecorded) == []


@pytest.mark.parametrize("changes", [{"kind": "person"}, {"phone": "0235000000"}, {"email": "nobody"}])
def test_a_member_is_names_and_an_address(identities: Slice, changes: dict[str, str]) -> None:
    assert put(identities, a_company(COMPANY), **changes).status == 422


def test_his_name_goes_with_his_membership(identities: Slice) -> None:
    put(identities, a_company(COMPANY))

    assert removed(identities, times=2) == []

    assert identities.call("GET", f"/identities/{MEMBER}", actor=a_company(COMPANY)).status == 404
    assert put(identities, a_company(COMPANY)).body["type"].endswith("identity-erased")


def test_a_name_that_comes_after_the_end_is_not_taken(identities: Slice) -> None:
    assert removed(identities) == []

    assert put(identities, a_company(COMPANY)).status == 409
