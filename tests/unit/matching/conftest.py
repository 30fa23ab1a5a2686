"""The matching slice on an engine of its own, and the facts that tests tell it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.support.search import search_url as search_url
from tests.support.slices import Slice, a_slice

_numbers = itertools.count()


@pytest.fixture
def matching(search_url: str) -> Iterator[Slice]:
    """The slice with an empty table and an empty index."""
    with a_slice("matching", search_endpoint=search_url, search_index=f"profiles-{next(_numbers)}") as running:
        yield running
