"""A stage's shelf of editions in moto, and imports of small official files into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3

from cdk.nomenclatures.report import Report
from cdk.nomenclatures.switching import take
from passerelle.nomenclature import Nomenclature
from passerelle.vocabulary import Reader, Shelf, Switch
from tests.support.official import Rows, a_small_rome, write_rome
from tests.support.slices import EDITIONS, NOMENCLATURES, make_table

AT_ONCE = timedelta(0)
Tables = dict[str, Rows]


def a_shelf() -> Shelf:
    """An empty one; the AWS of the moment is moto's."""
    if NOMENCLATURES not in boto3.client("dynamodb").list_tables()["TableNames"]:
        make_table(NOMENCLATURES)
    boto3.client("s3").create_bucket(Bucket=EDITIONS, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    return Shelf(NOMENCLATURES, EDITIONS)


def a_changed_rome(change: Callable[[Tables], Any]) -> Tables:
    tables = a_small_rome()
    change(tables)
    return tables


def taken(
    shelf: Shelf, folder: Path, tables: Mapping[str, Rows] | None = None, *, ahead: timedelta = AT_ONCE
) -> tuple[Report, Switch]:
    """Imports a small ROME."""
    return take(shelf, write_rome(folder / "rome.zip", tables or a_small_rome()), lambda _: None, ahead)


def in_force(shelf: Shelf) -> Nomenclature:
    """What a function that starts now holds."""
    return Reader(shelf).held()[1]


def everything(shelf: Shelf) -> tuple[Any, int]:
    """What an import could have changed."""
    kept = boto3.client("s3").list_objects_v2(Bucket=EDITIONS).get("KeyCount", 0)
    return shelf.switch(), kept
