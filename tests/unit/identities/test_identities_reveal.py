"""The one door to a name: what each purpose receives, what is refused, and that every question is noted first."""

import io
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.identities.model import GRANTS, Purpose, grant_for
from tests.support.slices import Slice, a_company
from tests.unit.identities.disclosing import disclosed

LENDER, PERSON = "cmp_lender", "per_ana"
A_PERSON = {
    "kind": "person",
    "given_name": "Zéphyrine",
    "family_name": "Quatrebarbes",
    "email": "zq@canari.example",
    "phone": "0612345699",
    "address": "7 impasse du Canari",
}
A_COMPANY = {
    "kind": "company",
    "name": "Canari Métaux",
    "siren": "732829320",
    "siret": "73282932000074",
    "address": "12 rue des Forges",
    "contact_name": "Dominique Morel",
    "contact_email": "rh@canari-metaux.example",
    "contact_phone": "0235000000",
}
MEMBER = "mbr_z4k2mw7qxh6tn3bvd5fc"
A_MEMBER = {key: A_PERSON[key] for key in ("given_name", "family_name", "email")} | {"kind": "member"}
SUBJECTS = {PERSON: A_PERSON, LENDER: A_COMPANY, MEMBER: A_MEMBER}
# Who may hear what, by hand: (purpose, kind of subject) -> (asking slice, lowest level, fields besides the kind).
TO_PERSON, TO_COMPANY = {"given_name", "family_name", "email"}, {"contact_name", "contact_email"}
EXPECTED: dict[tuple[str, str], tuple[str, int, set[str]]] = {
    ("opt_in_mail", "person"): ("notifications", 0, TO_PERSON),
    ("activation_mail", "company"): ("notifications", 0, TO_COMPANY),
    ("notification_mail", "company"): ("notifications", 1, TO_COMPANY),
    ("notification_mail", "member"): ("notifications", 1, TO_PERSON),
    ("proposal_letter", "company"): ("documents", 1, set()),
    ("go_mail", "person"): ("notifications", 2, TO_PERSON),
    ("disclosure_mail", "company"): ("notifications", 3, {"name"}),
    ("signing_mail", "person"): ("notifications", 3, TO_PERSON),
    ("signing_mail", "company"): ("notifications", 3, TO_COMPANY),
    ("invitation_mail", "member"): ("notifications", 0, TO_PERSON),
    ("agreement", "person"): ("documents", 4, {"given_name", "family_name"}),
    ("agreement", "company"): ("documents", 4, {"name", "siren", "siret", "address", "contact_name"}),
}
CALLERS = ("documents", "notifications")


@pytest.fixture
def filled(identities: Slice) -> Slice:
    for subject, body in SUBJECTS.items():
        reply = identities.call("PUT", f"/identities/{subject}", actor=a_company(LENDER), body=body)
        assert reply.status == 200, reply.text
    return identities


def ask(slice_: Slice, **changes: Any) -> dict[str, str]:
    question = {
        "tenant": LENDER,
        "subject": PERSON,
        "purpose": "opt_in_mail",
        "level": 0,
        "caller": "notifications",
        "correlation_id": "req_story",
    }
    answer: dict[str, str] = slice_.handler.reveal(question | changes, None)
    return answer


def accesses(slice_: Slice) -> list[dict[str, Any]]:
    return [json.loads(row["state"]["S"]) for row in slice_.rows() if "#access#" in row["pk"]["S"]]


def test_every_purpose_is_expected_by_hand() -> None:
    assert {purpose for purpose, _ in EXPECTED} == {purpose.value for purpose in Purpose}
    assert {(str(purpose), kind) for purpose, kind in GRANTS} == set(EXPECTED)


