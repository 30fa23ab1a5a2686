"""Proper names that no list has and no single rule tells: what French does not explain, weighed by what surrounds it.

A run of capitals is a stranger when French has not all of its words. Of what kind, its neighbourhood says: each sign
speaks for a kind with a weight, and the heaviest kind wins. Machines and programmes are a kind too, the one that is not
told: a stranger in their company is taken for one of them. Asked last: cues and lists come first.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from passerelle.screening.coined import is_coined
from passerelle.screening.findings import Finding, Kind
from passerelle.screening.followed import COMPANY_DOES, PERSON_DOES
from passerelle.screening.lexicon import (
    is_brand,
    is_derived,
    is_french,
    is_function,
    is_given,
    is_surname,
    spelled,
    towns,
    word_set,
    words_of,
)
from passerelle.screening.places import ON_A_MACHINE, TELLING, WARES
from passerelle.screening.reading import Reading, Word

_LONGEST: Final = 6
_ORDER: Final = (Kind.COMPANY, Kind.NAME, Kind.PLACE, None)
"""Which kind is told where several weigh the same."""
_JOINS: Final = word_set("de du des d la le les l")
_GAPS: Final = frozenset({" ", "", "-", " & ", "&", "'"})
_REACH: Final = 60
_AGENT: Final = re.compile(r"(?:eur|euse|rice|iste|iere?|ienn?e?|ante?|chef|macon|agente?)s?$")
"""Whoever looks for work himself: "Chauffeur Routier recherche"."""
_ORDER_GIVEN: Final = re.compile(r"(?:ez|ons)(?:-(?:la|le|les|nous|vous|moi|lui|leur|y|en))?$")
"""An imperative, which may open a sentence: "Corrigez", "Renouvelez-la"."""
_HOUSES: Final = word_set(
    "clients adherents partenaires concurrents magasins ateliers chantiers transports etablissements entreprises"
    " societes laboratoires cars jardins freres usines salaries anciens fournisseurs ambulances"
)
"""Plurals that a company's name may follow."""
_CIVILITIES: Final = word_set("m mr mme mlle monsieur madame docteur dr maitre me")
_SIGNS: Final = word_set("la le les au aux l")


class _Sign(NamedTuple):
    """What stands before a run (up to its first letter) or behind it speaks for a kind."""

    kind: Kind | None
    weight: int
    pattern: re.Pattern[str]


def _sign(kind: Kind | None, weight: int, pattern: str) -> _Sign:
    return _Sign(kind, weight, re.compile(pattern))


