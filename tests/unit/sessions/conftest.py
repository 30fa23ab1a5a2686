"""The sessions slice on its own."""

from collections.abc import Iterator

import pytest

from tests.support.slices import Slice, a_slice


@pytest.fixture
def sessions() -> Iterator[Slice]:
    with a_slice("sessions") as slice_under_test:
        yield slice_under_test
