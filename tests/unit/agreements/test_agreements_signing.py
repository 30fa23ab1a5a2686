"""One signature: on which documents, with which code, once, and at the same moment as another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from passerelle.contracts.agreements import AgreementSigned, SigningCodeRequested
from passerelle.store import Transaction
from tests.support.slices import Slice, a_machine
from tests.unit.agreements.loans import (
    CODE,
    COMPANIES,
    HOSTING,
    KINDS,
    LENDER,
    LENDING,
    PATH,
    TOKEN,
    Clock,
    code_for,
    coded,
    documents_of,
    draft,
    drafted,
    give,
    issued,
    linked,
    put,
    ready,
    sha,
    signed_by,
    state,
)

PARTIES = ("lender", "host", "employee")


def problem(reply: Any) -> tuple[int, str]:
    return reply.status, reply.body["type"].rpartition(":")[2]


@pytest.fixture
def to_sign(loans: Slice) -> Slice:
    """Ready to sign, documents and link included."""
    drafted(loans)
    ready(loans)
    return loans


@pytest.mark.parametrize("party", PARTIES)
def test_a_wrong_code_signs_nothing(to_sign: Slice, clock_: Clock, party: str) -> None:
    code_for(to_sign, clock_, party)

    assert problem(give(to_sign, party, code="AAAAAAAAAA")) == (409, "code-not-valid")
    assert state(to_sign) == "ready_to_sign"
    assert give(to_sign, party).status == 200


@pytest.mark.parametrize("party", PARTIES)
def test_a_code_is_typed_as_people_type(to_sign: Slice, clock_: Clock, party: str) -> None:
    code_for(to_sign, clock_, party)

    assert give(to_sign, party, code=f" {CODE[:5].lower()}-{CODE[5:].lower()} ").status == 200


@pytest.mark.parametrize("party", PARTIES)
def test_without_a_code_nobody_signs(to_sign: Slice, party: str) -> None:
    assert problem(give(to_sign, party)) == (409, "code-not-valid")


def test_an_expired_code_signs_nothing(to_sign: Slice, clock_: Clock) -> None:
    code_for(to_sign, clock_, "lender")
    clock_.pass_(hours=24)

    assert problem(give(to_sign, "lender")) == (409, "code-not-valid")


def test_five_wrong_codes_spend_the_right_one(to_sign: Slice, clock_: Clock) -> None:
    code_for(to_sign, clock_, "lender")
    for _ in range(5):
        give(to_sign, "lender", code="AAAAAAAAAA")

    assert problem(give(to_sign, "lender")) == (409, "code-not-valid")
    code_for(to_sign, clock_, "lender", "BBBBBBBBBB")
    assert give(to_sign, "lender", code="BBBBBBBBBB").status == 200


def test_a_spent_code_does_not_sign_the_next_version(to_sign: Slice, clock_: Clock) -> None:
    signed_by(to_sign, clock_, "lender")
    put(to_sign, "host", "terms", draft(weekly_hours=30))
    ready(to_sign)

    assert problem(give(to_sign, "lender")) == (409, "code-not-valid")


def test_the_code_of_one_party_is_not_the_other_s(to_sign: Slice, clock_: Clock) -> None:
    code_for(to_sign, clock_, "lender", "AAAAAAAAAA")
    code_for(to_sign, clock_, "host", "BBBBBBBBBB")

    assert problem(give(to_sign, "host", code="AAAAAAAAAA")) == (409, "code-not-valid")


def test_the_last_code_mailed_counts_however_they_arrive(to_sign: Slice, clock_: Clock) -> None:
    code_for(to_sign, clock_, "lender", "AAAAAAAAAA")
    older = coded("lender", "CCCCCCCCCC", hours=23)
    clock_.pass_(minutes=2)
    to_sign.call("POST", f"{PATH}/signing-codes", actor=LENDING)
    to_sign.deliver(coded("lender", "BBBBBBBBBB"), older)

    assert problem(give(to_sign, "lender", code="CCCCCCCCCC")) == (409, "code-not-valid")
    assert problem(give(to_sign, "lender", code="AAAAAAAAAA")) == (409, "code-not-valid")
    assert give(to_sign, "lender", code="BBBBBBBBBB").status == 200


def test_codes_are_mailed_at_most_once_a_minute(to_sign: Slice, clock_: Clock) -> None:
    code_for(to_sign, clock_, "host")

    again = to_sign.call("POST", f"{PATH}/signing-codes", actor=HOSTING)

    assert problem(again) == (409, "code-just-sent")
    assert len(to_sign.facts(SigningCodeRequested)) == 1


@pytest.mark.parametrize("party", PARTIES)
def test_another_version_s_documents_are_not_signed(to_sign: Slice, clock_: Clock, party: str) -> None:
    old = documents_of(party, 2)
    put(to_sign, "host", "terms", draft(weekly_hours=30))
    ready(to_sign)
    code_for(to_sign, clock_, party)

    assert problem(give(to_sign, party, documents=old)) == (409, "documents-changed")
    assert give(to_sign, party, documents=documents_of(party, 3)).status == 200


@pytest.mark.parametrize("party", PARTIES)
@pytest.mark.parametrize("how", ["one missing", "one too many", "one altered", "none"])
def test_a_party_names_exactly_its_documents(to_sign: Slice, clock_: Clock, party: str, how: str) -> None:
    documents = documents_of(party, 2)
    first = next(iter(documents))
    if how == "one missing":
        del documents[first]
    elif how == "one too many":
        documents |= {kind: sha(kind, 2) for kind in KINDS if kind not in documents}
    elif how == "one altered":
        documents[first] = "0" * 64
    else:
        documents = {}
    code_for(to_sign, clock_, party)

    assert problem(give(to_sign, party, documents=documents)) == (409, "documents-changed")


def test_nobody_signs_before_every_document_is_made(loans: Slice) -> None:
    drafted(loans)
    loans.call("POST", f"{PATH}/readiness", actor=LENDING)
    loans.deliver(*(issued(kind, 2) for kind in KINDS[:3]), linked())

    assert problem(loans.call("POST", f"{PATH}/signing-codes", actor=LENDING)) == (409, "documents-awaited")
    assert problem(give(loans, "lender")) == (409, "documents-awaited")


def test_a_document_of_another_version_or_a_second_one_changes_nothing(to_sign: Slice) -> None:
    to_sign.deliver(issued(KINDS[0], 1), issued(KINDS[0], 3), issued(KINDS[0], 2, sha256="0" * 64))
    to_sign.deliver(
        issued("term_sheet", 2), issued(KINDS[0], 2, agreement_id=None), issued(KINDS[0], 2, agreement_id="agr_x")
    )

    view = to_sign.call("GET", PATH, actor=LENDING).body
    assert {document["kind"]: document["sha256"] for document in view["documents"]} == {
        kind: sha(kind, 2) for kind in KINDS
    }


@pytest.mark.parametrize("party", PARTIES)
def test_the_same_signature_again_changes_nothing(to_sign: Slice, clock_: Clock, party: str) -> None:
    code_for(to_sign, clock_, party)
    first = give(to_sign, party, key="the-same-key-0001")
    replayed = give(to_sign, party, key="the-same-key-0001")
    again = give(to_sign, party, code="AAAAAAAAAA")

    assert (first.status, replayed.status, again.status) == (200, 200, 200)
    assert len(to_sign.call("GET", f"{PATH}/evidence", actor=LENDING).body["signatures"]) == 1


def test_two_sign_at_the_same_moment_and_both_count(
    to_sign: Slice, clock_: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_by(to_sign, clock_, "employee")
    code_for(to_sign, clock_, "lender")
    code_for(to_sign, clock_, "host")
    commit, between = Transaction.commit, []

    def commit_after_the_other(transaction: Transaction) -> None:
        if not between:
            between.append("the host")
            between.append(give(to_sign, "host").status)
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", commit_after_the_other)
    reply = give(to_sign, "lender")
    monkeypatch.undo()
    clock_.at += timedelta(0)

    assert (between, reply.status) == (["the host", 200], 200)
    evidence = to_sign.handler.wire().agreements.find(LENDER, PATH.rpartition("/")[2]).value
    assert {signature.party for signature in evidence.signatures} == set(PARTIES)
    assert evidence.state == "signed"
    assert len(to_sign.facts(AgreementSigned)) == 1


def test_a_change_of_terms_at_the_moment_of_the_last_signature_leaves_nothing_half_signed(
    to_sign: Slice, clock_: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_by(to_sign, clock_, "employee", "host")
    code_for(to_sign, clock_, "lender")
    commit, between = Transaction.commit, []

    def commit_after_the_other(transaction: Transaction) -> None:
        if not between:
            between.append("the host")
            between.append(put(to_sign, "host", "terms", draft(weekly_hours=30)).status)
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", commit_after_the_other)
    reply = give(to_sign, "lender", documents=documents_of("lender", 2))
    monkeypatch.undo()

    assert between == ["the host", 200]
    assert reply.status == 409
    assert state(to_sign) == "drafting"
    assert to_sign.facts(AgreementSigned) == []


def test_a_machine_does_not_sign(to_sign: Slice) -> None:
    machine = a_machine(LENDER, "agreements:read", "agreements:write")

    assert to_sign.call("POST", f"{PATH}/signing-codes", actor=machine).status == 403
    body = {"documents": documents_of("lender", 2), "code": CODE}
    assert to_sign.call("POST", f"{PATH}/signatures", actor=machine, body=body).status == 403


def test_the_employee_signs_on_the_words_he_was_shown(to_sign: Slice, clock_: Clock) -> None:
    code_for(to_sign, clock_, "employee")
    body = {"token": TOKEN, "documents": documents_of("employee", 2), "code": CODE, "text_sha256": "0" * 64}

    assert problem(to_sign.call("POST", "/agreements/sign/signature", body=body)) == (409, "documents-changed")


@pytest.mark.parametrize("action", ["sheet", "code", "signature", "refusal"])
@pytest.mark.parametrize("how", ["altered", "expired", "unknown"])
def test_links_that_do_not_work_read_the_same(to_sign: Slice, clock_: Clock, action: str, how: str) -> None:
    token = TOKEN if how == "expired" else TOKEN[:-1] + "1" if how == "altered" else "x" * 43
    if how == "expired":
        clock_.pass_(days=30)
    body: dict[str, Any] = {"token": token}
    if action == "signature":
        body |= {"documents": documents_of("employee", 2), "code": CODE, "text_sha256": "0" * 64}

    assert problem(to_sign.call("POST", f"/agreements/sign/{action}", body=body)) == (404, "link-not-valid")


def test_no_answer_and_no_event_carries_the_token_or_a_code(to_sign: Slice, clock_: Clock) -> None:
    signed_by(to_sign, clock_, "lender", "host", "employee")

    seen = [to_sign.call("GET", path, actor=LENDING).text for path in (PATH, "/agreements", f"{PATH}/evidence")]
    rows = str(to_sign.rows())

    assert not any(secret in text for text in (*seen, rows) for secret in (TOKEN, CODE))


def test_every_signer_s_company_is_asked_with_its_own_words(to_sign: Slice) -> None:
    words = {side: to_sign.call("GET", PATH, actor=actor).body["statement"] for side, actor in COMPANIES.items()}

    assert "prêteuse" in words["lender"]
    assert "utilisatrice" in words["host"]
    assert all("signature électronique simple" in text for text in words.values())
