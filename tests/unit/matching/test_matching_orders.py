"""Nobody is missed and nobody dead is kept, however reactions overlap: the argument of the README, searched for holes.

Reactions run in threads that take turns: every call to an edge is one step, and hypothesis chooses who takes the next.
The index of this world is the worst one allowed: what was put is seen when `put` returns and no sooner, and what was
removed is never seen to go.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.logic.proposing import Matching
from functions.matching.model import ranking
from functions.matching.model.formula import Candidate, Knowledge, Scale, candidate_of
from functions.matching.model.ranking import Company, Demand, Profile, Ranking, ranked
from passerelle.consuming import NotYet
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.matching import MatchesProposed
from passerelle.store import Key, Stored, VersionConflict
from tests.unit.matching.trades import LYON, RIVETS, WORDS, a_baker, a_car_fitter, a_fitter_is_wanted, a_place

KNOWLEDGE = Knowledge(WORDS)
Reaction = Callable[[], None]


class Turns:
    """Lets threads run one at a time, from step to step, in a chosen order."""

    def __init__(self, choices: Sequence[int]) -> None:
        self._choices = iter(choices)
        self._go: dict[int, threading.Semaphore] = {}
        self._paused = threading.Semaphore(0)

    def step(self) -> None:
        """Called before every edge call: wait for one's turn. Nobody waits outside `run`."""
        mine = self._go.get(threading.get_ident())
        if mine is not None:
            self._paused.release()
            mine.acquire()

    def run(self, reactions: Sequence[Reaction]) -> None:
        """Run all to their ends. Raises what any of them raised."""
        running: list[tuple[threading.Thread, threading.Semaphore]] = []
        failures: list[BaseException] = []

        def body(reaction: Reaction, mine: threading.Semaphore) -> None:
            mine.acquire()
            self._go[threading.get_ident()] = mine
            try:
                reaction()
            except BaseException as failure:
                failures.append(failure)
            finally:
                del self._go[threading.get_ident()]
                self._paused.release()

        for reaction in reactions:
            mine = threading.Semaphore(0)
            thread = threading.Thread(target=body, args=(reaction, mine))
            thread.start()
            running.append((thread, mine))
        while running:
            place = next(self._choices, 0) % len(running)
            thread, mine = running[place]
            mine.release()
            self._paused.acquire()
            if thread.ident not in self._go:
                thread.join()
                running.pop(place)
        if failures:
            raise failures[0]


@dataclass
class World:
    """The table, the outbox and the index, in memory, one step at a time."""

    turns: Turns
    companies: dict[str, tuple[int, Company]] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    demands: dict[str, Demand] = field(default_factory=dict)
    rankings: dict[str, Stored[Ranking]] = field(default_factory=dict)
    outbox: list[MatchesProposed] = field(default_factory=list)
    indexed: dict[str, tuple[int, bool]] = field(default_factory=dict)
    visible: dict[str, Candidate] = field(default_factory=dict)


