"""A rebuild of the index loses nobody and brings nobody back, on every engine, while others read and write."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from functions.matching import index as index_module
from functions.matching.index import ProfileIndex, connect, document
from functions.matching.model.formula import Candidate, Scale, candidate_of
from functions.matching.model.ranking import Profile, Superseded
from functions.matching.rebuilding import Act, Done, Order, TookTooLong, rebuild
from passerelle import clock
from passerelle.contracts.cards import Area
from tests.support.crowds import KNOWLEDGE, a_card, a_demand_in_reach_of_many, plain
from tests.support.search import search_url as search_url

_numbers = itertools.count()
EVERYBODY = Scale(a_demand_in_reach_of_many(), KNOWLEDGE)


class Rows:
    """The slice's rows as the store keeps them: the highest sequence stays. Reads come in pages of three."""

    def __init__(self) -> None:
        self.held: dict[str, Profile] = {}
        self.lock = threading.Lock()

    def learn(self, profile: Profile) -> None:
        with self.lock:
            known = self.held.get(profile.profile_id)
            if known is None or known.sequence <= profile.sequence:
                self.held[profile.profile_id] = profile

    def some_profiles(self, cursor: str | None) -> tuple[Sequence[Profile], str | None]:
        with self.lock:
            rest = sorted(one for one in self.held if cursor is None or one > cursor)
            page = [self.held[one] for one in rest[:3]]
        return page, page[-1].profile_id if len(rest) > 3 else None


def a_profile(number: int, sequence: int) -> Profile:
    """Somebody in reach of `EVERYBODY`; what changes with the sequence is the radius."""
    near = {"area": Area(level="region", code="11"), "radius_km": 50 + sequence, "available_from": "2026-01"}
    card = a_card(random.Random(number)).model_copy(update=near | {"available_to": "2027-12"})
    return Profile(tenant="cmp_a", profile_id=f"prf_{number:03d}", sequence=sequence, person_id="per_a", card=card)


def published(rows: Rows, index: ProfileIndex, number: int, sequence: int) -> None:
    """What a reaction does: its row first, the index after."""
    profile = a_profile(number, sequence)
    rows.learn(profile)
    index.put(as_candidate(profile))


def withdrawn(rows: Rows, index: ProfileIndex, number: int, sequence: int) -> None:
    rows.learn(a_profile(number, sequence).model_copy(update={"card": None}))
    index.remove(f"prf_{number:03d}", sequence)


def as_candidate(profile: Profile) -> Candidate:
    assert profile.card is not None
    return plain(candidate_of(profile.profile_id, profile.tenant, profile.sequence, profile.card))


def found(index: ProfileIndex) -> dict[str, Candidate]:
    return {one.profile_id: plain(one) for one in index.recall(EVERYBODY, "cmp_host")}


def shown_by(rows: Rows) -> dict[str, Candidate]:
    return {name: as_candidate(one) for name, one in rows.held.items() if one.card is not None}


def refreshed(index: ProfileIndex) -> ProfileIndex:
    index._client.indices.refresh(index=index._alias)
    return index


def walk(rows: Rows, index: ProfileIndex, between: Callable[[str], None] = lambda _: None) -> list[Done]:
    """The four acts, as the operator's command does them; `between` runs after each."""
    done = [rebuild(Order(act=Act.BEGIN), rows, index)]
    name, cursor = done[0].index, None
    between("begun")
    while True:
        done.append(rebuild(Order(act=Act.COPY, index=name, cursor=cursor), rows, index))
        cursor = done[-1].cursor
        between("copied")
        if cursor is None:
            break
    for act in (Act.SWAP, Act.DROP):
        done.append(rebuild(Order(act=act, index=name), rows, index))
        between(act.value)
    return done


