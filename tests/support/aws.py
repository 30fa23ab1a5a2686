"""AWS in this process: moto, as the local cloud patches it, under one boto3 session and with one client of each kind.

A session reads the description of every service it speaks to, and a client takes ten milliseconds to make; moto and the
handlers under test would make fresh ones for each test.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from cdk.local.moto_patches import patch

_made: dict[str, Any] = {}


@contextmanager
def mocked_aws() -> Iterator[None]:
    """No call leaves this process; whatever was made inside is gone afterwards. May be nested."""
    patch()
    with mock_aws(config={"core": {"reset_boto3_session": False}}), pytest.MonkeyPatch.context() as changed:
        changed.setattr(boto3, "client", _once(boto3.client))
        yield


@functools.cache
def client(service: str) -> Any:
    """The tests' own client of a service of the mocked AWS, made once."""
    return boto3.client(service, region_name="eu-west-3")


def _once(make: Any) -> Any:
    """`boto3.client` that gives whoever asks for the same the same client; clients may be shared by threads."""

    def made(service: str, **how: Any) -> Any:
        said = {name: vars(value) if isinstance(value, Config) else value for name, value in sorted(how.items())}
        asked = f"{service} {said}"
        if asked not in _made:
            _made[asked] = make(service, **how)
        return _made[asked]

    return made
