"""The decision log through its events and its route: what is in it, that each fact is in it once, and that it shows
every change made to its rows."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from cdk.decisions_cli import verify
from passerelle import clock
from passerelle.chain import RETENTION
from passerelle.contracts import Envelope
from passerelle.store import Table, VersionConflict
from tests.support.slices import Slice, a_company, a_machine, a_slice, a_user, an_adviser, an_operator

SAMPLES = Path(__file__).resolve().parents[3] / "events" / "samples"
LOGGED = (
    "MatchesProposed",
    "InterestExpressed",
    "IntroductionBecameMutual",
    "IntroductionDisclosed",
    "IntroductionEnded",
    "RefusalExplained",
    "AgreementSigned",
    "AgreementEnded",
)


@pytest.fixture
def decisions() -> Iterator[Slice]:
    with a_slice("decisions") as running:
        yield running


def sample(name: str, **changed: Any) -> Envelope:
    """The golden sample of an event, told anew."""
    envelope = Envelope.from_json((SAMPLES / f"{name}.v1.json").read_text(encoding="utf-8"))
    return envelope.model_copy(update={"id": clock.new_id("evt"), "data": envelope.data | changed})


def log_of(decisions: Slice, limit: int = 100) -> list[dict[str, Any]]:
    """Every page of the log."""
    pages, cursor = [], None
    while True:
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        answer = decisions.call("GET", "/decisions/log", actor=an_operator(), query=query)
        assert answer.status == 200
        pages.append(answer.body)
        cursor = answer.body["cursor"]
        if cursor is None:
            return pages


def said(decisions: Slice) -> list[dict[str, Any]]:
    return [entry["said"] for page in log_of(decisions) for entry in page["items"]]


def verdict(decisions: Slice, limit: int = 100) -> str:
    out = io.StringIO()
    verify([json.dumps(page) for page in log_of(decisions, limit)], out)
    return out.getvalue().strip()


def filled(decisions: Slice, entries: int = 5) -> None:
    assert decisions.deliver(*(sample("InterestExpressed") for _ in range(entries))) == []


def row_of(decisions: Slice, number: int) -> dict[str, Any]:
    return next(row for row in decisions.rows() if row["pk"]["S"] == f"platform#entry#{number:012d}")


def test_a_proposal_is_logged_with_its_grounds(decisions: Slice) -> None:
    proposal = sample("MatchesProposed")
    assert decisions.deliver(proposal) == []

    (entry,) = said(decisions)
    (match,) = entry["proposed"]
    told = proposal.data
    assert (entry["kind"], entry["run_id"], entry["asked_by"]) == ("proposal", proposal.id, "engine")
    assert (entry["engine"], entry["nomenclature"]) == ("matching-1", "rome4-v460-starter-1")
    assert (entry["considered"], entry["pool"]) == (told["run"]["considered"], 2)
    assert (entry["demand_id"], entry["demand_card"]) == (told["demand_id"], told["demand_card"])
    assert (match["profile_id"], match["score"]) == (told["matches"][0]["profile_id"], 770_000)
    assert match["card"] == told["matches"][0]["card"]
    assert sum(one["fit"] * one["weight"] for one in match["criteria"]) == match["score"]
    assert match["criteria"][0]["missing"] == ["106256"]
    assert match["criteria"][0]["explanation"] == told["matches"][0]["criteria"][0]["text"]


def test_a_host_that_asks_for_a_profile_is_logged_as_the_one_who_chose(decisions: Slice) -> None:
    proposal = sample("MatchesProposed")
    run = proposal.data["run"] | {"asked_by_host": True}
    decisions.deliver(sample("MatchesProposed", run=run))

    assert said(decisions)[0]["asked_by"] == "host"


def test_a_proposal_of_before_the_log_is_logged_without_its_versions(decisions: Slice) -> None:
    decisions.deliver(sample("MatchesProposed", run=None))

    (entry,) = said(decisions)
    assert (entry["engine"], entry["considered"], len(entry["proposed"])) == (None, None, 1)


def test_what_people_chose_is_logged_with_the_reason(decisions: Slice) -> None:
    decisions.deliver(sample("RefusalExplained"), sample("IntroductionEnded", reason="declined"))

    refused, ended = said(decisions)
    assert (refused["choice"], refused["side"], refused["refusal"]) == ("refused", "host", "dates")
    assert (ended["choice"], ended["reason"]) == ("not_proceeding", "declined")
    assert refused["introduction_id"] == ended["introduction_id"]


def test_every_fact_is_logged_once_and_names_no_company_and_nobody(decisions: Slice) -> None:
    told = [sample(name) for name in LOGGED]
    assert decisions.deliver(*told, times=2) == []

    entries = said(decisions)
    assert [entry["run_id"] for entry in entries] == [envelope.id for envelope in told]
    assert "cmp_" not in json.dumps(entries)
    assert "per_" not in json.dumps(entries)
    assert verdict(decisions).startswith(f"ok {len(LOGGED)} entries, head ")


def test_pages_follow_each_other_whatever_their_size(decisions: Slice) -> None:
    filled(decisions, 7)

    for limit in (1, 3, 7, 100):
        assert [len(page["items"]) for page in log_of(decisions, limit)] == [
            min(limit, 7 - start) for start in range(0, 7, limit)
        ]
        assert verdict(decisions, limit).startswith("ok 7 entries")


def test_an_empty_log_is_verified(decisions: Slice) -> None:
    assert verdict(decisions).startswith("ok 0 entries")


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 13, "²"])
def test_a_cursor_of_no_page_is_refused(decisions: Slice, cursor: str) -> None:
    assert decisions.call("GET", "/decisions/log", actor=an_operator(), query={"cursor": cursor}).status == 400


@pytest.mark.parametrize("actor", [a_company(), a_machine("cmp_lender", "demands:read"), a_user(), an_adviser()])
def test_nobody_but_operators_reads_the_log(decisions: Slice, actor: Any) -> None:
    assert decisions.call("GET", "/decisions/log", actor=actor).status == 403


@pytest.mark.parametrize(
    ("number", "shown"), [(1, "entry 1 is missing"), (3, "entry 3 is missing"), (5, "entry 5 is missing")]
)
def test_a_deleted_row_is_seen(decisions: Slice, number: int, shown: str) -> None:
    filled(decisions)
    row = row_of(decisions, number)
    boto3.client("dynamodb").delete_item(TableName=decisions.table_name, Key={"pk": row["pk"], "sk": row["sk"]})

    assert shown in verdict(decisions)


def test_an_altered_row_and_two_rows_exchanged_are_seen(decisions: Slice) -> None:
    filled(decisions)
    client, second, third = boto3.client("dynamodb"), row_of(decisions, 2), row_of(decisions, 3)

    client.put_item(TableName=decisions.table_name, Item={**second, "state": third["state"]})
    client.put_item(TableName=decisions.table_name, Item={**third, "state": second["state"]})
    assert "entry 2 is missing" in verdict(decisions)

    client.put_item(TableName=decisions.table_name, Item=third)
    altered = second["state"]["S"].replace('"side":"host"', '"side":"lender"')
    client.put_item(TableName=decisions.table_name, Item={**second, "state": {"S": altered}})
    assert "entry 2 was altered" in verdict(decisions)

    client.put_item(TableName=decisions.table_name, Item=second)
    assert verdict(decisions).startswith("ok 5")


def test_two_writers_at_once_make_one_chain(decisions: Slice) -> None:
    """Both read the same head; the second to commit starts again from the head that the first made."""
    filled(decisions, 2)
    from functions.decisions import logic

    table = Table(decisions.table_name)
    log = decisions.handler.wire().log
    one, other = table.begin(), table.begin()
    logic.note(log, one, sample("InterestExpressed"), {"writer": "one"})
    logic.note(log, other, sample("InterestExpressed"), {"writer": "other"})

    one.commit()
    with pytest.raises(VersionConflict):
        other.commit()
    filled(decisions, 1)

    assert verdict(decisions).startswith("ok 4")


def test_a_delivery_that_meets_another_writer_starts_again(decisions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.decisions import logic

    log, interfered = decisions.handler.wire().log, []
    real = type(log).head

    def head(self: Any) -> Any:
        read = real(self)
        if not interfered:
            interfered.append(True)
            transaction = Table(decisions.table_name).begin()
            logic.note(log, transaction, sample("InterestExpressed"), {"writer": "in between"})
            transaction.commit()
        return read

    monkeypatch.setattr(type(log), "head", head)
    filled(decisions, 1)

    assert [entry.get("writer") for entry in said(decisions)] == ["in between", None]
    assert verdict(decisions).startswith("ok 2")


def test_entries_go_after_24_months_and_what_remains_is_still_proved(
    decisions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = clock.now()
    filled(decisions, 3)
    kept_until = {int(row["expires_at"]["N"]) for row in decisions.rows() if "#entry#" in row["pk"]["S"]}
    assert min(kept_until) >= int((begun + RETENTION).timestamp())

    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(days=400))
    filled(decisions, 2)
    monkeypatch.setattr(clock, "now", lambda: begun + RETENTION + timedelta(days=1))

    assert [entry["number"] for page in log_of(decisions) for entry in page["items"]] == [4, 5]
    assert verdict(decisions).startswith("ok 2 entries")
    for number in (1, 2, 3):
        row = row_of(decisions, number)
        boto3.client("dynamodb").delete_item(TableName=decisions.table_name, Key={"pk": row["pk"], "sk": row["sk"]})
    assert verdict(decisions, 1).startswith("ok 2 entries")
    row = row_of(decisions, 4)
    boto3.client("dynamodb").delete_item(TableName=decisions.table_name, Key={"pk": row["pk"], "sk": row["sk"]})
    assert "entry 4 is missing" in verdict(decisions)


def test_the_rows_are_written_as_the_role_may(decisions: Slice) -> None:
    """Each entry names the one before, and the head the last."""
    filled(decisions, 3)
    (page,) = log_of(decisions)

    hashes = [entry["sha256"] for entry in page["items"]]
    assert [entry["previous"] for entry in page["items"]] == ["0" * 64, *hashes[:-1]]
    assert page["head"]["sha256"] == hashes[-1]
