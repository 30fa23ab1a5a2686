"""Lists that come in as a file and go out as one: all looked through first, each row done once, whoever is stopped."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle import clock
from passerelle.access import MemberRole
from passerelle.contracts import Event
from passerelle.contracts.companies import CompanySuspended
from passerelle.contracts.demands import DemandImportAdvanced, DemandOpened
from passerelle.contracts.profiles import ProfileImportAdvanced
from passerelle.imports import KEPT, PART
from passerelle.sheets import LARGEST_FILE, MOST_ROWS
from passerelle.store import Transaction, VersionConflict
from tests.support.slices import Reply, Slice, a_company, a_machine, a_slice, an_envelope
from tests.unit.demands.needs import a_need
from tests.unit.profiles.volunteers import a_welder, profiles_slice

CSV = {"Content-Type": "text/csv"}
AS_CSV = {"Accept": "text/csv"}
US, OTHERS = a_company("cmp_us"), a_company("cmp_others", subject="usr_2")
CANARY = "Jeanne Kanari 06 12 34 56 78"
NO_ITEM_LARGER = 400 * 1024


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
        answer = self.slice.call("GET", f"{self.path}/imports/{import_id}", actor=actor, query=query)
        assert answer.status == 200, answer.text
        return answer.body

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


def read(text: str) -> list[dict[str, str]]:
    """The rows of a file that went out."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def faults(answer: Reply) -> list[tuple[int, str | None, str]]:
    assert answer.status == 422, answer.text
    return [(one["line"], one["column"], one["code"]) for one in answer.body["errors"]]


def test_a_good_file_is_accepted_then_worked_on_and_reported_row_by_row(desk: Desk) -> None:
    answer = desk.send(desk.rows(3))
    before = desk.report(answer.body["id"])
    desk.work()
    after = desk.report(answer.body["id"])

    assert answer.status == 202
    assert answer.headers["Location"] == f"{desk.path}/imports/{answer.body['id']}"
    counts = {"id": answer.body["id"], "rows": 3}
    assert answer.body == counts | {"state": "working", "done": 0, "created": 0, "refused": 0}
    assert before == {**answer.body, "items": [], "cursor": None}
    assert {name: after[name] for name in answer.body} == counts | {
        "state": "finished",
        "done": 3,
        "created": 3,
        "refused": 0,
    }
    assert [(one["line"], one["state"], one["problem"]) for one in after["items"]] == [
        (line, "created", None) for line in (2, 3, 4)
    ]
    assert {one["id"] for one in after["items"]} == {one["id"] for one in desk.listed()}


def test_a_row_becomes_what_a_single_post_makes_of_it(desk: Desk) -> None:
    (row,) = desk.rows(1)
    single = desk.slice.call(
        "POST", desk.path, body={"profiles": [row]} if desk.path == "/profiles" else row, actor=OTHERS
    )
    desk.taken([row])
    desk.work()

    own = ("id", "person_id")
    (ours,), (theirs,) = desk.listed(), desk.listed(OTHERS)
    assert single.status == 201
    assert {name: value for name, value in ours.items() if name not in own} == {
        name: value for name, value in theirs.items() if name not in own
    }
    assert len(desk.slice.facts(DemandOpened)) == (2 if desk.path == "/demands" else 0)


def test_one_bad_row_takes_nothing_and_every_fault_of_every_row_is_named(desk: Desk) -> None:
    start = "available_from" if desk.path == "/profiles" else "start_date"
    rows = desk.rows(5)
    rows[1] |= {"occupation": "Z9999", "municipality": "00000"}
    rows[2] |= {start: (clock.today() - timedelta(days=1)).isoformat()}
    rows[4] |= {"working_time": "demi", "experience": ""}

    answer = desk.send(rows)

    assert faults(answer) == [
        (3, "occupation", "bad-value"),
        (3, "municipality", "bad-value"),
        (4, start, "bad-value"),
        (6, "experience", "missing-value"),
        (6, "working_time", "bad-value"),
    ]
    assert all(one["detail"] and one["remedy"] and one["pointer"] for one in answer.body["errors"])
    assert desk.listed() == []
    assert desk.slice.rows() == []


