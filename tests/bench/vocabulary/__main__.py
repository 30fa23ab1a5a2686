"""How good words to codes and the neighbours of occupations are, with their baselines, in one table.

    .venv/bin/python -m tests.bench.vocabulary [tune|report]

`report` by default: the half of the titles that decided nothing. The other sets have no halves. acc@1 and acc@5 are
shares of queries of which a right id comes first, or among the first five; 100 x sqrt(p (1 - p) / n) points is the
standard error. Some minutes on one core.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from statistics import mean, quantiles

import numpy as np

from likeness.proximity import WEIGHTS, Occupation, Proximity, Skill
from likeness.ranking import Label, Ranker
from tests.bench.vocabulary import sets
from tests.bench.vocabulary.baselines import Scorer, bm25, char_tf_idf, idf_cosine, ndcg
from tests.bench.vocabulary.data import ABSENT, lines, present, rome_occupations

TOP = 5


def main(half: str = "report") -> int:
    """Measure and print the table."""
    if not present():
        print(f"nothing measured: {ABSENT}", file=sys.stderr)
        return 1
    print(f"{'set':36} {'labels':>6} {'n':>5}   {'char TF-IDF':>13} {'BM25':>13} {'passerelle':>13}   p95 ms")
    for line in _rankings(half):
        print(line, flush=True)
    for line in _neighbours():
        print(line, flush=True)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 0


def _rankings(half: str) -> Iterator[str]:
    plain = sets.titles(half, with_texts=False)
    with_texts = [sets.titles(half, with_texts=True, form=form) for form in sets.FORMS]
    for group in (
        [plain],
        [*with_texts, sets.everyday()],
        [sets.skill_phrases()],
        *([sets.esco_occupations(single=single)] for single in (False, True)),
        *([sets.esco_skills(single=single)] for single in (False, True)),
    ):
        labels = group[0].labels
        ids = [label["id"] for label in labels]
        begun = time.perf_counter()
        ranker = Ranker(Label(**label) for label in labels)
        built = time.perf_counter() - begun
        baselines = [char_tf_idf(labels), bm25(labels)]
        for each in group:
            told = [_accuracy([_first(score, ids, query) for query in each.queries], each) for score in baselines]
            took: list[float] = []
            found = [_timed(ranker, query, took) for query in each.queries]
            figures = " ".join(f"{figure:>13}" for figure in (*told, _accuracy(found, each)))
            slowest = quantiles(took, n=20)[-1]
            yield f"{each.name:36} {len(ids):6} {len(each.queries):5}   {figures}   {slowest:6.1f}"
        yield f"{'':36} made ready in {built:.0f} s"


def _timed(ranker: Ranker, query: str, took: list[float]) -> list[str]:
    begun = time.perf_counter()
    ranked = ranker.rank(query, TOP)
    took.append(1000 * (time.perf_counter() - begun))
    return ranked


def _first(score: Scorer, ids: Sequence[str], query: str) -> list[str]:
    return [ids[at] for at in np.argsort(-np.round(score(query), 9), kind="stable")[:TOP]]


def _accuracy(found: Sequence[Sequence[str]], given: sets.QuerySet) -> str:
    pairs = list(zip(found, given.right, strict=True))
    first = mean(ranked[0] in right for ranked, right in pairs)
    return f"{first:.3f} / {mean(bool(right & set(ranked)) for ranked, right in pairs):.3f}"


def _neighbours() -> Iterator[str]:
    occupations = rome_occupations()
    begun = time.perf_counter()
    near = Proximity(
        Occupation(each["id"], each["label"], each["titles"], [Skill(**skill) for skill in each["skills"]])
        for each in occupations
    )
    built = time.perf_counter() - begun
    cosine = idf_cosine(sorted(occupations, key=lambda each: str(each["id"])))
    ways: dict[str, dict[str, list[str]]] = {"IDF-cosine": {}, "passerelle": {}, "the same, asked by no title": {}}
    sources = lines("mobility_dev")
    positions = {code: at for at, code in enumerate(near.ids)}
    untold = {name: weight for name, weight in WEIGHTS.items() if name != "answered"}
    for row in sources:
        source = positions[row["source"]]
        channels = near.channels(source)
        bare = cosine(source)
        bare[source] = -1.0
        scores = (bare, near.fuse(source, channels), near.fuse(source, channels, untold))
        for way, score in zip(ways.values(), scores, strict=True):
            way[row["source"]] = [near.ids[at] for at in np.argsort(-np.round(score, 7), kind="stable")[:10]]
    yield f"\n{'mobility, nDCG@10':36} {'all':>6} {'cross':>6}   {'tune':>6} {'cross':>6}   {'report':>6} {'cross':>6}"
    for name, ranked in ways.items():
        told = []
        for half in (sets.HALVES, ("tune",), ("report",)):
            rows = [row for row in sources if sets.half_of(row["source_parent"]) in half]
            told.extend(
                mean(ndcg(ranked[row["source"]], row[key]) for row in rows if row[key])
                for key in ("targets_ranked", "targets_cross_domain")
            )
        yield f"{name:36} {told[0]:6.3f} {told[1]:6.3f}   {told[2]:6.3f} {told[3]:6.3f}   {told[4]:6.3f} {told[5]:6.3f}"
    yield f"{'':36} made ready in {built:.0f} s"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
