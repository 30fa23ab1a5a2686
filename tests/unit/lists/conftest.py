"""A list that comes in as a file, of each slice that has one: what is sent, what is due, what the company has then."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from passerelle import clock
from passerelle.contracts import Event
from passerelle.contracts.demands import DemandImportAdvanced
from passerelle.contracts.profiles import ProfileImportAdvanced
from passerelle.contracts.sessions import SessionImportAdvanced
from tests.support.slices import Reply, Slice, a_company, a_slice
from tests.unit.demands.needs import a_need
from tests.unit.profiles.volunteers import a_welder, profiles_slice
from tests.unit.sessions.offers import an_offer

CSV = {"Content-Type": "text/csv"}
AS_CSV = {"Accept": "text/csv"}
US, OTHERS = a_company("cmp_us"), a_company("cmp_others", subject="usr_2")
CANARY = "Jeanne Kanari 06 12 34 56 78"
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Columns:
    """How a list calls what every list has; `word` tells one row from the others, `past` are those that are wrong once
    the first day has passed, `ended` are the states that are over, `own` is where the company reads its own."""

    first_day: str
    last_day: str
    occupation: str
    word: tuple[str, Callable[[int], object]]
    choice: str = "working_time"
    needed: str = "experience"
    past: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    own: str = ""


COLUMNS = {
    "/profiles": Columns(
        first_day="available_from",
        last_day="available_to",
        occupation="occupation",
        word=("reference", "V-{}".format),
        past=("available_from",),
        ended=("withdrawn",),
    ),
    "/demands": Columns(
        first_day="start_date",
        last_day="end_date",
        occupation="occupation",
        word=("description", "V-{}".format),
        past=("start_date",),
        ended=("closed",),
    ),
    "/sessions": Columns(
        first_day="starts_on",
        last_day="ends_on",
        occupation="occupations",
        word=("price_per_place_cents", int),
        choice="kind",
        needed="hours",
        past=("starts_on", "register_until"),
        ended=("cancelled",),
        own="/sessions/mine",
    ),
}
TERM = "register_until"
"""A day of sessions alone, that lies before the first."""


@dataclass
class Desk:
    """A slice whose list comes in, and what has been delivered to it."""

    slice: Slice
    path: str
    due: type[Event]
    a_row: Callable[..., dict[str, Any]]
    delivered: set[str] = field(default_factory=set)

    @property
    def own(self) -> str:
        """Where the company reads what it has."""
        return self.columns.own or self.path

    @property
    def columns(self) -> Columns:
        """What its columns are called."""
        return COLUMNS[self.path]

    def rows(self, count: int, **other: Any) -> list[dict[str, Any]]:
        """So many rows that a single POST would take, each told from the others by its own word."""
        word, form = self.columns.word
        return [self.a_row(**({word: form(number)} | other)) for number in range(count)]

    def send(self, rows: list[dict[str, Any]] | str | bytes, **how: Any) -> Reply:
        """A file."""
        raw = file_of(rows) if isinstance(rows, list) else rows
        return self.slice.call("POST", f"{self.path}/imports", **({"actor": US, "headers": CSV, "raw": raw} | how))

    def taken(self, rows: list[dict[str, Any]] | str, **how: Any) -> str:
        """A file that is accepted; returns the id of its import."""
        answer = self.send(rows, **how)
        assert answer.status == 202, answer.text
        return str(answer.body["id"])

    def deliver(self) -> list[str]:
        """Everything that is due and was not delivered; returns the messages that failed, which come again."""
        due = [one for one in self.slice.envelopes(self.due) if one.id not in self.delivered]
        failed = self.slice.deliver(*due)
        self.delivered |= {one.id for one in due} - set(failed)
        return failed

    def work(self) -> None:
        """Until nothing is due."""
        while any(one.id not in self.delivered for one in self.slice.envelopes(self.due)):
            assert self.deliver() == []

    def on(self, days: int, last: int | None = None) -> dict[str, str]:
        """The cells of a row that begins so many days from today, and ends so many."""
        first, end = ((clock.today() + timedelta(days=each)).isoformat() for each in (days, last or 0))
        cells = {self.columns.first_day: first} | ({} if last is None else {self.columns.last_day: end})
        return cells | ({TERM: max(first, clock.today().isoformat())} if TERM in self.columns.past else {})

    def report(self, import_id: str, actor: Any = US, **query: str) -> Any:
        """Where an import stands."""
        answer = self.asked(import_id, actor, **query)
        assert answer.status == 200, answer.text
        return answer.body

    def asked(self, import_id: str, actor: Any, **query: str) -> Reply:
        """Somebody asks where it stands."""
        return self.slice.call("GET", f"{self.path}/imports/{import_id}", actor=actor, query=query)

    def listed(self, actor: Any = US) -> list[Any]:
        """What the company has."""
        answer = self.slice.call("GET", self.own, actor=actor, query={"limit": "100"})
        return list(answer.body["items"])

    def exported(self, actor: Any = US) -> str:
        """The same as a file."""
        answer = self.slice.call("GET", self.own, actor=actor, headers=AS_CSV)
        assert answer.status == 200
        return answer.text

    def waiting(self) -> list[str]:
        """The rows of files that are still to be worked on, as they are kept."""
        return [row["state"]["S"] for row in self.slice.rows() if "#import_part#" in row["pk"]["S"]]


@pytest.fixture(params=["profiles", "demands", "sessions"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "sessions":
        with a_slice("sessions") as slice_under_test:
            yield Desk(slice_under_test, "/sessions", SessionImportAdvanced, an_offer)
    elif request.param == "profiles":
        with profiles_slice() as slice_under_test:
            yield Desk(slice_under_test, "/profiles", ProfileImportAdvanced, a_welder)
    else:
        with a_slice("demands") as slice_under_test:
            yield Desk(slice_under_test, "/demands", DemandImportAdvanced, a_need)


def file_of(rows: list[dict[str, Any]]) -> bytes:
    """What a company's own program might write."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), delimiter=";")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: "|".join(value) if isinstance(value, list) else value for name, value in row.items()})
    return text.getvalue().encode()


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a file that went out."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


@pytest.fixture
def demands() -> Iterator[Desk]:
    with a_slice("demands") as slice_under_test:
        yield Desk(slice_under_test, "/demands", DemandImportAdvanced, a_need)
