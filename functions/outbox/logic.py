"""What the outbox does: publish event rows and note it, in that order.

Killed in between, a row is published twice, which consumers ignore by the event's id; it is never lost, since it is
cleared only after the bus took it. A row that can never be published is left as it is, with its reason, reported, and
skipped: it holds up no other row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from functions.outbox.model import Entry, Hopeless, Incomplete, Place, TableUnavailable, batches, from_stream, is_due
from passerelle import clock
from passerelle.observability import logger

ENOUGH_SECONDS: Final = 20.0
"""What must be left of a run to begin another call of the bus, with all its tries."""


class Rows(Protocol):
    """What the use cases need of the tables. All raise `TableUnavailable`."""

    def waiting(self, table: str) -> Iterator[list[Entry | Hopeless]]: ...
    def clear(self, place: Place) -> None: ...
    def note_hopeless(self, hopeless: Hopeless) -> None: ...


class Bus(Protocol):
    """What the use cases need of the bus: per entry None, or why it can never be published; absent if to be retried."""

    def publish(self, entries: Sequence[Entry]) -> Mapping[Entry, str | None]: ...


@dataclass(frozen=True)
class Ports:
    """What every use case here stands on.

    `report` tells the operators how many rows can never be published; `seconds_left` is what is left of this run.
    """

    rows: Rows
    bus: Bus
    report: Callable[[int], None]
    seconds_left: Callable[[], float]


def relay(ports: Ports, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Publish the new event rows of a stream batch; returns the sequence numbers of those to come again."""
    numbers: dict[Place, str] = {}
    rows: list[Entry | Hopeless] = []
    for number, row in filter(None, map(from_stream, records)):
        place = row.place
        numbers[place] = number
        rows.append(row)
    return [numbers[place] for place in _publish(ports, rows)]


def sweep(ports: Ports, tables: Iterable[str]) -> None:
    """Publish what the streams left behind in these tables; one table's trouble keeps no other from being swept.

    Raises `Incomplete` at the end when rows that were due could not be published or a table could not be read. What a
    run does not reach in its time is left to the next.
    """
    left: set[str] = set()
    for table in tables:
        try:
            for page in ports.rows.waiting(table):
                if ports.seconds_left() <= ENOUGH_SECONDS:
                    logger.warning("out of time: the next sweep goes on", table=table)
                    break
                due = [row for row in page if isinstance(row, Hopeless) or is_due(row, clock.now())]
                if _publish(ports, due):
                    left.add(table)
        except TableUnavailable as error:
            logger.error("a table could not be swept", table=table, code=str(error))
            left.add(table)
    if left:
        raise Incomplete(f"unpublished rows are left in {', '.join(sorted(left))}")


def _publish(ports: Ports, rows: Iterable[Entry | Hopeless]) -> list[Place]:
    """Publish and clear; returns the places of the rows that failed for now, in their order."""
    rows = list(rows)
    hopeless = [row for row in rows if isinstance(row, Hopeless)]
    failed: list[Place] = []
    for number, portion in enumerate(batches(row for row in rows if isinstance(row, Entry))):
        in_time = number == 0 or ports.seconds_left() > ENOUGH_SECONDS
        outcome = ports.bus.publish(portion) if in_time else {}
        for entry in portion:
            if entry not in outcome:
                failed.append(entry.place)
            elif (reason := outcome[entry]) is not None:
                hopeless.append(Hopeless(entry.place, reason))
            else:
                _clear(ports, entry)
    _give_up(ports, hopeless)
    return failed


def _clear(ports: Ports, entry: Entry) -> None:
    try:
        ports.rows.clear(entry.place)
    except TableUnavailable as error:
        logger.warning("published but not cleared: the sweep repeats it", event_id=entry.event_id, code=str(error))


def _give_up(ports: Ports, hopeless: Sequence[Hopeless]) -> None:
    for row in hopeless:
        logger.error("an event can never be published", table=row.place.table, row=row.place.sk, reason=row.reason)
        try:
            ports.rows.note_hopeless(row)
        except TableUnavailable as error:
            logger.warning("the reason could not be noted", row=row.place.sk, code=str(error))
    if hopeless:
        ports.report(len(hopeless))
