"""`passerelle index rebuild`: the search index of a stage, filled anew from the rows while people go on searching.

It invokes the function `matching-rebuild` act by act with the operator's own AWS credentials: begin, copy page by page,
swap, and, once searches under way have ended, drop. Stopped anywhere, it leaves the index in use as it is, and the next
run starts over. Exit codes: 0 rebuilt, 1 an act failed, 2 the stage is not known.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from cdk.settings import stage_settings

Invoke = Callable[[Mapping[str, Any]], dict[str, Any]]

DRAINED_AFTER_S = 30.0
"""No search takes longer: the function that asks ends before."""


LONGEST_FUNCTION_S = 900.0
"""No function of AWS runs for longer; giving up earlier would only start the work a second time."""


class FailedActError(Exception):
    """The function raised; the message is its error."""


def rebuild(
    stage_name: str, out: TextIO, *, invoke: Invoke | None = None, pause: Callable[[float], None] = time.sleep
) -> int:
    """Rebuild the index of a stage and say how far it is. Returns the exit code."""
    try:
        stage = stage_settings(stage_name)
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    act = invoke or invoking(stage.function("matching", "rebuild"))
    try:
        index = act({"act": "begin"})["index"]
        print(f"{index}: begun", file=out)
        copied, cursor = 0, None
        while True:
            done = act({"act": "copy", "index": index, "cursor": cursor})
            copied, cursor = copied + done["copied"], done["cursor"]
            print(f"{index}: {copied} profiles", file=out)
            if cursor is None:
                break
        replaced = act({"act": "swap", "index": index})["replaced"]
        print(f"{index}: in use, instead of {', '.join(replaced) or 'none'}", file=out)
        pause(DRAINED_AFTER_S)
        print(f"dropped: {', '.join(act({'act': 'drop', 'index': index})['replaced']) or 'none'}", file=out)
    except FailedActError as error:
        print(f"passerelle index rebuild: {error}; the index in use is as it was", file=sys.stderr)
        return 1
    return 0


def invoking(name: str) -> Invoke:
    """Invokes a function of a stage and hands back its answer. Raises `FailedActError` with the error it ended with."""
    import boto3
    from botocore.config import Config

    client = boto3.client("lambda", config=Config(read_timeout=LONGEST_FUNCTION_S, tcp_keepalive=True))

    def invoke(order: Mapping[str, Any]) -> dict[str, Any]:
        answer = client.invoke(FunctionName=name, Payload=json.dumps(order).encode())
        said: dict[str, Any] = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise FailedActError(said.get("errorType", "no answer"))
        return said

    return invoke
