"""Facts of the templates against the ones last read by a person.

To accept a change: `python -m tests.infrastructure.template.facts`, then read the difference.
"""

from __future__ import annotations

import pytest

from tests.infrastructure.template.facts import FACTS, SNAPSHOTS, Templates


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_those_last_read(local: Templates, name: str) -> None:
    assert FACTS[name](local) == (SNAPSHOTS / f"{name}.txt").read_text(encoding="utf-8")
