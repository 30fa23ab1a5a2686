"""The employee's freedom: opt-in, agreement to a given loan, refusal, probation, mandate, return."""

from datetime import date
from typing import Final

from legality.conditions import R1, done, holds, where
from legality.dates import add_days, next_working_day
from legality.rule import Gate, Nature, Rule, Who, block, info, require

STATEMENT_DAYS: Final = 30
MODIFIES: Final = holds("mission.modifiesEssentialElement")


def _returned_in_time(returned: date | None, end: date | None) -> bool:
    return returned is not None and end is not None and returned <= next_working_day(end)


def _stated_in_time(stated: date | None, end: date | None) -> bool:
    return stated is not None and end is not None and stated <= add_days(end, STATEMENT_DAYS)


RULES: Final = (
    Rule(
        "PMO-11",
        "L8241-2, 1° et R8241-2, II du code du travail",
        "Rien ne se publie sans l'accord du salarié, et rien ne se signe sans son accord exprès et écrit à ce prêt :"
        " utilisatrice, dates et tâches nommées.",
        "Demander au salarié, qui répond librement et seul.",
        Who.EMPLOYEE,
        (
            block(Gate.G1, when=~holds("employee.optIn")),
            block(Gate.G4, when=~holds("employee.agreement")),
        ),
    ),
    Rule(
        "PMO-12",
        "L8241-2 du code du travail ; article 5 du RGPD",
        "Le salarié a refusé : le dossier se ferme, sans conséquence et sans trace visible pour ses responsables.",
        "Clore le dossier, retirer le profil ; n'afficher que « le prêt ne se fait pas ».",
        Who.PLATFORM,
        (require(Gate.G1, Gate.G2, Gate.G3, Gate.G4, when=holds("employee.refused")),),
    ),
    Rule(
        "PMO-18",
        "L8241-2, dernier alinéa du code du travail",
        "Si le prêt modifie un élément essentiel du contrat de travail, une période probatoire est obligatoire.",
        "Prévoir une période probatoire dans l'avenant.",
        Who.LENDER,
        (block(Gate.G4, when=R1 & MODIFIES & ~holds("amendment.probationClause")),),
    ),
    Rule(
        "PMO-19",
        "L8241-2 du code du travail",
        "Le prêt ne modifie aucun élément essentiel du contrat : la période probatoire est facultative.",
        "Aucune action : le salarié et la prêteuse choisissent.",
        Who.LENDER,
        (info(Gate.G4, when=~MODIFIES),),
    ),
    Rule(
        "PMO-20",
        "L8241-2 du code du travail",
        "Le prêt a pris fin pendant la période probatoire : ce n'est un motif ni de sanction ni de licenciement, sauf"
        " faute grave.",
        "Remettre la lettre de retour, sans motif de sanction.",
        Who.LENDER,
        (require(Gate.G6, when=holds("mission.endedInProbation"), met=done("mission.returnNoticeOn")),),
    ),
    Rule(
        "PMO-49",
        "L8241-2 et L2411-1 du code du travail ; article 9 du RGPD",
        "Le mandat du salarié reste protégé pendant le prêt, et ne se publie pas.",
        "Ajouter la clause sur le temps de mandat et recueillir un second accord exprès.",
        Who.LENDER,
        (
            require(
                Gate.G4,
                when=holds("employee.hasMandate"),
                met=holds("convention.mandateClause") & holds("employee.secondAgreement"),
            ),
        ),
    ),
    Rule(
        "PMO-61",
        "L8241-2 du code du travail ; délais : règle de la plateforme",
        "À la fin de la mission, le salarié retrouve son poste ou un poste équivalent, sans effet sur sa carrière ni sa"
        " paie.",
        "Confirmer le retour le premier jour ouvré, remettre l'attestation, établir le relevé final sous 30 jours.",
        Who.BOTH,
        (
            require(
                Gate.G7,
                met=where(_returned_in_time, "employee.returnConfirmedOn", "mission.end")
                & done("mission.endCertificateOn")
                & where(_stated_in_time, "mission.finalStatementOn", "mission.end"),
            ),
        ),
    ),
    Rule(
        "PMO-62",
        "L8241-2 du code du travail",
        "Le prêt ne pèse pas sur l'évaluation ni sur la carrière du salarié.",
        "Donner à l'évaluateur la règle d'évaluation neutre.",
        Who.LENDER,
        (require(Gate.G7, when=holds("employee.reviewDue"), met=holds("employee.neutralAppraisal")),),
    ),
    Rule(
        "PMO-69",
        "L8241-2, 1° du code du travail ; article 1103 du code civil (lecture à confirmer)",
        "Le prix, la durée ou l'utilisatrice a changé depuis l'accord du salarié : cet accord ne vaut plus.",
        "Lui présenter le nouveau texte et redemander son accord.",
        Who.EMPLOYEE,
        (block(Gate.G4, when=holds("employee.termsChangedSinceAgreement")),),
        Nature.READING,
    ),
    Rule(
        "PMO-70",
        "Règle de la plateforme",
        "Un blocage a été levé par dérogation.",
        "Consigner le motif, l'auteur et la pièce ; ils figurent à l'audit.",
        Who.PLATFORM,
        (require(*Gate, when=holds("override.used"), met=holds("override.recorded")),),
        Nature.POLICY,
    ),
)
