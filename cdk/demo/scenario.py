"""The demo's cast: an autumn in Normandy, invented from end to end.

Car and equipment makers have less work while aerospace, energy, food and building are short of hands. The SIREN numbers
pass their check digit but begin with three zeros, which no register gives to a private company.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice

from cdk.workforce import Row
from passerelle.identifiers import luhn
from passerelle.masking import Step, masked_area
from passerelle.nomenclature import Nomenclature


@dataclass(frozen=True)
class CompanyPart:
    """One company of the cast. `lends` are (ROME code, how many volunteers)."""

    handle: str
    name: str
    naf: str
    idcc: str
    headcount: int
    municipality: str
    address: str
    contact: str
    lends: tuple[tuple[str, int], ...] = ()
    refuses: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """Its own mail domain."""
        return f"{self.handle}.example"


@dataclass(frozen=True)
class DemandPart:
    """One need: what, where, when (months from now), and how."""

    company: str
    occupation: str
    starts_in: int
    months: int
    municipality: str
    shift: str = "day"
    experience: str = "3-5"
    headcount: int = 1


@dataclass(frozen=True)
class VolunteerPart:
    """One volunteer: who he is (for the vault alone) and what he can do."""

    company: str
    given_name: str
    family_name: str
    occupation: str
    skills: tuple[str, ...]
    experience: str
    radius_km: int
    starts_in: int
    months: int
    shifts: tuple[str, ...]
    decision: str = "accept"

    @property
    def email(self) -> str:
        """His private address: the personal link goes there and nowhere else."""
        return f"{_ascii(self.given_name)}.{_ascii(self.family_name)}@courriel.example"


COMPANIES: tuple[CompanyPart, ...] = (
    CompanyPart(
        "mecanique-cailly",
        "Mécanique du Cailly",
        "29.32Z",
        "3248",
        310,
        "76540",
        "12 route de Dieppe, 76000 Rouen",
        "Hélène Marchand",
        lends=(("H2909", 9), ("H2912", 2)),
        refuses=("naf:29.32Z",),
    ),
    CompanyPart(
        "sandouville-assemblage",
        "Sandouville Assemblage",
        "29.10Z",
        "3248",
        820,
        "76351",
        "4 quai de la Brèque, 76600 Le Havre",
        "Rachid Benali",
        lends=(("H2909", 6), ("H3404", 2), ("N1101", 2)),
    ),
    CompanyPart(
        "emboutissage-iton",
        "Emboutissage de l’Iton",
        "25.50A",
        "3248",
        140,
        "27229",
        "8 rue du Moulin, 27000 Évreux",
        "Claire Dumont",
        lends=(("H2906", 4), ("H2913", 3), ("I1310", 2)),
    ),
    CompanyPart(
        "plasturgie-bernay",
        "Plasturgie de Bernay",
        "22.29A",
        "0292",
        95,
        "27056",
        "ZI Les Granges, 27300 Bernay",
        "Sophie Lenoir",
        lends=(("H3201", 4), ("H3203", 3)),
    ),
    CompanyPart(
        "electronique-orne",
        "Électronique de l’Odon",
        "26.12Z",
        "3248",
        180,
        "14118",
        "3 avenue de Cambridge, 14000 Caen",
        "Thierry Gosselin",
        lends=(("H2605", 4), ("H1504", 2)),
    ),
    CompanyPart(
        "hotels-albatre",
        "Hôtels de la Côte d’Albâtre",
        "55.10Z",
        "1979",
        60,
        "76217",
        "1 boulevard de Verdun, 76200 Dieppe",
        "Inès Caron",
        lends=(("G1609", 3), ("G1803", 3), ("G1703", 1)),
    ),
    CompanyPart(
        "batisseurs-bessin",
        "Bâtisseurs du Bessin",
        "41.20B",
        "1597",
        75,
        "14047",
        "22 route de Port, 14400 Bayeux",
        "Marc Vasseur",
        lends=(("F1703", 3), ("F1602", 3)),
    ),
    CompanyPart(
        "logistique-estuaire",
        "Logistique de l’Estuaire",
        "52.10B",
        "0016",
        230,
        "76351",
        "Parc de l’Estuaire, 76700 Gonfreville-l’Orcher",
        "Nadia Ferrand",
        lends=(("N1101", 2), ("N1103", 2)),
    ),
    CompanyPart(
        "aerostructures-normandie",
        "Aérostructures de Normandie",
        "30.30Z",
        "3248",
        540,
        "76351",
        "Route de l’Aéroport, 76600 Le Havre",
        "Philippe Anquetil",
    ),
    CompanyPart(
        "composites-risle",
        "Composites de la Risle",
        "30.30Z",
        "3248",
        110,
        "27467",
        "ZA de la Risle, 27500 Pont-Audemer",
        "Julie Lecoq",
    ),
    CompanyPart(
        "energies-cotentin",
        "Énergies du Cotentin",
        "35.11Z",
        "5001",
        260,
        "50129",
        "9 rue des Flamands, 50100 Cherbourg-en-Cotentin",
        "Antoine Lebrun",
    ),
    CompanyPart(
        "maintenance-seine",
        "Maintenance de Seine",
        "33.12Z",
        "3248",
        85,
        "76540",
        "30 boulevard Industriel, 76300 Sotteville-lès-Rouen",
        "Karim Haddad",
    ),
    CompanyPart(
        "laiteries-auge",
        "Laiteries du Pays d’Auge",
        "10.51C",
        "0112",
        190,
        "14366",
        "5 route d’Orbec, 14100 Lisieux",
        "Béatrice Hue",
    ),
    CompanyPart(
        "chantiers-havre",
        "Chantiers électriques du Havre",
        "43.21A",
        "1597",
        45,
        "76351",
        "17 rue du Général-Chanzy, 76600 Le Havre",
        "Olivier Petit",
    ),
)

RARE_TRADE = "G1703"
ROUGH_TRADE = "H1504"

DEMANDS: tuple[DemandPart, ...] = (
    DemandPart("aerostructures-normandie", "H2901", 1, 5, "76351", headcount=4),
    DemandPart("aerostructures-normandie", "H2909", 1, 4, "76351", headcount=3),
    DemandPart("aerostructures-normandie", "H3404", 2, 3, "76351"),
    DemandPart("aerostructures-normandie", "H1506", 1, 4, "76351", experience="6-10"),
    DemandPart("aerostructures-normandie", "N1101", 1, 3, "76351", shift="two_shifts"),
    DemandPart("composites-risle", "H3203", 1, 6, "27467", headcount=2),
    DemandPart("composites-risle", "H2901", 2, 4, "27467"),
    DemandPart("composites-risle", "H3201", 1, 3, "27467"),
    DemandPart("composites-risle", "H2906", 1, 4, "27467", shift="two_shifts"),
    DemandPart("energies-cotentin", "H2913", 2, 5, "50129", experience="6-10"),
    DemandPart("energies-cotentin", "I1309", 1, 4, "50129"),
    DemandPart("energies-cotentin", "H2605", 2, 3, "50129"),
    DemandPart("energies-cotentin", "F1602", 1, 4, "50129"),
    DemandPart("maintenance-seine", "I1310", 1, 5, "76540", headcount=2),
    DemandPart("maintenance-seine", "I1304", 1, 6, "76540"),
    DemandPart("maintenance-seine", "H2912", 2, 3, "76540"),
    DemandPart("maintenance-seine", "H2913", 1, 2, "76540"),
    DemandPart("laiteries-auge", "H2105", 1, 3, "14366", shift="three_shifts", headcount=3),
    DemandPart("laiteries-auge", "H2102", 1, 4, "14366", shift="three_shifts"),
    DemandPart("laiteries-auge", "H3302", 1, 2, "14366"),
    DemandPart("laiteries-auge", "N1103", 1, 2, "14366"),
    DemandPart("chantiers-havre", "F1602", 1, 5, "76351", headcount=2),
    DemandPart("chantiers-havre", "F1703", 2, 3, "76351"),
    DemandPart("chantiers-havre", "N1101", 1, 2, "76351"),
    DemandPart("electronique-orne", "H2602", 2, 4, "14118"),
)

# What an aerospace line asks of a fitter, as its manager would say it: rivet, fix on a jig, hand tools, cleanly; with
# metrology and quality rules as a plus.
_FITTER_MUST = ("106184", "118331", "300490", "300643")
_FITTER_WISHED = ("100854", "113245", "100017")

_GIVEN = (
    "Yanis", "Camille", "Mathieu", "Fatou", "Louis", "Émilie", "Karim", "Manon", "Thomas", "Aïcha", "Benoît", "Léa",
    "Hugo", "Sarah", "Nicolas", "Jeanne", "Omar", "Pauline", "Damien", "Chloé", "Victor", "Amina", "Florian", "Lucie",
    "Samuel", "Marion", "Adrien", "Noémie", "Kevin", "Élise",
)  # fmt: skip
_FAMILY = (
    "Lefebvre", "Delaunay", "Quesnel", "Diallo", "Hébert", "Groult", "Saïdi", "Lemonnier", "Duval", "Traoré", "Anfray",
    "Leroux", "Vauquelin", "Bouvier", "Morin", "Letellier", "Mansouri", "Duchemin", "Foucher", "Osmont", "Blin",
    "Haddaoui", "Poulain", "Renouf", "Cauvin", "Tessier", "Marie", "Baudry", "Lecomte", "Gallier",
)  # fmt: skip
_EXPERIENCES = ("3-5", "6-10", "0-2", "11+", "6-10")
_SHIFTS = (("day", "two_shifts"), ("day",), ("day", "two_shifts", "three_shifts", "night"), ("day", "weekend"))
_REFUSALS = {11: "refuse", 27: "refuse", 44: "refuse"}


def company_part(handle: str) -> CompanyPart:
    """The company of the cast with this handle."""
    return next(part for part in COMPANIES if part.handle == handle)


def volunteers(nomenclature: Nomenclature) -> tuple[VolunteerPart, ...]:
    """The volunteers that the companies lend, the same ones at every call."""
    return tuple(_volunteers(nomenclature))


def _volunteers(nomenclature: Nomenclature) -> Iterator[VolunteerPart]:
    experiences, shifts = cycle(_EXPERIENCES), cycle(_SHIFTS)
    parts = ((part, code) for part in COMPANIES for code, count in part.lends for _ in range(count))
    for number, (part, code) in enumerate(parts):
        yield VolunteerPart(
            company=part.handle,
            given_name=_GIVEN[number % len(_GIVEN)],
            family_name=_FAMILY[(number * 7 + number // len(_GIVEN)) % len(_FAMILY)],
            occupation=code,
            skills=_some_skills(nomenclature, code, number),
            experience=next(experiences),
            radius_km=(60, 90, 120)[number % 3],
            starts_in=number % 2,
            months=(6, 5, 7)[number % 3],
            shifts=next(shifts),
            decision=_REFUSALS.get(number, "accept"),
        )


def _some_skills(nomenclature: Nomenclature, code: str, number: int) -> tuple[str, ...]:
    skills = nomenclature.occupation(code).skills
    left_out = number % 4
    return tuple(skill for position, skill in enumerate(skills) if position % 5 != left_out)


def workforce(nomenclature: Nomenclature) -> tuple[Row, ...]:
    """The table that the operator of the scenario has imported: how many people of each trade work around each town of
    the cast. Two are rare: `ROUGH_TRADE` is told for the départements alone, `RARE_TRADE` not at all."""
    trades = sorted({code for part in COMPANIES for code, _ in part.lends} | {part.occupation for part in DEMANDS})
    towns = sorted({part.municipality for part in COMPANIES} | {part.municipality for part in DEMANDS})
    areas = {masked_area(town, nomenclature) for town in towns}
    coarse = {masked_area(town, nomenclature, Step.DEPARTMENT) for town in towns}
    return tuple(
        Row(
            occupation=trade,
            area_level=area.level,
            area_code=area.code,
            employees=120,
            employers=9,
            largest_employer=16,
        )
        for trade in trades
        if trade != RARE_TRADE
        for area in sorted(coarse if trade == ROUGH_TRADE else areas, key=lambda one: one.code)
    )


def wanted_skills(nomenclature: Nomenclature, code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a demand for this occupation asks for: (must, wished)."""
    if code == "H2901":
        return _FITTER_MUST, _FITTER_WISHED
    occupation = nomenclature.occupation(code)
    return tuple(islice(occupation.core, 5)), tuple(islice(occupation.other, 3))


def siren_of(part: CompanyPart) -> str:
    """An invented SIREN for a company of the cast."""
    return _with_check_digit(f"000{_number(part):05d}")


def siret_of(part: CompanyPart) -> str:
    """The SIRET of its one establishment."""
    return _with_check_digit(f"{siren_of(part)}0001")


def month_start(today: date, months: int) -> date:
    """The first day of the month that many months after today's."""
    index = today.year * 12 + today.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_end(today: date, months: int) -> date:
    """The last day of the month that many months after today's."""
    return month_start(today, months + 1) - timedelta(days=1)


def _number(part: CompanyPart) -> int:
    return 10_100 + 137 * COMPANIES.index(company_part(part.handle))


def _with_check_digit(stem: str) -> str:
    return next(stem + digit for digit in "0123456789" if luhn(stem + digit))


def _ascii(name: str) -> str:
    table = str.maketrans("éèêëïîôûüàâç", "eeeeiiouuaac")
    return name.lower().translate(table)
