"""The introductions slice alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.slices import Slice, a_slice


@pytest.fixture
def introductions() -> Iterator[Slice]:
    """The slice with an empty table."""
    with a_slice("introductions") as running:
        yield running
