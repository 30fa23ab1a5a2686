"""Secrets of endpoints: made, sealed under KMS bound to their endpoint, and used to sign what is sent.

An opened secret stays in memory for as long as the function lives; it is written nowhere and logged never.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from functions.webhooks.model.endpoints import Endpoint, Scheme, Sealed
from passerelle import clock, signing

_PRIVATE = "whsk_"
_PUBLIC = "whpk_"


class Signer:
    """Makes secrets for endpoints and signs with them."""

    def __init__(self, key_id: str, kms: Any = None) -> None:
        self._key_id = key_id
        self._kms = kms or boto3.client("kms", config=Config(connect_timeout=2, read_timeout=5))
        self._opened: dict[str, str] = {}

    def new_secret(self, endpoint_id: str, scheme: Scheme) -> tuple[Sealed, str]:
        """A fresh secret as it is kept, and what the partner is shown once: the secret, or the public key."""
        if scheme == "hmac":
            secret = shown = signing.new_secret()
        else:
            seed = hashlib.sha256(clock.new_secret().encode()).digest()
            secret = _PRIVATE + base64.b64encode(seed).decode()
            shown = _PUBLIC + base64.b64encode(_private(secret).public_key().public_bytes_raw()).decode()
        answer = self._kms.encrypt(
            KeyId=self._key_id, Plaintext=secret.encode(), EncryptionContext={"endpoint": endpoint_id}
        )
        return Sealed(text=base64.b64encode(answer["CiphertextBlob"]).decode()), shown

    def headers(self, endpoint: Endpoint, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
        """The headers that sign a message now, under every secret that holds."""
        stamp = int(now.timestamp())
        secrets = [self._open(endpoint.id, sealed) for sealed in endpoint.signing(now)]
        return signing.headers(message_id, stamp, _signatures(secrets, message_id, stamp, body))

    def _open(self, endpoint_id: str, sealed: Sealed) -> str:
        if sealed.text not in self._opened:
            answer = self._kms.decrypt(
                KeyId=self._key_id,
                CiphertextBlob=base64.b64decode(sealed.text),
                EncryptionContext={"endpoint": endpoint_id},
            )
            self._opened[sealed.text] = answer["Plaintext"].decode()
        return self._opened[sealed.text]


def _signatures(secrets: Sequence[str], message_id: str, stamp: int, body: bytes) -> list[str]:
    """One signature for each secret: `v1,…` by HMAC, `v1a,…` by ed25519 (Standard Webhooks, asymmetric)."""
    return [
        f"v1a,{base64.b64encode(_private(secret).sign(signing.signed_content(message_id, stamp, body))).decode()}"
        if secret.startswith(_PRIVATE)
        else signing.signature(secret, message_id, stamp, body)
        for secret in secrets
    ]


def _private(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret.removeprefix(_PRIVATE)))
