"""Names of persons: listed given names and surnames, whatever follows a word that announces a person, initials."""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import is_brand, is_function, is_given, is_listed, is_ordinary, is_surname, words_of
from passerelle.screening.reading import Reading, Word

_CIVILITIES: Final = frozenset(
    "m mr mme mmes mlle mlles monsieur madame mademoiselle messieurs mesdames mm dr docteur maitre pr".split()
)
_PARTICLES: Final = frozenset("le la de du des d' d l' l el al ben ait van von da dos di saint st abd".split()) - {
    "d'",
    "l'",
}
_PERSONS: Final = frozenset(
    "chef cheffe patron patronne collegue tuteur tutrice directeur directrice gerant gerante responsable referent referente salarie"
    " salariee employe employee soudeur regleur infirmier infirmiere mari epouse fils fille frere soeur cousin neveu voisin voisine"
    " ami amie pote collaborateur collaboratrice formateur formatrice candidat candidate secretaire comptable chauffeur cuisinier"
    " boulanger macon electricien plombier technicien technicienne conducteur operateur operatrice magasinier assistante assistant"
    " docteur gars mec certain certaine prenommee prenomme nommee nomme remplacante remplacant stagiaire apprenti interimaire dame"
    " monsieur madame manager maman papa tonton adjoint adjointe president presidente delegue deleguee educatrice agent ouvrier"
    " ouvriere cariste vendeuse vendeur coiffeuse serveuse serveur aide-soignante animatrice rh drh contact interlocuteur".split()
)
_ANNOUNCE: Final = re.compile(
    r"\b(?:(?:m'|t'|s')appell?ent?|s'app?elle?|m'app?elle|se nomme(?:nt)?|(?:pre)?nommee?|(?:pre)?nom(?: de famille)?(?: est| c'est)?"
    r"|contacter|contactez|contacte|contact|demander|demandez|demande|appeler|appelez|appelle|rappeler|rappelez|rappelle|joindre|joignez"
    r"|voir avec|vu avec|voyez avec|verrez avec|verra avec|parler a|parlez a|adressez[ \-]vous a|dites a|demandez a|demander a"
    r"|de la part de|transmis par|signe|signee|cordialement|cdlt|bien a vous|amicalement|merci|referente?|responsable|tuteur|tutrice"
    r"|remplacer|remplace|remplacement de|remplacera|a la place de|bonjour|bjr|salut|coucou|coordonnees|interlocut(?:eur|rice)"
    r"|formatrice|formateur|collegue|patron(?:ne)?|gerante?|chef|avec|encadree? par|dirigee? par|forme(?:e)? par|valide(?:e)? par"
    r"|confirme(?:e)? par|embauchee? par|chez|c'est|c est|c|ici|je suis|moi c'est|et moi c'est|salarie(?:e)?|la fille de|le fils de"
    r"|la femme de|le mari de|la soeur de|le frere de|le neveu de|l'equipe (?:de|a)|le bureau de|copine|pote|ami)"
    r"[ :;,\-]{1,4}(?=[^\W\d_])"
)
_WEAK: Final = frozenset(
    {
        "c'est",
        "c est",
        "c",
        "ici",
        "merci",
        "bonjour",
        "bjr",
        "salut",
        "avec",
        "chez",
        "je suis",
        "chef",
        "responsable",
        "contact",
        "demande",
        "remplace",
        "salarie",
        "salariee",
        "ami",
        "joindre",
        "demander",
        "nom",
        "valide par",
        "valider par",
        "signe",
        "appel",
    }
)
_INITIALS: Final = re.compile(r"(?<![\w.])[A-Z]\.[ \-]?(?:[A-Z]\.[ \-]?)?(?P<name>[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?)")
_CIVIL_INITIALS: Final = re.compile(
    r"\b(?:[Mm]me|[Mm]lle|[Mm]r|MME|[Mm]onsieur|[Mm]adame|M\.?|[Dd]r\.?)[ ]([A-Z]\.?(?:[ \-]?[A-Z]\.)?)(?![\w'])"
)
_VERBS: Final = frozenset(
    "est sera a vous nous connait gere travaille viendra passe passera et m'a l'a remplace encadre vient dit montre assure forme part habite peut".split()
)
_TOOLS: Final = frozenset(
    "tour fraiseuse machine commande logiciel presse robot marque type modele automate norme gmao erp chariot pelle grue four pistolet"
    " systeme centre cn imprimante tracteur version langage methode outil format regime essai test procede classe serie filetage pas"
    " cone tableur programme progiciel application produit appareil certification certificat label accord code".split()
)


def find(reading: Reading) -> Iterator[Finding]:
    """Names of persons, with their civility where there is one."""
    words = reading.words
    for match in _INITIALS.finditer(reading.plain):
        if not is_listed(match["name"].lower()) or is_surname(match["name"].lower()):
            yield Finding(Kind.NAME, match.start(), match.end())
    for match in _CIVIL_INITIALS.finditer(reading.plain):
        yield Finding(Kind.NAME, match.start(), match.end())
    announced = {match.end() for match in _ANNOUNCE.finditer(reading.lower) if not _weak(match.group())}
    hinted = {match.end() for match in _ANNOUNCE.finditer(reading.lower)} - announced
    for at, word in enumerate(words):
        if word.text in _CIVILITIES:
            yield from _after_civility(reading, at)
        elif _is_name(reading, at, announced=word.start in announced, hinted=word.start in hinted):
            first = at - 1 if at and _joined(reading, at - 1) and _surname_before(words[at - 1]) else at
            yield Finding(Kind.NAME, words[first].start, words[_last(reading, at)].end)


