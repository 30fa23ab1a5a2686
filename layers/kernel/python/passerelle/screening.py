"""The first personal-data filter: what in a short French text may name a person, a company or a place.

Pure, and deliberately plain: patterns for what has a form (mail, phone, numbers of the State, bank, plates, web
addresses), and cues for what has none (a name after "Monsieur", a company before "SAS", a municipality after "à"). It
promises to tell kinds and places, never to quote. It refuses nothing itself: callers refuse the text. It is no proof:
clear cases are found, ordinary sentences of a trade are left alone, and what lies between may pass.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from passerelle.identifiers import luhn
from passerelle.nomenclature import load_starter


class Kind(StrEnum):
    """What a finding may be."""

    NAME = "name"
    PHONE = "phone"
    MAIL = "mail"
    ADDRESS = "address"
    NIR = "nir"
    PLATE = "plate"
    BIRTH = "birth"
    COMPANY_NUMBER = "company_number"
    IBAN = "iban"
    LINK = "link"
    COMPANY = "company"
    PLACE = "place"


IN_FRENCH: Final[dict[Kind, str]] = {
    Kind.NAME: "un nom de personne",
    Kind.PHONE: "un numéro de téléphone",
    Kind.MAIL: "une adresse mail",
    Kind.ADDRESS: "une adresse postale",
    Kind.NIR: "un numéro de sécurité sociale",
    Kind.PLATE: "une plaque d’immatriculation",
    Kind.BIRTH: "une date de naissance ou un âge",
    Kind.COMPANY_NUMBER: "un numéro SIREN ou SIRET",
    Kind.IBAN: "un numéro de compte",
    Kind.LINK: "une adresse web ou un compte en ligne",
    Kind.COMPANY: "un nom d’entreprise",
    Kind.PLACE: "un nom de commune",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One suspicion: what it may be, and where, as offsets into the text as screened (NFC)."""

    kind: Kind
    start: int
    end: int


_GAP = r"[\s\u00a0\u202f.\-–_/·]"
_UPPER = "A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ"
_LOWER = "a-zàâäçéèêëîïôöùûüÿœæ"
_WORD = rf"[{_UPPER}][{_LOWER}{_UPPER}’'\-]+"
_CAPITALS = rf"[{_UPPER}]{{2,}}(?:[-’'][{_UPPER}]{{2,}})*"

