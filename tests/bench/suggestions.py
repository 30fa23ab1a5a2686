"""How fast text becomes codes in the vocabulary's function, on a full-size nomenclature.

    .venv/bin/python -m tests.bench.suggestions

It makes the official ZIP out of the tables at `../shared/data`, imports it together with communes and EPCI (time and
peak memory), then measures, in one process that holds what a function holds: the cold load; suggestions while titles
and skills are typed, through the handler as the gateway calls it; titles to codes; a pasted text. Beside each stands
plain character TF-IDF over the same titles, asked the same way in the same run. Figures are milliseconds of wall clock,
and of processor time in brackets, which a busy machine does not change.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from cdk.nomenclatures.switching import take
from likeness.french import parts, words
from likeness.lexicon import Lexicon
from likeness.packing import unpack
from likeness.postings import Postings, best_first
from passerelle.nomenclature import Nomenclature
from passerelle.vocabulary import Shelf, unpacked
from tests.support.aws import mocked_aws
from tests.support.official import ABSENT, DATA, the_full_rome, write_rome
from tests.support.slices import Slice, a_slice
from tests.unit.nomenclatures.shelves import a_shelf

ASKED = 400
TEXT = """Nous recherchons un conducteur de ligne (h/f) pour quatre mois, en 3x8.
Vos missions : régler les machines, contrôler la qualité des produits, assurer la maintenance de premier niveau,
renseigner les documents de suivi, respecter les règles d'hygiène et de sécurité.
Profil : CACES 3 obligatoire, habilitation électrique. Anglais technique apprécié. """
Measured = tuple[float, float]


def main() -> int:
    """Measure and print the table. 0, or 2 where the official files are absent."""
    if not DATA.is_dir():
        print(ABSENT, file=sys.stderr)
        return 2
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-3"}
    with TemporaryDirectory() as folder, mocked_aws(), a_slice("vocabulary") as vocabulary:
        shelf = imported(Path(folder))
        edition = shelf.switch().edition
        assert edition is not None
        tables, learnt = shelf.fetch(edition.tables), shelf.fetch(edition.learnt)
        print(f"files: tables {len(tables) / 1e6:.1f} MB, learnt {len(learnt) / 1e6:.1f} MB")
        known = loaded(tables, learnt)
        vocabulary.call("GET", "/vocabulary/occupations", query={"q": "soudeur"})
        vocabulary.call("GET", "/vocabulary/skills", query={"q": "souder"})
        measure(vocabulary, known, Lexicon(known, state=unpack(learnt)))
    return 0


def imported(folder: Path) -> Shelf:
    """A shelf with everything official on it."""
    shelf = a_shelf()
    rome = write_rome(folder / "rome.zip", the_full_rome(), "460")
    for path in (rome, DATA / "epci.csv.gz", DATA / "communes.csv.gz"):
        wall, cpu = time.perf_counter(), time.process_time()
        report, _ = take(shelf, path, lambda _: None, timedelta(0))
        took = f"{time.perf_counter() - wall:.1f} s ({time.process_time() - cpu:.1f} s)"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"import of {path.name}: {took}, peak so far {peak:.0f} MB; {report.summary().splitlines()[0]}")
    return shelf


def loaded(tables: bytes, learnt: bytes) -> Nomenclature:
    """The nomenclature, its cold load timed as the function does it."""
    wall, cpu = time.perf_counter(), time.process_time()
    known = unpacked(tables)
    alone = time.process_time() - cpu
    lexicon = Lexicon(known, state=unpack(learnt))
    for part in (lexicon.ranked, lexicon.occupations, lexicon.skills, lexicon.municipalities):
        assert part.ids
    whole = time.process_time() - cpu
    print(
        f"cold load: {(time.perf_counter() - wall) * 1000:.0f} ({whole * 1000:.0f}), of which tables {alone * 1000:.0f}"
    )
    return known


def measure(vocabulary: Slice, known: Nomenclature, lexicon: Lexicon) -> None:
    """Everything that is asked, the baseline beside."""
    chance = np.random.default_rng(7)
    titles = [title.split(" / ")[0] for each in known.occupations for title in (each.label, *each.titles)]
    names = [skill.name for skill in known.skills]
    typed = [_begun(title, chance) for title in chance.choice(titles, ASKED)]
    skilled = [_begun(name, chance) for name in chance.choice(names, ASKED)]
    whole = [str(title) for title in chance.choice(titles, ASKED)]
    plain = Baseline(titles)

    def get(kind: str) -> Callable[[str], object]:
        return lambda q: vocabulary.call("GET", f"/vocabulary/{kind}", query={"q": q[:100], "limit": "10"})

    _tell("occupations while typing, handler", get("occupations"), typed)
    _tell("skills while typing, handler", get("skills"), skilled)
    _tell("titles to codes, ranker", lambda q: lexicon.ranked.rank(q, 10), whole)
    _tell("titles to codes, ranker and typing", lambda q: lexicon.find_occupations(q, 10), whole)
    _tell("titles, character TF-IDF (baseline)", plain.rank, whole)
    _tell(
        "a pasted text, handler",
        lambda text: vocabulary.call("POST", "/vocabulary/extraction", body={"text": text}),
        [TEXT] * 30,
    )
    _tell(
        "the longest text, handler",
        lambda text: vocabulary.call("POST", "/vocabulary/extraction", body={"text": text}),
        [(TEXT * 40)[:8000]] * 5,
    )


class Baseline:
    """The nearest titles by the cosine of their character n-grams."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._index = Postings.tf_idf(Counter(parts(words(title), (3, 5))) for title in titles)

    def rank(self, question: str) -> object:
        """The ten nearest."""
        return best_first(self._index.answer(Counter(parts(words(question), (3, 5)))), 10)


def _begun(text: str, chance: np.random.Generator) -> str:
    """A wording as far as somebody has typed it."""
    return str(text)[: int(chance.integers(2, max(3, len(text)) + 1))]


def _tell(what: str, ask: Callable[[str], object], questions: Iterable[str]) -> None:
    took = list(_timed(ask, questions))
    wall, cpu = (np.array(each) * 1000 for each in zip(*took, strict=True))
    shares = " ".join(
        f"p{share} {np.percentile(wall, share):.1f} ({np.percentile(cpu, share):.1f})" for share in (50, 95, 99)
    )
    print(f"{what:<38} n={len(took):<4} {shares}")


def _timed(ask: Callable[[str], object], questions: Iterable[str]) -> Iterator[Measured]:
    for question in questions:
        wall, cpu = time.perf_counter(), time.process_time()
        ask(question)
        yield time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    sys.exit(main())
