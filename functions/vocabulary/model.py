"""Finding a code by what people type: folding of French words, and a search that forgives typing mistakes.

It promises that accents, plurals, feminine and inclusive forms change nothing, that one wrong letter seldom does, and
that the same question on the same nomenclature gives the same answer in the same order, wherever it runs. It learns
nothing and remembers nobody's questions.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from passerelle.nomenclature import Nomenclature

_ARTICLES = ("d", "de", "des", "du", "l", "la", "le", "les", "un", "une")
_LINKS = ("a", "au", "aux", "avec", "chez", "dans", "en", "et", "ou", "par", "pour", "sous", "sur")
_POINTERS = ("ce", "ces", "sa", "ses", "son")
STOP_WORDS: Final = frozenset(_ARTICLES + _LINKS + _POINTERS)

_IRREGULAR: Final = {
    "barmaid": "barman",
    "cheffe": "chef",
    "compagne": "compagnon",
    "hotesse": "hote",
    "maitresse": "maitre",
    "st": "saint",
    "ste": "saint",
    "sainte": "saint",
    "steward": "hote",
}
_MASCULINE_SINGULAR: Final = (
    ("euse", "eur"),
    ("trice", "teur"),
    ("ienne", "ien"),
    ("enne", "en"),
    ("onne", "on"),
    ("elle", "el"),
    ("ere", "er"),
    ("ive", "if"),
    ("ante", "ant"),
    ("ente", "ent"),
    ("ointe", "oint"),
    ("ale", "al"),
    ("ise", "is"),
    ("ee", "e"),
    ("eaux", "eau"),
    ("aux", "al"),
)
"""Word endings without accents, feminine or plural, and what they become. Each shortens the word, so stemming ends."""

_MAN_OR_WOMAN: Final = re.compile(r"\(?\s*\b[hf]\s*[/\-.]\s*[fh]\b\s*\)?")
_INCLUSIVE_END: Final = re.compile(
    r"(?<=\w{3})\s*[·•‧∙⋅.(/\-]\s*"
    r"(?:e|se|euse|ne|enne|ienne|rice|trice|ere|iere|fe|le|te|ve|ive|esse|onne)"
    r"\s*\)?(?:\s*[·•‧∙⋅.(\-]?\s*s\b\s*\)?)?(?!\w)"
)
_WORD: Final = re.compile(r"[a-z0-9+#]+")

LEAST_LIKENESS: Final = 0.35
"""Below this, two words have nothing to do with each other."""

LEAST_SCORE: Final = 0.3
"""Below this, a result has too little to do with the question to be shown."""


def fold(text: str) -> str:
    """The text as it is compared: lower case, no accent, masculine singular, each word once. Folding twice changes
    nothing. `Ajusteur / Ajusteuse`, `ajusteur·se`, `AJUSTEUSES (H/F)` all become `ajusteur`."""
    plain = _without_accents(text)
    plain = _INCLUSIVE_END.sub(" ", _MAN_OR_WOMAN.sub(" ", plain))
    return " ".join(dict.fromkeys(_stem(word) for word in _WORD.findall(plain)))


def terms(text: str) -> tuple[str, ...]:
    """The folded words that carry meaning; all of them when none does."""
    words = fold(text).split()
    return tuple(word for word in words if word not in STOP_WORDS) or tuple(words)


def _without_accents(text: str) -> str:
    spelt_out = text.casefold().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", spelt_out)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def _stem(word: str) -> str:
    while (shorter := _one_ending_less(word)) != word:
        word = shorter
    return word


def _one_ending_less(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in STOP_WORDS or len(word) < 4:
        return word
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    for ending, replacement in _MASCULINE_SINGULAR:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    return word


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: a code, how well it answers (0 to 1), and the wording that answered best."""

    code: str
    score: float
    matched: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found: a code and its wordings, each with a weight from 0 to 1 (a title tells more than a skill)."""

    code: str
    wordings: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class _Wording:
    entry: int
    weight: float
    text: str
    words: tuple[str, ...]


class Index:
    """Entries, ready to be searched. Ties are ordered by code."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        texts = {text for entry in self._entries for _, text in entry.wordings}
        words_of = {text: terms(text) for text in texts}
        self._wordings = tuple(
            _Wording(position, weight, text, words_of[text])
            for position, entry in enumerate(self._entries)
            for weight, text in entry.wordings
        )
        self._used_by: dict[str, list[int]] = {}
        self._entries_using: dict[str, set[int]] = {}
        for position, wording in enumerate(self._wordings):
            for word in wording.words:
                self._used_by.setdefault(word, []).append(position)
                self._entries_using.setdefault(word, set()).add(wording.entry)
        self._with_trigram: dict[str, list[str]] = {}
        for word in self._used_by:
            for trigram in _trigrams(word):
                self._with_trigram.setdefault(trigram, []).append(word)

    def search(self, question: str, limit: int) -> tuple[Hit, ...]:
        """The best `limit` entries for a question, best first; none when nothing resembles it."""
        asked = terms(question)
        if not asked or limit < 1:
            return ()
        likeness = [self._similar_words(word) for word in asked]
        importance = [self._importance(word, similar) for word, similar in zip(asked, likeness, strict=True)]
        answered = self._answered_words(likeness)
        scored = sorted(self._hits(answered, importance, likeness), key=lambda hit: (-hit.score, hit.code))
        return tuple(hit for hit in scored if hit.score >= LEAST_SCORE)[:limit]

    def _similar_words(self, asked: str) -> dict[str, float]:
        """The known words like the asked one: 1 for itself, high for what it begins, else twice the shared trigrams
        over all (Dice), which a typing mistake lowers but does not lose."""
        mine = _trigrams(asked)
        shared = Counter(word for trigram in mine for word in self._with_trigram.get(trigram, ()))
        likeness: dict[str, float] = {}
        for word, count in shared.items():
            value = 0.9 * 2 * count / (len(mine) + len(_trigrams(word)))
            if word == asked:
                value = 1.0
            elif word.startswith(asked):
                value = max(value, 0.75 + 0.2 * len(asked) / len(word))
            if value >= LEAST_LIKENESS:
                likeness[word] = value
        return likeness

    def _importance(self, asked: str, similar: Mapping[str, float]) -> float:
        nearest = max(similar, key=lambda word: (similar[word], word), default=asked)
        return self._specificity(nearest)

    def _specificity(self, word: str) -> float:
        return 1.0 + math.log((1 + len(self._entries)) / (1 + len(self._entries_using.get(word, ()))))

    def _answered_words(self, likeness: Sequence[Mapping[str, float]]) -> dict[int, list[float]]:
        """Per wording that answers at all: how well it answers each asked word."""
        answered: dict[int, list[float]] = {}
        for place, similar in enumerate(likeness):
            for word, value in similar.items():
                for position in self._used_by[word]:
                    values = answered.setdefault(position, [0.0] * len(likeness))
                    values[place] = max(values[place], value)
        return answered

    def _hits(
        self,
        answered: Mapping[int, Sequence[float]],
        importance: Sequence[float],
        likeness: Sequence[Mapping[str, float]],
    ) -> Iterator[Hit]:
        best: dict[int, tuple[float, str]] = {}
        together: dict[int, list[float]] = {}
        for position in sorted(answered):
            wording, values = self._wordings[position], answered[position]
            score = wording.weight * _mean(values, importance) * (0.7 + 0.3 * self._explained(wording, likeness))
            if score > best.get(wording.entry, (0.0, ""))[0]:
                best[wording.entry] = (score, wording.text)
            union = together.setdefault(wording.entry, [0.0] * len(importance))
            for place, value in enumerate(values):
                union[place] = max(union[place], value * wording.weight)
        for entry, (score, text) in best.items():
            total = 0.6 * score + 0.4 * _mean(together[entry], importance)
            yield Hit(self._entries[entry].code, round(total, 6), text)

    def _explained(self, wording: _Wording, likeness: Sequence[Mapping[str, float]]) -> float:
        """The share of a wording that the question accounts for."""
        weights = [self._specificity(word) for word in wording.words]
        return _mean([max(similar.get(word, 0.0) for similar in likeness) for word in wording.words], weights)


def _trigrams(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / math.fsum(weights)


class Lexicon:
    """A nomenclature with its indexes, each built when first asked."""

    def __init__(self, nomenclature: Nomenclature) -> None:
        self.nomenclature = nomenclature

    @cached_property
    def occupations(self) -> Index:
        """Occupations by label, title and, for less, the skills they use."""
        skill = self.nomenclature.skill
        return Index(
            Entry(
                occupation.code,
                (
                    (1.0, occupation.label),
                    *((1.0, title) for title in occupation.titles),
                    *((0.7, skill(code).name) for code in occupation.core),
                    *((0.55, skill(code).name) for code in occupation.other),
                ),
            )
            for occupation in self.nomenclature.occupations
        )

    @cached_property
    def skills(self) -> Index:
        """Skills by name and synonym."""
        return Index(
            Entry(skill.code, ((1.0, skill.name), *((1.0, synonym) for synonym in skill.synonyms)))
            for skill in self.nomenclature.skills
        )

    @cached_property
    def municipalities(self) -> Index:
        """Municipalities by name."""
        return Index(Entry(place.code, ((1.0, place.name),)) for place in self.nomenclature.municipalities)
