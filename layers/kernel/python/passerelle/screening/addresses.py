"""Postal addresses: streets, zones, boxes, postal codes. The town behind a postal code is `places`' to find."""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import is_function, is_ordinary, word_set
from passerelle.screening.reading import Reading

_LINK: Final = r"(?:de la |de l'|des |du |de |d'|aux |au |a la |la |le |les |l')?"
_NAME: Final = r"[^\W\d_][\w'\-]*"
_NUMBER: Final = r"(?:n ?[o°] ?)?\d{1,4} ?(?:bis|ter|quater|[abc])?"
_STREETS: Final = (
    r"(?:rue|avenue|av|ave|boulevard|bd|bld|bvd|blvd|impasse|imp|faubourg|fbg|lotissement"
    r"|lot|lieu[ \-]?dit|venelle|ruelle|sente|sentier|esplanade|parvis|fg|chaussee|digue"
    r"|rond[ \-]point|promenade|traverse|montee|cote)"
)
_OTHERS: Final = (
    r"(?:allee|chemin|ch|route|rte|quai|place|pl|square|sq|cours|pass|all|chem|immeuble|imm|passage|villa|hameau"
    r"|residence|resid|res|ham|parc|cite|clos|domaine|r|voie|cour|mail)"
)
_NUMBERED: Final = re.compile(
    rf"\b{_NUMBER},? (?:{_STREETS}|{_OTHERS})\b\.? (?P<name>{_LINK}{_NAME}(?: [^\W\d_][\w'\-]*){{0,3}})"
)
_STREET: Final = re.compile(rf"\b{_STREETS}\b\.? (?P<link>{_LINK})(?P<name>{_NAME})(?: [^\W\d_][\w'\-]*){{0,3}}")
_OLD_STREET: Final = re.compile(
    r"\b\d{1,4},? (?:bis |ter )?(?:gde|grande?|haute|basse|petite|vieille)[ \-]?'?(?:rue|route|place)\b"
    r"|\bgrand[' \-]rue\b"
)
_OTHER: Final = re.compile(rf"\b{_OTHERS}\b\.? (?P<link>{_LINK})(?P<name>{_NAME})(?: [^\W\d_][\w'\-]*){{0,3}}")
_ZONE: Final = re.compile(
    rf"\b(?:za|zi|zac|zae|pa|z\.a\.?|z\.i\.?|z\.a\.c\.?|zone (?:industrielle|artisanale|commerciale|portuaire"
    rf"|d'activites?)|parc d'activites?"
    rf"|batiment|bat|lotissement) (?P<link>{_LINK})(?P<name>{_NAME})(?: [^\W\d_][\w'\-]*)?"
)
_BOX: Final = re.compile(
    r"\b(?:bp|cs|boite postale) ?\d{2,6}\b|\bcedex(?: \d{1,2})?\b|\b(?:code postal|cp) ?:? ?\d{5}\b"
)
_POSTAL: Final = re.compile(
    r"(?<![\d.,/])(?:f-)?((?:0[1-9]|[1-8]\d|9[0-5]|97|98)\d{3}),? (?P<name>[^\W\d_]+(?:[ \-'][^\W\d_]+)?)"
)
_AT: Final = re.compile(
    r"\b(?:habit\w*|loge\w*|vit|vis|domicili\w*|adresse|demeur\w*|resid\w*|rendez-vous"
    r"|rdv|siege|au|situee?s?|se trouve)\b[^\n.]{0,25}$"
)
_BESIDE: Final = re.compile(r"\b(?:a|du|de l'autre|d'un) $")
_LINKED: Final = re.compile(_LINK)
_ANY_WORD: Final = re.compile(r"[\w'\-]+")
_JOINS: Final = frozenset({"de", "du", "des", "la", "le", "les", "docteur"})
_TRADE: Final = word_set(
    "cable cables fer ronde chargement dechargement livraison parking stationnement"
    " travail circulation stockage nuit jour formation"
    " niveleur expedition reception roulement garde main croisement courants gaines"
    " tuyaux fil usinage pietonne public cle cles froid"
    " quatre deux trois production route journee semaine site chantier depot magasin face"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Addresses, up to the end of the street's name; `reading.plain` tells names from trades by their capitals."""
    for match in _NUMBERED.finditer(reading.lower):
        if _word(match).split("-")[0] not in _TRADE:
            yield Finding(Kind.ADDRESS, match.start(), _end(reading, match))
    for match in _STREET.finditer(reading.lower):
        if _BESIDE.search(reading.lower, max(0, match.start() - 12), match.start()) and match.group().startswith(
            "cote"
        ):
            continue
        cut = match["name"] in _TRADE or (not match["link"] and is_function(match["name"]))
        short = match.group().split(" ")[0] in ("cote", "lot", "montee", "imp", "promenade", "traverse")
        if not cut and (not short or _capital(reading, match)):
            yield Finding(Kind.ADDRESS, match.start(), _end(reading, match))
    for match in _OTHER.finditer(reading.lower):
        told = _AT.search(reading.lower, max(0, match.start() - 40), match.start()) and not is_ordinary(match["name"])
        instead = match.group().startswith("place d") and reading.lower.endswith("a la ", 0, match.start())
        if instead or (reading.plain.startswith("R.", match.start()) and reading.plain[match.start("name")].isupper()):
            continue
        if match["name"] not in _TRADE and (_capital(reading, match) or told):
            yield Finding(Kind.ADDRESS, match.start(), _end(reading, match))
    for match in _ZONE.finditer(reading.lower):
        if _capital(reading, match) or (match["link"] and not is_ordinary(match["name"])):
            yield Finding(Kind.ADDRESS, match.start(), match.end("name"))
    for match in _OLD_STREET.finditer(reading.lower):
        yield Finding(Kind.ADDRESS, match.start(), match.end())
    for match in _BOX.finditer(reading.lower):
        yield Finding(Kind.ADDRESS, match.start(), match.end())
    for match in _POSTAL.finditer(reading.lower):
        if not is_ordinary(match["name"].split(" ")[0]) or (
            reading.plain[match.start("name")].isupper() and not is_function(match["name"])
        ):
            yield Finding(Kind.ADDRESS, match.start(), match.end(1))


def _word(match: re.Match[str]) -> str:
    return re.sub(rf"^{_LINK}", "", match["name"]).split(" ")[0]


def _capital(reading: Reading, match: re.Match[str]) -> bool:
    """Whether the name has a capital while the word before it is no acronym: "quai Southampton"."""
    return reading.plain[match.start("name")].isupper() and not reading.plain[match.start() : match.end()].isupper()


def _end(reading: Reading, match: re.Match[str]) -> int:
    """Where a street's name ends: with its last capital, or, in careless writing, with its second uncommon word."""
    link = _LINKED.match(reading.lower, match.start("name"))
    last = match.start("name") if link is None else link.end()
    for number, word in enumerate(_ANY_WORD.finditer(reading.lower, last, match.end())):
        if word.group() in _JOINS:
            continue
        capital = reading.plain[word.start()].isupper()
        if number and not capital and (number > 1 or is_function(word.group()) or is_ordinary(word.group())):
            break
        last = word.end()
    return last
