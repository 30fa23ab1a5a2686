"""Each real counterpart answers as only the real one does, so that the suites built on it prove something."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
import typst
from botocore.exceptions import ClientError
from opensearchpy import OpenSearch

ONE_PAGE = b"""#set document(title: "Lettre", author: "Passerelle")
#set text(lang: "fr")
= Proposition
Une page."""


def test_opensearch_stems_french_as_lucene_does(opensearch_url):
    with OpenSearch(opensearch_url) as client:
        answer = client.indices.analyze(body={"analyzer": "french", "text": "des soudeuses"})

        assert [token["token"] for token in answer["tokens"]] == ["soudeu"]


def test_opensearch_ranks_by_a_constant_score_then_by_id(opensearch_url):
    with OpenSearch(opensearch_url) as client:
        client.indices.create(
            index="counterpart",
            body={"mappings": {"properties": {"code": {"type": "keyword"}, "id": {"type": "keyword"}}}},
        )
        for document, codes in {"b": ["H2913"], "a": ["H2913"], "c": ["H2913", "H2902"]}.items():
            client.index(index="counterpart", id=document, body={"code": codes, "id": document}, refresh=True)
        wished = [{"constant_score": {"filter": {"term": {"code": code}}}} for code in ("H2913", "H2902")]

        found = client.search(
            index="counterpart",
            body={"query": {"bool": {"should": wished}}, "sort": ["_score", {"id": "asc"}]},
        )

        assert [hit["_id"] for hit in found["hits"]["hits"]] == ["c", "a", "b"]


def test_dynamodb_honours_the_token_of_a_transaction(dynamodb_endpoint):
    client = boto3.client("dynamodb", endpoint_url=dynamodb_endpoint)
    client.create_table(
        TableName="counterpart",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    first = {
        "Put": {
            "TableName": "counterpart",
            "Item": {"pk": {"S": "1"}},
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }

    client.transact_write_items(TransactItems=[first], ClientRequestToken="once")
    client.transact_write_items(TransactItems=[first], ClientRequestToken="once")

    with pytest.raises(ClientError, match="TransactionCanceledException"):
        client.transact_write_items(TransactItems=[first], ClientRequestToken="twice")


def test_verapdf_accepts_an_accessible_pdf_and_names_the_faults_of_another(verapdf, tmp_path: Path):
    accessible, plain = tmp_path / "accessible.pdf", tmp_path / "plain.pdf"
    typst.compile(ONE_PAGE, output=accessible, pdf_standards=["ua-1"])
    typst.compile(ONE_PAGE, output=plain)

    assert verapdf(accessible) == []
    assert any("5-1" in violation for violation in verapdf(plain))


def test_verapdf_refuses_what_is_not_a_pdf(verapdf, tmp_path: Path):
    words = tmp_path / "words.pdf"
    words.write_text("not a PDF")

    with pytest.raises(ValueError, match="not a PDF"):
        verapdf(words)


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>Page</title><p id=x></p><script>x.textContent = 'lu ' + location.hash</script>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None: ...


def test_the_browser_runs_a_page_s_script_and_sees_the_fragment(browser):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()

        page.goto(f"http://127.0.0.1:{server.server_port}/#jeton")

        assert page.text_content("#x") == "lu #jeton"
        context.close()
        server.shutdown()
