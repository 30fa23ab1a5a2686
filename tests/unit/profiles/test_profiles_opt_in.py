"""The volunteer's own word: asked by his link alone, free at any time, and never explained to his employer."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from functions.profiles.model.states import State
from functions.profiles.store import Profiles
from passerelle import clock
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.contracts.profiles import OptInRequested, ProfilePublished, ProfileWithdrawn
from passerelle.store import Table
from passerelle.tokens import digest
from tests.support.slices import Slice, a_company, an_envelope, the_classes
from tests.unit.profiles.volunteers import (
    LENDER,
    asked,
    drafted,
    identified,
    in_days,
    linked,
    profiles_slice,
    published,
    said,
    shown,
    stands,
    submitted,
)


@pytest.fixture
def profiles() -> Iterator[Slice]:
    with profiles_slice() as slice_under_test:
        yield slice_under_test


def suspended(profiles: Slice, sequence: int) -> None:
    event = CompanySuspended(company_id="cmp_lender")
    assert profiles.deliver(an_envelope(event, tenant="cmp_lender", subject="cmp_lender", sequence=sequence)) == []


def reinstated(profiles: Slice, sequence: int) -> None:
    event = CompanyActivated(company_id="cmp_lender", marks=(), denied=())
    assert profiles.deliver(an_envelope(event, tenant="cmp_lender", subject="cmp_lender", sequence=sequence)) == []


def test_a_submitted_draft_waits_for_the_identity_and_then_asks(profiles: Slice) -> None:
    draft = drafted(profiles)

    answer = submitted(profiles, draft)
    assert (answer.status, answer.body["state"], answer.body["waiting_for"]) == (202, "draft", "identity")
    assert profiles.facts(OptInRequested) == []

    identified(profiles, draft)
    assert stands(profiles, draft) == "awaiting_opt_in"
    assert profiles.facts(OptInRequested) == [OptInRequested(profile_id=draft["id"], person_id=draft["person_id"])]


def test_an_identity_that_comes_first_asks_nothing_until_the_draft_is_submitted(profiles: Slice) -> None:
    draft = drafted(profiles)

    identified(profiles, draft)
    assert (stands(profiles, draft), profiles.facts(OptInRequested)) == ("draft", [])

    answer = submitted(profiles, draft)
    assert (answer.body["state"], answer.body["waiting_for"]) == ("awaiting_opt_in", "employee")
    assert len(profiles.facts(OptInRequested)) == 1


def test_a_rectified_identity_and_a_repeated_delivery_ask_once(profiles: Slice) -> None:
    draft = drafted(profiles)
    submitted(profiles, draft)
    recorded = IdentityRecorded(subject_id=draft["person_id"], kind="person")
    envelope = an_envelope(recorded, tenant="cmp_lender", subject=draft["person_id"])

    assert profiles.deliver(envelope, times=2) == []
    identified(profiles, draft)

    assert len(profiles.facts(OptInRequested)) == 1


def test_an_identity_told_by_another_tenant_or_of_a_company_changes_nothing(profiles: Slice) -> None:
    draft = drafted(profiles)
    submitted(profiles, draft)

    identified(profiles, draft, tenant="cmp_stranger")
    company = IdentityRecorded(subject_id="cmp_lender", kind="company", mark="siren:1", contact_kind="company")
    assert profiles.deliver(an_envelope(company, tenant="cmp_lender", subject="cmp_lender")) == []

    assert stands(profiles, draft) == "draft"


def test_dates_that_passed_meanwhile_stop_a_submission(profiles: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = drafted(profiles)
    later = clock.now() + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)

    answer = submitted(profiles, draft)

    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/description/available_from")


def test_the_link_opens_the_card_and_the_whole_notice_and_uses_nothing_up(profiles: Slice) -> None:
    draft, token = asked(profiles)
    before = stands(profiles, draft)

    first, second = shown(profiles, token), shown(profiles, token)

    assert first.body == second.body
    assert first.body["state"] == "undecided"
    notice = json.dumps(first.body["sections"], ensure_ascii=False).replace("\u00a0", " ")
    for promise in (
        "À quoi sert",
        "avec quelle précision",
        "À qui",
        "Pendant combien de temps",
        "Refuser n’a aucune conséquence pour vous",
        "à tout moment",
        "L. 1222-3",
        "RGPD, art. 13 et 14",
        "Pôle Exemple",
        "dpo@passerelle.example",
        "CNIL",
    ):
        assert promise in notice
    assert stands(profiles, draft) == before


def test_a_yes_publishes_the_card_and_freezes_text_and_time(profiles: Slice) -> None:
    draft, token = asked(profiles)
    text_sha256 = shown(profiles, token).body["text_sha256"]

    answer = said(profiles, token, "accept")

    assert answer.status == 200
    assert answer.body["state"] == "published"
    (fact,) = profiles.envelopes(ProfilePublished)
    event = fact.event()
    assert isinstance(event, ProfilePublished)
    assert event.card.model_dump(mode="json") == draft["preview"]["card"]
    assert (fact.tenant, fact.subject, fact.sequence) == ("cmp_lender", draft["id"], 4)
    kept = next(row for row in profiles.rows() if row["pk"]["S"] == f"cmp_lender#opt_in_text#{draft['id']}")
    assert digest(kept["state"]["S"]) == text_sha256
    state = next(
        row for row in profiles.rows() if row["pk"]["S"] == f"cmp_lender#profile#{draft['id']}" and "state" in row
    )
    decision = json.loads(state["state"]["S"])["decisions"][0]
    assert (decision["choice"], decision["text_sha256"]) == ("accept", text_sha256)


def test_the_published_card_names_neither_lender_nor_place_nor_day(profiles: Slice) -> None:
    published(profiles)

    (fact,) = profiles.envelopes(ProfilePublished)

    data = json.dumps(fact.data)
    for secret in ("cmp_lender", '"76540"', "V-12", in_days(20), in_days(170)):
        assert secret not in data
    assert fact.territory is None


def test_a_yes_counts_only_for_the_text_that_was_shown(profiles: Slice) -> None:
    draft, token = asked(profiles)

    answer = said(profiles, token, "accept", "0" * 64)

    assert (answer.status, answer.body["type"]) == (409, "urn:passerelle:problem:text-changed")
    assert (stands(profiles, draft), profiles.facts(ProfilePublished)) == ("awaiting_opt_in", [])


@pytest.mark.parametrize("no", ["refuse", "withdraw"])
def test_a_no_needs_no_condition(profiles: Slice, no: str) -> None:
    draft, token = asked(profiles)

    answer = said(profiles, token, no, "0" * 64)

    assert (answer.status, answer.body["state"]) == (200, "withdrawn")
    assert profiles.facts(ProfileWithdrawn) == [ProfileWithdrawn(profile_id=draft["id"])]


def test_a_withdrawal_after_a_yes_is_taken_at_once(profiles: Slice) -> None:
    draft, token = published(profiles)

    assert said(profiles, token, "withdraw").body["state"] == "withdrawn"

    assert stands(profiles, draft) == "withdrawn"
    assert len(profiles.facts(ProfileWithdrawn)) == 1


def test_the_same_word_again_is_answered_the_same(profiles: Slice) -> None:
    _, token = asked(profiles)

    yes = [said(profiles, token, "accept").body for _ in range(3)]
    no = [said(profiles, token, "withdraw").body for _ in range(3)]

    assert yes == [yes[0]] * 3
    assert no == [no[0]] * 3
    assert len(profiles.facts(ProfilePublished)) == len(profiles.facts(ProfileWithdrawn)) == 1


@pytest.mark.parametrize("no", ["refuse", "withdraw"])
def test_a_yes_after_a_no_is_refused(profiles: Slice, no: str) -> None:
    draft, token = asked(profiles)
    said(profiles, token, no)

    answer = said(profiles, token, "accept")

    assert (answer.status, answer.body["type"]) == (409, "urn:passerelle:problem:profile-withdrawn")
    assert stands(profiles, draft) == "withdrawn"


def test_the_lender_reads_the_same_whoever_ended_it(profiles: Slice) -> None:
    def seen(draft: dict[str, str]) -> dict[str, object]:
        view: dict[str, object] = profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER).body
        return {name: value for name, value in view.items() if name not in {"id", "person_id"}}

    refused, token = asked(profiles)
    said(profiles, token, "refuse")
    retracted, _ = asked(profiles)
    profiles.call("POST", f"/profiles/{retracted['id']}/withdrawal", actor=LENDER)

    assert seen(refused) == seen(retracted)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "é" * 20, "A" * 200])
def test_a_link_that_was_never_issued_does_not_open(profiles: Slice, token: str) -> None:
    assert shown(profiles, token).body["type"] == "urn:passerelle:problem:link-not-valid"


def test_unknown_altered_and_expired_links_read_the_same(profiles: Slice) -> None:
    draft, token = asked(profiles)
    expired = linked(profiles, draft, issue="evt_old", expires_at=clock.now() - timedelta(seconds=1))

    answers = [shown(profiles, wrong) for wrong in ("A" * 43, token[:-1] + "_", token + "A", expired)]
    answers += [said(profiles, wrong, "accept", "0" * 64) for wrong in ("A" * 43, expired)]

    assert {answer.status for answer in answers} == {404}
    assert len({json.dumps(answer.body | {"instance": ""}) for answer in answers}) == 1
    assert answers[0].body["remedy"]


def test_a_link_that_published_a_card_can_withdraw_it_however_old_it_is(
    profiles: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, token = published(profiles)
    later = clock.now() + timedelta(days=100)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert said(profiles, token, "withdraw").status == 200
    assert stands(profiles, draft) == "withdrawn"
    assert shown(profiles, token).status == 404


def test_a_link_row_outlives_the_card_it_can_withdraw(profiles: Slice) -> None:
    asked(profiles)

    (row,) = [row for row in profiles.rows() if row["pk"]["S"].startswith("link#opt_in#")]

    assert int(row["expires_at"]["N"]) > (clock.now() + timedelta(days=170)).timestamp()


def test_a_second_link_works_beside_the_first_and_a_redelivered_one_changes_nothing(profiles: Slice) -> None:
    draft, token = asked(profiles)

    again = linked(profiles, draft)
    other = linked(profiles, draft, issue="evt_2")

    assert again == token
    assert other != token
    assert shown(profiles, token).body == shown(profiles, other).body


def test_a_link_to_nobody_of_ours_is_ignored(profiles: Slice) -> None:
    issued = OptInLinkIssued(profile_id="prf_x", digest=digest("t"), expires_at=clock.now() + timedelta(days=1))

    assert profiles.deliver(an_envelope(issued, tenant="cmp_lender", subject="prf_x")) == []
    assert shown(profiles, "t").status == 404


def test_a_period_that_is_over_cannot_be_accepted(profiles: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, _ = asked(profiles, available_from=in_days(0), available_to=in_days(1))
    token = linked(profiles, draft, issue="evt_3", expires_at=clock.now() + timedelta(days=30))
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert said(profiles, token, "accept").body["type"] == "urn:passerelle:problem:period-over"
    assert said(profiles, token, "refuse").status == 200


def test_neither_token_nor_digest_is_in_any_answer(profiles: Slice) -> None:
    draft, token = published(profiles)

    answers = [
        shown(profiles, token),
        said(profiles, token, "accept"),
        said(profiles, token, "withdraw"),
        said(profiles, token, "accept"),
        profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER),
        profiles.call("GET", "/profiles", actor=LENDER),
        profiles.call("GET", f"/profiles/{draft['id']}/preview", actor=LENDER),
    ]

    for answer in answers:
        assert token not in answer.text
        assert digest(token) not in answer.text


def test_the_token_itself_is_not_stored(profiles: Slice) -> None:
    _, token = published(profiles)

    assert token not in json.dumps(profiles.rows())


def test_a_suspended_lender_s_profiles_leave_the_view_and_drafts_stay(profiles: Slice) -> None:
    shown_one, _ = published(profiles)
    asked_one, token = asked(profiles)
    draft = drafted(profiles)

    suspended(profiles, 3)

    assert [stands(profiles, one) for one in (shown_one, asked_one, draft)] == ["withdrawn", "withdrawn", "draft"]
    assert {fact.profile_id for fact in profiles.facts(ProfileWithdrawn)} == {shown_one["id"], asked_one["id"]}
    assert said(profiles, token, "accept").status == 409


def test_more_profiles_than_one_transaction_holds_are_hidden(profiles: Slice) -> None:
    draft = drafted(profiles)
    store = Profiles(Table(profiles.table_name), the_classes())
    pattern = store.find("cmp_lender", draft["id"])
    assert pattern is not None
    for number in range(60):
        transaction = store.begin()
        copy = pattern.value.model_copy(update={"id": f"prf_{number}", "state": State.PUBLISHED})
        store.save(transaction, copy, 1, before=pattern.value)
        transaction.commit()

    suspended(profiles, 3)

    assert len(profiles.facts(ProfileWithdrawn)) == 60


def test_a_closed_company_leaves_nothing_behind(profiles: Slice) -> None:
    draft = drafted(profiles)
    shown_one, _ = published(profiles)

    event = CompanyClosed(company_id="cmp_lender")
    profiles.deliver(an_envelope(event, tenant="cmp_lender", subject="cmp_lender", sequence=5), times=2)

    assert (stands(profiles, draft), stands(profiles, shown_one)) == ("withdrawn", "withdrawn")
    assert [fact.profile_id for fact in profiles.facts(ProfileWithdrawn)] == [shown_one["id"]]


def test_a_suspension_that_arrives_after_its_end_hides_nothing(profiles: Slice) -> None:
    draft, _ = published(profiles)

    reinstated(profiles, 4)
    suspended(profiles, 3)

    assert stands(profiles, draft) == "published"


def test_a_suspended_lender_publishes_nobody_until_it_is_reinstated(profiles: Slice) -> None:
    suspended(profiles, 3)
    draft = drafted(profiles)
    identified(profiles, draft)

    assert submitted(profiles, draft).body["waiting_for"] == "lender"
    reinstated(profiles, 4)

    assert submitted(profiles, draft).body["state"] == "awaiting_opt_in"


def test_a_pending_company_may_draft_and_not_submit(profiles: Slice) -> None:
    pending = a_company("cmp_pending", active=False)
    draft = drafted(profiles, actor=pending)

    answer = submitted(profiles, draft, actor=pending)

    assert (answer.status, answer.body["type"]) == (403, "urn:passerelle:problem:company-not-active")
