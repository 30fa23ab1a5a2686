"""The lock of the vault: what binds a sealed identity, races, kills between the two tables, and erasure."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.identities.model import Erased
from functions.identities.vault import Vault
from passerelle import clock
from tests.support.slices import Slice, a_company

KEYS_TABLE = "passerelle-test-identities-keys"
A_PERSON = {"kind": "person", "given_name": "Ana", "family_name": "Lima", "email": "ana@exemple.fr"}


@pytest.fixture
def vault(identities: Slice) -> Vault:
    opened: Vault = identities.handler.wire().vault
    return opened


def keys() -> list[dict[str, Any]]:
    return list(boto3.client("dynamodb").scan(TableName=KEYS_TABLE)["Items"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(plain=st.binary(max_size=2000))
def test_what_is_sealed_opens_again_and_never_looks_the_same(vault: Vault, plain: bytes) -> None:
    one, other = vault.seal("cmp_a", "per_1", plain), vault.seal("cmp_a", "per_1", plain)

    assert vault.open("cmp_a", "per_1", one) == vault.open("cmp_a", "per_1", other) == plain
    assert one != other


def test_one_key_per_subject_is_kept_wrapped(vault: Vault) -> None:
    for subject in ("per_1", "per_1", "per_2"):
        vault.seal("cmp_a", subject, b"x")

    assert len(keys()) == 2
    assert len({row["wrapped"]["B"] for row in keys()}) == 2


@pytest.mark.parametrize(("tenant", "subject"), [("cmp_b", "per_1"), ("cmp_a", "per_2")])
def test_a_sealed_identity_moved_elsewhere_opens_nothing(vault: Vault, tenant: str, subject: str) -> None:
    sealed = vault.seal("cmp_a", "per_1", b"x")
    vault.seal(tenant, subject, b"y")

    with pytest.raises(InvalidTag):
        vault.open(tenant, subject, sealed)


def test_a_wrapped_key_moved_elsewhere_is_refused_by_kms(vault: Vault) -> None:
    sealed = vault.seal("cmp_a", "per_1", b"x")
    (row,) = keys()
    boto3.client("dynamodb").put_item(TableName=KEYS_TABLE, Item=row | {"pk": {"S": "cmp_b#key#per_1"}})

    with pytest.raises(ClientError, match="InvalidCiphertext"):
        vault.open("cmp_b", "per_1", sealed)


def test_an_altered_identity_is_refused(vault: Vault) -> None:
    sealed = vault.seal("cmp_a", "per_1", b"x")
    altered = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]

    with pytest.raises(InvalidTag):
        vault.open("cmp_a", "per_1", altered)


class Rival:
    """A DynamoDB client before whose first write another process writes the same key."""

    def __init__(self, rival: Vault) -> None:
        self._client = boto3.client("dynamodb")
        self._rival: Vault | None = rival
        self.exceptions = self._client.exceptions
        self.get_item = self._client.get_item

    def put_item(self, **arguments: Any) -> Any:
        rival, self._rival = self._rival, None
        if rival is not None:
            rival.seal("cmp_a", "per_1", b"the rival's")
        return self._client.put_item(**arguments)


def test_two_who_make_the_first_key_at_once_end_with_one(vault: Vault) -> None:
    late = Vault(KEYS_TABLE, "alias/passerelle-test-vault", dynamodb=Rival(vault))

    sealed = late.seal("cmp_a", "per_1", b"mine")

    assert len(keys()) == 1
    assert vault.open("cmp_a", "per_1", sealed) == b"mine"


def test_killed_between_key_and_identity_the_next_attempt_takes_the_key_up(
    identities: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise SystemExit

    path, actor = "/identities/per_1", a_company("cmp_a")
    with monkeypatch.context() as patch:
        patch.setattr("passerelle.store.Transaction.commit", killed)
        with pytest.raises(SystemExit):
            identities.call("PUT", path, actor=actor, body=A_PERSON)
    assert len(keys()) == 1
    assert identities.rows() == []
    left = keys()
    assert identities.call("GET", path, actor=actor).status == 404

    assert identities.call("PUT", path, actor=actor, body=A_PERSON).status == 200

    assert keys() == left
    assert identities.call("GET", path, actor=actor).body["given_name"] == "Ana"
    assert len(identities.envelopes()) == 1


def test_killed_before_the_key_nothing_is_left(identities: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise ConnectionError("kms")

    path, actor = "/identities/per_1", a_company("cmp_a")
    vault = identities.handler.wire().vault
    with monkeypatch.context() as patch:
        patch.setattr(vault._kms, "generate_data_key", unreachable)
        failed = identities.call("PUT", path, actor=actor, body=A_PERSON)

    assert failed.status == 500
    assert "Ana" not in failed.text
    assert keys() == identities.rows() == []


def test_forgetting_destroys_the_key_for_good(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = vault.seal("cmp_a", "per_1", b"x")
    first = datetime(2026, 3, 1, 9, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: first)
    assert vault.forget("cmp_a", "per_1") == first
    monkeypatch.setattr(clock, "now", lambda: first + timedelta(days=1))

    assert vault.forget("cmp_a", "per_1") == first
    for act in (lambda: vault.open("cmp_a", "per_1", sealed), lambda: vault.seal("cmp_a", "per_1", b"y")):
        with pytest.raises(Erased):
            act()
    assert "wrapped" not in json.dumps(keys(), default=str)


def test_a_subject_forgotten_before_it_was_recorded_cannot_be_recorded(vault: Vault) -> None:
    vault.forget("cmp_a", "per_1")

    with pytest.raises(Erased):
        vault.seal("cmp_a", "per_1", b"late")


def test_forgotten_while_being_recorded_leaves_nothing_readable(vault: Vault) -> None:
    sealed = vault.seal("cmp_a", "per_1", b"under way")

    vault.forget("cmp_a", "per_1")

    with pytest.raises(Erased):
        vault.open("cmp_a", "per_1", sealed)
