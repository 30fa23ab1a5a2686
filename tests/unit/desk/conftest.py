"""The desk alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.slices import Slice, a_slice


@pytest.fixture
def desk() -> Iterator[Slice]:
    """The slice with an empty table."""
    with a_slice("desk") as running:
        yield running