class RebuildContract:
    """The suite; a class for each engine gives `url`."""

    @pytest.fixture
    def index(self, url: str, monkeypatch: pytest.MonkeyPatch) -> ProfileIndex:
        monkeypatch.setitem(index_module._SETTINGS, "refresh_interval", "50ms")
        return ProfileIndex(connect(url), f"rebuilt-{next(_numbers)}", KNOWLEDGE)

    def test_what_was_lost_is_there_again_and_what_was_too_much_is_gone(self, index: ProfileIndex) -> None:
        rows = Rows()
        for number in range(10):
            rows.learn(a_profile(number, 1))
        index.put(as_candidate(a_profile(99, 1)))

        done = walk(rows, index)

        assert found(index) == shown_by(rows)
        assert sum(one.copied for one in done) == 10
        assert done[-2].replaced == done[-1].replaced == (f"{index._alias}-v1",)
        assert list(index._client.indices.get_alias(name=index._alias)) == [done[0].index]
        published(rows, index, 10, 1)
        assert found(index) == shown_by(rows)

    def test_news_between_any_two_acts_stay(self, index: ProfileIndex) -> None:
        rows, numbers = Rows(), itertools.count(7)
        for number in range(5):
            published(rows, index, number, 1)

        def news(_: str) -> None:
            number = next(numbers)
            published(rows, index, number, 1)
            published(rows, index, number - 7, 3)
            withdrawn(rows, index, number - 6, 2)
            assert found(refreshed(index)) == shown_by(rows)

        walk(rows, index, news)

        assert found(refreshed(index)) == shown_by(rows)
        assert len(rows.held) > 8

    def test_a_page_read_before_a_withdrawal_does_not_bring_anybody_back(self, index: ProfileIndex) -> None:
        rows = Rows()
        published(rows, index, 1, 1)
        name = rebuild(Order(act=Act.BEGIN), rows, index).index
        page, _ = rows.some_profiles(None)

        withdrawn(rows, index, 1, 2)
        index.fill(name, [as_candidate(one) for one in page])
        rebuild(Order(act=Act.SWAP, index=name), rows, index)

        assert found(index) == {}

    def test_writers_and_readers_at_once_miss_nothing(self, index: ProfileIndex) -> None:
        rows, over = Rows(), threading.Event()
        for number in range(12):
            rows.learn(a_profile(number, 1))
        index.tenant_of("prf_none")
        walk(rows, index)
        always = {f"prf_{number:03d}" for number in range(6)}

        def write(lane: int) -> None:
            chance = random.Random(lane)
            for sequence in itertools.count(2):
                if over.is_set():
                    return
                number = 6 + 3 * lane + chance.randrange(3)
                (published if chance.random() < 0.7 else withdrawn)(rows, index, number, sequence)

        def read() -> int:
            for times in itertools.count():
                assert always <= found(index).keys()
                if over.is_set():
                    return times
            raise AssertionError

        with ThreadPoolExecutor(3) as pool:
            writers, reader = [pool.submit(write, lane) for lane in range(2)], pool.submit(read)
            try:
                for _ in range(2):
                    name = rebuild(Order(act=Act.BEGIN), rows, index).index
                    cursor: str | None = ""
                    while cursor is not None:
                        cursor = rebuild(Order(act=Act.COPY, index=name, cursor=cursor), rows, index).cursor
                    rebuild(Order(act=Act.SWAP, index=name), rows, index)
            finally:
                over.set()
            for one in writers:
                one.result(timeout=60)
            assert reader.result(timeout=60) > 0
        assert found(refreshed(index)) == shown_by(rows)

    def test_a_rebuild_that_was_left_is_taken_away_by_the_next(self, index: ProfileIndex) -> None:
        rows = Rows()
        published(rows, index, 1, 1)
        left = index.begin_next("20200101t000000000000")

        done = walk(rows, index)

        assert not index._client.indices.exists(index=left)
        assert found(index) == shown_by(rows)
        assert rebuild(Order(act=Act.SWAP, index=done[0].index), rows, index).replaced == ()

    def test_of_two_rebuilds_at_once_the_earlier_one_is_over(self, index: ProfileIndex) -> None:
        """The engine makes an index of itself for a page that comes too late: nobody may ever look into that one."""
        rows = Rows()
        for number in range(5):
            published(rows, index, number, 1)
        first = rebuild(Order(act=Act.BEGIN), rows, index).index
        second = rebuild(Order(act=Act.BEGIN), rows, index).index

        with pytest.raises(Superseded):
            rebuild(Order(act=Act.COPY, index=first), rows, index)
        index._client.bulk(
            body=[{"index": {"_index": first, "_id": "prf_000"}}, document(as_candidate(a_profile(0, 1)), KNOWLEDGE)]
        )
        with pytest.raises(Superseded):
            rebuild(Order(act=Act.SWAP, index=first), rows, index)

        assert found(index) == shown_by(rows)
        cursor: str | None = ""
        while cursor is not None:
            cursor = rebuild(Order(act=Act.COPY, index=second, cursor=cursor), rows, index).cursor
        rebuild(Order(act=Act.SWAP, index=second), rows, index)
        rebuild(Order(act=Act.DROP, index=second), rows, index)
        assert found(index) == shown_by(rows)
        assert list(index._client.indices.get(index=f"{index._alias}-*")) == [second]

    def test_a_rebuild_older_than_what_the_engine_remembers_does_not_take_over(
        self, index: ProfileIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = Rows()
        published(rows, index, 1, 1)
        name = rebuild(Order(act=Act.BEGIN), rows, index).index
        later = clock.now() + timedelta(hours=1)
        monkeypatch.setattr(clock, "now", lambda: later)

        with pytest.raises(TookTooLong):
            rebuild(Order(act=Act.SWAP, index=name), rows, index)

    def test_a_removal_makes_no_index_of_its_own(self, index: ProfileIndex) -> None:
        published(Rows(), index, 1, 1)

        index.remove("prf_001", 2)

        assert list(index._client.indices.get(index=f"{index._alias}*")) == [f"{index._alias}-v1"]

    def test_another_alias_s_index_is_never_dropped(self, index: ProfileIndex) -> None:
        other = ProfileIndex(index._client, f"{index._alias}-b", KNOWLEDGE)
        other.put(as_candidate(a_profile(1, 1)))
        rows = Rows()

        walk(rows, index)

        assert found(other)


class TestEmbeddedEngine(RebuildContract):
    """The engine of this machine."""

    @pytest.fixture
    def url(self, search_url: str) -> str:
        return search_url


class TestRealNode(RebuildContract):
    """OpenSearch itself."""

    @pytest.fixture
    def url(self, opensearch_url: str) -> str:
        return opensearch_url
