"""What callers hear of the vocabulary: official codes, and French words for people to read."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from functions.vocabulary.model import LONGEST_TEXT
from passerelle.http import Body
from passerelle.nomenclature import AreaKind, Municipality, Nomenclature, Occupation, Skill, SkillKind

KIND_LABELS: Final[Mapping[SkillKind, str]] = {
    "savoir_faire": "Savoir-faire",
    "savoir": "Savoir",
    "savoir_etre": "Savoir-être",
}
AREA_LABELS: Final[Mapping[AreaKind, str]] = {
    "epci": "Intercommunalité",
    "employment_zone": "Zone d'emploi",
    "departement": "Département",
    "region": "Région",
}


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PastedText(Body):
    """A demand or a job description as somebody wrote it. It is read and forgotten: neither stored nor logged. It is
    not trimmed, so that positions in it are the caller's own."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_TEXT,
            examples=["Nous recherchons un soudeur TIG. CACES 3 obligatoire, anglais technique apprécié."],
        ),
    ]


class Counts(_Said):
    """How many of each this nomenclature holds."""

    occupations: int
    skills: int
    municipalities: int


class VocabularyAnswer(_Said):
    """Which nomenclature answers here, where it comes from, and under which licence."""

    version: str
    source: str
    licence: str
    counts: Counts

    @classmethod
    def of(cls, known: Nomenclature) -> Self:
        """Describe a nomenclature."""
        counts = Counts(
            occupations=len(known.occupations), skills=len(known.skills), municipalities=len(known.municipalities)
        )
        return cls(version=known.version, source=known.source, licence=known.licence, counts=counts)


class SkillCard(_Said):
    """A skill in everyday words. `rare` means a certificate, licence or qualification; masked cards show its family."""

    code: str
    name: str
    kind: str
    kind_label: str
    synonyms: tuple[str, ...]
    rare: bool
    certificate: str | None
    certificate_label: str | None
    matched: str = ""

    @classmethod
    def of(cls, skill: Skill, known: Nomenclature, matched: str = "") -> Self:
        """Describe a skill."""
        return cls(
            code=skill.code,
            name=skill.name,
            kind=skill.kind,
            kind_label=KIND_LABELS[skill.kind],
            synonyms=skill.synonyms,
            rare=skill.rare,
            certificate=skill.certificate,
            certificate_label=known.label("certificate", skill.certificate) if skill.certificate else None,
            matched=matched,
        )


class OccupationCard(_Said):
    """An occupation: its ROME code, official label, sector family, and what people call it."""

    code: str
    label: str
    family: str
    family_label: str
    titles: tuple[str, ...]
    matched: str = ""

    @classmethod
    def of(cls, occupation: Occupation, known: Nomenclature, matched: str = "") -> Self:
        """Describe an occupation."""
        return cls(
            code=occupation.code,
            label=occupation.label,
            family=occupation.family,
            family_label=known.label("family", occupation.family),
            titles=occupation.titles,
            matched=matched,
        )


class OccupationAnswer(OccupationCard):
    """An occupation with its skills: those at its core, and the others."""

    core_skills: tuple[SkillCard, ...]
    other_skills: tuple[SkillCard, ...]

    @classmethod
    def with_skills(cls, occupation: Occupation, skills: Sequence[Skill], known: Nomenclature) -> Self:
        """Describe an occupation and its skills, given core ones first."""
        cards = tuple(SkillCard.of(skill, known) for skill in skills)
        core = len(occupation.core)
        return cls(
            **OccupationCard.of(occupation, known).model_dump(), core_skills=cards[:core], other_skills=cards[core:]
        )


class AreaCard(_Said):
    """An area that holds a municipality."""

    kind: str
    kind_label: str
    code: str
    label: str


class MunicipalityCard(_Said):
    """A municipality and the areas that hold it, from the finest to the coarsest."""

    code: str
    name: str
    areas: tuple[AreaCard, ...]
    matched: str = ""

    @classmethod
    def of(cls, place: Municipality, known: Nomenclature, matched: str = "") -> Self:
        """Describe a municipality."""
        areas = tuple(
            AreaCard(kind=area.kind, kind_label=AREA_LABELS[area.kind], code=area.code, label=area.label)
            for area in known.areas(place.code)
        )
        return cls(code=place.code, name=place.name, areas=areas, matched=matched)


class OccupationsAnswer(_Said):
    """Occupations found, best first. `cursor` continues a listing without `q`."""

    version: str
    items: tuple[OccupationCard, ...]
    cursor: str | None = None


class SkillsAnswer(_Said):
    """Skills found, best first. `cursor` continues a listing without `q`."""

    version: str
    items: tuple[SkillCard, ...]
    cursor: str | None = None


class MunicipalitiesAnswer(_Said):
    """Municipalities found, best first. `cursor` continues a listing without `q`."""

    version: str
    items: tuple[MunicipalityCard, ...]
    cursor: str | None = None


class OccupationRead(_Said):
    """An occupation that a text may mean. `start` and `end` are positions of characters in the text in Unicode
    form C; `score` goes from 0 to 1."""

    code: str
    label: str
    score: float
    start: int
    end: int


class SkillRead(_Said):
    """A skill that a text names. `importance` is a hint: `wished` where the text says that it may do without."""

    code: str
    name: str
    importance: Literal["must", "wished"]
    rare: bool
    score: float
    start: int
    end: int


class ExtractionAnswer(_Said):
    """What a text says in codes, best first, each with the span it was read from."""

    version: str
    occupations: tuple[OccupationRead, ...]
    skills: tuple[SkillRead, ...]
