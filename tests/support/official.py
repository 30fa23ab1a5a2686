"""Files in the publishers' formats: a small invented ROME, and a full-size one made of the official tables at hand.

Columns, names and quoting are those of France Travail's `unix_*_vNNN_utf8.csv`.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ABSENT = "the official files are not at ../shared/data"
Rows = list[list[str]]

HEADERS: Mapping[str, str] = {
    "referentiel_code_rome": "code_rome code_fiche_metier code_ogr libelle_rome transition_eco transition_num "
    "transition_demo emploi_reglemente emploi_cadre code_rome_parent",
    "referentiel_appellation": "code_ogr libelle_appellation_long libelle_appellation_court code_rome transition_eco "
    "transition_num transition_demo emploi_reglemente emploi_cadre classification origine code_rome_parent peu_usite",
    "referentiel_competence": "code_ogr nature libelle_competence definition code_ogr_macro_comp code_macro_comp "
    "cat_comp sous_cat_comp transition_eco transition_num libelle_heterogeneite libelle_origine",
    "referentiel_savoir": "code_ogr_savoir libelle_savoir categorie_savoir sous_categorie_savoir transition_eco "
    "transition_num",
    "referentiel_contexte_travail": "code_ogr libelle_cont_travail code_type_cont_trav libelle_type_cont_trav",
    "coherence_item": "code_rome code_ogr coeur_metier",
    "texte": "code_rome code_compo_bloc libelle_type_texte position_phrase libelle_texte",
    "domaine_professionnel": "code_domaine_professionnel libelle_domaine_professionnel",
    "grand_domaine": "code_grand_domaine libelle_grand_domaine",
}


def occupation(code: str, label: str) -> list[str]:
    return [code, "1", "6", label, "Emploi Blanc", "", "", "", "", code]


def title(ogr: str, label: str, code: str) -> list[str]:
    return [ogr, label, label, code, "", "", "", "", "", "SYNONYME", "", code, "N"]


def competence(ogr: str, label: str, category: str = "Savoir-faire") -> list[str]:
    return [ogr, "Compétence", label, "", "", "", category, "Technique", "", "N", "", ""]


def knowledge(ogr: str, label: str, category: str = "Normes et procédés", below: str = "") -> list[str]:
    return [ogr, label, category, below, "", "N"]


def a_small_rome() -> dict[str, Rows]:
    """Three occupations, one of them the starter's, with codes of the starter among their skills."""
    return {
        "referentiel_code_rome": [
            occupation("H2901", "Ajusteur-monteur / Ajusteuse-monteuse"),
            occupation("H2902", "Chaudronnier / Chaudronnière"),
            occupation("A1101", "Conducteur / Conductrice d'engins agricoles"),
        ],
        "referentiel_appellation": [
            title("10969", "Ajusteur mécanicien / Ajusteuse mécanicienne", "H2901"),
            title("10970", "Chaudronnier-soudeur / Chaudronnière-soudeuse", "H2902"),
            title("10971", "Tractoriste agricole", "A1101"),
        ],
        "referentiel_competence": [
            competence("900001", "Conduire un engin agricole"),
            competence("900002", "Cintrer un tube"),
            competence("900003", "Faire preuve de rigueur", "Savoir-être professionnel"),
        ],
        "referentiel_savoir": [
            knowledge("100007", "Techniques de soudage", "Techniques professionnelles"),
            knowledge("900005", "CACES tracteurs inventé", "Certifications et habilitations", "Habilitations"),
        ],
        "referentiel_contexte_travail": [["800001", "Travail en hauteur", "1", "Conditions de travail"]],
        "coherence_item": [
            ["A1101", "900001", "Principale"],
            ["A1101", "900005", ""],
            ["A1101", "800001", ""],
            ["H2902", "900002", "Principale"],
            ["H2902", "100007", "Émergente"],
            ["H2901", "900003", ""],
            ["H2901", "100007", "Principale"],
        ],
        "texte": [
            ["A1101", "3", "definition", "2", "Entretient l''engin."],
            ["A1101", "3", "definition", "1", "Réalise des travaux mécanisés."],
            ["A1101", "4", "acces_metier", "1", "Sans diplôme."],
        ],
        "domaine_professionnel": [["H29", "Travail des métaux"], ["A11", "Engins agricoles et forestiers"]],
        "grand_domaine": [["H", "Industrie"], ["A", "Agriculture"]],
    }


def csv_text(table: str, rows: Iterable[Sequence[str]]) -> str:
    """A table as published: every cell quoted."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(HEADERS[table].split())
    writer.writerows(rows)
    return text.getvalue()


def write_rome(path: Path, tables: Mapping[str, Rows], version: str = "460") -> Path:
    """The ZIP as France Travail publishes it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in tables.items():
            archive.writestr(f"unix_{table}_v{version}_utf8.csv", csv_text(table, rows))
        archive.writestr(f"unix_rubrique_mobilite_v{version}_utf8.csv", '"code_rome","code_rome_cible"\n')
    return path


def official(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def the_full_rome() -> dict[str, Rows]:
    """The official tables at hand, in the publisher's columns."""
    occupations, skills = official("rome4_occupations"), official("rome4_skills")
    contexts = official("rome4_occupation_context")
    links = [[row["code_rome"], row["code_ogr"], row["coeur_metier"]] for row in official("rome4_occupation_skill")]
    return {
        "referentiel_code_rome": [occupation(row["code_rome"], row["libelle"]) for row in occupations],
        "referentiel_appellation": [
            title(row["code_ogr"], row["libelle_long"], row["code_rome"]) for row in official("rome4_appellations")
        ],
        "referentiel_competence": [
            competence(row["code_ogr"], row["libelle"], row["categorie"]) for row in skills if row["kind"] != "savoir"
        ],
        "referentiel_savoir": [
            knowledge(row["code_ogr"], row["libelle"], row["categorie"], row["sous_categorie"])
            for row in skills
            if row["kind"] == "savoir"
        ],
        "referentiel_contexte_travail": [
            [code, label, "1", "Conditions"]
            for code, label in {row["code_ogr"]: row["libelle_contexte"] for row in contexts}.items()
        ],
        "coherence_item": links + [[row["code_rome"], row["code_ogr"], ""] for row in contexts],
        "texte": [
            [row["code_rome"], "3", "definition", "1", row["definition"]] for row in occupations if row["definition"]
        ],
        "domaine_professionnel": [
            list(pair) for pair in sorted({(row["domaine_pro"], row["libelle_domaine_pro"]) for row in occupations})
        ],
        "grand_domaine": [
            list(pair) for pair in sorted({(row["grand_domaine"], row["libelle_grand_domaine"]) for row in occupations})
        ],
    }
