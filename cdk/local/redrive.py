"""Dead letters that go back: what SQS does on `StartMessageMoveTask`, which moto does not know.

As SQS does, it refuses a source that is nobody's dead-letter queue and a destination of the other type; what is moved
keeps its body, attributes and message group, and is a new message there. It is moved at once, not in the background.
"""

from __future__ import annotations

from typing import Any


class RedriveRefused(Exception):
    """SQS would refuse this; `args` are its error code and a sentence."""


def start(queues: Any, source_arn: str, destination_arn: str | None) -> str:
    """Moves every visible message of a dead-letter queue, the oldest first; the task's handle.

    `queues` is moto's SQS, held under its lock. Without a destination SQS asks each message where it came from: those
    that a function set aside by itself have come from nowhere, so that here a destination has to be named.
    Raises `RedriveRefused`.
    """
    by_arn = {queue.queue_arn: queue for queue in queues.queues.values()}
    source, destination = by_arn.get(source_arn), by_arn.get(destination_arn)
    if source is None or destination is None:
        raise RedriveRefused("ResourceNotFoundException", "name a source and a destination that are there")
    if all(queue.dead_letter_queue is not source for queue in by_arn.values()):
        raise RedriveRefused("InvalidParameterValue", "the source is not a dead-letter queue of another queue")
    if source.fifo_queue != destination.fifo_queue:
        raise RedriveRefused("InvalidParameterValue", "source and destination are of different types")
    for message in source.messages:
        queues.send_message(
            destination.name,
            message.body,
            message_attributes=message.message_attributes,
            group_id=message.group_id,
            deduplication_id=message.id if destination.fifo_queue else None,
        )
        source._messages.remove(message)
    return f"move#{source.name}"
