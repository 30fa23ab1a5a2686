"""What ends a demand without its host: time, and the loss of the right to look for people."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from functions.demands.model import State
from functions.demands.store import Demands
from passerelle import clock
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.demands import DemandClosed, DemandOpened
from passerelle.store import Table
from tests.support.slices import Slice, a_slice, an_envelope, the_classes
from tests.unit.demands.needs import HOST, STRANGER, a_need, ended, in_days, posted, revised, stands, told

SUSPENDED = CompanySuspended(company_id="cmp_host")
REINSTATED = CompanyActivated(company_id="cmp_host", marks=(), denied=())
CLOSED = CompanyClosed(company_id="cmp_host")


@pytest.fixture
def demands() -> Iterator[Slice]:
    with a_slice("demands") as slice_under_test:
        yield slice_under_test


def travel(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    then = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: then)


def expired(demands: Slice) -> int:
    answer: dict[str, int] = demands.handler.expire({}, None)
    return answer["expired"]


def outcomes(demands: Slice) -> list[tuple[str, str]]:
    return [(fact.subject, fact.data["outcome"]) for fact in demands.envelopes(DemandClosed)]


def on(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """It is noon of this day."""
    then = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    monkeypatch.setattr(clock, "now", lambda: then)


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        ("2027-01-29", "2027-06-30", "2027-02-28"),
        ("2027-01-30", "2027-06-30", "2027-02-28"),
        ("2027-01-31", "2027-06-01", "2027-02-28"),
        ("2027-02-01", "2027-06-01", "2027-03-31"),
        ("2027-11-15", "2028-02-03", "2027-12-31"),
        ("2027-01-20", "2027-01-31", "2027-01-31"),
        ("2027-01-20", "2027-02-02", "2027-02-28"),
    ],
)
def test_a_demand_expires_with_the_month_after_its_start_or_with_its_last_one(
    demands: Slice, monkeypatch: pytest.MonkeyPatch, start: str, end: str, last: str
) -> None:
    on(monkeypatch, "2027-01-10")
    demand = posted(demands, start_date=start, end_date=end, confirm_length=True)
    draft = posted(demands, draft=True, start_date=start, end_date=end, confirm_length=True)

    on(monkeypatch, last)
    assert expired(demands) == 0
    travel(monkeypatch, 1)
    assert (expired(demands), expired(demands)) == (1, 0)

    assert [stands(demands, one) for one in (demand, draft)] == ["expired", "draft"]
    assert outcomes(demands) == [(demand["id"], "expired")]


def test_cards_that_read_alike_go_on_the_same_day(demands: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which a card goes tells no day that it does not tell."""
    on(monkeypatch, "2027-01-02")
    for start, end in (("2027-01-04", "2027-04-03"), ("2027-01-29", "2027-04-30")):
        posted(demands, start_date=start, end_date=end)
    first, second = (opened.card for opened in demands.facts(DemandOpened))
    assert first == second

    gone = set()
    for day in range(1, 29):
        on(monkeypatch, f"2027-02-{day:02d}")
        gone.add(expired(demands))
    on(monkeypatch, "2027-03-01")

    assert gone == {0}
    assert expired(demands) == 2


def test_new_dates_put_the_end_off(demands: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    demand = posted(demands)
    assert revised(demands, demand, start_date=in_days(60), end_date=in_days(150)).status == 200

    travel(monkeypatch, 75)

    assert (expired(demands), stands(demands, demand)) == (0, "open")


def test_what_has_ended_does_not_expire(demands: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    demand = posted(demands)
    ended(demands, demand, "filled")

    travel(monkeypatch, 100)

    assert (expired(demands), stands(demands, demand)) == (0, "filled")
    assert [row for row in demands.rows() if "#open_demand#" in row["pk"]["S"]] == []


def test_demands_of_all_hosts_expire_in_one_run(demands: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    for actor in (HOST, STRANGER):
        posted(demands, actor=actor)

    travel(monkeypatch, 75)

    assert expired(demands) == 2


@pytest.mark.parametrize("event", [SUSPENDED, CLOSED])
def test_a_host_that_may_not_look_has_no_open_demand(demands: Slice, event: CompanySuspended | CompanyClosed) -> None:
    demand, draft = posted(demands), posted(demands, draft=True)
    other = posted(demands, actor=STRANGER)

    envelope = an_envelope(event, tenant="cmp_host", subject="cmp_host", sequence=3)
    assert demands.deliver(envelope, times=2) == []

    assert (stands(demands, demand), stands(demands, draft)) == ("closed", "draft")
    assert demands.call("GET", f"/demands/{other['id']}", actor=STRANGER).body["state"] == "open"
    assert outcomes(demands) == [(demand["id"], "closed")]


def test_more_demands_than_one_transaction_holds_are_closed(demands: Slice) -> None:
    demand = posted(demands)
    store = Demands(Table(demands.table_name), the_classes())
    pattern = store.find("cmp_host", demand["id"])
    assert pattern is not None
    for number in range(40):
        transaction = store.begin()
        store.save(transaction, pattern.value.model_copy(update={"id": f"dem_{number}"}), 1)
        transaction.commit()

    told(demands, SUSPENDED, 3)

    assert len(demands.envelopes(DemandClosed)) == 41
    assert {stored.value.state for stored in store.all_of("cmp_host")} == {State.CLOSED}


def test_a_suspension_that_arrives_after_its_end_closes_nothing(demands: Slice) -> None:
    demand = posted(demands)

    told(demands, REINSTATED, 4)
    told(demands, SUSPENDED, 3)

    assert stands(demands, demand) == "open"


def test_a_suspended_host_opens_nothing_even_with_an_older_answer_of_the_authorizer(demands: Slice) -> None:
    draft = posted(demands, draft=True)
    told(demands, SUSPENDED, 3)

    refused = [
        demands.call("POST", f"/demands/{draft['id']}/opening", actor=HOST),
        demands.call("POST", "/demands", body=a_need(), actor=HOST),
    ]
    told(demands, REINSTATED, 4)
    opened = demands.call("POST", f"/demands/{draft['id']}/opening", actor=HOST)

    assert [answer.body["type"] for answer in refused] == ["urn:passerelle:problem:company-not-active"] * 2
    assert (opened.status, len(demands.facts(DemandOpened))) == (200, 1)
