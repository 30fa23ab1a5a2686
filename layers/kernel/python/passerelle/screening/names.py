"""Names of persons: listed given names and surnames, whatever follows a word that announces a person, initials."""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import (
    french,
    is_brand,
    is_everyday,
    is_function,
    is_given,
    is_listed,
    is_ordinary,
    is_surname,
    spelled,
    towns,
    word_set,
    words_of,
)  # fmt: skip
from passerelle.screening.reading import Reading, Word

_CIVILITIES: Final = word_set(
    "m mr mme mmes mlle mlles monsieur madame mademoiselle messieurs mesdames mm dr docteur maitre pr"
)
_PARTICLES: Final = word_set("n o le la de du des d l el al ben ait van von da dos di saint st abd")
_SAINTS: Final = word_set("saint sainte st ste")
_ANNOUNCES: Final = re.compile(
    r"\b(?:(?:m'|t'|s' ?|s )app?ell?ent?|(?:m|s)'app?elle?|se nomme(?:nt)?|(?:sur"
    r"|pre)?nommee?s?|(?:pre)?nom(?: de famille)?(?: est| c'est)?"
    r"|contactez|contacte|contact|demandez|demandere?z|appelez|appelle|appeler|rappelez|rappelle|rappeler|joignez"
    r"|(?:voir|vu|voyez|verrez|verra|vois) (?:ca |cela )?avec|(?:parler|parlez"
    r"|adressez[ \-]vous|dites|demandez|demander|demande|laissee?s?) a"
    r"|de la part de|transmis par|signee?|signature|cordialement|cdlt|bien a vous|amicalement|referente?|tuteur|tutrice"
    r"|remplacer|remplacement de|remplacera|a la place de|coucou|interlocut(?:eur|rice)|formatrice|formateur|collegue"
    r"|patron(?:ne)?|gerante?|(?:encadree?|dirigee?|formee?|confirmee?|embauchee?|valide) par|moi c'est|copine|pote"
    r"|(?:la fille|le fils|la femme|le mari|la soeur|le frere|le neveu|le bureau"
    r"|l'equipe|fiche|dossier) d[eu'])[ :;,\-]{1,4}(?=[^\W\d_])"
)
"""What only a person's name follows."""
_HINTS: Final = re.compile(
    r"\b(?:contacter|demander|demande|joindre|remplace|responsable|bonjour|bjr"
    r"|salut|slt|merci|avec|chez|c'?est|c|ici|je suis"
    r"|salariee?|ami|amie|chef|nom|par|chere?)[ :;,\-]{1,4}(?=[^\W\d_])"
)
"""What a person's name may follow, or anything else."""
_INITIALS: Final = re.compile(r"(?<![\w.])[A-Z]\.[ \-]?(?:[A-Z]\.[ \-]?)?(?P<name>[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?)")
_APOSTROPHED: Final = re.compile(r"\b[NMO]'[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?")
_TOLD_INITIALS: Final = re.compile(
    r"(?i:\b(?:initiales|salariee?|candidate?|collaborat(?:eur|rice)|interimaire|personne|agent|nommee?)\b)"
    r"[ :(\"«]{1,3}(?P<name>[A-Z](?:\.[ \-]?[A-Z]){1,3}\.?|[A-Z]\.)(?!\w)"
)
_CARELESS_INITIALS: Final = re.compile(r"(?<![\w.'])[a-z]\. ?(?P<name>[a-z]{3,}(?:-[a-z]+)?)")
_CIVIL_INITIALS: Final = re.compile(
    r"\b(?:[Mm]me|[Mm]lle|[Mm]r|MME|[Mm]onsieur|[Mm]adame|M\.?|[Dd]r\.?) ([A-Z]\.?(?:[ \-]?[A-Z]\.)?)(?![\w'])"
)
_ACTS: Final = word_set(
    "est sera a connait gere travaille viendra vient passe passera remplace encadre"
    " dit montre assure forme part habite peut"
    " bosse ouvre prend commence veut reste s arrive explique conduit finit"
)
_HAS_OR_ACTS: Final = re.compile(
    r" (?!a )| a (?:\d|(?:un|une|des|son|ses|sa|deja|bien|toujours|pas|eu|fini|pris|mis|fait|dit|vu|deux|trois"
    r"|\w{2,}(?:e|i|u|it|is))\b)"
)
"""The verb "a", not "à", which reads the same."""
_FEASTS: Final = word_set("noel paques toussaint")
_BEFORE_FEASTS: Final = word_set("a pour avant apres vers depuis de d a")
_OBJECT: Final = re.compile(r" (?:\d|l'|(?:le|la|les|un|une|des|du|de|ses|son|sa|par|au|aux)(?:\b|$))")
_FROM: Final = word_set("de d du a vers depuis entre en")


def find(reading: Reading) -> Iterator[Finding]:
    """Names of persons, with their civility where there is one."""
    for match in _INITIALS.finditer(reading.plain):
        if not is_listed(match["name"].lower()) or is_surname(match["name"].lower()):
            yield Finding(Kind.NAME, match.start(), match.end())
    for match in _CARELESS_INITIALS.finditer(reading.lower):
        if is_surname(match["name"]) or not is_ordinary(match["name"]):
            yield Finding(Kind.NAME, match.start(), match.end())
    for match in _APOSTROPHED.finditer(reading.plain):
        yield Finding(Kind.NAME, match.start(), match.end())
    for match in _TOLD_INITIALS.finditer(reading.plain):
        yield Finding(Kind.NAME, match.start("name"), match.end())
    for match in _CIVIL_INITIALS.finditer(reading.plain):
        yield Finding(Kind.NAME, match.start(), match.end())
    announced = {match.end() for match in _ANNOUNCES.finditer(reading.lower)}
    hinted = {match.end() for match in _HINTS.finditer(reading.lower)}
    for at, word in enumerate(reading.words):
        if word.text in _CIVILITIES:
            yield from _after_civility(reading, at)
        elif _is_name(reading, at, announced=word.start in announced, hinted=word.start in hinted):
            yield _whole(reading, at)


