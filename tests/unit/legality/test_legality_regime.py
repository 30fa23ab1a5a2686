"""Which regime: the lender asks, the price suggests, one that fails is answered with R1 at cost, never switched."""

from typing import Any

import pytest

from legality.regime import resolve
from legality.registry import facts_of
from tests.unit.legality.files import FREE_LARGE_TO_SME, a_file

PRICE = {"billing.total": 4200, "cost.total": 4200}
FREE = {"billing.total": 0, "cost.total": 4200}


@pytest.mark.parametrize(
    ("facts", "suggested", "missing"),
    [
        (PRICE, "R1", ()),
        (PRICE | {"billing.total": 4300}, "R1", ()),
        (FREE | {"host.isArt238bis": True}, "R3", ()),
        (FREE | {"host.isArt238bis": False}, "R2", ()),
        (FREE, None, ("host.isArt238bis",)),
        ({"billing.total": 0, "host.isArt238bis": True}, None, ("cost.total",)),
        ({}, None, ("billing.total", "cost.total")),
    ],
)
def test_the_price_suggests(facts: dict[str, Any], suggested: str | None, missing: tuple[str, ...]):
    resolution = resolve(facts_of(facts))

    assert (resolution.suggested, resolution.missing) == (suggested, missing)
    assert resolution.requested is None


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({"sameGroup": True}, ("PMO-03",)),
        ({"lender.groupHeadcount": 4999}, ("PMO-04",)),
        ({"host.headcount5y": [300] * 5, "host.registeredOn": "2001-01-01"}, ("PMO-05",)),
        ({"mission.end": "2030-05-04"}, ("PMO-06",)),
        ({"convention.purpose": None}, ("PMO-07",)),
        ({"sameGroup": True, "convention.purpose": None}, ("PMO-03", "PMO-07")),
    ],
)
def test_a_regime_that_fails_is_answered_with_r1_and_kept_as_asked(changes: dict[str, Any], failed: tuple[str, ...]):
    resolution = resolve(facts_of(a_file(FREE_LARGE_TO_SME | changes)))

    assert resolution.failed == failed
    assert resolution.proposed == "R1"
    assert resolution.requested == "R2"


def test_a_regime_that_holds_is_answered_with_nothing():
    resolution = resolve(facts_of(a_file(FREE_LARGE_TO_SME)))

    assert (resolution.requested, resolution.failed, resolution.proposed) == ("R2", (), None)


def test_blocks_that_are_not_about_the_regime_propose_no_other():
    resolution = resolve(facts_of(a_file({"mission.country": "BE", "employee.agreement": False})))

    assert (resolution.failed, resolution.proposed) == ((), None)