@pytest.mark.parametrize(
    ("raw", "line", "code"),
    [
        (b"", 1, "no-rows"),
        (b"\xff\xfeo\x00", 1, "bad-encoding"),
        (b'occupation;"', 1, "bad-quotes"),
        (b"nom;prenom\nx;y\n", 1, "unknown-column"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(desk: Desk, raw: bytes, line: int, code: str) -> None:
    assert (line, None, code) in faults(desk.send(raw))
    assert desk.slice.rows() == []


def test_more_rows_or_bytes_than_a_file_may_hold_are_refused(desk: Desk) -> None:
    head, one = file_of(desk.rows(1)).splitlines(keepends=True)

    too_many = desk.send(head + one * (MOST_ROWS + 1))
    too_large = desk.send(b" " * (LARGEST_FILE + 1))
    at_most = desk.send(b" " * LARGEST_FILE)

    assert faults(too_many) == [(MOST_ROWS + 2, None, "too-many-rows")]
    assert (too_large.status, at_most.status) == (413, 422)
    assert desk.slice.rows() == []


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "text/csvx", ""])
def test_another_kind_of_body_is_refused(desk: Desk, media_type: str) -> None:
    answer = desk.send(desk.rows(1), headers={"Content-Type": media_type})

    assert (answer.status, answer.body["type"]) == (415, "urn:passerelle:problem:unsupported-media-type")


def test_what_was_refused_is_kept_and_told_nowhere(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    good = file_of(desk.rows(1)).decode()
    head, row = good.splitlines()
    spoilt = desk.rows(1)[0] | {"occupation": CANARY, "working_time": CANARY, "municipality": CANARY}

    answers = [
        desk.send(f"{head};{CANARY}\r\n{row};x\r\n"),
        desk.send(f"{head}\r\n{row};{CANARY}\r\n"),
        desk.send(f'{head}\r\n"{CANARY}"{row}\r\n'),
        desk.send(f"{good}\0{CANARY}"),
        desk.send([spoilt]),
    ]
    written = capsys.readouterr()

    assert [answer.status for answer in answers] == [422] * 5
    for text in (*(answer.text for answer in answers), written.out, written.err, json.dumps(desk.slice.rows())):
        assert "Kanari" not in text
        assert "34 56" not in text


def test_the_same_request_again_is_one_import(desk: Desk) -> None:
    rows = desk.rows(2)

    first, again = (desk.send(rows, key="one-key-for-both") for _ in range(2))
    other = desk.send(desk.rows(1), key="one-key-for-both")
    desk.work()

    assert first.body == again.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status, other.body["type"]) == (422, "urn:passerelle:problem:idempotency-key-reused")
    assert len(desk.listed()) == 2


@pytest.mark.parametrize("killed_at", [0, 7, PART])
def test_an_import_killed_between_two_writes_goes_on_where_it_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    count = PART + 5
    job = desk.taken(desk.rows(count))
    calls = itertools.count()
    whole = Transaction.save

    def killed(self: Transaction, key: Any, *said: Any, **how: Any) -> None:
        if key.noun == "import_row" and next(calls) == killed_at:
            raise RuntimeError("killed")
        whole(self, key, *said, **how)

    monkeypatch.setattr(Transaction, "save", killed)
    stopped = desk.deliver() or desk.deliver()
    half, made = desk.report(job), len(desk.listed())
    monkeypatch.undo()
    desk.work()
    report = desk.report(job, limit="100")

    assert len(stopped) == 1
    assert (half["done"], made, len(half["items"])) == (killed_at, killed_at, min(killed_at, 50))
    assert (report["state"], report["created"], report["refused"]) == ("finished", count, 0)
    assert [one["line"] for one in report["items"]] == list(range(2, count + 2))
    assert len({one["id"] for one in report["items"]}) == len(desk.listed()) == count


def test_an_import_killed_after_its_rows_and_before_it_said_so_does_none_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = desk.taken(desk.rows(PART + 1))
    whole = Transaction.emit

    def killed(self: Transaction, key: Any, event: Event, **how: Any) -> Any:
        if isinstance(event, desk.due):
            raise RuntimeError("killed")
        return whole(self, key, event, **how)

    monkeypatch.setattr(Transaction, "emit", killed)
    stopped = desk.deliver()
    half = desk.report(job)
    monkeypatch.undo()
    desk.work()

    assert (len(stopped), half["done"], half["state"]) == (1, PART, "working")
    assert desk.report(job)["state"] == "finished"
    assert len(desk.listed()) == PART + 1


def test_events_that_come_twice_late_or_for_nothing_change_nothing(desk: Desk) -> None:
    job = desk.taken(desk.rows(PART + 2))
    desk.work()
    told = desk.slice.envelopes(desk.due)
    before = desk.slice.rows()

    failed = desk.slice.deliver(*reversed(told), *told, times=2)
    strangers = [
        an_envelope(desk.due(import_id=job, part=5), tenant="cmp_us", subject=job),
        an_envelope(desk.due(import_id=job, part=0), tenant="cmp_others", subject=job),
        an_envelope(desk.due(import_id="imp_none", part=0), tenant="cmp_us", subject="imp_none"),
    ]
    failed += desk.slice.deliver(*strangers)

    assert failed == []
    assert len(told) == 2
    assert [row for row in desk.slice.rows() if "CONSUMED" not in row["pk"]["S"]] == [
        row for row in before if "CONSUMED" not in row["pk"]["S"]
    ]
    assert len(desk.listed()) == PART + 2


def test_a_part_that_is_said_before_its_turn_waits_for_it(desk: Desk) -> None:
    job = desk.taken(desk.rows(PART + 2))

    early = an_envelope(desk.due(import_id=job, part=1), tenant="cmp_us", subject=job)

    assert desk.slice.deliver(early) == []
    assert desk.report(job)["done"] == 0
    desk.work()
    assert desk.report(job)["created"] == PART + 2


def test_two_who_work_on_one_import_at_once_do_each_row_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = desk.taken(desk.rows(6))
    (told,) = desk.slice.envelopes(desk.due)
    whole, inside = Transaction.commit, itertools.count()

    def interrupted(self: Transaction) -> None:
        if next(inside) == 2:  # a second worker does all of it while the first is about to write its third row
            assert desk.slice.deliver(told) == []
        whole(self)

    monkeypatch.setattr(Transaction, "commit", interrupted)
    failed = desk.slice.deliver(told)
    monkeypatch.undo()

    report = desk.report(job)
    assert failed == []
    assert (report["state"], report["created"], len(report["items"])) == ("finished", 6, 6)
    assert len(desk.listed()) == 6


def test_a_row_that_others_keep_changing_comes_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = desk.taken(desk.rows(1))

    def taken(_: Transaction) -> None:
        raise VersionConflict("somebody else")

    monkeypatch.setattr(Transaction, "commit", taken)
    failed = desk.deliver()
    monkeypatch.undo()
    desk.work()

    assert len(failed) == 1
    assert desk.report(job)["created"] == 1


def test_a_row_whose_day_passed_meanwhile_is_refused_alone_with_its_reason(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, end = ("available_from", "available_to") if desk.path == "/profiles" else ("start_date", "end_date")
    rows = desk.rows(3)
    rows[1] |= {
        start: clock.today().isoformat(),
        end: (clock.today() + timedelta(days=80)).isoformat(),
    }
    job = desk.taken(rows)
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    desk.work()

    report = desk.report(job)
    assert (report["state"], report["created"], report["refused"]) == ("finished", 2, 1)
    assert [one["state"] for one in report["items"]] == ["created", "refused", "created"]
    refused = report["items"][1]
    assert (refused["line"], refused["id"], refused["problem"]["code"]) == (3, None, "invalid")
    assert [(one["column"], bool(one["remedy"])) for one in refused["problem"]["errors"]] == [(start, True)]
    assert len(desk.listed()) == 2


def test_rows_wait_no_longer_than_they_must_and_reports_go_after_their_term(desk: Desk) -> None:
    desk.taken(desk.rows(PART + 2))
    kept, terms = len(desk.waiting()), [row.get("expires_at") for row in desk.slice.rows() if "state" in row]
    desk.deliver()
    half = len(desk.waiting())
    desk.work()

    assert (kept, half, desk.waiting()) == (2, 1, [])
    assert len(terms) == 4, "the import, two parts, the answer to the request"
    assert None not in terms
    last = max(int(row["expires_at"]["N"]) for row in desk.slice.rows() if "#import_row#" in row["pk"]["S"])
    assert last == pytest.approx((clock.now() + KEPT).timestamp(), abs=60)


def test_the_largest_rows_fit_into_what_a_table_holds() -> None:
    with a_slice("demands") as demands:
        desk = Desk(demands, "/demands", DemandImportAdvanced, a_need)
        rows = [a_need(description="\\😀" * 1000, must_skills=[], wished_skills=[]) for _ in range(PART * 2)]

        desk.taken(rows)

        assert max(map(len, (state.encode() for state in desk.waiting()))) < NO_ITEM_LARGER
        desk.work()
        assert len(desk.listed()) == PART * 2


def test_another_companys_import_is_not_there(desk: Desk) -> None:
    job = desk.taken(desk.rows(2))
    desk.work()

    theirs = desk.slice.call("GET", f"{desk.path}/imports/{job}", actor=OTHERS)
    nobodys = desk.slice.call("GET", f"{desk.path}/imports/imp_none", actor=OTHERS)

    assert theirs.status == nobodys.status == 404
    assert theirs.body | {"instance": ""} == nobodys.body | {"instance": ""}
    assert desk.listed(OTHERS) == []
    assert read(desk.exported(OTHERS)) == []


def test_who_may_post_one_may_send_a_file_and_who_may_read_may_read_the_report(desk: Desk) -> None:
    scope = desk.path.strip("/")
    writer, reader = a_machine("cmp_us", f"{scope}:write"), a_machine("cmp_us", f"{scope}:read")
    reading_person = a_company("cmp_us", role=MemberRole.READER)

    job = desk.taken(desk.rows(1), actor=writer)

    assert [desk.send(desk.rows(1), actor=actor).status for actor in (reader, reading_person)] == [403, 403]
    assert desk.report(job, reader)["id"] == desk.report(job, reading_person)["id"] == job
    assert desk.slice.call("GET", f"{desk.path}/imports/{job}", actor=writer).status == 403


def test_the_report_has_pages(desk: Desk) -> None:
    job = desk.taken(desk.rows(5))
    desk.work()

    first = desk.report(job, limit="3")
    second = desk.report(job, limit="3", cursor=first["cursor"])

    assert [one["line"] for one in (*first["items"], *second["items"])] == [2, 3, 4, 5, 6]
    assert second["cursor"] is None


def test_a_host_that_may_no_longer_look_for_people_has_its_rows_refused() -> None:
    with a_slice("demands") as demands:
        desk = Desk(demands, "/demands", DemandImportAdvanced, a_need)
        job = desk.taken([*desk.rows(2), a_need(draft="true")])
        suspended = CompanySuspended(company_id="cmp_us")
        demands.deliver(an_envelope(suspended, tenant="cmp_us", subject="cmp_us", sequence=2))

        desk.work()

        problems = [(one["problem"] or {}).get("code") for one in desk.report(job)["items"]]
        assert problems == ["company-not-active", "company-not-active", None]
        assert [one["state"] for one in desk.listed()] == ["draft"]


def test_an_unusual_length_is_confirmed_by_whoever_sent_the_file() -> None:
    with a_slice("demands") as demands:
        desk = Desk(demands, "/demands", DemandImportAdvanced, a_need)
        long = (clock.today() + timedelta(days=400)).isoformat()

        refused = desk.send([a_need(end_date=long)])
        desk.taken([a_need(end_date=long, confirm_length="oui")])
        desk.work()

        assert faults(refused) == [(2, "end_date", "bad-value")]
        states = [json.loads(r["state"]["S"]) for r in demands.rows() if "#demand#" in r["pk"]["S"] and "state" in r]
        assert [one["length_confirmed"]["by"] for one in states] == [US.subject]


@pytest.mark.parametrize(
    ("accept", "as_csv"),
    [
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/html, text/csv;q=0.9, */*;q=0.1", True),
        ("application/json", False),
        ("*/*", False),
        ("application/json, text/csv", False),
        ("text/html", False),
        ("", False),
    ],
)
def test_a_list_goes_out_as_the_caller_accepts_it(desk: Desk, accept: str, as_csv: bool) -> None:
    desk.taken(desk.rows(1))
    desk.work()

    answer = desk.slice.call("GET", desk.path, actor=US, headers={"Accept": accept})

    assert answer.headers["Content-Type"].startswith("text/csv; charset=utf-8" if as_csv else "application/json")
    assert (answer.text[0] == "\ufeff") == as_csv


def test_a_file_says_what_the_list_says_and_no_more(desk: Desk) -> None:
    desk.taken(desk.rows(2))
    desk.work()

    out, listed = read(desk.exported()), desk.listed()

    assert [one["id"] for one in listed] == [row["id"] for row in out]
    for row, one in zip(out, map(by_column, listed), strict=True):
        assert row == {column: one[column] for column in row}


def by_column(told: Mapping[str, Any]) -> dict[str, str]:
    """A profile or a demand as the list tells it, as cells by column."""
    if "need" in told:
        said = told["need"] | {"confirm_length": told["length_confirmed"], "draft": told["state"] == "draft"}
    else:
        said = told["description"]
    return {name: "|".join(value) if isinstance(value, list) else plain(value) for name, value in (told | said).items()}


def plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_files_have_pages_that_are_linked(desk: Desk) -> None:
    desk.taken(desk.rows(5))
    desk.work()

    found: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    for _ in range(3):
        answer = desk.slice.call("GET", desk.path, actor=US, headers=AS_CSV, query=query)
        found += [row["id"] for row in read(answer.text)]
        link = answer.headers.get("Link", "")
        query = {"limit": "2", "cursor": link.partition("cursor=")[2].partition(">")[0]}

    assert link == ""
    assert sorted(found) == sorted(one["id"] for one in desk.listed())
    assert len(set(found)) == 5


def comparable(text: str, without: tuple[str, ...] = ("id", "person_id")) -> list[Mapping[str, str]]:
    rows = [{name: cell for name, cell in row.items() if name not in without} for row in read(text)]
    return sorted(rows, key=lambda row: sorted(row.items()))


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\r\t", exclude_characters="\ufffd"),
    max_size=40,
) | st.builds("".join, st.lists(st.sampled_from([*"=+-@'\";,|\n\r é"]), max_size=8))
ANY_NEED = st.fixed_dictionaries(
    {
        "description": WORDS,
        "headcount": st.integers(1, 50),
        "draft": st.booleans(),
        "must_skills": st.sampled_from([[], ["100007"], ["100007", "106001"]]),
        "shift": st.sampled_from(["day", "night", "two_shifts"]),
    }
)
COMPANIES = itertools.count()
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def demands() -> Iterator[Desk]:
    with a_slice("demands") as slice_under_test:
        yield Desk(slice_under_test, "/demands", DemandImportAdvanced, a_need)


@FEW
@given(needs=st.lists(ANY_NEED, min_size=1, max_size=4))
def test_what_went_out_comes_in_again_and_goes_out_the_same(demands: Desk, needs: list[dict[str, Any]]) -> None:
    first, second = (a_company(f"cmp_{next(COMPANIES)}") for _ in range(2))
    for need in needs:
        assert demands.slice.call("POST", "/demands", body=a_need(**need), actor=first).status == 201

    out = demands.exported(first)
    demands.taken(out, actor=second)
    demands.work()

    assert comparable(demands.exported(second)) == comparable(out)
    assert [one["need"] for one in by_need(demands, second)] == [one["need"] for one in by_need(demands, first)]


def by_need(desk: Desk, actor: Any) -> list[Any]:
    return sorted(desk.listed(actor), key=lambda one: json.dumps(one["need"]))


def test_profiles_that_went_out_come_in_again_as_drafts() -> None:
    with profiles_slice() as profiles:
        desk = Desk(profiles, "/profiles", ProfileImportAdvanced, a_welder)
        desk.taken([*desk.rows(3), a_welder(reference="", shifts=["night"])])
        desk.work()

        out = desk.exported()
        desk.taken(out, actor=OTHERS)
        desk.work()

        assert comparable(desk.exported(OTHERS)) == comparable(out)
        assert {row["person_id"] for row in read(out)}.isdisjoint(r["person_id"] for r in read(desk.exported(OTHERS)))


@FEW
@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_upset_an_import(demands: Desk, raw: bytes) -> None:
    answer = demands.send(raw)

    assert answer.status == 422
    assert answer.body["errors"]
