"""The letters of these tests are about the golden sample of an introduction."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from functions.documents.model import ProposalLetter, proposal_letter
from functions.documents.rendering import Press
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.introductions import IntroductionProposed
from passerelle.nomenclature import load_starter

SAMPLE = Path(__file__).resolve().parents[3] / "events" / "samples" / "IntroductionProposed.v1.json"


@pytest.fixture(scope="session")
def envelope() -> Envelope:
    """An introduction is proposed: a welder of Caux Seine for a demand around Rouen."""
    return Envelope.from_json(SAMPLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def proposed(envelope: Envelope) -> IntroductionProposed:
    event = envelope.event()
    assert isinstance(event, IntroductionProposed)
    return event


@pytest.fixture(scope="session")
def letter(envelope: Envelope, proposed: IntroductionProposed) -> ProposalLetter:
    at = envelope.occurred_at
    return proposal_letter(proposed, at, at.astimezone(clock.PARIS).date(), load_starter())


@pytest.fixture(scope="session")
def press() -> Press:
    return Press()


@pytest.fixture(scope="session")
def pdf(press: Press, letter: ProposalLetter) -> bytes:
    return press.proposal_letter(letter)


@pytest.fixture(scope="session")
def read_back() -> Callable[[bytes], str]:
    """What a PDF says, every run of white space (line ends, no-break spaces) as one space."""

    def read(content: bytes) -> str:
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        text = unicodedata.normalize("NFC", "\n".join(page.extract_text() for page in pages))
        return re.sub(r"\s+", " ", text)

    return read
