"""Proper names behind words that only a person, a company or a place follows, whatever the name itself looks like.

A cue says the kind and how sure it is. A sure cue believes any word that French does not own; a likely one, a strange
word or a capital; a shy one, a capital alone. Common nouns want an article there ("voir avec le chef"), names do not.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Final, NamedTuple

from passerelle.screening.coined import is_coined
from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import (
    is_brand,
    is_derived,
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


class Trust(IntEnum):
    """How much a cue alone proves."""

    SHY = 1
    LIKELY = 2
    SURE = 3


class Cue(NamedTuple):
    """Words that announce a kind; the pattern ends where the name begins."""

    kind: Kind
    trust: Trust
    pattern: re.Pattern[str]


_THEN: Final = r"(?: ?[:=] ?| ?, ?| ?- | |\. )[\"«( ]{0,2}(?=[^\W\d_])"
_TOLD: Final = r" ?[:=] ?(?=[^\W\d_])"
_SPACE: Final = r" [\"«]? ?(?=[^\W\d_])"
_ROLE: Final = (
    r"(?:chef(?:fe)?(?: d'\w+| de \w+)?|responsable(?: rh| \w+| de (?:l'|la )?\w+| d'\w+)?|direct(?:eur|rice)(?: \w+)?"
    r"|drh|rrh|daf|gerante?|patron(?:ne)?|presidente?|conseillere?|assistante?|comptable|secretaire|tut(?:eur|rice)"
    r"|referente?|interlocut(?:eur|rice)|contact(?: \w+)?|correspondante?|remplacante?|collegue|binome|mari"
    r"|femme|epouse"
    r"|interimaire|operat(?:eur|rice)|technicien(?:ne)?|infirmiere?|salariee?|candidate?|stagiaire|apprentie?"
    r"|format(?:eur|rice)|deleguee?|encadrante?|coordinat(?:eur|rice)|superviseur|manager|animat(?:eur|rice)|redacteur"
    r"|chauffeur|conduct(?:eur|rice)|ouvriere?|employee?|maitre de stage|beneficiaire|aidante?|medecin|n\+1)"
)


def _cue(kind: Kind, trust: Trust, words: str, then: str = _SPACE) -> Cue:
    return Cue(kind, trust, re.compile(rf"\b(?:{words}){then}"))


_NAMES: Final = (
    _cue(
        Kind.NAME,
        Trust.SURE,
        r"(?:voir|vu|voyez|verrez|point|entretien|echange|echanger|appel|rdv|rendez-vous|reunion|parle|parler|discute"
        r"|discuter|valider|valide|caler|convenu|binome|tandem|duo)(?: \w{3,9})?(?: ca| cela)? avec"
        r"|(?:il|elle|je|on) (?:m'|s'|s |m )app?ell?e|moi c'est|prenomme|se nomme|nommee?|surnommee?"
        r"|de la part de|a l'attention de|parle[rz](?:[ \-]en)? a|dites a|dire a|demande[rz] a|s'adresser a"
        r"|adressez-vous a|passe[rz] (?:par|voir)|sonne[rz] chez|en copie|prevenir|prevene[rz]|previens"
        r"|contacte[rz]|joindre|appele[rz]|rappele[rz]|en l'absence d[e']|remplacante? d[e']|(?:mere|pere|fils"
        r"|fille|frere|cousine?|neveu|niece|oncle|tante|voisine?|copain|copine|amie?|beau-frere|belle-soeur) d[e']"
        r"|la soeur d[e']|la femme d[e']|le mari d[e']|le conjoint d[e']|dossier suivi par|suivie? par|redigee? par"
        r"|accueillie? par|recue? par|recommandee? par|presentee? par|encadree? par|formee? par|validee? par"
        r"|transmise? par|remplacee? par|accompagnee? par|conduite? par|sous la direction d[e']",
    ),
    _cue(
        Kind.NAME,
        Trust.SURE,
        rf"(?:pre)?nom(?: de famille| usuel| d'usage| de jeune fille)?(?: du| de la| de l')? ?{_ROLE}?|{_ROLE}|signee?"
        r"|signature|visa|vu par|contact(?: [\w']{1,12}){2,6}|suivi par|redige par|adviser|cc|en copie|de"
        r"|pour info|emetteur|destinataire|attention|personne",
        _TOLD,
    ),
    _cue(
        Kind.NAME,
        Trust.LIKELY,
        r"nee|prenom|nom(?: du| de la| de l') ?salariee?|contact|contacte[rz]?|recontacter|joindre|rejoindre"
        r"|demande[rz]"
        r"|voir|appele[rz]|rappele[rz]|bonjour|bonsoir|salut|coucou|bjr|slt|hello|merci|cordialement|cdt|cdlt"
        r"|bien a vous"
        r"|amicalement|bien cordialement|sinceres salutations|signee?|signature|c'est|ici|je suis|chere?|remplace"
        r"|remplacer|remplacement d[e']|ok pour|d'accord avec|d'apres|selon|avec|dixit|grace a"
        r"|(?:le|la|notre|mon|ma|votre|son|sa|leur|les|cet?|l'anciene?|l') ?"
        rf"{_ROLE}(?: c'est| est| sera| s'appelle)",
        _THEN,
    ),
    _cue(
        Kind.NAME,
        Trust.SHY,
        r"transmise? a|remise? a|transferer a|ecrire a|adresse[rz]? (?:\w+ ){0,3}a|envoyer (?:\w+ ){0,3}a"
        r"|confie a|(?:demande|accord|avis|reponse|retour|visite|message)(?: \w{3,12})? d[e']"
        r"|appel d[e']|absence d[e']|visite d[e']|poste d[e']|dossier d[e']|equipe d[e']"
        r"|a la place d[e']|arret d[e']|mail d[e']|message d[e']|avis d[e']|contrat d[e']|cv d[e']|planning d[e']"
        r"|numero d[e']|nom d[e']|bureau d[e']|(?:j'ai|on a|nous avons|ai|avons) (?:eu|vu|rencontre|appele"
        r"|contacte|joint)"
        r"|proposer|on vous envoie|envoyons|pretons|je pense a|apprecie|remercie|recommande|connait|connais|que|qu'"
        r"|tuteur \w+|les memes horaires que|par|pour|c|dr|docteur|me|maitre"
        rf"|{_ROLE}",
    ),
)
_COMPANIES: Final = (
    _cue(
        Kind.COMPANY,
        Trust.SURE,
        r"raison sociale|(?:ancien )?employeur(?: \w+)?|entreprise (?:utilisatrice|preteuse|d'accueil|emprunteuse)"
        r"|pret(?:eur|euse)s?|emprunt(?:eur|euse)s?|adherente?s?|partenaires?|concurrents?|sous-traitants?"
        r"|clients?(?: final)?"
        r"|fournisseur|prestataire|societe|entreprise|boite|donneur d'ordres?|enseigne|denomination|nom commercial",
        _TOLD,
    ),
    _cue(
        Kind.COMPANY,
        Trust.SURE,
        r"chez|pour le compte d[e']|(?:boite|societe|entreprise|maison) s'app?elle"
        r"|le groupe|filiale (?:du groupe|d[e'])|sarl|eurl|sasu|snc|scop|selarl|s\.a\.s\.?|s\.a\.r\.l\.?|ets",
    ),
    _cue(
        Kind.COMPANY,
        Trust.LIKELY,
        r"(?:l'|notre |un |nos |les )?(?:adherente?|partenaire|concurrent|(?:client|fournisseur|partenaire"
        r"|concurrent|boite|entreprise|societe)s? comme|employeur (?:est|c'est)|quitte[rz]?|rejoint|rejoindre"
        r"|cotraitant|transporteur|grossiste|installateur|loueur|negociant|constructeur|confrere|prestataire|traiteur)"
        r"|client final est|client (?:est|c'est)|patron (?:c'est|c)|boite|societe|entreprise|mis(?:e"
        r"|es)? a disposition (?:d[e']|par|chez)"
        r"|pret(?:ee?s?|er|ons|ez|ent|e) (?:a|par|chez)|pret (?:\w+ )?avec|passee? par|sous-traitance pour"
        r"|groupe que|concurrence|(?:embauche|recrute|licencie|debauche|rachete|exploite|gere)e?s? par"
        r"|sous-traitante? d[e']"
        r"|(?:salarie|employe|ancien|ancienne|ouvrier|ex-salarie|collegue|resident|patient|client|equipe)(?:e|s|es)?"
        r" d[e']|contrat avec"
        r"|convention avec|marche avec|(?:boss|travaill)(?:e|er|ais|ait|ons) (?:pour|a)|(?:bosse|travaille) (?:pour|a)",
    ),
    _cue(
        Kind.COMPANY,
        Trust.SHY,
        r"ex|chantier|devis|facture|nous sommes|nous,|cooperative|federation|fondation|holding|startup|agence",
    ),
)
_PLACES: Final = (
    _cue(
        Kind.PLACE,
        Trust.SURE,
        r"ville|commune|lieu(?: de (?:travail|mission|naissance|rdv|depart))?|localisation|mobilite|destination|site"
        r"|secteur|residence|domicile|depart|arrivee|localite|lieu d'habitation",
        _TOLD,
    ),
    _cue(
        Kind.PLACE,
        Trust.LIKELY,
        r"entre|pres d[e']|proche d[e']|a cote d[e']|du cote d[e']|autour d[e']|environs d[e']|non loin d[e']"
        r"|au-dela d[e']"
        r"|au dela d[e']|jusqu'a|banlieue d[e']|(?:sud|nord|est|ouest) d[e']|aux portes d[e']|gare d[e']|mairie d[e']"
        r"|commune d[e']|ville d[e']|bourg d[e']|village d[e']|\d+ ?(?:km|kms|min|mn|minutes|kilometres) d[e']"
        r"|minutes d[e']|deux pas d[e']|nee? a|dor(?:s|t) a|resid\w+ a|habit\w+ (?:a|sur|vers)|domiciliee? a|mission a"
        r"|mobile sur|peage d[e']|peripherie d[e']|originaire d[e']|vers|(?:je suis|il est|elle est|viens|vient"
        r"|mission) (?:d[e']|sur)|sortie d'autoroute d[e']|resid\w+ sur",
        r"(?: |(?<='))(?=[^\W\d_])",
    ),
    _cue(
        Kind.PLACE,
        Trust.SHY,
        r"quartier|sortie|rdv|trajet|ligne|direction|secteur|axe|arret|station|(?:zone|region|bassin|entrepot|plateforme|magasin"
        r"|agence|usine|lycee|college|hopital|pont|bus|centre|vallee|pays|foret|arret|depot|antenne|marche) d[e']",
        r"(?: |(?<='))(?=[^\W\d_])",
    ),
)
_PARTICLES: Final = word_set(
    "le la les de du des d l el al ben ait ould van von der den da dos di saint st abd bou o n m mac mc san"
)
_INSIDE_COMPANIES: Final = word_set("et de du des la le les d l en")
_UNNAMED: Final = word_set(
    "noel paques toussaint pentecote alors donc demain hier aujourd'hui lundi mardi mercredi jeudi vendredi"
    " samedi dimanche"
)
_COLON: Final = frozenset(":=")
_OF_EITHER: Final = word_set("a avec pour par selon est")
"""Words that announce a person or a company alike: the name decides."""
_LONGEST: Final = 6


def find(reading: Reading) -> Iterator[Finding]:
    """Names of persons, companies and places after their cues; the cue itself is no part of the finding."""
    for cue, at, told in _cued(reading):
        yield from _announced(reading, at, cue, told=told)


def titled(reading: Reading) -> Iterator[Finding]:
    """What stands behind a title and a colon ("Ville : Deville"): the title decides the kind, whatever others say."""
    for cue, at, told in _cued(reading):
        if told and cue.trust is Trust.SURE:
            yield from _announced(reading, at, cue, told=True)


def _cued(reading: Reading) -> Iterator[tuple[Cue, int, bool]]:
    """Each cue of the text, the place of the word behind it, and whether a colon stands between them."""
    places = {word.start: at for at, word in enumerate(reading.words)}
    for cue in (*_NAMES, *_COMPANIES, *_PLACES):
        for match in cue.pattern.finditer(reading.lower):
            at = places.get(match.end())
            if at is not None:
                yield cue, at, not _COLON.isdisjoint(match.group()[-4:])


def _announced(reading: Reading, at: int, cue: Cue, *, told: bool) -> Iterator[Finding]:
    words, head = reading.words, _head(reading, at)
    if head is None:
        return
    last = _last(reading, head, cue.kind)
    if not _is_proper(reading.words[head], cue, told=told, linked=head > at, alone=last == head):
        return
    if cue.kind is Kind.COMPANY and _belongs_elsewhere(reading.words[head]):
        return
    owned = cue.trust is Trust.SHY and at > 0 and words[at - 1].text in ("de", "d")
    coined = (owned or (at > 0 and words[at - 1].text in _OF_EITHER)) and is_coined(words[head])
    kind = Kind.COMPANY if cue.kind is Kind.NAME and coined else cue.kind
    yield Finding(kind, reading.words[at].start, reading.words[last].end)


def _head(reading: Reading, at: int) -> int | None:
    """The first word of the name that is no particle; a particle in lower case is believed before a capital."""
    words, head = reading.words, at
    while head < len(words) and head < at + 3 and words[head].text in _PARTICLES:
        if head + 1 >= len(words) or reading.between(words[head], words[head + 1]) not in (" ", "", "'"):
            return None
        head += 1
    if head == at:
        return head
    written = words[at].written[0].isupper() or words[at].text not in ("le", "la", "les", "de", "du", "des", "d", "l")
    return head if head < len(words) and words[head].written[0].isupper() and written else None


def _is_proper(word: Word, cue: Cue, *, told: bool, linked: bool, alone: bool) -> bool:
    """Whether a word is no word of the language where its cue stands."""
    text, capital = word.text, word.written[0].isupper()
    if cue.kind is Kind.COMPANY and capital and text in words_of("employers") and not is_listed(text):
        return True
    if cue.kind is Kind.PLACE and capital and cue.trust is not Trust.SHY and spelled(text) in towns():
        return True
    if len(text) < 2 or is_function(text) or text in _UNNAMED or (is_brand(text) and not (capital and linked)):
        return False
    if cue.kind is Kind.COMPANY and word.shouted and not alone and cue.trust is not Trust.SHY:
        return True
    if word.shouted and (len(text) < 4 or is_listed(text)):
        return cue.kind is Kind.COMPANY and cue.trust is not Trust.SHY and not is_listed(text)
    if cue.kind is Kind.COMPANY and capital and not (told and alone) and cue.trust > Trust.SHY:
        return True
    if is_listed(text):
        return linked and not told
    if cue.kind is not Kind.PLACE and cue.trust is not Trust.SURE and spelled(text) in towns():
        return False
    if cue.kind is Kind.NAME and text in words_of("employers"):
        return False
    if capital:
        return cue.trust > Trust.SHY or not is_derived(text)
    if cue.trust is Trust.SURE:
        return len(text) > 2 and not is_derived(text)
    return cue.trust is Trust.LIKELY and len(text) > 3 and not is_ordinary(text)


def _belongs_elsewhere(word: Word) -> bool:
    """A given name or a town after "embauché par" or "ancien de" is no company."""
    return (is_given(word.text) or spelled(word.text) in towns()) and not is_listed(word.text)


def _last(reading: Reading, head: int, kind: Kind) -> int:
    """The last word of the name: capitals and strange words, with small words between two of them."""
    words, last = reading.words, head
    joins = _INSIDE_COMPANIES if kind is Kind.COMPANY else _PARTICLES
    for at in range(head + 1, min(head + _LONGEST, len(words))):
        word = words[at]
        if reading.between(words[at - 1], word) not in (" ", "", "-", " & ", "'"):
            break
        capital = word.capital and not is_function(word.text)
        named = kind is Kind.NAME and (is_surname(word.text) or is_given(word.text)) and not is_listed(word.text)
        if capital or named:
            last = at
        elif word.text not in joins:
            break
    return last
