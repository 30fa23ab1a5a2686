"""The ledger of classes: how many cards read alike, counted in the same transaction that shows or hides a card.

One table, written by the slices that own cards and read by those that show them, always with strong consistency: it is
the last word on what may be shown, whatever news are still on their way (decision 0007). A class is one row of counts;
each of its cards is a row of its own; a class that lost a card is noted until somebody has looked what became of the
others. The operator's workforce table lies beside. Rows of counts name companies by a digest only.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, Self

from passerelle import clock
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.masking import Budget, Census, as_workforce, class_of, mark_of, tally, workforce_of
from passerelle.observability import logger
from passerelle.settings import MaskingSettings
from passerelle.store import STATE, Busy, Transaction, VersionConflict, dynamodb_client

OWN_COMPANIES: Final = 2
"""How many companies of a class may be the attacker's own: he leaves out their cards when he guesses."""

_OWNER: Final = "owner_"
_MEMBER: Final = "MEMBER#"
_THINNED: Final = "thinned"
_MOST_KEYS: Final = 100
_MOST_PUTS: Final = 25
_ATTEMPTS: Final = 5


@dataclass(frozen=True)
class Member:
    """One card of a class: which resource of which company."""

    owner: str
    id: str


@dataclass(frozen=True)
class Thinned:
    """A class that lost a card; `note` tells this loss from a later one."""

    name: str
    note: str


@dataclass(frozen=True)
class Reopened:
    """Where places are given anew: the thinned classes that were looked at, the members of those that no longer
    protect them, and the census without these classes."""

    looked_at: tuple[Thinned, ...]
    members: tuple[Member, ...]
    counted: Callable[[Collection[str]], Mapping[str, Census]]


@dataclass(frozen=True)
class Budgets:
    """What the classes of profiles and of demands must be."""

    profile: Budget
    demand: Budget

    def of(self, card: ProfileCard | DemandCard) -> Budget:
        """The budget of this kind of card."""
        return self.profile if isinstance(card, ProfileCard) else self.demand


def budgets(min_members: int, min_lenders: int, max_lender_share: int) -> Budgets:
    """Both budgets from the three numbers of law.md §3.2. They are its floors; the company behind a card is as well
    hidden as the person, and a demand stands among as many *companies* as a profile among people (decision 0007)."""
    one_in = min_members + OWN_COMPANIES if min_members else 1
    return Budgets(
        profile=Budget(min_members, min_lenders, max_lender_share, one_in),
        demand=Budget(min_members, min_members, 100, one_in),
    )


