"""What there was before: rankers to be better than, run on the same queries in the same run."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from likeness.french import words
from likeness.postings import Floats, Postings

Scorer = Callable[[str], Floats]


def char_tf_idf(labels: Sequence[dict[str, Any]]) -> Scorer:
    """Cosine of character 3-5-grams within words, accents folded, best title of each label."""
    titles = [[label["label"], *label["synonyms"]] for label in labels]
    owner = np.repeat(np.arange(len(titles)), [len(mine) for mine in titles])
    index = Postings.tf_idf(_grams(title) for mine in titles for title in mine)

    def score(question: str) -> Floats:
        best = np.zeros(len(titles))
        np.maximum.at(best, owner, index.answer(_grams(question)))
        return best

    return score


def bm25(labels: Sequence[dict[str, Any]]) -> Scorer:
    """BM25 (k1 1.2, b 0.75) over the words of all titles and texts of a label."""
    documents = [
        Counter(word for text in (label["label"], *label["synonyms"], *label["texts"]) for word in words(text))
        for label in labels
    ]
    index = Postings.bm25(documents, saturation=1.2, by_length=0.75)
    return lambda question: index.answer(dict.fromkeys(words(question), 1.0))


def idf_cosine(occupations: Sequence[dict[str, Any]]) -> Callable[[int], Floats]:
    """Cosine of the rarity-weighted sets of skill ids."""
    index = Postings.tf_idf({skill["id"]: 1.0 for skill in each["skills"]} for each in occupations)
    rows = index.rows()
    return lambda source: index.scores(*rows.of(source))


def ndcg(ranked: Sequence[str], right: Sequence[str], top: int = 10) -> float:
    """Normalised discounted cumulative gain of a list, every right answer counting 1."""
    wanted = set(right)
    gained = math.fsum(1 / math.log2(at + 2) for at, found in enumerate(ranked[:top]) if found in wanted)
    return gained / math.fsum(1 / math.log2(at + 2) for at in range(min(top, len(wanted))))


def _grams(text: str) -> Counter[str]:
    plain = " ".join(part.lower() for part in _folded(text).split())
    return Counter(
        f" {word} "[start : start + length]
        for word in plain.split()
        for length in (3, 4, 5)
        for start in range(len(word) + 3 - length)
    )


def _folded(text: str) -> str:
    kept = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(letter)
    )
    return "".join(letter if letter.isalnum() else " " for letter in kept)
