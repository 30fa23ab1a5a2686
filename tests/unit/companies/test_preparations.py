"""Registrations that an adviser prepares: nothing before the company confirms; what was done for it, it reads."""

from datetime import timedelta
from typing import Any

import pytest

from passerelle import clock
from passerelle.access import Actor
from passerelle.contracts.companies import CompanyRegistered
from tests.support.slices import Reply, Slice, a_company, a_user, an_adviser, an_operator
from tests.unit.companies.registering import SIREN, a_registration, activated, identified

STAFF = [an_adviser(), an_operator()]


def prepared(companies: Slice, **how: Any) -> Any:
    reply = companies.call("POST", "/companies/preparations", actor=an_adviser(), body=a_registration(), **how)
    assert reply.status == 201, reply.text
    return reply.body


def said(companies: Slice, step: str, preparation: str, code: str, actor: Actor | None = None, **how: Any) -> Reply:
    where = f"/companies/preparations/{preparation}/{step}"
    return companies.call("POST", where, actor=actor or a_user(), body={"code": code}, **how)


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: moment)


def code_of(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body["type"].rsplit(":", 1)[1]


def test_nothing_begins_before_the_company_confirms(companies: Slice) -> None:
    waiting = prepared(companies)

    assert companies.facts(CompanyRegistered) == []
    for state in ("pending", "active"):
        listed = companies.call("GET", "/companies", actor=an_adviser(), query={"state": state})
        assert listed.body["items"] == []
    everything = str(companies.rows())
    assert SIREN not in everything
    assert waiting["code"] not in everything


def test_the_company_reads_confirms_and_is_registered_as_if_it_had_written_it(companies: Slice) -> None:
    waiting = prepared(companies)
    sheet = said(companies, "sheet", waiting["id"], waiting["code"].lower())

    reply = said(companies, "confirmation", waiting["id"], waiting["code"])

    assert (sheet.status, sheet.body) == (200, waiting | {"code": None})
    assert (reply.status, reply.body["state"], reply.body["identity"]) == (201, "pending", "missing")
    assert {key: reply.body[key] for key in ("naf", "idcc", "headcount", "denied")} == {
        key: waiting[key] for key in ("naf", "idcc", "headcount", "denied")
    }
    assert [fact.company_id for fact in companies.facts(CompanyRegistered)] == [reply.body["id"]]
    mine = a_company(reply.body["id"], active=False)
    assert companies.call("GET", f"/companies/{reply.body['id']}", actor=mine).status == 200


def test_what_was_done_on_its_behalf_is_shown_to_the_company(companies: Slice) -> None:
    waiting = prepared(companies)
    company = said(companies, "confirmation", waiting["id"], waiting["code"]).body["id"]
    identified(companies, company, contact="free_mail")
    reason = {"reason": "Kbis vu sur place."}
    for step, actor in (("activation", an_adviser()), ("suspension", an_operator()), ("reinstatement", an_adviser())):
        assert companies.call("POST", f"/companies/{company}/{step}", actor=actor, body=reason).status == 200

    acts = companies.call("GET", f"/companies/{company}/acts", actor=a_company(company)).body["items"]

    assert [(act["what"], act["by"]) for act in acts] == [
        ("prepared", "adviser"),
        ("activated", "adviser"),
        ("suspended", "operator"),
        ("reinstated", "adviser"),
    ]
    assert acts[0]["at"] == waiting["prepared_at"]
    assert [act["at"] for act in acts] == sorted(act["at"] for act in acts)
    assert "usr_" not in str(acts)


def test_a_company_that_did_everything_itself_reads_no_acts(companies: Slice) -> None:
    company = activated(companies)

    reply = companies.call("GET", f"/companies/{company}/acts", actor=a_company(company))

    assert (reply.status, reply.body["items"]) == (200, [])


def test_five_wrong_codes_end_it(companies: Slice) -> None:
    waiting = prepared(companies)

    wrong = [said(companies, step, waiting["id"], "WRONGCODE2") for step in ("sheet", "confirmation") * 2 + ("sheet",)]

    assert {code_of(reply) for reply in wrong} == {(409, "wrong-code")}
    assert code_of(said(companies, "confirmation", waiting["id"], waiting["code"])) == (404, "not-prepared")
    assert companies.facts(CompanyRegistered) == []


def test_what_is_unknown_over_or_confirmed_reads_the_same(companies: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    done, late = prepared(companies), prepared(companies)
    said(companies, "confirmation", done["id"], done["code"])
    later(monkeypatch, timedelta(days=14))

    answers = [
        said(companies, step, which, code)
        for step in ("sheet", "confirmation")
        for which, code in (("pre_nobody", "K7RM2QX9TB"), (late["id"], late["code"]), (done["id"], done["code"]))
    ]

    assert {code_of(reply) for reply in answers} == {(404, "not-prepared")}
    assert len({reply.body["detail"] for reply in answers}) == 1


def test_the_same_confirmation_again_is_answered_not_repeated(companies: Slice) -> None:
    waiting = prepared(companies)

    once, again = (said(companies, "confirmation", waiting["id"], waiting["code"], key="the-same-key") for _ in "ab")

    assert again.body == once.body
    assert len(companies.facts(CompanyRegistered)) == 1


def test_the_code_is_shown_once(companies: Slice) -> None:
    once, again = prepared(companies, key="the-same-key"), prepared(companies, key="the-same-key")

    assert again == once | {"code": None}


@pytest.mark.parametrize("actor", STAFF, ids=["adviser", "operator"])
@pytest.mark.parametrize("step", ["sheet", "confirmation"])
def test_staff_confirm_nothing(companies: Slice, actor: Actor, step: str) -> None:
    waiting = prepared(companies)

    assert said(companies, step, waiting["id"], waiting["code"], actor).status == 403
    assert companies.facts(CompanyRegistered) == []


@pytest.mark.parametrize(
    "actor", [a_user(), a_company("cmp_lender"), an_operator()], ids=["user", "company", "operator"]
)
def test_advisers_alone_prepare(companies: Slice, actor: Actor) -> None:
    reply = companies.call("POST", "/companies/preparations", actor=actor, body=a_registration())

    assert reply.status == 403
    assert companies.rows() == []


def test_what_is_prepared_is_checked_as_a_registration_is(companies: Slice) -> None:
    body = a_registration(municipality="99999")

    reply = companies.call("POST", "/companies/preparations", actor=an_adviser(), body=body)

    assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, "/municipality")
