"""AWS in this process: moto, as the local cloud patches it, under one boto3 session.

A session reads the description of every service it speaks to; moto alone would make a fresh one for each test.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto import mock_aws

from cdk.local.moto_patches import patch


@contextmanager
def mocked_aws() -> Iterator[None]:
    """No call leaves this process; whatever was made inside is gone afterwards. May be nested."""
    patch()
    with mock_aws(config={"core": {"reset_boto3_session": False}}):
        yield


@functools.cache
def client(service: str) -> Any:
    """The tests' own client of a service of the mocked AWS, made once."""
    return boto3.client(service, region_name="eu-west-3")
