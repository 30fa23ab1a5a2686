"""From mutual interest to disclosure: masked talk, the term sheet, three signatures in any order, one go a person."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import date, timedelta
from typing import Any

import pytest

from functions.introductions.model.pair import introduction_id
from passerelle import clock
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.introductions import (
    EmployeeGoRequested,
    IntroductionDisclosed,
    IntroductionEnded,
    IntroductionReminded,
    TermSheetReady,
)
from tests.support.slices import Slice, a_company, an_envelope
from tests.unit.introductions.committing import (
    HOSTING,
    LENDING,
    PATH,
    THE_ID,
    a_sheet,
    asked,
    decides,
    disclosed,
    everything,
    in_days,
    linked,
    mutual,
    sha_of,
    shown,
    signs,
    sized,
    written,
)
from tests.unit.introductions.pairs import HOST, LENDER, a_match, closed, matched, withdrawn


def view(it: Slice, actor: Any = LENDING, path: str = PATH) -> dict[str, Any]:
    return dict(it.call("GET", path, actor=actor).body)


def test_masked_questions_and_their_answers_cross(introductions: Slice) -> None:
    mutual(introductions)

    posted = introductions.call(
        "POST", f"{PATH}/questions", actor=HOSTING, body={"text": "Quelles machines la personne connaît-elle ?"}
    )
    assert posted.status == 201, posted.text
    (question,) = view(introductions)["questions"]
    assert question["yours"] is False
    path = f"{PATH}/questions/{question['id']}/answer"
    body = {"text": "Deux tours et une fraiseuse, cinq ans chacun."}
    assert introductions.call("POST", path, actor=HOSTING, body=body).status == 409
    assert introductions.call("POST", path, actor=a_company("cmp_other"), body=body).status == 404
    assert introductions.call("POST", path, actor=LENDING, body=body).status == 200
    assert introductions.call("POST", path, actor=LENDING, body=body).status == 200
    assert introductions.call("POST", path, actor=LENDING, body={"text": "Autre chose."}).status == 409
    (answered,) = view(introductions, HOSTING)["questions"]
    assert (answered["yours"], answered["answer"]) == (True, body["text"])
    nowhere = f"{PATH}/questions/qst_nowhere/answer"
    assert introductions.call("POST", nowhere, actor=LENDING, body=body).status == 404


@pytest.mark.parametrize(
    "text", ["Appelez Camille Lefèvre.", "Notre mail : rh@canari.example", "Nous sommes Canari SAS", "06 12 34 56 78"]
)
def test_a_text_that_may_name_somebody_is_refused_and_kept_nowhere(introductions: Slice, text: str) -> None:
    mutual(introductions)

    refused = introductions.call("POST", f"{PATH}/questions", actor=LENDING, body={"text": text})
    sheet = written(introductions, tasks=f"Montage de sous-ensembles. {text}")

    for reply, pointer in ((refused, "/text"), (sheet, "/tasks")):
        assert reply.status == 422
        fault = reply.body["errors"][0]
        assert fault["pointer"] == pointer
        assert "caractères" in fault["detail"]
        assert text not in reply.text
    assert text not in everything(introductions)
    assert introductions.facts(TermSheetReady) == []


def test_twenty_questions_are_enough(introductions: Slice) -> None:
    mutual(introductions)
    statuses = [
        introductions.call(
            "POST", f"{PATH}/questions", actor=HOSTING, body={"text": f"Question numéro {n}\u00a0?"}
        ).status
        for n in range(21)
    ]

    assert statuses == [201] * 20 + [409]


def test_there_is_no_talk_before_mutual_interest_nor_after_the_end(introductions: Slice) -> None:
    introductions.deliver(matched())
    text = {"text": "Quels horaires ?"}

    assert introductions.call("POST", f"{PATH}/questions", actor=HOSTING, body=text).status == 409
    assert written(introductions).body["type"].endswith("not-mutual")
    mutual(introductions)
    introductions.deliver(withdrawn())
    assert introductions.call("POST", f"{PATH}/questions", actor=HOSTING, body=text).status == 409
    assert written(introductions).body["type"].endswith("not-proceeding")
    assert signs(introductions, LENDING, sha256="0" * 64).status == 409


def test_the_earliest_lawful_start_is_shown_to_both_with_its_reasons(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = in_days(0).replace(year=2026, month=3, day=2, hour=12)
    monkeypatch.setattr(clock, "now", lambda: noon)
    mutual(introductions)

    for actor in (LENDING, HOSTING):
        start = view(introductions, actor)["earliest_start"]
        assert (start["day"], start["counted_from"]) == ("2026-04-03", "2026-03-02")
        assert {reason["rule"] for reason in start["reasons"]} == {"PMO-16", "PMO-21", "PMO-22"}
        assert all(reason["article"] for reason in start["reasons"])
        assert start["missing"] == []


def test_small_companies_without_a_council_may_start_sooner(introductions: Slice) -> None:
    introductions.deliver(
        sized(LENDER, "0-10", has_cse=False, sequence=5), sized(HOST, "0-10", has_cse=False, sequence=5)
    )
    mutual(introductions)

    start = view(introductions)["earliest_start"]
    assert start["day"] == (clock.today() + timedelta(days=1)).isoformat()


def test_the_sheet_is_canonical_and_its_papers_can_be_made(introductions: Slice) -> None:
    mutual(introductions)

    reply = written(introductions)

    assert reply.status == 200, reply.text
    assert reply.body["state"] == "committing"
    (ready,) = introductions.facts(TermSheetReady)
    document = json.dumps(
        ready.terms.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert ready.sha256 == hashlib.sha256(document.encode()).hexdigest() == reply.body["term_sheet"]["sha256"]
    assert (ready.lender, ready.host, ready.proposed_by) == (LENDER, HOST, "host")
    assert isinstance(ready.earliest_start, date)
    assert view(introductions)["term_sheet"]["yours"] is False
    assert view(introductions)["may"] == ["questions", "term-sheet", "signatures", "refusal"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"start_date": "2020-01-01"}, "/start_date"),
        ({"end_date": "2026-01-01"}, "/end_date"),
        ({"occupation": "Z9999"}, "/occupation"),
        ({"area": {"level": "epci", "code": "999"}}, "/area/code"),
        ({"tasks": "court"}, "/tasks"),
        ({"host_name": "x"}, "/host_name"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(introductions: Slice, changes: dict[str, Any], pointer: str) -> None:
    mutual(introductions)

    reply = written(introductions, **changes)

    assert reply.status == 422
    assert pointer in {fault["pointer"] for fault in reply.body["errors"]}
    assert view(introductions)["state"] == "mutual"


def test_a_sheet_names_the_version_it_changes(introductions: Slice) -> None:
    mutual(introductions)
    put = f"{PATH}/term-sheet"

    assert introductions.call("PUT", put, actor=LENDING, body=a_sheet()).status == 428
    stale = introductions.call("PUT", put, actor=LENDING, body=a_sheet(), headers={"If-Match": '"1"'})
    assert stale.status == 412


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


def rival(it: Slice) -> str:
    return mutual(it, host="cmp_rival", demand="dem_rival")


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


def test_a_signed_agreement_makes_the_other_introductions_of_the_profile_obsolete(introductions: Slice) -> None:
    mutual(introductions)
    other = rival(introductions)
    introductions.deliver(matched(a_match("prf_b"), demand_id="dem_y"))
    disclosed(introductions)
    signed = AgreementSigned(
        agreement_id="agr_1",
        introduction_id=THE_ID,
        demand_id="dem_x",
        profile_id="prf_a",
        lender=LENDER,
        host=HOST,
        terms_version=1,
        signed_at=clock.now(),
    )

    assert introductions.deliver(an_envelope(signed, tenant=HOST, subject="agr_1"), times=2) == []
    introductions.deliver(
        closed("dem_x"), withdrawn("prf_a", sequence=9), matched(a_match(sequence=10), demand_id="dem_z")
    )

    assert view(introductions, path=other)["state"] == "not_proceeding"
    assert view(introductions)["state"] == "disclosed"
    assert view(introductions)["may"] == []
    assert [fact.reason for fact in introductions.facts(IntroductionEnded)] == ["obsolete"]
    assert view(introductions, path=f"/introductions/{introduction_id('dem_y', 'prf_b')}")["state"] == "to_answer"
    late = introductions.call("POST", f"{PATH}/refusal", actor=LENDING, body={"reason": "dates"})
    assert late.body["type"].endswith("agreement-signed")
    assert decides(introductions, "refuse").body["type"].endswith("agreement-signed")
    assert introductions.call("GET", f"/introductions/{introduction_id('dem_z', 'prf_a')}", actor=LENDING).status == 404


def test_an_agreement_that_will_not_be_frees_the_person(introductions: Slice) -> None:
    mutual(introductions)
    other = rival(introductions)
    disclosed(introductions)
    over = AgreementEnded(
        agreement_id="agr_1",
        introduction_id=THE_ID,
        demand_id="dem_x",
        profile_id="prf_a",
        lender=LENDER,
        host=HOST,
        outcome="rejected",
    )

    introductions.deliver(an_envelope(over, tenant=HOST, subject="agr_1"), times=2)

    assert view(introductions)["state"] == "not_proceeding"
    assert len(introductions.facts(IntroductionEnded)) == 1
    disclosed(introductions, other, "cmp_rival", "a-third-token-of-the-tests-long-enough")
    assert view(introductions, path=other)["state"] == "disclosed"


@pytest.mark.parametrize("when", ["before", "after the go", "after disclosure"])
def test_every_refusal_reads_the_same_to_both_companies(introductions: Slice, when: str) -> None:
    mutual(introductions)
    written(introductions)
    if when == "after disclosure":
        disclosed(introductions)
    else:
        signs(introductions, LENDING)
        linked(introductions)
    if when == "after the go":
        decides(introductions)

    assert decides(introductions, "refuse").body["state"] == "closed"
    assert decides(introductions, "refuse").body["state"] == "closed"

    (ended,) = introductions.facts(IntroductionEnded)
    assert ended.reason == "declined"
    for actor in (LENDING, HOSTING):
        seen = view(introductions, actor)
        assert (seen["state"], seen["state_text"], seen["refusal"]) == ("not_proceeding", "Sans suite", None)
        assert seen["term_sheet"] is seen["earliest_start"] is None
    page = shown(introductions).body
    assert (page["state"], page["lines"], page["sha256"]) == ("closed", [], None)


@pytest.mark.parametrize("actor", [LENDING, HOSTING])
def test_a_company_may_stop_after_disclosure_in_the_same_words(introductions: Slice, actor: Any) -> None:
    mutual(introductions)
    disclosed(introductions)

    assert introductions.call("POST", f"{PATH}/refusal", actor=actor, body={"reason": "other"}).status == 200

    other = view(introductions, HOSTING if actor is LENDING else LENDING)
    assert (other["state"], other["refusal"]) == ("not_proceeding", None)


def test_those_waited_for_are_reminded_at_3_7_and_15_days(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    introductions.deliver(matched())
    introductions.call("POST", f"{PATH}/interest", actor=LENDING)
    for day in range(1, 32):
        monkeypatch.setattr(clock, "now", lambda day=day: in_days(day))
        introductions.handler.expire({}, None)
        introductions.handler.expire({}, None)

    reminders = introductions.facts(IntroductionReminded)
    assert [(fact.days, fact.waiting_for) for fact in reminders] == [(3, (HOST,)), (7, (HOST,)), (15, (HOST,))]
    assert len(introductions.facts(IntroductionEnded)) == 1


def test_reminders_count_from_the_last_step_and_missed_ones_are_not_caught_up(
    introductions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutual(introductions)
    monkeypatch.setattr(clock, "now", lambda: in_days(8))
    introductions.handler.expire({}, None)
    written(introductions)
    signs(introductions, LENDING)
    monkeypatch.setattr(clock, "now", lambda: in_days(11))
    introductions.handler.expire({}, None)
    monkeypatch.setattr(clock, "now", lambda: in_days(39))
    introductions.handler.expire({}, None)

    reminders = [(fact.days, set(fact.waiting_for)) for fact in introductions.facts(IntroductionReminded)]
    assert reminders == [(7, {LENDER, HOST}), (3, {HOST})]
    (ended,) = introductions.facts(IntroductionEnded)
    assert ended.reason == "expired"


def test_the_cost_is_simulated_from_the_sheet_or_from_figures(introductions: Slice) -> None:
    mutual(introductions)
    path = f"{PATH}/cost"
    assert introductions.call("GET", path, actor=LENDING).status == 400
    figures = {"monthly_gross": "300000", "contribution_rate": "4200", "months": "2"}

    asked_for = introductions.call("GET", path, actor=HOSTING, query=figures).body
    assert (asked_for["monthly"], asked_for["total"], asked_for["vat"]) == (426_000, 852_000, 170_400)
    written(introductions)
    cost = introductions.call("GET", path, actor=LENDING).body

    assert cost["monthly"] == 470_660 == sum(line["cents"] for line in cost["lines"])
    assert {line["type"] for line in cost["lines"]} == {"WAGES", "BONUS", "PAID_LEAVE", "CHARGES", "EXPENSES"}
    assert cost["total"] == cost["monthly"] * cost["months"]
    assert introductions.call("GET", path, actor=LENDING, query={"months": "0"}).status == 400
    assert introductions.call("GET", path, actor=LENDING, query={"months": "x"}).status == 400
    assert introductions.call("GET", path, actor=a_company("cmp_other")).status == 404


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


def test_older_news_of_a_size_changes_nothing(introductions: Slice) -> None:
    introductions.deliver(sized(LENDER, "5000+", sequence=9), sized(LENDER, "0-10", has_cse=False, sequence=4))

    known = introductions.handler.wire().introductions.workforce(LENDER)
    assert known.version == 9
    assert known.value.workforce.headcount == "5000+"
