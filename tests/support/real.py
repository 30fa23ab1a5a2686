"""Fixtures of the real counterparts: each starts once a session, listens on loopback, and skips with its reason.

Tests that ask for one are marked `real` or `browser` for it and run in one process (tests/conftest.py).
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.support import real_nodes

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 90.0
# Background networking of a browser tries addresses that no test may reach.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

T = TypeVar("T")
VeraPdf = Callable[[Path], list[str]]


@contextmanager
def _or_skip() -> Iterator[None]:
    try:
        yield
    except real_nodes.MissingError as reason:
        pytest.skip(f"real counterpart missing: {reason}")


@contextmanager
def _running(command: list[str], log: Path, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(look: Callable[[], T | None], process: subprocess.Popen[bytes], log: Path) -> T:
    limit = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < limit:
        found = look()
        if found is not None:
            return found
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"did not start (exit {process.poll()}): {log.read_text(errors='replace')[-2000:]}")


def _answers(port: int) -> bool | None:
    with socket.socket() as attempt:
        attempt.settimeout(1)
        return attempt.connect_ex(("127.0.0.1", port)) == 0 or None


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty one-node OpenSearch with Lucene's real analysis; name your indexes apart."""
    with opensearch_node(tmp_path_factory.mktemp("opensearch")) as url:
        yield url


@contextmanager
def opensearch_node(folder: Path) -> Iterator[str]:
    """Starts such a node with its files in a folder."""
    with _or_skip():
        program = real_nodes.installed(real_nodes.OPENSEARCH)
        java = real_nodes.java_home(program.oldest_java) / "bin" / "java"
    log = folder / "node.log"
    # The runner takes the first free port above the one given and none above 9299.
    base = 9200 + os.getpid() % 80
    command = [str(java), "-Xms512m", "-Xmx512m", "-cp", program.classpath]
    command += ["org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath", str(folder / "base")]
    command += ["-clusterName", f"passerelle-{os.getpid()}", "-numOfNode", "1", "-baseHttpPort", str(base)]

    def port() -> str | None:
        said = re.search(
            r"HttpServerTransport\] publish_address \{127\.0\.0\.1:(\d+)\}", log.read_text(errors="replace")
        )
        return said[1] if said and _answers(int(said[1])) else None

    with _running(command, log, folder) as process:
        yield f"http://127.0.0.1:{_wait_for(port, process, log)}"


@pytest.fixture(scope="session")
def dynamodb_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of AWS's own DynamoDB Local: real transactions and conditions; name your tables apart."""
    with _or_skip():
        program = real_nodes.installed(real_nodes.DYNAMODB)
        java = real_nodes.java_home(program.oldest_java) / "bin" / "java"
    folder = tmp_path_factory.mktemp("dynamodb")
    log = folder / "node.log"
    port = _free_port()
    command = [str(java), "-Xmx512m", f"-Djava.library.path={program.folder}", "-cp", program.classpath]
    command += ["com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-inMemory", "-sharedDb"]
    with _running([*command, "-port", str(port)], log, folder) as process:
        _wait_for(lambda: _answers(port), process, log)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def verapdf() -> Iterator[VeraPdf]:
    """Validates a PDF file against PDF/UA-1 and returns its violations, empty when it complies."""
    with _or_skip():
        program = real_nodes.installed(real_nodes.VERAPDF)
        home = real_nodes.java_home(program.oldest_java)
    command = [sys.executable, "-m", "tests.support.verapdf_child", program.classpath, str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        questions, answers, complaints = child.stdin, child.stdout, child.stderr

        def validate(path: Path) -> list[str]:
            questions.write(f"{path.resolve(strict=True)}\n")
            questions.flush()
            line = answers.readline()
            if not line:
                raise RuntimeError(f"veraPDF ended: {complaints.read()[-2000:]}")
            answer: Any = json.loads(line)
            if isinstance(answer, dict):
                raise ValueError(f"not a PDF that can be read: {answer['fault']}")
            return [str(each) for each in answer]

        yield validate
        with suppress(BrokenPipeError):
            questions.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium under Playwright; open a context of your own for each test and close it."""
    with _or_skip():
        program = real_nodes.browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(program), args=CHROMIUM_ARGUMENTS, headless=True)
        yield chromium
        chromium.close()
