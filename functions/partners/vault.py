"""The lock of the inbox: secrets and raw bodies under the vault's key, references as keyed digests.

A raw body may name a person against all rules, so it is sealed before anything reads it: AES-256-GCM under a data key
that KMS makes for this one delivery. Every use of the key is bound by its encryption context to the use, the partner
and the delivery; the slice's permission holds for that use alone, so that it opens no identity.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from functions.partners.model.deliveries import SealedBody
from functions.partners.model.organisations import Sealed
from passerelle import signing

_NONCE_BYTES = 12
_USE = "partners"


class Vault:
    """Seals and opens secrets of inboxes and what was delivered to them."""

    def __init__(self, key_id: str, kms: Any = None) -> None:
        self._key_id = key_id
        self._kms = kms or boto3.client("kms", config=Config(connect_timeout=2, read_timeout=5))
        self._opened: dict[str, str] = {}

    def new_secret(self, partner_id: str) -> tuple[Sealed, str]:
        """A fresh secret as it is kept, and as the partner is shown it once."""
        shown = signing.new_secret()
        answer = self._kms.encrypt(
            KeyId=self._key_id, Plaintext=shown.encode(), EncryptionContext=_secret_of(partner_id)
        )
        return Sealed(text=base64.b64encode(answer["CiphertextBlob"]).decode()), shown

    def open_secret(self, partner_id: str, sealed: Sealed) -> str:
        """The secret; it stays in memory for as long as the function lives."""
        if sealed.text not in self._opened:
            blob = base64.b64decode(sealed.text)
            answer = self._kms.decrypt(
                KeyId=self._key_id, CiphertextBlob=blob, EncryptionContext=_secret_of(partner_id)
            )
            self._opened[sealed.text] = answer["Plaintext"].decode()
        return self._opened[sealed.text]

    def seal(self, partner_id: str, delivery_id: str, raw: bytes) -> SealedBody:
        """Encrypt what was delivered under a key of its own."""
        context = _body_of(partner_id, delivery_id)
        made = self._kms.generate_data_key(KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=context)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        text = nonce + AESGCM(made["Plaintext"]).encrypt(nonce, raw, delivery_id.encode())
        wrapped = base64.b64encode(made["CiphertextBlob"]).decode()
        return SealedBody(wrapped=wrapped, text=base64.b64encode(text).decode())

    def open(self, partner_id: str, delivery_id: str, sealed: SealedBody) -> bytes:
        """Decrypt what was delivered. Raises `cryptography.exceptions.InvalidTag` when it was altered or moved."""
        answer = self._kms.decrypt(
            KeyId=self._key_id,
            CiphertextBlob=base64.b64decode(sealed.wrapped),
            EncryptionContext=_body_of(partner_id, delivery_id),
        )
        text = base64.b64decode(sealed.text)
        return AESGCM(answer["Plaintext"]).decrypt(text[:_NONCE_BYTES], text[_NONCE_BYTES:], delivery_id.encode())


class References:
    """Turns a partner's references into ids of ours, the same one each time: keyed digests of 128 bits (HMAC-SHA256).

    Without the secret no reference can be tried on an id, and none of two partners is the same.
    """

    def __init__(self, secret_id: str) -> None:
        self._secret_id = secret_id

    def candidate_id(self, partner_id: str, reference: str) -> str:
        """`cnd_…`: our id of a candidate."""
        return f"cnd_{self._digest('candidate', partner_id, reference)}"

    def session_id(self, partner_id: str, reference: str) -> str:
        """`ses_…`: our id of a session of the partner's."""
        return f"ses_{self._digest('session', partner_id, reference)}"

    def _digest(self, noun: str, partner_id: str, reference: str) -> str:
        said = f"{noun}\n{partner_id}\n{reference}".encode()
        return hmac.digest(self._secret, said, hashlib.sha256).hex()[:32]

    @cached_property
    def _secret(self) -> bytes:
        client = boto3.client("secretsmanager")
        return str(client.get_secret_value(SecretId=self._secret_id)["SecretString"]).encode()


def _secret_of(partner_id: str) -> dict[str, str]:
    return {"use": _USE, "partner": partner_id}


def _body_of(partner_id: str, delivery_id: str) -> dict[str, str]:
    return {"use": _USE, "partner": partner_id, "delivery": delivery_id}
