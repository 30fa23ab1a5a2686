"""Entry points of the outbox: `relay` for the streams of all tables, `sweep` by the clock."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from functions.outbox import logic
from functions.outbox.settings import Settings
from functions.outbox.store import Rows
from functions.outbox.transport import Bus, count_hopeless


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    settings: Settings
    rows: Rows
    bus: Bus

    def ports(self, context: Any) -> logic.Ports:
        """What the use cases stand on, in one run."""
        report = partial(count_hopeless, self.settings.stage)
        return logic.Ports(self.rows, self.bus, report, _seconds_left(context))


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    return Wiring(settings, Rows(), Bus(settings.bus_name))


def relay(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish the event rows of one stream batch; answers which records have to come again.

    A stream goes back to the first of them, so rows published after it are published again; consumers ignore that.
    """
    failed = logic.relay(wire().ports(context), event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def sweep(_event: Any, context: Any) -> None:
    """Publish event rows that are older than a minute and still unpublished. Raises when some could not be."""
    logic.sweep(wire().ports(context), wire().settings.tables)


def _seconds_left(context: Any) -> Callable[[], float]:
    if context is None:
        return lambda: math.inf
    return lambda: context.get_remaining_time_in_millis() / 1000
