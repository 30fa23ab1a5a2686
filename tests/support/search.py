"""A search engine for the suites: `osmem-server`, one process a session, each test with an alias of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cdk.local.search import Search


@pytest.fixture(scope="session")
def search_url() -> Iterator[str]:
    """The loopback address of an engine that starts empty; name your aliases apart."""
    engine = Search()
    yield engine.url
    engine.close()
