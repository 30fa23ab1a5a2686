"""What the slices call outside DynamoDB and search, in memory: keys, files, mails, queues, the vault's door."""
# ruff: noqa: N803 -- these are boto3's names

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from cdk.local.mailbox import Mail
from passerelle import clock

Sealed = dict[bytes, tuple[Mapping[str, str], bytes]]


@dataclass
class Outside:
    """What lies outside the tables: ciphertexts, files, mails, messages set aside."""

    sealed: Sealed = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)

    def copy(self) -> "Outside":
        return Outside(dict(self.sealed), dict(self.files), list(self.mails), list(self.queued))


class Keys:
    """KMS: a ciphertext says nothing, and opens under its context alone."""

    def __init__(self, outside: Callable[[], Outside]) -> None:
        self._outside = outside

    def encrypt(self, *, KeyId: str, Plaintext: bytes, EncryptionContext: Mapping[str, str]) -> dict[str, Any]:
        sealed = self._outside().sealed
        blob = hashlib.sha256(f"ciphertext {len(sealed)}".encode()).digest()
        sealed[blob] = (dict(EncryptionContext), Plaintext)
        return {"CiphertextBlob": blob}

    def decrypt(self, *, KeyId: str, CiphertextBlob: bytes, EncryptionContext: Mapping[str, str]) -> dict[str, Any]:
        context, plain = self._outside().sealed.get(bytes(CiphertextBlob), ({}, b""))
        if context != EncryptionContext:
            raise ClientError({"Error": {"Code": "InvalidCiphertextException", "Message": ""}}, "Decrypt")
        return {"Plaintext": plain}

    def generate_data_key(self, *, KeyId: str, KeySpec: str, EncryptionContext: Mapping[str, str]) -> dict[str, Any]:
        plain = hashlib.sha256(f"data key {len(self._outside().sealed)}".encode()).digest()
        return {"Plaintext": plain, **self.encrypt(KeyId=KeyId, Plaintext=plain, EncryptionContext=EncryptionContext)}


class Files:
    """S3: one bucket, whose files have one version each."""

    def __init__(self, outside: Callable[[], Outside]) -> None:
        self._outside = outside

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:
        self._outside().files[Key] = Body

    def copy_object(self, *, Bucket: str, Key: str, CopySource: Mapping[str, str]) -> None:
        self._outside().files[Key] = self._outside().files[CopySource["Key"]]

    def delete_object(self, *, Bucket: str, Key: str, VersionId: str) -> None:
        self._outside().files.pop(Key, None)

    def get_paginator(self, name: str) -> SimpleNamespace:
        assert name == "list_object_versions"
        return SimpleNamespace(paginate=lambda Bucket, Prefix: iter([{"Versions": self._under(Prefix)}]))

    def generate_presigned_url(self, method: str, Params: Mapping[str, str], ExpiresIn: int) -> str:
        return f"https://files.example/{Params['Key']}?for={ExpiresIn}"

    def _under(self, folder: str) -> list[dict[str, Any]]:
        keys = sorted(key for key in self._outside().files if key.startswith(folder))
        return [{"Key": key, "VersionId": "1", "IsLatest": True} for key in keys]


class Post:
    """SES: every mail is accepted."""

    def __init__(self, outside: Callable[[], Outside]) -> None:
        self._outside = outside

    def send_email(
        self,
        *,
        FromEmailAddress: str,
        Destination: Mapping[str, Any],
        Content: Any,
        ConfigurationSetName: str,
        EmailTags: Iterable[Mapping[str, str]],
    ) -> None:
        simple = Content["Simple"]
        self._outside().mails.append(
            Mail(
                id=f"mail-{len(self._outside().mails)}",
                at=clock.now(),
                sender=FromEmailAddress,
                to=tuple(Destination["ToAddresses"]),
                subject=simple["Subject"]["Data"],
                text=simple["Body"]["Text"]["Data"],
                html=simple["Body"]["Html"]["Data"],
                headers={one["Name"]: one["Value"] for one in simple["Headers"]},
                tags={one["Name"]: one["Value"] for one in EmailTags},
            )
        )


class Queues:
    """SQS: what is set aside, and what waits for an attempt, stays where it is."""

    def __init__(self, outside: Callable[[], Outside]) -> None:
        self._outside = outside

    def send_message(self, **message: Any) -> None:
        self._outside().queued.append(json.dumps(message, ensure_ascii=False))

    def send_message_batch(self, *, QueueUrl: str, Entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        self._outside().queued += [json.dumps(entry, ensure_ascii=False) for entry in Entries]
        return {}

    def list_queues(self) -> dict[str, Any]:
        return {}

    def change_message_visibility(self, **_: Any) -> None:
        """The message comes again by itself."""


class Door:
    """Lambda: the one function that slices may invoke, `identities.reveal`."""

    def __init__(self, reveal: Callable[[Any, Any], Mapping[str, str]]) -> None:
        self._reveal = reveal

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: str) -> dict[str, Any]:
        assert FunctionName.endswith("identities-reveal")
        answer = self._reveal(json.loads(Payload), None)
        return {"Payload": BytesIO(json.dumps(answer).encode())}


class Secrets:
    """Secrets Manager: a secret is its name, hashed."""

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:
        return {"SecretString": hashlib.sha256(SecretId.encode()).hexdigest()}
