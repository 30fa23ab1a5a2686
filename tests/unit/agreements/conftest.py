"""The agreements slice alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.slices import Slice
from tests.unit.agreements.loans import Clock, agreements_slice


@pytest.fixture
def office() -> Iterator[tuple[Slice, Clock]]:
    """The slice with an empty table, and its clock."""
    with agreements_slice() as running:
        yield running


@pytest.fixture
def loans(office: tuple[Slice, Clock]) -> Slice:
    """The slice."""
    return office[0]


@pytest.fixture
def clock_(office: tuple[Slice, Clock]) -> Clock:
    """Its clock."""
    return office[1]
