"""The slice through its public face: a term sheet and an agreement become documents, each for its own readers."""

from __future__ import annotations

import hashlib
import io
import json
import logging
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.documents.model import Kind
from functions.documents.model.loan import MASKED, NAMED
from passerelle import clock
from passerelle.contracts.documents import DocumentIssued
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.tokens import digest
from tests.support.slices import a_company, a_slice, an_envelope

BUCKET = "passerelle-test-documents-123456789012"
REVEAL = "passerelle-test-identities-reveal"
TOKEN = "a-token-that-only-the-employee-holds-0000000"


class FakeVault:
    """`identities.reveal` as Lambda's client would show it."""

    def __init__(self, identities):
        self.identities = dict(identities)
        self.asked: list[dict] = []
        self.failure: Exception | None = None
        self.answered: dict = {}

    def invoke(self, FunctionName, InvocationType, Payload):  # noqa: N803
        assert (FunctionName, InvocationType) == (REVEAL, "RequestResponse")
        if self.failure:
            raise self.failure
        question = json.loads(Payload)
        self.asked.append(question)
        told = self.identities.get(question["subject"], {"error": "unknown"})
        return {"Payload": io.BytesIO(json.dumps(told).encode())} | self.answered


@pytest.fixture
def vault(identities, monkeypatch):
    fake = FakeVault(identities)
    monkeypatch.setattr("functions.documents.vault.boto3", SimpleNamespace(client=lambda *_, **__: fake))
    return fake


@pytest.fixture
def documents(vault):
    with a_slice("documents", bucket_name=BUCKET, reveal_function_name=REVEAL) as slice_:
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        yield slice_


@pytest.fixture
def sheet(term_sheet_ready):
    return term_sheet_ready()


@pytest.fixture
def ready(agreement_ready):
    return agreement_ready()


def objects() -> dict[str, bytes]:
    s3 = boto3.client("s3")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def held(documents, tenant: str, introduction: str) -> dict[str, dict]:
    answer = documents.call("GET", "/documents", actor=a_company(tenant), query={"introduction": introduction})
    assert answer.status == 200, answer.text
    return {item["kind"]: item for item in answer.body["items"]}


def a_link(agreement: str, *, purpose: str = "employee_signature", token: str = TOKEN, hours: int = 24):
    issued = PersonalLinkIssued(
        purpose=purpose, subject_id=agreement, digest=digest(token), expires_at=clock.now() + timedelta(hours=hours)
    )
    return an_envelope(issued, tenant="cmp_any", subject=agreement)


def personal(documents, token: str = TOKEN):
    return documents.call("POST", "/documents/personal", body={"token": token})


def test_a_term_sheet_becomes_five_masked_documents(documents, sheet, vault):
    assert documents.deliver(sheet) == []

    event = sheet.event()
    assert set(held(documents, event.lender, event.introduction_id)) == {
        "term_sheet",
        "lender_cse_summons",
        "lender_cse_note",
    }
    assert set(held(documents, event.host, event.introduction_id)) == {
        "term_sheet",
        "host_cse_summons",
        "host_cse_note",
    }
    assert vault.asked == []


def test_every_file_is_named_by_its_digest_in_the_folder_of_its_kind(documents, sheet, ready):
    documents.deliver(sheet, ready)

    files = objects()
    assert len(files) == len(MASKED) + len(NAMED)
    for key, content in files.items():
        assert key.endswith(f"/{hashlib.sha256(content).hexdigest()}.pdf")
        assert content.startswith(b"%PDF-")
    assert {key.split("/")[0] for key in files} == {kind.folder for kind in [*MASKED, *NAMED]}


def test_the_infrastructure_grants_exactly_these_folders():
    from cdk.slices.documents import FOLDERS

    assert set(FOLDERS) == {kind.folder for kind in Kind}


