"""How long healthy endpoints wait beside sick ones, and how long without them: both in the same run.

    .venv/bin/python -m tests.bench.webhooks [EVENTS] [ENDPOINTS] [SECONDS_BETWEEN]

First on the local cloud (`webhooks_local_cloud`): 500 events to 20 endpoints by default, one event every 1.5 s, about
half of what two cores take. Then simulated (`webhooks_simulation`): as many, and 10,000. Each once with all endpoints
healthy, and once with one that takes 14 s to answer and one that never does. Figures are seconds from the moment a fact
arrives until the endpoint has it; `requests` are all that were made until every healthy endpoint had all; the last
column is real seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from statistics import quantiles

from tests.bench.webhooks_local_cloud import Waited, measured
from tests.bench.webhooks_simulation import HEALTHY, NEVER, SLOW, simulated

SIMULATED = 10_000


def main(events: int = 500, endpoints: int = 20, seconds_between: float = 1.5) -> None:
    """Measure and print the table."""
    print(f"{'events × endpoints':<34} {'p50':>7} {'p95':>7} {'p99':>7} {'longest':>8} {'requests':>9} {'real s':>7}")
    for sick in (False, True):
        line("local cloud", events, endpoints, sick, lambda takes: measured(events, takes, seconds_between))
    for number in (events, SIMULATED):
        for sick in (False, True):
            line("simulated", number, endpoints, sick, lambda takes, number=number: in_simulation(number, takes))


def line(where: str, events: int, endpoints: int, sick: bool, run: Callable[[Mapping[str, float]], Waited]) -> None:
    """Run once, and print what came of it."""
    takes = {f"whe_{index:02d}": HEALTHY for index in range(endpoints)}
    if sick:
        takes |= {"whe_00": SLOW, "whe_01": NEVER}
    began = time.monotonic()
    found = run(takes)
    cuts = quantiles(found.waits, n=100)
    figures = " ".join(f"{value:7.2f}" for value in (cuts[49], cuts[94], cuts[98]))
    label = f"{where}, {events} × {endpoints}{', two sick' if sick else ''}"
    took = time.monotonic() - began
    print(f"{label:<34} {figures} {max(found.waits):8.2f} {found.requests:9d} {took:7.1f}", flush=True)


def in_simulation(events: int, takes: Mapping[str, float]) -> Waited:
    """What the healthy endpoints of a simulation waited."""
    one = simulated(events, takes)
    waits = [wait for name, found in one.waits.items() if takes[name] == HEALTHY for wait in found]
    return Waited(waits, one.requests)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *map(float, sys.argv[3:4]))
