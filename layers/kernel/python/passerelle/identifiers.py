"""The identifiers of the field as types: each refuses what is not one, with words a person can act on.

Sources: law.md §5 (SIREN, SIRET and the exception of La Poste, NAF, IDCC, INSEE municipality codes).
Check digits prove form, not existence.
"""

import hashlib
import hmac
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

LA_POSTE = "356000000"
_SEPARATORS = re.compile(r"[\s\u00a0\u202f.\-]")


def luhn(digits: str) -> bool:
    """Whether a string of ASCII digits passes the Luhn check (ISO/IEC 7812-1 annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _without_separators(value: object) -> object:
    return _SEPARATORS.sub("", value) if isinstance(value, str) else value


def _ascii_digits(value: str, length: int, name: str) -> None:
    if not (value.isascii() and value.isdigit() and len(value) == length):
        raise ValueError(f"{name} has {length} digits")


def check_siren(value: str) -> str:
    """Return the SIREN, or raise `ValueError` saying what is wrong with it."""
    _ascii_digits(value, 9, "a SIREN")
    if not luhn(value):
        raise ValueError("this SIREN fails its check digit: compare it with an official document of the company")
    return value


def check_siret(value: str) -> str:
    """Return the SIRET, or raise `ValueError`.

    La Poste numbers its offices without the Luhn digit: theirs pass when the digits add up to a multiple of 5.
    """
    _ascii_digits(value, 14, "a SIRET")
    check_siren(value[:9])
    if luhn(value):
        return value
    if value.startswith(LA_POSTE) and sum(map(int, value)) % 5 == 0:
        return value
    raise ValueError("this SIRET fails its check digit: compare it with an official document of the establishment")


def _dotted_naf(value: object) -> object:
    if not isinstance(value, str):
        return value
    compact = _SEPARATORS.sub("", value).upper()
    return f"{compact[:2]}.{compact[2:]}" if len(compact) == 5 else value


Siren = Annotated[str, BeforeValidator(_without_separators), AfterValidator(check_siren)]
Siret = Annotated[str, BeforeValidator(_without_separators), AfterValidator(check_siret)]
Naf = Annotated[str, BeforeValidator(_dotted_naf), StringConstraints(pattern=r"^\d{2}\.\d{2}[A-Z]$")]
NafDivision = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
Idcc = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
RomeCode = Annotated[str, StringConstraints(pattern=r"^[A-N]\d{4}$")]
SkillCode = Annotated[str, StringConstraints(pattern=r"^\d{3,7}$")]
MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^(\d{5}|2[AB]\d{3})$")]


def siren_mark(secret: str, siren: str) -> str:
    """The token `siren:<digest>` that stands for a SIREN where the SIREN itself must not: HMAC-SHA256, 128 bits."""
    digest = hmac.new(secret.encode(), siren.encode(), hashlib.sha256).hexdigest()
    return f"siren:{digest[:32]}"


def mail_mark(secret: str, address: str) -> str:
    """The token `mail:<digest>` that stands for a mail address, in whatever case it is written: as `siren_mark`."""
    digest = hmac.new(secret.encode(), f"mail\n{address.strip().lower()}".encode(), hashlib.sha256).hexdigest()
    return f"mail:{digest[:32]}"
