"""Requests to a search domain are signed; those to a loopback engine are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.credentials import Credentials
from functions.matching.index import connect
from opensearchpy import OpenSearch

DOMAIN = "https://search-passerelle.eu-west-3.es.amazonaws.com"


class Sent(Exception):
    """Stands in for the network: what would have been sent."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.headers = {name.lower(): value for name, value in headers.items()}


def headers_of_a_search(client: OpenSearch, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    def urlopen(*_: Any, headers: Mapping[str, str], **__: Any) -> None:
        raise Sent(headers)

    connection = client.transport.connection_pool.connections[0]
    monkeypatch.setattr(connection.pool, "urlopen", urlopen)
    with pytest.raises(Exception) as caught:
        client.search(index="profiles", body={"query": {"match_all": {}}})
    while not isinstance(caught.value, Sent):
        caught._excinfo = (type(caught.value.info), caught.value.info, None)
    return caught.value.headers


def test_a_domain_is_asked_with_the_function_s_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    client = connect(DOMAIN, Credentials("AKIDEXAMPLE", "secret", "session-token"), "eu-west-3")

    headers = headers_of_a_search(client, monkeypatch)

    scheme, _, rest = headers["authorization"].partition(" ")
    assert scheme == "AWS4-HMAC-SHA256"
    assert rest.startswith("Credential=AKIDEXAMPLE/")
    assert "/eu-west-3/es/aws4_request" in rest
    assert "x-amz-content-sha256" in rest
    assert "host" in rest
    assert headers["x-amz-security-token"] == "session-token"


def test_the_function_s_own_credentials_sign_unless_others_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDFUNCTION")

    headers = headers_of_a_search(connect(DOMAIN), monkeypatch)

    assert "Credential=AKIDFUNCTION/" in headers["authorization"]


def test_a_loopback_engine_is_asked_without(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "authorization" not in headers_of_a_search(connect("http://127.0.0.1:9200"), monkeypatch)
