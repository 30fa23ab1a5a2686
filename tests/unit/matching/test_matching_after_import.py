"""Cards that were indexed with one nomenclature are recalled, ranked and explained with the next."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from passerelle import clock
from passerelle.vocabulary import FRESH
from tests.support.slices import Slice, a_company
from tests.unit.matching.told import HOST, LENDER, activated, opened, published
from tests.unit.nomenclatures.shelves import a_shelf, taken


def test_who_was_found_before_the_import_is_found_after(
    matching: Slice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ROME of this import is so small that it retires nearly every code of the cards."""
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    path = "/matching/demands/dem_fitter/matches"
    before = matching.call("GET", path, actor=a_company(HOST)).body["items"]

    taken(a_shelf(), tmp_path)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + FRESH + timedelta(seconds=1))
    after = matching.call("GET", path, actor=a_company(HOST)).body["items"]

    assert [item["profile_id"] for item in after] == [item["profile_id"] for item in before] == ["prf_fitter"]
    assert after[0]["profile"]["occupation"] == before[0]["profile"]["occupation"]
