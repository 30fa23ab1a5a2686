"""Every fact the rules may look at, in the order in which `passerelle legality facts` lists them.

Names are dotted: whose fact, then which. A step that happened is the date on which it happened; `null` says that it has
not. A document that is proved is true; false says that it is known to be missing.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from legality import vocabulary
from legality.facts import (
    AMOUNT,
    BOOLEAN,
    COUNT,
    COUNTRY,
    COUNTS,
    DATE,
    HOURS,
    LINES,
    MOMENT,
    NUMBER,
    POSITIVE_AMOUNT,
    TASKS,
    TEXT,
    WORD,
    WORDS,
    Fact,
    Facts,
    closed_lists,
    closed_words,
    open_words,
    read_facts,
)

NOT_DONE: Final = "not done"
NONE_PLANNED: Final = "none planned"
PEOPLE: Final = "employees"
EUROS: Final = "euros"


def proved(name: str, french: str, english: str) -> Fact:
    """A fact that is true or false."""
    return Fact(name, BOOLEAN, french, english)


def step(name: str, french: str, english: str) -> Fact:
    """The day on which a step happened, or `null`."""
    return Fact(name, DATE, french, english, null=NOT_DONE)


REGIME: Final = (
    Fact("regime", closed_words(vocabulary.REGIMES), "régime demandé par la prêteuse", "regime the lender asks for"),
    proved("sameGroup", "prêteuse et utilisatrice du même groupe", "lender and host belong to one group"),
    Fact("gate.date", DATE, "jour où l'étape examinée est franchie", "day on which the examined gate is crossed"),
)


def _party(who: str, french: str) -> tuple[Fact, ...]:
    def fact_date(name: str, meaning: str, english: str, null: str = NOT_DONE) -> Fact:
        return Fact(f"{who}.{name}", DATE, f"{meaning} ({french})", f"{english} ({who})", null=null)

    def fact_true(name: str, meaning: str, english: str) -> Fact:
        return Fact(f"{who}.{name}", BOOLEAN, f"{meaning} ({french})", f"{english} ({who})")

    return (
        Fact(
            f"{who}.kind",
            open_words(vocabulary.KINDS),
            f"nature de l'employeur, COMPANY pour une entreprise ordinaire ({french})",
            f"kind of employer, COMPANY for an ordinary one ({who})",
        ),
        Fact(
            f"{who}.headcount",
            COUNT,
            f"effectif au sens de L1111-2, tenu douze mois ({french})",
            f"headcount as L1111-2 counts it, held for twelve months ({who})",
            PEOPLE,
        ),
        fact_true("identified", "partie désignée au dossier", "named in the file as a party"),
        fact_true("hasCse", "un CSE existe", "there is a works council (CSE)"),
        fact_true(
            "carenceRecord", "procès-verbal de carence au dossier", "record of elections without candidate on file"
        ),
        fact_date(
            "cseInformedOn", "jour où l'information complète est remise au CSE", "day the CSE received the full note"
        ),
        fact_date("cseOpinionOn", "jour où le CSE a rendu son avis", "day the CSE gave its opinion"),
        Fact(
            f"{who}.cseExpertLevels",
            COUNT,
            f"niveaux de CSE assistés d'un expert : 0, 1, 2 ({french})",
            f"levels of the CSE with an expert: 0, 1, 2 ({who})",
        ),
        Fact(
            f"{who}.cseAgreedDays",
            COUNT,
            f"délai de consultation fixé par accord d'entreprise ({french})",
            f"delay of consultation set by company agreement ({who})",
            "calendar days",
            null="no such agreement",
        ),
        fact_date("cseMeetingOn", "réunion du CSE prévue", "planned meeting of the CSE", NONE_PLANNED),
        fact_date("cseAgendaSentOn", "envoi de l'ordre du jour de cette réunion", "agenda of that meeting sent"),
        fact_true(
            "cseInformedOfMatching", "CSE informé de l'outil d'appariement", "CSE informed of the matching engine"
        ),
    )


LENDER: Final = (
    *_party("lender", "prêteuse"),
    Fact(
        "lender.groupHeadcount",
        COUNT,
        "effectif du groupe de la prêteuse au 31 décembre",
        "headcount of the lender's group on 31 December",
        PEOPLE,
        null="no group",
    ),
    Fact("lender.country", COUNTRY, "pays d'établissement de la prêteuse", "country where the lender is established"),
    proved("lender.vatLiable", "prêteuse redevable de la TVA", "the lender is liable to VAT"),
    step(
        "lender.cseInformedOfConventionOn",
        "CSE de la prêteuse informé de la convention signée",
        "lender's CSE informed of the signed convention",
    ),
    step(
        "lender.cseInformedOfRiskPostOn",
        "CSE de la prêteuse informé du poste à risques",
        "lender's CSE informed of the risky post",
    ),
    proved("lender.bdeseLine", "prêts inscrits à la BDESE", "loans entered in the BDESE"),
    Fact(
        "lender.urssafCertificateOn",
        DATE,
        "date de l'attestation de vigilance URSSAF remise à l'utilisatrice",
        "date of the URSSAF certificate given to the host",
        null="none given",
    ),
    proved(
        "lender.registrationProof",
        "preuve d'immatriculation remise à l'utilisatrice",
        "proof of registration given to the host",
    ),
    proved(
        "lender.partialActivityDeclared",
        "la prêteuse déclare travaillées les heures prêtées",
        "the lender declares the lent hours as worked",
    ),
)

HOST: Final = (
    *_party("host", "utilisatrice"),
    Fact(
        "host.headcount5y",
        COUNTS,
        "effectifs annuels moyens (L130-1 CSS) des cinq dernières années civiles, le plus ancien d'abord ; un seul sous"
        " 250 suffit",
        "average yearly headcounts (L130-1 CSS) of the last five calendar years, oldest first; one below 250 is enough",
        PEOPLE,
    ),
    Fact("host.registeredOn", DATE, "immatriculation de l'utilisatrice", "the host's registration or declaration"),
    proved("host.isArt238bis", "utilisatrice de l'article 238 bis, 1, a à g CGI", "host under article 238 bis CGI"),
    proved("host.art238bisProof", "preuve 238 bis au dossier", "proof of article 238 bis on file"),
    Fact(
        "host.deMinimisReceived",
        POSITIVE_AMOUNT,
        "aides de minimis reçues par l'entreprise unique sur trois ans",
        "de minimis aid of the single undertaking over three years",
        EUROS,
    ),
    Fact(
        "host.deMinimisThisLoan",
        POSITIVE_AMOUNT,
        "aide de minimis que ce prêt ajoute (coût non refacturé)",
        "de minimis aid this loan adds (cost not billed)",
        EUROS,
    ),
    step(
        "host.safetyTrainingOn",
        "formation renforcée à la sécurité donnée et consignée",
        "reinforced safety training given and recorded",
    ),
    step("host.safetyInductionOn", "accueil sécurité donné", "safety induction given"),
    proved("host.ppeList", "liste des EPI remise", "list of protective equipment handed over"),
    proved("host.cseNotePrepared", "note au CSE de l'utilisatrice préparée", "note for the host's CSE prepared"),
    proved("host.cseNoteMasked", "cette note est masquée", "that note is masked"),
)

EMPLOYEE: Final = (
    proved("employee.identified", "salarié désigné au dossier", "the employee is named in the file"),
    Fact(
        "employee.contractType",
        open_words(vocabulary.CONTRACT_TYPES),
        "type de contrat de travail",
        "type of employment contract",
    ),
    Fact("employee.contractEnd", DATE, "terme du contrat à durée déterminée", "end of the fixed-term contract"),
    proved("employee.inTrialPeriod", "en période d'essai", "in the trial period of the contract"),
    proved("employee.contractSuspended", "contrat suspendu", "the contract is suspended"),
    proved("employee.minor", "moins de 18 ans", "under 18"),
    proved("employee.foreignNational", "de nationalité étrangère", "a foreign national"),
    proved(
        "employee.workPermitScopeOk",
        "titre de travail couvrant ce poste et ce lieu ; vrai si aucun titre n'est requis (UE, EEE, Suisse)",
        "work permit covers this post and place; true where none is needed (EU, EEA, Switzerland)",
    ),
    proved("employee.hasMandate", "titulaire d'un mandat protégé", "holds a protected mandate"),
    proved("employee.onPartialActivity", "placé en activité partielle", "on short-time work"),
    proved("employee.optIn", "volontaire pour publier son profil masqué", "opted in to the masked profile"),
    proved(
        "employee.agreement",
        "accord exprès et écrit à ce prêt : utilisatrice, dates, tâches nommées",
        "express written agreement to this loan: host, dates and tasks named",
    ),
    proved("employee.refused", "le salarié a refusé (clôture du dossier)", "the employee refused (closes the file)"),
    proved(
        "employee.termsChangedSinceAgreement",
        "prix, durée ou utilisatrice changés depuis son accord",
        "price, duration or host changed since the agreement",
    ),
    proved("employee.secondAgreement", "second accord exprès (mandat)", "second express agreement (mandate)"),
    proved("employee.matchingNotice", "informé de la méthode d'appariement", "told of the matching method"),
    step(
        "employee.aptitudeExamOn",
        "examen d'aptitude au poste, conclu apte",
        "aptitude examination for the post, found fit",
    ),
    step("employee.lastVipOn", "dernière visite d'information", "last health information visit"),
    step(
        "employee.changesInformedOn",
        "informé par écrit des changements du prêt",
        "told in writing what the loan changes",
    ),
    step("employee.returnConfirmedOn", "retour au poste confirmé", "return to the post confirmed"),
    proved("employee.reviewDue", "un entretien d'évaluation a lieu", "an appraisal takes place"),
    proved("employee.neutralAppraisal", "règle d'évaluation neutre donnée", "neutral appraisal rule given"),
)

MISSION: Final = (
    Fact("mission.start", DATE, "premier jour de mission (S)", "first day of the mission (S)"),
    Fact("mission.end", DATE, "dernier jour de mission (E)", "last day of the mission (E)", null="no fixed end date"),
    proved("mission.endIsCertainEvent", "terme fixé par un événement certain", "ends by a certain event"),
    Fact("mission.country", COUNTRY, "pays de la mission", "country of the mission"),
    Fact(
        "mission.hours",
        HOURS,
        "horaires prévus ; rest = repos entre deux jours",
        "planned hours; rest = between two days",
    ),
    Fact("mission.place", TEXT, "lieu de travail", "place of work"),
    Fact("mission.tasks", TASKS, "travaux confiés", "tasks entrusted"),
    proved("mission.riskPost", "poste à risques particuliers (L4154-2)", "post with particular risks (L4154-2)"),
    proved("mission.sirPost", "poste à suivi renforcé (R4624-23)", "post with reinforced monitoring (R4624-23)"),
    proved("mission.modifiesEssentialElement", "modifie un élément essentiel", "changes an essential element"),
    proved("mission.replacesStrikers", "remplace des grévistes", "replaces strikers"),
    proved("mission.sameJob", "emploi identique, même exposition", "identical job, equal exposure"),
    proved("mission.customPpe", "EPI personnalisés", "customised protective equipment"),
    proved("mission.endedInProbation", "prêt rompu en probation", "loan ended during its probation"),
    step("mission.returnNoticeOn", "lettre de retour remise", "return notice given"),
    step("mission.endCertificateOn", "attestation de fin remise", "end certificate given"),
    step("mission.finalStatementOn", "relevé final établi", "final statement issued"),
)

MONEY: Final = (
    Fact("billing.lines", LINES, "lignes refacturées du mois", "billed lines of the month", EUROS),
    Fact(
        "billing.total", AMOUNT, "total refacturé du mois, hors TVA", "total billed for the month, without VAT", EUROS
    ),
    Fact(
        "cost.total",
        AMOUNT,
        "coût du mois : salaires, charges, frais",
        "cost of the month: wages, charges, expenses",
        EUROS,
    ),
    Fact("billing.vatRate", NUMBER, "taux de TVA de la refacturation", "VAT rate of the re-billing", "%"),
    Fact("contract.valueExclVat", AMOUNT, "valeur du contrat hors TVA", "value of the contract without VAT", EUROS),
)

DOCUMENTS: Final = (
    Fact(
        "convention.purpose",
        WORD,
        "finalité : QUALIFICATION, TRANSITION, PARTNERSHIP",
        "purpose written in it",
        null="none",
    ),
    Fact(
        "convention.employeeCount",
        COUNT,
        "salariés couverts par la convention",
        "employees the convention covers",
        PEOPLE,
    ),
    Fact(
        "convention.contents",
        closed_lists(vocabulary.CONVENTION_MENTIONS),
        "mentions de la convention (WAGES, CHARGES, EXPENSES : modes de détermination)",
        "what the convention states (WAGES, CHARGES, EXPENSES: how they are determined)",
    ),
    proved("convention.mandateClause", "clause sur le temps de mandat", "clause on the time for the mandate"),
    proved("convention.customPpeClause", "clause sur les EPI personnalisés", "clause on customised equipment"),
    Fact(
        "amendment.contents",
        closed_lists(vocabulary.AMENDMENT_MENTIONS),
        "mentions de l'avenant au contrat",
        "what the contract amendment states",
    ),
    proved("amendment.probationClause", "l'avenant prévoit une probation", "the amendment has a probation clause"),
    step("amendment.signedOn", "avenant signé par le salarié", "amendment signed by the employee"),
    Fact(
        "change.effectiveOn", DATE, "prise d'effet d'un changement en cours", "a change takes effect", null="no change"
    ),
    step("change.writtenOn", "ce changement mis par écrit", "that change put in writing"),
    proved("extension.requested", "prolongation demandée", "an extension is asked for"),
    step("extension.signedOn", "prolongation signée", "extension signed"),
    proved("override.used", "un blocage a été levé par dérogation", "a block was lifted by override"),
    proved("override.recorded", "motif, auteur et pièce consignés", "reason, author and document recorded"),
)

ACCIDENT: Final = (
    Fact(
        "accident.hostKnewAt",
        MOMENT,
        "accident connu de l'utilisatrice",
        "accident known by the host",
        null="no accident",
    ),
    Fact("accident.hostNoticeAt", MOMENT, "avis à la prêteuse", "notice to the lender", null=NOT_DONE),
    Fact(
        "accident.lenderKnewAt",
        MOMENT,
        "accident connu de la prêteuse",
        "accident known by the lender",
        null="no accident",
    ),
    Fact("accident.declaredAt", MOMENT, "déclaration à la CPAM", "declaration to the CPAM", null=NOT_DONE),
)

PRIVACY: Final = (
    proved("matching.used", "appariement automatisé utilisé", "the matching engine is used on people"),
    proved("matching.newOrChanged", "première utilisation ou changement de l'outil", "engine first used or changed"),
    Fact("profile.fields", WORDS, "champs du profil masqué", "fields of the masked profile"),
    Fact(
        "profile.protectedTerms",
        WORDS,
        "termes protégés trouvés dans les textes libres",
        "protected terms in free texts",
    ),
    Fact("profile.classSize", COUNT, "personnes indiscernables de celle-ci", "people this one cannot be told from"),
    Fact("profile.classLenders", COUNT, "prêteuses distinctes parmi elles", "distinct lenders among them"),
    Fact("profile.classLargestShare", NUMBER, "part de la première prêteuse", "share of the largest lender", "%"),
    proved("introduction.mutualInterest", "intérêt mutuel consigné", "mutual interest is logged"),
    proved("termSheet.signedByLender", "fiche d'accord masquée signée : prêteuse", "term sheet signed by the lender"),
    proved("termSheet.signedByHost", "fiche d'accord masquée signée : utilisatrice", "term sheet signed by the host"),
    proved("termSheet.employeeGo", "feu vert du salarié sur cette fiche", "employee's go on that term sheet"),
)

REGISTRY: Final[Mapping[str, Fact]] = MappingProxyType(
    {
        fact.name: fact
        for group in (REGIME, LENDER, HOST, EMPLOYEE, MISSION, MONEY, DOCUMENTS, ACCIDENT, PRIVACY)
        for fact in group
    }
)

ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {"requestedRegime": "regime", "host.headcount5y[]": "host.headcount5y", "billing.lines[]": "billing.lines"}
)
"""Other ways to write a name."""


def facts_of(raw: Mapping[str, Any]) -> Facts:
    """The facts of a JSON object of dotted names. Raises `BadFacts`, with every fault at once."""
    return read_facts(raw, REGISTRY, ALIASES)
