"""What each document of a loan must say (law.md §2.2 to 2.7), for the loan of the fixtures."""

from __future__ import annotations

from functions.documents.model import Kind

PERIOD = "du 4 janvier 2027 au 2 avril 2027 inclus, soit 89 jours calendaires"
HOURS = "35 heures par semaine, temps plein, 9 heures par jour au plus, 12 heures de repos quotidien ; rythme : nuit"
TASKS = "Souder des tuyauteries inox au procédé TIG et contrôler les cordons."
POST_TRAITS = "Travail en hauteur ponctuel ; charges inférieures à 15 kg."
QUALIFIED = "Soudeur / Soudeuse (ROME H2913), expérience de 6 à 10 ans"
PLACE_BAND = "Métropole Rouen Normandie (intercommunalité)"
ORDINARY = "de main-d’œuvre à but non lucratif de droit commun (articles L8241-1 et L8241-2 du code du travail)"
RISKS = "Oui : le poste figure sur la liste des postes présentant des risques particuliers"
MEDICAL = "Oui : examen d’aptitude avant l’affectation (articles R4624-23 et R4624-24 du code du travail)"
NO_GAIN = "Sans marge ni frais de gestion"
BACK = "son poste de travail ou un poste équivalent"
LENDER_PARTY = {
    "lender's name": "Ateliers de la Seine",
    "lender's SIREN": "SIREN 732 829 320",
    "lender's establishment": "SIRET 732 829 320 00074",
    "lender's address": "12 rue des Forges, 76210 Bolbec",
    "lender's signatory": "représentée par Dominique Morel, en qualité de : directrice des ressources humaines",
}
HOST_PARTY = {
    "host's name": "Chaudronnerie du Cailly",
    "host's SIREN": "SIREN 552 100 554",
    "host's establishment": "SIRET 552 100 554 00013",
    "host's address": "4 quai de la Soude, 76000 Rouen",
    "host's signatory": "représentée par Alix Bertin, en qualité de : gérant",
}
WORK = {"post": "Soudeur / Soudeuse (ROME H2913)", "tasks": TASKS, "characteristics": POST_TRAITS, "hours": HOURS}
COST = {
    "wages": "2 600,00 €",
    "bonuses": "216,67 €",
    "paid leave": "260,00 €",
    "contributions' rate": "42,50 %",
    "contributions": "1 307,58 €",
    "expenses' ceiling": "320,00 €",
    "cost": "4 704,25 €",
}

