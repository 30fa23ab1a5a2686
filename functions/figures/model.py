"""How many volunteers and demands there are, by region and family of trades, as anybody may know it (level 0).

Pure. A count is told only where it is about enough of them, of enough companies and of none too much (law.md §3.2, open
pages); it is rounded down to five, so that one who comes or goes seldom shows. With a single cell hidden in a region
the next smallest is hidden too, so that it is no difference, and a total is a count like any other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.cards import Area
from passerelle.masking import Budget, tally
from passerelle.nomenclature import Nomenclature
from passerelle.smallcells import hidden

Kind = Literal["profiles", "demands"]

ENOUGH: Final = Budget(members=10, owners=3, largest_share=60)
"""`K_MIN_MEMBERS` of open pages, `L_MIN_LENDERS`, `MAX_LENDER_SHARE`."""

ROUNDED_TO: Final = 5


class Posted(BaseModel):
    """A profile or a demand as of one version; where it is counted, or nowhere once it left."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Kind
    tenant: str
    sequence: int
    region: str | None = None
    family: Annotated[str | None, Field(description="First letter of the ROME code.")] = None


class Cell(BaseModel):
    """One count. Null where it would be about too few."""

    model_config = ConfigDict(frozen=True)

    family: Annotated[str, Field(description="First letter of the ROME code; `*` is all of them.", examples=["H"])]
    label: Annotated[str, Field(description="In French.", examples=["Industrie"])]
    profiles: Annotated[int | None, Field(description="Volunteers; null: fewer than ten, or not told.", examples=[40])]
    demands: Annotated[int | None, Field(description="Demands; null: fewer than ten, or not told.", examples=[None])]


class RegionFigures(BaseModel):
    """The counts of a region."""

    model_config = ConfigDict(frozen=True)

    code: Annotated[str, Field(examples=["28"])]
    label: Annotated[str, Field(examples=["Normandie"])]
    cells: tuple[Cell, ...]


class Figures(BaseModel):
    """All counts of a day."""

    model_config = ConfigDict(frozen=True)

    counted_on: Annotated[date | None, Field(description="Null before the first count.")] = None
    regions: tuple[RegionFigures, ...] = ()
    rule: Annotated[str, Field(description="How to read them, in French.")] = (
        "Comptés une fois par jour et arrondis au multiple de cinq inférieur. Un nombre inférieur à dix, ou qui tient "
        "à trop peu d’entreprises, n’est pas dit."
    )


class Regions:
    """In which region an area of any level lies."""

    def __init__(self, nomenclature: Nomenclature) -> None:
        self._of: dict[tuple[str, str], str] = {}
        for place in nomenclature.municipalities:
            for level, code in (
                ("epci", place.epci),
                ("employment_zone", place.employment_zone),
                ("department", place.departement),
                ("region", place.region),
            ):
                self._of.setdefault((level, code), place.region)

    def of(self, area: Area) -> str | None:
        """Its region; None for an area that the nomenclature does not hold."""
        return self._of.get((area.level, area.code))


def counted(posted: Iterable[Posted], nomenclature: Nomenclature, on: date) -> Figures:
    """The counts that may be told of these."""
    owners: dict[str, dict[str, dict[str, Counter[str]]]] = defaultdict(
        lambda: {"profiles": defaultdict(Counter), "demands": defaultdict(Counter)}
    )
    for one in posted:
        if one.region is not None and one.family is not None:
            owners[one.region][one.kind][one.family][one.tenant] += 1
            owners[one.region][one.kind]["*"][one.tenant] += 1
    regions = (_region(code, by_kind, nomenclature) for code, by_kind in sorted(owners.items()))
    return Figures(counted_on=on, regions=tuple(one for one in regions if one.cells))


def _region(code: str, by_kind: Mapping[str, Mapping[str, Counter[str]]], nomenclature: Nomenclature) -> RegionFigures:
    profiles, demands = _told(by_kind["profiles"]), _told(by_kind["demands"])
    cells = tuple(
        Cell(
            family=family,
            label="Tous les métiers" if family == "*" else nomenclature.labels["trade"].get(family, family),
            profiles=profiles.get(family),
            demands=demands.get(family),
        )
        for family in sorted({*profiles, *demands})
    )
    return RegionFigures(code=code, label=nomenclature.labels["region"].get(code, code), cells=cells)


def _told(by_family: Mapping[str, Counter[str]]) -> dict[str, int]:
    """The counts that may be told, by family and for all."""
    censuses = {family: tally(owners) for family, owners in by_family.items()}
    families = {family: census for family, census in censuses.items() if family != "*"}
    small = {family for family, census in families.items() if not ENOUGH.allows(census)}
    told = families.keys() - hidden({family: census.members for family, census in families.items()}, small)
    if "*" in censuses and ENOUGH.allows(censuses["*"]):
        told = told | {"*"}
    return {family: censuses[family].members // ROUNDED_TO * ROUNDED_TO for family in told}
