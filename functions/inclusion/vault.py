"""The lock of inclusion data: a KMS key of its own, which one function may seal with and another open with.

Each answer is one KMS ciphertext, bound by its encryption context to the profile and the question, and of one length
whatever it says. Nobody who reads the table can read an answer, the page that takes them included.
"""

import base64
from typing import Any, Final

import boto3
from botocore.config import Config

from functions.inclusion.model.answers import CHOICES, Question

_LENGTH: Final = max(len(code) for codes in CHOICES.values() for code in codes)


class Vault:
    """Seals and opens single answers."""

    def __init__(self, key_id: str, kms: Any = None) -> None:
        self._key_id = key_id
        self._kms = kms or boto3.client("kms", config=Config(connect_timeout=2, read_timeout=5))

    def seal(self, profile_id: str, question: Question, choice: str) -> str:
        """Encrypt one answer; base64."""
        sealed = self._kms.encrypt(
            KeyId=self._key_id,
            Plaintext=choice.ljust(_LENGTH).encode(),
            EncryptionContext=_bound_to(profile_id, question),
        )
        return base64.b64encode(sealed["CiphertextBlob"]).decode()

    def open(self, profile_id: str, question: Question, sealed: str) -> str:
        """Decrypt what was sealed for this profile and question. Raises `ClientError` when it was altered or moved."""
        opened = self._kms.decrypt(
            KeyId=self._key_id,
            CiphertextBlob=base64.b64decode(sealed),
            EncryptionContext=_bound_to(profile_id, question),
        )
        return bytes(opened["Plaintext"]).decode().rstrip()


def _bound_to(profile_id: str, question: Question) -> dict[str, str]:
    return {"profile": profile_id, "question": question.value}