_MAIL = re.compile(
    r"[\w.+%-]+\s?(?:@|\(at\)|\[at\]|\s(?:arobase|arobas|chez|at)\s)\s?[\w-]+"
    r"(?:\s?(?:\.|\(dot\)|\[dot\]|\s(?:point|dot)\s)\s?[a-z]{2,})+",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|(?<![\w@])@[A-Za-z][\w.]{2,}|\b(?:linkedin|facebook|instagram|whatsapp|viadeo)\b"
    r"|\b[\w-]{2,}\.(?:fr|com|net|org|eu|io|info|biz)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    rf"(?<![\w+])(?:(?:\+|00){_GAP}?33{_GAP}?(?:\(0\){_GAP}?)?|0)[1-9](?:{_GAP}{{0,3}}\d{{2}}){{4}}(?!\d)"
    rf"|\+\d{{1,3}}(?:{_GAP}?\d){{7,12}}(?!\d)"
)
_NIR = re.compile(
    rf"(?<!\d)[1-478]{_GAP}?\d{{2}}{_GAP}?\d{{2}}{_GAP}?(?:\d{{2}}|2[ABab]){_GAP}?\d{{3}}{_GAP}?\d{{3}}"
    rf"(?:{_GAP}?\d{{2}})?(?!\d)"
)
_DIGITS = re.compile(r"(?<![\d,])\d(?:[\s\u00a0\u202f.\-]?\d){8,13}(?![\d])")
_NUMBER_CUE = re.compile(r"\b(?:siren|siret|rcs)\b\D{0,20}\d{3}", re.IGNORECASE)
_IBAN = re.compile(rf"\b[A-Z]{{2}}\d{{2}}(?:{_GAP}?[A-Z0-9]{{4}}){{3,7}}(?:{_GAP}?[A-Z0-9]{{1,3}})?\b", re.IGNORECASE)
_PLATE = re.compile(
    r"\b[A-HJ-NP-TV-Z]{2}[\s-]\d{3}[\s-][A-HJ-NP-TV-Z]{2}\b|\b[A-HJ-NP-TV-Z]{2}\d{3}[A-HJ-NP-TV-Z]{2}\b"
    r"|\b\d{1,4}\s[A-Z]{2,3}\s(?:\d{2}|2[AB])\b"
)
_MONTH = "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre"
_BIRTH = re.compile(
    rf"\bn[ée]e?s?\s+(?:le|en|au|à)\b.{{0,40}}?\d{{2,4}}|\bdate de naissance\b|\bddn\b|\banniversaire\b"
    rf"|\b(?:âg[ée]e?s?|age[e]?)\s+de\s+\d{{2}}\b|\b(?:il|elle|j)\s?[’']?\s?(?:a|ai|aura)\s+\d{{2}}\s+ans\b(?!\s+d)"
    rf"|\b(?:0?[1-9]|[12]\d|3[01])\s?[/.-]\s?(?:0?[1-9]|1[0-2])\s?[/.-]\s?(?:19[3-9]\d|200\d)\b"
    rf"|\b\d{{1,2}}(?:er)?\s+(?:{_MONTH})\s+(?:19[3-9]\d|200\d)\b",
    re.IGNORECASE,
)
_STREET = (
    r"(?:rue|avenue|av\.|boulevard|bd|boul\.|impasse|allée|allee|chemin|route|quai|place|square|cours|faubourg|"
    r"lotissement|résidence|residence|lieu-dit|sente|venelle|passage|esplanade|villa|hameau)"
)
_ADDRESS = re.compile(
    rf"\b\d{{1,4}}\s?(?:bis|ter|quater)?,?\s+{_STREET}\s+\w"
    rf"|\b{_STREET}\s+(?:de\s+la\s+|de\s+l[’']|des\s+|du\s+|de\s+|d[’'])?(?-i:{_WORD})(?:\s+(?-i:{_WORD}))*"
    rf"|\b(?:0[1-9]|[1-8]\d|9[0-5]|97)\d{{3}}\s+(?-i:{_WORD})|\b(?:BP|CS|boîte postale)\s?\d{{2,6}}\b|\bcedex\b",
    re.IGNORECASE,
)
_CIVILITY = (
    r"(?:M\.|Mr\.?|MM\.|Mme|Mmes|Mlle|Mlles|Monsieur|Madame|Mademoiselle|Messieurs|Mesdames|Dr\.?|Docteur|Maître|Me"
    r"|Pr\.?)"
)
_NAME_CUES = (
    re.compile(rf"(?<![\w]){_CIVILITY}\s+((?:{_WORD}|{_CAPITALS}|[{_UPPER}]\.)(?:[\s-]+(?:{_WORD}|{_CAPITALS}))*)"),
    re.compile(
        r"(?:\b(?:[Jj]e m[’']appelle|[Ii]l s[’']appelle|[Ee]lle s[’']appelle|[Ss][’']appelle|[Ss]e nomme|[Nn]ommée?|"
        r"[Pp]rénommée?|[Mm]on nom(?: est)?|[Ss]on nom(?: est)?|[Nn]om\s?:|[Pp]rénom\s?:|[Cc]ontacter|[Cc]ontactez|"
        r"[Cc]ontact\s?:?|[Dd]emander|[Dd]emandez|[Aa]ppeler|[Aa]ppelez|[Jj]oindre|[Jj]oignez|[Vv]oir avec|"
        r"[Rr]éférent\s?:?|[Rr]esponsable\s?:|[Tt]uteur\s?:?|[Cc]hef\s?:|[Cc]ollègue|[Ss]ignée?\s?:?|[Cc]ordialement,?|"
        r"[Dd]irigée? par|[Ee]ncadrée? par|[Gg]érée? par|[Rr]emplace(?:r|ment de)?|[Pp]atron(?:ne)?\s?,?|"
        r"[Dd]irect(?:eur|rice)\s?,?|[Gg]érante?\s?,?|[Jj]e suis|[Cc][’']est))\s+"
        rf"({_WORD}(?:[\s-]+(?:{_WORD}|{_CAPITALS}))*)"
    ),
)
_TWO_WORDS = re.compile(rf"\b({_WORD})\s+((?:(?:de|du|des|le|la|d[’'])\s*)?(?:{_CAPITALS}|{_WORD}))")
_COMPANY_FORM = r"(?:SARL|SAS|SASU|EURL|SA|SCOP|SCIC|SNC|SCA|SCI|EIRL|SELARL|GIE|S\.A\.R\.L\.?|S\.A\.S\.?|S\.A\.)"
_COMPANY = re.compile(
    rf"\b{_COMPANY_FORM}\s+(?:{_WORD}|{_CAPITALS})|(?:{_WORD}|{_CAPITALS})\s+{_COMPANY_FORM}(?!\w)"
    rf"|\b(?:[Gg]roupe|[Ss]ociété|[Ee]ntreprise|[Éé]tablissements?|[Ee]ts\.?|[Mm]aison|[Uu]sine|[Cc]hantiers?|[Aa]teliers?|"
    rf"[Ff]iliale de|[Ff]iliale du groupe|[Ss]ite de chez|[Cc]hez|[Ss]alariée? de|[Ee]mployeur\s?:?)\s+"
    rf"(?:{_WORD}|{_CAPITALS})"
)
# fmt: off
_NOT_NAMES: Final = frozenset({
    "le", "la", "les", "un", "une", "des", "du", "de", "nous", "vous", "il", "elle", "ils", "elles", "je", "tu",
    "on", "ce", "cet", "cette", "ces", "mon", "ma", "mes", "son", "sa", "ses", "notre", "votre", "leur", "leurs",
    "quel", "quelle", "quels", "quelles", "qui", "que", "quoi", "où", "ou", "quand", "comment", "combien",
    "pourquoi", "est", "sont", "y", "a", "ainsi", "alors", "après", "avant", "avec", "aucun", "aucune", "autre",
    "bien", "bonjour", "bonsoir", "car", "ceci", "cela", "chaque", "dans", "depuis", "donc", "dès", "en", "entre",
    "et", "être", "faut", "lors", "mais", "merci", "mission", "même", "ni", "non", "oui", "par", "parfois",
    "pas", "pendant", "peut", "plus", "pour", "poste", "possible", "pouvez", "prévoir", "sans", "sauf", "selon",
    "seul", "si", "souvent", "sous", "suite", "sur", "surtout", "tous", "tout", "toute", "toutes", "très", "voici",
    "voilà", "travail", "conduite", "contrôle", "montage", "réglage", "lecture", "utilisation", "connaissance",
    "connaissances", "maîtrise", "expérience", "formation", "habilitation", "permis", "caces", "horaires", "équipe",
    "équipes", "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "tig", "mig",
    "mag", "arc", "epi", "cse", "cdi", "cdd", "iso", "nf", "sst", "cnc", "cn", "dao", "cao", "plc", "gmao",
    "erp", "sap", "excel", "word", "autocad", "solidworks", "catia", "siemens", "fanuc", "heidenhain", "france",
    "français", "française", "anglais", "anglaise", "europe", "européen", "union", "code", "rome",
    "afpa", "cap", "bep", "bac", "bts", "dut", "but", "licence", "master", "pro", "qualité", "sécurité",
    "hygiène", "production", "maintenance", "logistique", "magasin", "atelier", "inox", "alu", "aluminium", "acier",
    "normandie",
})
# fmt: on
# fmt: off
_GIVEN_NAMES: Final = frozenset({
    "adam", "adèle", "adrien", "agathe", "agnès", "aïcha", "alain", "albert", "alex", "alexandra", "alexandre",
    "alexis", "alice", "aline", "alexia", "amandine", "amélie", "amina", "anaïs", "andré", "andrée", "angélique",
    "anne", "annie", "anthony", "antoine", "antonin", "ariane", "arnaud", "arthur", "aurélie", "aurélien", "axel",
    "baptiste", "bastien", "béatrice", "benjamin", "benoît", "bernadette", "bernard", "bertrand", "brigitte",
    "bruno", "camille", "carine", "carole", "caroline", "catherine", "cécile", "cédric", "céline", "chantal",
    "charles", "charlotte", "chloé", "christelle", "christian", "christiane", "christine", "christophe", "claire",
    "claude", "claudine", "clément", "clémence", "colette", "coralie", "corinne", "cyril", "damien", "daniel",
    "danielle", "david", "delphine", "denis", "denise", "didier", "dominique", "dylan", "édith", "éléonore",
    "élise", "élodie", "éloïse", "émile", "émilie", "emma", "emmanuel", "emmanuelle", "éric", "estelle", "étienne",
    "évelyne", "fabien", "fabienne", "fabrice", "fanny", "fatima", "fatou", "florence", "florent", "florian",
    "franck", "françois", "françoise", "frédéric", "gabriel", "gaël", "gaëlle", "gauthier", "geneviève", "geoffrey",
    "georges", "gérald", "gérard", "germain", "ghislaine", "gilbert", "gilles", "grégory", "guillaume", "guy",
    "hakim", "hamza", "hélène", "henri", "hervé", "hugo", "ibrahim", "inès", "isabelle", "ismaël", "jacqueline",
    "jacques", "jade", "jean", "jeanne", "jeannine", "jérémy", "jérôme", "jessica", "joël", "joëlle", "johan",
    "jonathan", "jordan", "josé", "joseph", "josette", "josiane", "joséphine", "julie", "julien", "juliette",
    "justine", "karim", "karima", "karine", "kevin", "khadija", "laura", "laure", "laurence", "laurent", "léa",
    "léo", "léon", "liliane", "lina", "lionel", "lisa", "loïc", "louis", "louise", "luc", "lucas", "lucie",
    "lucien", "ludovic", "lydie", "madeleine", "maël", "magali", "malik", "manon", "marc", "marcel", "marcelle",
    "margaux", "marguerite", "maria", "marianne", "marie", "marine", "marion", "marlène", "martin", "martine",
    "maryse", "mathieu", "mathilde", "mathis", "matthieu", "maurice", "maxime", "mehdi", "mélanie", "mélissa",
    "michel", "michèle", "micheline", "mickaël", "mireille", "mohamed", "mohammed", "monique", "morgane", "mourad",
    "myriam", "nabil", "nadège", "nadia", "nadine", "nathalie", "nathan", "nicolas", "nicole", "noah", "noé",
    "noémie", "odette", "odile", "olivier", "pascal", "pascale", "patrice", "patricia", "patrick", "paul", "paule",
    "paulette", "pauline", "philippe", "pierre", "quentin", "rachid", "raphaël", "raymond", "régine", "régis",
    "rémi", "rémy", "renaud", "rené", "renée", "richard", "robert", "roger", "roland", "romain", "romane", "rose",
    "rudy", "sabine", "sabrina", "salim", "samia", "samir", "samuel", "sandra", "sandrine", "sarah", "sébastien",
    "serge", "séverine", "simon", "simone", "sofia", "solange", "sonia", "sophie", "stéphane", "stéphanie",
    "steven", "suzanne", "sylvain", "sylvie", "théo", "théodore", "thérèse", "thibault", "thierry", "thomas", "tom",
    "tony", "valentin", "valérie", "vanessa", "véronique", "victor", "vincent", "virginie", "viviane", "william",
    "xavier", "yann", "yannick", "yasmine", "yohan", "youssef", "yves", "yvette", "yvon", "yvonne", "zoé",
    "zéphyrine",
})
# fmt: on
_PLACE_CUE: Final = (
    r"(?:à|a|au|aux|de|du|sur|vers|près de|proche de|proche du|autour de|commune de|ville de|mairie de|site de|"
    r"usine de|habite|habitant|basée? à|basée? au|située? à|située? au|situé au|dépôt de|agence de|atelier de|"
    r"gare de|port de)"
)


