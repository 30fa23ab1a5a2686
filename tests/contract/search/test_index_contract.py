"""What the matching slice asks of a search engine, held by the embedded one and by a real OpenSearch node alike."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.matching import index as index_module
from functions.matching.index import ProfileIndex, connect, document, query
from functions.matching.model.formula import Scale
from functions.matching.model.ranking import Company, SearchDown, ranked, ranked_lazily
from tests.support.crowds import KNOWLEDGE, a_crowd, a_demand, a_demand_in_reach_of_many, fill, same
from tests.support.search import search_url as search_url

HOST = Company(tenant="cmp_host", active=True)
_numbers = itertools.count()


class IndexContract:
    """The suite; a class for each engine gives `url`."""

    @pytest.fixture
    def index(self, url: str) -> ProfileIndex:
        return ProfileIndex(connect(url), f"contract-{next(_numbers)}", KNOWLEDGE)

    def test_the_order_equals_brute_force_over_all_who_pass_the_hard_facts(
        self, index: ProfileIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(index_module, "_FIRST_PAGE", 10)
        monkeypatch.setattr(index_module, "_PAGE", 40)
        people = a_crowd(600, seed=1)
        fill(index, people)

        def lender(tenant: str) -> Company:
            return Company(tenant=tenant, active=tenant != "cmp_3")

        chance = random.Random(2)
        sizes = []
        for _ in range(25):
            scale = Scale(a_demand(chance), KNOWLEDGE)
            expected = ranked(scale, people, lender, HOST)
            found = list(ranked_lazily(scale, index.best_first(scale, HOST.tenant), lender, HOST))
            assert [score for score, _ in found] == [score for score, _ in expected]
            assert same([one for _, one in found], [one for _, one in expected])
            sizes.append(len(expected))
        assert max(sizes) > 80

    def test_pages_give_everyone_once_best_codes_first(
        self, index: ProfileIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = a_crowd(120, seed=3)
        fill(index, people)
        scale = Scale(a_demand_in_reach_of_many(), KNOWLEDGE)
        whole = index.recall(scale, HOST.tenant)

        monkeypatch.setattr(index_module, "_FIRST_PAGE", 7)
        monkeypatch.setattr(index_module, "_PAGE", 7)
        assert same(index.recall(scale, HOST.tenant), whole)

        monkeypatch.setattr(index_module, "MOST_RECALLED", 14)
        assert same(index.recall(scale, HOST.tenant), whole[:14])
        assert len({one.profile_id for one in whole}) == len(whole) > 14

    def test_a_company_s_own_people_are_left_out(self, index: ProfileIndex) -> None:
        people = a_crowd(60, seed=5)
        fill(index, people)
        scale = Scale(a_demand_in_reach_of_many(), KNOWLEDGE)

        assert "cmp_2" in {one.tenant for one in index.recall(scale, HOST.tenant)}
        assert "cmp_2" not in {one.tenant for one in index.recall(scale, "cmp_2")}

    def test_what_was_put_is_found_by_the_next_search(self, index: ProfileIndex) -> None:
        chance = random.Random(6)
        scale = Scale(a_demand(chance), KNOWLEDGE)
        for number in range(3):
            one = a_crowd(1, seed=7)[0]._replace(profile_id=f"prf_{number}", area_level="region", radius_km=300)
            fitting = one._replace(
                area_level=scale.card.area.level,
                area_code=scale.card.area.code,
                first_month=scale.first_month,
                last_month=scale.last_month,
            )
            index.put(fitting)
            assert fitting.profile_id in {found.profile_id for found in index.recall(scale, HOST.tenant)}

    def test_older_news_loses_whatever_comes_first(self, index: ProfileIndex) -> None:
        one = a_crowd(1, seed=8)[0]
        newer, older = one._replace(sequence=4, tenant="cmp_newer"), one._replace(sequence=3, tenant="cmp_older")

        index.put(newer)
        index.put(older)
        assert index.tenant_of(one.profile_id) == "cmp_newer"

        index.remove(one.profile_id, 3)
        assert index.tenant_of(one.profile_id) == "cmp_newer"

        index.remove(one.profile_id, 5)
        index.put(newer)
        assert index.tenant_of(one.profile_id) is None

        index.put(one._replace(sequence=6))
        assert index.tenant_of(one.profile_id) == one.tenant

    def test_a_removal_that_comes_before_what_it_removes_wins(self, index: ProfileIndex) -> None:
        one = a_crowd(1, seed=9)[0]._replace(sequence=3)

        index.remove(one.profile_id, 4)
        index.put(one)

        assert index.tenant_of(one.profile_id) is None

    def test_the_same_news_twice_is_news_once(self, index: ProfileIndex) -> None:
        one = a_crowd(1, seed=10)[0]

        index.put(one)
        index.put(one)

        assert index.tenant_of(one.profile_id) == one.tenant

    def test_a_field_that_no_card_has_is_refused(self, index: ProfileIndex) -> None:
        one = a_crowd(1, seed=11)[0]
        index.put(one)

        with pytest.raises(Exception, match="strict_dynamic_mapping"):
            index._client.index(index=index._alias, id="prf_x", body=document(one, KNOWLEDGE) | {"name": "x"})

    def test_an_index_that_was_lost_is_made_again_and_never_guessed(self, index: ProfileIndex) -> None:
        one, other = a_crowd(2, seed=12)
        index.put(one)
        index._client.indices.delete(index=f"{index._alias}-v1")

        with pytest.raises(SearchDown):
            index.put(other)
        index.put(other)

        assert index.tenant_of(other.profile_id) == other.tenant
        mapping = index._client.indices.get_mapping(index=f"{index._alias}-v1")
        assert mapping[f"{index._alias}-v1"]["mappings"]["properties"]["skills"] == {"type": "keyword"}


def nobody_is_lost(index: ProfileIndex, profiles: int, demands: int) -> int:
    """Compare the first twenty of each demand with brute force; how many demands had twenty."""
    people = a_crowd(profiles, seed=13)
    for start in range(0, profiles, 1_000):
        fill(index, people[start : start + 1_000])

    def lender(tenant: str) -> Company:
        return Company(tenant=tenant, active=tenant != "cmp_3")

    chance, full = random.Random(14), 0
    for _ in range(demands):
        scale = Scale(a_demand(chance), KNOWLEDGE)
        expected = ranked(scale, people, lender, HOST)[:20]
        bounded = index.best_first(scale, HOST.tenant)
        found = list(itertools.islice(ranked_lazily(scale, bounded, lender, HOST), 20))
        assert [(score, one.profile_id) for score, one in found] == [(score, one.profile_id) for score, one in expected]
        full += len(expected) == 20
    return full


class TestEmbeddedEngine(IndexContract):
    """The engine of this machine."""

    @pytest.fixture
    def url(self, search_url: str) -> str:
        return search_url

    def test_no_first_twenty_of_60_demands_loses_one_of_1000(self, index: ProfileIndex) -> None:
        assert nobody_is_lost(index, 1_000, 60) > 30


class TestRealNode(IndexContract):
    """OpenSearch itself."""

    @pytest.fixture
    def url(self, opensearch_url: str) -> str:
        return opensearch_url

    @pytest.mark.deep
    @pytest.mark.timeout(1800)
    def test_no_first_twenty_of_1000_demands_loses_one_of_10000(self, index: ProfileIndex) -> None:
        assert nobody_is_lost(index, 10_000, 1_000) > 900


_versions = itertools.count(1)
SEEDS = st.integers(0, 10**9)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.lists(st.integers(0, 10**9), min_size=1, max_size=4)
)
def test_both_engines_find_the_same_with_the_same_scores(
    search_url: str, opensearch_url: str, people: list[int], demands: list[int]
) -> None:
    """The same data, the same query: the same ids in the same order, and the same scores."""
    engines = [ProfileIndex(connect(url), "differential", KNOWLEDGE) for url in (search_url, opensearch_url)]
    crowd = [
        a_crowd(1, seed)[0]._replace(profile_id=f"prf_{number:02d}", sequence=next(_versions))
        for number, seed in enumerate(people)
    ]
    for index in engines:
        fill(index, crowd)
    for seed in demands:
        scale = Scale(a_demand(random.Random(seed)), KNOWLEDGE)
        hits = [
            index._client.search(index=index._alias, body=query(scale, "cmp_1"))["hits"]["hits"] for index in engines
        ]
        one, other = ([(hit["_id"], pytest.approx(hit["_score"], rel=1e-6)) for hit in found] for found in hits)
        assert [name for name, _ in one] == [name for name, _ in other]
        assert [hit["_score"] for hit in hits[0]] == [score for _, score in other]
        assert same(*(index.recall(scale, "cmp_1") for index in engines))
