"""What the outbox says to the outside: events to the bus, and to the operators how many can never get there.

PutEvents answers per entry, and every answer is looked at. An entry that failed is tried again a few times with jitter.
A request that is refused as a whole is halved until the one entry at fault stands alone.
"""

import time
from collections.abc import Sequence
from typing import Any, Final

import boto3
from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from functions.outbox.model import Entry
from passerelle import clock
from passerelle.observability import logger

_TRIES: Final = 3
_FIRST_PAUSE: Final = 0.1
_HOPELESS: Final = frozenset({"MalformedDetail", "InvalidArgument"})
_WHOLE_REQUEST: Final = frozenset({"ValidationException", "ValidationError", "RequestEntityTooLargeException"})


class Bus:
    """One event bus."""

    def __init__(self, name: str, client: Any = None) -> None:
        self._name = name
        config = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 1})
        self._client = client or boto3.client("events", config=config)

    def publish(self, entries: Sequence[Entry]) -> dict[Entry, str | None]:
        """Publish entries that fit one call. Per entry: None when published, else why it can never be, as a code.

        An entry that still fails for now is missing from the answer.
        """
        outcome: dict[Entry, str | None] = {}
        left = list(entries)
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(clock.jitter(_FIRST_PAUSE * 2**attempt))
            outcome |= self._put(left)
            left = [entry for entry in left if entry not in outcome]
            if not left:
                break
        return outcome

    def _put(self, entries: Sequence[Entry]) -> dict[Entry, str | None]:
        try:
            answer = self._client.put_events(Entries=[self._wire_form(entry) for entry in entries])
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _WHOLE_REQUEST:
                return self._halved(entries, code)
            logger.warning("the bus did not take a batch", code=code)
            return {}
        except BotoCoreError as error:
            logger.warning("the bus did not take a batch", code=type(error).__name__)
            return {}
        outcome: dict[Entry, str | None] = {}
        for entry, result in zip(entries, answer["Entries"], strict=True):
            code = result.get("ErrorCode")
            if code is None:
                outcome[entry] = None
            elif code in _HOPELESS:
                outcome[entry] = code
            else:
                logger.warning("the bus did not take an event", event_id=entry.event_id, code=code)
        return outcome

    def _halved(self, entries: Sequence[Entry], code: str) -> dict[Entry, str | None]:
        if len(entries) == 1:
            return {entries[0]: code}
        middle = len(entries) // 2
        return self._put(entries[:middle]) | self._put(entries[middle:])

    def _wire_form(self, entry: Entry) -> dict[str, str]:
        return {
            "EventBusName": self._name,
            "Source": entry.source,
            "DetailType": entry.detail_type,
            "Detail": entry.detail,
        }


def count_hopeless(stage: str, rows: int) -> None:
    """Raise the metric behind the alarm: rows met that can never be published."""
    with single_metric("EventsUnpublishable", MetricUnit.Count, rows, namespace="Passerelle") as metric:
        metric.add_dimension("stage", stage)
