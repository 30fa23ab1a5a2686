"""The words everybody shares: occupations, skills, places and the labels of official codes.

A `Nomenclature` is an immutable set of code lists. The starter set travels with the package; an imported full set
(the same files, more rows) answers the same questions: callers keep official codes and never care which one they hold.
Every method takes and returns official codes (ROME 4.0, OGR, INSEE, SIREN of the intercommunality, NAF rev. 2, IDCC).
Pure: it reads the files it is given and nothing else. It refuses unknown codes, always, with the nearest known ones.
"""

import csv
import json
import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from operator import attrgetter
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeVar, cast

SkillKind = Literal["savoir_faire", "savoir", "savoir_etre"]
AreaKind = Literal["epci", "employment_zone", "departement", "region"]
Row = TypeVar("Row")

AREA_LADDER: Final[tuple[AreaKind, ...]] = ("epci", "employment_zone", "departement", "region")
"""From the finest to the coarsest: each step shows less of where somebody is."""

CODE_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius R1 of the Earth (IUGG)."""


class UnknownCode(LookupError):
    """A code that the nomenclature does not hold. `suggestions` are the nearest it holds, best first, three at most."""

    def __init__(self, kind: str, code: str, suggestions: tuple[str, ...] = ()) -> None:
        hint = f" (nearest: {', '.join(suggestions)})" if suggestions else ""
        super().__init__(f"unknown {kind} code {code!r}{hint}")
        self.kind = kind
        self.code = code
        self.suggestions = suggestions


class Skill(NamedTuple):
    """A skill by its official code, in everyday words. `certificate` is the family of a licence or qualification."""

    code: str
    kind: SkillKind
    name: str
    synonyms: tuple[str, ...] = ()
    certificate: str | None = None

    @property
    def rare(self) -> bool:
        """Whether few people hold it: a certificate, licence or qualification that narrows down who somebody is."""
        return self.certificate is not None


class Occupation(NamedTuple):
    """An occupation by its ROME code and official label: what people call it, and the codes of its skills."""

    code: str
    label: str
    family: str
    titles: tuple[str, ...]
    core: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def skills(self) -> tuple[str, ...]:
        """All its skill codes, the core ones first."""
        return self.core + self.other

    @property
    def domain(self) -> str:
        """The ROME professional domain: the first three characters of the code."""
        return self.code[:3]


class Municipality(NamedTuple):
    """A municipality by its INSEE code, with the codes of its areas and a position in degrees, rounded to 0.01."""

    code: str
    name: str
    epci: str
    employment_zone: str
    departement: str
    region: str
    latitude: float
    longitude: float

    @property
    def areas(self) -> frozenset[tuple[str, str]]:
        """Every area it lies in, itself included, as level (as facts name it) and code."""
        return frozenset(
            {
                ("municipality", self.code),
                ("epci", self.epci),
                ("employment_zone", self.employment_zone),
                ("department", self.departement),
                ("region", self.region),
            }
        )


Thing = TypeVar("Thing", Occupation, Skill, Municipality)


@dataclass(frozen=True, slots=True)
class Area:
    """One step of the ladder that hides where somebody is."""

    kind: AreaKind
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Transferability:
    """How much of an occupation somebody's skills cover: a share, 0 to 1; codes keep the occupation's order."""

    score: float
    shared: tuple[str, ...]
    missing: tuple[str, ...]


class Nomenclature:
    """Immutable code lists of one version. Build it with `load_starter()` or `read_nomenclature()`."""

    def __init__(
        self,
        version: str,
        occupations: Iterable[Occupation],
        skills: Iterable[Skill],
        municipalities: Iterable[Municipality],
        labels: Mapping[str, Mapping[str, str]],
        *,
        source: str = "",
        licence: str = "",
        retired: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.version: Final = version
        self.source: Final = source
        self.licence: Final = licence
        self._occupations = _by_code(occupations)
        self._skills = _by_code(skills)
        self._municipalities = _by_code(municipalities)
        self._labels = labels
        self.retired: Final = frozenset(retired)
        """Kinds and codes that an earlier edition held and this one's source no longer does: understood, no more
        suggested. Kinds: occupation, skill, municipality."""

    @property
    def occupations(self) -> tuple[Occupation, ...]:
        """All occupations, in the order of their codes."""
        return tuple(self._occupations.values())

    @property
    def skills(self) -> tuple[Skill, ...]:
        """All skills, in the order of their codes."""
        return tuple(self._skills.values())

    @property
    def municipalities(self) -> tuple[Municipality, ...]:
        """All municipalities, in the order of their codes."""
        return tuple(self._municipalities.values())

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Labels by kind then code. Kinds: occupation, skill, municipality, epci, employment_zone, departement, region,
        naf, idcc, family, certificate, domain (of ROME: A12, A), trade (occupations and domains)."""
        named: dict[str, Mapping[str, str]] = {
            "occupation": {o.code: o.label for o in self._occupations.values()},
            "skill": {s.code: s.name for s in self._skills.values()},
            "municipality": {m.code: m.name for m in self._municipalities.values()},
        }
        named["trade"] = {**self._labels.get("domain", {}), **named["occupation"]}
        return MappingProxyType({**self._labels, **named})

    def occupation(self, code: str) -> Occupation:
        """The occupation of this ROME code. Raises `UnknownCode`."""
        return _found(self._occupations, "occupation", code)

    def skill(self, code: str) -> Skill:
        """The skill of this OGR code. Raises `UnknownCode`."""
        return _found(self._skills, "skill", code)

    def municipality(self, code: str) -> Municipality:
        """The municipality of this INSEE code. Raises `UnknownCode`."""
        return _found(self._municipalities, "municipality", code)

    def label(self, kind: str, code: str) -> str:
        """The French label of a code of any kind of `labels`. Raises `UnknownCode`; `KeyError` for an unknown kind."""
        return _found(self.labels[kind], kind, code)

    def skills_of(self, occupation_code: str) -> tuple[Skill, ...]:
        """The skills of an occupation, core ones first. Raises `UnknownCode`."""
        return tuple(self._skills[code] for code in self.occupation(occupation_code).skills)

    def occupations_with(self, skill_code: str) -> tuple[str, ...]:
        """The codes of the occupations that use this skill, in order. Raises `UnknownCode`."""
        return self._users.get(self.skill(skill_code).code, ())

    def areas(self, municipality_code: str) -> tuple[Area, ...]:
        """Where a municipality is, coarser at each step of `AREA_LADDER`. Raises `UnknownCode`."""
        place = self.municipality(municipality_code)
        codes: dict[AreaKind, str] = {
            "epci": place.epci,
            "employment_zone": place.employment_zone,
            "departement": place.departement,
            "region": place.region,
        }
        return tuple(Area(kind, codes[kind], self.label(kind, codes[kind])) for kind in AREA_LADDER)

    def distance_km(self, from_code: str, to_code: str) -> float:
        """Great-circle distance between two municipalities in km, to 0.1 (haversine). Raises `UnknownCode`."""
        start, end = self.municipality(from_code), self.municipality(to_code)
        phi_1, phi_2 = math.radians(start.latitude), math.radians(end.latitude)
        half_dphi = (phi_2 - phi_1) / 2
        half_dlambda = math.radians(end.longitude - start.longitude) / 2
        chord = math.sin(half_dphi) ** 2 + math.cos(phi_1) * math.cos(phi_2) * math.sin(half_dlambda) ** 2
        return round(2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord))), 1)

    def specificity(self, skill_code: str) -> float:
        """How much a skill tells about an occupation: 1 when all use it, more the fewer do (smoothed inverse document
        frequency, 1 + ln((1 + n) / (1 + users))). Raises `UnknownCode`."""
        users = len(self.occupations_with(skill_code))
        return 1.0 + math.log((1 + len(self._occupations)) / (1 + users))

    def transferability(self, from_skill_codes: Iterable[str], occupation_code: str) -> Transferability:
        """The share of an occupation's skills, weighted by specificity, found among those given. Codes that this
        nomenclature does not hold count for nothing. The order of the codes changes nothing. Raises `UnknownCode`."""
        held = frozenset(from_skill_codes)
        wanted = self.occupation(occupation_code).skills
        shared = tuple(code for code in wanted if code in held)
        missing = tuple(code for code in wanted if code not in held)
        whole = math.fsum(self.specificity(code) for code in wanted)
        score = math.fsum(self.specificity(code) for code in shared) / whole if wanted else 0.0
        return Transferability(score, shared, missing)

    @cached_property
    def _users(self) -> Mapping[str, tuple[str, ...]]:
        users: dict[str, list[str]] = {}
        for occupation in self._occupations.values():
            for code in occupation.skills:
                users.setdefault(code, []).append(occupation.code)
        return {code: tuple(occupations) for code, occupations in users.items()}