def test_each_is_announced_to_its_readers(documents, sheet, ready):
    documents.deliver(sheet, ready)

    event, files = ready.event(), objects()
    told = {fact.kind: fact for fact in documents.facts(DocumentIssued)}
    both, lender, host = {event.lender, event.host}, {event.lender}, {event.host}
    assert {kind: set(fact.readers) for kind, fact in told.items()} == {
        "term_sheet": both,
        "lender_cse_summons": lender,
        "lender_cse_note": lender,
        "host_cse_summons": host,
        "host_cse_note": host,
        "secondment_agreement": both,
        "contract_amendment": lender,
        "employee_agreement": lender,
        "financial_schedule": both,
    }
    for fact in told.values():
        assert any(fact.sha256 in key for key in files)
        named = fact.kind in {kind.value for kind in NAMED}
        assert fact.agreement_id == (event.agreement_id if named else None)
        assert fact.terms_version == (2 if named else 1)
    assert {envelope.version for envelope in documents.envelopes(DocumentIssued)} == {1}


def test_the_vault_is_asked_for_an_agreement_and_nothing_else(documents, sheet, ready, vault):
    documents.deliver(sheet, ready)

    event = ready.event()
    assert [(asked["tenant"], asked["subject"]) for asked in vault.asked] == [
        (event.lender, event.lender),
        (event.host, event.host),
        (event.lender, event.person_id),
    ]
    for asked in vault.asked:
        assert (asked["purpose"], asked["level"], asked["caller"]) == ("agreement", 4, "documents")
        assert asked["correlation_id"] == ready.correlation_id


def test_delivered_again_nothing_happens_twice(documents, sheet, ready):
    assert documents.deliver(sheet, ready, sheet, ready, times=2) == []

    assert len(objects()) == 9
    assert len(documents.facts(DocumentIssued)) == 9


def test_set_again_after_a_crash_they_are_the_same_objects(documents, sheet, ready):
    documents.deliver(sheet, ready)
    before = set(objects())

    documents.deliver(
        sheet.model_copy(update={"id": "evt_againagainagainagain"}),
        ready.model_copy(update={"id": "evt_onceonceonceonceonce"}),
    )

    assert set(objects()) == before


def test_an_agreement_waits_for_its_term_sheet(documents, sheet, ready, monkeypatch):
    sqs = SimpleNamespace(change_message_visibility=lambda **_: None)
    monkeypatch.setattr("passerelle.consuming._sqs", lambda: sqs)

    assert documents.deliver(ready) == [ready.id]
    assert objects() == {}

    assert documents.deliver(sheet, ready) == []
    assert len(objects()) == 9


def test_an_older_term_sheet_does_not_take_the_place_of_a_newer(documents, term_sheet_ready, ready):
    newer, older = term_sheet_ready(sequence=7), term_sheet_ready(sequence=6)

    assert documents.deliver(newer, older, ready) == []

    rows = [row for row in documents.rows() if "#qualification#" in row["pk"]["S"]]
    assert [row["version"]["N"] for row in rows] == ["7"]


def test_nothing_is_made_when_the_vault_refuses(documents, sheet, ready, vault):
    vault.identities = {subject: {"error": "refused"} for subject in vault.identities}

    assert documents.deliver(sheet, ready) == []

    (aside,) = documents.set_aside()
    assert aside["MessageAttributes"]["reason"]["StringValue"] == "the vault refused agreement at level 4"
    assert not any(key.startswith("secondment") for key in objects())


@pytest.mark.parametrize("error", ["unknown", "not_disclosed"])
def test_a_name_that_may_not_be_told_yet_is_asked_again(documents, sheet, ready, vault, identities, monkeypatch, error):
    monkeypatch.setattr(
        "passerelle.consuming._sqs", lambda: SimpleNamespace(change_message_visibility=lambda **_: None)
    )
    vault.identities = {subject: {"error": error} for subject in identities}
    assert documents.deliver(sheet, ready) == [ready.id]

    vault.identities = dict(identities)
    assert documents.deliver(ready) == []


def test_nothing_is_made_when_the_vault_says_too_little(documents, sheet, ready, vault):
    host = ready.event().host
    vault.identities[host] = {key: value for key, value in vault.identities[host].items() if key != "siren"}

    documents.deliver(sheet, ready)

    (aside,) = documents.set_aside()
    assert (
        aside["MessageAttributes"]["reason"]["StringValue"] == "the vault does not say enough for an agreement: siren"
    )


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "Lefèvre"}}, "Invoke"),
        ReadTimeoutError(endpoint_url="https://lambda.example"),
    ],
    ids=["throttled", "slow"],
)
def test_a_vault_that_does_not_answer_is_asked_again_later(documents, sheet, ready, vault, failure, caplog):
    documents.deliver(sheet)
    vault.failure = failure

    with caplog.at_level(logging.DEBUG):
        assert documents.deliver(ready) == [ready.id]
    assert "Lefèvre" not in caplog.text

    vault.failure = None
    assert documents.deliver(ready) == []


