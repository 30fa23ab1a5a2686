"""veraPDF, the reference validator, finds nothing against the letters that are sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions.documents.model import ProposalLetter, Reason, proposal_letter
from functions.documents.rendering import Press
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.introductions import IntroductionProposed
from passerelle.nomenclature import load_starter

SAMPLE = Path(__file__).resolve().parents[2] / "events" / "samples" / "IntroductionProposed.v1.json"


@pytest.fixture
def letter() -> ProposalLetter:
    envelope = Envelope.from_json(SAMPLE.read_text(encoding="utf-8"))
    proposed = envelope.event()
    assert isinstance(proposed, IntroductionProposed)
    at = envelope.occurred_at
    return proposal_letter(proposed, at, at.astimezone(clock.PARIS).date(), load_starter())


@pytest.mark.parametrize("explanations", [None, 0, 60], ids=["the sample", "without explanation", "over many pages"])
def test_a_proposal_letter_complies_with_pdf_ua_1(verapdf, letter, tmp_path: Path, explanations: int | None):
    if explanations is not None:
        reason = Reason(criterion="Métier", fit="forte", weight_percent=1, words="mot " * 30, missing=("x" * 90,))
        letter = letter.model_copy(update={"reasons": (reason,) * explanations})
    file = tmp_path / "letter.pdf"

    file.write_bytes(Press().proposal_letter(letter))

    assert verapdf(file) == []
