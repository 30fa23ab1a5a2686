"""DynamoDB in memory, for the few expressions that the product uses: an expression it does not know is refused.

Items are replaced, never changed in place, so that a copy of the dictionaries is a copy of the tables.
"""
# ruff: noqa: N803 -- these are boto3's names

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

Item = Mapping[str, Any]
Tables = dict[str, dict[tuple[str, str], Item]]
Term = Callable[[Item, Mapping[str, str], Mapping[str, Any]], bool]

_COMPARED = re.compile(r"(#?\w+) (=|<=|>|<|>=) (:\w+)")
_FUNCTION = re.compile(r"(attribute_not_exists|attribute_exists|begins_with)\((#?\w+)(?:, (:\w+))?\)")
_ADDED = re.compile(r"(#?\w+) (:\w+)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ConditionalCheckFailedException(ClientError):
    """A single write whose condition does not hold."""


class Rows:
    """A boto3 client of DynamoDB, by the methods that the product calls. `tables()` is where the rows are now."""

    exceptions = SimpleNamespace(ConditionalCheckFailedException=ConditionalCheckFailedException)

    def __init__(self, tables: Callable[[], Tables], written: Callable[[str, Item], None]) -> None:
        self._tables, self._written = tables, written

    def get_item(self, *, TableName: str, Key: Item, **_: Any) -> dict[str, Any]:
        found = self._table(TableName).get(_place(Key))
        return {} if found is None else {"Item": dict(found)}

    def put_item(self, **write: Any) -> None:
        self._alone("Put", write)

    def delete_item(self, **write: Any) -> None:
        self._alone("Delete", write)

    def transact_write_items(self, *, TransactItems: Iterable[Mapping[str, Any]]) -> None:
        writes = [next(iter(one.items())) for one in TransactItems]
        places = [(write["TableName"], _place(write.get("Item") or write["Key"])) for _, write in writes]
        assert len(set(places)) == len(places), "a transaction names an item once"
        holds = [self._holds(write) for _, write in writes]
        if not all(holds):
            reasons = [{"Code": "None" if one else "ConditionalCheckFailed"} for one in holds]
            error = {"Code": "TransactionCanceledException", "Message": ""}
            raise ClientError({"Error": error, "CancellationReasons": reasons}, "TransactWriteItems")  # type: ignore[typeddict-item]
        for kind, write in writes:
            self._apply(kind, write)

    def batch_get_item(self, *, RequestItems: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        found = {
            table: [dict(row) for key in asked["Keys"] if (row := self._table(table).get(_place(key))) is not None]
            for table, asked in RequestItems.items()
        }
        return {"Responses": found}

    def batch_write_item(self, *, RequestItems: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Any]:
        for table, writes in RequestItems.items():
            for write in writes:
                self._apply("Put", {"TableName": table, "Item": write["PutRequest"]["Item"]})
        return {}

    def query(self, *, TableName: str, Limit: int = 1_000_000, **asked: Any) -> dict[str, Any]:
        order = "gsi_sk" if "IndexName" in asked else "sk"
        values, names = asked["ExpressionAttributeValues"], asked.get("ExpressionAttributeNames", {})
        condition = asked["KeyConditionExpression"]
        found = [row for row in self._table(TableName).values() if holds(condition, row, names, values)]
        found.sort(key=lambda row: str(row[order]["S"]))
        more = {"LastEvaluatedKey": {}} if len(found) > Limit else {}
        return {"Items": [dict(row) for row in found[:Limit]], **more}

    def scan(self, *, TableName: str) -> dict[str, Any]:
        return {"Items": [dict(row) for row in self._table(TableName).values()]}

    def get_paginator(self, name: str) -> SimpleNamespace:
        """Everything on one page."""
        return SimpleNamespace(paginate=lambda **asked: iter([getattr(self, name)(**asked)]))

    def list_tables(self) -> dict[str, Any]:
        return {"TableNames": sorted(self._tables())}

    def _table(self, name: str) -> dict[tuple[str, str], Item]:
        return self._tables()[name]

    def _alone(self, kind: str, write: Mapping[str, Any]) -> None:
        if not self._holds(write):
            raise ConditionalCheckFailedException(
                {"Error": {"Code": "ConditionalCheckFailedException", "Message": ""}}, f"{kind}Item"
            )
        self._apply(kind, write)

    def _holds(self, write: Mapping[str, Any]) -> bool:
        present = self._table(write["TableName"]).get(_place(write.get("Item") or write["Key"]), {})
        condition = write.get("ConditionExpression")
        names, values = write.get("ExpressionAttributeNames", {}), write.get("ExpressionAttributeValues", {})
        return condition is None or holds(condition, present, names, values)

    def _apply(self, kind: str, write: Mapping[str, Any]) -> None:
        table, place = self._table(write["TableName"]), _place(write.get("Item") or write["Key"])
        if kind == "Put":
            table[place] = dict(write["Item"])
            self._written(write["TableName"], table[place])
        elif kind == "Delete":
            table.pop(place, None)
        elif kind == "Update":
            table[place] = _added(table.get(place) or write["Key"], write)
        else:
            raise NotImplementedError(kind)


def holds(condition: str, row: Item, names: Mapping[str, str], values: Mapping[str, Any]) -> bool:
    """Whether a condition holds of a row (an empty one: there is none)."""
    return any(all(term(row, names, values) for term in terms) for terms in _understood(condition))


@cache
def _understood(condition: str) -> tuple[tuple[Term, ...], ...]:
    """Any of which all must hold."""
    return tuple(tuple(map(_term, one.split(" AND "))) for one in condition.split(" OR "))


def _term(text: str) -> Term:
    if found := _FUNCTION.fullmatch(text):
        return partial(_applies, *found.groups())
    if found := _COMPARED.fullmatch(text):
        return partial(_compares, *found.groups())
    raise NotImplementedError(text)


def _applies(function: str, name: str, value: str, row: Item, names: Mapping[str, str], values: Any) -> bool:
    held = row.get(names.get(name, name))
    if function == "begins_with":
        return held is not None and str(held["S"]).startswith(values[value]["S"])
    return (held is None) == (function == "attribute_not_exists")


def _compares(name: str, sign: str, value: str, row: Item, names: Mapping[str, str], values: Any) -> bool:
    held = row.get(names.get(name, name))
    return held is not None and _COMPARE[sign](_plain(held), _plain(values[value]))


def _added(row: Item, write: Mapping[str, Any]) -> Item:
    verb, _, rest = str(write["UpdateExpression"]).partition(" ")
    if verb != "ADD":
        raise NotImplementedError(write["UpdateExpression"])
    after = dict(row)
    for name, value in _terms(rest):
        attribute = write.get("ExpressionAttributeNames", {}).get(name, name)
        before = int(after.get(attribute, {"N": "0"})["N"])
        after[attribute] = {"N": str(before + int(write["ExpressionAttributeValues"][value]["N"]))}
    return after


def _terms(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(", "):
        found = _ADDED.fullmatch(part)
        if found is None:
            raise NotImplementedError(text)
        yield found[1], found[2]


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, held),) = value.items()
    return int(held) if kind == "N" else held


def _place(key: Item) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]
