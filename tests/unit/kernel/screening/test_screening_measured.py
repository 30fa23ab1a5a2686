"""The written sentences: nearly all that is labelled is found, and clean sentences of the trades are left alone."""

import pytest

from passerelle.screening import Finding, Kind, screened
from passerelle.screening.findings import ON_REQUEST
from tests.bench.screening import Score, plain, sentence, sentences

SETS = ("development", "held_out", "fresh", *(f"unseen_{number}" for number in range(1, 8)))


@pytest.mark.parametrize("name", SETS)
def test_the_filter_finds_nearly_all_and_spares_nearly_every_clean_sentence(name: str) -> None:
    ours, baseline = Score(name, screened), Score(name, plain)

    assert ours.recall >= 0.95, ours.misses
    assert ours.clean_hit_rate <= 0.05, ours.hits
    assert ours.recall > baseline.recall + 0.3


def test_every_kind_is_measured_and_no_sentence_is_in_two_sets() -> None:
    texts = [one.text for name in SETS for one in sentences(name)]
    labelled = [one for name in SETS for one in sentences(name) if one.pieces]

    assert {piece.kind for name in SETS for one in sentences(name) for piece in one.pieces} == set(Kind) - ON_REQUEST
    assert len(texts) == len(set(texts))
    assert len(labelled) >= 900
    assert sum(not one.pieces for name in SETS for one in sentences(name)) >= 400


def test_a_labelled_line_is_read_without_its_braces() -> None:
    text, pieces = sentence("Chez {company:Morel}, à {place:Bolbec}.")

    assert text == "Chez Morel, à Bolbec."
    assert pieces == (Finding(Kind.COMPANY, 5, 10), Finding(Kind.PLACE, 14, 20))
