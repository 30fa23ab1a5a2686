"""A list that comes in as a file, of each slice that has one: what is sent, what is due, what the company has then."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from passerelle.contracts import Event
from passerelle.contracts.demands import DemandImportAdvanced
from passerelle.contracts.profiles import ProfileImportAdvanced
from tests.support.slices import Reply, Slice, a_company, a_slice
from tests.unit.demands.needs import a_need
from tests.unit.profiles.volunteers import a_welder, profiles_slice

CSV = {"Content-Type": "text/csv"}
AS_CSV = {"Accept": "text/csv"}
US, OTHERS = a_company("cmp_us"), a_company("cmp_others", subject="usr_2")
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Desk:
    """A slice whose list comes in, and what has been delivered to it."""

    slice: Slice
    path: str
    due: type[Event]
    a_row: Callable[..., dict[str, Any]]
    delivered: set[str] = field(default_factory=set)

    def rows(self, count: int, **other: Any) -> list[dict[str, Any]]:
        """So many rows that a single POST would take, each told from the others by its own word."""
        word = "reference" if self.path == "/profiles" else "description"
        return [self.a_row(**({word: f"V-{number}"} | other)) for number in range(count)]

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
        answer = self.slice.call("GET", self.path, actor=actor, query={"limit": "100"})
        return list(answer.body["items"])

    def exported(self, actor: Any = US) -> str:
        """The same as a file."""
        answer = self.slice.call("GET", self.path, actor=actor, headers=AS_CSV)
        assert answer.status == 200
        return answer.text

    def waiting(self) -> list[str]:
        """The rows of files that are still to be worked on, as they are kept."""
        return [row["state"]["S"] for row in self.slice.rows() if "#import_part#" in row["pk"]["S"]]


@pytest.fixture(params=["profiles", "demands"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "profiles":
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
