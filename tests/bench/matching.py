"""All that is asked of matching, in one run, the baselines beside: quality, speed of text, size and time of a match.

    .venv/bin/python -m tests.bench.matching

One measurement after the other, each in a process of its own, for memory and warmth are part of what is measured. The
quality needs the reference data; the match needs the real OpenSearch node (`python -m tests.support.real_nodes`).
Some ten minutes; the figures of time mean something on a machine that does nothing else.
"""

from __future__ import annotations

import subprocess
import sys

MEASUREMENTS = (
    ("tests.bench.vocabulary",),
    ("tests.bench.suggestions",),
    ("tests.bench.matching_scale", "100000", "40"),
)


def main() -> int:
    """Run them all; the worst exit code."""
    codes = []
    for module, *numbers in MEASUREMENTS:
        print(f"\n== {module}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", module, *numbers]).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