class Classes:
    """The ledger."""

    def __init__(self, table_name: str, allowed: Budgets, client: Any = None) -> None:
        self.table_name = table_name
        self.budgets: Final = allowed
        self._client = client or dynamodb_client()

    @classmethod
    def opened(cls, settings: MaskingSettings) -> Self:
        """The ledger that these settings name."""
        allowed = budgets(settings.min_members, settings.min_lenders, settings.max_lender_share)
        return cls(settings.classes_table_name, allowed)

    def counted(self, names: Collection[str]) -> dict[str, Census]:
        """The census of each class or workforce that has one, by name."""
        wanted = [_row(name, STATE) for name in dict.fromkeys(names)]
        found: dict[str, Census] = {}
        for start in range(0, len(wanted), _MOST_KEYS):
            for item in self._read(wanted[start : start + _MOST_KEYS]):
                found[item["pk"]["S"]] = _census(item)
        return found

    def protect(self, cards: Sequence[ProfileCard | DemandCard]) -> list[bool]:
        """Whether each card may be shown at this moment, in the order given."""
        known = self.counted({name for card in cards for name in (class_of(card), workforce_of(card))})
        return [self._protects(card, known) for card in cards]

    def move(
        self,
        transaction: Transaction,
        before: ProfileCard | DemandCard | None,
        after: ProfileCard | DemandCard | None,
        member: Member,
    ) -> None:
        """Count a card in the class of `after` and no longer in that of `before` (None: it is not shown); the counts
        stand or fall with the transaction."""
        if before is not None and after is not None and class_of(before) == class_of(after):
            return
        if before is not None:
            self._leave(transaction, before, member)
        if after is not None:
            self._enter(transaction, after, member)

    def reopened(self, kind: Literal["profile", "demand"]) -> Reopened:
        """The classes of this kind that lost a card since somebody last looked, opened for places to be given anew."""
        thinned = tuple(Thinned(item["sk"]["S"], item["note"]["S"]) for item in self._query(f"{_THINNED}#{kind}"))
        names = [one.name for one in thinned]
        census = self.counted(names)
        budget = self.budgets.profile if kind == "profile" else self.budgets.demand
        broken = frozenset(name for name in names if not budget.allows(census.get(name, Census())))
        members = tuple(member for name in sorted(broken) for member in self._members(name))
        return Reopened(thinned, members, lambda asked: self.counted([one for one in asked if one not in broken]))

    def settled(self, thinned: Iterable[Thinned]) -> None:
        """What became of the others of these classes is settled, unless they lost another card meanwhile."""
        for one in thinned:
            try:
                self._client.delete_item(
                    TableName=self.table_name,
                    Key=_row(_thinned(one.name), one.name),
                    ConditionExpression="note = :note",
                    ExpressionAttributeValues={":note": {"S": one.note}},
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                logger.info("the class became thinner still", class_name=one.name)

    def import_workforce(self, rows: Iterable[tuple[str, Census]]) -> int:
        """Write the workforce of trades and areas, by `workforce_name`; what was there under a name is replaced.
        Returns how many rows were written. A name may be there once only."""
        written, pending = 0, iter(rows)
        while some := list(islice(pending, _MOST_PUTS)):
            asked = {self.table_name: [{"PutRequest": {"Item": _workforce_row(*row)}} for row in some]}
            for _ in range(_ATTEMPTS):
                asked = self._client.batch_write_item(RequestItems=asked).get("UnprocessedItems") or {}
                if not asked:
                    break
            else:
                raise Busy(self.table_name)
            written += len(some)
        return written

    def _enter(self, transaction: Transaction, card: ProfileCard | DemandCard, member: Member) -> None:
        name = class_of(card)
        self._count(transaction, name, member.owner, 1)
        put = {
            "TableName": self.table_name,
            "Item": _row(name, _member_key(member)) | {"owner": {"S": member.owner}, "id": {"S": member.id}},
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        transaction.include({"Put": put}, VersionConflict(name))

    def _leave(self, transaction: Transaction, card: ProfileCard | DemandCard, member: Member) -> None:
        name = class_of(card)
        self._count(transaction, name, member.owner, -1)
        delete = {
            "TableName": self.table_name,
            "Key": _row(name, _member_key(member)),
            "ConditionExpression": "attribute_exists(pk)",
        }
        transaction.include({"Delete": delete}, VersionConflict(name))
        note = _row(_thinned(name), name) | {"note": {"S": clock.new_id("thn")}}
        transaction.include({"Put": {"TableName": self.table_name, "Item": note}}, VersionConflict(name))

    def _members(self, name: str) -> Iterator[Member]:
        for item in self._query(name, _MEMBER):
            yield Member(item["owner"]["S"], item["id"]["S"])

    def _protects(self, card: ProfileCard | DemandCard, known: Mapping[str, Census]) -> bool:
        budget = self.budgets.of(card)
        workforce = as_workforce(card, known.get(workforce_of(card), Census()))
        return budget.allows(workforce) or budget.allows(known.get(class_of(card), Census()))

    def _count(self, transaction: Transaction, name: str, owner: str, change: int) -> None:
        update = {
            "TableName": self.table_name,
            "Key": _row(name, STATE),
            "UpdateExpression": "ADD #owner :change, cards :change",
            "ExpressionAttributeNames": {"#owner": _OWNER + mark_of(owner)},
            "ExpressionAttributeValues": {":change": {"N": str(change)}},
        }
        transaction.include({"Update": update}, VersionConflict(name))

    def _read(self, keys: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
        asked = {self.table_name: {"Keys": keys, "ConsistentRead": True}}
        for _ in range(_ATTEMPTS):
            answer = self._client.batch_get_item(RequestItems=asked)
            yield from answer["Responses"].get(self.table_name, ())
            asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return
        raise Busy(self.table_name)

    def _query(self, pk: str, prefix: str = "") -> Iterator[Mapping[str, Any]]:
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :prefix)", values | {":prefix": {"S": prefix}}
        pages = self._client.get_paginator("query").paginate(
            TableName=self.table_name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        return (item for page in pages for item in page["Items"])


def _census(item: Mapping[str, Any]) -> Census:
    """A row of the operator's table says its counts; a class is counted by the company of each of its cards."""
    if "members" in item:
        members, owners, largest = (int(item[key]["N"]) for key in ("members", "owners", "largest"))
        return Census(members, owners, largest)
    return tally({key.removeprefix(_OWNER): int(row["N"]) for key, row in item.items() if key.startswith(_OWNER)})


def _workforce_row(name: str, census: Census) -> dict[str, Any]:
    counts = {"members": census.members, "owners": census.owners, "largest": census.largest}
    return _row(name, STATE) | {key: {"N": str(value)} for key, value in counts.items()}


def _row(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _member_key(member: Member) -> str:
    return f"{_MEMBER}{member.id}"


def _thinned(name: str) -> str:
    return f"{_THINNED}#{name.partition('|')[0]}"
