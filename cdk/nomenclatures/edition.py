"""One edition out of all parts: ROME, wordings of ESCO, places; the starter where nothing was imported.

The starter's own words stay the names of its skills and remain titles of its occupations, so that what was recorded
with it reads as before. A code that the parts no longer hold is carried over from the edition before, retired: cards
that hold it are understood for ever, and nobody is offered it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache

from cdk.nomenclatures.sources import Concept, Place, RomeOccupation, RomeSkill, Sources
from likeness.french import words
from passerelle.nomenclature import AREA_LADDER, Municipality, Nomenclature, Occupation, Skill, Thing, load_starter

MOST_TITLES = 200
NO_AREA = "999999999"
"""The intercommunality or zone of a municipality that is in none."""
CERTIFICATES = {"diploma": "Diplômes et certifications professionnelles", "habilitation": "Habilitations"}

KINDS = ("occupation", "skill", "municipality")
Labels = dict[str, dict[str, str]]


def compose(sources: Sources, before: Nomenclature) -> Nomenclature:
    """The nomenclature that these sources make after the one in force."""
    starter = load_starter()
    labels: Labels = {kind: dict(known) for kind, known in starter.labels.items() if kind not in {*KINDS, "trade"}}
    occupations, skills = list(starter.occupations), list(starter.skills)
    if sources.rome:
        occupations = [_occupation(each, starter) for each in sources.rome.occupations]
        skills = [_skill(each, starter) for each in sources.rome.skills]
        labels["domain"] = labels.get("domain", {}) | sources.rome.domains
        labels["family"] = labels["family"] | {
            code: label for code, label in sources.rome.domains.items() if len(code) == 1
        }
        labels["certificate"] = labels["certificate"] | CERTIFICATES
    occupations = _lent_to_occupations(occupations, sources.esco_occupations or ())
    skills = _lent_to_skills(skills, sources.esco_skills or ())
    municipalities = list(starter.municipalities)
    if sources.places:
        municipalities = [_municipality(place) for place in sources.places]
        _name_areas(labels, sources.places)
    labels["epci"] = labels["epci"] | (sources.epci or {})
    kept = _Kept(before)
    kept.keep(occupations, skills, municipalities)
    for kind, known in before.labels.items():
        if kind not in {*KINDS, "trade"}:
            labels[kind] = {**known, **labels.get(kind, {})}
    return Nomenclature(
        version=_version(sources),
        occupations=occupations,
        skills=skills,
        municipalities=municipalities,
        labels=labels,
        source=_source(sources, starter),
        licence="Licence Ouverte / Etalab 2.0" + (" ; ESCO : CC BY 4.0" if _has_esco(sources) else ""),
        retired=kept.retired,
    )


def definitions(sources: Sources) -> Mapping[str, str]:
    """What the sheets of occupations say, by code."""
    return {each.code: each.definition for each in sources.rome.occupations} if sources.rome else {}


class _Kept:
    """What the edition before held and the new parts do not."""

    def __init__(self, before: Nomenclature) -> None:
        self._before = before
        self.retired: set[tuple[str, str]] = set()

    def keep(self, occupations: list[Occupation], skills: list[Skill], places: list[Municipality]) -> None:
        """Adds what is missing, and the places that areas without any would lose."""
        self._add("occupation", occupations, self._before.occupations)
        self._add("skill", skills, self._before.skills)
        self._add("municipality", places, self._before.municipalities)
        self._keep_areas(places)

    def _add(self, kind: str, new: list[Thing], old: Iterable[Thing]) -> None:
        present = {each.code for each in new}
        gone = [each for each in old if each.code not in present]
        new.extend(gone)
        self.retired.update((kind, each.code) for each in gone)

    def _keep_areas(self, places: list[Municipality]) -> None:
        for kind in AREA_LADDER:
            held = {getattr(place, kind) for place in places}
            lost: dict[str, list[Municipality]] = {}
            for place in self._before.municipalities:
                if getattr(place, kind) not in held:
                    lost.setdefault(getattr(place, kind), []).append(place)
            for code, members in sorted(lost.items()):
                places.append(_stand_in(kind, code, members, self._before.label(kind, code)))
                self.retired.add(("municipality", places[-1].code))


def _stand_in(kind: str, code: str, members: list[Municipality], label: str) -> Municipality:
    """A place for an area that no municipality names any more but cards may: in the middle of those that did."""
    first = members[0]
    areas = {each: getattr(first, each) for each in AREA_LADDER} | {kind: code}
    return Municipality(
        code=f"{kind}-{code}",
        name=label,
        latitude=round(sum(place.latitude for place in members) / len(members), 2),
        longitude=round(sum(place.longitude for place in members) / len(members), 2),
        **areas,
    )


def _occupation(said: RomeOccupation, starter: Nomenclature) -> Occupation:
    ours = starter.occupation(said.code).titles if said.code in starter.labels["occupation"] else ()
    titles = tuple(dict.fromkeys((*ours, *said.titles)))
    return Occupation(said.code, said.label, said.code[:1], titles[:MOST_TITLES], said.core, said.other)


def _skill(said: RomeSkill, starter: Nomenclature) -> Skill:
    if said.code not in starter.labels["skill"]:
        return Skill(said.code, said.kind, said.label, (), said.certificate)
    ours = starter.skill(said.code)
    synonyms = tuple(dict.fromkeys(each for each in (*ours.synonyms, said.label) if each != ours.name))
    return Skill(said.code, said.kind, ours.name, synonyms, ours.certificate or said.certificate)


def _lent_to_occupations(known: Iterable[Occupation], concepts: Iterable[Concept]) -> list[Occupation]:
    occupations = list(known)
    lent = _lent([(each.code, (each.label, *each.titles)) for each in occupations], concepts)
    return [
        Occupation(
            each.code,
            each.label,
            each.family,
            (each.titles + lent.get(each.code, ()))[:MOST_TITLES],
            each.core,
            each.other,
        )
        for each in occupations
    ]


def _lent_to_skills(known: Iterable[Skill], concepts: Iterable[Concept]) -> list[Skill]:
    skills = list(known)
    lent = _lent([(each.code, (each.name, *each.synonyms)) for each in skills], concepts)
    return [
        Skill(each.code, each.kind, each.name, each.synonyms + lent.get(each.code, ()), each.certificate)
        for each in skills
    ]


def _lent(known: Iterable[tuple[str, Iterable[str]]], concepts: Iterable[Concept]) -> dict[str, tuple[str, ...]]:
    """By code, the labels that concepts lend: those of which one label says the same as wordings of one code alone."""
    read = cache(words)
    owners: dict[tuple[str, ...], set[str]] = {}
    worded: dict[str, set[tuple[str, ...]]] = {}
    for code, wordings in known:
        worded[code] = {read(each) for each in wordings}
        for each in worded[code]:
            owners.setdefault(each, set()).add(code)
    lent: dict[str, list[str]] = {}
    for concept in concepts:
        meant = {code for label in concept.labels for code in owners.get(read(label), ())}
        if len(meant) == 1:
            code = meant.pop()
            for label in concept.labels:
                if read(label) not in owners and read(label) not in worded[code]:
                    worded[code].add(read(label))
                    lent.setdefault(code, []).append(label)
    return {code: tuple(labels) for code, labels in lent.items()}


def _municipality(place: Place) -> Municipality:
    epci, zone = place.epci or NO_AREA, place.employment_zone or NO_AREA
    return Municipality(
        place.code, place.name, epci, zone, place.departement, place.region, place.latitude, place.longitude
    )


def _name_areas(labels: Labels, places: Iterable[Place]) -> None:
    """Areas without a label are called after their largest municipality."""
    largest: dict[tuple[str, str], Place] = {}
    for place in places:
        for kind in AREA_LADDER:
            key = (kind, getattr(place, kind) or NO_AREA)
            if key not in largest or place.population > largest[key].population:
                largest[key] = place
    for (kind, code), place in largest.items():
        none = "Hors zone d'emploi" if kind == "employment_zone" else "Hors intercommunalité"
        labels[kind].setdefault(code, none if code == NO_AREA else place.name)


def _has_esco(sources: Sources) -> bool:
    return bool(sources.esco_occupations or sources.esco_skills)


def _source(sources: Sources, starter: Nomenclature) -> str:
    said = [f"ROME 4.0 version {sources.rome.version} (France Travail)"] if sources.rome else [starter.source]
    said += ["libellés ESCO (Commission européenne)"] if _has_esco(sources) else []
    said += ["code officiel géographique et zones d'emploi (INSEE)"] if sources.places else []
    return ", ".join(said)


def _version(sources: Sources) -> str:
    digest = hashlib.sha256(sources.model_dump_json().encode()).hexdigest()[:8]
    return f"rome4-v{sources.rome.version}-{digest}" if sources.rome else f"starter-{digest}"
