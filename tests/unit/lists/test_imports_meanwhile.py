"""An import under way: whoever works on it is stopped, comes twice or late, or finds that what it stands on is gone."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from passerelle import clock, imports
from passerelle.contracts import Event
from passerelle.contracts.companies import CompanyClosed, CompanySuspended
from passerelle.imports import PART
from passerelle.store import Transaction, VersionConflict
from tests.support.slices import an_envelope
from tests.unit.demands.needs import a_need
from tests.unit.lists.conftest import CANARY, Desk


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


def test_a_row_that_the_next_edition_no_longer_understands_is_refused_alone_and_quoted_nowhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job = desk.taken(desk.rows(3))
    read, seen = imports.Part.model_validate_json, itertools.count()

    def older(said: str) -> Any:
        part = read(said)
        row = {**part.rows[1][1], "municipality": CANARY}  # written when this was still a code
        return part.model_copy(update={"rows": (part.rows[0], (3, row), part.rows[2])}) if next(seen) == 0 else part

    monkeypatch.setattr(imports.Part, "model_validate_json", older)
    desk.work()

    report = desk.report(job)
    assert [one["state"] for one in report["items"]] == ["created", "refused", "created"]
    assert report["items"][1]["problem"]["errors"][0]["column"] == "municipality"
    assert "Kanari" not in json.dumps(report) + "".join(capsys.readouterr())


def test_a_row_whose_day_passed_meanwhile_is_refused_alone_with_its_reason(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = desk.rows(3)
    rows[1] |= desk.on(0, 80)
    job = desk.taken(rows)
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    desk.work()

    report = desk.report(job)
    assert (report["state"], report["created"], report["refused"]) == ("finished", 2, 1)
    assert [one["state"] for one in report["items"]] == ["created", "refused", "created"]
    refused = report["items"][1]
    assert (refused["line"], refused["id"], refused["problem"]["code"]) == (3, None, "invalid")
    told = [(one["column"], bool(one["remedy"])) for one in refused["problem"]["errors"]]
    assert told == [(column, True) for column in desk.columns.past]
    assert len(desk.listed()) == 2


def test_a_host_that_may_no_longer_look_for_people_has_its_rows_refused(demands: Desk) -> None:
    job = demands.taken([*demands.rows(2), a_need(draft="true")])
    suspended = CompanySuspended(company_id="cmp_us")
    demands.slice.deliver(an_envelope(suspended, tenant="cmp_us", subject="cmp_us", sequence=2))

    demands.work()

    problems = [(one["problem"] or {}).get("code") for one in demands.report(job)["items"]]
    assert problems == ["company-not-active"] * 3
    assert demands.listed() == []


def test_a_company_that_has_closed_has_its_rows_refused_and_keeps_none(desk: Desk) -> None:
    job = desk.taken(desk.rows(PART + 1))
    desk.deliver()
    closed = CompanyClosed(company_id="cmp_us")
    desk.slice.deliver(an_envelope(closed, tenant="cmp_us", subject="cmp_us", sequence=2))

    desk.work()

    report = desk.report(job, limit="100")
    assert (report["state"], report["created"], report["refused"]) == ("finished", PART, 1)
    assert {one["state"] for one in desk.listed()} <= {*desk.columns.ended}
    assert desk.waiting() == []


def test_rows_that_are_worked_on_while_the_company_closes_leave_nothing_open(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = desk.taken(desk.rows(4))
    (told,) = desk.slice.envelopes(desk.due)
    store = type(getattr(desk.slice.handler.wire(), desk.path.strip("/")))
    listed = store.all_of

    def meanwhile(self: Any, tenant: str) -> Any:
        yield from listed(self, tenant)
        assert desk.slice.deliver(told) == []  # another worker, after the last of the list was read

    monkeypatch.setattr(store, "all_of", meanwhile)
    closed = CompanyClosed(company_id="cmp_us")
    desk.slice.deliver(an_envelope(closed, tenant="cmp_us", subject="cmp_us", sequence=2))

    assert desk.report(job)["done"] == 4
    assert {one["state"] for one in desk.listed()} <= {*desk.columns.ended}
