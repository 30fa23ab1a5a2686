"""The vault on its own: both tables, its key and the mark secret in moto, and everything it logs."""

import io
import logging
from collections.abc import Iterator

import boto3
import pytest

from passerelle.observability import logger
from tests.support.aws import mocked_aws
from tests.support.slices import Slice, a_company, a_slice, make_table
from tests.unit.identities.disclosing import ANA, COMPANIES, LENDER, PERSON

KEYS_TABLE = "passerelle-test-identities-keys"
VAULT_ALIAS = "alias/passerelle-test-vault"
MARK_SECRET = "a-mark-secret-of-the-tests"


@pytest.fixture
def identities() -> Iterator[Slice]:
    with mocked_aws():
        kms = boto3.client("kms", region_name="eu-west-3")
        kms.create_alias(AliasName=VAULT_ALIAS, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
        boto3.client("secretsmanager", region_name="eu-west-3").create_secret(
            Name="mark-secret", SecretString=MARK_SECRET
        )
        make_table(KEYS_TABLE)
        with a_slice(
            "identities",
            keys_table_name=KEYS_TABLE,
            vault_key_id=VAULT_ALIAS,
            mark_secret_id="mark-secret",
            vault_recovery_days="7",
            records_recovery_days="35",
            operator_name="L’opérateur",
            privacy_contact="dpo@passerelle.example",
        ) as running:
            yield running


@pytest.fixture
def filled(identities: Slice) -> Slice:
    """Two companies and a volunteer of one of them are in the vault."""
    for tenant, body in COMPANIES.items():
        reply = identities.call("PUT", f"/identities/{tenant}", actor=a_company(tenant), body=body)
        assert reply.status == 200, reply.text
    assert identities.call("PUT", f"/identities/{PERSON}", actor=a_company(LENDER), body=ANA).status == 200
    return identities


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, of any library, at the level that is deployed."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logger.registered_formatter)
    roots = (logging.getLogger(), logging.getLogger(logger.service))
    for root in roots:
        root.addHandler(handler)
    try:
        yield text
    finally:
        for root in roots:
            root.removeHandler(handler)
