"""Names coined for companies: "Hydrocaux", "Vitrex", "Polyplast", "Nord Levage", "TechniSoud".

They are told by what they are made of, where a capital or a company's place in the sentence says that a name is meant.
Asked late: a cue for a person or a town, and the lists, come first.
"""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import (
    is_brand,
    is_derived,
    is_given,
    is_ordinary,
    is_surname,
    spelled,
    towns,
    word_set,
    words_of,
)
from passerelle.screening.reading import Reading, Word

_HEADS: Final = (
    r"hydro|meca|techn|norm|plast|poly|metal|ferro|electro|elec|eco|agri|agro|bati|trans|logi|euro|sani|clima|therm|aero"
    r"|aqua|bio|soud|chaud|inox|alu|frigo|indus|nova|neo|omni|multi|inter|opti|pharma|medi|geo|info|data|media|carto"
    r"|print|vitr|papet|embal|usin|caout|fibr|compos|synth|energ|solar|maint|prop|net|securi|calor|calo|izo|isol|gest|form|log"
)
_TAILS: Final = (
    r"[eiou]x|tec|tech|tek|plast|pack|pak|lec|elec|bat|bois|fer|metal|met|meca|logis|log|trans|net|lab|pharm|pharma|med"
    r"|tron|tronic|system|lux|therm|bloc|gaz|inov|nov|prim|caux|seine|indus|inox|alu|soud|levage|froid|clim|lor|nor|dor"
    r"|lac|sol|air|co|alis|eo|eva|ora|ium|iva|ys|is|or|form|frais|viande|lait|grain|agri|dis|com|print|fib|val"
)
_COINED: Final = re.compile(rf"^(?:(?:{_HEADS})[a-z]{{3,}}|[a-z]{{3,}}(?:{_TAILS}))$")
_SURELY: Final = re.compile(rf"^(?:{_HEADS})[a-z]{{0,6}}(?:{_TAILS})$")
_CAMEL: Final = re.compile(r"^[A-Z][a-z]{2,}[A-Z][a-z]{2,}\w*$")
_REGIONS: Final = word_set(
    "nord sud est ouest euro france normandie normande seine caux atlantique manche estuaire littoral alpha delta omega"
    " royal general nouvelle grand bray vexin risle eure ocean horizon avenir"
)
_BUSINESSES: Final = word_set(
    "levage soudure emballages emballage plastiques services service logistique transports transport usinage tolerie"
    " nettoyage proprete maintenance batiment bois metal metaux energie energies industrie industries conserves"
    " constructions construction peinture isolation securite distribution froid ambulances viandes primeurs marine"
    " composites menuiserie menuiseries charpente charpentes couverture toiture manutention interim recyclage"
)
_NOT_AFTER: Final = word_set("tour machine logiciel presse robot marque modele norme automate type reference produit")


def find(reading: Reading) -> Iterator[Finding]:
    """Coined names with a capital, or in lower case where nothing else could stand."""
    words = reading.words
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        if before is not None and (before.text in _NOT_AFTER or before.text in words_of("tool_words")):
            continue
        after = words[at + 1] if at + 1 < len(words) and reading.between(word, words[at + 1]) == " " else None
        if after is not None and word.text in _REGIONS and after.text in _BUSINESSES and after.capital:
            if word.written[0].isupper():
                yield Finding(Kind.COMPANY, word.start, after.end)
        elif is_coined(word, inside=word.start > 0 and reading.plain[word.start - 1] == "("):
            last = after if after is not None and after.capital and after.text in _BUSINESSES | _REGIONS else word
            yield Finding(Kind.COMPANY, word.start, last.end)


def is_coined(word: Word, *, inside: bool = False) -> bool:
    """Whether a word is made as companies' names are: by one end; by both where it heads a sentence not in brackets."""
    text = word.text
    known = is_derived(text) or is_brand(text) or is_given(text) or is_surname(text) or spelled(text) in towns()
    if known or text in words_of("departements") or "-" in text:
        return False
    if _CAMEL.match(word.written):
        return True
    if word.shouted:
        return False
    if word.written[0].isupper():
        return (
            _SURELY.match(text) is not None
            if word.begins and not inside
            else len(text) > 4 and _COINED.match(text) is not None
        )
    return len(text) > 6 and not is_ordinary(text) and _SURELY.match(text) is not None
