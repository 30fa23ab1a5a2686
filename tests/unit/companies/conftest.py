"""The companies slice with its secret and its user pool in moto; a token of the tests is its user's id in the pool."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from functions.companies.authorizing import Unauthorized
from tests.support.aws import client, mocked_aws
from tests.support.slices import UNHURRIED, Slice, a_slice
from tests.unit.companies.registering import SECRET


class Tokens:
    """Takes any token that begins with `sub-` for a valid one of the user of the rest."""

    def claims(self, token: str) -> Mapping[str, Any]:
        if not token.startswith("sub-"):
            raise Unauthorized
        return {"sub": token.removeprefix("sub-")}


@pytest.fixture
def companies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slice]:
    with mocked_aws():
        secrets = client("secretsmanager")
        secrets.create_secret(Name="mark-secret", SecretString=SECRET)
        accounts = client("cognito-idp")
        pool = accounts.create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]["Id"]
        with a_slice(
            "companies",
            mark_secret_id="mark-secret",
            token_issuer="http://127.0.0.1:1/pool",
            token_client_id="client",
            user_pool_id=pool,
            key_prefix="psk_test",
            key_overlap_hours="24",
            **UNHURRIED,
        ) as running:
            wiring = dataclasses.replace(running.handler.wire(), tokens=Tokens())
            with monkeypatch.context() as patch:
                patch.setattr(running.handler, "wire", lambda: wiring)
                yield running
