"""Names of municipalities: those listed, those formed like one, and the unknown after a word that announces a place."""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import (
    LONGEST_PHRASE,
    is_brand,
    is_function,
    is_given,
    is_listed,
    is_ordinary,
    is_surname,
    spelled,
    towns,
    word_set,
    words_of,
)
from passerelle.screening.reading import Reading

_STRONG: Final = re.compile(
    r"\b(?:habit\w*|vis|vit|vivent|reside\w*|domicili\w*|loge\w*|install\w*|base"
    r"|basee?s?|situee?s?|implantee?s?|originaire|commune|ville|mairie"
    r"|gare|agence|canton|secteur|village|bourg|demenag\w*|deplace\w*|embauche\w*"
    r"|rentre\w*|viens|vient|arrive\w*|provien\w*|viennent|venue?s?|part|pars|rdv"
    r"|rendez-vous|maison|appart\w*"
    r"|logement|site|depot|chantier\w*|usine|atelier\w*|antenne|boutique|magasin"
    r"|locaux|siege|hopital|lycee|marche|port|quartier|trajet|route)"
    r"(?: (?!(?:et|ou|pour|avec) )[^\W\d_]{1,14}){0,3}? (?:a|au|aux|sur|de|d'|du|des|en|vers|dans|cote"
    r"|pres de|proche de) ?(?:l'|le |la |les )?$"
    r"|\b(?:habit(?:e|es|ent|ait|ant|ants)|secteur|commune|mairie|direction) (?:de |d'|du )?(?:l'|le |la |les )?$"
)
_WEAK: Final = re.compile(
    r"\b(?:a|au|aux|sur|de|d'|du|vers|depuis|entre|pres de|proche de|jusqu'a|et"
    r"|par|autour de|cote|direction|vers|ou|dans|en) ?(?:l'|le |la |les )?$"
)
_AT: Final = re.compile(
    r"\b(?:a|au|aux|sur|de|d'|du|vers|depuis|entre|pres de|proche de|jusqu'a|autour de|cote|direction)"
    r" ?(?:l'|le |la |les )?$|\bentre [^\W\d_\-]+ et $"
)
_SURE: Final = re.compile(
    r"\b(?:a|au|aux|vers|depuis|entre|pres de|proche de|jusqu'a|autour de|cote de|direction) ?(?:l'|le |la |les )?$"
)
_LIVES: Final = re.compile(
    r"\b(?:habit\w*|vis|vit|vivent|reside\w*|domicili\w*|originaire|basee?s?|situee?s?"
    r"|viens|vient|loge\w*|region|departement)(?: [^\W\d_]{1,12})?(?: de| du| d'"
    r"| en| dans| a)? ?(?:l'|le |la |les )?$"
)
_HYPHENED: Final = re.compile(
    r"\b[^\W\d_]{3,20}-(?:(?:sur|sous|les|lez|en|le|la|l'|d'|du|de|des|aux|saint"
    r"|sainte)-?[^\W\d_]{2,20}(?:-[^\W\d_]{2,20}){0,3})\b"
)
_SAINT: Final = re.compile(
    r"\b(?:saint|sainte|st|ste)[ \-](?:[^\W\d_]{2,20})(?:-[^\W\d_']{1,20}(?:'[^\W\d_]{1,20})?){0,4}\b"
)
_DEPARTEMENT_NUMBER: Final = re.compile(
    r"\b(?:dans le|departement(?: du)?|dept|habite le|du) (0[1-9]|[1-8]\d|9[0-5]"
    r"|2[ab])(?![\d.,/:%]| ?(?:h|e|eme|mois|an|ans|au|a|et|jours?|ko|mm|cm|janv"
    r"|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)\w*\b|\w)"
)
_ENDS_LIKE_A_TOWN: Final = re.compile(
    r"^[a-z]{2,}(?:ville|bec|tot|beuf|fleur|court|gny|heim|willer|bourg|villers|villiers|acq|mesnil|ay|ly)$"
)

_QUARTERS: Final = word_set(
    "nord sud est ouest centre ville gare port rive cedex droite gauche metropole agglo agglomeration seine normandie"
)
TELLING: Final = (
    r"\b(?:adress|dit|dis|demand|propos|ecri|parl|confi|remi|remet|envoy|transm|montr|expliqu|donn|laiss|pass|merci|mot|mail|message|rappel)\w*"
    r" (?:\w+ ){0,3}?a "
)
"""What is done to a person or a company, not to a place."""

ON_A_MACHINE: Final = re.compile(r"\bsous $|(?:age|ure)s? sur (?:la |le |les |l')?$")
"""What is done on a machine or in a programme: "tournage sur", "saisie sous"."""

