"""Weighted documents that can be scored all at once against a question: an inverted index in three arrays.

Documents are numbered from 0 in the order given. Weights are kept in single precision; sums run in that order in
double precision, so that a score is the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Self

import numpy as np
from numpy.typing import NDArray

from likeness.packing import State, array_of, texts_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Counts = Mapping[str, float]
"""How often each feature occurs."""


def best_first(scores: Floats, top: int) -> Ints:
    """The positions of the `top` highest scores, highest first; of equals to seven decimals, the first ones."""
    told = np.round(scores, 7)
    if top >= len(told):
        return np.argsort(-told, kind="stable")
    able = np.flatnonzero(told >= np.partition(told, -top)[-top])
    return able[np.argsort(-told[able], kind="stable")][:top]


class Postings:
    """Documents as weighted features; `tf_idf` and `bm25` say how counts become weights."""

    def __init__(self, documents: Iterable[Counts]) -> None:
        self.column: dict[str, int] = {}
        columns: list[int] = []
        values: list[float] = []
        lengths: list[int] = []
        for document in documents:
            lengths.append(len(document))
            for feature, value in document.items():
                columns.append(self.column.setdefault(feature, len(self.column)))
                values.append(value)
        self.size = len(lengths)
        features = np.array(columns, dtype=np.int64)
        order = np.argsort(features, kind="stable")
        self.document = np.repeat(np.arange(self.size), lengths)[order]
        self.value: NDArray[np.floating] = np.array(values, dtype=np.float64)[order]
        self.frequency = np.bincount(features, minlength=len(self.column))
        self.start = np.cumsum(self.frequency) - self.frequency
        self.feature_weight: Floats = np.ones(len(self.column))
        self.dampened = False

    def state(self) -> State:
        """All of it, as arrays and texts."""
        return {
            "features": tuple(self.column),
            "size": np.array([self.size, self.dampened], dtype=np.int64),
            "document": self.document.astype(np.int32),
            "value": self.value,
            "frequency": self.frequency.astype(np.int32),
            "weight": self.feature_weight,
        }

    @classmethod
    def restored(cls, state: State) -> Self:
        """The index that gave this state."""
        index = cls.__new__(cls)
        index.column = {feature: column for column, feature in enumerate(texts_of(state, "features"))}
        size, dampened = array_of(state, "size")
        index.size, index.dampened = int(size), bool(dampened)
        index.document = array_of(state, "document")
        index.value = array_of(state, "value")
        index.frequency = array_of(state, "frequency").astype(np.int64)
        index.start = np.cumsum(index.frequency) - index.frequency
        index.feature_weight = array_of(state, "weight")
        return index

    @classmethod
    def tf_idf(cls, documents: Iterable[Counts], power: float = 1.0) -> Self:
        """Unit vectors of (1 + log count) × idf^power: scores are cosines."""
        index = cls(documents)
        index.dampened = True
        index.feature_weight = (np.log((1 + index.size) / (1 + index.frequency)) + 1) ** power
        index.value = (1 + np.log(index.value)) * np.repeat(index.feature_weight, index.frequency)
        return index._scaled()

    @classmethod
    def unit(cls, documents: Iterable[Counts]) -> Self:
        """Unit vectors of the values as they are."""
        return cls(documents)._scaled()

    @classmethod
    def bm25(cls, documents: Iterable[Counts], *, saturation: float, by_length: float) -> Self:
        """Okapi BM25 (Robertson & Zaragoza 2009): `saturation` is k1, `by_length` is b."""
        index = cls(documents)
        idf = np.log(1 + (index.size - index.frequency + 0.5) / (index.frequency + 0.5))
        lengths = np.bincount(index.document, index.value, minlength=index.size)
        longer = lengths / lengths.mean() if lengths.any() else lengths
        bent = index.value + saturation * (1 - by_length + by_length * longer[index.document])
        index.value = (np.repeat(idf, index.frequency) * index.value * (saturation + 1) / bent).astype(np.float32)
        return index

    def _scaled(self) -> Self:
        norms = np.sqrt(np.bincount(self.document, self.value**2, minlength=self.size))
        self.value = (self.value / norms[self.document]).astype(np.float32)
        return self

    def asked(self, question: Counts) -> tuple[Ints, Floats]:
        """A question as columns and weights; features no document has are left out. Unit length for `tf_idf`."""
        known = sorted((self.column[feature], count) for feature, count in question.items() if feature in self.column)
        columns = np.array([column for column, _ in known], dtype=np.int64)
        weights = np.array([1 + math.log(n) if self.dampened else n for _, n in known], dtype=np.float64)
        if self.dampened and known:
            weights *= self.feature_weight[columns]
            weights /= math.sqrt(float((weights**2).sum()))
        return columns, weights

    def scores(self, columns: Ints, weights: Floats) -> Floats:
        """For each document, the sum over the asked columns of weight times value."""
        counts = self.frequency[columns]
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        where = np.arange(total) + np.repeat(self.start[columns] - (ends - counts), counts)
        found = self.value[where] * np.repeat(weights, counts)
        return np.bincount(self.document[where], found, minlength=self.size).astype(np.float64, copy=False)

    def answer(self, question: Counts) -> Floats:
        """For each document, how well it answers a question."""
        return self.scores(*self.asked(question))

    def rows(self) -> Rows:
        """The same documents, read by document."""
        return Rows(self)


class Rows:
    """The documents of an index, each as its columns and values."""

    def __init__(self, index: Postings) -> None:
        order = np.argsort(index.document, kind="stable")
        self.column = np.repeat(np.arange(len(index.frequency)), index.frequency)[order]
        self.value = index.value[order]
        self.length = np.bincount(index.document, minlength=index.size)
        self.start = np.cumsum(self.length) - self.length

    def of(self, document: int) -> tuple[Ints, Floats]:
        """One document."""
        here = slice(self.start[document], self.start[document] + self.length[document])
        return self.column[here].astype(np.int64), self.value[here].astype(np.float64)

    def dense(self, documents: Ints) -> NDArray[np.float32]:
        """Some documents as a matrix, a row each, over the columns that they use."""
        lengths = self.length[documents]
        ends = np.cumsum(lengths)
        where = np.arange(int(ends[-1])) + np.repeat(self.start[documents] - (ends - lengths), lengths)
        used, place = np.unique(self.column[where], return_inverse=True)
        matrix = np.zeros((len(documents), len(used)), dtype=np.float32)
        matrix[np.repeat(np.arange(len(documents)), lengths), place] = self.value[where]
        return matrix
