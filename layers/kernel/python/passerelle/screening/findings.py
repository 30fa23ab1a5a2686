"""What the filter reports: a kind of personal data and where it stands, never the words themselves."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


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
    HEADCOUNT = "headcount"


ON_REQUEST: Final = frozenset({Kind.HEADCOUNT})
"""Found only where a text's reader asks for it, by a source of its own."""

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
    Kind.HEADCOUNT: "l’effectif d’une entreprise",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One suspicion: what it may be, and where. `start` and `end` count code points of the text, half-open."""

    kind: Kind
    start: int
    end: int


def said_of(finding: Finding) -> str:
    """A suspicion in French, without quoting: its kind and where it begins and ends, counted from one."""
    return f"{IN_FRENCH[finding.kind]}, caractères {finding.start + 1} à {finding.end}"
