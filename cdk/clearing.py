"""`passerelle clear`: who could work where in a territory, all demands together, as a proposal for its adviser.

It asks the function `matching-clearing` with the operator's own AWS credentials, and prints what it answers. Nothing is
written anywhere. Exit codes: 0 proposed, 1 it failed, 2 not asked as it must be.
"""

from __future__ import annotations

import json
import sys
from typing import TextIO

from cdk.index_cli import FailedActError, Invoke, invoking
from cdk.settings import stage_settings


def clear(stage_name: str, territory: str, out: TextIO, *, invoke: Invoke | None = None) -> int:
    """Print the proposal for a territory (`region:28`) as one JSON object. Returns the exit code."""
    level, colon, code = territory.partition(":")
    try:
        stage = stage_settings(stage_name)
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    if not colon:
        print("passerelle clear: a territory reads LEVEL:CODE, as in region:28 or epci:200084952", file=sys.stderr)
        return 2
    try:
        proposal = (invoke or invoking(stage.function("matching", "clearing")))({"level": level, "code": code})
    except FailedActError as error:
        print(f"passerelle clear: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"territory": territory, **proposal}, ensure_ascii=False, indent=2), file=out)
    return 0
