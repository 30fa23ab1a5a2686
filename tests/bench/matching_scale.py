"""A whole match over many profiles on a real OpenSearch node: recall, gate, rank, explain, beside the bare query.

    .venv/bin/python -m tests.bench.matching_scale [PROFILES] [MATCHES]

10,000 profiles and 60 matches for each number of clients by default. A whole match is the first page of twenty as a
host reads it, from the search to the French words, rows and ledger of classes included; these two are held in memory,
so that what is timed is the search and the slice's own work, and not a simulated DynamoDB: two batch reads come on top.
The bare query is the first search of the same match and nothing else. Both are asked alternately, of the same demands,
by 1, 4 and 8 clients at once, each a thread of this one process on the cores that the node shares. Milliseconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from statistics import quantiles

from botocore.credentials import Credentials

from functions.matching.index import ProfileIndex, connect, query
from functions.matching.logic.looking import Sight, shown
from functions.matching.model.formula import Candidate, Scale, candidate_of
from functions.matching.model.ranking import Company, Demand, Profile
from functions.matching.requests import match_view
from tests.support.crowds import KNOWLEDGE, WORDS, a_card, a_demand
from tests.support.real import opensearch_node

HOST = Company(tenant="cmp_host", active=True)
PAGE = 20
CLIENTS = (1, 4, 8)
AT_ONCE = 5_000


class Rows:
    """The rows of everybody, in memory."""

    def __init__(self) -> None:
        self.held: dict[str, Profile] = {}

    def company(self, tenant: str) -> Company:
        return Company(tenant=tenant, active=True)

    def profiles(self, keys: Iterable[tuple[str, str]]) -> dict[str, Profile]:
        return {profile_id: self.held[profile_id] for _, profile_id in keys}


class Gate:
    """Everybody's class protects him."""

    def protect(self, cards: Sequence[object]) -> list[bool]:
        return [True for _ in cards]


def main(profiles: int = 10_000, matches: int = 60) -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder, opensearch_node(Path(folder)) as url:
        index, rows = (
            ProfileIndex(connect(url, Credentials("AKIDBENCH", "none"), "eu-west-3"), "scale", KNOWLEDGE),
            Rows(),
        )
        started = time.perf_counter()
        index.tenant_of("prf_none")
        filled = index.begin_next("measured")
        for candidates in crowd(rows, profiles):
            index.fill(filled, candidates)
        index.swap(filled)
        index._client.indices.refresh(index="scale")
        index._client.indices.forcemerge(index="scale", params={"max_num_segments": 1})
        rate = profiles / (time.perf_counter() - started)
        size = index._client.indices.stats(index="scale")["_all"]["primaries"]["store"]["size_in_bytes"]
        print(f"{profiles} profiles: {rate:.0f} indexed a second, {size / profiles:.0f} bytes each on disk")
        sight = Sight(rows, index, Gate(), KNOWLEDGE)
        chance = random.Random(3)
        demands = [a_demand(chance) for _ in range(matches)]
        for card in demands:
            KNOWLEDGE.near(card.occupation)
            whole(sight, Demand(tenant="cmp_host", demand_id="dem_a", sequence=1, card=card))
        print(f"{'':<10}{'bare p50':>10}{'p99':>8}{'whole p50':>11}{'p99':>8}{'ratio':>7}")
        for clients in CLIENTS:
            report(clients, timed(sight, index, demands, clients))


def crowd(rows: Rows, profiles: int) -> Iterator[list[Candidate]]:
    """Any people of seven lenders, in parts; each has his row."""
    chance = random.Random(1)
    for start in range(0, profiles, AT_ONCE):
        some = []
        for number in range(start, min(profiles, start + AT_ONCE)):
            name, tenant, card = f"prf_{number:07d}", f"cmp_{number % 7}", a_card(chance)
            rows.held[name] = Profile(tenant=tenant, profile_id=name, sequence=1, card=card)
            some.append(candidate_of(name, tenant, 1, card))
        yield some


def whole(sight: Sight, demand: Demand) -> None:
    """One page as the host reads it."""
    scale = sight.scale(demand)
    for score, candidate, profile in islice(sight.verified(sight.best_first(scale, HOST)), PAGE):
        match_view(shown(scale, score, candidate, profile), WORDS).model_dump_json()


def timed(
    sight: Sight, index: ProfileIndex, demands: Sequence[object], clients: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each bare query and of each whole match, asked in turn by every client."""

    def one_client(lane: int) -> list[tuple[float, float]]:
        took = []
        for card in demands[lane::clients]:
            demand = Demand(tenant="cmp_host", demand_id="dem_a", sequence=1, card=card)
            body = query(Scale(card, KNOWLEDGE), HOST.tenant)
            started = time.perf_counter()
            index._client.search(index="scale", body=body)
            between = time.perf_counter()
            whole(sight, demand)
            took.append((1000 * (between - started), 1000 * (time.perf_counter() - between)))
        return took

    with ThreadPoolExecutor(clients) as pool:
        took = [pair for lane in pool.map(one_client, range(clients)) for pair in lane]
    return [bare for bare, _ in took], [match for _, match in took]


def report(clients: int, took: tuple[list[float], list[float]]) -> None:
    """One line of the table."""
    (bare, bare_99), (match, match_99) = ((quantiles(one, n=100)[49], quantiles(one, n=100)[98]) for one in took)
    name = f"{clients} client{'s' if clients > 1 else ''}"
    print(f"{name:<10}{bare:>10.1f}{bare_99:>8.1f}{match:>11.1f}{match_99:>8.1f}{match / bare:>7.2f}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
