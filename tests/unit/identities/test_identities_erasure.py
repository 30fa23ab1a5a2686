"""An erasure in the vault: one case, a destroyed key, answers in any order, and a certificate that says the truth."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.identities.model.erasure import SLICES, Erasure, Ground, Recovery
from passerelle.access import Actor
from passerelle.contracts import Envelope
from passerelle.contracts.agreements import AgreementsErased
from passerelle.contracts.desk import DeskErased
from passerelle.contracts.documents import DocumentsErased
from passerelle.contracts.erasure import Kept
from passerelle.contracts.identities import ErasureRequested, PersonErased
from passerelle.contracts.introductions import IntroductionsErased
from passerelle.contracts.matching import MatchingErased
from passerelle.contracts.notifications import PostingsErased
from passerelle.contracts.profiles import ErasureAsked, ProfileErased
from tests.support.slices import Reply, Slice, a_company, an_envelope, an_operator
from tests.unit.identities.conftest import KEYS_TABLE
from tests.unit.identities.test_identities_http import LENDER, PERSON, a_company_identity, a_person, get, put

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
RECOVERY = Recovery(keys_days=7, records_days=65)
LOAN = Kept(what="signed_loan", until=date(2033, 4, 30))
ANSWERS = {
    "profiles": ProfileErased,
    "matching": MatchingErased,
    "introductions": IntroductionsErased,
    "agreements": AgreementsErased,
    "documents": DocumentsErased,
    "notifications": PostingsErased,
    "desk": DeskErased,
}


def erase(vault: Slice, actor: Actor | None = None, subject: str = PERSON) -> Reply:
    return vault.call("POST", f"/identities/{subject}/erasure", actor=actor or a_company(LENDER))


def case(vault: Slice) -> Reply:
    return vault.call("GET", f"/identities/{PERSON}/erasure", actor=a_company(LENDER))


def asked(vault: Slice) -> Envelope:
    (envelope,) = vault.envelopes(ErasureRequested)
    return envelope


def answers(vault: Slice) -> list[Envelope]:
    case_id = asked(vault).event().case_id
    said = {"case_id": case_id, "person_id": PERSON, "lender": LENDER, "deleted": 2}
    kept = {"agreements": {"kept": (LOAN,)}}
    return [
        an_envelope(kind(**said, **kept.get(name, {})), tenant=LENDER, subject=case_id)
        for name, kind in ANSWERS.items()
    ]


@pytest.fixture
def requested(identities: Slice) -> Slice:
    put(identities, PERSON, a_person())
    assert erase(identities).status == 202
    return identities


def test_every_slice_that_may_hold_a_person_has_an_answer() -> None:
    assert set(ANSWERS) == SLICES


def test_the_request_destroys_the_key_and_deletes_what_it_sealed(requested: Slice) -> None:
    assert requested.deliver(asked(requested)) == []

    (key,) = boto3.client("dynamodb").scan(TableName=KEYS_TABLE)["Items"]
    assert "wrapped" not in key
    assert get(requested, PERSON).status == 404
    assert put(requested, PERSON, a_person()).body["type"].endswith("identity-erased")
    assert [row["sk"]["S"] for row in requested.rows() if "sealed" in row.get("state", {}).get("S", "")] == []


@pytest.mark.parametrize("first", ["key", "answers"])
def test_the_certificate_waits_for_the_key_and_for_everybody(requested: Slice, first: str) -> None:
    steps = [asked(requested), *answers(requested)] if first == "key" else [*answers(requested), asked(requested)]
    for step in steps[:-1]:
        requested.deliver(step, times=2)
        assert case(requested).body["certificate"] is None
        assert requested.facts(PersonErased) == []
    requested.deliver(steps[-1], times=2)

    read = case(requested).body
    certificate = read["certificate"]
    assert (read["state"], read["waits_for"]) == ("certified", [])
    assert certificate["deleted"] == dict.fromkeys(sorted(ANSWERS), 2)
    assert {line["what"] for line in certificate["kept"]} == {"access_log", "signed_loan"}
    gone_on = date.fromisoformat(certificate["identity_gone_on"])
    assert gone_on - date.fromisoformat(certificate["key_destroyed_at"][:10]) == timedelta(days=8)
    assert "2224" in " ".join(certificate["statement"])
    assert len(requested.facts(PersonErased)) == 1


def test_an_answer_to_another_case_counts_nothing(requested: Slice) -> None:
    strange = PostingsErased(case_id="era_other", person_id=PERSON, lender=LENDER, deleted=1)

    assert requested.deliver(an_envelope(strange, tenant=LENDER, subject="era_other")) == []

    assert "notifications" in case(requested).body["waits_for"]


def test_there_is_one_case_whoever_asks_and_however_often(requested: Slice) -> None:
    first = case(requested).body

    assert erase(requested).body == first
    path = f"/identities/rights/{LENDER}/{PERSON}/erasure"
    assert requested.call("POST", path, actor=an_operator()).body == first
    assert requested.call("GET", path, actor=an_operator()).body == first
    assert len(requested.facts(ErasureRequested)) == 1


def test_the_person_asks_by_his_own_link(identities: Slice) -> None:
    put(identities, PERSON, a_person())
    wish = an_envelope(ErasureAsked(profile_id="prf_ana", person_id=PERSON), tenant=LENDER, subject="prf_ana")
    again = wish.model_copy(update={"id": "evt_again"})

    assert identities.deliver(wish, again, times=2) == []

    assert [one.person_id for one in identities.facts(ErasureRequested)] == [PERSON]


def test_a_stranger_finds_nobody_to_erase(identities: Slice) -> None:
    put(identities, PERSON, a_person())

    assert erase(identities, a_company("cmp_other")).status == 404
    assert erase(identities, subject="per_unknown").status == 404
    assert identities.facts(ErasureRequested) == []


def test_a_company_is_closed_and_not_erased(identities: Slice) -> None:
    put(identities, LENDER, a_company_identity())

    refused = erase(identities, subject=LENDER)

    assert (refused.status, refused.body["type"].rpartition(":")[2]) == (409, "not-a-person")


def test_an_export_tells_the_person_who_read_him_and_leaves_a_line_itself(identities: Slice) -> None:
    put(identities, PERSON, a_person())
    get(identities, PERSON)
    path = f"/identities/rights/{LENDER}/{PERSON}/export"

    first = identities.call("GET", path, actor=an_operator("usr_op")).body
    second = identities.call("GET", path, actor=an_operator("usr_op")).body

    assert first["identity"]["family_name"] == a_person()["family_name"]
    assert [line["purpose"] for line in first["readings"]] == ["own_read"]
    assert [(line["purpose"], line["reader"]) for line in second["readings"]][1:] == [("rights_export", "usr_op")]


def test_an_export_after_the_erasure_names_nobody(requested: Slice) -> None:
    requested.deliver(asked(requested))

    exported = requested.call("GET", f"/identities/rights/{LENDER}/{PERSON}/export", actor=an_operator()).body

    assert exported["identity"] is None
    assert exported["readings"] == []


@given(st.permutations(sorted(SLICES)), st.integers(0, len(SLICES)), st.data())
def test_the_order_of_the_answers_changes_nothing(order: list[str], key_after: int, data: st.DataObject) -> None:
    def played(names: list[str], position: int) -> Erasure:
        one = Erasure(id="era_1", person_id=PERSON, ground=Ground.REQUEST, requested_at=AT, requested_by="usr_1")
        for index in range(len(names) + 1):
            if index == position:
                one = one.with_key_destroyed(AT).certified(RECOVERY, AT, AT.date())
            if index < len(names):
                name = names[index]
                said = ANSWERS[name](case_id="era_1", person_id=PERSON, lender=LENDER, deleted=len(name))
                for _ in range(data.draw(st.integers(1, 3))):
                    one = one.with_answer(name, said).certified(RECOVERY, AT, AT.date())
        return one

    assert played(order, key_after).certificate == played(sorted(SLICES), 0).certificate is not None


def test_without_the_key_nothing_is_certified() -> None:
    one = Erasure(id="era_1", person_id=PERSON, ground=Ground.REQUEST, requested_at=AT, requested_by="usr_1")
    for names in permutations(sorted(SLICES), 3):
        for name in names:
            said = ANSWERS[name](case_id="era_1", person_id=PERSON, lender=LENDER, deleted=0)
            one = one.with_answer(name, said)
    assert one.waits_for == frozenset()
    assert one.certified(RECOVERY, AT, AT.date()).certificate is None
