"""The tests of the law notice nearly every small change of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOTS = (ROOT, ROOT / "layers" / "kernel" / "python", ROOT / "layers" / "legality" / "python")


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_nearly_every_changed_condition_is_noticed():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.mutate_legality"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(str(root) for root in ROOTS)},
        capture_output=True,
        text=True,
    )
    score = re.search(r"\(([\d.]+)%\)$", done.stdout.strip())

    print(done.stdout)
    assert score, done.stdout + done.stderr
    assert float(score[1]) >= 95
