"""The slice through its public face: an introduction is proposed, its two readers fetch the letter, nobody else."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.documents import DocumentIssued
from tests.support.slices import a_company, a_machine, a_slice, a_user, an_adviser, an_operator

SAMPLES = Path(__file__).resolve().parents[3] / "events" / "samples"
BUCKET = "passerelle-test-documents-123456789012"


@pytest.fixture
def documents():
    with a_slice("documents", bucket_name=BUCKET, reveal_function_name="passerelle-test-identities-reveal") as slice_:
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        yield slice_


@pytest.fixture
def host(envelope):
    return a_company(envelope.tenant)


@pytest.fixture
def lender(proposed):
    return a_company(proposed.match.profile_tenant)


def objects() -> list[str]:
    return [entry["Key"] for entry in boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def content(key: str) -> bytes:
    return boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()


def listed(documents, actor, introduction: str) -> list[dict]:
    answer = documents.call("GET", "/documents", actor=actor, query={"introduction": introduction})
    assert answer.status == 200, answer.text
    return answer.body["items"]


def test_a_proposed_introduction_becomes_one_sealed_letter(documents, envelope, proposed):
    assert documents.deliver(envelope) == []

    (key,) = objects()
    sealed = content(key)
    assert key == f"proposal-letters/{proposed.introduction_id}/{hashlib.sha256(sealed).hexdigest()}.pdf"
    assert sealed.startswith(b"%PDF-")
    assert boto3.client("s3").head_object(Bucket=BUCKET, Key=key)["ContentType"] == "application/pdf"


def test_it_is_announced_to_both_readers(documents, envelope, proposed):
    documents.deliver(envelope)

    (told,) = documents.envelopes(DocumentIssued)
    fact = told.event()
    assert fact.introduction_id == proposed.introduction_id
    assert fact.sha256 in objects()[0]
    assert set(fact.readers) == {envelope.tenant, proposed.match.profile_tenant}
    assert told.causation_id == envelope.id
    assert told.subject == fact.document_id


def test_delivered_again_it_has_no_second_effect(documents, envelope, lender, proposed):
    assert documents.deliver(envelope, envelope, times=3) == []

    assert len(objects()) == 1
    assert len(documents.facts(DocumentIssued)) == 1
    assert len(listed(documents, lender, proposed.introduction_id)) == 1


def test_set_again_after_a_crash_it_is_the_same_object(documents, envelope):
    documents.deliver(envelope)
    before = objects()
    again = envelope.model_copy(update={"id": "evt_sameagainsameagain22"})

    documents.deliver(again)

    assert objects() == before


def test_both_readers_find_it_and_fetch_it(documents, envelope, host, lender, proposed):
    documents.deliver(envelope)

    for reader in (host, lender):
        (entry,) = listed(documents, reader, proposed.introduction_id)
        answer = documents.call("GET", f"/documents/{entry['id']}", actor=reader)
        assert answer.status == 200
        assert answer.body["kind"] == "proposal_letter"
        assert answer.body["sha256"] == entry["sha256"]
        key = urlsplit(answer.body["url"]).path.lstrip("/").removeprefix(f"{BUCKET}/")
        assert hashlib.sha256(content(key)).hexdigest() == entry["sha256"]


def test_its_address_is_signed_and_holds_for_a_minute(documents, envelope, host, proposed):
    documents.deliver(envelope)
    (entry,) = listed(documents, host, proposed.introduction_id)

    before = clock.now()
    answer = documents.call("GET", f"/documents/{entry['id']}", actor=host)

    signed = parse_qs(urlsplit(answer.body["url"]).query)
    assert int(signed["X-Amz-Expires"][0]) <= 60
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert signed["response-content-type"] == ["application/pdf"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert before < datetime.fromisoformat(answer.body["expires_at"]) <= clock.now() + timedelta(seconds=60)


def test_another_company_finds_nothing(documents, envelope, host, proposed):
    documents.deliver(envelope)
    (entry,) = listed(documents, host, proposed.introduction_id)
    stranger = a_company("cmp_stranger")

    assert listed(documents, stranger, proposed.introduction_id) == []
    answer = documents.call("GET", f"/documents/{entry['id']}", actor=stranger)
    unknown = documents.call("GET", "/documents/doc_unknown", actor=stranger)
    assert answer.status == unknown.status == 404
    assert answer.body["type"] == unknown.body["type"]
    assert answer.body["detail"] == unknown.body["detail"]


def test_an_answer_names_neither_tenant_nor_person(documents, envelope, host, proposed):
    documents.deliver(envelope)
    (entry,) = listed(documents, host, proposed.introduction_id)
    said = documents.call("GET", f"/documents/{entry['id']}", actor=host).text

    assert proposed.match.profile_tenant not in said
    assert proposed.match.person_id not in said
    assert envelope.tenant not in said


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (None, 401),
        (a_user(), 403),
        (an_adviser(), 403),
        (an_operator(), 403),
        (a_machine("cmp_w6fkb2z7mqx4tn5hvdca", "profiles:read"), 403),
        (a_company("cmp_w6fkb2z7mqx4tn5hvdca", active=False), 403),
        (a_machine("cmp_w6fkb2z7mqx4tn5hvdca", "documents:read"), 200),
        (a_company("cmp_w6fkb2z7mqx4tn5hvdca"), 200),
    ],
    ids=["nobody", "user", "adviser", "operator", "wrong scope", "inactive", "machine", "company"],
)
def test_who_may_list(documents, actor, status: int):
    answer = documents.call("GET", "/documents", actor=actor, query={"introduction": "int_1"})

    assert answer.status == status


@pytest.mark.parametrize("introduction", [None, "", "a#b", "x" * 65, "int_1\n"])
def test_a_list_is_of_one_introduction(documents, host, introduction):
    query = {} if introduction is None else {"introduction": introduction}

    answer = documents.call("GET", "/documents", actor=host, query=query or None)

    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_log_says_nothing_of_the_letter(documents, envelope, caplog):
    with caplog.at_level(logging.DEBUG, logger="passerelle"):
        documents.deliver(envelope)

    assert "Soud" not in logged_by(caplog)


def logged_by(caplog) -> str:
    """Everything that the platform's logger was given, the named values included."""
    return " ".join(str(vars(record)) for record in caplog.records if record.name == "passerelle")