_PEOPLE: Final = (
    r"(?:stagiaire|interim\w*|apprenti\w*|soud\w+|caris\w+|collegue|chef\w*|gerant\w*|tut\w+|respons\w+|contremait\w+"
    r"|direct(?:eur|rice)|comptable|secretaire|chargee?|assistante?|technicien\w*|operat(?:eur|rice)|conduct(?:eur|rice)"
    r"|agente?|magasini\w+|qualite|infirmi\w+|ouvri\w+|salariee?|candidate?|embauchee?|frais|jeune|ancienn?e?)"
)
_BEFORE: Final = (
    _sign(
        Kind.COMPANY,
        3,
        r"\b(?:chez|groupe|societe|boite|client|fournisseur|concurrente?s?|filiale|enseigne|confrere|usine)s? $"
        r"|\b(?:boss|travaill|sous-trait|factur|livr|fabriqu|usin)\w* (?:\w+ ){0,2}(?:pour|a|avec) $"
        r"|\b(?:pret|emprunt|rachet|fourn|vers|pay|licenci|embauch|debauch|recrut|form|repris)\w* (?:\w+ ){0,2}"
        r"(?:a|par|de|avec) $"
        r"|\b(?:contrat|accord|convention|marche|partenariat|commandes?|concurrence|mission) (?:avec|de|chez|pour) $"
        r"|\bdepart de $|\b(?:a part|hormis|comme|sauf|ex|contre) $",
    ),
    _sign(Kind.COMPANY, 2, r"\b(?:pour|par|depuis que|la|fermeture de|rachat de|depart de) $"),
    _Sign(None, 3, ON_A_MACHINE),
    _sign(
        Kind.PLACE,
        3,
        r"\b(?:habit|resid|log|viv|vien|vis|vit|domicili|install|bas|situ|implant|part|pass|arriv|va|all)\w* "
        r"(?:\w+ ){0,2}(?:a|de|d'|sur|vers|du|des|en|par) ?(?:l'|la |le |les )?$"
        r"|\b(?:vers|pres de|cote|region de|secteur|depuis|km de|minutes de) (?:la |le |les |l')?$",
    ),
    _sign(Kind.PLACE, 2, r"\b(?:a|de|d'|sur|du|aux?) ?(?:la |le |les |l')?$"),
    _sign(
        Kind.NAME,
        3,
        r"\b(?:bonjour|bonsoir|salut|cordialement|signe|prenom|merci|dixit|avec|voir|contact\w*|appel\w*|demand\w+ a"
        r"|dites? a|parl\w+ (?:a|avec)|vu|nomme\w*|prevenir|ici|c'est|contact(?: \w+){1,3})[ ,:]{1,2}$"
        rf"|\b{_PEOPLE} $",
    ),
    _sign(
        Kind.NAME,
        3,
        rf"{TELLING}$",
    ),
    _sign(None, 9, rf"\b(?:{'|'.join(sorted(WARES))})s? d(?:e |u |es |')$"),
    _sign(Kind.NAME, 1, r"(?:^|[,;:(] ?|\b(?:par|que|et|ou|est|sans) )$"),
)
_BEHIND: Final = (
    _Sign(Kind.COMPANY, 3, COMPANY_DOES),
    _Sign(Kind.NAME, 2, PERSON_DOES),
    _sign(Kind.NAME, 3, rf" ?,? \(?(?:l[ae'] ?|notre |mon |ma |votre |une? )?{_PEOPLE}\b"),
    _sign(Kind.NAME, 3, r" ?[,:(\-]? ?\(?(?:\+33|0)[ .\-]?[1-9](?:[ .\-]?\d\d){4}"),
    _sign(Kind.PLACE, 2, r" \((?:\d\d|\d{5})\)| ou (?:alentours|environs)"),
)


def find(reading: Reading) -> Iterator[Finding]:
    """Every stranger of the text, with the kind its neighbourhood speaks for."""
    at, words = 0, reading.words
    while at < len(words):
        last = _run(reading, at)
        if last is None:
            at += 1
            continue
        acts = last > at and COMPANY_DOES.match(reading.lower, words[last].end) and not _AGENT.search(words[at].text)
        first = at if acts else _trimmed(words, at, last)
        kind = _kind(reading, first, last) if acts or _is_stranger(words[first : last + 1]) else None
        if kind is not None:
            yield Finding(kind, words[first].start, words[last].end)
        at = last + 1


def signboards(reading: Reading) -> Iterator[Finding]:
    """ "La Table d'Augustine", "Les Quatre Vents": an article with a capital that no sentence explains opens a name."""
    words = reading.words
    for at, (article, noun) in enumerate(pairwise(words)):
        if not (article.written[0].isupper() and article.text in _SIGNS and noun.capital) or _in_a_name(reading, at):
            continue
        head = at + 1 + (is_function(noun.text) and at + 2 < len(words))
        last = _run(reading, head)
        if last is None or words[head].shouted or not is_french(words[head].text):
            continue
        if article.begins and not any(is_given(word.text) for word in words[head + 1 : last + 1]):
            continue
        signs = _signs(reading, words[at : last + 1])
        town = spelled(reading.lower[article.start : words[head].end]) in towns()
        if not town and max(signs[Kind.PLACE], signs[Kind.NAME]) < 3:
            yield Finding(Kind.COMPANY, article.start, words[last].end)


def _in_a_name(reading: Reading, at: int) -> bool:
    """Whether an article goes on a name: "Hélène De La Tour", "Mme Le Gall"."""
    if reading.words[at].begins:
        return False
    before = reading.words[at - 1]
    return before.written[0].isupper() or before.text in _CIVILITIES


