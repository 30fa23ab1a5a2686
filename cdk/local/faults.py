"""Faults that AWS really has, on demand: lost processes, duplicates, disorder, refusals.

Probabilities are drawn from a seeded generator; armed faults fire a stated number of times. `fired` counts what
actually happened, so that a test can insist that its fault took place.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TypeVar

T = TypeVar("T")


@dataclass
class _Kill:
    function: str
    call: int
    times: int


@dataclass
class _Refusal:
    action: str
    function: str
    times: int
    code: str
    status: int


@dataclass
class Faults:
    """What goes wrong. `duplicates`, `delays` and `refused_events` are probabilities between 0 and 1.

    `fired` counts what happened by kind, `killed` the deaths by function.
    """

    seed: int = 0
    duplicates: float = 0.0
    delays: float = 0.0
    longest_delay: float = 0.2
    refused_events: float = 0.0
    fired: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()
        self._kills: list[_Kill] = []
        self._refusals: list[_Refusal] = []
        self._events_to_refuse = 0

    def kill_after(self, function: str, call: int, times: int = 1) -> None:
        """Kills the process of `function` once its `call`-th AWS call of an invocation (from 1) has been applied."""
        with self._lock:
            self._kills.append(_Kill(function, call, times))

    def refuse_events(self, count: int) -> None:
        """Makes PutEvents answer an error for the next `count` entries, and accept the others of the same request."""
        with self._lock:
            self._events_to_refuse += count

    def refuse_calls(
        self,
        action: str,
        times: int = 1,
        *,
        function: str = "*",
        code: str = "ThrottlingException",
        status: int = 400,
    ) -> None:
        """Answers the next calls of `action` (`dynamodb:PutItem`, wildcards allowed) by `function` with an error."""
        with self._lock:
            self._refusals.append(_Refusal(action, function, times, code, status))

    def calm(self) -> None:
        """No more faults from here on; the counters stay."""
        with self._lock:
            self.duplicates = self.delays = self.refused_events = 0.0
            self._kills.clear()
            self._refusals.clear()
            self._events_to_refuse = 0

    def kills(self, function: str, call: int) -> bool:
        """Whether the process of `function` dies now, its `call`-th call of the invocation being applied."""
        with self._lock:
            for kill in self._kills:
                if kill.times and kill.function == function and kill.call == call:
                    kill.times -= 1
                    self.fired["killed"] += 1
                    self.killed[function] += 1
                    return True
        return False

    def refusal(self, function: str, action: str) -> tuple[int, str] | None:
        """The HTTP status and error code with which this call is refused, if it is."""
        with self._lock:
            for refusal in self._refusals:
                if refusal.times and fnmatchcase(action, refusal.action) and fnmatchcase(function, refusal.function):
                    refusal.times -= 1
                    self.fired["refused call"] += 1
                    return refusal.status, refusal.code
        return None

    def refuses_event(self) -> bool:
        """Whether the next entry of a PutEvents is refused."""
        with self._lock:
            if self._events_to_refuse:
                self._events_to_refuse -= 1
            elif not self._draw(self.refused_events):
                return False
            self.fired["refused event"] += 1
            return True

    def duplicates_batch(self) -> bool:
        """Whether a batch that was handled is delivered once more."""
        return self._happens("duplicate", self.duplicates)

    def delay(self) -> float:
        """For how many seconds a delivery is held back; most often none."""
        return self._random.uniform(0, self.longest_delay) if self._happens("delay", self.delays) else 0.0

    def interleave(self, records: Sequence[T], keys: Sequence[str]) -> list[T]:
        """The records in another order that still respects the order of each key, as several shards would give."""
        if not self._happens("reordered", self.delays if len(set(keys)) > 1 else 0.0):
            return list(records)
        order = list(keys)
        self._random.shuffle(order)
        remaining: dict[str, list[T]] = {}
        for record, key in zip(records, keys, strict=True):
            remaining.setdefault(key, []).append(record)
        return [remaining[key].pop(0) for key in order]

    def _happens(self, kind: str, probability: float) -> bool:
        with self._lock:
            happens = self._draw(probability)
            self.fired[kind] += happens
            return happens

    def _draw(self, probability: float) -> bool:
        return probability > 0 and self._random.random() < probability
