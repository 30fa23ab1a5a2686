"""The slice's table: what it learnt of companies, profiles and demands, and the ranking of each demand.

What was learnt is written at once and outside the transaction of the event, because everyone must see it before this
reaction looks at what the others wrote (README.md, "Nobody is missed"). The write is its own guard: the row with the
highest sequence stays, so that late or repeated news change nothing. All reads here are strongly consistent.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import Any, Final, TypeVar

from botocore.exceptions import ClientError
from pydantic import BaseModel

from functions.matching.model.ranking import Company, Demand, Profile, Ranking, Readings
from passerelle import clock
from passerelle.store import STATE, Busy, Key, Stored, Table, Transaction

M = TypeVar("M", bound=BaseModel)
RowKey = tuple[str, str]

_DEMANDS: Final = "platform#demands"
_PROFILES: Final = "#profiles"
_MOST_KEYS = 100
_ATTEMPTS = 5
_TOMBSTONES_LAST = timedelta(days=30)
_READINGS_LAST = timedelta(days=2)


class Matches:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table, client: Any) -> None:
        self._table = table
        self._client = client

    def begin(self) -> Transaction:
        """A transaction of its own for one ranking and its facts."""
        return self._table.begin()

    def learn_company(self, company: Company, sequence: int) -> bool:
        """Keep this of a company unless something newer is known; whether it was kept."""
        return self._learn(_company(company.tenant), company, sequence, gone=False)

    def learn_profile(self, profile: Profile) -> bool:
        """Keep this of a profile unless something newer is known; whether it was kept."""
        return self._learn(
            _profile(profile.tenant, profile.profile_id), profile, profile.sequence, gone=profile.card is None
        )

    def learn_demand(self, demand: Demand) -> bool:
        """Keep this of a demand unless something newer is known; whether it was kept."""
        return self._learn(_demand(demand.tenant, demand.demand_id), demand, demand.sequence, gone=demand.card is None)

    def company(self, tenant: str) -> Company | None:
        """What is known of a company."""
        return self.companies([tenant]).get(tenant)

    def companies(self, tenants: Iterable[str]) -> dict[str, Company]:
        """What is known of these companies, by tenant."""
        rows = self._read_all([_company(tenant) for tenant in tenants], Company)
        return {company.value.tenant: company.value for company in rows.values()}

    def profile(self, tenant: str, profile_id: str) -> Profile | None:
        """What is known of a profile, withdrawn ones included."""
        return self.profiles([(tenant, profile_id)]).get(profile_id)

    def profiles(self, keys: Iterable[tuple[str, str]]) -> dict[str, Profile]:
        """What is known of these (tenant, profile id), by profile id."""
        rows = self._read_all([_profile(*key) for key in keys], Profile)
        return {profile.value.profile_id: profile.value for profile in rows.values()}

    def profiles_of(self, tenant: str) -> list[Profile]:
        """A company's profiles, withdrawn ones included."""
        return list(self._all_under(tenant + _PROFILES, Profile))

    def some_profiles(self, cursor: str | None) -> tuple[list[Profile], str | None]:
        """A part of every company's profiles, withdrawn ones included, and where to go on; None at the end."""
        start = {} if cursor is None else {"ExclusiveStartKey": json.loads(cursor)}
        page = self._client.scan(
            TableName=self._table.name,
            ConsistentRead=True,
            FilterExpression="contains(pk, :profiles)",
            ExpressionAttributeValues={":profiles": {"S": _PROFILES}},
            **start,
        )
        found = [_stored(item, Profile).value for item in page["Items"] if item["pk"]["S"].endswith(_PROFILES)]
        last = page.get("LastEvaluatedKey")
        return found, None if last is None else json.dumps(last)

    def demand(self, tenant: str, demand_id: str) -> Demand | None:
        """What is known of a demand, closed ones included."""
        rows = self._read_all([_demand(tenant, demand_id)], Demand)
        return next((demand.value for demand in rows.values()), None)

    def open_demands(self) -> list[Demand]:
        """Every demand that is open now, in the order of their ids: whose they are shows in no order of anything."""
        found = (demand for demand in self._all_under(_DEMANDS, Demand) if demand.card is not None)
        return sorted(found, key=attrgetter("demand_id"))

    def ranking(self, tenant: str, demand_id: str) -> Stored[Ranking]:
        """The ranking of a demand; an empty one at version 0 when there is none."""
        return self._table.read(_ranking(tenant, demand_id), Ranking) or Stored(Ranking(), 0)

    def rankings(self, demands: Iterable[Demand]) -> dict[str, Ranking]:
        """The rankings of these demands that have one, by demand id."""
        ids = {(_ranking(demand.tenant, demand.demand_id).pk, STATE): demand.demand_id for demand in demands}
        return {ids[key]: stored.value for key, stored in self._read_all(ids, Ranking).items()}

    def save_ranking(self, transaction: Transaction, demand: Demand, ranking: Ranking, version: int) -> Key:
        """Write the ranking as this version; returns the key to emit its facts under."""
        transaction.save(_ranking(demand.tenant, demand.demand_id), ranking, version=version)
        return Key(demand.tenant, "demand", demand.demand_id)

    def forget_ranking(self, transaction: Transaction, tenant: str, demand_id: str) -> None:
        """Remove the ranking of a demand that takes no more matches."""
        stored = self.ranking(tenant, demand_id)
        if stored.version:
            transaction.delete(_ranking(tenant, demand_id), version=stored.version)

    def readings(self, tenant: str, day: date) -> Stored[Readings]:
        """How many cards a company was shown on a day; none at version 0 when it read none."""
        return self._table.read(_readings(tenant, day), Readings) or Stored(Readings(), 0)

    def save_readings(self, transaction: Transaction, tenant: str, day: date, readings: Readings, version: int) -> None:
        """Keep how many cards a company was shown on a day, for that day."""
        over = datetime.combine(day, time(), UTC) + _READINGS_LAST
        transaction.save(_readings(tenant, day), readings, version=version, expires_at=over)

    def _learn(self, key: RowKey, value: BaseModel, sequence: int, *, gone: bool) -> bool:
        item = {
            "pk": {"S": key[0]},
            "sk": {"S": key[1]},
            "version": {"N": str(sequence)},
            "state": {"S": value.model_dump_json()},
        }
        if gone:
            item["expires_at"] = {"N": str(int((clock.now() + _TOMBSTONES_LAST).timestamp()))}
        try:
            self._client.put_item(
                TableName=self._table.name,
                Item=item,
                ConditionExpression="attribute_not_exists(pk) OR #version <= :version",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":version": {"N": str(sequence)}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _read_all(self, keys: Iterable[RowKey], model: type[M]) -> dict[RowKey, Stored[M]]:
        wanted = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in dict.fromkeys(keys)]
        found: dict[RowKey, Stored[M]] = {}
        for start in range(0, len(wanted), _MOST_KEYS):
            for item in self._read_batch(wanted[start : start + _MOST_KEYS]):
                found[item["pk"]["S"], item["sk"]["S"]] = _stored(item, model)
        return found

    def _read_batch(self, keys: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
        asked = {self._table.name: {"Keys": keys, "ConsistentRead": True}}
        for _ in range(_ATTEMPTS):
            answer = self._client.batch_get_item(RequestItems=asked)
            yield from answer["Responses"].get(self._table.name, ())
            asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return
        raise Busy(self._table.name)

    def _all_under(self, pk: str, model: type[M]) -> Iterator[M]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ConsistentRead=True,
        )
        return (_stored(item, model).value for page in pages for item in page["Items"])


def _stored(item: Mapping[str, Any], model: type[M]) -> Stored[M]:
    return Stored(model.model_validate_json(item["state"]["S"]), int(item["version"]["N"]))


def _company(tenant: str) -> RowKey:
    return Key(tenant, "company", tenant).pk, STATE


def _profile(tenant: str, profile_id: str) -> RowKey:
    return tenant + _PROFILES, profile_id


def _demand(tenant: str, demand_id: str) -> RowKey:
    return _DEMANDS, f"{tenant}#{demand_id}"


def _readings(tenant: str, day: date) -> Key:
    return Key(tenant, "readings", day.isoformat())


def _ranking(tenant: str, demand_id: str) -> Key:
    return Key(tenant, "ranking", demand_id)