def test_a_vault_that_crashed_is_asked_again_later(documents, sheet, ready, vault):
    documents.deliver(sheet)
    vault.answered = {"FunctionError": "Unhandled"}

    assert documents.deliver(ready) == [ready.id]


def test_no_row_and_no_log_line_holds_a_name(documents, sheet, ready, identities, caplog):
    with caplog.at_level(logging.DEBUG, logger="passerelle"):
        documents.deliver(sheet, ready, a_link(ready.event().agreement_id))
        personal(documents)

    said = json.dumps(documents.rows(), default=str) + " ".join(str(vars(record)) for record in caplog.records)
    for identity in identities.values():
        for key, value in identity.items():
            assert key == "kind" or value not in said
    assert TOKEN not in said


def test_another_company_finds_none_of_them(documents, sheet, ready):
    documents.deliver(sheet, ready)
    event = ready.event()
    amendment = held(documents, event.lender, event.introduction_id)["contract_amendment"]

    assert held(documents, "cmp_stranger", event.introduction_id) == {}
    for other in ("cmp_stranger", event.host):
        assert documents.call("GET", f"/documents/{amendment['id']}", actor=a_company(other)).status == 404
    mine = documents.call("GET", f"/documents/{amendment['id']}", actor=a_company(event.lender))
    assert mine.status == 200
    assert mine.body["agreement_id"] == event.agreement_id
    assert mine.body["version"] == 2


@pytest.mark.parametrize("link_first", [True, False])
def test_the_employee_reads_his_documents_by_his_link(documents, sheet, ready, link_first: bool):
    link = a_link(ready.event().agreement_id)
    documents.deliver(sheet, *((link, ready) if link_first else (ready, link)))

    answer = personal(documents)

    assert answer.status == 200
    kinds = [item["kind"] for item in answer.body["items"]]
    assert kinds == ["secondment_agreement", "contract_amendment", "employee_agreement"]
    assert answer.headers["Cache-Control"] == "no-store"
    for item in answer.body["items"]:
        key = urlsplit(item["url"]).path.lstrip("/").removeprefix(f"{BUCKET}/")
        assert hashlib.sha256(objects()[key]).hexdigest() == item["sha256"]
        assert item["version"] == 2
    assert TOKEN not in answer.text


def test_opening_uses_nothing_up(documents, sheet, ready):
    documents.deliver(sheet, ready, a_link(ready.event().agreement_id))

    assert [personal(documents).status for _ in range(3)] == [200, 200, 200]


def test_he_reads_the_latest_version_in_whatever_order_they_come(documents, sheet, agreement_ready):
    first, second = agreement_ready(terms_version=1), agreement_ready(terms_version=2, weekly_hours=30)
    documents.deliver(sheet, second, first, a_link(second.event().agreement_id))

    assert {item["version"] for item in personal(documents).body["items"]} == {2}


def test_before_they_are_made_there_is_nothing_to_read(documents, ready):
    documents.deliver(a_link(ready.event().agreement_id))

    answer = personal(documents)
    assert (answer.status, answer.body["items"]) == (200, [])


@pytest.mark.parametrize("which", ["unknown", "altered", "expired", "of another purpose"])
def test_links_that_do_not_work_read_the_same(documents, sheet, ready, which: str):
    agreement = ready.event().agreement_id
    link = a_link(
        agreement,
        hours=-1 if which == "expired" else 24,
        purpose="go" if which == "of another purpose" else "employee_signature",
    )
    documents.deliver(sheet, ready, *([] if which == "unknown" else [link]))

    answer = personal(documents, TOKEN[:-1] + "1" if which == "altered" else TOKEN)

    assert answer.status == 404
    assert answer.body["type"] == "urn:passerelle:problem:link-not-valid"
    assert answer.body["detail"] == "This link does not work, or no longer."


def test_a_link_issued_twice_is_kept_once(documents, ready):
    agreement = ready.event().agreement_id

    assert documents.deliver(a_link(agreement), a_link(agreement)) == []
