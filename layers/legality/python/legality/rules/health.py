"""Working time, health and safety, accidents, and what a long presence changes."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from legality.conditions import done, done_before, done_by, holds, where
from legality.dates import add_months, add_years, declaration_deadline, notice_deadline
from legality.rule import Gate, Nature, Rule, Who, block, info, require

DAILY_HOURS, WEEKLY_HOURS, REST_HOURS = Decimal(10), Decimal(48), Decimal(11)
VIP_YEARS: Final = 5
LONG_PRESENCE_MONTHS: Final = 12

SIR: Final = holds("mission.sirPost")


def _too_long(hours: Mapping[str, Decimal]) -> bool | None:
    """Unknown while one of the three numbers is and the others are lawful."""
    day, week, rest = hours.get("perDay"), hours.get("perWeek"), hours.get("rest")
    excesses = (
        None if day is None else day > DAILY_HOURS,
        None if week is None else week > WEEKLY_HOURS,
        None if rest is None else rest < REST_HOURS,
    )
    return True if True in excesses else None if None in excesses else False


def _old_visit(visited: date | None, start: date) -> bool:
    return visited is None or add_years(visited, VIP_YEARS) < start


def _long_presence(start: date, end: date | None) -> bool:
    return end is None or end >= add_months(start, LONG_PRESENCE_MONTHS)


def _noticed(known: datetime | None, noticed: datetime | None) -> bool:
    return known is not None and noticed is not None and noticed <= notice_deadline(known)


def _declared(known: datetime | None, declared: datetime | None) -> bool:
    return known is not None and declared is not None and declared <= declaration_deadline(known)


RULES: Final = (
    Rule(
        "PMO-50",
        "L3121-18, L3121-20 et L3131-1 du code du travail",
        "Pas plus de 10 heures par jour ni de 48 heures par semaine, et 11 heures de repos entre deux jours, les heures"
        " des deux entreprises ajoutées.",
        "Ramener les horaires dans ces limites.",
        Who.HOST,
        (block(Gate.G4, Gate.G6, when=where(_too_long, "mission.hours")),),
    ),
    Rule(
        "PMO-51",
        "L1251-22, R4624-24 et R4625-9 du code du travail",
        "Un poste à suivi individuel renforcé demande un examen médical d'aptitude avant l'affectation.",
        "Faire passer l'examen d'aptitude avant le premier jour.",
        Who.HOST,
        (block(Gate.G5, when=SIR & ~done_before("employee.aptitudeExamOn", "mission.start")),),
    ),
    Rule(
        "PMO-52",
        "R4624-10, R4624-15 et R4624-16 du code du travail (par analogie)",
        "La dernière visite d'information date de plus de cinq ans, ou l'emploi n'est pas identique.",
        "Organiser la visite au plus tard trois mois après le premier jour.",
        Who.LENDER,
        (
            require(
                Gate.G6,
                when=~SIR & (where(_old_visit, "employee.lastVipOn", "mission.start") | ~holds("mission.sameJob")),
            ),
        ),
        Nature.READING,
    ),
    Rule(
        "PMO-53",
        "L4154-2 et L4142-2 du code du travail",
        "Un poste à risques particuliers demande une formation renforcée à la sécurité, avant de commencer.",
        "Donner la formation le premier jour, avant le travail, et la consigner.",
        Who.HOST,
        (
            require(
                Gate.G5,
                when=holds("mission.riskPost"),
                met=done_by("host.safetyTrainingOn", "mission.start"),
            ),
        ),
    ),
    Rule(
        "PMO-54",
        "L4141-2, L1251-21 et L1251-23 du code du travail",
        "L'utilisatrice assure l'accueil sécurité et remet la liste des équipements de protection.",
        "Faire l'accueil sécurité le premier jour et remettre la liste.",
        Who.HOST,
        (
            require(
                Gate.G5,
                met=done_by("host.safetyInductionOn", "mission.start") & holds("host.ppeList"),
            ),
        ),
    ),
    Rule(
        "PMO-55",
        "L1251-23 du code du travail",
        "Les équipements personnalisés peuvent être fournis par la prêteuse, jamais aux frais du salarié.",
        "Ajouter la clause à la convention.",
        Who.BOTH,
        (require(Gate.G4, when=holds("mission.customPpe"), met=holds("convention.customPpeClause")),),
    ),
    Rule(
        "PMO-56",
        "L412-4 et R412-2 du code de la sécurité sociale (par analogie)",
        "L'utilisatrice avise la prêteuse d'un accident dans les 24 heures, avec copie à la CARSAT et à l'inspection.",
        "Envoyer l'avis à la prêteuse par lettre recommandée.",
        Who.HOST,
        (
            require(
                Gate.G6,
                when=done("accident.hostKnewAt"),
                met=where(_noticed, "accident.hostKnewAt", "accident.hostNoticeAt"),
            ),
        ),
        Nature.READING,
    ),
    Rule(
        "PMO-57",
        "L441-2 et R441-3 du code de la sécurité sociale",
        "La prêteuse déclare l'accident à la CPAM dans les 48 heures, dimanches et jours fériés non compris.",
        "Déclarer l'accident à la CPAM.",
        Who.LENDER,
        (
            require(
                Gate.G6,
                when=done("accident.lenderKnewAt"),
                met=where(_declared, "accident.lenderKnewAt", "accident.declaredAt"),
            ),
        ),
    ),
    Rule(
        "PMO-60",
        "L1111-2, 2° et L2314-23 du code du travail",
        "Après douze mois de présence continue, le salarié compte dans l'effectif de l'utilisatrice au prorata et"
        " choisit où il vote.",
        "Informer l'utilisatrice et le salarié au douzième mois.",
        Who.HOST,
        (info(Gate.G6, when=where(_long_presence, "mission.start", "mission.end")),),
    ),
)
