"""Numbers of the State and of banks. Where the form alone is ambiguous, the check digits decide."""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.identifiers import luhn
from passerelle.screening.findings import Finding, Kind
from passerelle.screening.lexicon import word_set
from passerelle.screening.reading import Reading

_GAP: Final = r"[ .\-_/·]"
_NIR: Final = re.compile(
    rf"(?<![\d,])[1-478]{_GAP}?\d\d{_GAP}?(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}?(?:\d\d|2[ab])(?:{_GAP}?\d){{6}}"
    rf"(?:{_GAP}{{0,3}}(?:cle{_GAP})?\d\d)?(?!\d)"
)
_NIR_CUE: Final = re.compile(
    r"\b(?:nir|n?ss|secu(?:rite)?(?: sociale)?|immatriculation sociale)\b[^\d\n]{0,20}(\d[\d ab.\-]{4,24}\d)"
)
_SPACED_DIGITS: Final = re.compile(r"(?<![\d,.])\d(?:[ .\-]?\d){8,22}(?![\d])")
_CUED_COMPANY: Final = re.compile(
    r"\b(?:siren|siret|rcs|tva|r\.c\.s\.?|kbis|intracom\w*)\b[^\d\n]{0,40}?((?:fr ?)?\d[\d .\-]{3,20}\d)"
)
_RCS: Final = re.compile(r"\brcs [a-z' \-]{2,30}?(?:[ab] )?\d{3} ?\d{3} ?\d{3}\b")
_VAT: Final = re.compile(r"\bfr ?[0-9a-hj-np-z]{2} ?\d{3} ?\d{3} ?\d{3}(?! ?\d)")
_FOREIGN_VAT: Final = re.compile(r"\b(?:be ?[01]\d{3}\.?\d{3}\.?\d{3}|de ?\d{9}|it ?\d{11}|lu ?\d{8}|es ?[a-z]\d{8})\b")
_SPOKEN_CUE: Final = re.compile(
    r"\b(?P<cue>nir|n?ss|secu(?:rite)?(?: sociale)?|siret|siren|iban|rib)\b[^\d\n]{0,25}?"
    r"(?P<number>(?:(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?"
    r"|trente|quarante|cinquante|soixante|cents?|et|\d{1,3})[ \-,.]{1,2}){3,40}"
    r"(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente"
    r"|quarante|cinquante|soixante|cents?|\d{1,3}))\b"
)
_LOOSE_IBAN: Final = re.compile(r"\bfr[ .\-]?\d[ .\-]?\d(?:[ .\-]{0,2}[0-9a-z]){10,23}\b")
_GROUPED_COMPANY: Final = re.compile(
    r"(?<![\d,.] )(?<![\d,.])\b\d{3}([ .])\d{3}\1\d{3}(?P<site>[ .]\d{5})?\b(?![ .]?\d| ?(?:€|euro|eur\b|piece"
    r"|unite|%|kg|cycle))"
)
_REFERENCE: Final = re.compile(
    r"\b(?:ref\w*|commande|lot|article|serie|plan|of|dossier|numero de piece|facture|code|colis)\b[^\n.;]{0,20}$"
)
_IBAN: Final = re.compile(r"\b[a-z]{2}\d\d(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?\b")
_CUED_ACCOUNT: Final = re.compile(
    r"\b(?:compte (?:n ?[°o]|numero)|iban|rib|compte bancaire"
    r"|numero de compte)\b[^\d\n]{0,15}([a-z]{0,2} ?\d[a-z0-9 ]{8,40}\d)"
)
_BIC: Final = re.compile(r"\b(?:bic|swift)\b[ :=]{0,3}([a-z]{6}[a-z0-9]{2}(?:[a-z0-9]{3})?)\b")
_FRENCH_BIC: Final = re.compile(
    r"\b(?:AGRI|AXAB|BDFE|BNPA|BOUS|BRED|BREI|CCBP|CCFR|CEPA|CMBR|CMCI|CRLY|NORD"
    r"|PSST|QNTO|REVO|SOGE|TRZO)[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b"
)
_NEW_PLATE: Final = re.compile(r"\b[a-hj-np-tv-z]{2}([ \-._]?)\d{3}(?:\1|[ \-])[a-hj-np-tv-z]{2}\b")
_OLD_PLATE: Final = re.compile(
    r"(?<![\d,.] )\b\d{1,4}([ \-])([a-hj-np-tv-z]{2,3})\1(?:0[1-9]|[1-8]\d|9[0-5]|2[ab]|97\d)\b"
)
_CUED_PLATE: Final = re.compile(
    r"\b(?:immatricul\w*|immat|plaques?|voiture|vehicule|camion|fourgon|utilitaire|clio|megane|peugeot|kangoo|trafic|berlingo|partner|mercedes|audi"
    r"|bmw|golf|scooter|moto|remorque|semi|roule en|garee?)\b[^\d\n]{0,20}?"
    r"\b([a-z]{2}[ \-]?\d{3}[ \-]?[a-z]{2}|\d{2,4}[ \-]?[a-z]{2,3}[ \-]?\d{2,3})\b"
)
_UNITS: Final = word_set(
    "mm cm km kg kw kv ma db hz mn min cdi cdd etp tig mig mag epi lot ral ttc"
    " ht pcs pce bar psi rpm tpm dn sec nuit et de le la les des du par sur cv"
    " to ref pn"
)


