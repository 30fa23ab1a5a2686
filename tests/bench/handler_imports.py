"""What importing each slice's handler costs beyond boto3's own import, in milliseconds of processor time.

    .venv/bin/python -m tests.bench.handler_imports [RUNS]

Each run is a fresh process that imports boto3 first, as the Lambda runtime image does, and then the handler; the table
gives the median and the largest. The baseline of the same run is boto3 with one client made.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATHS = (ROOT, ROOT / "layers" / "kernel" / "python", ROOT / "layers" / "legality" / "python")
PROBE = """
import time
a = time.process_time()
import boto3, boto3.s3.transfer
boto3.client("dynamodb", region_name="eu-west-3")
b = time.process_time()
__import__("{module}")
c = time.process_time()
print((b - a) * 1000, (c - b) * 1000)
"""


def main(runs: int = 5) -> None:
    """Measure every slice and print the table."""
    print(f"{'slice':<16}{'boto3 median':>14}{'handler median':>16}{'handler max':>13}   ({runs} fresh processes)")
    for handler in sorted(ROOT.glob("functions/*/handler.py")):
        times = [measure(f"functions.{handler.parent.name}.handler") for _ in range(runs)]
        own = [each[1] for each in times]
        baseline = statistics.median(each[0] for each in times)
        print(f"{handler.parent.name:<16}{baseline:>14.0f}{statistics.median(own):>16.0f}{max(own):>13.0f}")


def measure(module: str) -> tuple[float, float]:
    """Milliseconds of boto3 and of the handler in one fresh process."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, PATHS))}
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(module=module)], env=environment, capture_output=True, text=True, check=True
    )
    baseline, own = done.stdout.split()
    return float(baseline), float(own)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