def _is_name(reading: Reading, at: int, *, announced: bool, hinted: bool) -> bool:
    """Whether the word at this place names a person, by what it is and by what stands before it."""
    words, word = reading.words, reading.words[at]
    text = word.text
    before = words[at - 1].text if at and reading.between(words[at - 1], word).strip() in ("", ",", ":") else ""
    if text in _FEASTS and before in _BEFORE_FEASTS:
        return False
    if is_function(text) or len(text) < 2 or (before in _SAINTS and not announced):
        return False
    after = words[at + 1].text if at + 1 < len(words) and reading.between(word, words[at + 1]) == " " else ""
    if f"{text} {after}" in words_of("given_names"):
        return True
    listed = is_given(text) or (is_surname(text) and not is_brand(text) and spelled(text) not in towns())
    if before in words_of("tool_words") and not announced:
        return False
    common = is_everyday(text) or (not is_given(text) and not word.capital and text in french())
    if listed and not common and not (is_brand(text) and not word.capital):
        return len(text) > 2 or word.capital
    if is_given(text) or is_surname(text):
        return _is_meant(reading, at, cued=announced, person=before in words_of("person_words") or hinted)
    if is_listed(text) or is_brand(text) or word.shouted or spelled(text) in towns():
        return False
    strange = not is_ordinary(text) and len(text) > 2 and text not in words_of("employers")
    if announced:
        return word.capital or (strange and not _governs(reading, at))
    if before in words_of("person_words"):
        return word.capital or (strange and len(text) > 3 and not _governs(reading, at))
    acts = at + 1 < len(words) and reading.between(word, words[at + 1]) == " " and words[at + 1].text in _ACTS
    acts = acts and before not in _FROM and _HAS_OR_ACTS.match(reading.lower, word.end) is not None
    tool = before in words_of("tool_words")
    return strange and (hinted or (acts and word.written[0].isupper() and not tool))


def _governs(reading: Reading, at: int) -> bool:
    """Whether an article or a number follows, as behind a verb: "le tuteur suivra la personne"."""
    following = reading.lower[reading.words[at].end :][:5]
    return _OBJECT.match(following) is not None


def _is_meant(reading: Reading, at: int, *, cued: bool, person: bool) -> bool:
    """Whether a name that is also an everyday word, a brand or a town ("Pierre", "Petit") is meant as a name."""
    words, word = reading.words, reading.words[at]
    given, capital = is_given(word.text), word.capital and not word.shouted
    after = words[at + 1] if at + 1 < len(words) and reading.between(word, words[at + 1]) == " " else None
    acts = after is not None and after.text in _ACTS and not word.shouted
    surnamed = after is not None and after.written[0].isupper() and is_surname(after.text)
    if given and word.written[0].isupper() and (acts or surnamed):
        return True
    if given and capital:
        return at == 0 or words[at - 1].text not in words_of("tool_words")
    return cued or (person and (capital or given) and not word.shouted)


def _whole(reading: Reading, at: int) -> Finding:
    """The whole name around a word: a surname written first, particles, surnames and initials behind."""
    words, first, last = reading.words, at, at
    if at and reading.between(words[at - 1], words[at]) == " " and _written_first(words[at - 1]):
        first = at - 1
    for next_ in range(at + 1, min(at + 4, len(words))):
        gap, word = reading.between(words[next_ - 1], words[next_]), words[next_]
        if gap not in (" ", "") and not (gap == ". " and len(words[next_ - 1].text) == 1):
            break
        named = (is_surname(word.text) or is_given(word.text)) and not is_everyday(word.text)
        upper = word.capital and not is_function(word.text) and (not is_listed(word.text) or is_surname(word.text))
        if named or upper or (len(word.written) == 1 and word.capital):
            last = next_
        elif word.text not in _PARTICLES:
            break
    return Finding(Kind.NAME, words[first].start, words[last].end)


def _written_first(word: Word) -> bool:
    """A surname before its given name, as in "DUPONT Michel"."""
    return not is_listed(word.text) and ((word.shouted and len(word.text) > 3) or is_surname(word.text))


def _after_civility(reading: Reading, at: int) -> Iterator[Finding]:
    """ "M. Duval", "mme le goff", "docteur haddad": any word but function words and trades."""
    words, civility = reading.words, reading.words[at]
    if civility.text == "m" and reading.lower[max(0, civility.start - 2) : civility.start].strip()[-1:] in tuple(
        "0123456789'"
    ):
        return
    first = at + 1
    while first < len(words) and first < at + 4 and words[first].text in _PARTICLES | _CIVILITIES:
        first += 1
    if first >= len(words) or set(reading.lower[civility.end : words[first].start]) & set(",;:!?\n/()"):
        return
    name, particles = words[first], first > at + 1
    known = is_given(name.text) or is_surname(name.text)
    upper = name.written[0].isupper()
    odd = known or not (is_ordinary if particles else is_listed)(name.text)
    if len(name.text) > 1 and not is_function(name.text) and (upper or odd):
        yield Finding(Kind.NAME, civility.start, _whole(reading, first).end)