def screened(text: str) -> tuple[Finding, ...]:
    """Every suspicion in a text, in order; overlapping ones are told by the first and longest. Empty when none."""
    normal = unicodedata.normalize("NFC", text)
    found = sorted(set(_all(normal)), key=lambda one: (one.start, -one.end, one.kind))
    kept: list[Finding] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def said_of(finding: Finding) -> str:
    """A suspicion in French, without quoting: its kind and where it begins and ends, counted from one."""
    return f"{IN_FRENCH[finding.kind]}, caractères {finding.start + 1} à {finding.end}"


def _all(text: str) -> Iterator[Finding]:
    for kind, pattern in (
        (Kind.MAIL, _MAIL),
        (Kind.LINK, _LINK),
        (Kind.PHONE, _PHONE),
        (Kind.NIR, _NIR),
        (Kind.COMPANY_NUMBER, _NUMBER_CUE),
        (Kind.IBAN, _IBAN),
        (Kind.PLATE, _PLATE),
        (Kind.BIRTH, _BIRTH),
        (Kind.ADDRESS, _ADDRESS),
    ):
        yield from (Finding(kind, match.start(), match.end()) for match in pattern.finditer(text))
    yield from _company_numbers(text)
    yield from _companies(text)
    yield from _names(text)
    yield from _places(text)


