"""When somebody was born, or how old somebody is; not the dates of missions, the age of a machine, or an age limit."""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.reading import Reading

_MONTH: Final = (
    r"(?:janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout"
    r"|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?|dec(?:embre)?)\.?"
)
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])(?:er)?"
_BORN_YEAR: Final = r"(?:19[3-9]\d|200\d)"
_TENS: Final = (
    r"(?:vingt|trente|quarante|cinquante|soixante)(?:(?:[ \-]et)?[ \-](?:un|deux"
    r"|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze))?"
)
_AGE: Final = rf"(?:1[4-9]|[2-7]\d|{_TENS})"
_SAID: Final = (
    rf"(?:le|en|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?"
    rf"|trente|quarante|cinquante|soixante|cents?|mille|mil|et|premier|1er|{_MONTH}|\d{{1,4}})"
)
_PATTERNS: Final = (
    re.compile(
        r"\bne(?:e|s|es|\(e\)|\.e)? (?:le|la|en|au|a|vers|un|courant)\b[^\n.;!?]{0,30}?\d{1,4}(?:[/."
        r" \-]{1,3}\d{1,4}){0,2}"
    ),
    re.compile(rf"\bne(?:e|\(e\)|\.e)? (?:le |en )?{_DAY} ?[/. \-] ?(?:\d{{1,2}}|{_MONTH}) ?[/. \-]? ?\d{{0,4}}"),
    re.compile(r"\b(?:date de naissance|naissance|ddn|anniversaire|anniv)\b[^\d\n]{0,15}(?:\d[\d /.\-]*\d)?"),
    re.compile(rf"(?<![\d/.]){_DAY} ?[/. \-] ?(?:0?[1-9]|1[0-2]) ?[/. \-] ?(?:{_BORN_YEAR}|[3-9]\d)(?![\d/])"),
    re.compile(rf"\b{_DAY} {_MONTH} {_BORN_YEAR}\b"),
    re.compile(
        r"\b(?:quadra|quinqua|sexa|trente)(?:genaire|naire)s?\b|\bla (?:trentaine|quarantaine"
        r"|cinquantaine|soixantaine)\b"
    ),
    re.compile(rf"\b(?:age|agee|ages) (?:de |: ?)?{_AGE}\b"),
    re.compile(
        rf"\b(?:nee?s?|naissance|ddn|date (?:de )?naiss|anniv\w*)\b[^\n\d]{{0,4}}(?:{_SAID}[ \-]{{1,2}}){{1,10}}{_SAID}"
    ),
    re.compile(
        rf"\b(?:je suis|il est|elle est|est ne|c'est un|c'est une) (?:un |une )?de (?:{_MONTH} (?:{_BORN_YEAR}|[4-9]\d)"
        rf"|{_BORN_YEAR}|[5-9]\d(?= *(?:$|[,.;!?)]|donc|et |mais)))(?![\d%/])"
    ),
    re.compile(rf"\b(?:generation|classe|annee de naissance) ?:? {_BORN_YEAR}\b"),
    re.compile(
        rf"\bage ?[:=] ?{_AGE}\b(?! ?(?:ans ?)?(?:min|max|revolu|et plus|ou plus|requis))|\b{_AGE} (?:printemps"
        rf"|automnes)\b"
    ),
    re.compile(rf"\bde (?:la classe|l'annee) (?:{_BORN_YEAR}|[4-9]\d)\b"),
)
_YEARS_OLD: Final = re.compile(rf"\b({_AGE}) ?(?:ans|balais|piges)\b")
_NOT_AN_AGE_BEFORE: Final = re.compile(
    r"\b(?:depuis|pendant|il y a|y a|sous|sur|apres|avant|dans|plus de|moins de"
    r"|minimum|mini|au moins|des|moyenne de|duree de|garantie"
    r"|contrat de|experience|anciennete|a partir de|jusqu'a|en|tous les|avoir|cumule|de|fait|fete ses) ?:? *$"
)
_RANGE: Final = re.compile(r"\d (?:a|et) $")
_PERSON_BEFORE: Final = re.compile(
    r"\b(?:homme|femme|garcon|fille|jeune|personne|monsieur|madame|dame|bonhomme"
    r"|gars|mec|type|age|agee|salariee?|collegue|candidate?"
    r"|soudeur|employee?|fils|fete\w*|feter|ses|va sur|approche|a) +(?:des |les )?(?:de |ses |d'environ |environ )?$"
)
_NOT_AN_AGE_AFTER: Final = re.compile(
    r" ?(?:d'?(?!\w* ?enfant)|de |dans |en |au |aux |chez |revolus|minimum|mini\b"
    r"|maxi\b|et plus|ou plus|comme |a (?:ce|la|l')|qu|pour |derriere|sur )"
)
_FEAST: Final = re.compile(rf"\b(?:d'avoir|feter|fete|fetera|sur|ses|dans|eu|aura|prend|passe) (?:ses )?({_AGE}) ans\b")


def find(reading: Reading) -> Iterator[Finding]:
    """Birth dates and ages."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(reading.lower):
            yield Finding(Kind.BIRTH, match.start(), match.end())
    for match in _FEAST.finditer(reading.lower):
        if "dans" not in match.group() and not match.group().startswith("sur 2"):
            yield Finding(Kind.BIRTH, match.start(1), match.end())
    for match in _YEARS_OLD.finditer(reading.lower):
        before = reading.lower[max(0, match.start() - 30) : match.start()]
        if _RANGE.search(before) or _NOT_AN_AGE_AFTER.match(reading.lower, match.end()):
            continue
        if _PERSON_BEFORE.search(before) or not _NOT_AN_AGE_BEFORE.search(before):
            yield Finding(Kind.BIRTH, match.start(), match.end())