def test_who_fetched_it_is_in_the_log_and_its_address_is_not(documents, envelope, host, proposed, caplog):
    documents.deliver(envelope)
    (entry,) = listed(documents, host, proposed.introduction_id)

    with caplog.at_level(logging.INFO, logger="passerelle"):
        answer = documents.call("GET", f"/documents/{entry['id']}", actor=host)

    logged = logged_by(caplog)
    assert entry["id"] in logged
    assert host.subject in logged
    assert urlsplit(answer.body["url"]).query not in logged
    assert "Signature" not in logged


def test_every_row_belongs_to_a_reader(documents, envelope, proposed):
    documents.deliver(envelope)

    owners = {row["pk"]["S"].split("#")[0] for row in documents.rows()}
    assert owners == {envelope.tenant, proposed.match.profile_tenant, "CONSUMED"}


def test_what_is_announced_is_the_golden_sample(documents, envelope):
    golden = Envelope.from_json((SAMPLES / "DocumentIssued.v1.json").read_text(encoding="utf-8"))

    documents.deliver(envelope)

    (told,) = documents.envelopes(DocumentIssued)
    fresh = {"id", "occurred_at", "subject", "data"}
    assert told.model_dump(exclude=fresh) == golden.model_dump(exclude=fresh)
    assert told.data | {"document_id": 0, "sha256": 0} == golden.data | {"document_id": 0, "sha256": 0}
