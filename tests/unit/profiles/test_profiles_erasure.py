"""A person is erased: the profile goes with its text and links; only the evidence of his choices stays."""

import json
from collections.abc import Iterator

import pytest

from passerelle.contracts.identities import ErasureRequested, IdentityRecorded
from passerelle.contracts.profiles import ErasureAsked, ProfileErased, ProfilePublished, ProfileWithdrawn
from tests.support.slices import Slice, a_company, an_envelope, an_operator
from tests.unit.profiles.volunteers import (
    LENDER,
    ROUEN,
    asked,
    drafted,
    linked,
    profiles_slice,
    published,
    said,
    shown,
)


@pytest.fixture
def profiles() -> Iterator[Slice]:
    with profiles_slice() as running:
        yield running


def erasing(person_id: str, tenant: str = "cmp_lender"):
    event = ErasureRequested(case_id="era_1", person_id=person_id, lender=tenant)
    return an_envelope(event, tenant=tenant, subject=person_id)


def states(profiles: Slice) -> str:
    """All that the table keeps of the person but the answers remembered for repeated requests."""
    kept = [row for row in profiles.rows() if "#idempotency#" not in row["pk"]["S"] and "envelope" not in row]
    return json.dumps(kept, default=repr)


def test_a_published_profile_goes_and_everybody_is_told(profiles: Slice) -> None:
    draft, token = published(profiles)
    profiles.publish()

    assert profiles.deliver(erasing(draft["person_id"]), times=2) == []

    assert profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER).status == 404
    assert profiles.call("GET", "/profiles", actor=LENDER).body["items"] == []
    assert shown(profiles, token).status == 404
    (withdrawn,) = profiles.envelopes(ProfileWithdrawn)
    (erased,) = profiles.envelopes(ProfileErased)
    assert (erased.event().profile_id, erased.event().ended_at) == (draft["id"], withdrawn.sequence)
    assert ROUEN not in states(profiles)
    assert profiles.facts(ProfilePublished) == []


def test_the_evidence_that_stays_is_the_choice_and_no_card(profiles: Slice) -> None:
    draft, _ = published(profiles)
    profiles.publish()
    profiles.deliver(erasing(draft["person_id"]))

    (erased,) = profiles.facts(ProfileErased)
    (evidence,) = [row for row in profiles.rows() if "#evidence#" in row["pk"]["S"]]

    assert [kept.what for kept in erased.kept] == ["consent_evidence"]
    assert set(json.loads(evidence["state"]["S"])) == {"decisions", "until"}
    assert "expires_at" in evidence
    assert "H2913" not in states(profiles)


def test_whoever_never_chose_leaves_no_evidence(profiles: Slice) -> None:
    draft, token = asked(profiles)
    profiles.publish()
    profiles.deliver(erasing(draft["person_id"]))

    (erased,) = profiles.facts(ProfileErased)
    assert erased.kept == ()
    assert said(profiles, token, "accept").status == 404


def test_a_draft_goes_without_a_word_to_the_others(profiles: Slice) -> None:
    draft = drafted(profiles)
    profiles.deliver(erasing(draft["person_id"]))

    assert profiles.facts(ProfileWithdrawn) == []
    assert len(profiles.facts(ProfileErased)) == 1


def test_a_person_without_a_profile_is_answered_too(profiles: Slice) -> None:
    assert profiles.deliver(erasing("per_unknown")) == []

    (erased,) = profiles.facts(ProfileErased)
    assert (erased.profile_id, erased.deleted) == (None, 0)


def test_while_a_fact_waits_to_be_told_the_erasure_waits(profiles: Slice) -> None:
    draft, _ = published(profiles)
    envelope = erasing(draft["person_id"])

    assert profiles.deliver(envelope) == [envelope.id]
    profiles.publish()
    assert profiles.deliver(envelope) == []


def test_late_news_bring_nothing_back(profiles: Slice) -> None:
    draft, _ = published(profiles)
    profiles.publish()
    profiles.deliver(erasing(draft["person_id"]))

    linked(profiles, draft, issue="evt_late")
    recorded = IdentityRecorded(subject_id=draft["person_id"], kind="person")
    profiles.deliver(an_envelope(recorded, tenant="cmp_lender", subject=draft["person_id"]))

    assert ROUEN not in states(profiles)
    assert [row for row in profiles.rows() if row["pk"]["S"].startswith("link#")] == []


def test_the_volunteer_asks_by_his_own_link(profiles: Slice) -> None:
    draft, token = published(profiles)

    for _ in range(2):
        answer = profiles.call("POST", "/profiles/opt-in/erasure", body={"token": token})
        assert answer.status == 202
        assert draft["person_id"] not in answer.text

    asked_for = profiles.envelopes(ErasureAsked)
    assert {(each.tenant, each.event().person_id) for each in asked_for} == {("cmp_lender", draft["person_id"])}


def test_nobody_asks_with_another_token(profiles: Slice) -> None:
    published(profiles)

    answer = profiles.call("POST", "/profiles/opt-in/erasure", body={"token": "x" * 43})

    assert (answer.status, profiles.facts(ErasureAsked)) == (404, [])


def test_another_company_s_person_stays(profiles: Slice) -> None:
    draft, _ = published(profiles)
    profiles.publish()

    profiles.deliver(erasing(draft["person_id"], "cmp_stranger"))

    assert profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER).body["state"] == "published"


def test_an_operator_exports_what_is_kept_and_nobody_else(profiles: Slice) -> None:
    draft, _ = published(profiles)
    path = f"/profiles/rights/cmp_lender/{draft['person_id']}"

    exported = profiles.call("GET", path, actor=an_operator()).body

    assert exported["description"]["municipality"] == ROUEN
    assert [decision["choice"] for decision in exported["decisions"]] == ["accept"]
    assert exported["accepted_text"]["wording"]
    assert profiles.call("GET", path, actor=a_company("cmp_lender")).status == 403
