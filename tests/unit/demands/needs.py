"""Builders and shortcuts in the words of the domain, for the tests of the demands slice."""

from datetime import timedelta
from typing import Any

from functions.demands.model import State, add_months
from functions.demands.store import Demands
from passerelle import clock
from passerelle.access import Actor
from passerelle.contracts import Event
from passerelle.store import Table
from tests.support.slices import Reply, Slice, a_company, an_envelope, the_classes

HOST = a_company("cmp_host")
STRANGER = a_company("cmp_stranger", subject="usr_2")

SKILL, OTHER_SKILL = "100007", "121159"
LE_HAVRE, HARFLEUR = "76351", "76341"
LE_HAVRE_METROPOLIS = "200084952"


def in_days(days: int) -> str:
    """A day from today, as JSON says it."""
    return (clock.today() + timedelta(days=days)).isoformat()


def after(months: int, days: int = 0) -> str:
    """The last day of a loan that starts in ten days and lasts so many months and days."""
    start = clock.today() + timedelta(days=10)
    return (add_months(start, months) + timedelta(days=days - 1)).isoformat()


def a_need(**other: Any) -> dict[str, Any]:
    """What a host sends: two welders for three months."""
    return {
        "occupation": "H2913",
        "must_skills": [SKILL],
        "wished_skills": [OTHER_SKILL],
        "experience": "3-5",
        "municipality": LE_HAVRE,
        "start_date": in_days(10),
        "end_date": after(3),
        "working_time": "full_time",
        "shift": "two_shifts",
        "headcount": 2,
        "description": "Renfort pour l’atelier de Hangar-Bleu.",
    } | other


def posted(demands: Slice, actor: Actor = HOST, **other: Any) -> dict[str, Any]:
    """A demand, open unless `draft=True`."""
    answer = demands.call("POST", "/demands", body=a_need(**other), actor=actor)
    assert answer.status == 201, answer.text
    demand: dict[str, Any] = answer.body
    return demand


def revised(demands: Slice, demand: dict[str, Any], version: int = 1, **other: Any) -> Reply:
    """The host says anew what it needs."""
    return demands.call(
        "PUT",
        f"/demands/{demand['id']}",
        body=a_need(**other),
        actor=HOST,
        headers={"If-Match": f'"{version}"'},
    )


def ended(demands: Slice, demand: dict[str, Any], outcome: str) -> Reply:
    """The host ends its demand."""
    return demands.call("POST", f"/demands/{demand['id']}/closure", body={"outcome": outcome}, actor=HOST)


def stands(demands: Slice, demand: dict[str, Any]) -> str:
    """The state the host reads."""
    state: str = demands.call("GET", f"/demands/{demand['id']}", actor=HOST).body["state"]
    return state


def told(demands: Slice, event: Event, sequence: int) -> None:
    """A fact about the host arrives."""
    assert demands.deliver(an_envelope(event, tenant="cmp_host", subject="cmp_host", sequence=sequence)) == []


def put_in_state(demands: Slice, demand: dict[str, Any], state: State) -> None:
    """Write a state as if the demand had come to it."""
    store = Demands(Table(demands.table_name), the_classes())
    stored = store.find("cmp_host", demand["id"])
    assert stored is not None
    if stored.value.state is state:
        return
    transaction = store.begin()
    changed = stored.value.model_copy(update={"state": state, "shown": None})
    store.save(transaction, changed, stored.version + 1, before=stored.value)
    transaction.commit()
