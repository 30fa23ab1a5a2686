"""What words to codes and neighbours reach, on the half of the reference sets that decided nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from statistics import mean

import numpy as np
import pytest

from likeness.proximity import Occupation, Proximity, Skill
from likeness.ranking import Label, Ranker
from tests.bench.vocabulary import sets
from tests.bench.vocabulary.baselines import char_tf_idf, idf_cosine, ndcg
from tests.bench.vocabulary.data import ABSENT, lines, present, rome_labels, rome_occupations

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900), pytest.mark.skipif(not present(), reason=ABSENT)]


@cache
def rome(*, with_texts: bool) -> Ranker:
    return Ranker(Label(**label) for label in rome_labels(with_texts=with_texts))


def accuracy(ranker: Ranker, given: sets.QuerySet) -> tuple[float, float]:
    found = [ranker.rank(query, 5) for query in given.queries]
    pairs = list(zip(found, given.right, strict=True))
    return mean(one[0] in right for one, right in pairs), mean(bool(right & set(one)) for one, right in pairs)


@pytest.mark.parametrize(("with_texts", "first", "five"), [(True, 0.71, 0.89), (False, 0.68, 0.88)])
def test_titles_find_their_code(with_texts: bool, first: float, five: float) -> None:
    reached = accuracy(rome(with_texts=with_texts), sets.titles("report", with_texts=with_texts))

    assert reached[0] >= first
    assert reached[1] >= five


@pytest.mark.parametrize(("form", "loss"), [("feminine", 0.01), ("inclusive", 0.01), ("typo", 0.05)])
def test_other_forms_lose_little(form: str, loss: float) -> None:
    ranker = rome(with_texts=True)
    plain, _ = accuracy(ranker, sets.titles("report", with_texts=True))
    other, _ = accuracy(ranker, sets.titles("report", with_texts=True, form=form))

    assert plain - other <= loss


def test_another_nomenclature_is_searched_better_than_by_letters() -> None:
    given = sets.esco_occupations(single=False)
    reached, _ = accuracy(Ranker(Label(**label) for label in given.labels), given)
    score, ids = char_tf_idf(given.labels), [label["id"] for label in given.labels]
    letters = mean(ids[int(np.argmax(score(q)))] in right for q, right in zip(given.queries, given.right, strict=True))

    assert reached >= letters + 0.03


def test_neighbours_are_nearer_the_known_mobility_than_shared_skills() -> None:
    occupations = rome_occupations()
    near = Proximity(
        Occupation(each["id"], each["label"], each["titles"], [Skill(**skill) for skill in each["skills"]])
        for each in occupations
    )
    cosine = idf_cosine(occupations)
    position = {each["id"]: at for at, each in enumerate(occupations)}

    def shared(code: str) -> list[str]:
        order = np.argsort(-np.round(cosine(position[code]), 7), kind="stable")
        return [occupations[at]["id"] for at in order if at != position[code]][:10]

    def gained(ranked: dict[str, Sequence[str]], key: str) -> float:
        return mean(ndcg(ranked[row["source"]], row[key]) for row in lines("mobility_dev") if row[key])

    ours = {row["source"]: near.neighbours(row["source"], 10) for row in lines("mobility_dev")}
    theirs = {row["source"]: shared(row["source"]) for row in lines("mobility_dev")}

    for key in ("targets_ranked", "targets_cross_domain"):
        assert gained(ours, key) >= gained(theirs, key) + 0.03
