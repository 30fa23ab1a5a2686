"""The lock of the vault: one data key per subject, wrapped by the vault's KMS key and kept in a table of its own.

Envelope encryption: KMS makes and unwraps the data key, bound to tenant and subject by its encryption context; the
identity itself is sealed with AES-256-GCM (NIST SP 800-38D), bound to the same two by its additional data. The wrapped
key is written before the first identity is sealed with it: whoever is killed in between leaves a key without identity,
which the next attempt takes up, never an identity without key. KMS rotates the wrapping key by itself and goes on
unwrapping what earlier versions wrapped. A destroyed key stays destroyed: its row remains as a tombstone.
"""

import base64
import secrets
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from functions.identities.model import erased
from passerelle import clock
from passerelle.store import STATE, Key, dynamodb_client

_NONCE_BYTES = 12


class Vault:
    """Seals and opens what is said of a subject, and can forget the subject for good."""

    def __init__(self, keys_table: str, key_id: str, *, kms: Any = None, dynamodb: Any = None) -> None:
        self._keys_table = keys_table
        self._key_id = key_id
        self._kms = kms or boto3.client("kms", config=Config(connect_timeout=2, read_timeout=5))
        self._dynamodb = dynamodb or dynamodb_client()

    def seal(self, tenant: str, subject: str, plain: bytes) -> str:
        """Encrypt under the subject's key, made now if it has none; base64. Raises `Erased`."""
        key = self._data_key(tenant, subject) or self._new_data_key(tenant, subject)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, _bound_to(tenant, subject))).decode()

    def open(self, tenant: str, subject: str, sealed: str) -> bytes:
        """Decrypt what was sealed for this subject.

        Raises `Erased` when its key is gone, `cryptography.exceptions.InvalidTag` when it was altered or moved.
        """
        key = self._data_key(tenant, subject)
        if key is None:
            raise erased()
        raw = base64.b64decode(sealed)
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to(tenant, subject))

    def forget(self, tenant: str, subject: str) -> datetime:
        """Destroy the subject's key, and the possibility of another; returns since when it has been destroyed (UTC).

        Copies of the row stay in the table's point-in-time recovery for the days that the stage sets (1 to 7).
        """
        now = clock.now()
        row = _row(tenant, subject) | {"destroyed_at": {"S": now.isoformat()}}
        condition = "attribute_not_exists(destroyed_at)"
        try:
            self._dynamodb.put_item(TableName=self._keys_table, Item=row, ConditionExpression=condition)
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return datetime.fromisoformat(self._kept(tenant, subject)["destroyed_at"]["S"])
        return now

    def _data_key(self, tenant: str, subject: str) -> bytes | None:
        kept = self._kept(tenant, subject)
        if not kept:
            return None
        if "destroyed_at" in kept:
            raise erased()
        answer = self._kms.decrypt(
            KeyId=self._key_id, CiphertextBlob=kept["wrapped"]["B"], EncryptionContext=_context(tenant, subject)
        )
        return bytes(answer["Plaintext"])

    def _new_data_key(self, tenant: str, subject: str) -> bytes:
        made = self._kms.generate_data_key(
            KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=_context(tenant, subject)
        )
        row = _row(tenant, subject) | {
            "wrapped": {"B": made["CiphertextBlob"]},
            "made_at": {"S": clock.now().isoformat()},
        }
        try:
            self._dynamodb.put_item(
                TableName=self._keys_table, Item=row, ConditionExpression="attribute_not_exists(pk)"
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            winner = self._data_key(tenant, subject)
            assert winner is not None
            return winner
        return bytes(made["Plaintext"])

    def _kept(self, tenant: str, subject: str) -> dict[str, Any]:
        answer = self._dynamodb.get_item(TableName=self._keys_table, Key=_row(tenant, subject), ConsistentRead=True)
        return dict(answer.get("Item", {}))


def _row(tenant: str, subject: str) -> dict[str, Any]:
    return {"pk": {"S": Key(tenant, "key", subject).pk}, "sk": {"S": STATE}}


def _context(tenant: str, subject: str) -> dict[str, str]:
    return {"tenant": tenant, "subject": subject}


def _bound_to(tenant: str, subject: str) -> bytes:
    return f"{tenant}|{subject}".encode()
