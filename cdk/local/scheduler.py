"""Schedules, fired by name, or by the real clock when a demonstration runs live."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC
from typing import Any

from cdk.local.clock import Clock
from cdk.local.deployment import ScheduleSpec
from cdk.local.lambda_runtime import Runtime
from cdk.local.properties import NotSupported
from cdk.local.sandbox import Outcome

RATE = re.compile(r"^rate\((\d+) (minute|hour|day)s?\)$")
SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


class Scheduler:
    """The schedules of the deployment. None fires by itself unless `run_live` is called."""

    def __init__(self, schedules: dict[str, ScheduleSpec], runtime: Runtime, clock: Clock) -> None:
        self.schedules = schedules
        self._runtime = runtime
        self._clock = clock
        self._stopped = threading.Event()

    def fire(self, name: str) -> Outcome:
        """Invokes the schedule's function now, and waits for its outcome."""
        schedule = self.schedules[name]
        return self._runtime.invoke(schedule.function, json.dumps(self._payload(schedule)).encode())

    def run_live(self) -> None:
        """Fires every enabled schedule as real time passes. Raises NotSupported for any but `rate(…)`."""
        for schedule in self.schedules.values():
            found = RATE.match(schedule.expression)
            if found is None:
                raise NotSupported(f"schedule {schedule.name}: {schedule.expression} does not tick here")
            if schedule.enabled:
                period = int(found.group(1)) * SECONDS[found.group(2)]
                threading.Thread(target=self._tick, args=(schedule, period), name=schedule.name, daemon=True).start()

    def close(self) -> None:
        """No schedule fires any more."""
        self._stopped.set()

    def _tick(self, schedule: ScheduleSpec, period: int) -> None:
        while not self._stopped.wait(period):
            self._runtime.invoke_later(schedule.function, json.dumps(self._payload(schedule)).encode())

    def _payload(self, schedule: ScheduleSpec) -> dict[str, Any]:
        """The schedule's own input, or a scheduled event."""
        if schedule.payload is not None:
            return schedule.payload
        return {
            "source": "aws.scheduler",
            "detail-type": "Scheduled Event",
            "time": self._clock.now().astimezone(UTC).isoformat(),
            "resources": [schedule.name],
            "detail": {},
        }
