"""What was imported, as it was understood: the next import replaces one part of it and keeps the others."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from passerelle.nomenclature import SkillKind


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RomeOccupation(_Kept):
    """An occupation of ROME: titles as published, skill codes in the order of the file, what the sheet says of it."""

    code: str
    label: str
    titles: tuple[str, ...]
    core: tuple[str, ...]
    other: tuple[str, ...]
    definition: str


class RomeSkill(_Kept):
    """A skill of ROME; `certificate` names the family of a licence or qualification."""

    code: str
    kind: SkillKind
    label: str
    certificate: str | None


class Rome(_Kept):
    """One version of ROME. `domains` are the labels of professional domains (A12) and of great ones (A)."""

    version: str
    occupations: tuple[RomeOccupation, ...]
    skills: tuple[RomeSkill, ...]
    domains: dict[str, str]
    passed_over: int
    """Links to items that no file holds; a few in every publication."""


class Concept(_Kept):
    """A concept of ESCO with its French labels, the preferred one first."""

    uri: str
    labels: tuple[str, ...]


class Place(_Kept):
    """A municipality of the official geographic code; areas that it does not have are empty."""

    code: str
    name: str
    epci: str
    employment_zone: str
    departement: str
    region: str
    population: int
    latitude: float
    longitude: float


class Sources(_Kept):
    """Every part that was imported; None for what the starter still gives."""

    rome: Rome | None = None
    esco_occupations: tuple[Concept, ...] | None = None
    esco_skills: tuple[Concept, ...] | None = None
    places: tuple[Place, ...] | None = None
    epci: dict[str, str] | None = None

    def with_part(self, name: str, part: object) -> Sources:
        """The same with one part replaced."""
        return self.model_copy(update={name: part})