def _run(reading: Reading, at: int) -> int | None:
    """The last word of a run of capitals that begins here, or none."""
    words = reading.words
    if not _opens(words[at]):
        return None
    last = at
    for next_ in range(at + 1, min(at + _LONGEST, len(words))):
        word = words[next_]
        if reading.between(words[next_ - 1], word) not in _GAPS:
            break
        if word.capital and not is_function(word.text):
            last = next_
        elif word.text not in _JOINS:
            break
    return last


def _trimmed(words: tuple[Word, ...], first: int, last: int) -> int:
    """Where a run begins once the ordinary words that only open a sentence are left out."""
    while first < last and words[first].begins and is_derived(words[first].text):
        first += 1
    while first < last and not words[first].written[0].isupper():
        first += 1
    return first


def _opens(word: Word) -> bool:
    return word.written[0].isupper() and len(word.text) > 2 and not is_function(word.text)


def _is_stranger(words: tuple[Word, ...]) -> bool:
    """Whether French does not explain a run; brands are asked too, since a maker may be meant and not its machine."""
    return any(_unexplained(word) or (_is_tool(word) and word.capital and not word.shouted) for word in words)


def _unexplained(word: Word) -> bool:
    known = is_derived(word.text) or is_function(word.text) or word.text in words_of("departements")
    known = known or (word.begins and _ORDER_GIVEN.search(word.text) is not None)
    return word.written[0].isupper() and len(word.text) > 2 and not known and not word.shouted


def _is_tool(word: Word) -> bool:
    return is_brand(word.text)


def _kind(reading: Reading, first: int, last: int) -> Kind | None:
    """The kind with the most weight; a company where nothing else speaks; None for a tool."""
    words = reading.words[first : last + 1]
    weights = _signs(reading, words)
    weights[None] += 3 * _beside_tools(reading, first, last)
    if any(map(_is_tool, words)):  # what speaks for a person speaks for the maker: no machine is thanked
        tool, maker = weights[None] + 3, weights[Kind.COMPANY] + weights[Kind.NAME]
        return Kind.COMPANY if maker >= tool else None
    weights[Kind.COMPANY] += 1
    weights[None] += 2 * any(word.shouted and len(word.text) < 5 for word in words)
    weights[Kind.NAME] += 3 * any(is_given(word.text) or is_surname(word.text) for word in words)
    weights[Kind.NAME] += 2 * (len(words) == 2 and all(map(_unexplained, words)))
    weights[Kind.COMPANY] += 3 * any(map(is_coined, words))
    in_town = [spelled(word.text) in towns() for word in words]
    weights[Kind.PLACE] += any(in_town)
    weights[Kind.COMPANY] += 2 * (len(words) > 1 and is_french(words[-1].text) and not words[-1].shouted)
    weights[Kind.COMPANY] += 3 * (in_town[0] and len(words) > 1)
    return max(_ORDER, key=lambda kind: weights[kind])


def _signs(reading: Reading, words: tuple[Word, ...]) -> Counter[Kind | None]:
    """What the neighbourhood of a run weighs for each kind."""
    start, end = words[0].start, words[-1].end
    weights: Counter[Kind | None] = Counter()
    for sign in _BEFORE:
        if sign.pattern.search(reading.lower, max(0, start - _REACH), start):
            weights[sign.kind] += sign.weight
    for sign in _BEHIND:
        if sign.pattern.match(reading.lower, end):
            weights[sign.kind] += sign.weight
    return weights


def _is_many(word: str) -> bool:
    """Whether a word is a plural noun: before a name without a link it names wares, not people ("calandres Jensen")."""
    return (
        word.endswith(("s", "x"))
        and len(word) > 4
        and not is_function(word)
        and is_french(word)
        and word not in _HOUSES
    )


def _beside_tools(reading: Reading, first: int, last: int) -> bool:
    """Whether a tool's noun stands right before, or another tool's name is listed beside."""
    words = reading.words
    near = words[max(0, first - 2) : first] + words[last + 1 : last + 3]
    before = words[first - 1].text if first and not words[first].begins else ""
    noun = before.removesuffix("s") in words_of("tool_words") or before in words_of("tool_words")
    noun = noun or (words[first - 1].written.islower() and _is_many(before))
    if first > 2 and words[first - 1].text in ("et", "ou"):
        noun = noun or words[first - 3].text in words_of("tool_words")
    return noun or any(_is_tool(word) and word.capital for word in near)
