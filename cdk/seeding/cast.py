"""Who and what a test stage is seeded with: five companies, twelve volunteers and three demands, all invented.

They are parts of the demo under names that nobody can take for real ones. Mails go to sub-addresses of one mailbox.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cdk.demo.scenario import CompanyPart, DemandPart, VolunteerPart, company_part, volunteers
from passerelle.nomenclature import Nomenclature

LENDERS = ("mecanique-cailly", "sandouville-assemblage", "emboutissage-iton")
HOSTS = ("aerostructures-normandie", "maintenance-seine")
VOLUNTEERS_OF_A_LENDER = 4
DEMANDS = (
    DemandPart("aerostructures-normandie", "H2901", 1, 4, "76540", headcount=2),
    DemandPart("aerostructures-normandie", "H2909", 1, 4, "76351"),
    DemandPart("maintenance-seine", "H2909", 2, 3, "76540"),
)


@dataclass(frozen=True)
class Seedling:
    """A volunteer, and the lender's own code for him, by which a later run knows him again."""

    reference: str
    part: VolunteerPart


def companies() -> tuple[CompanyPart, ...]:
    """The companies, each named as an invented one."""
    return tuple(_invented(company_part(handle)) for handle in (*LENDERS, *HOSTS))


def seedlings(nomenclature: Nomenclature, lender: str) -> tuple[Seedling, ...]:
    """The volunteers of a lender: available soon, for long and far around, so that the demands find them."""
    first = LENDERS.index(lender) * VOLUNTEERS_OF_A_LENDER + 1
    parts = [part for part in volunteers(nomenclature) if part.company == lender][:VOLUNTEERS_OF_A_LENDER]
    return tuple(
        Seedling(f"ESSAI-{number:02}", replace(part, family_name="Fictif", starts_in=0, months=6, radius_km=150))
        for number, part in enumerate(parts, first)
    )


def address(mailbox: str, tag: str) -> str:
    """The sub-address of a mailbox for somebody: `you+tag@your.example`."""
    user, _, domain = mailbox.rpartition("@")
    return f"{user}+{tag.lower()}@{domain}"


def _invented(part: CompanyPart) -> CompanyPart:
    return replace(part, name=f"{part.name} (entreprise fictive)", contact="Contact Fictif")
