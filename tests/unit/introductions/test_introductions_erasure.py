"""A person is erased: his introductions end as any other and say nothing of him any more."""

from __future__ import annotations

import json

import boto3
import pytest

from passerelle.contracts.agreements import AgreementSigned
from passerelle.contracts.introductions import IntroductionsErased
from passerelle.contracts.profiles import ProfileErased
from tests.support.slices import Slice, a_company, an_envelope, an_operator
from tests.unit.introductions.committing import HOSTING, LENDING, PATH, THE_ID, linked, mutual, shown, signs, written
from tests.unit.introductions.pairs import HOST, LENDER, a_match, matched, withdrawn


def erased(profile_id: str | None = "prf_a", *, ended_at: int = 5):
    event = ProfileErased(
        case_id="era_1", person_id="per_a", lender=LENDER, deleted=3, profile_id=profile_id, ended_at=ended_at
    )
    return an_envelope(event, tenant=LENDER, subject=profile_id or "per_a", sequence=max(ended_at, 1))


def goes_through(it: Slice, envelope) -> None:
    """Delivered until nothing waits any more: the end of an introduction is told before its facts are forgotten."""
    for _ in range(5):
        it.publish()
        if not it.deliver(envelope):
            return
    pytest.fail("the erasure never goes through")


def text_of(it: Slice) -> str:
    rows = [row for row in it.rows() if "#idempotency#" not in row["pk"]["S"]]
    return json.dumps(rows, default=repr)


@pytest.mark.parametrize("first", ["the withdrawal", "the erasure"])
def test_an_open_one_ends_in_the_usual_words_and_is_blank(introductions: Slice, first: str) -> None:
    mutual(introductions)
    body = {"text": "Avez-vous déjà riveté sur gabarit ?"}
    assert introductions.call("POST", f"{PATH}/questions", actor=HOSTING, body=body).status == 201
    assert written(introductions).status == 200
    if first == "the withdrawal":
        introductions.deliver(withdrawn(sequence=5))

    goes_through(introductions, erased())

    for actor in (LENDING, HOSTING):
        read = introductions.call("GET", PATH, actor=actor).body
        assert (read["state"], read["profile"], read["term_sheet"]) == ("not_proceeding", None, None)
    for word in ("riveté", "Montage de sous-ensembles", "118331"):
        assert word not in text_of(introductions), word
    (answer,) = introductions.facts(IntroductionsErased)
    assert [(pair.introduction_id, pair.host) for pair in answer.pairs] == [(THE_ID, HOST)]


def test_what_was_looked_at_is_forgotten(introductions: Slice) -> None:
    mutual(introductions)
    introductions.call("GET", PATH, actor=HOSTING)
    assert "#look#" in text_of(introductions)

    goes_through(introductions, erased())

    assert "#look#" not in text_of(introductions)


def test_a_signed_one_goes_on_without_a_card(introductions: Slice) -> None:
    mutual(introductions)
    written(introductions)
    signs(introductions, HOSTING)
    ids = {"agreement_id": "agr_a", "introduction_id": THE_ID, "demand_id": "dem_x", "profile_id": "prf_a"}
    signed = AgreementSigned(**ids, lender=LENDER, host=HOST, terms_version=1, signed_at="2026-11-22T09:00:00Z")
    introductions.deliver(an_envelope(signed, tenant=HOST, subject="agr_a"))

    goes_through(introductions, erased())

    for actor in (LENDING, HOSTING):
        read = introductions.call("GET", PATH, actor=actor).body
        assert read["state"] != "not_proceeding"
        assert (read["profile"], read["term_sheet"]) == (None, None)


def test_a_match_that_comes_late_begins_nothing(introductions: Slice) -> None:
    introductions.deliver(erased())

    assert introductions.deliver(matched(a_match(sequence=3))) == []

    assert introductions.call("GET", PATH, actor=HOSTING).status == 404


def test_a_profile_that_was_never_introduced_is_answered(introductions: Slice) -> None:
    introductions.deliver(erased("prf_unknown"), erased(None))

    assert [(one.pairs, one.deleted) for one in introductions.facts(IntroductionsErased)] == [((), 0)] * 2


def test_his_link_shows_nothing_any_more(introductions: Slice) -> None:
    mutual(introductions)
    written(introductions)
    signs(introductions, HOSTING)
    linked(introductions)

    goes_through(introductions, erased())

    read = shown(introductions).body
    assert (read["state"], read["lines"], read["looks"]) == ("closed", [], [])


def test_cut_off_after_any_write_it_ends_the_same(introductions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before each write in turn, and delivered again, until nothing is left to do."""
    for number in range(3):
        mutual(introductions, demand=f"dem_{number}") if number == 0 else introductions.deliver(
            matched(demand_id=f"dem_{number}")
        )
    client, envelope = type(boto3.client("dynamodb")), erased()
    call = client._make_api_call
    for allowed in range(40):
        introductions.publish()
        left = [allowed]

        def limited(self, operation, arguments, left=left):
            if operation in {"TransactWriteItems", "DeleteItem"}:
                left[0] -= 1
                if left[0] < 0:
                    raise ConnectionError("killed")
            return call(self, operation, arguments)

        with monkeypatch.context() as patch:
            patch.setattr("botocore.client.BaseClient._make_api_call", limited)
            failed = introductions.deliver(envelope)
        if not failed:
            break

    assert allowed > 3, "it was cut off in several places"
    assert failed == []
    (answer,) = introductions.facts(IntroductionsErased)
    assert len(answer.pairs) == 3
    assert "118331" not in text_of(introductions)


def test_an_operator_exports_what_the_person_may_read(introductions: Slice) -> None:
    mutual(introductions)
    path = f"/introductions/rights/{LENDER}/prf_a"

    exported = introductions.call("GET", path, actor=an_operator())

    assert [one["introduction_id"] for one in exported.body["introductions"]] == [THE_ID]
    assert HOST not in exported.text
    assert introductions.call("GET", path, actor=a_company(LENDER)).status == 403
