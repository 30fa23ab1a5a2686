"""From the term sheet to disclosure: three signatures in any order, one go a person, and what the employee reads."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from passerelle import clock
from passerelle.contracts.introductions import (
    EmployeeGoRequested,
    IntroductionDisclosed,
    TermSheetReady,
)
from tests.support.slices import Slice, a_company
from tests.unit.introductions.committing import (
    HOSTING,
    LENDING,
    PATH,
    THE_ID,
    a_sheet,
    asked,
    decides,
    in_days,
    linked,
    mutual,
    rival,
    sha_of,
    shown,
    signs,
    view,
    written,
)
from tests.unit.introductions.pairs import HOST, LENDER

ORDERS = list(itertools.permutations(("lender", "host", "employee")))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_the_third_signature_in_any_order_discloses_exactly_once(
    introductions: Slice, order: tuple[str, str, str]
) -> None:
    mutual(introductions)
    written(introductions)
    linked(introductions)
    sha256 = sha_of(introductions)

    for number, party in enumerate(order, 1):
        for _ in range(2):
            reply = (
                decides(introductions, sha256=sha256)
                if party == "employee"
                else signs(introductions, LENDING if party == "lender" else HOSTING, sha256=sha256)
            )
            assert reply.status == 200, reply.text
        assert len(introductions.facts(IntroductionDisclosed)) == (number == 3)
        assert view(introductions)["state"] == ("disclosed" if number == 3 else "committing")

    (fact,) = introductions.facts(IntroductionDisclosed)
    assert (fact.introduction_id, fact.person_id, fact.lender, fact.host) == (THE_ID, "per_a", LENDER, HOST)
    assert fact.sha256 == sha256
    assert len(asked(introductions)) == (0 if order[0] == "employee" else 1)


def test_the_first_company_to_sign_has_the_employee_asked_under_his_employer(introductions: Slice) -> None:
    mutual(introductions)
    written(introductions)
    assert asked(introductions) == []

    signs(introductions, HOSTING)
    signs(introductions, LENDING)

    (envelope,) = asked(introductions)
    assert envelope.tenant == LENDER
    assert envelope.event() == EmployeeGoRequested(
        introduction_id=THE_ID, person_id="per_a", sha256=sha_of(introductions)
    )


def test_before_the_third_signature_nothing_of_either_crosses(introductions: Slice) -> None:
    mutual(introductions)
    written(introductions)
    signs(introductions, LENDING)
    linked(introductions)
    decides(introductions)

    lender, host = (introductions.call("GET", PATH, actor=actor).text for actor in (LENDING, HOSTING))
    employee = shown(introductions).text

    assert LENDER not in host + employee
    assert HOST not in lender + employee
    assert "per_a" not in host + lender + employee
    assert "usr_1" not in host + lender + employee
    assert "dem_x" not in lender + employee
    assert introductions.facts(IntroductionDisclosed) == []


def test_a_wrong_hash_is_refused_for_all_three(introductions: Slice) -> None:
    mutual(introductions)
    written(introductions)
    linked(introductions)

    for reply in (
        signs(introductions, LENDING, sha256="0" * 64),
        signs(introductions, HOSTING, sha256="0" * 64),
        decides(introductions, sha256="0" * 64),
    ):
        assert reply.status == 409
        assert reply.body["type"].endswith("sheet-changed")
    assert view(introductions)["term_sheet"]["signed_by"] == []
    assert introductions.call("POST", f"{PATH}/signatures", actor=LENDING, body={"sha256": "x"}).status == 422
    no_hash = introductions.call("POST", "/introductions/go/decision", body={"token": "a" * 43, "decision": "go"})
    assert no_hash.status == 404


def test_a_changed_sheet_clears_signatures_and_the_same_one_does_not(introductions: Slice) -> None:
    mutual(introductions)
    written(introductions)
    signs(introductions, LENDING)
    linked(introductions)
    decides(introductions)
    old = sha_of(introductions)

    assert written(introductions).body["term_sheet"]["signed_by"] == ["employee", "lender"]
    changed = written(introductions, actor=LENDING, weekly_hours=32).body["term_sheet"]

    assert changed["signed_by"] == []
    assert changed["sha256"] != old
    assert len(introductions.facts(TermSheetReady)) == 2
    assert shown(introductions).body["state"] == "undecided"
    assert signs(introductions, HOSTING, sha256=old).status == 409
    assert signs(introductions, HOSTING).status == 200
    assert len(asked(introductions)) == 2
    assert introductions.facts(IntroductionDisclosed) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"contract_type": "APPRENTICE"}, "PMO-36"),
        ({"contract_type": "TEMP"}, "PMO-37"),
        ({"replaces_strikers": True}, "PMO-47"),
        ({"cost": a_sheet()["cost"] | {"billed": 480_000}}, "PMO-29"),
        ({"cost": a_sheet()["cost"] | {"billed": 400_000}}, "PMO-30"),
    ],
)
def test_the_law_holds_the_signature_with_rule_article_remedy_and_who(
    introductions: Slice, changes: dict[str, Any], rule: str
) -> None:
    mutual(introductions)
    written(introductions, **changes)

    blocked = signs(introductions, LENDING)

    assert blocked.status == 409
    assert blocked.body["type"] == "urn:passerelle:problem:legal-block"
    rules = {one["rule"]: one for one in blocked.body["rules"]}
    assert all(rules[rule][part] for part in ("article", "text", "remedy", "who"))
    assert view(introductions)["term_sheet"]["signed_by"] == []
    assert asked(introductions) == []


def test_a_loan_below_cost_asks_each_side_for_what_only_it_can_say(introductions: Slice) -> None:
    mutual(introductions)
    below = a_sheet()["cost"] | {"billed": 0}
    written(introductions, regime="R2_LARGE_TO_SME", purpose="PARTNERSHIP", cost=below)

    unknown = signs(introductions, LENDING)
    assert "lender.groupHeadcount" in {name for rule in unknown.body["rules"] for name in rule["missing"]}
    foreign = signs(introductions, LENDING, declarations={"art_238_bis": True})
    assert foreign.body["errors"][0]["pointer"] == "/declarations/art_238_bis"
    small = signs(introductions, HOSTING, declarations={"art_238_bis": False})
    assert small.status == 200, small.text
    alone = signs(introductions, LENDING, declarations={"group_headcount": 0})
    assert {rule["rule"] for rule in alone.body["rules"]} == {"PMO-04"}
    assert signs(introductions, LENDING, declarations={"group_headcount": 20_000}).status == 200
    assert "20000" not in introductions.call("GET", PATH, actor=HOSTING).text


def test_two_hosts_at_once_one_wins_the_other_is_told_and_nothing_is_half_signed(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutual(introductions)
    other = rival(introductions)
    written(introductions)
    written(introductions, other, a_company("cmp_rival"))
    for path in (PATH, other):
        signs(introductions, LENDING, path)
    signs(introductions, HOSTING)
    signs(introductions, a_company("cmp_rival"), other)
    linked(introductions)
    linked(introductions, "another-token-of-the-tests-long-enough", other)
    first = iter([True, False, False])
    store = introductions.handler.wire().introductions
    read = store.ledger

    def overtaken(*arguments: Any) -> Any:
        found = read(*arguments)
        if next(first, False):
            assert decides(introductions, token="another-token-of-the-tests-long-enough").status == 200
        return found

    monkeypatch.setattr(type(store), "ledger", lambda _, *arguments: overtaken(*arguments))
    lost = decides(introductions)

    assert (lost.status, lost.body["type"].rpartition(":")[2]) == (409, "committed-elsewhere")
    (won,) = introductions.facts(IntroductionDisclosed)
    assert won.host == "cmp_rival"
    assert view(introductions)["term_sheet"]["signed_by"] == ["host", "lender"]
    assert shown(introductions).body["state"] == "undecided"


def test_who_is_committed_elsewhere_cannot_be_signed_for_until_that_ends(introductions: Slice) -> None:
    mutual(introductions)
    other = rival(introductions)
    written(introductions)
    written(introductions, other, a_company("cmp_rival"))
    signs(introductions, LENDING)
    linked(introductions)
    decides(introductions)

    told = signs(introductions, a_company("cmp_rival"), other)
    assert told.body["type"].endswith("committed-elsewhere")
    assert HOST not in told.text
    decides(introductions, "refuse")

    assert signs(introductions, a_company("cmp_rival"), other).status == 200


def test_a_link_works_until_its_term_and_beyond_it_to_stop(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutual(introductions)
    written(introductions)
    linked(introductions)
    linked(introductions)
    assert shown(introductions).body["state"] == "undecided"
    assert shown(introductions, "x" * 43).body == {**shown(introductions, "y" * 43).body, "instance": ANY}
    monkeypatch.setattr(clock, "now", lambda: in_days(15))
    assert shown(introductions).body["type"].endswith("link-not-valid")
    linked(introductions, "a-newer-token-of-the-tests-long-enough")
    assert decides(introductions, token="a-newer-token-of-the-tests-long-enough").status == 200

    assert decides(introductions, "refuse").body["state"] == "closed"


class _Any:
    def __eq__(self, _: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


ANY = _Any()


def test_the_employee_reads_the_sheet_in_words_and_who_looked_at_his_card(introductions: Slice) -> None:
    mutual(introductions)
    other = rival(introductions)
    written(introductions)
    introductions.call("GET", "/introductions", actor=a_company("cmp_rival"))
    introductions.call("GET", other, actor=a_company("cmp_rival"))
    linked(introductions)

    page = shown(introductions).body

    fields = {line["field"]: line for line in page["lines"]}
    assert fields["tasks"]["values"] == ["Montage de sous-ensembles, contrôle, tenue du poste."]
    assert fields["area"]["values"] == ["CU Le Havre Seine Métropole (intercommunalité)"]
    assert "470" not in json.dumps(page["lines"])
    assert any("CSE de votre employeur" in line for line in page["start"])
    assert any("CSE de l’entreprise d’accueil" in line for line in page["start"])
    assert len(page["looks"]) == 2
    assert all("une entreprise\u00a0: Seine-Maritime (département)" in line for line in page["looks"])
    assert "Refuser n’a aucune conséquence pour vous" in json.dumps(page["sections"], ensure_ascii=False)
    assert page["sha256"] == sha_of(introductions)
