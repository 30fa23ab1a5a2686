"""How much the personal-data filter finds, and how often it is wrong, on the written sentences beside a plain baseline.

    .venv/bin/python -m tests.bench.screening [--misses] [SET…]

Sets are the files of `tests/bench/sentences/` without their ending (all by default). A labelled piece is found
when a finding of its kind overlaps it; `any` counts a finding of whatever kind. A clean sentence is hit by any finding.
The baseline is what a page of regular expressions finds: forms alone, civilities and capitalised pairs.
`--misses` also prints what was missed and what was hit; do not ask it for `held_out`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from passerelle.screening import Finding, Kind, screened

SENTENCES = Path(__file__).with_name("sentences")
LABEL = re.compile(r"\{(\w+):([^}]+)\}")
PLAIN = {
    Kind.MAIL: r"[\w.+-]+@[\w-]+\.\w+",
    Kind.LINK: r"https?://\S+|www\.\S+",
    Kind.PHONE: r"(?:\+33|0)[ .-]?[1-9](?:[ .-]?\d\d){4}",
    Kind.NIR: r"\b[12] ?\d\d ?\d\d ?\d\d ?\d{3} ?\d{3}(?: ?\d\d)?\b",
    Kind.IBAN: r"\bFR\d\d[ \dA-Z]{20,}",
    Kind.COMPANY_NUMBER: r"\b\d{3} ?\d{3} ?\d{3}(?: ?\d{5})?\b",
    Kind.PLATE: r"\b[A-Z]{2}-\d{3}-[A-Z]{2}\b",
    Kind.BIRTH: r"\bnée? le [\d/ \w]+|\b\d\d/\d\d/(?:19|20)\d\d\b",
    Kind.ADDRESS: r"\b\d+,? (?:rue|avenue|boulevard|place|chemin|quai)\b[^,.]*",
    Kind.COMPANY: r"\b(?:SARL|SAS|SA) [A-Z]\w+|\bchez [A-Z]\w+",
    Kind.NAME: r"\b(?:M\.|Mme|Mlle|Monsieur|Madame) [A-Z]\w+|\b[A-Z][a-zé]+ [A-Z][a-zé]+\b",
    Kind.PLACE: r"\bà [A-Z][\w-]+",
}


class Sentence(NamedTuple):
    """A sentence, and the pieces of it that must be found."""

    text: str
    pieces: tuple[Finding, ...]


def sentences(name: str) -> list[Sentence]:
    """The sentences of a set."""
    lines = (SENTENCES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [sentence(line) for line in lines if line and not line.startswith("#")]


def sentence(line: str) -> Sentence:
    """A line of a set: braces taken out, labels as findings."""
    text, pieces, at = "", [], 0
    for match in LABEL.finditer(line):
        text += line[at : match.start()]
        pieces.append(Finding(Kind(match[1]), len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Sentence(text + line[at:], tuple(pieces))


def plain(text: str) -> tuple[Finding, ...]:
    """The baseline."""
    return tuple(Finding(kind, *match.span()) for kind, form in PLAIN.items() for match in re.finditer(form, text))


def overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end


class Score:
    """What a filter found of a set."""

    def __init__(self, name: str, filter_: Callable[[str], tuple[Finding, ...]]) -> None:
        self.wanted: Counter[Kind] = Counter()
        self.found: Counter[Kind] = Counter()
        self.any = self.clean = 0
        self.misses: list[str] = []
        self.hits: list[str] = []
        for text, pieces in sentences(name):
            told = filter_(text)
            self.clean += not pieces
            if not pieces and told:
                self.hits.append(f"{text}  {[(one.kind.value, text[one.start : one.end]) for one in told]}")
            for piece in pieces:
                self.wanted[piece.kind] += 1
                near = [one for one in told if overlap(one, piece)]
                self.any += bool(near)
                if piece.kind in {one.kind for one in near}:
                    self.found[piece.kind] += 1
                else:
                    said = [one.kind.value for one in near]
                    self.misses.append(f"{text}  {piece.kind.value} {text[piece.start : piece.end]!r} told {said}")

    @property
    def recall(self) -> float:
        return self.found.total() / self.wanted.total()

    @property
    def clean_hit_rate(self) -> float:
        return len(self.hits) / max(self.clean, 1)


def main(names: list[str], *, misses: bool) -> None:
    """Print the figures of each set."""
    for name in names:
        ours, baseline = Score(name, screened), Score(name, plain)
        print(f"{name}: {ours.wanted.total()} pieces, {ours.clean} clean sentences")
        for kind in Kind:
            if ours.wanted[kind]:
                print(f"  {kind:15} {ours.found[kind]:3} of {ours.wanted[kind]:3}   baseline {baseline.found[kind]:3}")
        for title, score in (("filter", ours), ("baseline", baseline)):
            any_kind = score.any / score.wanted.total()
            print(
                f"  {title:9} recall {score.recall:.3f}, any kind {any_kind:.3f}, clean hit {score.clean_hit_rate:.3f}"
            )
        if misses:
            print(*(f"  missed: {line}" for line in ours.misses), *(f"  hit: {line}" for line in ours.hits), sep="\n")


if __name__ == "__main__":
    asked = [word for word in sys.argv[1:] if not word.startswith("--")]
    every = sorted(path.stem for path in SENTENCES.glob("*.txt"))
    main(asked or every, misses="--misses" in sys.argv)
