"""The French words of a masked term sheet: what the employee reads before he gives his go, and who looked at his card.

Any change of a word that he decides on is a new `WORDING`.
"""

from collections.abc import Iterable
from typing import Final

from functions.introductions.model.go import GoLine, GoSection, Look
from functions.introductions.model.pair import Introduction
from functions.introductions.model.sheet import EarliestStart
from passerelle import french
from passerelle.contracts.cards import Area
from passerelle.contracts.terms import ContractType, Regime, TermSheet
from passerelle.nomenclature import Nomenclature, UnknownCode

WORDING: Final = "go-1"

_REGIMES = {
    Regime.ORDINARY: "prêt à but non lucratif, facturé au coût exact (Code du travail, art. L. 8241-2)",
    Regime.LARGE_TO_SME: "prêt d’une grande entreprise à une plus petite (Code du travail, art. L. 8241-3)",
    Regime.GENERAL_INTEREST: "prêt à un organisme d’intérêt général (Code du travail, art. L. 8241-3)",
}
_CONTRACTS = {
    ContractType.PERMANENT: "CDI",
    ContractType.FIXED_TERM: "CDD",
    ContractType.APPRENTICE: "contrat d’apprentissage",
    ContractType.TEMP: "contrat de travail temporaire",
}


class French:
    """Writes term sheets in French, with the labels of a nomenclature."""

    def __init__(self, nomenclature: Nomenclature) -> None:
        self._nomenclature = nomenclature

    def lines(self, terms: TermSheet) -> tuple[GoLine, ...]:
        """The sheet line by line, as far as it concerns the employee: his employer's costs are not among it."""
        characteristics = (terms.post_characteristics,) if terms.post_characteristics else ()
        probation = f"{terms.probation_days} jours" if terms.probation_days else "pas de période probatoire"
        return (
            _line("occupation", "Métier", self._label("occupation", terms.occupation)),
            _line("tasks", "Tâches", terms.tasks),
            *((_line("post", "Particularités du poste", *characteristics),) if characteristics else ()),
            _line("period", "Dates", f"du {french.day(terms.start_date)} au {french.day(terms.end_date)}"),
            _line("area", "Lieu", self.area(terms.area)),
            _line(
                "hours",
                "Horaires",
                f"{terms.weekly_hours} heures par semaine, {terms.daily_hours} heures par jour au plus",
                f"{french.WORKING_TIME[terms.working_time]}, {french.SHIFTS[terms.shift]}",
                f"{terms.daily_rest_hours} heures de repos entre deux jours",
            ),
            _line("probation", "Période probatoire du prêt", probation),
            _line("changes", "Ce qui change pour vous", *_changes(terms)),
            _line("safety", "Sécurité", *_safety(terms)),
            _line("contract", "Votre contrat", f"{_CONTRACTS[terms.contract_type]}, avec votre employeur, inchangé"),
            _line("regime", "Cadre légal", _REGIMES[terms.regime]),
        )

    def start(self, start: EarliestStart | None) -> tuple[str, ...]:
        """When the loan may begin at the earliest, and why."""
        if start is None:
            return ()
        first = (
            f"Au plus tôt le {french.day(start.day)}, si les étapes sont engagées le {french.day(start.counted_from)}."
        )
        return tuple(typeset(line) for line in (first, *(_reason(reason.text) for reason in start.reasons)))

    def sections(self) -> tuple[GoSection, ...]:
        """What he is told before he chooses."""
        return (
            _section(
                "À quoi sert votre feu vert",
                "Deux entreprises s’intéressent à cette proposition sans se connaître, et sans vous connaître. Rien "
                "n’avance sans vous : votre nom et ceux des deux entreprises ne sont échangés que si vous acceptez, "
                "elles et vous, ce même texte.",
                "Votre feu vert n’est pas encore l’accord au prêt : celui-ci viendra après une rencontre, par un "
                "document qui nomme l’entreprise, les tâches, les dates et le lieu. Vous pourrez encore dire non.",
            ),
            _section(
                "Vous êtes libre",
                "Refuser n’a aucune conséquence pour vous : ni sanction, ni licenciement, ni mesure défavorable "
                "(Code du travail, art. L. 8241-2). Les deux entreprises lisent seulement « sans suite », comme pour "
                "toute autre fin.",
                "Après un feu vert, vous pouvez encore arrêter, ici même, sans donner de raison.",
            ),
            _section(
                "Pendant le prêt",
                "Vous restez salarié de votre employeur, qui vous paie : votre contrat continue, et vous retrouvez "
                "ensuite votre poste ou un poste équivalent.",
            ),
        )

    def looks(self, looks: Iterable[tuple[Look, Introduction | None]]) -> tuple[str, ...]:
        """Who looked at the card, masked: by day and by the area of the demand."""
        lines = []
        for look, introduction in looks:
            where = f" : {self.area(introduction.demand_card.area)}" if introduction else ""
            lines.append(typeset(f"Le {french.day(look.on)}, une entreprise{where}"))
        return tuple(lines)

    def area(self, area: Area) -> str:
        """An area in words."""
        return f"{self._label(french.AREA_KINDS[area.level], area.code)} ({french.AREAS[area.level]})"

    def _label(self, kind: str, code: str) -> str:
        try:
            return self._nomenclature.label(kind, code)
        except UnknownCode:
            return code


def typeset(text: str) -> str:
    """French spacing and apostrophes."""
    return french.typeset(text).replace("'", "’")


def _reason(text: str) -> str:
    """A reason of the law in the words of an employee."""
    told = text.replace("de la prêteuse", "de votre employeur")
    told = told.replace("de l'utilisatrice", "de l’entreprise d’accueil")
    return f"{told[0].upper()}{told[1:]}."


def _changes(terms: TermSheet) -> list[str]:
    told = {
        "votre rémunération": terms.pay_changed,
        "la durée du travail de votre contrat": terms.contract_hours_changed,
        "le passage du jour à la nuit, ou l’inverse": terms.day_night_switch,
        "votre qualification ou vos fonctions": terms.qualification_changed,
        "un lieu hors de votre secteur habituel": terms.outside_geographic_sector,
    }
    return [text for text, changed in told.items() if changed] or ["rien d’essentiel dans votre contrat"]


def _safety(terms: TermSheet) -> list[str]:
    told = []
    if terms.risk_post:
        told.append("poste à risques particuliers : une formation renforcée à la sécurité vous est due")
    if terms.sir_post:
        told.append("suivi médical renforcé : un examen d’aptitude vient avant le premier jour")
    return told or ["accueil et équipements de protection fournis par l’entreprise qui vous reçoit"]


def _line(field: str, label: str, *values: str) -> GoLine:
    return GoLine(field=field, label=typeset(label), values=tuple(typeset(value) for value in values))


def _section(heading: str, *paragraphs: str) -> GoSection:
    return GoSection(heading=typeset(heading), paragraphs=tuple(typeset(paragraph) for paragraph in paragraphs))
