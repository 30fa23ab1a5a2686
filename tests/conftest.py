"""What every test starts from: the packages' own programs first on PATH, and no credentials of this machine."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest

from cdk.environment import use_own_programs

use_own_programs()
pytest_plugins = ["tests.support.real"]

# Shared machines are slow now and then: a property is about what happens, not about how fast.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")

REAL_NODES = ("opensearch_url", "dynamodb_endpoint", "verapdf", "browser")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How far the random journeys of `tests/security/test_non_interference.py` go."""
    parser.addoption("--steps", type=int, default=0, help="steps of random journeys, above those of every check")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of a real node for what they are."""
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