@cache
def load_starter() -> Nomenclature:
    """The starter nomenclature that travels with the package, read once."""
    return read_nomenclature(resources.files("passerelle") / "starter")


def read_nomenclature(folder: Traversable) -> Nomenclature:
    """Read a nomenclature from a folder of `about.json`, `occupations.csv`, `skills.csv`, `municipalities.csv`,
    `labels.csv`, and `retired.csv` if there is one (UTF-8, header row, lists separated by `|`; see starter/README.md).
    Raises `ValueError` on an occupation that uses a skill, or a municipality that names an area, that the folder does
    not hold."""
    about = json.loads(_text(folder, "about.json"))
    labels: dict[str, dict[str, str]] = {}
    for kind, code, label in _rows(folder, "labels.csv"):
        labels.setdefault(kind, {})[code] = label
    nomenclature = Nomenclature(
        version=about["version"],
        source=about["source"],
        licence=about["licence"],
        occupations=[
            Occupation(code, label, family, _list(titles), _list(core), _list(other))
            for code, label, family, titles, core, other in _rows(folder, "occupations.csv")
        ],
        skills=[
            Skill(code, cast(SkillKind, kind), name, _list(synonyms), certificate or None)
            for code, kind, name, synonyms, certificate in _rows(folder, "skills.csv")
        ],
        municipalities=[
            Municipality(code, name, epci, zone, departement, region, float(latitude), float(longitude))
            for code, name, epci, zone, departement, region, latitude, longitude in _rows(folder, "municipalities.csv")
        ],
        labels=labels,
        retired=[(kind, code) for kind, code in _rows(folder, "retired.csv")]
        if (folder / "retired.csv").is_file()
        else (),
    )
    _check_references(nomenclature)
    return nomenclature


