"""Names of companies and schools: well-known employers, what follows "chez", a legal form or a trade."""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import (
    LONGEST_PHRASE,
    french,
    is_brand,
    is_derived,
    is_french,
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
from passerelle.screening.reading import Reading, Word

_FORMS: Final = word_set("sarl sas sasu eurl sa scop scic snc sca sci eirl selarl selas gie gmbh ltd gaec earl")
_CUES: Final = word_set(
    "groupe societe ste entreprise boite ets etablissement etablissements maison"
    " usine filiale marque enseigne magasin magasins concurrent employeur client"
    " cliente donneur agence sous-traitant fournisseur pret"
)
_TRADES: Final = word_set(
    "garage boulangerie patisserie boucherie charcuterie restaurant hotel cabinet"
    " clinique pharmacie transports transport menuiserie"
    " maconnerie metallerie chaudronnerie serrurerie plomberie electricite couverture"
    " charpente imprimerie scierie tolerie usinage"
    " mecanique constructions batiment ateliers atelier residence ehpad hopital"
    " foyer creche brasserie boutique salon ambulances"
    " nettoyage travaux peinture carrelage paysages jardins cars autocars taxis"
    " laboratoire laboratoires fonderie forges papeterie"
    " domaine ferme gaec laiterie fromagerie brasseurs etude scp groupe societe"
    " entreprise ets etablissements maison camping"
    " interim chantiers logistique soudure toiture assurances immobilier conserverie"
    " abattoir pompes association mutuelle traiteur cooperative carrosserie pressing quincaillerie"
    " coiffure opticien fleuriste auto-ecole scierie moulin minoterie sucrerie cidrerie verrerie pepinieres"
    " marbrerie ebenisterie cablerie federation fondation"
)
_SCHOOLS: Final = word_set(
    "insa esigelec neoma kedge ensam maternelle primaire lycee cfa college ecole"
    " universite iut afpa greta institut campus mfr fac faculte lp bts"
)
_SITES: Final = word_set("usine agence magasin lycee hopital ecole college maternelle primaire cfa campus foyer")
_OWNED: Final = word_set("garage cabinet transports ets menuiseries constructions")
_CHIEFS: Final = word_set("chef cheffe responsable directeur directrice adjoint")
_LINKS: Final = word_set("au aux a de du des la le les l d et")
_AFTER_CHEZ: Final = word_set(
    "client clients eux lui elle nous vous moi toi soi particulier particuliers"
    " habitant certains quelqu autres domicile"
)
_WORKS: Final = re.compile(
    r"\b(?:chez|travaill\w*|bosse\w*|embauchee?|salariee?|employee?|ancien(?:ne)?"
    r"|passee?|livre\w*|client\w*|pour|groupe|filiale|sous-traitan\w*"
    r"|fournisseur\w*|usine|site|societe|entreprise|magasin|mission|interim\w*"
    r"|stage|par|concurrent\w*|intervien\w*|vient|sort|embauch\w*|et)\b[^.\n]{0,22}$"
)
_HIRED: Final = re.compile(
    r"\b(?:anciens?|anciennes?|salariee?s?|employee?s?|venus?|vient|viennent|venant"
    r"|sort|sortent|passee?|embauchee?|stage|mission"
    r"|client|travail\w*|boss\w*|concurrent|licenciee?|accord|contrat|partenariat|pretee?s?|debauchee?) (?:de"
    r" chez |de |du |chez |par |a |au |pour |avec |d')$"
)
_WORK: Final = re.compile(r"(?:erie|age|tion|ement|ique|[^s]s)s?$")
_DIPLOMAS: Final = word_set("bts lp")
_FORM: Final = re.compile(r"\b(?:s\.a\.r\.l|s\.a\.s|s\.a|e\.u\.r\.l)\.?(?!\w)")


def find(reading: Reading) -> Iterator[Finding]:
    """Names of companies; the legal form belongs to the name, the word "chez" does not."""
    yield from _listed(reading)
    words = reading.words
    for at, word in enumerate(words):
        if word.text in _FORMS:
            yield from _beside_form(reading, at)
        if word.text == "chez":
            yield from _named(reading, at, bare=True)
        elif (_announces(word.text) or _is_a_trade(word)) and not _is_of_a_person(reading, at):
            yield from _named(reading, at, bare=False)
    for match in _FORM.finditer(reading.lower):
        before = [word for word in words if match.start() - 40 < word.start < match.start()][-2:]
        yield Finding(Kind.COMPANY, before[0].start if before else match.start(), match.end())


def _listed(reading: Reading) -> Iterator[Finding]:
    """Employers of the list; one that is also an ordinary word, a brand or a name needs a capital or a cue."""
    words, employers = reading.words, words_of("employers")
    for at in range(len(words)):
        for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            last = words[at + size - 1]
            if last.end - words[at].start > 60:
                continue
            phrase = spelled(reading.lower[words[at].start : last.end])
            if phrase in employers and _is_meant(reading, at, size, phrase):
                yield Finding(Kind.COMPANY, words[at].start, last.end)
                break


def _is_meant(reading: Reading, at: int, size: int, phrase: str) -> bool:
    word = reading.words[at]
    cue = _WORKS.search(reading.lower, max(0, word.start - 34), word.start) is not None
    if is_brand(phrase) or is_surname(phrase) or phrase in towns():
        direct = at > 0 and reading.words[at - 1].text in (_CUES | {"chez", "pour", "client"})
        hired = _HIRED.search(reading.lower, max(0, word.start - 34), word.start) is not None
        located = word.written[0].isupper() and _town_follows(reading, at + size)
        return (direct or hired or located) and not is_given(phrase)
    if size > 1:
        return not all(map(is_listed, phrase.split())) or word.written[0].isupper() or cue
    if is_listed(phrase) or phrase in french():
        hired = _HIRED.search(reading.lower, max(0, word.start - 34), word.start) is not None
        if hired and len(phrase) > 5 and (word.written[0].isupper() or is_listed(phrase)):
            return True
        return (
            (word.capital and not word.shouted)
            or (at > 0 and reading.words[at - 1].text == "chez")
            or (cue and word.capital)
        )
    return len(phrase) > 3 or word.shouted or cue


def _town_follows(reading: Reading, at: int) -> bool:
    words = reading.words
    return (
        at < len(words)
        and reading.between(words[at - 1], words[at]) == " "
        and words[at].capital
        and (spelled(words[at].text) in towns())
    )


def _named(reading: Reading, at: int, *, bare: bool) -> Iterator[Finding]:
    """What a company's trade or "chez" announces: "garage Duhamel", "clinique des ormeaux", "chez toutain tp"."""
    words, first = reading.words, at + 1
    while first < len(words) and first < at + 4 and words[first].text in _LINKS and _adjoins(reading, first):
        first += 1
    if (
        first >= len(words)
        or not _adjoins(reading, first)
        or words[first].text in _AFTER_CHEZ
        or is_function(words[first].text)
    ):
        return
    word = words[first]
    if words[at].text in _DIPLOMAS and (word.shouted or is_french(word.text)):
        return
    last = _last(reading, first)
    strange = any(not is_french(one.text) and not is_function(one.text) for one in words[first : last + 1])
    if not _announces(words[at].text) and not bare and (first == at + 1 or not strange):
        return
    school = words[at].text in _SCHOOLS
    title = ":" in reading.between(words[at], words[at + 1]) or (words[at].begins and words[at].written[0].isupper())
    if (
        title
        and first == at + 1
        and (is_listed(word.text) or (":" in reading.between(words[at], word) and is_derived(word.text)))
    ):
        return
    if any(_phrase(reading, at, size) in towns() for size in (2, 3, 4)):
        return
    article = words[first - 1].written[0].isupper()
    if words[at].text in _SITES and words[at + 1].text in ("de", "d") and first == at + 2 + article:
        return
    capital = word.written[0].isupper() and not (word.shouted and len(word.text) < 4 and not bare)
    owned = capital and first == at + 1 and (words[at].text.endswith("erie") or words[at].text in _OWNED)
    if spelled(word.text) in towns() and not school and not bare and not owned:
        return
    known = (is_surname(word.text) or is_given(word.text)) and not is_listed(word.text)
    unknown = not is_derived(word.text) and len(word.text) > 2 and not (is_brand(word.text) and not bare)
    linked = first > at + 1
    named = (
        capital
        and (bare or not is_brand(word.text))
        and (
            not linked
            or not is_listed(word.text)
            or words[first - 1].written[0].isupper()
            or words[at].capital
            or _goes_on(reading, first)
        )
    )
    if (
        words[at].text
        in (
            "usinage",
            "mecanique",
            "client",
            "fournisseur",
            "logiciel",
            "bts",
            "lp",
            "soudure",
            "nettoyage",
            "maison",
            "agence",
            "pret",
            "marque",
        )
        and not named
    ):
        return
    if (
        named
        or known
        or (unknown and (bare or school or not linked or words[at].text not in ("chantiers", "travaux", "batiment")))
    ):
        yield Finding(
            Kind.COMPANY,
            words[at].start if words[at].capital or (words[at].written[0].isupper() and not bare) else word.start,
            words[last].end,
        )


def _goes_on(reading: Reading, at: int) -> bool:
    """Whether a second capital follows, as in "Vieux Port"."""
    words = reading.words
    return at + 1 < len(words) and words[at + 1].capital and reading.between(words[at], words[at + 1]) == " "


def _phrase(reading: Reading, at: int, size: int) -> str:
    words = reading.words[at : at + size]
    return spelled(reading.lower[words[0].start : words[-1].end]) if len(words) == size else ""


def _announces(text: str) -> bool:
    cues = _CUES | _TRADES | _SCHOOLS
    return text in cues or text.removesuffix("s") in _TRADES or text.removesuffix("s").endswith("erie")


def _is_a_trade(word: Word) -> bool:
    """Whether a noun of work, or a plural, wears a capital that no sentence explains: "par Emboutissage du Bray"."""
    return word.capital and not word.shouted and _WORK.search(word.text) is not None and is_french(word.text)


def _is_of_a_person(reading: Reading, at: int) -> bool:
    """The "atelier" of "chef d'atelier Tarquenel" is no company's."""
    return at > 1 and reading.words[at - 1].text in ("d", "de") and reading.words[at - 2].text in _CHIEFS


def _adjoins(reading: Reading, at: int) -> bool:
    return reading.between(reading.words[at - 1], reading.words[at]) in (" ", "", " : ", ' "', " '")


def _last(reading: Reading, at: int) -> int:
    """The last word of a company's name: capitals and uncommon words, five at most, small words between them."""
    words, last = reading.words, at
    for next_ in range(at + 1, min(at + 5, len(words))):
        if reading.between(words[next_ - 1], words[next_]) not in (" ", "", " & ", "-"):
            break
        word = words[next_]
        if words[next_ - 1].text in ("a", "de", "d", "du") and spelled(word.text) in towns():
            break
        if word.capital or word.text in _FORMS or (not is_ordinary(word.text) and not is_function(word.text)):
            last = next_
        elif word.text not in _LINKS or word.text in ("a", "au", "aux"):
            break
    return last


def _beside_form(reading: Reading, at: int) -> Iterator[Finding]:
    """A name before or after SARL, SAS…; in lower case "sas" is an airlock and "sa" a possessive."""
    words, form = reading.words, reading.words[at]
    careless = form.text in ("sa", "sas", "earl", "sci") and not form.shouted
    if form.text == "sa" and careless:
        return
    if at + 1 < len(words) and reading.between(form, words[at + 1]) == " " and not is_function(words[at + 1].text):
        after = words[at + 1]
        if (after.written[0].isupper() and not careless) or not is_ordinary(after.text):
            yield Finding(Kind.COMPANY, form.start, words[_last(reading, at + 1)].end)
            return
    linked = at + 1
    while linked < len(words) and linked < at + 4 and words[linked].text in _LINKS and _adjoins(reading, linked):
        linked += 1
    if linked > at + 1 and linked < len(words) and words[linked].capital and not careless and _adjoins(reading, linked):
        yield Finding(Kind.COMPANY, form.start, words[_last(reading, linked)].end)
        return
    first = at
    while (
        first
        and at - first < 3
        and reading.between(words[first - 1], words[first]) in (" ", "-")
        and _part_of_name(reading, first - 1)
    ):
        first -= 1
    if first < at and not (careless and all(is_ordinary(word.text) for word in words[first:at])):
        yield Finding(Kind.COMPANY, words[first].start, form.end)


def _part_of_name(reading: Reading, at: int) -> bool:
    word = reading.words[at]
    return word.written[0].isupper() or not (is_ordinary(word.text) or is_function(word.text))
