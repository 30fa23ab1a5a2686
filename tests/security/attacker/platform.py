"""The platform of a simulated territory: the project's own publishing, over stores and a ledger kept in memory.

Only keeping is stood in for. Who is shown how, and whether at this moment, is decided by the code that decides it in
production: the slices' publishers and models, `placed`, `class_of`, `Budget`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from functions.demands.model import Action as DemandAction
from functions.demands.model import Demand
from functions.demands.model import moved as demand_moved
from functions.demands.publishing import Publisher as DemandPublisher
from functions.profiles.model.profile import Profile, moved
from functions.profiles.model.states import Action
from functions.profiles.publishing import Publisher
from passerelle.classes import Budgets, Member, Reopened, Thinned
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.masking import Census, as_workforce, class_of, mark_of, tally, workforce_of
from passerelle.store import Key, Stored
from tests.security.attacker.territory import WORDS

Card = ProfileCard | DemandCard


@dataclass
class Ledger:
    """`passerelle.classes.Classes`, in memory (tests/unit/kernel holds both against one another)."""

    budgets: Budgets
    workforce: Mapping[str, Census] = field(default_factory=dict)
    classes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Owner by id of each member, by class."""
    thinned: dict[str, int] = field(default_factory=dict)

    def counted(self, names: Collection[str]) -> Mapping[str, Census]:
        return {name: census for name in names if (census := self._census(name)) is not None}

    def protect(self, cards: Sequence[Card]) -> list[bool]:
        return [
            self.budgets.of(card).allows(self._census(class_of(card)) or Census())
            or self.budgets.of(card).allows(as_workforce(card, self.workforce.get(workforce_of(card), Census())))
            for card in cards
        ]

    def move(self, before: Card | None, after: Card | None, member: Member) -> None:
        if before is not None and after is not None and class_of(before) == class_of(after):
            return
        if before is not None:
            name = class_of(before)
            del self.classes[name][member.id]
            self.thinned[name] = self.thinned.get(name, 0) + 1
        if after is not None:
            assert member.id not in self.classes.setdefault(class_of(after), {})
            self.classes[class_of(after)][member.id] = member.owner

    def reopened(self, kind: Literal["profile", "demand"]) -> Reopened:
        thinned = tuple(Thinned(name, str(note)) for name, note in self.thinned.items() if name.startswith(f"{kind}|"))
        budget = self.budgets.profile if kind == "profile" else self.budgets.demand
        broken = {one.name for one in thinned if not budget.allows(self._census(one.name) or Census())}
        members = tuple(
            Member(owner, key) for name in sorted(broken) for key, owner in self.classes.get(name, {}).items()
        )
        return Reopened(thinned, members, lambda asked: self.counted([one for one in asked if one not in broken]))

    def settled(self, thinned: Iterable[Thinned]) -> None:
        for one in thinned:
            if self.thinned.get(one.name) == int(one.note):
                del self.thinned[one.name]

    def _census(self, name: str) -> Census | None:
        if name in self.workforce:
            return self.workforce[name]
        counts = Counter(mark_of(owner) for owner in self.classes.get(name, {}).values())
        return tally(counts) if counts else None


class Nothing:
    """A transaction of a store in memory: everything is written already."""

    def emit(self, *_: Any, **__: Any) -> None:
        """Facts are not told to anybody here."""

    def commit(self) -> None:
        """Nothing is left to write."""


class Kept:
    """Profiles or demands by id, as either slice's publisher wants its store to be."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.held: dict[str, Stored[Any]] = {}

    def begin(self) -> Any:
        return Nothing()

    def find(self, tenant: str, id: str) -> Stored[Any] | None:
        return self.held.get(id)

    def waiting(self) -> Iterator[Stored[Any]]:
        return iter([stored for stored in self.held.values() if stored.value.waits_for_class])

    def save(self, transaction: Any, value: Any, version: int, *, before: Any = None) -> Key:
        self._ledger.move(before and before.shown, value.shown, Member(value.tenant, value.id))
        self.held[value.id] = Stored(value, version)
        return Key(value.tenant, "kept", value.id)

    def visible(self) -> dict[str, Card]:
        """Every card that whoever reads is shown at this moment."""
        shown = {key: stored.value.shown for key, stored in self.held.items() if stored.value.shown is not None}
        protected = self._ledger.protect(list(shown.values()))
        return {key: card for (key, card), may_show in zip(shown.items(), protected, strict=True) if may_show}


class Platform:
    """Both slices' publishing, day after day."""

    def __init__(
        self, budgets: Budgets, workforce: Mapping[str, Census] | None = None, *, at_once: bool = False
    ) -> None:
        self.ledger = Ledger(budgets, workforce or {})
        self.profiles, self.demands = Kept(self.ledger), Kept(self.ledger)
        self._profile_publisher = Publisher(self.profiles, WORDS, self.ledger, at_once=at_once)
        self._demand_publisher = DemandPublisher(self.demands, WORDS, self.ledger, at_once=at_once)

    def take(self, profiles: Iterable[Profile], demands: Iterable[Demand] = ()) -> None:
        """Volunteers who have just said yes, and demands that have just opened: they wait for the next batch."""
        for kept, values in ((self.profiles, profiles), (self.demands, demands)):
            for value in values:
                kept.save(None, value, 1)

    def say_yes(self, profile: Profile) -> None:
        """A volunteer says yes at this moment: where nothing waits for the batch, his card may appear at once."""
        self._profile_publisher.agreed(Nothing(), Stored(profile, 1), profile)

    def withdraw(self, profile_ids: Iterable[str] = (), demand_ids: Iterable[str] = ()) -> None:
        """Cards that go for good."""
        for key in profile_ids:
            stored = self.profiles.held[key]
            self.profiles.save(None, moved(stored.value, Action.DECLINE), stored.version + 1, before=stored.value)
        for key in demand_ids:
            stored = self.demands.held[key]
            ended = demand_moved(stored.value, DemandAction.CLOSE)
            self.demands.save(None, ended, stored.version + 1, before=stored.value)

    def next_batch(self) -> None:
        """The night's batch."""
        self._profile_publisher.placing.all_waiting()
        self._demand_publisher.placing.all_waiting()

    def visible(self) -> dict[str, Card]:
        """Every card that is shown at this moment, by the id of its profile or demand."""
        return self.profiles.visible() | self.demands.visible()
