"""Structured logs and the thread of causes: which request or event is being worked on right now.

Logs carry ids and codes. Nothing that a person typed is logged, and no exception text of a validation error either,
since it may quote the input.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from aws_lambda_powertools import Logger

from passerelle import clock

logger = Logger(service="passerelle", utc=True, log_uncaught_exceptions=False)


@dataclass(frozen=True)
class Cause:
    """What is being worked on: `correlation_id` names the whole story, `causation_id` the step before this one."""

    correlation_id: str
    causation_id: str


_cause: ContextVar[Cause | None] = ContextVar("cause", default=None)


def cause() -> Cause:
    """The cause of whatever happens now; a fresh one outside any request or event."""
    present = _cause.get()
    if present is None:
        fresh = clock.new_id("req")
        return Cause(fresh, fresh)
    return present


@contextmanager
def caused_by(correlation_id: str, causation_id: str) -> Iterator[None]:
    """Work inside this block on behalf of the given request or event."""
    token = _cause.set(Cause(correlation_id, causation_id))
    logger.append_keys(correlation_id=correlation_id, causation_id=causation_id)
    try:
        yield
    finally:
        _cause.reset(token)
        logger.remove_keys(["correlation_id", "causation_id"])
