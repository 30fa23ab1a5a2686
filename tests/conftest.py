"""What every test starts from: the packages' own programs first on PATH, and no credentials of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import hypothesis
import pytest

from cdk.environment import use_own_programs

use_own_programs()
pytest_plugins = ["tests.support.real"]

# Shared machines are slow now and then: a property is about what happens, not about how fast. A check says the same of
# the same code, so it draws the same examples each time; the deep one draws others (`cdk/check.py`).
hypothesis.settings.register_profile("check", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("deep", deadline=None, print_blob=True)
hypothesis.settings.load_profile("check")

_TABLE = "line of a table"
REAL_NODES = ("opensearch_url", "dynamodb_endpoint", "verapdf", "browser")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How far the random journeys of `tests/security/test_non_interference.py` go."""
    parser.addoption("--steps", type=int, default=0, help="steps of random journeys, above those of every check")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of a real node for what they are. Files keep their order, so that what those of a folder share is
    started once; the tests of a file come in any order."""
    items.sort(key=lambda item: item.path)
    for item in items:
        nodes = [name for name in REAL_NODES if name in getattr(item, "fixturenames", ())]
        if nodes:
            item.add_marker("browser" if "browser" in nodes else "real")


@pytest.fixture(autouse=True, scope="session")
def _nobodys_credentials() -> Iterator[None]:
    """Stands in for AWS credentials, so that a call that escapes the local cloud cannot succeed by accident."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """Notes a line of a table of that heading: the run prints the tables at its end, whoever measured them."""

    def note(heading: str, line: str) -> None:
        record_property(_TABLE, f"{heading}\n{line}")

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The tables of what the tests measured."""
    tables: dict[str, list[str]] = {}
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == _TABLE:
                heading, line = value.split("\n", 1)
                tables.setdefault(heading, []).append(line)
    for heading, lines in sorted(tables.items()):
        terminalreporter.section(heading)
        terminalreporter.write("\n".join(sorted(lines)) + "\n")