@pytest.mark.parametrize("purpose", [*Purpose, "own_read", "curiosity"])
def test_each_purpose_receives_its_fields_and_no_other(filled: Slice, purpose: str) -> None:
    filled.deliver(disclosed())
    for subject, level, caller in itertools.product(SUBJECTS, range(5), CALLERS):
        identity = SUBJECTS[subject]
        asking, lowest, fields = EXPECTED.get((purpose, identity["kind"]), ("nobody", 99, set()))

        answer = ask(filled, purpose=purpose, subject=subject, level=level, caller=caller)

        lawful = level >= lowest and caller == asking
        assert answer == ({name: identity[name] for name in {"kind", *fields}} if lawful else {"error": "refused"})
        (access,) = [
            each
            for each in accesses(filled)
            if (each["subject_id"], each["level"], each["reader"]) == (subject, level, caller)
        ]
        assert (access["purpose"], access["outcome"]) == (purpose, "answered" if lawful else "refused")
        assert access["correlation_id"] == "req_story"


@pytest.mark.parametrize(
    ("purpose", "caller", "subject"),
    [
        ("agreement", "documents", PERSON),
        ("agreement", "documents", LENDER),
        ("disclosure_mail", "notifications", LENDER),
    ],
)
def test_nobody_is_named_to_another_side_before_the_disclosure_arrived(
    filled: Slice, purpose: str, caller: str, subject: str
) -> None:
    assert ask(filled, purpose=purpose, subject=subject, level=4, caller=caller) == {"error": "not_disclosed"}
    (access,) = accesses(filled)
    assert (access["purpose"], access["outcome"]) == (purpose, "refused")

    assert filled.deliver(disclosed(), times=2) == []
    assert "error" not in ask(filled, purpose=purpose, subject=subject, level=4, caller=caller)


def test_another_tenants_subject_is_unknown(filled: Slice) -> None:
    assert ask(filled, tenant="cmp_other") == {"error": "unknown"}
    assert ask(filled, subject="per_nobody") == {"error": "unknown"}
    assert {access["outcome"] for access in accesses(filled)} == {"unknown"}


def test_an_unreadable_question_is_not_answered(filled: Slice) -> None:
    wrong: list[dict[str, Any]] = [
        {"caller": "matching"},
        {"caller": None},
        {"level": 5},
        {"level": -1},
        {"tenant": "a#b"},
        {"subject": ""},
        {"purpose": "Opt In"},
        {"extra": 1},
    ]
    for changes in wrong:
        assert ask(filled, **changes) == {"error": "malformed"}, changes
    for nonsense in (None, [], "x", {}, {"tenant": {}}):
        assert filled.handler.reveal(nonsense, None) == {"error": "malformed"}


def test_nothing_is_answered_when_the_access_cannot_be_noted(filled: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("passerelle.store.Transaction.commit", refuse)

    with pytest.raises(ConnectionError):
        ask(filled)


def test_the_answer_is_written_nowhere(filled: Slice, logged: io.StringIO) -> None:
    assert ask(filled)["email"] == A_PERSON["email"]
    ask(filled, purpose="curiosity")
    filled.handler.reveal({"tenant": "Zéphyrine"}, None)

    everywhere = json.dumps(filled.rows(), ensure_ascii=False) + logged.getvalue()

    assert not any(value in everywhere for value in A_PERSON.values() if value != "person")


def test_an_erased_subject_is_unknown_and_closed(filled: Slice) -> None:
    filled.handler.wire().vault.forget(LENDER, PERSON)

    assert ask(filled) == {"error": "unknown"}
    assert filled.call("GET", f"/identities/{PERSON}", actor=a_company(LENDER)).status == 404
    again = filled.call(
        "PUT", f"/identities/{PERSON}", actor=a_company(LENDER), body=A_PERSON, headers={"If-Match": '"1"'}
    )
    assert again.status == 409
    assert again.body["type"].endswith("identity-erased")
    assert ask(filled, subject=LENDER, purpose="activation_mail")["kind"] == "company"


@given(purpose=st.text(max_size=45), level=st.integers(-2, 6))
def test_no_invented_purpose_is_granted(purpose: str, level: int) -> None:
    for kind in ("person", "company"):
        for caller in CALLERS:
            grant = grant_for(purpose, kind, level, caller)
            assert grant is None or EXPECTED[(purpose, kind)][0] == caller
