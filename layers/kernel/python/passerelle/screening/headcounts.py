"""How many people a company employs: no name, but with a trade and a place it leads to one.

A source of its own, for texts that one side writes to the other: elsewhere headcounts are said freely. The number of
people to lend, of a team or of a shift is none.
"""

import re
from collections.abc import Iterable
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.reading import read

_UNITS: Final = r"deux|trois|quatre|cinq|six|sept|huit|neuf"
_WORDS: Final = (
    r"cents?|mille|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingts?|trente|quarante|cinquante|soixante"
)
_ABOUT: Final = (
    rf"(?:(?:une|la|{_UNITS}|quelques|plusieurs) )?(?:dizaine|douzaine|quinzaine|vingtaine|trentaine|quarantaine"
    r"|cinquantaine|soixantaine|centaine|millier)s? de|(?:des|quelques|plusieurs) (?:dizaine|centaine|millier)s de"
)
_AND: Final = rf"[ \-](?:et[ \-])?(?:{_WORDS}|{_UNITS}|un)"  # one word each, so that a number is read in one way only
_IN_WORDS: Final = rf"(?:(?:{_UNITS}) (?=cent|mille))?(?:{_WORDS})(?:{_AND})*"
_MANY: Final = rf"(?:\d{{1,3}}(?:[ .]\d{{3}})+|\d{{2,6}}|{_IN_WORDS}|{_ABOUT})"
_ANY: Final = rf"(?:{_MANY}|\d|{_UNITS})"
_STAFF: Final = (
    r"(?:salarie(?:e|\(e\)|·e|\.e)?s?|employe(?:e|\(e\)|·e|\.e)?s?|collaborat(?:eurs?|rices?)"
    r"|etp|equivalents? temps plein|emplois|postes de travail|cdi)"
)
_HEADS: Final = rf"(?:{_STAFF}|personnes|gens|gars|ouvriers|compagnons|agents|tetes|bonshommes|effectifs?)"
_FIRM: Final = (
    r"(?:entreprise|societe|boite|pme|pmi|tpe|eti|maison|structure|usine|site|etablissement|employeur"
    r"|multinationale)(?: familiale| industrielle)?"
)
_WE: Final = r"\b(?:nous|on)"
_NEARLY: Final = r"(?:(?:environ|pres de|plus de|moins de|autour de|a peu pres|quelque|presque|entre|dans les|de) )*"
_IN_ALL: Final = r"(?= ?(?:$|[.,;!?]|dans l'entreprise|au total|en tout|ici))"
_NOT_A_TEAM: Final = r"(?<!equipe )(?<!atelier )(?<!service )(?<!ligne )"
_PATTERNS: Final = (
    re.compile(rf"\b{_MANY} {_STAFF}\b"),
    re.compile(rf"{_WE} (?:sommes|est|comptons|fait travailler) {_NEARLY}{_ANY} {_HEADS}\b"),
    re.compile(rf"{_WE} (?:sommes|est) {_NEARLY}{_MANY}{_IN_ALL}"),
    re.compile(rf"{_NOT_A_TEAM}\b(?:emploie|employons|compte) {_NEARLY}{_ANY} {_HEADS}\b"),
    re.compile(rf"\b{_FIRM} (?:d'|de |a ){_NEARLY}{_ANY}(?: {_HEADS}\b| ?(?:[.,;!?]|$))"),
    re.compile(rf"\beffectifs?(?: \w+)?(?: est| sont| :| =)?(?: d'| de)? ?{_NEARLY}{_ANY}\b"),
)


class Headcounts:
    """Finds what tells a company's headcount, in figures or in words. A `Source`."""

    def findings(self, text: str) -> Iterable[Finding]:
        """Every headcount in the text; they may overlap."""
        reading = read(text)
        for pattern in _PATTERNS:
            for match in pattern.finditer(reading.lower):
                yield reading.in_original(Finding(Kind.HEADCOUNT, match.start(), match.end()))
