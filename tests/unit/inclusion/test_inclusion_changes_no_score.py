"""Whatever people tell of themselves, matching answers the same, byte for byte: it is no input of any score."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from passerelle.contracts.matching import MatchesProposed
from tests.support.aws import mocked_aws
from tests.support.search import search_url as search_url
from tests.support.slices import Slice, a_company, a_slice
from tests.unit.inclusion.conftest import SETTINGS, answered, linked, make_key, proposal, watched, withdrawn
from tests.unit.matching.told import HOST, LENDER, activated, opened, published

ROOT = Path(__file__).resolve().parents[3]
PEOPLE = [f"prf_{number:02d}" for number in range(12)]
MATCHES = "/matching/demands/dem_fitter/matches"


@pytest.fixture
def both(search_url: str) -> Iterator[tuple[Slice, Slice]]:
    """Inclusion, wired first to its own environment, and matching beside it in the same account."""
    with mocked_aws(), a_slice("inclusion", **SETTINGS) as inclusion:
        make_key()
        for one in PEOPLE:
            linked(inclusion, one)
        with a_slice("matching", search_endpoint=search_url, search_index="profiles-inclusion") as matching:
            yield inclusion, matching


def test_changing_inclusion_data_changes_no_score(both: tuple[Slice, Slice]) -> None:
    inclusion, matching = both
    assert matching.deliver(activated(LENDER), activated(HOST), *map(published, PEOPLE), opened()) == []

    def ranking() -> str:
        answer = matching.call("GET", MATCHES, actor=a_company(HOST))
        assert answer.status == 200
        return answer.text

    def proposed(demand_id: str) -> list[tuple[str, float, object]]:
        """A demand like the first, ranked from nothing."""
        assert matching.deliver(opened(demand_id)) == []
        (event,) = [one for one in matching.facts(MatchesProposed) if one.demand_id == demand_id]
        return [(match.profile_id, match.score, match.criteria) for match in event.matches]

    def tell(sex: str, qpv: str, disability: str, age_band: str) -> None:
        for one in PEOPLE:
            token = f"token-of-{one}"
            answer = answered(inclusion, token, sex=sex, qpv=qpv, disability=disability, age_band=age_band)
            assert (answer.status, len(answer.body["answered"])) == (200, 4)

    before, first = ranking(), proposed("dem_before")
    assert len(first) == 10

    tell("woman", "yes", "yes", "55_or_over")
    inclusion.deliver(proposal("dem_before", PEOPLE, PEOPLE))
    assert watched(inclusion)["disability"]["stages"][0]["groups"][0]["status"] == "insufficient"
    assert (ranking(), proposed("dem_told")) == (before, first)

    tell("man", "no", "no", "under_26")
    assert (ranking(), proposed("dem_swapped")) == (before, first)

    for one in PEOPLE:
        assert withdrawn(inclusion, f"token-of-{one}").body == {"answered": []}
    assert (ranking(), proposed("dem_withdrawn")) == (before, first)


def test_the_score_cannot_name_what_people_tell() -> None:
    """No module that matching is made of mentions an attribute of the watch."""
    forbidden = {"sex", "disability", "qpv", "age_band", "inclusion", "rqth", "boeth"}
    modules = [*(ROOT / "functions" / "matching").glob("*.py"), ROOT / "cdk" / "slices" / "matching.py"]

    assert len(modules) > 5
    for module in modules:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not {name.lower() for name in names} & forbidden, module