SAID: dict[Kind, dict[str, str]] = {
    Kind.TERM_SHEET: WORK
    | COST
    | {
        "regime": ORDINARY,
        "place band": PLACE_BAND,
        "dates": PERIOD,
        "probation": "Une période probatoire de 21 jours calendaires est prévue",
        "essential element": "le passage d’un horaire de jour à un horaire de nuit",
        "qualification": QUALIFIED,
        "contract": "Contrat à durée indéterminée",
        "earliest lawful start": "24 décembre 2026",
        "no margin": NO_GAIN,
        "risky post": RISKS,
        "reinforced monitoring": MEDICAL,
        "free choice": "Le salarié peut refuser sans aucune conséquence pour lui et sans se justifier",
        "digest": "5d" * 32,
    },
    Kind.LENDER_CSE_SUMMONS: WORK
    | {
        "agenda": "Information et consultation sur le projet de mise à disposition d’un salarié volontaire",
        "risky post told apart": "Information particulière : le poste figure sur la liste des postes présentant des",
        "three days": "trois jours au moins avant la réunion (article L2315-30 du code du travail)",
        "dates": PERIOD,
        "place band": PLACE_BAND,
        "discretion": "article L2315-3 du code du travail",
        "opinion": "Recueil de l’avis du comité",
    },
    Kind.HOST_CSE_SUMMONS: WORK
    | {
        "agenda": "Information et consultation préalable à l’accueil d’un salarié mis à disposition",
        "three days": "trois jours au moins avant la réunion (article L2315-30 du code du travail)",
        "dates": PERIOD,
        "place band": PLACE_BAND,
        "discretion": "article L2315-3 du code du travail",
        "opinion": "Recueil de l’avis du comité",
    },
    Kind.LENDER_CSE_NOTE: WORK
    | {
        "reason": "Le projet permet à un salarié volontaire d’exercer ses compétences dans une autre entreprise",
        "number of employees": "Nombre de salariés Un, par convention",
        "number of posts": "2 postes, de janvier à avril 2027",
        "qualification": QUALIFIED,
        "dates": PERIOD,
        "host's activity": "Activité où s’exerce le métier : Soudeur / Soudeuse (ROME H2913)",
        "place band": PLACE_BAND,
        "invoicing": NO_GAIN,
        "workload": "Effets sur la charge de travail et sur les équipes",
        "return": "il retrouve son poste ou un poste équivalent",
        "probation": "Une période probatoire de 21 jours calendaires est prévue",
        "risky post": RISKS,
        "reinforced monitoring": MEDICAL,
        "selection": "Volontariat : le salarié a choisi lui-même d’être proposé",
        "legal delay": "un mois après cette communication, délai compté de date à date",
        "committee level": "Niveau du comité",
        "sent on": "Information communiquée le",
        "channel": "Moyen (base de données",
        "expert": "Recours à un expert",
        "delay's end": "Fin du délai légal",
        "opinion": "Avis (favorable, défavorable, réputé rendu), date et vote",
        "employer's reply": "Réponse motivée de l’employeur",
        "minutes": "Référence du procès-verbal",
        "later information": "Le comité sera informé des conventions signées",
        "discretion": "article L2315-3 du code du travail",
    },
    Kind.HOST_CSE_NOTE: WORK
    | {
        "number": "2 postes, de janvier à avril 2027",
        "duration": PERIOD,
        "qualification": QUALIFIED,
        "place band": PLACE_BAND,
        "risky post": RISKS,
        "reinforced monitoring": MEDICAL,
        "equipment": "Fournis par l’entreprise utilisatrice, sans frais pour le salarié (article L1251-23)",
        "training": "Formation renforcée à la sécurité",
        "supervision": "Le travail est dirigé par l’entreprise utilisatrice",
        "own staff": "ne remplace ni un salarié en grève, ni un salarié licencié",
        "canteen and transport": "accède aux installations collectives et aux moyens de transport",
        "committee's expense": "lui sont remboursées comme la convention le prévoit (article L1251-24",
        "legal delay": "un mois après cette communication, délai compté de date à date",
        "opinion": "Avis (favorable, défavorable, réputé rendu), date et vote",
    },
    Kind.SECONDMENT_AGREEMENT: WORK
    | COST
    | LENDER_PARTY
    | HOST_PARTY
    | {
        "employee": "Identité Camille Lefèvre",
        "qualification": QUALIFIED,
        "duration": f"La mise à disposition est conclue pour une durée déterminée, {PERIOD}",
        "mode for wages": "Salaires Salaire brut versé au titre de la période",
        "mode for charges": "Cotisations et contributions patronales afférentes à ces salaires",
        "mode for expenses": "Frais de mission remboursés au salarié, sur justificatifs",
        "regime": ORDINARY,
        "reason": "conserver l’emploi et la qualification de son salarié",
        "one employee": "La présente convention ne concerne qu’un seul salarié",
        "place": "Lieu de travail Rouen",
        "recording": "Relevé des heures tenu par l’entreprise utilisatrice",
        "supervisor": "cheffe d’atelier",
        "authority": "L’entreprise utilisatrice dirige et contrôle l’exécution du travail",
        "discipline": "exerce seule le pouvoir disciplinaire",
        "risky post": RISKS,
        "reinforced monitoring": MEDICAL,
        "who pays it": "Il est à la charge de l’entreprise utilisatrice (article L1251-22)",
        "equipment": "Jamais à la charge du salarié (article L1251-23)",
        "occupational medicine": "Obligations de l’entreprise prêteuse",
        "accident": "dans les vingt-quatre heures, par lettre recommandée",
        "leave": "Les congés sont accordés par l’entreprise prêteuse",
        "absence": "Toute absence est signalée sans délai",
        "facilities": "accède aux installations collectives et aux moyens de transport",
        "committee's expense": "article L1251-24",
        "confidentiality": "Chaque partie garde confidentielles",
        "intellectual property": "Les résultats de son travail",
        "personal data": "règlement (UE) 2016/679",
        "liability": "répond des dommages causés par le salarié",
        "insurance": "déclare être assurée",
        "probation": "Une période probatoire de 21 jours calendaires court à compter du premier jour",
        "early end": "avec un préavis de cinq jours ouvrés",
        "extension": "Elle peut être prolongée avant son terme",
        "disputes": "juridiction compétente",
        "annex": "L’annexe financière fait partie de la convention",
        "no margin": NO_GAIN,
        "return": BACK,
        "contract": "n’est ni rompu ni suspendu",
        "mandate": "protection attachée à un mandat de représentation",
        "vigilance": "5 000 € hors taxes",
        "version": "version 2",
    },
    Kind.CONTRACT_AMENDMENT: WORK
    | LENDER_PARTY
    | {
        "employee": "Camille Lefèvre",
        "work entrusted": f"Travail confié {TASKS}",
        "place": "Lieu d’exécution Rouen",
        "characteristics' heading": "Caractéristiques particulières du poste",
        "probation": "Une période probatoire de 21 jours calendaires",
        "how to end it": "par un écrit remis à l’autre",
        "return from probation": "le salarié retrouve alors aussitôt son poste",
        "host": "Chaudronnerie du Cailly, SIREN 552 100 554",
        "dates": PERIOD,
        "contract": "Le contrat de travail n’est ni rompu ni suspendu",
        "pay": "La rémunération est inchangée : le salaire mensuel brut reste de 2 600,00 €",
        "expenses": "dans la limite de 320,00 € par mois",
        "leave": "Les congés payés sont acquis et accordés chez l’employeur",
        "return": BACK,
        "return delay": "le premier jour ouvré qui suit la fin de la mise à disposition",
        "right to refuse": "pour avoir refusé une proposition de mise à disposition",
        "facilities": "accède aux installations collectives",
        "safety contact": "Interlocuteur pour la sécurité : cheffe d’atelier",
        "mandate": "protection attachée à un mandat de représentation",
        "data notice": "saisir la CNIL",
        "free": "son accord est libre",
        "condition": "à la condition que la convention de mise à disposition soit signée",
        "employee's signature": "Le salarié Camille Lefèvre",
    },
    Kind.EMPLOYEE_AGREEMENT: WORK
    | {
        "employee": "Je soussigné, Camille Lefèvre, salarié de Ateliers de la Seine (SIREN 732 829 320)",
        "host named": "Entreprise utilisatrice Chaudronnerie du Cailly SIREN 552 100 554, SIRET 552 100 554 00013",
        "host's address": "4 quai de la Soude, 76000 Rouen",
        "dates": PERIOD,
        "place": "Lieu de travail Rouen",
        "return": "mon poste de travail ou un poste équivalent",
        "probation": "Période probatoire 21 jours calendaires",
        "free": "Refuser n’a aucune conséquence pour vous",
        "void on change": "Si le prix, la durée ou l’entreprise changent, cet accord est caduc",
        "not a data consent": "Cet accord n’est pas un consentement au sens du règlement général",
    },
    Kind.FINANCIAL_SCHEDULE: COST
    | {
        "lender": "Ateliers de la Seine",
        "host": "Chaudronnerie du Cailly",
        "employee": "Camille Lefèvre",
        "reductions": "réductions et aides déduites",
        "proration key": "Au prorata de la durée de la mise à disposition dans leur période d’acquisition",
        "paid-leave method": "Part acquise pendant la mise à disposition",
        "list of expenses": "Transport entre le domicile et le lieu de la mission, repas, hébergement",
        "unit": "Unité Le mois.",
        "VAT rate": "Au taux de 20,00 %",
        "VAT": "940,85 €",
        "with VAT": "5 645,10 €",
        "invoicing day": "le 10 du mois qui suit le mois facturé",
        "payment term": "Trente jours à compter de la date de la facture (article L441-10 du code de commerce)",
        "no margin": NO_GAIN,
        "difference": "Nulle : la refacturation est faite à prix coûtant 0,00 €",
    },
}
