"""The operator at work on a running platform, and everybody else who goes on meanwhile."""

from __future__ import annotations

import io
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cdk import index_cli
from cdk.cli import main
from cdk.local.cloud import OPERATOR_KEY, LocalCloud
from cdk.nomenclatures import switching
from cdk.settings import stage_settings
from passerelle import clock
from passerelle.vocabulary import Shelf, Switch
from tests.support.world import STAGE

SECONDS_IN_ONE = 30.0
"""How much faster than ours the product's time runs while the operator waits."""


@dataclass(frozen=True)
class Said:
    """What a command ended with and printed."""

    code: int
    out: str
    err: str


class Operator:
    """Runs `passerelle` with the credentials of the stage. While it waits, time runs on for every process alike."""

    def __init__(self, cloud: LocalCloud, patch: pytest.MonkeyPatch) -> None:
        self._cloud = cloud
        patch.setenv("AWS_ENDPOINT_URL", cloud.aws_url)
        patch.setenv("AWS_ACCESS_KEY_ID", OPERATOR_KEY)
        patch.setattr(clock, "now", cloud.clock.now)
        patch.setattr(switching, "time", SimpleNamespace(sleep=self._wait, monotonic=time.monotonic))
        patch.setattr(index_cli, "DRAINED_AFTER_S", 0.5)

    def passerelle(self, *words: object) -> Said:
        """One command, from its words to its exit code."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([str(word) for word in words])
        return Said(code, out.getvalue(), err.getvalue())

    def imports(self, *words: object) -> Said:
        """`passerelle vocabulary import` into this stage."""
        return self.passerelle("vocabulary", "import", "--stage", STAGE, *words)

    @property
    def shelf(self) -> Shelf:
        """The editions of the stage."""
        return switching.shelf_of(stage_settings(STAGE))

    def kept(self) -> tuple[Switch, list[str]]:
        """All that an import could have changed."""
        files = self._cloud.boto("s3").list_objects_v2(Bucket=stage_settings(STAGE).vocabulary_bucket)
        return self.shelf.switch(), [one["Key"] for one in files.get("Contents", ())]

    def _wait(self, seconds: float) -> None:
        for _ in range(math.ceil(seconds)):
            self._cloud.clock.advance(seconds=1)
            time.sleep(1 / SECONDS_IN_ONE)


@dataclass(frozen=True)
class Glance:
    """What somebody was answered, and when he asked and heard by the product's clock."""

    asked: datetime
    heard: datetime
    answer: Any


Glances = dict[str, list[Glance]]


@contextmanager
def onlookers(cloud: LocalCloud, **looks: tuple[float, Callable[[], Any]]) -> Iterator[Glances]:
    """Everybody looks again and again, each at his own pace (seconds between two looks): once before the block begins,
    while it runs, and once after it. What somebody raised is raised at the end."""
    over = threading.Event()
    begun = threading.Barrier(len(looks) + 1)
    seen: Glances = {name: [] for name in looks}

    def go_on(name: str, pause: float, look: Callable[[], Any]) -> None:
        def glance() -> None:
            asked = cloud.clock.now()
            answer = look()
            seen[name].append(Glance(asked, cloud.clock.now(), answer))

        try:
            glance()
        finally:
            begun.wait()
        while not over.wait(pause):
            glance()
        glance()

    with ThreadPoolExecutor(len(looks)) as people:
        running = [people.submit(go_on, name, pause, look) for name, (pause, look) in looks.items()]
        try:
            begun.wait()
            yield seen
        finally:
            over.set()
    for one in running:
        one.result()