def _check_references(nomenclature: Nomenclature) -> None:
    labels = nomenclature.labels
    dangling = [
        f"occupation {occupation.code} uses unknown skill {code}"
        for occupation in nomenclature.occupations
        for code in occupation.skills
        if code not in labels["skill"]
    ] + [
        f"municipality {place.code} names unknown {kind} {getattr(place, kind)}"
        for place in nomenclature.municipalities
        for kind in AREA_LADDER
        if getattr(place, kind) not in labels[kind]
    ]
    if dangling:
        raise ValueError("; ".join(dangling[:10]))


def _text(folder: Traversable, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def _rows(folder: Traversable, name: str) -> Iterator[list[str]]:
    rows = csv.reader(_text(folder, name).splitlines())
    next(rows)
    return rows


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _by_code(things: Iterable[Thing]) -> dict[str, Thing]:
    return {thing.code: thing for thing in sorted(things, key=attrgetter("code"))}


def _found(rows: Mapping[str, Row], kind: str, code: str) -> Row:
    try:
        return rows[code]
    except KeyError:
        raise UnknownCode(kind, code, _nearest(code, rows)) from None


def _nearest(code: str, known: Mapping[str, object], count: int = 3) -> tuple[str, ...]:
    """The code in capitals, those with two characters swapped, those one keystroke away, then those that sort near."""
    code = code.strip().upper()[:20]
    ordered = sorted(known)
    place = bisect_left(ordered, code)
    around = [near for near in ordered[max(0, place - count) : place + count] if _common_prefix(near, code)]
    around.sort(key=lambda near: (-_common_prefix(near, code), near))
    likely = [code, *sorted(_swapped(code)), *sorted(_one_keystroke_away(code))]
    return tuple(dict.fromkeys([near for near in likely if near in known] + around))[:count]


def _swapped(code: str) -> set[str]:
    return {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1)}


def _one_keystroke_away(code: str) -> set[str]:
    splits = [(code[:i], code[i:]) for i in range(len(code) + 1)]
    changed = {left + letter + right[1:] for left, right in splits if right for letter in CODE_ALPHABET}
    shortened = {left + right[1:] for left, right in splits if right}
    lengthened = {left + letter + right for left, right in splits for letter in CODE_ALPHABET}
    return changed | shortened | lengthened


def _common_prefix(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
