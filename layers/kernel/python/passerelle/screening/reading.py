"""A text as the rules read it: without accents, typographic variants and invisible signs, with the way back.

People write "Hérouville", "herouville" or "HÉROUVILLE", with any apostrophe, dash or space, composed or not: the rules
see one spelling. Every position of the reading knows the code points of the original it came from.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from passerelle.screening.findings import Finding

_AS_PLAIN: Final = dict.fromkeys("’‘ʼ`´′", "'") | dict.fromkeys("‐‑‒–—―−", "-") | {"œ": "oe", "Œ": "OE", "æ": "ae"}
_INVISIBLE: Final = {"Mn", "Me", "Cf"}
_ELISION: Final = r"(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu)'(?=[^\W\d_])"
_WORD: Final = re.compile(rf"{_ELISION}|[^\W\d_]+(?:-[^\W\d_]+|-[ld]'[^\W\d_]+){{0,8}}", re.IGNORECASE)
_SENTENCE_ENDS: Final = '.!?:;\n•«»"('


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters, hyphens included; an elided article stands alone. `text` is lower case, `written` as typed."""

    start: int
    end: int
    text: str
    written: str
    begins: bool

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital that the beginning of a sentence does not explain."""
        return self.written[0].isupper() and not self.begins

    @property
    def shouted(self) -> bool:
        """Whether it is written in capitals throughout, as acronyms are."""
        return len(self.written) > 1 and self.written.isupper()


@dataclass(frozen=True)
class Reading:
    """`plain` keeps capitals, `lower` does not; both are as long as `starts` and `ends`."""

    plain: str
    lower: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words in order. In a text all in capitals, capitals tell nothing and are read in lower case."""
        source = self.lower if self._all_capitals else self.plain
        return tuple(
            Word(
                match.start(),
                match.end(),
                match.group().lower().rstrip("'"),
                match.group(),
                self._begins(match.start()),
            )
            for match in _WORD.finditer(source)
        )

    @cached_property
    def _all_capitals(self) -> bool:
        letters = sum(map(str.isalpha, self.plain))
        return letters > 20 and sum(map(str.isupper, self.plain)) > 0.7 * letters

    def _begins(self, at: int) -> bool:
        at -= 1
        while at >= 0 and self.plain[at] in " \t\r-'*":
            at -= 1
        return at < 0 or self.plain[at] in _SENTENCE_ENDS

    def between(self, first: Word, second: Word) -> str:
        """What stands between two words."""
        return self.lower[first.end : second.start]

    def in_original(self, found: Finding) -> Finding:
        """A finding of the reading, counted in the original."""
        return Finding(found.kind, self.starts[found.start], self.ends[found.end - 1])


def read(text: str) -> Reading:
    """Any text, read. Compatibility forms count as what they look like (full-width digits, ligatures)."""
    plain: list[str] = []
    starts: list[int] = []
    for at, char in enumerate(text):
        for sign in unicodedata.normalize("NFKD", _AS_PLAIN.get(char, char)):
            for written in _AS_PLAIN.get(sign, sign):
                if unicodedata.category(written) not in _INVISIBLE:
                    plain.append(" " if written.isspace() and written != "\n" else written)
                    starts.append(at)
    nexts = [after if after > at else at + 1 for at, after in pairwise([*starts, len(text)])]
    return Reading("".join(plain), "".join(map(_lowered, plain)), tuple(starts), tuple(nexts))


def _lowered(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char