_TO_SOMEBODY: Final = re.compile(rf"{TELLING}$")
WARES: Final = word_set(
    "savon moutarde jambon platre cle clef toile camembert fromage brie saucisse saucisson bleu dentelle bergamote foie"
    " coquille moule porcelaine nougat piment andouille tripe couteau volaille poulet vin champagne cidre lentille ail"
    " melon noix beurre sel tapisserie faience entrecote galette rillette quiche gateau macaron biscuit"
    " vinaigre haricot"
    " tomme creme canard sardine calisson pruneau cristal marbre pierre ardoise tuile beton ciment chartreuse crabe"
    " betise sole harang carotte navet cerise pomme oignon echalote artichaut sauce bougie toilette coupe"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Names of municipalities, and of départements where somebody lives."""
    yield from _listed(reading)
    yield from _formed(reading)
    yield from _announced(reading)
    for match in _DEPARTEMENT_NUMBER.finditer(reading.lower):
        if "dans le" in match.group() or "dep" in match.group() or "habite" in match.group():
            yield Finding(Kind.PLACE, match.start(1), match.end(1))


def _before(pattern: re.Pattern[str], reading: Reading, at: int) -> bool:
    """Whether a cue ends right where a name begins."""
    return pattern.search(reading.lower, max(0, at - 60), at) is not None


def _listed(reading: Reading) -> Iterator[Finding]:
    words = reading.words
    at = 0
    while at < len(words):
        size = _listed_from(reading, at)
        if size:
            yield Finding(Kind.PLACE, words[at].start, words[at + size - 1].end)
        at += max(size, 1)


def _listed_from(reading: Reading, at: int) -> int:
    """How many words from this one on name a municipality that is meant; 0 when none."""
    words = reading.words
    for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
        last = words[at + size - 1]
        if last.end - words[at].start > 60:
            continue
        phrase = spelled(reading.lower[words[at].start : last.end])
        if phrase in towns() and _town_is_meant(reading, at, phrase) and not _heads_a_name(reading, at + size):
            return size
        if phrase in words_of("departements") and _before(_LIVES, reading, words[at].start):
            return size
    return 0


def _town_is_meant(reading: Reading, at: int, phrase: str) -> bool:
    """A town that is also a word, a surname or a brand needs a cue, and a capital where the cue is weak."""
    word = reading.words[at]
    if _is_a_ware(reading, at):
        return False
    if (all(map(is_listed, phrase.split())) and phrase.count(" ") < 2) or is_brand(phrase) or is_given(phrase):
        lived = _before(_LIVES, reading, word.start) or _before(_STRONG, reading, word.start)
        if is_brand(phrase) and not _before(_LIVES, reading, word.start):
            return False
        return (
            (lived and word.written[0].isupper())
            or (word.capital and not word.shouted and _before(_SURE, reading, word.start))
            or (_before(_LIVES, reading, word.start) and " a " in reading.lower[max(0, word.start - 4) : word.start])
        )
    if is_surname(phrase):
        return word.written[0].isupper() or _before(_WEAK, reading, word.start)
    return True


def _heads_a_name(reading: Reading, at: int) -> bool:
    """Whether a noun with a capital follows a town, as in "Figeac Métaux": then it is no town that is named."""
    words = reading.words
    if at >= len(words) or reading.between(words[at - 1], words[at]) != " " or not words[at].capital:
        return False
    text = words[at].text
    return not (words[at].shouted or is_given(text) or text in _QUARTERS or is_function(text)) and text not in towns()


def _is_a_ware(reading: Reading, at: int) -> bool:
    """The town of "savon de Marseille" or "clé de Berne" only names a ware."""
    words = reading.words
    return at > 1 and words[at - 1].text in ("de", "d", "du", "des") and words[at - 2].text.removesuffix("s") in WARES


def _formed(reading: Reading) -> Iterator[Finding]:
    """ "Beaumont-sur-Dême", "saint-clair sur galaure": formed like the name of a municipality."""
    for pattern in (_SAINT, _HYPHENED):
        for match in pattern.finditer(reading.lower):
            first, *rest = re.split(r"[ \-']", match.group())
            capital = reading.plain[match.start()].isupper() and reading.plain[: match.start()].strip() != ""
            named = rest if pattern is _SAINT else [first, *rest]
            uncommon = any(not is_listed(part) and not is_function(part) for part in named)
            like_a_town = (
                pattern is _SAINT or capital or (not is_ordinary(first) and _before(_WEAK, reading, match.start()))
            )
            if uncommon and like_a_town and match.group() not in words_of("brands"):
                yield Finding(Kind.PLACE, match.start(), match.end())


def _announced(reading: Reading) -> Iterator[Finding]:
    """An unknown word after "habite à", or an unknown capital after "à", "depuis", "la boulangère de"."""
    words = reading.words
    for at, word in enumerate(words):
        if len(word.text) < 3 or is_function(word.text) or is_listed(word.text) or is_brand(word.text) or word.shouted:
            continue
        if (
            _is_a_ware(reading, at)
            or is_given(word.text)
            or word.text in words_of("employers")
            or (word.text in words_of("departements"))
        ):
            continue
        capital = word.capital
        local = _ENDS_LIKE_A_TOWN.search(word.text) is not None and _before(_WEAK, reading, word.start)
        if not capital and not local and is_ordinary(word.text):
            continue
        if capital and at + 1 < len(words) and _goes_on(reading, at) and not _before(_STRONG, reading, word.start):
            continue
        if capital and (_before(_TO_SOMEBODY, reading, word.start) or _before(ON_A_MACHINE, reading, word.start)):
            continue
        if local or (capital and _before(_AT, reading, word.start)) or _before(_STRONG, reading, word.start):
            yield Finding(Kind.PLACE, word.start, words[_last(reading, at)].end)


def _goes_on(reading: Reading, at: int) -> bool:
    """Whether a second strange capital follows, as in a person's name; parts of a town's name wear hyphens."""
    after = reading.words[at + 1]
    return (
        reading.between(reading.words[at], after) == " "
        and after.capital
        and not after.shouted
        and after.text not in _QUARTERS
    )


def _last(reading: Reading, at: int) -> int:
    words, last = reading.words, at
    for next_ in range(at + 1, min(at + 4, len(words))):
        word = words[next_]
        if reading.between(words[next_ - 1], word) not in (" ", "", "-"):
            break
        if (word.capital and not is_listed(word.text)) or not (is_ordinary(word.text) or is_function(word.text)):
            last = next_
        elif word.text not in ("la", "le", "les", "sur", "en", "de", "l", "d", "du"):
            break
    return last
