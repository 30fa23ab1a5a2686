"""The sets: labels, queries and what would be right, of kinds as different as we could make them.

No ranker ever sees what is right. Sets made from titles are split in halves by ROME 3 parent: `tune` decides, `report`
is told.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from likeness.french import words
from tests.bench.vocabulary.data import esco, lines, rome_labels, rome_skills, rows

SEED = 20261122
HALVES = ("tune", "report")


@dataclass(frozen=True)
class QuerySet:
    """Labels and queries as the door takes them; `right` holds, for each query, the ids that answer it."""

    name: str
    labels: list[dict[str, Any]]
    queries: list[str]
    right: list[frozenset[str]]


def half_of(parent: str) -> str:
    """The half a ROME 3 parent belongs to, the same for ever."""
    return HALVES[hashlib.sha256(parent.encode()).digest()[0] % 2]


def titles(half: str, *, with_texts: bool, form: str = "simple") -> QuerySet:
    """Titles held out of ROME, in one of the forms of `FORMS`."""
    chosen = [row for row in lines("titles_dev") if half_of(row["gold_parent"]) == half]
    dice = random.Random(SEED)
    queries = [FORMS[form](row, dice) for row in chosen]
    name = f"titles, {form}, {'with' if with_texts else 'without'} texts"
    return QuerySet(
        name, rome_labels(with_texts=with_texts), queries, [frozenset([row["gold_rome"]]) for row in chosen]
    )


def _feminine(row: dict[str, str], _: random.Random) -> str:
    both = row["query_long"]
    if " / " not in both:
        return both
    return both.split(" / ", 1)[1]


def _inclusive(row: dict[str, str], _: random.Random) -> str:
    query, long = row["query_simple"], row["query_long"]
    first = query.split()[0]
    for masculine, end in (("teur", "·rice"), ("eur", "·euse"), ("ien", "·ne"), ("ier", "·ère")):
        if first.endswith(masculine) and " / " in long:
            return query.replace(first, first + end, 1)
    return query + " (H/F)"


def _typo(row: dict[str, str], dice: random.Random) -> str:
    text = row["query_simple"]
    at = dice.randrange(len(text))
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz")
    kind = dice.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + letter + text[at:]
    if kind == 2:
        return text[:at] + letter + text[at + 1 :]
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _dropped(row: dict[str, str], dice: random.Random) -> str:
    found = row["query_simple"].split()
    if len(found) < 3:
        return row["query_simple"]
    del found[dice.randrange(len(found))]
    return " ".join(found)


def _swapped(row: dict[str, str], dice: random.Random) -> str:
    found = row["query_simple"].split()
    dice.shuffle(found)
    return " ".join(found)


_OFFERS = (
    "{} H/F",
    "{} (H/F) - CDI",
    "Recherche {} h/f en CDD 6 mois - Rouen (76)",
    "{} F/H - débutant accepté",
    "URGENT {} confirmé(e) - intérim",
    "Nous recrutons un(e) {} pour notre site du Havre",
)


def _offer(row: dict[str, str], dice: random.Random) -> str:
    return dice.choice(_OFFERS).format(row["query_simple"])


FORMS = {
    "simple": lambda row, _: row["query_simple"],
    "feminine": _feminine,
    "inclusive": _inclusive,
    "typo": _typo,
    "word dropped": _dropped,
    "words shuffled": _swapped,
    "offer": _offer,
}


def _same(one: str, other: str) -> bool:
    """Whether two titles are one but for gender and number: every word, both sides of a slash."""
    return sorted(set(_sides(one))) == sorted(set(_sides(other))) or bool(set(_sides(one)) & set(_sides(other)))


@cache
def _sides(title: str) -> tuple[str, ...]:
    return tuple(" ".join(words(side)) for side in re.split(r"\s*/\s*", title) if words(side))


def esco_occupations(*, single: bool) -> QuerySet:
    """ESCO occupations, one alternative label held out with its gender twins; `single`: the preferred label alone."""
    return _held_out(esco("occupations"), "ESCO occupations" + (", one label each" if single else ""), single=single)


def esco_skills(*, single: bool) -> QuerySet:
    """ESCO skills in the same way."""
    return _held_out(esco("skills"), "ESCO skills" + (", one label each" if single else ""), single=single, most=600)


def _held_out(given: list[dict[str, Any]], name: str, *, single: bool, most: int = 700) -> QuerySet:
    dice = random.Random(SEED)
    labels, queries, right = [], [], []
    for entry in given:
        others = [name for name in entry["synonyms"] if not _same(name, entry["label"])]
        kept = entry["synonyms"]
        if others:
            asked = dice.choice(others)
            kept = [name for name in kept if not _same(name, asked)]
            queries.append(asked)
            right.append(frozenset([entry["id"]]))
        labels.append({**entry, "synonyms": [] if single else kept})
    chosen = sorted(dice.sample(range(len(queries)), min(most, len(queries))))
    return QuerySet(name, labels, [queries[at] for at in chosen], [right[at] for at in chosen])


def skill_phrases(most: int = 400) -> QuerySet:
    """Skills as queries, each taken out of all texts: right are the (at most three) occupations with it at the core."""
    users: dict[str, set[str]] = defaultdict(set)
    core: dict[str, set[str]] = defaultdict(set)
    for code, skills in rome_skills().items():
        for skill in skills:
            users[skill["label"]].add(code)
            if skill["core"]:
                core[skill["label"]].add(code)
    usable = sorted(label for label in core if len(users[label]) <= 3)
    asked = random.Random(SEED).sample(usable, most)
    gone = set(asked)
    labels = [
        {**label, "texts": [text for text in label["texts"] if text not in gone]}
        for label in rome_labels(with_texts=True)
    ]
    return QuerySet("ROME skill phrases", labels, asked, [frozenset(core[label]) for label in asked])


def everyday() -> QuerySet:
    """Everyday phrases of our own; right is every code of the ROME 3 parents named."""
    codes: dict[str, set[str]] = defaultdict(set)
    for row in rows("rome4_occupations"):
        codes[row["code_rome_parent"]].add(row["code_rome"])
    written = (Path(__file__).parent / "everyday.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("|") for line in written if line and not line.startswith("#")]
    right = [frozenset(code for parent in parents.split() for code in codes[parent]) for _, parents in pairs]
    return QuerySet("everyday phrases", rome_labels(with_texts=True), [phrase.strip() for phrase, _ in pairs], right)
