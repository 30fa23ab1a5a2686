"""The event rows of all tables: which wait, what they hold, and that they were published."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.outbox.model import Entry, Hopeless, Place, TableUnavailable, is_event_row, read
from passerelle.store import UNPUBLISHED_INDEX, dynamodb_client

_PAGE = 100


class Rows:
    """The event rows of every table, and nothing else of them. What fails raises `TableUnavailable`."""

    def __init__(self, client: Any = None) -> None:
        self._client = client or dynamodb_client()

    def waiting(self, table: str) -> Iterator[list[Entry | Hopeless]]:
        """The rows of a table that are not yet published, a page at a time, each read with strong consistency."""
        pages = self._client.get_paginator("query").paginate(
            TableName=table,
            IndexName=UNPUBLISHED_INDEX,
            KeyConditionExpression="unpublished = :yes",
            ExpressionAttributeValues={":yes": {"S": "1"}},
            PaginationConfig={"PageSize": _PAGE},
        )
        try:
            for page in pages:
                places = [Place(table, item["pk"]["S"], item["sk"]["S"]) for item in page["Items"]]
                items = [self._item(place) for place in places]
                yield [read(table, item) for item in items if is_event_row(item)]
        except (BotoCoreError, ClientError) as error:
            raise TableUnavailable(_code(error)) from error

    def clear(self, place: Place) -> None:
        """Note that a row was published. A row that is gone, or was noted before, is no error."""
        self._update(place, "REMOVE unpublished, unpublishable")

    def note_hopeless(self, hopeless: Hopeless) -> None:
        """Write the reason on a row that can never be published; it stays unpublished, for an operator to find."""
        self._update(
            hopeless.place,
            "SET unpublishable = :reason",
            ExpressionAttributeValues={":reason": {"S": hopeless.reason}},
        )

    def _update(self, place: Place, expression: str, **values: Any) -> None:
        try:
            self._client.update_item(
                TableName=place.table,
                Key=_key(place),
                UpdateExpression=expression,
                ConditionExpression="attribute_exists(pk)",
                **values,
            )
        except (BotoCoreError, ClientError) as error:
            if _code(error) != "ConditionalCheckFailedException":
                raise TableUnavailable(_code(error)) from error

    def _item(self, place: Place) -> dict[str, Any]:
        answer = self._client.get_item(TableName=place.table, Key=_key(place), ConsistentRead=True)
        return dict(answer.get("Item", {}))


def _key(place: Place) -> dict[str, Any]:
    return {"pk": {"S": place.pk}, "sk": {"S": place.sk}}


def _code(error: BotoCoreError | ClientError) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
