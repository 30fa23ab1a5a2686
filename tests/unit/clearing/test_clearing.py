"""The clearing of a territory, as the operator asks for it."""

from __future__ import annotations

import io
import json

import pytest

from cdk.clearing import clear
from cdk.index_cli import FailedActError

ANSWER = {"note": "Proposition à examiner", "proven_best": True, "months_asked": 6, "demands": []}


def test_the_operator_reads_a_proposal_and_nothing_is_written() -> None:
    asked, out = [], io.StringIO()

    def invoke(question: dict[str, str]) -> object:
        asked.append(question)
        return ANSWER

    assert clear("dev", "region:28", out, invoke=invoke) == 0
    assert asked == [{"level": "region", "code": "28"}]
    assert json.loads(out.getvalue()) == {"territory": "region:28", **ANSWER}
    assert "à examiner" in out.getvalue()


def test_what_cannot_be_asked_or_fails_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def invoke(question: object) -> dict[str, object]:
        raise FailedActError("Busy")

    assert clear("dev", "28", io.StringIO(), invoke=invoke) == 2
    assert clear("nowhere", "region:28", io.StringIO(), invoke=invoke) == 2
    assert clear("dev", "region:28", io.StringIO(), invoke=invoke) == 1
    assert "LEVEL:CODE" in capsys.readouterr().err
