"""ROME as France Travail publishes it: a ZIP of `unix_<table>_v<number>_utf8.csv`, of any version number."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cdk.nomenclatures.archive import Faulty, text
from cdk.nomenclatures.sources import Rome, RomeOccupation, RomeSkill
from cdk.nomenclatures.tables import Faults, Table
from passerelle.nomenclature import SkillKind

CODE = re.compile(r"[A-N]\d{4}")
OGR = re.compile(r"\d{3,7}")
DOMAIN = re.compile(r"[A-N]\d{2}")
GREAT_DOMAIN = re.compile(r"[A-N]")
MOST_UNKNOWN_LINKS = 0.01
"""The share of links to unknown items from which a file has lost rows."""
KINDS: Mapping[str, SkillKind] = {"savoir-faire": "savoir_faire", "savoir-être": "savoir_etre"}
CERTIFICATES = "certifications et habilitations"
_NAME = re.compile(r"unix_(\w+)_v(\d{2,5})_utf8\.csv", re.IGNORECASE)
_TABLES = (
    "referentiel_code_rome",
    "referentiel_appellation",
    "referentiel_competence",
    "referentiel_savoir",
    "referentiel_contexte_travail",
    "coherence_item",
    "texte",
    "domaine_professionnel",
    "grand_domaine",
)


def read(files: Mapping[str, bytes]) -> Rome:
    """The whole of ROME. Raises `Faulty` with every fault, each with its file and line."""
    faults = Faults()
    version, tables = _tables(files, faults)
    occupations = _labels(tables["referentiel_code_rome"], "code_rome", "libelle_rome", CODE)
    domains = _labels(tables["grand_domaine"], "code_grand_domaine", "libelle_grand_domaine", GREAT_DOMAIN)
    domains |= _labels(
        tables["domaine_professionnel"], "code_domaine_professionnel", "libelle_domaine_professionnel", DOMAIN
    )
    skills = _skills(tables)
    contexts = {row["code_ogr"] for row in tables["referentiel_contexte_travail"].rows(("code_ogr",))}
    titles = _titles(tables["referentiel_appellation"], occupations)
    links, passed_over = _links(tables["coherence_item"], occupations, skills, contexts)
    said = _definitions(tables["texte"], occupations)
    for code in sorted(occupations):
        if missing := {code[:1], code[:3]} - domains.keys():
            faults.note(tables["referentiel_code_rome"].name, 1, f"{code} is of an unknown domain {min(missing)}")
    faults.check()
    return Rome(
        version=version,
        occupations=tuple(
            RomeOccupation(
                code=code,
                label=label,
                titles=tuple(titles.get(code, ())),
                core=tuple(item for item, core in links.get(code, {}).items() if core),
                other=tuple(item for item, core in links.get(code, {}).items() if not core),
                definition=" ".join(sentence for _, sentence in sorted(said.get(code, ()))),
            )
            for code, label in sorted(occupations.items())
        ),
        skills=tuple(skills[code] for code in sorted(skills)),
        domains=domains,
        passed_over=passed_over,
    )


def _tables(files: Mapping[str, bytes], faults: Faults) -> tuple[str, dict[str, Table]]:
    found: dict[str, Table] = {}
    versions: set[str] = set()
    for name, raw in files.items():
        if (said := _NAME.fullmatch(name)) and said[1].casefold() in _TABLES:
            if said[1].casefold() in found:
                raise Faulty(f"{name}: the same table is there in two versions")
            found[said[1].casefold()] = Table(name, text(raw, name), faults)
            versions.add(said[2])
    if missing := [table for table in _TABLES if table not in found]:
        raise Faulty(f"the ZIP lacks unix_{missing[0]}_v…_utf8.csv: is it the ROME open data in CSV?")
    if len(versions) > 1:
        raise Faulty(f"the ZIP mixes versions {', '.join(sorted(versions))}")
    return versions.pop(), found


def _labels(table: Table, code: str, label: str, pattern: re.Pattern[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table.rows((code, label)):
        said = table.code(row, code, pattern)
        if said in found:
            table.fault(row, f"{code} {said} comes twice")
        found[said] = table.label(row, label)
    _not_empty(table, found)
    return found


def _not_empty(table: Table, found: object) -> None:
    if not found:
        table.faults.note(table.name, 2, "there is no row")


def _skills(tables: Mapping[str, Table]) -> dict[str, RomeSkill]:
    found: dict[str, RomeSkill] = {}
    table = tables["referentiel_competence"]
    for row in table.rows(("code_ogr", "libelle_competence", "cat_comp")):
        kind = next((kind for start, kind in KINDS.items() if row["cat_comp"].casefold().startswith(start)), None)
        if kind is None:
            table.fault(row, f"cat_comp {row['cat_comp'][:40]!r} is neither Savoir-faire nor Savoir-être")
        else:
            _add(
                table,
                row.line,
                found,
                _skill(table.code(row, "code_ogr", OGR), kind, _plain(table.label(row, "libelle_competence"))),
            )
    _not_empty(table, found)
    table = tables["referentiel_savoir"]
    needed = ("code_ogr_savoir", "libelle_savoir", "categorie_savoir")
    count = len(found)
    for row in table.rows(needed, ("sous_categorie_savoir",)):
        certificate = None
        if row["categorie_savoir"].casefold() == CERTIFICATES:
            certificate = (
                "habilitation" if row.get("sous_categorie_savoir").casefold() == "habilitations" else "diploma"
            )
        code = table.code(row, "code_ogr_savoir", OGR)
        _add(table, row.line, found, _skill(code, "savoir", table.label(row, "libelle_savoir"), certificate))
    _not_empty(table, len(found) - count)
    return found


def _skill(code: str, kind: SkillKind, label: str, certificate: str | None = None) -> RomeSkill:
    return RomeSkill(code=code, kind=kind, label=label, certificate=certificate)


def _plain(label: str) -> str:
    """Without the publisher's mark of an aggregate."""
    return label.removeprefix("MACRO–")


