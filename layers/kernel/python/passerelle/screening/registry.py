"""What else may know personal data: names registered on the platform, or a model that recognises entities.

A `Source` is the port. `KnownNames` is the source made from a question: is this phrase the name of something? The
vault's names never leave it: `mark` turns each into a keyed digest, and `DigestedNames` answers from digests alone.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import LONGEST_PHRASE, is_function, spelled
from passerelle.screening.reading import read


class Source(Protocol):
    """Finds personal data of its own in a text: findings count code points of the text as given."""

    def findings(self, text: str) -> Iterable[Finding]:
        """Every suspicion in the text, in any order; they may overlap."""


def mark(secret: bytes, name: str) -> str:
    """The digest that stands for a name: HMAC-SHA256 of its spelling (`spelled`), 128 bits in hex."""
    return hmac.new(secret, spelled(name).encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class DigestedNames:
    """Answers from marks: `DigestedNames(secret, {mark(secret, "Canari Métaux"): Kind.COMPANY})`."""

    secret: bytes
    kinds: Mapping[str, Kind]

    def __call__(self, phrase: str) -> Kind | None:
        """What the phrase names, or None."""
        return self.kinds.get(mark(self.secret, phrase))


@dataclass(frozen=True, slots=True)
class KnownNames:
    """A source made from `knows`, which is asked about each run of one to five words, spelled as `mark` spells it."""

    knows: Callable[[str], Kind | None]

    def findings(self, text: str) -> Iterable[Finding]:
        """The longest known phrase from each word on."""
        reading = read(text)
        words = reading.words
        for at in range(len(words)):
            for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
                start, end = words[at].start, words[at + size - 1].end
                if size == 1 and is_function(words[at].text):
                    continue
                kind = self.knows(spelled(reading.lower[start:end]))
                if kind is not None:
                    yield reading.in_original(Finding(kind, start, end))
                    break
