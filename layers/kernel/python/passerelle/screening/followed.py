"""Proper names told by what follows: "Tarquenel est en arrêt", "Plastoval recrute", "Mécanor Industries".

The mirror of `announced`: here the name stands first, often at the head of the sentence, where a capital proves
nothing.
"""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import (
    is_brand,
    is_derived,
    is_function,
    is_listed,
    spelled,
    towns,
    word_set,
    words_of,
)
from passerelle.screening.reading import Reading, Word

PERSON_DOES: Final = re.compile(
    r" (?:est (?:absente?|en (?:arret|conge|vacances|formation|repos)|d'accord|ok\b|dispo|parti|venu|malade|volontaire"
    r"|interess|pret[e ]?\b|mon |ma |notre |votre |la |le |tres |soudeu|carist|chauff|souda)"
    r"|(?:m'a|nous a|vous a|lui a|t'a|leur a) |(?:vous|te|nous|me|m'|t'|lui) ?(?:rappel|recontact|attend|montr|expliq"
    r"|accueil|enverr|envoi|confirm|ouvr|remplac|form|dit|propos)\w*|(?:viendra|gere|s'occupe|ne (?:peut|veut"
    r"|sera)|n'(?:est|a|avait|aime)\b"
    r"|part en|habite|remplace|encadre|prefere|souhaite|veut|accepte|demissionne|bosse|vit|parle|conduit"
    r"|connait|sait|passera|appelle|prend|aura|sera|etait|travaille|commence|finit|s'est|se deplace|a (?:dit|donne"
    r"|accepte|refuse|valide|fait|eu|ete|deja|signe|appele|le (?:caces|permis)))\b|et (?:son equipe|moi)\b"
    r"|(?:du|de l'|de la) (?:bureau|magasin|service|quai|paie|compta|planning|maintenance|methodes)\b)"
    r"|,? \(?(?:\d\d ans|soudeu\w+|carist\w+|chef\w* d|conducteur|conductrice|aide-soignant\w*|infirmi\w+|mecanicien\w*"
    r"|electricien\w*|technicien\w*|macon|cuisini\w+|operat\w+|preparat\w+|magasini\w+|notre |mon |ma |la rh\b|rh\b)"
)
COMPANY_DOES: Final = re.compile(
    r"(?:,? (?:siret|siren|rcs|z\.?a\b|z\.?i\b|zac|zone (?:ind|art)|\d{1,3},? (?:rue|av|bd|bou|che|rou|qua"
    r"|pla)))|(?: (?:recrut|embauch|recherch|licenci|sous-trait|nous (?:prete|emprunt|factur|confie)|(?:prete"
    r"|emprunte|ferme) "
    r"|cherche (?:un|une|des|deux|trois|\d)\b|est (?:notre|un) (?:client|fournisseur|partenaire|concurrent|adherent)"
    r"|est adherente?\b|(?:en )?(?:livre|fabrique|produit|paie|sous-traite|delocalise|investit|commande) "
    r"|en (?:cherche|prete|emprunte|prend)\b"
    r"|a (?:rachete|repris|licencie|perdu (?:un|le|son) marche|baisse|gagne|ferme|delocalise|commande|debauche|recrute"
    r"|embauche)|ne repond|nous doit))"
)
_TOWN_OF: Final = re.compile(r"\b(?:mairie|commune|ville|gare|habitants|bourg) d(?:e |u |')$")
_SUFFIXES: Final = word_set(
    "france industrie industries services service group groupe international europe ouest nord sud est normandie"
    " technologies technologie solutions systems systemes consulting conseil conseils logistics logistique logistic"
    " btp tp energie energies composites aero automotive packaging emballages distribution engineering ingenierie"
    " maintenance construction constructions bois metal metaux plastiques textiles freres associes cie fils co holding"
    " environnement proprete interim expertise gmbh ltd inc bv spa nv production productions manutention levage"
    " transports transport nettoyage conserves agro foods pharma immobilier habitat architecture partners"
    " participations"
)
_KIN: Final = word_set("fils freres associes cie co filles soeurs pere")


def find(reading: Reading) -> Iterator[Finding]:
    """Persons by what they do, companies by what they do or by the last word of their name."""
    words = reading.words
    for at, word in enumerate(words):
        if not word.written[0].isupper() or is_function(word.text):
            continue
        if _is_unheard(word):
            last = _through(reading, at)
            article = at > 0 and words[at - 1].text in ("la", "le")
            town = _TOWN_OF.search(reading.lower, max(0, word.start - 20), word.start)
            if COMPANY_DOES.match(reading.lower, words[last].end) and town is None:
                yield Finding(Kind.COMPANY, word.start, words[last].end)
            elif PERSON_DOES.match(reading.lower, words[last].end) and not article:
                yield Finding(Kind.NAME, word.start, words[last].end)
            yield from _suffixed(reading, at)


def _is_unheard(word: Word) -> bool:
    known = is_brand(word.text) or is_derived(word.text) or spelled(word.text) in towns()
    return (
        len(word.text) > 2
        and not known
        and (not word.shouted or len(word.text) > 4)
        and word.text not in words_of("departements")
    )


def _through(reading: Reading, at: int) -> int:
    """The last of a run of capitals."""
    words, last = reading.words, at
    while last + 1 < len(words) and last < at + 3:
        after = words[last + 1]
        if reading.between(words[last], after) not in (" ", "-") or not after.capital or is_function(after.text):
            break
        last += 1
    return last


def _suffixed(reading: Reading, at: int) -> Iterator[Finding]:
    """A name up to "Industries", "Services", "& Fils", "et Associés"."""
    words, joined = reading.words, False
    for next_ in range(at + 1, min(at + 5, len(words))):
        gap, word = reading.between(words[next_ - 1], words[next_]), words[next_]
        if gap not in (" ", "-", " & ", "&"):
            return
        joined = joined or "&" in gap
        if word.text in _SUFFIXES and (word.capital or joined) and (word.text not in _KIN or joined or word.capital):
            yield Finding(Kind.COMPANY, words[at].start, word.end)
            return
        joined = word.text in ("et", "pere")
        if not joined and not (word.capital and not is_listed(word.text)):
            return