class Writes:
    """A transaction of this world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.rankings: dict[str, Stored[Ranking] | None] = {}
        self.expected: dict[str, int] = {}
        self._facts: list[MatchesProposed] = []

    def emit(self, key: Key, event: Any, *, sequence: int) -> None:
        self._facts.append(event)

    def commit(self) -> None:
        self._world.turns.step()
        for demand_id, version in self.expected.items():
            held = self._world.rankings.get(demand_id)
            if (held.version if held else 0) != version:
                raise VersionConflict
        for demand_id, stored in self.rankings.items():
            if stored is None:
                self._world.rankings.pop(demand_id)
            else:
                self._world.rankings[demand_id] = stored
        self._world.outbox += self._facts


class WorldMatches:
    """`Matches`, in memory."""

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> Any:
        return Writes(self._world)

    def learn_company(self, company: Company, sequence: int) -> bool:
        self._world.turns.step()
        if self._world.companies.get(company.tenant, (0, company))[0] > sequence:
            return False
        self._world.companies[company.tenant] = (sequence, company)
        return True

    def learn_profile(self, profile: Profile) -> bool:
        return self._newest(self._world.profiles, profile.profile_id, profile)

    def learn_demand(self, demand: Demand) -> bool:
        return self._newest(self._world.demands, demand.demand_id, demand)

    def company(self, tenant: str) -> Company | None:
        return self.companies([tenant]).get(tenant)

    def companies(self, tenants: Iterable[str]) -> Mapping[str, Company]:
        wanted = set(tenants)
        self._world.turns.step()
        return {tenant: row[1] for tenant, row in self._world.companies.items() if tenant in wanted}

    def profile(self, tenant: str, profile_id: str) -> Profile | None:
        return self.profiles([(tenant, profile_id)]).get(profile_id)

    def profiles(self, keys: Iterable[tuple[str, str]]) -> Mapping[str, Profile]:
        wanted = {key[1] for key in keys}
        self._world.turns.step()
        return {name: row for name, row in self._world.profiles.items() if name in wanted}

    def profiles_of(self, tenant: str) -> Sequence[Profile]:
        self._world.turns.step()
        return [row for row in self._world.profiles.values() if row.tenant == tenant]

    def demand(self, tenant: str, demand_id: str) -> Demand | None:
        self._world.turns.step()
        return self._world.demands.get(demand_id)

    def open_demands(self) -> Sequence[Demand]:
        self._world.turns.step()
        return [row for row in self._world.demands.values() if row.card is not None]

    def ranking(self, tenant: str, demand_id: str) -> Stored[Ranking]:
        self._world.turns.step()
        return self._world.rankings.get(demand_id, Stored(Ranking(), 0))

    def rankings(self, demands: Iterable[Demand]) -> Mapping[str, Ranking]:
        wanted = {demand.demand_id for demand in demands}
        self._world.turns.step()
        return {name: row.value for name, row in self._world.rankings.items() if name in wanted}

    def save_ranking(self, transaction: Any, demand: Demand, ranking: Ranking, version: int) -> Key:
        transaction.expected[demand.demand_id] = version - 1
        transaction.rankings[demand.demand_id] = Stored(ranking, version)
        return Key(demand.tenant, "demand", demand.demand_id)

    def forget_ranking(self, transaction: Any, tenant: str, demand_id: str) -> None:
        stored = self.ranking(tenant, demand_id)
        if stored.version:
            transaction.expected[demand_id] = stored.version
            transaction.rankings[demand_id] = None

    def _newest(self, rows: dict[str, Any], name: str, value: Any) -> bool:
        self._world.turns.step()
        if name in rows and rows[name].sequence > value.sequence:
            return False
        rows[name] = value
        return True


class OpenGate:
    """Everything may be shown: what is shown when it may not is proved elsewhere."""

    def protect(self, cards: Sequence[ProfileCard | DemandCard]) -> list[bool]:
        return [True] * len(cards)


class WorldIndex:
    """`Index`, in memory, as late as an engine may be."""

    def __init__(self, world: World) -> None:
        self._world = world

    def put(self, candidate: Candidate) -> None:
        self._world.turns.step()
        if self._world.indexed.get(candidate.profile_id, (0, True))[0] >= candidate.sequence:
            return
        self._world.indexed[candidate.profile_id] = (candidate.sequence, True)
        self._world.turns.step()
        if self._world.indexed[candidate.profile_id] == (candidate.sequence, True):
            self._world.visible[candidate.profile_id] = candidate

    def remove(self, profile_id: str, sequence: int) -> None:
        self._world.turns.step()
        if self._world.indexed.get(profile_id, (0, True))[0] < sequence:
            self._world.indexed[profile_id] = (sequence, False)

    def tenant_of(self, profile_id: str) -> str | None:
        raise NotImplementedError

    def recall(self, scale: Scale, host: str) -> list[Candidate]:
        self._world.turns.step()
        return [one for one in self._world.visible.values() if one.tenant != host]


@dataclass(frozen=True)
class News:
    """One event of the story."""

    kind: str
    subject: str
    sequence: int
    card: Any = None
    denied: frozenset[str] = frozenset()

    def reaction(self, world: World) -> Reaction:
        matching = Matching(WorldMatches(world), WorldIndex(world), OpenGate(), KNOWLEDGE)
        react: Mapping[str, Callable[[Any], None]] = {
            "company": lambda _: matching.learn_company(self.company(), self.sequence),
            "publish": lambda _: matching.publish(
                OWNERS[self.subject], self.sequence, self.subject, "per_x", self.card
            ),
            "withdraw": lambda _: matching.withdraw(OWNERS[self.subject], self.sequence, self.subject),
            "open": lambda _: matching.open_demand("cmp_host", self.sequence, self.subject, self.card),
            "close": lambda writes: matching.close_demand(writes, "cmp_host", self.sequence, self.subject),
        }

        def deliver() -> None:
            while True:
                writes = Writes(world)
                try:
                    react[self.kind](writes)
                    writes.commit()
                except VersionConflict:
                    continue
                return

        return deliver

    def company(self) -> Company:
        return Company(
            tenant=self.subject, active=self.card != "suspended", marks=frozenset({self.subject}), denied=self.denied
        )


OWNERS = {"prf_a": "cmp_one", "prf_b": "cmp_one", "prf_c": "cmp_two", "prf_d": "cmp_two"}

CARDS: tuple[ProfileCard, ...] = (
    a_car_fitter(),
    a_car_fitter(skills=(*a_car_fitter().skills, RIVETS)),
    a_car_fitter(area=a_place(LYON)),
    a_car_fitter(radius_km=20, available_to="2026-10"),
    a_baker(),
)
DEMANDS: tuple[DemandCard, ...] = (
    a_fitter_is_wanted(),
    a_fitter_is_wanted(area=a_place(LYON)),
    a_fitter_is_wanted(wished_skills=(RIVETS,), last_month="2027-02"),
)


@st.composite
def stories(draw: st.DrawFn) -> list[News]:
    """Versions of a few things, each told once, in any order."""
    news = [News("company", name, 1) for name in ("cmp_host", "cmp_one", "cmp_two")]
    for profile_id in OWNERS:
        for sequence in range(1, draw(st.integers(1, 3)) + 1):
            card = draw(st.sampled_from((*CARDS, None)))
            news.append(News("publish" if card else "withdraw", profile_id, sequence, card))
    for demand_id in ("dem_x", "dem_y"):
        for sequence in range(1, draw(st.integers(1, 2)) + 1):
            wanted = draw(st.sampled_from((*DEMANDS, *DEMANDS, None)))
            news.append(News("open" if wanted else "close", demand_id, sequence, wanted))
    for name in draw(st.sets(st.sampled_from(["cmp_one", "cmp_two", "cmp_host"]))):
        denied = draw(st.sampled_from([frozenset(), frozenset({"cmp_host"}), frozenset({"cmp_one"})]))
        news.append(News("company", name, 2, draw(st.sampled_from(["active", "active", "suspended"])), denied))
    return draw(st.permutations(news))


def expected_rankings(world: World) -> dict[str, list[str]]:
    """What the facts alone say, by brute force."""
    people = [
        candidate_of(row.profile_id, row.tenant, row.sequence, row.card)
        for row in world.profiles.values()
        if row.card is not None
    ]

    def lender(tenant: str) -> Company | None:
        return world.companies[tenant][1]

    found = {}
    for row in world.demands.values():
        if row.card is not None:
            scale = Scale(row.card, KNOWLEDGE)
            host = world.companies[row.tenant][1]
            order: Iterator[Any] = iter(ranked(scale, people, lender, host))
            found[row.demand_id] = [entry.profile_id for entry in ranking.first_proposed(scale, order)]
    return found


@settings(max_examples=150)
@given(stories(), st.integers(1, 4), st.lists(st.integers(0, 3), min_size=40, max_size=400))
def test_every_overlap_ends_in_the_ranking_that_the_facts_say(
    story: list[News], together: int, choices: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "MOST_PROPOSED", 2)
        world = World(Turns(choices))
        waiting = list(story)
        while waiting:
            now, waiting = waiting[:together], waiting[together:]
            later: list[News] = []

            def patient(news: News, later: list[News] = later) -> Reaction:
                def deliver() -> None:
                    try:
                        news.reaction(world)()
                    except NotYet:
                        later.append(news)

                return deliver

            world.turns.run([patient(news) for news in now])
            waiting += later

        for demand_id, people in expected_rankings(world).items():
            stored = world.rankings.get(demand_id, Stored(Ranking(), 0)).value
            assert [entry.profile_id for entry in stored.entries] == people
            told = {match.profile_id for one in world.outbox if one.demand_id == demand_id for match in one.matches}
            assert told >= set(people)
            sequences = {entry.profile_id: entry.sequence for entry in stored.entries}
            assert all(world.profiles[name].sequence == sequence for name, sequence in sequences.items())


def told(world: World, *story: News) -> World:
    """A world where these came one after the other."""
    for news in story:
        news.reaction(world)()
    return world


ALL_KNOWN = tuple(News("company", name, 1) for name in ("cmp_host", "cmp_one", "cmp_two"))
FITTER, BETTER, STRANGER = CARDS[0], CARDS[1], CARDS[4]


def a_news(profile_id: str, card: ProfileCard, sequence: int = 1) -> News:
    return News("publish", profile_id, sequence, card)


OPEN = News("open", "dem_x", 1, DEMANDS[0])
A_FITTER = a_news("prf_a", FITTER)

OVERLAPS: dict[str, tuple[tuple[News, ...], News, News]] = {
    "a demand and a profile": ((), OPEN, A_FITTER),
    "two profiles for the last place": ((OPEN, A_FITTER), a_news("prf_b", FITTER), a_news("prf_c", BETTER)),
    "a profile and its withdrawal": ((OPEN,), A_FITTER, News("withdraw", "prf_a", 2)),
    "a change and an older change": ((OPEN,), a_news("prf_a", STRANGER, 2), a_news("prf_a", BETTER)),
    "a withdrawal and one who moves up": (
        (OPEN, A_FITTER, a_news("prf_b", FITTER), a_news("prf_c", FITTER)),
        News("withdraw", "prf_a", 2),
        a_news("prf_d", FITTER),
    ),
    "two withdrawals": (
        (OPEN, A_FITTER, a_news("prf_b", FITTER), a_news("prf_c", FITTER)),
        News("withdraw", "prf_a", 2),
        News("withdraw", "prf_b", 2),
    ),
    "a demand and a change of it": ((A_FITTER,), OPEN, News("open", "dem_x", 2, DEMANDS[1])),
    "a demand that changes and a profile": (
        (OPEN,),
        News("open", "dem_x", 2, DEMANDS[1]),
        a_news("prf_a", CARDS[2]),
    ),
    "a demand and a deny-list": ((A_FITTER,), OPEN, News("company", "cmp_one", 2, denied=frozenset({"cmp_host"}))),
    "a profile and a deny-list of the host": (
        (OPEN,),
        A_FITTER,
        News("company", "cmp_host", 2, denied=frozenset({"cmp_one"})),
    ),
    "a profile and a suspension": ((OPEN,), A_FITTER, News("company", "cmp_one", 2, "suspended")),
    "a closure and a profile": ((OPEN,), News("close", "dem_x", 2), A_FITTER),
}


@pytest.mark.parametrize("name", OVERLAPS)
def test_every_overlap_of_two_with_two_switches(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST_PROPOSED", 2)
    before, one, other = OVERLAPS[name]
    for first, second in ((one, other), (other, one)):
        for start in range(24):
            for pause in (*range(1, 20, 2), 1000):
                choices = [0] * start + [1] * pause + [0] * 1000
                world = told(World(Turns(choices)), *ALL_KNOWN, *before)
                world.turns.run([first.reaction(world), second.reaction(world)])
                for demand_id, people in expected_rankings(world).items():
                    stored = world.rankings.get(demand_id, Stored(Ranking(), 0)).value
                    found = [entry.profile_id for entry in stored.entries]
                    assert found == people, f"{name}: {start} steps, then {pause} of the other"
