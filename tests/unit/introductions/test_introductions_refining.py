"""From mutual on each side reads the finer card of the other; before, and once it ended, it does not."""

from __future__ import annotations

from typing import Any

import pytest

from functions.introductions.model.pair import introduction_id
from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area
from passerelle.contracts.demands import DemandCardRefined
from passerelle.contracts.introductions import TermSheetReady
from passerelle.contracts.profiles import ProfileCardRefined
from tests.support.slices import Slice, a_company, an_envelope
from tests.unit.introductions.committing import written
from tests.unit.introductions.pairs import HAVRE, HOST, LENDER, a_demand_card, a_profile_card, matched, withdrawn

LENDING, HOSTING = a_company(LENDER), a_company(HOST)
THE_ID = introduction_id("dem_x", "prf_a")
PATH = f"/introductions/{THE_ID}"
FINER_PROFILE = a_profile_card().model_copy(update={"skills": ("106184", "118331", "300643")})
FINER_DEMAND = a_demand_card().model_copy(update={"area": HAVRE})
COARSE = Area(level="department", code="76")


def refined(*, tenants: tuple[str, str] = (LENDER, HOST)) -> list[Envelope]:
    profile = ProfileCardRefined(profile_id="prf_a", introduction_id=THE_ID, card=FINER_PROFILE)
    demand = DemandCardRefined(demand_id="dem_x", introduction_id=THE_ID, card=FINER_DEMAND)
    return [
        an_envelope(profile, tenant=tenants[0], subject="prf_a", sequence=4),
        an_envelope(demand, tenant=tenants[1], subject="dem_x", sequence=1),
    ]


@pytest.fixture
def mutual(introductions: Slice) -> Slice:
    introductions.deliver(matched())
    for actor in (LENDING, HOSTING):
        assert introductions.call("POST", f"{PATH}/interest", actor=actor).status == 200
    return introductions


def read(it: Slice, actor: Any) -> dict[str, Any]:
    body: dict[str, Any] = it.call("GET", PATH, actor=actor).body
    return body


def test_each_side_reads_the_others_exact_card(mutual: Slice) -> None:
    assert read(mutual, LENDING)["demand"]["area"] == COARSE.model_dump()

    mutual.deliver(*refined(), times=2)

    assert [skill["code"] for skill in read(mutual, HOSTING)["profile"]["skills"]] == list(FINER_PROFILE.skills)
    assert read(mutual, LENDING)["demand"]["area"] == HAVRE.model_dump()
    assert read(mutual, LENDING)["state"] == "mutual"


def test_what_is_written_afterwards_rests_on_the_finer_cards(mutual: Slice) -> None:
    mutual.deliver(*refined())

    written(mutual)

    (ready,) = mutual.facts(TermSheetReady)
    assert (ready.profile_card, ready.demand_card) == (FINER_PROFILE, FINER_DEMAND)


def test_a_card_of_somebody_elses_changes_nothing(mutual: Slice) -> None:
    before = read(mutual, LENDING)

    failed = mutual.deliver(*refined(tenants=("cmp_other", "cmp_stranger")))

    assert (failed, read(mutual, LENDING)) == ([], before)


def test_it_is_not_read_before_it_is_mutual_nor_once_it_ended(introductions: Slice) -> None:
    introductions.deliver(matched(), *refined())

    assert read(introductions, LENDING)["demand"]["area"] == COARSE.model_dump()

    introductions.deliver(withdrawn(), *refined())

    assert read(introductions, LENDING)["demand"] is None
