"""`passerelle index rebuild` through the function that it invokes."""

from __future__ import annotations

import io

import pytest

from cdk.index_cli import FailedActError, rebuild
from tests.support.slices import Slice, a_company
from tests.unit.matching.told import HOST, LENDER, activated, opened, published, withdrawn


def shown(matching: Slice) -> list[str]:
    reply = matching.call("GET", "/matching/demands/dem_fitter/matches", actor=a_company(HOST))
    return [item["profile_id"] for item in reply.body["items"]]


def test_an_index_that_was_lost_is_filled_from_the_rows(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published("prf_a"), published("prf_b"), opened())
    matching.deliver(withdrawn("prf_b"))
    index = matching.handler.wire().index
    index._client.indices.delete(index=f"{index._alias}-v1")
    said, pauses = io.StringIO(), []

    code = rebuild("dev", said, invoke=lambda order: matching.handler.rebuild(order, None), pause=pauses.append)

    assert code == 0
    assert shown(matching) == ["prf_a"]
    assert ": 1 profiles" in said.getvalue()
    assert pauses == [30.0]
    assert list(index._client.indices.get(index=f"{index._alias}-*")) != [f"{index._alias}-v1"]


def test_an_act_that_fails_ends_with_1_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def invoke(order: object) -> dict[str, object]:
        raise FailedActError("SearchDown")

    assert rebuild("dev", io.StringIO(), invoke=invoke) == 1
    assert "SearchDown; the index in use is as it was" in capsys.readouterr().err
    assert rebuild("nowhere", io.StringIO(), invoke=invoke) == 2
