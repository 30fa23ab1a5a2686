"""A pasted text taken apart: its phrases, where each stands, and whether it asks, wishes or excludes.

Pure, and blind to case, accents and gender: the same words make the same phrases. It refuses no text. Spans are
positions of characters in the text as given, the end excluded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from likeness.french import STOP_WORDS, masculine, plain_words

LONGEST_TEXT: Final = 8_000
MOST_PHRASES: Final = 150
"""Beyond these a text is a catalogue, not a demand."""
LONGEST_PHRASE: Final = 14
"""Words of a phrase; what is longer is read in pieces of so many."""

_BREAK: Final = re.compile(r"[\r\n;:!?•●▪◦‣✓✔→|]+|[.,](?=\s|$)|\s[-–—*]\s|^[-–—*]\s", re.MULTILINE)
_JOINED: Final = re.compile(r"\s(?:et|ou|ainsi que|puis)\s", re.IGNORECASE)
_INSIDE: Final = re.compile(r"[\w+#].*[\w+#)]|[\w+#]", re.DOTALL)
_WORD: Final = re.compile(r"\S+")


def _cues(*texts: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_folded(text) for text in texts)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(masculine(word) for word in plain_words(text))


_WISHES: Final = _cues(
    "souhaité",
    "apprécié",
    "serait un plus",
    "est un plus",
    "un atout",
    "atout",
    "idéalement",
    "de préférence",
    "éventuellement",
    "facultatif",
    "bonus",
    "bienvenu",
    "si possible",
)
_ASKS: Final = _cues(
    "exigé", "impératif", "impérativement", "indispensable", "obligatoire", "requis", "nécessaire", "maîtrise", "profil"
)
_EXCLUDES: Final = _cues(
    "pas de", "aucun", "sans", "non requis", "non exigé", "pas nécessaire", "pas besoin", "inutile"
)
_LEADS: Final = _cues(
    "poste de",
    "poste",
    "recherche",
    "recherchons",
    "recrute",
    "recrutons",
    "intitulé",
    "métier",
    "besoin de",
    "besoin d",
    "en qualité de",
    "en tant que",
    "cherche",
    "cherchons",
)
_DEMAND_WORDS: Final = (
    "nous vous je il ils on notre nos votre vos recherche recherchons recherchez recherché recruter recrute "
    "recrutons cherche cherchons embauche embauchons besoin société entreprise équipe sein mission missions poste "
    "postes profil compétence compétences requises savoir-faire tâche tâches activité activités description "
    "intitulé métier offre emploi candidat candidature être êtes avoir avez devez devrez serez ferez faites fait "
    "faire maîtrisez maîtrise connaissez connaissance connaissances expérience expérimenté débutant accepté minimum "
    "bon bonne bonnes excellente exigé impératif impérativement indispensable obligatoire nécessaire souhaité "
    "souhaitable apprécié idéalement préférence possible éventuellement atout atouts plus serait bonus bienvenu "
    "facultatif mois semaine semaines jour jours an ans année heure heures temps plein partiel période durée dès "
    "partir jusqu janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "immédiatement urgent un deux trois quatre cinq six personne personnes collaborateur ainsi notamment etc divers "
    "travail "
)
_FILLERS: Final = frozenset(_folded(_DEMAND_WORDS))
"""Words of any demand, which name neither a trade nor a skill."""
_NUMBER: Final = re.compile(r"\d+(?:x\d+)?")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A few words of a text: where they stand, what they are without fillers, whether they are only wished, and
    whether they may name the trade."""

    start: int
    end: int
    text: str
    wished: bool
    leading: bool


def phrases(text: str) -> Sequence[Phrase]:
    """The phrases of a text in their order, at most `MOST_PHRASES`; those that exclude something are left out."""
    found: list[Phrase] = []
    wished = led = False
    for start, end, heading in _pieces(text):
        said = _folded(text[start:end])
        wishes, asks = _says(said, _WISHES), _says(said, _ASKS)
        telling = _telling(text, start, end)
        leads = _says(said, _LEADS)
        if heading and not telling:
            wished = wishes or (wished and not asks)
            led = leads
            continue
        if telling and not _says(said, _EXCLUDES):
            kept = " ".join(word[0] for word in telling)
            first, last = telling[0].start(), telling[-1].end()
            found.append(Phrase(first, last, kept, wishes or (wished and not asks), leads or led or not found))
        led = False
        if len(found) == MOST_PHRASES:
            break
    return found


def _telling(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The words of a phrase that are no fillers; none when only links and bare numbers are left."""
    kept = [
        word for word in _WORD.finditer(text, start, end) if not (said := _folded(word[0])) or not set(said) <= _FILLERS
    ]
    while kept and _tells_nothing(kept[0]):
        kept.pop(0)
    while kept and _tells_nothing(kept[-1], also_numbers=False):
        kept.pop()
    return kept


def _tells_nothing(word: re.Match[str], *, also_numbers: bool = True) -> bool:
    said = [each for each in _folded(word[0]) if each not in STOP_WORDS]
    return not said or (also_numbers and all(_NUMBER.fullmatch(each) for each in said))


def _says(said: Sequence[str], cues: frozenset[tuple[str, ...]]) -> bool:
    return any(tuple(said[at : at + length]) in cues for length in (1, 2, 3) for at in range(len(said) - length + 1))


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where the phrases stand, and whether a colon or the end of a line makes each look like a heading."""
    begin = 0
    for mark in [*_BREAK.finditer(text), None]:
        end = mark.start() if mark else len(text)
        heading = mark is not None and (":" in mark[0] or "\n" in mark[0])
        yield from _trimmed(text, begin, end, heading)
        begin = mark.end() if mark else end


def _trimmed(text: str, begin: int, end: int, heading: bool) -> Iterator[tuple[int, int, bool]]:
    inside = _INSIDE.search(text, begin, end)
    if inside is None:
        return
    words = list(_WORD.finditer(text, inside.start(), inside.end()))
    if len(words) <= LONGEST_PHRASE:
        yield inside.start(), inside.end(), heading
        return
    cut = inside.start()
    for joint in [*_JOINED.finditer(text, inside.start(), inside.end()), None]:
        stop = joint.start() if joint else inside.end()
        part = list(_WORD.finditer(text, cut, stop))
        for first in range(0, len(part), LONGEST_PHRASE):
            some = part[first : first + LONGEST_PHRASE]
            yield some[0].start(), some[-1].end(), False
        cut = joint.end() if joint else stop
