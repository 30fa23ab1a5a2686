"""The synthesised templates, made once per change of what they are made of."""

from __future__ import annotations

import pytest

from tests.infrastructure.template.facts import Templates


@pytest.fixture(scope="session")
def local() -> Templates:
    """The stage on this machine: what the snapshots are about, since no operator edits it."""
    return Templates.of("local")


@pytest.fixture(scope="session")
def live() -> Templates:
    """The stage that keeps data."""
    return Templates.of("live")