def _company_numbers(text: str) -> Iterator[Finding]:
    """Numbers of 9 or 14 digits whose check digit holds: the form of a SIREN or a SIRET."""
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) in (9, 14) and luhn(digits):
            yield Finding(Kind.COMPANY_NUMBER, match.start(), match.end())


def _companies(text: str) -> Iterator[Finding]:
    for match in _COMPANY.finditer(text):
        last = re.split(r"[\s]+", match.group())[-1]
        form_last = re.fullmatch(_COMPANY_FORM, last) is not None
        if form_last or not _ordinary(last):
            yield Finding(Kind.COMPANY, match.start(), match.end())


def _names(text: str) -> Iterator[Finding]:
    for match in _NAME_CUES[0].finditer(text):
        yield Finding(Kind.NAME, match.start(), match.end())
    for match in _NAME_CUES[1].finditer(text):
        if not _ordinary(re.split(r"[\s]+", match.group(1))[0]):
            yield Finding(Kind.NAME, match.start(1), match.end(1))
    for match in _TWO_WORDS.finditer(text):
        first, second = match.group(1), match.group(2)
        if (_is_given(first) and not _ordinary(second)) or (
            re.fullmatch(_CAPITALS, first) is None and _is_given(second) and not _ordinary(first)
        ):
            yield Finding(Kind.NAME, match.start(), match.end())
    for match in re.finditer(rf"(?<![{_LOWER}{_UPPER}’'])({_WORD})(?![{_LOWER}{_UPPER}])", text):
        begins = _begins_sentence(text, match.start())
        if _is_given(match.group()) and not begins:
            yield Finding(Kind.NAME, match.start(), match.end())


