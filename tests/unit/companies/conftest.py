"""The companies slice with its secret and its user pool in moto; a token of the tests is its user's id in the pool."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.companies.authorizing import Unauthorized
from tests.support.slices import Slice, a_slice
from tests.unit.companies.registering import SECRET


class Tokens:
    """Takes any token that begins with `sub-` for a valid one of the user of the rest."""

    def claims(self, token: str) -> Mapping[str, Any]:
        if not token.startswith("sub-"):
            raise Unauthorized
        return {"sub": token.removeprefix("sub-")}


@pytest.fixture
def companies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slice]:
    with mock_aws():
        secrets = boto3.client("secretsmanager", region_name="eu-west-3")
        secrets.create_secret(Name="mark-secret", SecretString=SECRET)
        accounts = boto3.client("cognito-idp", region_name="eu-west-3")
        pool = accounts.create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]["Id"]
        with a_slice(
            "companies",
            mark_secret_id="mark-secret",
            token_issuer="http://127.0.0.1:1/pool",
            token_client_id="client",
            user_pool_id=pool,
            key_overlap_hours="24",
        ) as running:
            wiring = dataclasses.replace(running.handler.wire(), tokens=Tokens())
            with monkeypatch.context() as patch:
                patch.setattr(running.handler, "wire", lambda: wiring)
                yield running