_SPOKEN_KINDS: Final = {
    "ni": Kind.NIR, "ss": Kind.NIR, "ns": Kind.NIR, "se": Kind.NIR,
    "si": Kind.COMPANY_NUMBER, "ib": Kind.IBAN, "ri": Kind.IBAN,
}  # fmt: skip


def find(reading: Reading) -> Iterator[Finding]:
    """NIR, SIREN, SIRET, RCS, VAT, IBAN, RIB, BIC, cards and plates."""
    yield from _social_security(reading)
    yield from _accounts(reading)
    yield from _companies(reading)
    yield from _plates(reading)
    for match in _SPOKEN_CUE.finditer(reading.lower):
        yield Finding(_SPOKEN_KINDS[match["cue"][:2]], match.start("number"), match.end())


def nir_key_holds(number: str) -> bool:
    """Whether the last two digits of a NIR of 15 signs are its key: 97 less the rest, Corsica as 19 and 18."""
    body = number[:13].replace("2a", "19").replace("2b", "18")
    return body.isdigit() and number[13:].isdigit() and 97 - int(body) % 97 == int(number[13:])


def iban_holds(number: str) -> bool:
    """Whether an IBAN without spaces, in lower case, passes ISO 7064 modulo 97."""
    turned = number[4:] + number[:4]
    return turned.isascii() and turned.isalnum() and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _bare(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text)


def _social_security(reading: Reading) -> Iterator[Finding]:
    for match in _NIR.finditer(reading.lower):
        number = _bare(match.group().replace("cle", ""))
        spaced = match.group().count(" ") + match.group().count(".") + match.group().count("-") >= 3
        if spaced or len(number) == 15 or (number[0] in "12" and number[3:5] <= "12"):
            yield Finding(Kind.NIR, match.start(), match.end())
    for match in _NIR_CUE.finditer(reading.lower):
        yield Finding(Kind.NIR, match.start(1), match.end(1))


def _accounts(reading: Reading) -> Iterator[Finding]:
    for match in _IBAN.finditer(reading.lower):
        yield from _iban(match)
    for match in _LOOSE_IBAN.finditer(reading.lower):
        number = _bare(match.group())
        if sum(map(str.isdigit, number)) > 14 and sum(map(str.isdigit, number)) > len(number) - 6:
            yield Finding(Kind.IBAN, match.start(), match.end())
    for pattern, text in ((_CUED_ACCOUNT, reading.lower), (_BIC, reading.lower)):
        for match in pattern.finditer(text):
            yield Finding(Kind.IBAN, match.start(1), match.end(1))
    for match in _FRENCH_BIC.finditer(reading.plain):
        yield Finding(Kind.IBAN, match.start(), match.end())
    for match in _SPACED_DIGITS.finditer(reading.lower):
        number = _bare(match.group())
        if (len(number) == 16 and luhn(number) and number[0] in "3456") or len(number) == 23:
            yield Finding(Kind.IBAN, match.start(), match.end())


def _iban(match: re.Match[str]) -> Iterator[Finding]:
    """The longest beginning of a match that passes; a French one is believed with a slip of the pen too."""
    ends = [gap.start() for gap in re.finditer(r" |$", match.group())]
    for end in reversed(ends):
        number = _bare(match.group()[:end])
        if (number[:2] == "fr" and 20 <= len(number) <= 27) or (15 <= len(number) <= 34 and iban_holds(number)):
            yield Finding(Kind.IBAN, match.start(), match.start() + end)
            return


def _companies(reading: Reading) -> Iterator[Finding]:
    for match in _SPACED_DIGITS.finditer(reading.lower):
        number = _bare(match.group())
        if len(number) in (9, 14) and luhn(number) and int(number):
            yield Finding(Kind.COMPANY_NUMBER, match.start(), match.end())
    for match in _GROUPED_COMPANY.finditer(reading.lower):
        if match["site"] or (
            not match.group().endswith("00")
            and not _REFERENCE.search(reading.lower, max(0, match.start() - 30), match.start())
        ):
            yield Finding(Kind.COMPANY_NUMBER, match.start(), match.end())
    for pattern in (_RCS, _VAT, _FOREIGN_VAT):
        for match in pattern.finditer(reading.lower):
            yield Finding(Kind.COMPANY_NUMBER, match.start(), match.end())
    for match in _CUED_COMPANY.finditer(reading.lower):
        if len(_bare(match.group(1))) >= 6:
            yield Finding(Kind.COMPANY_NUMBER, match.start(1), match.end(1))


def _plates(reading: Reading) -> Iterator[Finding]:
    for match in _NEW_PLATE.finditer(reading.lower):
        unit = match.group()[:2] in _UNITS and not reading.plain[match.start() : match.start() + 2].isupper()
        if not unit or match.group(1) == "-":
            yield Finding(Kind.PLATE, match.start(), match.end())
    for match in _OLD_PLATE.finditer(reading.lower):
        letters = reading.plain[match.start(2) : match.end(2)]
        if letters.isupper() and letters.lower() not in _UNITS:
            yield Finding(Kind.PLATE, match.start(), match.end())
    for match in _CUED_PLATE.finditer(reading.lower):
        yield Finding(Kind.PLATE, match.start(1), match.end(1))
