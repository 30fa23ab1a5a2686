"""A demand is shown in a class of companies that protects its host, or is an adviser's."""

from collections.abc import Iterator
from typing import Any

import pytest

from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.masking import class_of
from tests.support.slices import Slice, a_company, a_slice, the_classes
from tests.unit.demands.needs import a_need

HOSTS = tuple(f"cmp_{name}" for name in ("host", "second", "third", "fourth", "fifth", "sixth", "seventh"))
OWN_NEWS = {fact.__name__ for fact in (DemandOpened, DemandReferred, DemandClosed)}


@pytest.fixture
def demands() -> Iterator[Slice]:
    with a_slice("demands", min_members="5", min_lenders="3", max_lender_share="60") as running:
        yield running


def posted(demands: Slice, host: str) -> str:
    """A demand of a host; what the slice told itself is delivered."""
    known = {envelope.id for envelope in demands.envelopes()}
    answer = demands.call("POST", "/demands", body=a_need(), actor=a_company(host))
    assert answer.status == 201, answer.text
    heard(demands, known)
    return f"{host}/{answer.body['id']}"


def heard(demands: Slice, known: set[str]) -> None:
    """The slice hears its own news, as the bus brings them; news of these, too."""
    new = [one for one in demands.envelopes() if one.id not in known and one.type in OWN_NEWS]
    if new:
        before = {envelope.id for envelope in demands.envelopes()}
        assert demands.deliver(*new) == []
        heard(demands, before)


def seen(demands: Slice, handle: str) -> dict[str, Any]:
    """The demand as its host reads it."""
    host, demand_id = handle.split("/")
    body: dict[str, Any] = demands.call("GET", f"/demands/{demand_id}", actor=a_company(host)).body
    return body


def test_the_seventh_company_brings_out_the_demands_of_all(demands: Slice) -> None:
    six = [posted(demands, host) for host in HOSTS[:6]]

    assert [(one["state"], one["shown"], one["with_adviser"]) for one in (seen(demands, each) for each in six)] == [
        ("open", None, True)
    ] * 6
    assert not demands.facts(DemandOpened)

    seven = [*six, posted(demands, HOSTS[6])]

    assert len({class_of(fact.card) for fact in demands.facts(DemandOpened)}) == 1
    assert [seen(demands, each)["with_adviser"] for each in seven] == [False] * 7
    assert all(seen(demands, each)["shown"] for each in seven)


def test_a_company_with_seven_demands_is_still_one(demands: Slice) -> None:
    seven = [posted(demands, HOSTS[0]) for _ in range(7)]

    assert [seen(demands, each)["shown"] for each in seven] == [None] * 7


def test_when_one_is_filled_the_others_are_hidden_at_once_and_then_an_advisers(demands: Slice) -> None:
    seven = [posted(demands, host) for host in HOSTS]
    card = demands.facts(DemandOpened)[0].card
    assert the_classes().protect([card]) == [True]
    known = {envelope.id for envelope in demands.envelopes()}
    host, demand_id = seven[0].split("/")

    filled = demands.call("POST", f"/demands/{demand_id}/closure", body={"outcome": "filled"}, actor=a_company(host))

    assert filled.status == 200
    assert the_classes().protect([card]) == [False], "before any news has travelled"

    heard(demands, known)

    assert [seen(demands, each)["with_adviser"] for each in seven[1:]] == [True] * 6
    assert the_classes().counted([class_of(card)])[class_of(card)].members == 0


def test_a_revised_demand_leaves_its_class_behind(demands: Slice) -> None:
    seven = [posted(demands, host) for host in HOSTS]
    card = demands.facts(DemandOpened)[0].card
    host, demand_id = seven[0].split("/")
    version = demands.call("GET", f"/demands/{demand_id}", actor=a_company(host)).headers["ETag"]

    revised = demands.call(
        "PUT",
        f"/demands/{demand_id}",
        body=a_need(occupation="H2901"),
        actor=a_company(host),
        headers={"If-Match": version},
    )

    assert (revised.status, revised.body["shown"], revised.body["with_adviser"]) == (200, None, True)
    assert the_classes().counted([class_of(card)])[class_of(card)].members == 6
