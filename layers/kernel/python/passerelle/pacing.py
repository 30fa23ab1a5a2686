"""How fast one caller may ask: a bucket of his own, behind the gateway's throttle that all callers share.

A bucket holds `burst` requests and gains `per_second` of them. All that is kept of it is the instant at which it will
be full again (the virtual scheduling of ITU-T I.371), in one row that is changed without being read first: requests
that come at once are counted one by one, and none of them waits for another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from botocore.exceptions import ClientError

from passerelle.store import STATE, Key

_FORGOTTEN_AFTER: Final = timedelta(hours=1)
_ATTEMPTS: Final = 3
_LOST: Final = "ConditionalCheckFailedException"
_TOO_FAST_FOR_A_ROW: Final = {"ThrottlingException", "ProvisionedThroughputExceededException"}


@dataclass(frozen=True)
class Pace:
    """What a bucket holds, and what it gains: at least one request each."""

    per_second: int
    burst: int

    @property
    def interval(self) -> int:
        """Milliseconds in which it gains one request; at least one."""
        return max(1, 1000 // self.per_second)


class Buckets:
    """The buckets of all callers, in the slice's table. `take` alone is written at once, outside any transaction."""

    def __init__(self, table: str, client: Any, pace: Pace) -> None:
        self._table = table
        self._client = client
        self._pace = pace

    def take(self, caller: str, now: datetime) -> int:
        """One request out of a caller's bucket: 0, or how many seconds he has to wait for the next one."""
        row = {"pk": {"S": Key(caller, "bucket", "all").pk}, "sk": {"S": STATE}}
        present = int(now.timestamp() * 1000)
        latest = present + (self._pace.burst - 1) * self._pace.interval
        try:
            for _ in range(_ATTEMPTS):
                if self._taken_from_used(row, present, latest) or self._taken_from_full(row, present):
                    return 0
                wait = self._full_at(row) - latest
                if wait > 0:
                    return ceil(wait / 1000)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _TOO_FAST_FOR_A_ROW:
                raise
        return 1

    def _taken_from_used(self, row: dict[str, Any], present: int, latest: int) -> bool:
        """Whether the bucket was not full, and held a request."""
        return self._done(
            self._client.update_item,
            Key=row,
            UpdateExpression="ADD full_at :interval",
            ConditionExpression="full_at >= :present AND full_at <= :latest",
            ExpressionAttributeValues={
                ":interval": _number(self._pace.interval),
                ":present": _number(present),
                ":latest": _number(latest),
            },
        )

    def _taken_from_full(self, row: dict[str, Any], present: int) -> bool:
        """Whether the bucket was full, as it is when nothing is known of it."""
        forgotten = present // 1000 + int(_FORGOTTEN_AFTER.total_seconds())
        return self._done(
            self._client.put_item,
            Item={**row, "full_at": _number(present + self._pace.interval), "expires_at": _number(forgotten)},
            ConditionExpression="attribute_not_exists(pk) OR full_at < :present",
            ExpressionAttributeValues={":present": _number(present)},
        )

    def _full_at(self, row: dict[str, Any]) -> int:
        item = self._client.get_item(TableName=self._table, Key=row, ConsistentRead=True).get("Item")
        return int(item["full_at"]["N"]) if item else 0

    def _done(self, write: Any, **what: Any) -> bool:
        try:
            write(TableName=self._table, **what)
        except ClientError as error:
            if error.response["Error"]["Code"] == _LOST:
                return False
            raise
        return True


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}
