"""How long a host waits: from a demand accepted over HTTP to its matches readable over HTTP, on the local cloud.

    .venv/bin/python -m tests.bench.first_match [PROFILES] [DEMANDS]

1,000 published profiles by default. Beside the whole wait it times, in the same run, what it is made of: the POST, the
way through outbox, bus and queue until the matches can be read, the read itself; and, as the baseline, the bare search
query. Figures are milliseconds on this machine, everything warm, one client.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from statistics import quantiles
from typing import Any

import requests

from cdk.demo.player import Player
from cdk.demo.scenario import DEMANDS, company_part, month_end, month_start
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area, ExperienceBand, ProfileCard, Shift, WorkingTime
from passerelle.contracts.profiles import ProfilePublished
from tests.support.world import LENDER, a_world, enter

AT_ONCE = 10
WARM_UP = 5


def main(profiles: int = 1000, demands: int = 60) -> None:
    """Measure and print the table."""
    with a_world() as player:
        enter(
            player,
            LENDER,
            *{company_part(part.company).handle: company_part(part.company) for part in DEMANDS}.values(),
        )
        publish(player, profiles)
        took: dict[str, list[float]] = defaultdict(list)
        for number in range(WARM_UP + demands):
            times = one_demand(player, number)
            if number >= WARM_UP:
                for name, seconds in times.items():
                    took[name].append(seconds * 1000)
        report(profiles, demands, took)


def publish(player: Player, count: int) -> None:
    """Publish profiles of one lender by the fact that says so, and wait until they are found."""
    events = player.cloud.boto("events")
    bus = next(b["Name"] for b in events.list_event_buses()["EventBuses"] if b["Name"].startswith("passerelle"))
    tenant = player.cast.callers[LENDER.handle].company
    pending: list[dict[str, str]] = []
    for envelope in published(player, tenant, count):
        pending.append(
            {
                "EventBusName": bus,
                "Source": ProfilePublished.source(),
                "DetailType": envelope.type,
                "Detail": envelope.model_dump_json(),
            }
        )
        if len(pending) == AT_ONCE:
            events.put_events(Entries=pending)
            pending.clear()
    if pending:
        events.put_events(Entries=pending)
    player.cloud.settle(timeout=600)


def published(player: Player, tenant: str, count: int) -> Iterator[Envelope]:
    """Invented profiles over all occupations and municipalities of the starter vocabulary, the same at every run."""
    chance = random.Random(7)
    occupations = [occupation for occupation in player.nomenclature.occupations if occupation.skills]
    areas = sorted(
        {municipality.epci for municipality in player.nomenclature.municipalities if municipality.region == "28"}
    )
    for number in range(count):
        occupation = chance.choice(occupations)
        skills = tuple(sorted(chance.sample(occupation.skills, min(8, len(occupation.skills)))))
        profile_id = f"prf_bench{number:015d}"
        card = ProfileCard(
            occupation=occupation.code,
            skills=skills,
            experience=chance.choice(list(ExperienceBand)),
            area=Area(level="epci", code=chance.choice(areas)),
            radius_km=chance.choice((60, 120, 200)),
            available_from=month_start(player.today, 1).strftime("%Y-%m"),
            available_to=month_end(player.today, 6).strftime("%Y-%m"),
            working_time=WorkingTime.FULL_TIME,
            shifts=(Shift.DAY,),
        )
        event = ProfilePublished(profile_id=profile_id, person_id=f"per_bench{number:015d}", card=card)
        yield Envelope(
            id=clock.new_id("evt"),
            type="ProfilePublished",
            version=1,
            occurred_at=clock.now(),
            correlation_id="req_bench",
            causation_id="req_bench",
            tenant=tenant,
            subject=profile_id,
            sequence=1,
            data=event.model_dump(mode="json"),
        )


def one_demand(player: Player, number: int) -> dict[str, float]:
    """Post a demand and read its matches as soon as they are there; seconds by part."""
    part = DEMANDS[number % len(DEMANDS)]
    caller = player.cast.callers[part.company]
    started = time.perf_counter()
    demand_id = player.post_demand(part)
    accepted = time.perf_counter()
    while True:
        asked = time.perf_counter()
        reply = caller.ask("GET", f"/matching/demands/{demand_id}/matches", query={"limit": 10})
        if reply.status_code == requests.codes.ok:
            break
    read = time.perf_counter()
    player.cloud.settle()
    query = time.perf_counter()
    bare_query(player)
    return {
        "whole wait (POST sent → matches read)": read - started,
        "  POST /demands": accepted - started,
        "  outbox, bus, queue until readable": asked - accepted,
        "  GET matches": read - asked,
        "baseline: bare search query, 100 hits": time.perf_counter() - query,
    }


def bare_query(player: Player) -> None:
    """The search engine alone, without the platform around it."""
    query: dict[str, Any] = {"size": 100, "query": {"match_all": {}}}
    requests.post(
        f"{player.cloud.search_url}/profiles/_search",
        data=json.dumps(query),
        headers={"Content-Type": "application/json"},
        timeout=10,
    ).raise_for_status()


def report(profiles: int, demands: int, took: dict[str, list[float]]) -> None:
    """Print p50 and p99 of each part."""
    print(f"{profiles} published profiles, {demands} demands after {WARM_UP} to warm up; milliseconds")
    print(f"{'':<42}{'p50':>8}{'p99':>8}")
    for name, values in took.items():
        cuts = quantiles(values, n=100)
        print(f"{name:<42}{cuts[49]:>8.1f}{cuts[98]:>8.1f}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
