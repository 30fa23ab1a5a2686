"""Requests to a search domain are signed; those to a loopback engine are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.credentials import Credentials
from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException

from functions.matching.index import connect

DOMAIN = "https://search-passerelle.eu-west-3.es.amazonaws.com"


def headers_of_a_search(client: OpenSearch, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """What a search would send, with the network cut off."""
    sent: list[Mapping[str, str]] = []

    def urlopen(*_: Any, headers: Mapping[str, str], **__: Any) -> None:
        sent.append({name.lower(): value for name, value in headers.items()})
        raise OSError("no network here")

    monkeypatch.setattr(client.transport.connection_pool.connections[0].pool, "urlopen", urlopen)
    with pytest.raises(OpenSearchException):
        client.search(index="profiles", body={"query": {"match_all": {}}})
    return sent[0]


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