def _add(table: Table, line: int, found: dict[str, RomeSkill], skill: RomeSkill) -> None:
    if skill.code in found:
        table.faults.note(table.name, line, f"code {skill.code} comes twice")
    found[skill.code] = skill


def _titles(table: Table, occupations: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    needed = ("code_ogr", "libelle_appellation_long", "code_rome")
    for row in table.rows(needed, ("libelle_appellation_court",)):
        code = table.code(row, "code_rome", CODE)
        if code not in occupations:
            table.fault(row, f"code_rome {code[:40]!r} is of no occupation")
        mine = found.setdefault(code, {})
        mine[table.label(row, "libelle_appellation_long")] = None
    _not_empty(table, found)
    return {code: [title for title in mine if title != occupations.get(code)] for code, mine in found.items()}


def _links(
    table: Table, occupations: Mapping[str, str], skills: Mapping[str, RomeSkill], contexts: set[str]
) -> tuple[dict[str, dict[str, bool]], int]:
    """Per occupation its skills and whether they are at its core; and how many links lead nowhere."""
    found: dict[str, dict[str, bool]] = {}
    count = lost = 0
    for row in table.rows(("code_rome", "code_ogr", "coeur_metier")):
        code, item = table.code(row, "code_rome", CODE), row["code_ogr"]
        count += 1
        if code not in occupations:
            table.fault(row, f"code_rome {code[:40]!r} is of no occupation")
        elif item in skills:
            mine = found.setdefault(code, {})
            mine[item] = mine.get(item, False) or row["coeur_metier"].casefold() == "principale"
        elif item not in contexts:
            lost += 1
    _not_empty(table, found)
    if lost > count * MOST_UNKNOWN_LINKS:
        table.faults.note(table.name, 1, f"{lost} of {count} rows name items that no other file holds")
    return found, lost


def _definitions(table: Table, occupations: Mapping[str, str]) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for row in table.rows(("code_rome", "libelle_type_texte", "position_phrase", "libelle_texte")):
        if row["libelle_type_texte"] != "definition":
            continue
        position = row["position_phrase"]
        if row["code_rome"] not in occupations or not (position.isascii() and position.isdigit()):
            table.fault(row, "is a sentence of no occupation or without a position")
            continue
        found.setdefault(row["code_rome"], []).append((int(position[:6]), row["libelle_texte"]))
    return found
