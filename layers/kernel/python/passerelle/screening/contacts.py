"""How somebody is reached: phone, mail, web address, account on a network; in digits, in words, or disguised."""

import re
from collections.abc import Iterator
from typing import Final

from passerelle.screening.findings import Finding, Kind
from passerelle.screening.reading import Reading

_GAP: Final = r"[ .\-_/·,]"
_PHONES: Final = (
    re.compile(
        rf"(?<![\w+,.])(?:(?:\+|00) ?33{_GAP}{{0,2}}(?:\(0\){_GAP}?)?|\(0\)|[0o]){_GAP}?[1-9](?:{_GAP}{{0,3}}[\do"
        rf"]){{8}}(?![\d%])"
    ),
    re.compile(rf"\(0[1-9]\)(?:{_GAP}{{0,2}}\d){{8}}(?!\d)"),
    re.compile(rf"\(\+ ?33\) ?[1-9](?:{_GAP}{{0,2}}\d){{8}}(?!\d)"),
    re.compile(rf"(?<![\w+])(?:\+|00) ?[1-9]\d{{0,2}}(?:{_GAP}?(?:\(0\))?\d){{7,12}}(?!\d)"),
    re.compile(
        r"\b(?:tel|telephone|portable|port|mobile|gsm|fixe|appel\w*|joign\w*|joindre"
        r"|rappel\w*|sms|whatsapp|standard|fax|urgence)\b"
        r"[^\d\n]{0,25}(?P<number>\+?\d(?:[ .\-/]?\d){5,12})(?!\d)"
    ),
)
_CUED_SHORT: Final = re.compile(r"\b(?:numero|num|n°)[ :]{1,3}(?:est |le )?([67](?: ?\d){8})(?!\d)")
_DIGIT_WORD: Final = (
    r"(?:zero|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|vingts"
    r"|trente|quarante|cinquante|soixante|cent|et|\d{1,2})"
)
_SPOKEN_PHONE: Final = re.compile(rf"\b(?:zero|0\d)[ \-,]{{1,3}}{_DIGIT_WORD}(?:[ \-,.]{{1,3}}{_DIGIT_WORD}){{3,24}}\b")
_CUED_SPOKEN: Final = re.compile(
    rf"\b(?:tel|telephone|portable|mobile|gsm|fixe|num|numero(?! (?:de |du )?(?:siren|siret|secu|nir|tva|rcs"
    rf"|compte|client))|06|07|joindre|joignable|appele[rz]|appelle|rappele[rz]|sms)"
    rf"\b[^\d\n]{{0,12}}?(?P<number>(?:plus )?{_DIGIT_WORD}(?:[ \-,./]{{1,3}}{_DIGIT_WORD}){{4,24}})\b"
)
_AT: Final = r"(?: ?@ ?| ?[(\[{] ?(?:at|a|arobase|chez|@) ?[)\]}] ?| (?:arobase|arobas|arrobase|arobaze|at) )"
_DOT: Final = r"(?: ?\. ?| ?[(\[{] ?(?:dot|point|\.) ?[)\]}] ?| (?:point|dot|pt) )"
_MAILS: Final = (
    re.compile(
        rf"(?<![\w.+\-])[\w.+%\-]{{1,64}}(?: (?:point|dot|tiret|underscore|moins"
        rf"|slash)(?: du bas)? [\w.+\-]{{1,40}}){{0,3}}{_AT}[\w"
        rf"\-]{{1,60}}(?:{_DOT}[\w\-]{{2,30}}){{1,3}}"
    ),
    re.compile(
        r"(?<![\w.+\-])[\w.+\-]{2,64}(?: ?@ ?| chez | )(?:gmail|hotmail|outlook|wanadoo"
        r"|laposte|yahoo|icloud|protonmail|orange|sfr"
        r"|free|live)(?: ?\. ?| point | )(?:com|fr|net|me|org)\b"
    ),
)
_BARE_MAIL: Final = re.compile(r"(?<![\w.+\-])[\w.+\-]{2,64}@[a-z][\w\-]{2,60}(?:,(?:com|fr|net|org))?")
_CUED_MAIL: Final = re.compile(
    r"\b(?:e-?mail|mail|mel|courriel|adresse)\b[ :]{1,3}(?:c'est |est "
    r"|c )?(?P<mail>[\w.+\-]{2,64}(?: [\w.+\-]{1,40}){0,3}?"
    r"(?: @ ?| a | at | chez | )(?:gmail|hotmail|outlook|wanadoo|laposte|yahoo|icloud|protonmail|orange|sfr"
    r"|free|live))\b"
)
_DOMAIN: Final = re.compile(r"\.(?:com|fr|net|org|eu|example)$")
_SPOKEN_MAIL: Final = re.compile(r"\b[\w.+\-]{1,64} chez [\w\-]{2,60} (?:point|\.) (?:com|fr|net|org|eu)\b")
_LINKS: Final = (
    re.compile(r"\b(?:https?|ftp)://\S+|\bwww\.\S+"),
    re.compile(r"(?<![\w@.])@[a-z][\w.\-]{2,}"),
    re.compile(
        r"\b[\w\-]{2,60}(?:\.[\w\-]{2,60}){0,4}\.(?:fr|com|net|org|eu|io|info|biz|example"
        r"|bzh|paris|pro|be|ch)\b(?:/\S*)?"
    ),
    re.compile(r"\bwww [\w\-]{2,60}[ .](?:point )?\w{2,10}\b|\bhxxps?\S+|(?<![\w/])in/[\w\-]{3,60}"),
    re.compile(r"\b(?=[\w\-]{0,60}[a-z])[\w\-]{2,60}(?:\.[\w\-]{2,60}){0,4}\.[a-z]{2,12}/[\w\-?=#@%&./]+"),
    re.compile(
        r"\b[\w\-]{2,60}\.(?:tv|co|uk|nl|lu|gg|app|dev|tech|store|shop|online|immo|nc|mq|gp|alsace|normandie)\b"
    ),
    re.compile(r"\b[\w\-]{2,60} ?[(\[] ?(?:\.|point|dot) ?[)\]] ?(?:fr|com|net|org|eu)\b"),
    re.compile(r"\b[\w\-]{3,40} point (?:fr|com|net|org|eu)\b"),
)
_NETWORK: Final = re.compile(
    r"\b(?:linkedin|linked in|facebook|fb|instagram|insta|snapchat|snap"
    r"|tiktok|tik tok|twitter|bluesky|threads|mastodon|twitch|pinterest|vinted|leboncoin|whatsapp|signal|viadeo"
    r"|telegram|messenger|youtube|skype|discord)\b"
)
_PLATE_BEGINS: Final = re.compile(r"fb[ .\-_]?\d{3}[ .\-_]?[a-z]{2}\b")
"""A number plate of the series FB is no account."""
_HANDLE: Final = re.compile(r" ?(?:c'est|:|=|sous|au nom de|,)? ?(@?[\w.\-]{0,40}[\d_./#\-][\w./\-]{0,60}\w)")
_NAMED_HANDLE: Final = re.compile(
    r" ?(?:[:=]|c'est|c|sous(?: le nom(?: de)?| le pseudo)?|pseudo) ?:? ?(@?[a-z][\w.\-]{3,40})(?= *(?:$"
    r"|[,;!?)\n]|\.(?:\s|$)))"
)
_PSEUDO: Final = re.compile(
    r"\b(?:pseudo|pseudonyme|handle|identifiant|id)(?: \w+)? ?(?:[:=]|c'est|est) ?(@?[a-z][\w.\-]{2,40})"
)
_HANDLE_ON: Final = re.compile(r"(?<![\w.@])(@?[a-z][\w.\-]{2,40}) sur $")
_OWNED: Final = re.compile(
    r"\b(?:mon|ma|son|sa|leur|notre|profil|compte|ajoute\w*|trouve\w*|retrouve\w*"
    r"|cherche[zr]?|suivez|contact\w*|ecri\w*|voir|moi|me|(?:est|suis) sur)\b"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Phones, mail addresses, web addresses and handles."""
    for pattern in _PHONES:
        for match in pattern.finditer(reading.lower):
            start, end = match.span("number") if "number" in pattern.groupindex else match.span()
            yield Finding(Kind.PHONE, start, end)
    for match in _CUED_SHORT.finditer(reading.lower):
        yield Finding(Kind.PHONE, match.start(1), match.end(1))
    for match in _CUED_SPOKEN.finditer(reading.lower):
        yield Finding(Kind.PHONE, match.start("number"), match.end())
    for match in _SPOKEN_PHONE.finditer(reading.lower):
        yield Finding(Kind.PHONE, match.start(), match.end())
    for pattern in (*_MAILS, _BARE_MAIL, _SPOKEN_MAIL):
        for match in pattern.finditer(reading.lower):
            if not (" @" in match.group() and "@ " not in match.group() and not _DOMAIN.search(match.group())):
                yield Finding(Kind.MAIL, match.start(), match.end())
    for match in _CUED_MAIL.finditer(reading.lower):
        yield Finding(Kind.MAIL, match.start("mail"), match.end())
    for pattern in _LINKS:
        for match in pattern.finditer(reading.lower):
            yield Finding(Kind.LINK, match.start(), match.end())
    yield from _handles(reading.lower)


def _handles(text: str) -> Iterator[Finding]:
    """An account on a network: its handle, or the network itself when somebody's account is meant."""
    for pseudo in _PSEUDO.finditer(text):
        yield Finding(Kind.LINK, pseudo.start(1), pseudo.end(1))
    for network in _NETWORK.finditer(text):
        if _PLATE_BEGINS.match(text, network.start()):
            continue
        handle = _HANDLE.match(text, network.end()) or _NAMED_HANDLE.match(text, network.end())
        on = _HANDLE_ON.search(text, max(0, network.start() - 50), network.start())
        if on is not None and re.search(r"[\d_.]", on[1]):
            yield Finding(Kind.LINK, on.start(1), network.end())
        if handle is not None:
            yield Finding(Kind.LINK, network.start(), handle.end())
        elif _OWNED.search(text, max(0, network.start() - 30), network.start()):
            yield Finding(Kind.LINK, network.start(), network.end())
