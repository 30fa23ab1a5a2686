"""The documents bucket: sealed files in, addresses that hold for a minute out. The only S3 speaker of the slice.

An object is never changed: its key ends with its SHA-256, so that writing it again writes the same. Only an erasure
lists the bucket, and no address is handed out that has not been asked for by a reader just now.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

import boto3
from botocore.config import Config

from functions.documents.model import Address
from passerelle import clock

READABLE_FOR: Final = timedelta(seconds=60)


class Files:
    """One bucket of PDF files."""

    def __init__(self, bucket: str, client: Any = None) -> None:
        self._bucket = bucket
        self._client = client or boto3.client("s3", config=Config(signature_version="s3v4"))

    def put(self, key: str, content: bytes) -> None:
        """Store a file under its key; the same file again changes nothing."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType="application/pdf")

    def under(self, folder: str) -> Sequence[str]:
        """The keys of the files in a folder."""
        return [each["Key"] for each in self._versions(folder, "Versions") if each["IsLatest"]]

    def copy(self, source: str, target: str) -> None:
        """Store a file under a second key; again changes nothing."""
        self._client.copy_object(Bucket=self._bucket, Key=target, CopySource={"Bucket": self._bucket, "Key": source})

    def destroy(self, folder: str) -> int:
        """Delete every version of every file whose key begins so, for good; returns how many files that was."""
        versions = self._versions(folder, "Versions")
        for each in (*versions, *self._versions(folder, "DeleteMarkers")):
            self._client.delete_object(Bucket=self._bucket, Key=each["Key"], VersionId=each["VersionId"])
        return len({each["Key"] for each in versions})

    def _versions(self, folder: str, kind: Literal["Versions", "DeleteMarkers"]) -> Sequence[Mapping[str, Any]]:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=folder)
        return [each for page in pages for each in page.get(kind, ())]

    def address(self, key: str, file_name: str) -> Address:
        """An address from which anybody who holds it can read this one file for `READABLE_FOR`."""
        expires_at = clock.now() + READABLE_FOR
        url = self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentType": "application/pdf",
                "ResponseContentDisposition": f'inline; filename="{file_name}"',
            },
            ExpiresIn=int(READABLE_FOR.total_seconds()),
        )
        return Address(url=url, expires_at=expires_at)
