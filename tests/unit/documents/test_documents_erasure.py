"""A person is erased: every file about him goes for good, but the signed ones, which move to the archive."""

from __future__ import annotations

import hashlib
from datetime import date

import boto3
import pytest

from passerelle import clock
from passerelle.contracts.agreements import AgreementsErased
from passerelle.contracts.documents import DocumentIssued, DocumentsErased
from passerelle.contracts.erasure import LoanFile
from tests.support.slices import an_envelope
from tests.unit.documents.conftest import AGREEMENT, HOST, LENDER, PERSON
from tests.unit.documents.test_loan_slice import BUCKET, a_link, documents, held, objects, personal, ready, sheet, vault

__all__ = ["documents", "ready", "sheet", "vault"]

UNTIL = date(2033, 4, 2)


@pytest.fixture
def filed(documents, envelope, sheet, ready):
    """A letter, the masked papers and the papers of an agreement, in a bucket that keeps versions."""
    boto3.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    assert documents.deliver(envelope, sheet, ready, a_link(AGREEMENT)) == []
    return documents


def erased(introduction_id: str, *, signed: tuple[str, ...] = ()):
    file = LoanFile(
        introduction_id=introduction_id,
        host=HOST,
        agreement_id=AGREEMENT,
        documents=signed,
        until=UNTIL if signed else None,
    )
    event = AgreementsErased(case_id="era_1", person_id=PERSON, lender=LENDER, deleted=0, files=(file,))
    return an_envelope(event, tenant=LENDER, subject="era_1")


def versions() -> list[str]:
    return [each["Key"] for each in boto3.client("s3").list_object_versions(Bucket=BUCKET).get("Versions", [])]


def signed_papers(documents) -> tuple[str, ...]:
    return tuple(fact.sha256 for fact in documents.facts(DocumentIssued) if fact.agreement_id == AGREEMENT)


def test_of_one_who_signed_nothing_no_version_of_any_file_stays(filed, proposed):
    assert filed.deliver(erased(proposed.introduction_id), times=2) == []

    assert versions() == []
    assert held(filed, LENDER, proposed.introduction_id) == held(filed, HOST, proposed.introduction_id) == {}
    assert personal(filed).body["items"] == []
    (said,) = filed.facts(DocumentsErased)
    assert said.deleted > 10


def test_the_signed_papers_are_in_the_archive_and_nowhere_else(filed, proposed):
    signed = signed_papers(filed)

    filed.deliver(erased(proposed.introduction_id, signed=signed), times=2)

    files = objects()
    assert set(files) == {f"archive/{AGREEMENT}/{sha256}.pdf" for sha256 in signed}
    assert set(versions()) == set(files)
    assert {hashlib.sha256(content).hexdigest() for content in files.values()} == set(signed)
    assert held(filed, LENDER, proposed.introduction_id) == {}


def test_an_earlier_version_that_nobody_signed_is_not_archived(filed, proposed, agreement_ready):
    signed = signed_papers(filed)
    filed.deliver(agreement_ready(terms_version=3, supervisor="chef de quai"))

    filed.deliver(erased(proposed.introduction_id, signed=signed))

    assert set(objects()) == {f"archive/{AGREEMENT}/{sha256}.pdf" for sha256 in signed}


def test_news_that_come_after_make_no_file(documents, envelope, sheet, ready, proposed):
    documents.deliver(erased(proposed.introduction_id))

    assert documents.deliver(envelope, sheet, ready) == []

    assert objects() == {}
    assert documents.facts(DocumentIssued) == []


def test_the_archive_is_emptied_the_day_after_its_term(filed, proposed, monkeypatch):
    filed.deliver(erased(proposed.introduction_id, signed=signed_papers(filed)))

    for day, left in ((UNTIL, 4), (date(2033, 4, 3), 0)):
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        filed.handler.retain({}, None)
        assert len(objects()) == left
    assert versions() == []
    assert not [row for row in filed.rows() if row["pk"]["S"].startswith("archive#file#")]


@pytest.mark.parametrize("operation", ["CopyObject", "DeleteObject", "TransactWriteItems"])
def test_cut_off_anywhere_it_ends_the_same(filed, proposed, monkeypatch, operation):
    signed = signed_papers(filed)
    envelope = erased(proposed.introduction_id, signed=signed)
    call = type(boto3.client("s3"))._make_api_call
    cut_off = 0
    for allowed in range(60):
        left = [allowed]

        def limited(self, name, arguments, left=left):
            if name == operation:
                left[0] -= 1
                if left[0] < 0:
                    raise ConnectionError("killed")
            return call(self, name, arguments)

        with monkeypatch.context() as patch:
            patch.setattr("botocore.client.BaseClient._make_api_call", limited)
            failed = filed.deliver(envelope)
        cut_off += bool(failed)
        if not failed:
            break

    assert cut_off
    assert set(versions()) == {f"archive/{AGREEMENT}/{sha256}.pdf" for sha256 in signed}
    assert len(filed.facts(DocumentsErased)) == 1
