"""What a person tells: by his own link, each answer on its own, read back by nobody, taken back at once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.inclusion.model.answers import CHOICES, Question
from functions.inclusion.requests import NewAnswers
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.profiles import ProfileErased
from tests.support.slices import Slice, a_company, a_machine, a_user, an_adviser, an_envelope, an_operator
from tests.unit.inclusion.conftest import answered, linked, sheet, withdrawn


def kept(inclusion: Slice) -> list[dict[str, Any]]:
    """The rows of answers, as DynamoDB holds them."""
    return [row for row in inclusion.rows() if "#answers#" in row["pk"]["S"]]


def test_the_link_opens_the_questions_and_the_whole_text(inclusion: Slice) -> None:
    read = sheet(inclusion, linked(inclusion, "prf_a"))

    assert read.status == 200
    assert read.body["answered"] == []
    assert [(one["question"], [choice["code"] for choice in one["choices"]]) for one in read.body["questions"]] == [
        (question.value, list(codes)) for question, codes in CHOICES.items()
    ]
    text = read.text.replace("\\u00a0", " ")
    assert read.body["text_sha256"] == inclusion.handler.wire().text.sha256
    for promise in ("facultative", "ne change rien", "chiffrées à part", "art. 9, 2, a", "un an après", "CNIL", "dpo@"):
        assert promise in text


def test_an_answer_is_kept_sealed_and_never_said_back(inclusion: Slice) -> None:
    token = linked(inclusion, "prf_a")

    answer = answered(inclusion, token, sex="woman", disability="yes")

    assert (answer.status, answer.body) == (200, {"answered": ["sex", "disability"]})
    assert sheet(inclusion, token).body["answered"] == ["sex", "disability"]
    (row,) = kept(inclusion)
    state = json.loads(row["state"]["S"])
    assert set(state["given"]) == {"sex", "disability"}
    assert {"woman", "yes"}.isdisjoint(str(one) for given in state["given"].values() for one in given.values())
    everything = json.dumps(inclusion.rows())
    assert token not in everything
    assert '\\"sex\\": \\"' not in everything
    assert "per_" not in everything


def test_a_sealed_answer_says_nothing_by_its_length_and_opens_nowhere_else(inclusion: Slice) -> None:
    vault = inclusion.handler.wire().vault
    sealed = vault.seal("prf_a", Question.SEX, "man")

    assert vault.open("prf_a", Question.SEX, sealed) == "man"
    assert len(sealed) == len(vault.seal("prf_a", Question.AGE_BAND, "55_or_over"))
    for profile_id, question in (("prf_b", Question.SEX), ("prf_a", Question.AGE_BAND)):
        with pytest.raises(ClientError):
            vault.open(profile_id, question, sealed)


def test_the_consent_is_kept_with_its_text_and_time(inclusion: Slice) -> None:
    token = linked(inclusion, "prf_a")
    answered(inclusion, token, qpv="no")

    (row,) = kept(inclusion)
    given = json.loads(row["state"]["S"])["given"]["qpv"]
    (text,) = [each for each in inclusion.rows() if each["pk"]["S"] == f"platform#text#{given['text_sha256']}"]
    assert "Quatre questions facultatives" in text["state"]["S"]
    assert given["at"]


def test_another_text_than_the_present_one_keeps_nothing(inclusion: Slice) -> None:
    token = linked(inclusion, "prf_a")
    body = {"token": token, "text_sha256": "0" * 64, "sex": "man"}

    answer = inclusion.call("POST", "/inclusion/personal/answers", body=body)

    assert (answer.status, answer.body["type"]) == (409, "urn:passerelle:problem:text-changed")
    assert kept(inclusion) == []


def test_answers_are_given_and_taken_back_one_by_one(inclusion: Slice) -> None:
    token = linked(inclusion, "prf_a")
    answered(inclusion, token, sex="woman", qpv="yes")
    answered(inclusion, token, age_band="26_44")

    assert withdrawn(inclusion, token, "sex").body == {"answered": ["age_band", "qpv"]}
    assert withdrawn(inclusion, token, "sex", "disability").body == {"answered": ["age_band", "qpv"]}
    assert withdrawn(inclusion, token).body == {"answered": []}
    assert kept(inclusion) == []
    assert withdrawn(inclusion, token).body == {"answered": []}
    assert answered(inclusion, token, sex="man").body == {"answered": ["sex"]}


def test_answering_nothing_keeps_nothing(inclusion: Slice) -> None:
    assert answered(inclusion, linked(inclusion, "prf_a")).body == {"answered": []}
    assert kept(inclusion) == []


def test_answers_go_after_a_year_and_the_link_after_them(inclusion: Slice) -> None:
    token, now = linked(inclusion, "prf_a"), clock.now()
    answered(inclusion, token, sex="woman")

    (row,) = kept(inclusion)
    (link,) = [each for each in inclusion.rows() if "#link#" in each["pk"]["S"]]
    gone = int(row["expires_at"]["N"])
    assert abs(gone - (now + timedelta(days=365)).timestamp()) < 60
    assert int(link["expires_at"]["N"]) > gone


@pytest.mark.parametrize("path", ["sheet", "answers", "withdrawal"])
def test_an_unknown_link_opens_nothing(inclusion: Slice, path: str) -> None:
    linked(inclusion, "prf_a")
    body = {"token": "x" * 43} | ({"text_sha256": "0" * 64} if path == "answers" else {})

    answer = inclusion.call("POST", f"/inclusion/personal/{path}", body=body)

    assert (answer.status, answer.body["type"]) == (404, "urn:passerelle:problem:link-not-valid")


@pytest.mark.parametrize(
    "told", [{"sex": "other"}, {"origin": "x"}, {"qpv": True}, {"age_band": "30"}, {"disability": "Yes"}]
)
def test_what_is_not_asked_is_refused(inclusion: Slice, told: dict[str, Any]) -> None:
    assert answered(inclusion, linked(inclusion, "prf_a"), **told).status == 422
    assert kept(inclusion) == []


def test_the_body_takes_the_choices_that_there_are() -> None:
    schema = NewAnswers.model_json_schema()["properties"]

    for question, codes in CHOICES.items():
        assert tuple(schema[question.value]["anyOf"][0]["enum"]) == codes


@pytest.mark.parametrize("actor", [a_company(), a_machine("cmp_lender", "profiles:read"), a_user()])
def test_no_company_reads_the_watch(inclusion: Slice, actor: Any) -> None:
    assert inclusion.call("GET", "/inclusion/watch", actor=actor).status == 403


@pytest.mark.parametrize("actor", [an_adviser(), an_operator()])
def test_staff_reads_a_watch_that_was_never_measured_as_empty(inclusion: Slice, actor: Any) -> None:
    answer = inclusion.call("GET", "/inclusion/watch", actor=actor)

    assert (answer.status, answer.body) == (200, {"measured_on": None, "attributes": []})


def test_nothing_is_told_to_other_slices(inclusion: Slice) -> None:
    answered(inclusion, linked(inclusion, "prf_a"), sex="woman")

    assert inclusion.envelopes() == []


def erased(profile_id: str | None, person_id: str = "per_a") -> Envelope:
    event = ProfileErased(
        case_id="era_1", person_id=person_id, lender="cmp_lender", deleted=1, profile_id=profile_id, ended_at=9
    )
    return an_envelope(event, tenant="cmp_lender", subject=profile_id or person_id, sequence=9)


@pytest.mark.parametrize("before", [{"sex": "woman", "disability": "yes"}, {}])
def test_an_erased_person_told_nothing_and_is_asked_no_more(inclusion: Slice, before: dict[str, str]) -> None:
    token, other = linked(inclusion, "prf_a"), linked(inclusion, "prf_b")
    answered(inclusion, token, **before)
    answered(inclusion, other, sex="man")

    inclusion.deliver(erased("prf_a"), times=2)

    assert not any(json.loads(row["state"]["S"])["given"] for row in kept(inclusion) if "prf_a" in row["pk"]["S"])
    assert sheet(inclusion, token).status == 404
    assert answered(inclusion, token, sex="woman").status == 404
    assert withdrawn(inclusion, token).status == 404
    assert sheet(inclusion, other).body["answered"] == ["sex"]


def test_the_erasure_of_somebody_without_a_profile_changes_nothing(inclusion: Slice) -> None:
    token = linked(inclusion, "prf_a")
    answered(inclusion, token, sex="woman")

    assert inclusion.deliver(erased(None)) == []

    assert sheet(inclusion, token).body["answered"] == ["sex"]