def _weak(announcing: str) -> bool:
    return announcing.strip(" :;,-") in _WEAK


def _is_name(reading: Reading, at: int, *, announced: bool, hinted: bool) -> bool:
    """Whether the word at this place names a person, by what it is and by what stands before it."""
    words, word = reading.words, reading.words[at]
    text, common = word.text, is_listed(word.text)
    if is_function(text) or len(text) < 2:
        return False
    listed = is_given(text) or is_surname(text)
    if listed and not common and not is_brand(text):
        return len(text) > 2 or word.capital
    tool = at > 0 and words[at - 1].text in _TOOLS
    person = (
        at > 0 and words[at - 1].text in _PERSONS and reading.between(words[at - 1], word).strip() in ("", ",", ":")
    )
    capital = word.capital and not word.shouted
    if listed and (is_given(text) or not is_brand(text)):
        follows = at + 1 < len(words) and _joined(reading, at) and words[at + 1].text in _VERBS
        by_itself = (capital and not tool and is_given(text)) or (
            word.begins and word.written[0].isupper() and follows and is_given(text)
        )
        return (
            announced
            or by_itself
            or ((person or hinted) and (capital or is_given(text)) and not word.shouted)
            or _with_other(reading, at)
        )
    if common or is_brand(text) or word.shouted:
        return False
    if announced or (hinted and capital):
        return word.capital or (not is_ordinary(text) and len(text) > 2)
    if person:
        return capital or (not is_ordinary(text) and len(text) > 3 and not _employer(text))
    return capital and not tool and not is_ordinary(text) and _acts(reading, at)


def _employer(text: str) -> bool:
    return text in words_of("employers")


def _acts(reading: Reading, at: int) -> bool:
    """Whether an unknown capitalised word is followed by what persons do."""
    return at + 1 < len(reading.words) and _joined(reading, at) and reading.words[at + 1].text in _VERBS


def _with_other(reading: Reading, at: int) -> bool:
    """Whether an everyday word that is also a name ("Pierre", "Petit") stands beside the other half of a name."""
    words, word = reading.words, reading.words[at]
    if not word.written[0].isupper() or at + 1 >= len(words) or not _joined(reading, at):
        return False
    after = words[at + 1]
    return is_given(word.text) and after.written[0].isupper() and is_surname(after.text)


def _joined(reading: Reading, at: int) -> bool:
    return at + 1 < len(reading.words) and reading.between(reading.words[at], reading.words[at + 1]) == " "


def _surname_before(word: Word) -> bool:
    """A surname written first, as in "DUPONT Michel"."""
    return (word.shouted and len(word.text) > 3 and not is_listed(word.text)) or (
        is_surname(word.text) and not is_listed(word.text)
    )


def _last(reading: Reading, at: int) -> int:
    """The last word of a name that begins at `at`: particles, surnames, capitals, an initial; four words at most."""
    words, last = reading.words, at
    for next_ in range(at + 1, min(at + 4, len(words))):
        if reading.between(words[next_ - 1], words[next_]) not in (" ", "", ". "):
            break
        word = words[next_]
        if reading.between(words[next_ - 1], word) == ". " and len(words[next_ - 1].text) > 1:
            break
        named = (is_surname(word.text) or is_given(word.text)) and not is_listed(word.text)
        upper = word.capital and not is_function(word.text) and (not is_listed(word.text) or is_surname(word.text))
        if named or upper or (len(word.written) == 1 and word.capital):
            last = next_
        elif word.text not in _PARTICLES:
            break
    return last


def _after_civility(reading: Reading, at: int) -> Iterator[Finding]:
    """ "M. Duval", "mme le goff", "docteur haddad": any word but those that hold a sentence together or name a trade."""
    words, civility = reading.words, reading.words[at]
    if civility.text == "m" and (
        civility.start
        and reading.lower[civility.start - 1] in "0123456789 '"
        and re.search(r"[\d'] ?$", reading.lower[max(0, civility.start - 2) : civility.start])
    ):
        return
    first = at + 1
    while (
        first < len(words)
        and first < at + 4
        and words[first].text in (_PARTICLES | _CIVILITIES)
        and words[first].text != "d"
    ):
        first += 1
    if (
        first >= len(words)
        or reading.lower[civility.end : words[first].start].strip(" .")
        not in ("", *(w.text for w in words[at + 1 : first]))
        and first == at + 1
    ):
        return
    name = words[first]
    gap = reading.lower[civility.end : name.start]
    if set(gap) & set(",;:!?\n/()"):
        return
    upper = name.written[0].isupper() and not is_function(name.text)
    known = is_given(name.text) or is_surname(name.text)
    if len(name.text) > 1 and not is_function(name.text) and (upper or known or not is_listed(name.text)):
        if first > at + 1 and not upper and not known and is_ordinary(name.text):
            return
        yield Finding(Kind.NAME, civility.start, words[_last(reading, first)].end)
