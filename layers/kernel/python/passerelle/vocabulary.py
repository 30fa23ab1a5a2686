"""Which nomenclature is in force: the starter that travels with the package, or the edition an operator imported.

An edition is immutable: its tables, and what was learnt from them, lie in a bucket under their digest. One row says
which edition holds and since when. A switch is written `AHEAD` of its instant and every process reads the row again
after `FRESH`, so that all of them have read of it before it happens and change at that instant together (decision
0009). It refuses an artefact whose digest is not the one of the row.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, Generic, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from passerelle import clock
from passerelle.nomenclature import Nomenclature, load_starter, read_nomenclature
from passerelle.settings import VocabularySettings
from passerelle.store import VersionConflict, dynamodb_client

AHEAD: Final = timedelta(seconds=60)
"""How long before its instant a switch is written."""
FRESH: Final = timedelta(seconds=30)
"""How long a process believes what it read. Less than `AHEAD`, or two functions could hold different editions."""

W = TypeVar("W")
_ROW: Final = {"pk": {"S": "nomenclature"}, "sk": {"S": "STATE"}}


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Edition(_Kept):
    """An imported nomenclature: its name, and the SHA-256 of each of its three files in the bucket.

    `tables` is what every function reads, `learnt` what the search was made ready with, `sources` what the next import
    starts from."""

    name: str
    tables: str
    learnt: str
    sources: str


class Switch(_Kept):
    """The row: `edition` holds from `since` on, `before` until then; None is the starter. `number` counts switches.

    It tells of two editions, so there is no next switch before this one's instant."""

    number: int = 0
    edition: Edition | None = None
    before: Edition | None = None
    since: datetime

    def at(self, instant: datetime) -> Edition | None:
        """The edition in force at an instant; None for the starter."""
        return self.edition if instant >= self.since else self.before


NEVER: Final = Switch(since=datetime(1970, 1, 1, tzinfo=UTC))
"""Nothing was imported yet."""


def artefact(digest: str) -> str:
    """The key of a file in the bucket."""
    return f"editions/{digest}"


class Shelf:
    """The bucket of editions and the row that says which one holds. Reads are strongly consistent."""

    def __init__(self, table: str, bucket: str, database: Any = None, files: Any = None) -> None:
        self._table = table
        self._bucket = bucket
        self._database = database or dynamodb_client()
        self._files = files

    def switch(self) -> Switch:
        """What the row says now."""
        item = self._database.get_item(TableName=self._table, Key=_ROW, ConsistentRead=True).get("Item")
        return Switch.model_validate_json(item["state"]["S"]) if item else NEVER

    def fetch(self, digest: str) -> bytes:
        """A file of an edition. Raises `ValueError` when it is not what its name says."""
        content: bytes = self._bucket_client().get_object(Bucket=self._bucket, Key=artefact(digest))["Body"].read()
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"the artefact {digest} is not whole")
        return content

    def put(self, content: bytes) -> str:
        """Keeps a file under its digest, which it returns; again changes nothing."""
        digest = hashlib.sha256(content).hexdigest()
        self._bucket_client().put_object(Bucket=self._bucket, Key=artefact(digest), Body=content)
        return digest

    def turn(self, seen: Switch, edition: Edition | None, since: datetime) -> Switch:
        """Writes that an edition holds from an instant on. Raises `VersionConflict` when somebody else has switched
        since `seen` was read, and while the edition of `seen` does not hold yet: some processes have read of it, and
        would go over to it while others no longer hear of it."""
        wait = (seen.since - clock.now()).total_seconds()
        if wait > 0:
            raise VersionConflict(f"the edition imported before holds in {wait:.0f} s only")
        written = Switch(number=seen.number + 1, edition=edition, before=seen.edition, since=since)
        unchanged = "number = :seen" if seen.number else "attribute_not_exists(pk)"
        try:
            self._database.put_item(
                TableName=self._table,
                Item={**_ROW, "number": {"N": str(written.number)}, "state": {"S": written.model_dump_json()}},
                ConditionExpression=unchanged.replace("number", "#n"),
                **({"ExpressionAttributeNames": {"#n": "number"}} if seen.number else {}),
                **({"ExpressionAttributeValues": {":seen": {"N": str(seen.number)}}} if seen.number else {}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise VersionConflict("the nomenclature was switched by somebody else meanwhile") from None
        return written

    def _bucket_client(self) -> Any:
        self._files = self._files or boto3.client(
            "s3", config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
        )
        return self._files


class Reader:
    """What one process knows of the switch, and the nomenclature it holds."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._switch = NEVER
        self._read_at: datetime | None = None
        self._held: tuple[Edition | None, Nomenclature] | None = None

    def edition(self) -> Edition | None:
        """The edition in force now; None for the starter."""
        now = clock.now()
        if self._read_at is None or not self._read_at <= now < self._read_at + FRESH:
            self._switch, self._read_at = self.shelf.switch(), now
        return self._switch.at(now)

    def held(self) -> tuple[Edition | None, Nomenclature]:
        """The edition in force now and its nomenclature: reading it may take a second, in which another may come."""
        edition = self.edition()
        if self._held is None or self._held[0] != edition:
            self._held = (edition, load_starter() if edition is None else unpacked(self.shelf.fetch(edition.tables)))
        return self._held


@cache
def reader() -> Reader:
    """This process's reader, by its environment."""
    settings = VocabularySettings.from_environment()
    return Reader(Shelf(settings.vocabulary_table, settings.vocabulary_bucket))


def current() -> Nomenclature:
    """The nomenclature in force now."""
    return reader().held()[1]


class WhileCurrent(Generic[W]):
    """What was made from the nomenclature in force, made again when another one is."""

    def __init__(self, make: Callable[[], W]) -> None:
        self._make = make
        self._made: tuple[Edition | None, W] | None = None

    def __call__(self) -> W:
        """The thing, made on first use and after each switch."""
        edition = reader().edition()
        if self._made is None or self._made[0] != edition:
            self._made = (edition, self._make())
        return self._made[1]

    def cache_clear(self) -> None:
        """Forgets it, and what was read of the switch."""
        self._made = None
        reader.cache_clear()


def while_current(make: Callable[[], W]) -> WhileCurrent[W]:
    """Like `functools.cache` on a function without arguments, until the nomenclature is switched."""
    return WhileCurrent(make)


def unpacked(content: bytes) -> Nomenclature:
    """The nomenclature of a file of tables: a ZIP of what `read_nomenclature` reads. Raises `ValueError`."""
    with zipfile.ZipFile(io.BytesIO(content)) as tables:
        return read_nomenclature(zipfile.Path(tables))
