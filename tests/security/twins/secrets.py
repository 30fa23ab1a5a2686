"""The same cast twice: who plays is the same, what must stay secret differs in every letter.

Masked facts are alike on both sides: trade, months, masked area, hours. What is swapped: names, numbers, addresses and
mail domains of companies and people; activity, agreement, headcount and town of companies; towns within a masked area
and days within a month. The companies of both lenders also change places, and so do those of
both hosts.
"""

from dataclasses import dataclass
from typing import Any, Final

from passerelle.identifiers import luhn

LEFT, RIGHT = 0, 1
SIDES: Final = (LEFT, RIGHT)
COMPANIES: Final = ("lender 0", "lender 1", "host 0", "host 1", "bystander")
_ORDER: Final = (COMPANIES, ("lender 1", "lender 0", "host 1", "host 0", "bystander"))
"""In which order they register: ids are counted, so a lender of one side has the id of the other's other lender."""

_TOWNS: Final = {
    "lender 0": ("76540", "76165"),
    "lender 1": ("76351", "76447"),
    "host 0": ("76351", "76660"),
    "host 1": ("76108", "76540"),
    "bystander": ("76540", "76108"),
}
_ACTIVITIES: Final = (
    "29.32Z",
    "30.30Z",
    "10.51C",
    "55.10Z",
    "43.21A",
    "22.29A",
    "52.10B",
    "33.12Z",
    "35.11Z",
    "25.50A",
)
_AGREEMENTS: Final = ("3248", "0292", "1979", "1597", "0016", "5001", "0112", "2216", "1501", "0086")


@dataclass(frozen=True)
class Business:
    """A company as it is on one side."""

    role: str
    side: int
    number: int

    @property
    def name(self) -> str:
        return f"Kanari{'dor' if self.side else 'bleu et fils'}{self.number} SARL"

    @property
    def domain(self) -> str:
        return f"kanari-{'droite' if self.side else 'g'}-{self.number}.example"

    @property
    def address(self) -> str:
        return f"{self.number} impasse du Kanapé{'vert' if self.side else 'jauni'}, 76000 Rouen"

    @property
    def contact(self) -> str:
        return f"Kandice Kantor{'ovska' if self.side else 'belle'}{self.number}"

    @property
    def siren(self) -> str:
        stem = f"000{77_100 + 317 * self.number:05d}"
        return next(stem + digit for digit in "0123456789" if luhn(stem + digit))

    @property
    def siret(self) -> str:
        stem = f"{self.siren}0001"
        return next(stem + digit for digit in "0123456789" if luhn(stem + digit))

    @property
    def town(self) -> str:
        return _TOWNS[self.role][self.side]

    @property
    def denied(self) -> list[dict[str, str]]:
        """Who is denied is on neither platform: a deny-list leaves no trace."""
        return [{"naf": "01.11Z"}] if self.side else [{"idcc": "7024"}, {"naf": "03"}]

    def facts(self) -> dict[str, Any]:
        """What it registers with."""
        return {
            "siren": self.siren,
            "siret": self.siret,
            "naf": _ACTIVITIES[self.number],
            "idcc": _AGREEMENTS[self.number],
            "headcount": 7_000 + 13 * self.number,
            "has_cse": True,
            "municipality": self.town,
            "denied": self.denied,
        }

    def identity(self) -> dict[str, Any]:
        """What the vault is told of it."""
        return {
            "kind": "company",
            "name": self.name,
            "siren": self.siren,
            "siret": self.siret,
            "address": self.address,
            "contact_name": self.contact,
            "contact_email": f"rh@{self.domain}",
        }

    def words(self) -> dict[str, str]:
        """What names it, each with what stands for it in a comparison; numbers also as documents space them."""
        said = self.identity()
        del said["kind"]
        said["spaced"] = " ".join(self.siren[start : start + 3] for start in (0, 3, 6))
        said["establishment"] = f"{said['spaced']} {self.siret[9:]}"
        return {word: f"<{self.role} {field}>" for field, word in said.items()}


@dataclass(frozen=True)
class Somebody:
    """An employee as he is on one side."""

    number: int
    side: int

    @property
    def given_name(self) -> str:
        return f"Kanelle{'tte' if self.side else 'x'}{self.number}"

    @property
    def family_name(self) -> str:
        return f"Kane{'ton' if self.side else 'pardois'}{self.number}"

    @property
    def email(self) -> str:
        return f"kane.{'d' if self.side else 'gauche'}.{self.number}@courriel.example"

    def identity(self) -> dict[str, Any]:
        return {
            "kind": "person",
            "given_name": self.given_name,
            "family_name": self.family_name,
            "email": self.email,
        }

    def names(self) -> dict[str, str]:
        """What the other company learns of him."""
        return {self.given_name: f"<given {self.number}>", self.family_name: f"<family {self.number}>"}

    def words(self) -> dict[str, str]:
        """All that names him."""
        return {**self.names(), self.email: f"<mail {self.number}>"}


def business(role: str, side: int) -> Business:
    """The company that plays this role on this side."""
    return Business(role, side, COMPANIES.index(role) + len(COMPANIES) * side)


def in_order_of_registration(side: int) -> tuple[str, ...]:
    """The roles, as their companies register."""
    return _ORDER[side]
