"""What the third signature opens: the lawful fields of each to the two companies alone, each reading noted."""

import io
import itertools
import json

import pytest

from passerelle.access import ANYBODY, Actor
from tests.support.slices import Reply, Slice, a_company, a_machine, a_user, an_adviser, an_operator
from tests.unit.identities.disclosing import ANA, COMPANIES, HOST, LENDER, PERSON, THE_ID, accesses, disclosed, ended


def read(it: Slice, actor: Actor) -> Reply:
    return it.call("GET", f"/identities/disclosures/{THE_ID}", actor=actor)


@pytest.mark.parametrize(("tenant", "side", "other"), [(LENDER, "lender", HOST), (HOST, "host", LENDER)])
def test_each_company_reads_the_other_and_the_name_of_the_person(
    filled: Slice, tenant: str, side: str, other: str
) -> None:
    filled.deliver(disclosed())

    reply = read(filled, a_company(tenant))

    assert reply.status == 200, reply.text
    shown = {name: value for name, value in COMPANIES[other].items() if name != "kind"}
    assert reply.body == {
        "introduction_id": THE_ID,
        "side": side,
        "disclosed_at": "2026-11-30T09:30:00Z",
        "company": {"contact_phone": None} | shown,
        "person": {"given_name": "Zéphyrine", "family_name": "Quatrebarbes"},
    }
    assert not any(ANA[field] in reply.text for field in ("email", "phone", "address"))


def test_each_reading_is_noted_in_the_log_of_each_subject(filled: Slice) -> None:
    filled.deliver(disclosed())
    read(filled, a_company(HOST, subject="usr_7"))
    read(filled, a_company(HOST, subject="usr_7"))

    noted = [(each["subject_id"], each["reader"], each["purpose"], each["level"]) for each in accesses(filled)]

    reader = f"{HOST}/usr_7"
    assert sorted(noted) == sorted([(LENDER, reader, "disclosure_read", 3), (PERSON, reader, "disclosure_read", 3)] * 2)
    assert {row["pk"]["S"].split("#")[0] for row in filled.rows() if "#access#" in row["pk"]["S"]} == {LENDER}


def test_before_it_and_to_anybody_else_there_is_nothing(filled: Slice) -> None:
    for actor in (a_company(LENDER), a_company(HOST)):
        assert read(filled, actor).status == 404
    filled.deliver(disclosed())
    others = {
        a_company("cmp_other"): 404,
        a_machine(HOST, "introductions:read"): 403,
        a_machine("cmp_other", "identities:read"): 404,
        a_company(HOST, active=False): 403,
        a_user(): 403,
        an_adviser(): 403,
        an_operator(): 403,
        ANYBODY: 401,
    }
    for actor, status in others.items():
        answer = read(filled, actor)
        assert answer.status == status, actor
        assert "Zéphyrine" not in answer.text
    assert accesses(filled) == []


@pytest.mark.parametrize("order", list(itertools.permutations(("disclosed", "ended", "disclosed"))), ids="-".join)
def test_an_end_closes_it_in_whatever_order_news_arrive(filled: Slice, order: tuple[str, ...]) -> None:
    events = {"disclosed": disclosed(sequence=7), "ended": ended(sequence=8)}

    assert filled.deliver(*(events[name] for name in order)) == []

    for tenant in (LENDER, HOST):
        assert read(filled, a_company(tenant)).status == 404


def test_an_end_without_disclosure_discloses_nothing(filled: Slice) -> None:
    filled.deliver(ended(sequence=3), times=2)

    assert read(filled, a_company(HOST)).status == 404


def test_an_erased_person_is_no_longer_shown(filled: Slice) -> None:
    filled.deliver(disclosed())
    filled.handler.wire().vault.forget(LENDER, PERSON)

    assert read(filled, a_company(HOST)).status == 404


def test_what_is_disclosed_is_logged_nowhere(filled: Slice, logged: io.StringIO) -> None:
    filled.deliver(disclosed())
    read(filled, a_company(HOST))

    everywhere = json.dumps(filled.rows(), ensure_ascii=False) + logged.getvalue()

    assert not any(canary in everywhere for canary in ("Zéphyrine", "Quatrebarbes", "732829320", "Preteuse"))