def _places(text: str) -> Iterator[Finding]:
    for match in _municipalities().finditer(text):
        yield Finding(Kind.PLACE, match.start(1), match.end(1))


def _is_given(word: str) -> bool:
    parts = re.split(r"[-\s]", word.lower())
    return all(part in _GIVEN_NAMES for part in parts if part) and bool(parts)


def _ordinary(word: str) -> bool:
    return word.lower().strip("’'-") in _NOT_NAMES


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip()
    return not before or before[-1] in '.!?:;\n•-–«»"'


@cache
def _municipalities() -> re.Pattern[str]:
    """Municipalities of the nomenclature after a word that announces a place, accents and hyphens as people write."""
    names = sorted((place.name for place in load_starter().municipalities), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?i:{_PLACE_CUE}\s+(?:le\s+|la\s+|les\s+)?)({'|'.join(_spellings(names))})(?!\w)")


def _spellings(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        article = re.match(r"(?:Le|La|Les|L[’'])\s?", name)
        short = name[article.end() :] if article else name
        for spelling in dict.fromkeys((name, short)):
            plain = "".join(c for c in unicodedata.normalize("NFD", spelling) if not unicodedata.combining(c))
            for written in dict.fromkeys((spelling, plain, spelling.upper(), plain.upper())):
                yield re.sub(r"(?:\\-|\\ |[ ])", r"[\\s-]", re.escape(written)).replace("'", "[’']")
