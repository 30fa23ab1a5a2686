"""Event source mappings at work: one dispatcher watches every queue and stream, and hands those with work to threads.

Nothing is polled over HTTP: the dispatcher sleeps until an AWS call may have changed something or a hidden message is
due, then looks into moto's memory.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from cdk.local.moto_server import Moto
from cdk.local.queues import QueueSource
from cdk.local.streams import StreamSource

Source = QueueSource | StreamSource


class NotSettled(AssertionError):
    """Work was still waiting when the time allowed for it was over; the message says where."""


class Pollers:
    """Runs event sources until closed."""

    def __init__(self, moto: Moto, sources: list[Source]) -> None:
        self.sources = sources
        self._moto = moto
        self._changed = threading.Event()
        self._busy: Counter[Source] = Counter()
        self._closed = False
        self._failure: Exception | None = None
        self._threads = ThreadPoolExecutor(max(1, sum(one.readers for one in sources)), thread_name_prefix="source")
        self._dispatcher = threading.Thread(target=self._dispatch, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begins to deliver, from the oldest record of each stream."""
        self._dispatcher.start()

    def wake(self) -> None:
        """Says that a queue or a stream may have changed."""
        self._changed.set()

    def waiting(self) -> dict[str, int]:
        """How many messages and records wait or are being handled, by source."""
        with self._moto.lock:
            counts = {f"{source.name} → {source.spec.function}": source.backlog() for source in self.sources}
        return {name: count for name, count in counts.items() if count}

    def raise_failure(self) -> None:
        """Raises what went wrong in a poller itself, if anything did."""
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Stops delivering; what is in flight is abandoned."""
        self._closed = True
        for source in self.sources:
            if isinstance(source, StreamSource):
                source.close()
        self._changed.set()
        if self._dispatcher.is_alive():
            self._dispatcher.join()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _dispatch(self) -> None:
        while not self._closed:
            self._changed.clear()
            with self._moto.lock:
                free = {source: source.readers - self._busy[source] for source in self.sources}
                idle = [source for source in self.sources if free[source]]
                due = [source for source in idle for _ in range(min(source.due(), free[source]))]
                instants = [instant for source in idle if (instant := source.next_due()) is not None]
                self._busy.update(due)
            for source in due:
                self._threads.submit(self._work, source)
            if not due:
                self._changed.wait(max(0.001, min(instants) - time.time()) if instants else None)

    def _work(self, source: Source) -> None:
        try:
            source.work()
        except Exception as failure:  # noqa: BLE001 -- whatever it is, `settle` raises it in the test
            self._failure = failure
        finally:
            with self._moto.lock:
                self._busy[source] -= 1
            self._changed.set()
